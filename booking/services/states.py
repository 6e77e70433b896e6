"""The one function by which appointments change their state, and what follows from it for their time."""

from datetime import datetime, timedelta

from django.db.models import F
from django.utils.translation import gettext

from booking.models import TIME_KEPT, TRANSITIONS, Appointment, AppointmentEvent, Move, Status, TimeClaim
from clinic.models import User

from .events import Actor, Kind, record
from .locks import lock_practitioners
from .messages import overtake
from .offers import offer_freed_times


class NotPossible(Exception):
    """Something cannot be done; the text says why, in words for a person, and `state` which state stands in the way."""

    def __init__(self, words: str, state: Status | Move.State | None = None):
        super().__init__(words)
        self.state = state


def in_the_way(one: Appointment | Move) -> NotPossible:
    """Return the refusal that names the state of *one*."""
    state = Status(one.status) if isinstance(one, Appointment) else Move.State(one.state)
    return NotPossible(str(state.label), state)


def locked(appointment_id: int) -> Appointment:
    """Return the appointment with its row locked until the end of the transaction; raises Appointment.DoesNotExist."""
    # Locked alone: with a join, Postgres would find no row any more where somebody gave it to a colleague meanwhile.
    Appointment.objects.select_for_update().only("pk").get(pk=appointment_id)
    return Appointment.objects.select_related("service", "practitioner", "location").get(pk=appointment_id)


def locked_move(move_id: int) -> tuple[Move, Appointment]:
    """Return the move, and its appointment with its row locked until the end of the transaction.

    Every writer of a move takes that lock first, so the move is read after it. Raises Move.DoesNotExist.
    """
    appointment = locked(Move.objects.values_list("appointment", flat=True).get(pk=move_id))
    return Move.objects.select_related("practitioner", "location").get(pk=move_id), appointment


def still_to_come(held: Appointment | Move, now: datetime) -> None:
    """Raise NotPossible where the time of *held* has passed at *now* (aware)."""
    if held.starts_at <= now:
        raise NotPossible(gettext("its time has passed"))


def is_late(appointment: Appointment, now: datetime) -> bool:
    """Whether cancelling or moving at *now* (aware) counts as late by the rule of the service.

    Only what is confirmed can be cancelled late.
    """
    hours = appointment.service.late_cancellation_hours
    return appointment.is_confirmed() and now > appointment.starts_at - timedelta(hours=hours)


def change_status(
    appointment: Appointment,
    after: Status,
    *,
    actor: Actor,
    now: datetime,
    user: User | None = None,
    words: str = "",
    reason: str = "",
    offer_to_others: bool = True,
) -> AppointmentEvent:
    """Take *appointment* (from `locked`) to the state *after*, free time that is not needed any more, and record it.

    Compares and sets: nothing is changed where the row has another state than *appointment* says. A move that waits
    ends with the appointment. *now* is aware; *words* are kept encrypted; *offer_to_others*: who waits for the time
    that is free now is offered it. What the patient was still to be told, and is not true any more, they are not told.
    Returns the event. Raises NotPossible where TRANSITIONS does not allow the step.
    """
    before = Status(appointment.status)
    if after not in TRANSITIONS.get(before, ()):
        raise in_the_way(appointment)
    changed = Appointment.objects.filter(pk=appointment.pk, status=before).update(
        status=after, sequence=F("sequence") + 1
    )
    if not changed:
        raise NotPossible(gettext("somebody else was faster"))
    appointment.status = after
    appointment.sequence += 1
    event = record(appointment, Kind(after), actor, now, user=user, words=words, reason=reason)
    if after not in TIME_KEPT:
        appointment.moves.filter(state=Move.State.WAITING).update(state=Move.State.WITHDRAWN)
        free_time(appointment.claims.filter(active=True), now, offer_to_others=offer_to_others)
    overtake(appointment, now)
    return event


def free_time(claims, now: datetime, *, offer_to_others: bool = True) -> None:
    """Let go of the time that *claims* (a QuerySet) hold; whoever waits for it and fits gets an offer."""
    freed: list[TimeClaim] = list(claims.select_related("practitioner"))
    lock_practitioners(*(claim.practitioner_id for claim in freed))
    TimeClaim.objects.filter(pk__in=[claim.pk for claim in freed]).update(active=False)
    if offer_to_others:
        offer_freed_times(freed, now=now)
