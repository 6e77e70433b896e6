"""Everything that writes an appointment: each function is one transaction with its event and messages."""

import hashlib
import hmac
import json
import zlib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext

from booking.models import (
    Appointment,
    AppointmentEvent,
    AppointmentNote,
    Message,
    Status,
    TimeClaim,
)
from booking.zones import known_zone
from clinic.models import ConsentText, Mode, Practitioner, Service, User

from .messages import tell_patient, tell_staff
from .openings import Slot, find_slot, promised_answer

# The first number of a two-number advisory lock tells what is locked, the second which one.
SUBMISSION_LOCK, PRACTITIONER_LOCK = 1, 2

SUBMITTED_FIELDS = (
    "full_name", "email", "phone", "contact_by", "discreet", "voicemail_ok", "text_ok",
    "ask_for", "access_needs", "first_visit", "note",
)  # fmt: skip


class TimeTaken(Exception):
    """The time is not open, or not any more."""


class NumberNeeded(Exception):
    """A visit by phone was asked for without a telephone number."""


class ConsentChanged(Exception):
    """The patient agreed to words that are not in force any more; `text` is the version that is."""

    def __init__(self, text: ConsentText):
        super().__init__(text.version)
        self.text = text


class SubmissionChanged(Exception):
    """The same form was sent before with other content; `appointment` is what was stored then."""

    def __init__(self, appointment: Appointment):
        super().__init__(appointment.reference)
        self.appointment = appointment


class AnswerNotPossible(Exception):
    """The appointment is not waiting for an answer; its status says why."""


def request_appointment(
    *,
    appointment: Appointment,
    submission_key: UUID,
    service: Service,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    now: datetime,
    consent_seen: int | None = None,
    patient_time_zone: str = "",
) -> Appointment:
    """Store a request for a visit, hold its time, and tell everybody concerned; return the stored row.

    *appointment* is unsaved and holds what the patient typed (SUBMITTED_FIELDS); *starts_at* and *now* are
    aware; without a *mode* it is the first that is offered then. The same *submission_key* again returns the
    row that was stored first. Where the service confirms itself, the visit is confirmed at once. *consent_seen* is
    the version of the consent text that the patient agreed to, None where that in force now stood on the form.
    *patient_time_zone* is where they are during a visit by video; what is no time zone is not kept.

    Raises TimeTaken when the time is not open, SubmissionChanged when the key was used for something else,
    ConsentChanged when another consent text is in force by now, NumberNeeded when we could not call for a visit
    by phone.
    """
    digest = submission_digest(appointment, service, practitioner, starts_at, mode)
    with transaction.atomic():
        lock(SUBMISSION_LOCK, zlib.crc32(submission_key.bytes))
        earlier = Appointment.objects.filter(submission_key=submission_key).first()
        if earlier:
            if bytes(earlier.submission_digest) != digest:
                raise SubmissionChanged(earlier)
            return earlier

        appointment.consent_text = agreed_text(consent_seen)
        lock(PRACTITIONER_LOCK, practitioner.pk)
        slot = find_slot(service=service, practitioner=practitioner, starts_at=starts_at, mode=mode, now=now)
        if slot is None:
            raise TimeTaken

        automatic = service.confirms_itself
        appointment.submission_key = submission_key
        appointment.submission_digest = digest
        appointment.status = Status.CONFIRMED if automatic else Status.REQUESTED
        appointment.service = service
        appointment.practitioner = practitioner
        appointment.location = slot.location
        appointment.mode = mode or slot.modes[0]
        if appointment.mode == Mode.PHONE and not appointment.phone:
            raise NumberNeeded
        appointment.starts_at = slot.starts_at
        appointment.ends_at = slot.ends_at
        appointment.time_zone = slot.zone.key
        appointment.patient_time_zone = known_zone(patient_time_zone) if appointment.mode == Mode.VIDEO else ""
        appointment.requested_at = appointment.consented_at = now
        appointment.reply_by = None if automatic else promised_answer(slot, now)
        appointment.set_hashes()
        appointment.save(force_insert=True)
        claim_time(appointment, slot)

        event = record(appointment, AppointmentEvent.Kind.REQUESTED, AppointmentEvent.Actor.PATIENT, now)
        if automatic:
            event = record(appointment, AppointmentEvent.Kind.CONFIRMED, AppointmentEvent.Actor.SYSTEM, now)
        tell_patient(event, Message.Kind.CONFIRMED if automatic else Message.Kind.REQUEST_RECEIVED, now)
        tell_staff(event, Message.Kind.NEW_BOOKING if automatic else Message.Kind.NEW_REQUEST, now)
    return appointment


