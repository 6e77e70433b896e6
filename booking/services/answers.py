"""What staff do: confirm, decline, cancel, say whether a visit took place, note that somebody was called."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from booking.models import Appointment, Message, Status
from clinic.models import User

from .events import Actor, Kind, Reason, record
from .messages import never_told, tell_patient, tell_practitioners
from .states import NotPossible, change_status, in_the_way, is_late, locked, still_to_come


def confirm_appointment(*, appointment_id: int, user: User, now: datetime) -> Appointment:
    """Say yes to a request and tell the patient; return the row. *now* is aware.

    Raises NotPossible when it is not waiting any more or its time has passed; Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        still_to_come(appointment, now)
        event = change_status(appointment, Status.CONFIRMED, actor=Actor.STAFF, now=now, user=user)
        tell_patient(event, Message.Kind.CONFIRMED, now)
        tell_practitioners(event, Message.Kind.CONFIRMED, now)
    return appointment


def decline_appointment(
    *, appointment_id: int, user: User, now: datetime, words: str = "", reason: str = Reason.PRACTICE
) -> Appointment:
    """Say no to a request, free its time and tell the patient; return the row. *now* is aware.

    *words* are added to the message and kept encrypted; the *reason*, one of REASONS_TO_DECLINE, stays with us. A time
    that the practice cannot hold is offered to nobody else. Raises NotPossible when it is not waiting any more;
    Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = waiting(appointment_id)
        event = change_status(
            appointment,
            Status.DECLINED,
            actor=Actor.STAFF,
            now=now,
            user=user,
            words=words,
            reason=reason,
            offer_to_others=reason != Reason.PRACTICE,
        )
        tell_patient(event, Message.Kind.DECLINED, now)
        tell_practitioners(event, Message.Kind.DECLINED, now)
    return appointment


def cancel_appointment(
    *, appointment_id: int, user: User, now: datetime, words: str = "", by_patient: bool = False
) -> Appointment:
    """Cancel a confirmed visit, or an offer; free its time and tell the patient; return the row.

    *by_patient*: the patient called it off, and staff write it down; late or in time is told by the rule of the
    service, and who waits for such a time is offered it. Else the practice cannot hold it, so it is offered to nobody.
    *now* is aware; *words* are added to the message and kept encrypted. Raises NotPossible when it is not
    confirmed or offered, or has begun; Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.status not in (Status.CONFIRMED, Status.OFFERED):
            raise in_the_way(appointment)
        still_to_come(appointment, now)
        confirmed = appointment.is_confirmed()
        reason = Reason.PRACTICE
        if by_patient:
            reason = Reason.ASKED_LATE if is_late(appointment, now) else Reason.ASKED
        event = change_status(
            appointment,
            Status.CANCELLED,
            actor=Actor.STAFF,
            now=now,
            user=user,
            words=words,
            reason=reason,
            offer_to_others=by_patient,
        )
        if confirmed or not never_told(appointment, Message.Kind.OFFER):
            tell_patient(event, Message.Kind.CANCELLED, now)
        if confirmed:  # of an offer that was not accepted, practitioners have heard nothing yet
            tell_practitioners(event, Message.Kind.CANCELLED, now)
    return appointment


def mark_attendance(*, appointment_id: int, user: User, now: datetime, came: bool) -> Appointment:
    """Note that a visit took place or that nobody came; it may be put right later. *now* is aware.

    Raises NotPossible before the visit begins, or when it was not confirmed; Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment = locked(appointment_id)
        if appointment.starts_at > now:
            raise NotPossible(gettext("it has not begun"))
        change_status(appointment, Status.COMPLETED if came else Status.NO_SHOW, actor=Actor.STAFF, now=now, user=user)
    return appointment


def record_call(*, message_id: int, user: User, now: datetime) -> None:
    """Note that a person told the patient by telephone how things stood in this message.

    That answers every call that waited by then; what came up since is still to be told, and a call is noted even where
    it has been overtaken meanwhile. *now* is aware. A second time changes nothing.
    """
    with transaction.atomic():
        message = Message.objects.calls_not_made().filter(pk=message_id).first()
        if message is None:
            return
        about = message.about
        type(about).objects.select_for_update(of=("self",)).get(pk=about.pk)  # of two who press, one after the other
        calls = about.messages.calls_not_made().filter(pk__lte=message_id)
        if calls.update(sent_at=now) and isinstance(about, Appointment):
            record(about, Kind.TOLD, Actor.STAFF, now, user=user)


def waiting(appointment_id: int) -> Appointment:
    """Return the locked appointment that waits for an answer; raises NotPossible for any other."""
    appointment = locked(appointment_id)
    if not appointment.is_waiting():
        raise in_the_way(appointment)
    return appointment
