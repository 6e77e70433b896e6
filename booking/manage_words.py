"""What the page of a patient's own appointment says was done, and why something could not be done."""

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from booking.models import HOLDING, Appointment, Move, Status
from booking.services import NotPossible

HOW_IT_STANDS = {
    Status.OFFERED: gettext_lazy("We offer you this time. Please answer that first: take it or leave it."),
    Status.REQUESTED: gettext_lazy("This request still waits for our answer."),
    Status.CONFIRMED: gettext_lazy("This appointment is confirmed already."),
    Status.DECLINED: gettext_lazy("This time was declined already, so there is nothing to change any more."),
    Status.CANCELLED: gettext_lazy("This appointment is cancelled already, so there is nothing to change any more."),
    Status.EXPIRED: gettext_lazy("This has ended already, so there is nothing to change any more."),
    Status.COMPLETED: gettext_lazy("This appointment is over."),
    Status.NO_SHOW: gettext_lazy("This appointment is over."),
}
HOW_THE_MOVE_STANDS = {
    Move.State.WAITING: gettext_lazy("The other time still waits for an answer."),
    Move.State.ACCEPTED: gettext_lazy("The appointment has moved to the other time already."),
    Move.State.DECLINED: gettext_lazy("The other time was declined already; your appointment is as it was."),
    Move.State.WITHDRAWN: gettext_lazy("The other time was taken back already; your appointment is as it was."),
    Move.State.EXPIRED: gettext_lazy("The other time is not kept any more; your appointment is as it was."),
}


def heading(appointment: Appointment) -> str:
    """Return the heading of the page: whose time it is."""
    if appointment.is_offered():
        return _("A time we offer you")
    return _("A time we offered you") if appointment.was_only_offered() else _("Your appointment")


def what_was_done(done: str, appointment: Appointment, move: Move | None, to_come: bool) -> str:
    """Return *done*, what the address says was done, where *appointment* and its open *move* agree; else nothing."""
    stands = to_come and move is None
    agrees = {
        "cancelled": appointment.status == Status.CANCELLED,
        "coming": to_come and appointment.attendance_confirmed_at is not None,
        "accepted": to_come and appointment.is_confirmed(),
        "declined": appointment.status == Status.DECLINED and appointment.offer_expires_at is not None,
        "moved": stands and appointment.is_confirmed(),
        "changed": stands and appointment.is_waiting(),
        "kept": stands,
        "asked": to_come and move is not None and move.waits_for_staff(),
    }
    return done if agrees.get(done) else ""


def answer_is_late(appointment: Appointment, move: Move | None, now: datetime) -> bool:
    """Whether the clinic has promised an answer, about *appointment* or its open *move*, and *now* (aware) it is late.

    While a proposal waits for the patient, nobody here is late.
    """
    if move:
        return move.waits_for_staff() and move.reply_by <= now
    return appointment.is_waiting() and appointment.reply_by <= now


def how_it_stands(appointment: Appointment, now: datetime) -> str:
    """Return in a sentence why nothing can be changed about *appointment* at *now* (aware)."""
    if appointment.status in HOLDING and not appointment.holds_time(now):
        return _("This appointment has begun or is over, so it cannot be changed here any more.")
    return str(HOW_IT_STANDS[appointment.status])


def why_not(why: NotPossible, appointment: Appointment, now: datetime) -> str:
    """Return in whole sentences *why* (NotPossible) something could not be done with *appointment* at *now* (aware).

    It names the state of the appointment or of its move that stands in the way, or has words of its own.
    """
    if appointment.status not in HOLDING or isinstance(why.state, Status):
        return how_it_stands(appointment, now)
    if isinstance(why.state, Move.State):
        return str(HOW_THE_MOVE_STANDS[why.state])
    return _("Nothing has changed: %s.") % str(why).rstrip(".")
