"""The history of appointments."""

from datetime import datetime

from booking.models import Appointment, AppointmentEvent, AppointmentNote
from clinic.models import User

Kind, Actor, Reason = AppointmentEvent.Kind, AppointmentEvent.Actor, AppointmentEvent.Reason


def record(
    appointment: Appointment,
    kind: Kind,
    actor: Actor,
    now: datetime,
    *,
    user: User | None = None,
    words: str = "",
    reason: str = "",
) -> AppointmentEvent:
    """Add an event to the appointment's history; *words* become an encrypted note that it points to."""
    note = AppointmentNote.objects.create(appointment=appointment, text=words) if words else None
    return AppointmentEvent.objects.create(
        appointment=appointment, kind=kind, actor=actor, user=user, at=now, note=note, reason=reason
    )


def said_by_patient(user: User | None) -> dict:
    """Return how an event names who spoke: the patient here, or the patient to *user*, who writes it down."""
    return {"actor": Actor.STAFF, "user": user, "reason": Reason.AGREED} if user else {"actor": Actor.PATIENT}