def confirm_appointment(*, appointment_id: int, user: User, now: datetime) -> Appointment:
    """Say yes to a request and tell the patient; return the row. *now* is aware.

    Raises AnswerNotPossible when it is not waiting any more; Appointment.DoesNotExist.
    """
    return answer(appointment_id, Status.CONFIRMED, user, now)


def decline_appointment(*, appointment_id: int, user: User, now: datetime, words: str = "") -> Appointment:
    """Say no to a request, free its time and tell the patient; return the row. *now* is aware.

    *words* are added to the message and kept encrypted. Raises as `confirm_appointment`.
    """
    return answer(appointment_id, Status.DECLINED, user, now, words)


def cancel_appointment(*, appointment_id: int, user: User, now: datetime, words: str = "") -> Appointment:
    """Cancel a confirmed visit for the clinic or on a patient's call, free its time and tell the patient.

    *now* is aware; *words* are added to the message and kept encrypted. Raises AnswerNotPossible when it is not
    confirmed or has begun; Appointment.DoesNotExist.
    """
    return move(appointment_id, Status.CONFIRMED, Status.CANCELLED, user, now, words)


def record_call(*, message_id: int, user: User, now: datetime) -> None:
    """Note that a person told the patient by telephone how things stand; that answers every open call of the visit.

    *now* is aware. A second time changes nothing.
    """
    with transaction.atomic():
        message = Message.objects.calls_to_make().select_for_update().filter(pk=message_id).first()
        if message:
            record(message.appointment, AppointmentEvent.Kind.TOLD, AppointmentEvent.Actor.STAFF, now, user)
            message.appointment.messages.calls_to_make().update(sent_at=now)


def answer(appointment_id: int, status: Status, user: User, now: datetime, words: str = "") -> Appointment:
    """Move a waiting request to *status*."""
    return move(appointment_id, Status.REQUESTED, status, user, now, words)


def move(appointment_id, before: Status, after: Status, user: User, now: datetime, words: str) -> Appointment:
    """Move from one status to another, tell the patient and free the time that is not needed any more.

    The row is locked, so of two moves that staff make at once only the first counts.
    """
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        if appointment.status != before:
            raise AnswerNotPossible(appointment.get_status_display())
        if after != Status.DECLINED and appointment.starts_at <= now:
            raise AnswerNotPossible(gettext("its time has passed"))
        appointment.status = after
        appointment.save(update_fields=["status"])
        if after != Status.CONFIRMED:
            appointment.claims.update(active=False)
        note = AppointmentNote.objects.create(appointment=appointment, text=words) if words else None
        kind = AppointmentEvent.Kind(after)
        event = record(appointment, kind, AppointmentEvent.Actor.STAFF, now, user, note)
        tell_patient(event, Message.Kind(after), now)
    return appointment


def claim_time(appointment: Appointment, slot: Slot) -> None:
    """Hold the slot with the pause after it. Raises TimeTaken when another claim overlaps.

    The practitioner's lock makes that impossible for all who take it; the exclusion constraint answers for
    everybody else.
    """
    try:
        with transaction.atomic():
            TimeClaim.objects.create(
                holder=appointment,
                practitioner=slot.practitioner,
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                blocked_from=slot.starts_at,
                blocked_until=slot.ends_at + timedelta(minutes=slot.service.buffer_minutes),
            )
    except IntegrityError as error:
        if error.__cause__.diag.constraint_name == "time_claim_no_overlap":
            raise TimeTaken from error
        raise


def agreed_text(seen: int | None) -> ConsentText | None:
    """Return the consent text in force, None where there is none; raises ConsentChanged where *seen* is another."""
    current = ConsentText.objects.current(ConsentText.Purpose.BOOKING)
    if current and seen not in (None, current.version):
        raise ConsentChanged(current)
    return current


def submission_digest(
    appointment: Appointment,
    service: Service,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
) -> bytes:
    """Return a keyed digest of all that was asked for, to tell a repeated submission from a changed one."""
    asked = [str(getattr(appointment, name)) for name in SUBMITTED_FIELDS]
    asked += [service.pk, practitioner.pk, starts_at.timestamp(), mode]
    return hmac.digest(settings.LOOKUP_HASH_KEY.encode(), json.dumps(asked).encode(), hashlib.sha256)


def lock(kind: int, number: int) -> None:
    """Wait for the advisory lock of this transaction; Postgres frees it at commit or rollback."""
    signed = (number + 2**31) % 2**32 - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, signed])


def record(appointment, kind, actor, now, user=None, note=None) -> AppointmentEvent:
    """Add an event to the appointment's history."""
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, actor=actor, user=user, at=now, note=note
    )
