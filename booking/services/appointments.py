"""Everything that writes an appointment: each function is one transaction with its event and messages."""

import hashlib
import hmac
import json
import zlib
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction

from booking import notifications
from booking.models import (
    Appointment,
    AppointmentEvent,
    AppointmentNote,
    Message,
    Status,
    TimeClaim,
)
from clinic.models import Mode, Practitioner, Service, User

from .openings import Slot, find_slot, promised_answer

# The first number of a two-number advisory lock tells what is locked, the second which one.
SUBMISSION_LOCK, PRACTITIONER_LOCK = 1, 2

SUBMITTED_FIELDS = (
    "full_name", "email", "phone", "contact_by", "discreet", "voicemail_ok", "text_ok",
    "ask_for", "access_needs", "first_visit", "note",
)  # fmt: skip


class TimeTaken(Exception):
    """The time is not open, or not any more."""


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
) -> Appointment:
    """Store a request for a visit, hold its time, and tell everybody concerned; return the stored row.

    *appointment* is unsaved and holds what the patient typed (SUBMITTED_FIELDS); *starts_at* and *now* are
    aware; without a *mode* it is the first that is offered then. The same *submission_key* again returns the
    row that was stored first. Where the service confirms itself, the visit is confirmed at once.

    Raises TimeTaken when the time is not open, SubmissionChanged when the key was used for something else.
    """
    digest = submission_digest(appointment, service, practitioner, starts_at, mode)
    with transaction.atomic():
        lock(SUBMISSION_LOCK, zlib.crc32(submission_key.bytes))
        earlier = Appointment.objects.filter(submission_key=submission_key).first()
        if earlier:
            if bytes(earlier.submission_digest) != digest:
                raise SubmissionChanged(earlier)
            return earlier

        lock(PRACTITIONER_LOCK, practitioner.pk)
        slot = find_slot(service=service, practitioner=practitioner, starts_at=starts_at, now=now)
        if slot is None or (mode and mode not in slot.modes):
            raise TimeTaken

        automatic = service.confirmation == Service.Confirmation.AUTOMATIC
        appointment.submission_key = submission_key
        appointment.submission_digest = digest
        appointment.status = Status.CONFIRMED if automatic else Status.REQUESTED
        appointment.service = service
        appointment.practitioner = practitioner
        appointment.location = slot.location
        appointment.mode = mode or slot.modes[0]
        appointment.starts_at = slot.starts_at
        appointment.ends_at = slot.ends_at
        appointment.time_zone = slot.zone.key
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


def record_call(*, message_id: int, user: User, now: datetime) -> None:
    """Note that a person told the patient by telephone what the message says. A second time changes nothing."""
    with transaction.atomic():
        message = Message.objects.calls_to_make().select_for_update().filter(pk=message_id).first()
        if message:
            record(message.appointment, AppointmentEvent.Kind.TOLD, AppointmentEvent.Actor.STAFF, now, user)
            message.sent_at = now
            message.save(update_fields=["sent_at"])


def answer(appointment_id: int, status: Status, user: User, now: datetime, words: str = "") -> Appointment:
    """Move a waiting request to *status*: the row is locked, so of two answers only the first counts."""
    with transaction.atomic():
        appointment = Appointment.objects.select_for_update().get(pk=appointment_id)
        if not appointment.can_be_answered():
            raise AnswerNotPossible(appointment.get_status_display())
        appointment.status = status
        appointment.save(update_fields=["status"])
        if status == Status.DECLINED:
            appointment.claims.update(active=False)
        note = AppointmentNote.objects.create(appointment=appointment, text=words) if words else None
        kind = AppointmentEvent.Kind(status)
        event = record(appointment, kind, AppointmentEvent.Actor.STAFF, now, user, note)
        tell_patient(event, Message.Kind(status), now)
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


def tell_patient(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the patient; without email it becomes a call for the front desk to make."""
    by_email = event.appointment.contact_by == Appointment.ContactBy.EMAIL
    channel = Message.Channel.EMAIL if by_email else Message.Channel.CALL
    queue_message(event, kind, Message.Recipient.PATIENT, channel, now)


def tell_staff(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the front desk, and one for the practitioner who has a user."""
    queue_message(event, kind, Message.Recipient.FRONT_DESK, Message.Channel.EMAIL, now)
    if event.appointment.practitioner.user_id:
        queue_message(event, kind, Message.Recipient.PRACTITIONER, Message.Channel.EMAIL, now)


def queue_message(event, kind, recipient, channel, now) -> None:
    """Write the message's row and defer its job, both in the transaction of the fact that it tells."""
    message = Message.objects.create(
        appointment=event.appointment,
        event=event,
        kind=kind,
        recipient=recipient,
        channel=channel,
        created_at=now,
        not_before=now,
    )
    if channel == Message.Channel.EMAIL:
        notifications.defer_send(message.pk)
