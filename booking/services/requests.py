"""A patient asks for a time."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.models import Appointment, Message, Status
from clinic.models import ConsentText, Mode, Practitioner, Service

from .claims import TimeTaken, claim_time, put_at
from .events import Actor, Kind, record
from .locks import lock_practitioners
from .messages import tell_both
from .openings import find_slot
from .promises import promised_answer
from .submissions import agreed_text, stored_before, submission_digest


class NumberNeeded(Exception):
    """A visit by phone was asked for without a telephone number."""


def request_appointment(
    *,
    appointment: Appointment,
    submission_key: UUID,
    service: Service,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    now: datetime,
    consent_text: ConsentText | None,
    consent_seen: int | None = None,
    patient_time_zone: str = "",
) -> Appointment:
    """Store a request for a visit, hold its time, and tell everybody concerned; return the stored row.

    *appointment* is unsaved and holds what the patient typed (PATIENT_FIELDS); *starts_at* and *now* are
    aware; without a *mode* it is the first that is offered then. The same *submission_key* again returns the
    row that was stored first. Where the service confirms itself, the visit is confirmed at once. *consent_text* is
    the text in force, None where there is none; *consent_seen* the version that the patient agreed to, None for that.
    *patient_time_zone* is where they are during a visit by video (`booking.zones`), empty: where the practice is.

    Raises TimeTaken when the time is not open, SubmissionChanged when the key was used for something else,
    ConsentChanged when another consent text is in force by now, NumberNeeded when we could not call for a visit
    by phone.
    """
    digest = submission_digest(appointment, service.pk, practitioner.pk, starts_at.timestamp(), mode)
    with transaction.atomic():
        if earlier := stored_before(Appointment, submission_key, digest):
            return earlier

        appointment.consent_text = agreed_text(consent_text, consent_seen)
        lock_practitioners(practitioner.pk)
        slot = find_slot(service=service, practitioner=practitioner, starts_at=starts_at, mode=mode, now=now)
        if slot is None:
            raise TimeTaken

        automatic = service.confirms_itself
        appointment.submission_key = submission_key
        appointment.submission_digest = digest
        appointment.status = Status.CONFIRMED if automatic else Status.REQUESTED
        appointment.service = service
        put_at(appointment, slot, mode or slot.modes[0])
        if appointment.mode == Mode.PHONE and not appointment.phone:
            raise NumberNeeded
        if appointment.mode == Mode.VIDEO:
            appointment.patient_time_zone = patient_time_zone
        appointment.requested_at = appointment.consented_at = now
        appointment.reply_by = None if automatic else promised_answer(slot.starts_at, now, slot.practice)
        appointment.set_hashes()
        appointment.save(force_insert=True)
        claim_time(appointment, slot)

        event = record(appointment, Kind.REQUESTED, Actor.PATIENT, now)
        if automatic:
            event = record(appointment, Kind.CONFIRMED, Actor.SYSTEM, now)
        if automatic:
            tell_both(event, Message.Kind.CONFIRMED, Message.Kind.NEW_BOOKING, now)
        else:
            tell_both(event, Message.Kind.REQUEST_RECEIVED, Message.Kind.NEW_REQUEST, now)
    return appointment
