"""What a patient does with an appointment of theirs: cancel, say that they come, take an offer or leave it."""

from contextlib import suppress
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from booking.models import Appointment, Message, Status, WaitingListEntry
from clinic.models import User

from .entries import EntryClosed, end_place, open_entry
from .events import Actor, Kind, Reason, record, said_by_patient
from .messages import tell_both, tell_staff
from .states import NotPossible, change_status, in_the_way, is_late, locked, still_to_come


def cancel_own(*, appointment_id: int, now: datetime) -> Appointment:
    """Cancel a patient's request or visit, free its time and tell everybody; return the row. *now* is aware.

    Raises NotPossible when it is not held any more or has begun; Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.status not in (Status.REQUESTED, Status.CONFIRMED):
            raise in_the_way(appointment)
        still_to_come(appointment, now)
        reason = Reason.LATE if is_late(appointment, now) else Reason.IN_TIME
        event = change_status(appointment, Status.CANCELLED, actor=Actor.PATIENT, now=now, reason=reason)
        tell_both(event, Message.Kind.CANCELLED, Message.Kind.CANCELLED_BY_PATIENT, now)
    return appointment


def confirm_attendance(*, appointment_id: int, now: datetime) -> Appointment:
    """Note that the patient says they are coming; a second time changes nothing. *now* is aware.

    Raises NotPossible when it is not confirmed or has begun; Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = locked(appointment_id)
        if not appointment.is_confirmed():
            raise in_the_way(appointment)
        still_to_come(appointment, now)
        if appointment.attendance_confirmed_at is None:
            appointment.attendance_confirmed_at = now
            appointment.save(update_fields=["attendance_confirmed_at"])
            record(appointment, Kind.COMING, Actor.PATIENT, now)
    return appointment


def set_patient_time_zone(*, appointment_id: int, patient_time_zone: str) -> None:
    """Note where the patient is during a visit by video (`booking.zones`; empty: where the practice is)."""
    Appointment.objects.filter(pk=appointment_id).update(patient_time_zone=patient_time_zone)


def accept_offer(*, appointment_id: int, now: datetime, user: User | None = None) -> Appointment:
    """Take the time that the clinic offers; the place on the waiting list is done with. *now* is aware.

    With a *user* staff write down what the patient told them. Raises NotPossible when the offer has ended;
    Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = standing_offer(appointment_id, now)
        event = change_status(appointment, Status.CONFIRMED, now=now, **said_by_patient(user))
        if appointment.waiting_list_entry_id:
            with suppress(EntryClosed):  # they have left the list, or staff took them off it
                end_place(open_entry(appointment.waiting_list_entry_id), WaitingListEntry.State.PLACED, now)
        tell_both(event, Message.Kind.CONFIRMED, Message.Kind.OFFER_ACCEPTED, now)
    return appointment


def decline_offer(*, appointment_id: int, now: datetime, user: User | None = None) -> Appointment:
    """Leave the time that the clinic offers; the place on the waiting list stays. *now* is aware.

    With a *user* staff write down what the patient told them. Raises NotPossible when the offer has ended;
    Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = standing_offer(appointment_id, now)
        event = change_status(appointment, Status.DECLINED, now=now, **said_by_patient(user))
        tell_staff(event, Message.Kind.OFFER_DECLINED, now)
    return appointment


def standing_offer(appointment_id: int, now: datetime) -> Appointment:
    """Return the locked appointment that is offered; raises NotPossible where it is not, or not any more."""
    appointment = locked(appointment_id)
    if not appointment.is_offered():
        raise in_the_way(appointment)
    if appointment.offer_expires_at <= now:
        raise NotPossible(gettext("the offer has ended"))
    return appointment
