"""Holding a practitioner's time."""

from datetime import timedelta

from django.db import IntegrityError

from booking.models import Appointment, TimeClaim

from .slots import Slot


class TimeTaken(Exception):
    """The time is not open, or not any more."""


def claim_time(appointment: Appointment, slot: Slot) -> TimeClaim:
    """Hold the slot with the pause after it; return the claim. Raises TimeTaken when another claim overlaps.

    The practitioner's lock makes that impossible for all who take it; the exclusion constraint answers for
    everybody else. The caller's transaction cannot go on after TimeTaken.
    """
    try:
        return TimeClaim.objects.create(
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


def put_at(appointment: Appointment, slot: Slot, mode: str) -> None:
    """Write the time, place and person of *slot* into the unsaved fields of *appointment*."""
    appointment.practitioner = slot.practitioner
    appointment.location_id = slot.location_id
    appointment.mode = mode
    appointment.starts_at = slot.starts_at
    appointment.ends_at = slot.ends_at
    appointment.time_zone = slot.zone.key
