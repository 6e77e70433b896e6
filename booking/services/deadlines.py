"""What happens by itself: promises that are late, requests, offers and moves that end. Run by the worker.

Each row is done in a transaction of its own and looked at anew under its lock, so that several workers, or somebody
who answers at the same moment, do no harm.
"""

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q

from booking.models import Appointment, BookingRules, Escalation, Message, Move, Status, TimeClaim, WaitingListEntry
from clinic.models import ClinicDetails

from .entries import EntryClosed, end_place, open_entry
from .events import Actor, Kind, Reason, record
from .messages import overtake, tell_both, tell_one, tell_patient
from .move_answers import wait_anew
from .promises import opening_time_after, request_expires
from .states import change_status, free_time, locked, locked_move

log = logging.getLogger(__name__)

MANAGER_AFTER = timedelta(hours=1)  # of opening time after the promise
AT_ONCE = 200  # rows in one sweep; the next one is seconds away


def keep_deadlines(*, now: datetime) -> int:
    """Do all that is due at *now* (aware); return how many rows were touched."""
    answer_until = timedelta(hours=BookingRules.load().answer_until_hours)
    requests = Appointment.objects.filter(status=Status.REQUESTED)
    moves, offered = Move.objects.filter(state=Move.State.WAITING), Appointment.objects.filter(status=Status.OFFERED)
    proposed = moves.filter(asked_by=Move.AskedBy.STAFF).values("appointment")
    overdue = {"reply_by__lte": now, "escalation__lt": Escalation.MANAGER}
    # Of what is overdue, that of which nobody was told comes first: the rest may wait over a night for the manager.
    told_first = ("escalation", "reply_by")
    entries = WaitingListEntry.objects
    due: list[tuple[Callable, object, tuple[str, ...]]] = [
        (expire_move, moves.filter(expires_at__lte=now), ("expires_at",)),  # first: a request then waits anew, or ends
        (expire_request, requests.filter(starts_at__lte=now + answer_until), ("starts_at",)),
        (expire_offer, offered.filter(offer_expires_at__lte=now), ("offer_expires_at",)),
        (remind_of_request, requests.exclude(pk__in=proposed).filter(**overdue), told_first),
        (remind_of_move, moves.filter(**overdue), told_first),
        (remind_of_entry, entries.unanswered().filter(**overdue), told_first),
        (end_entry, entries.waiting().filter(until__lt=today(now)), ("until",)),
    ]
    done = 0
    for act, rows, order in due:
        for pk in list(rows.order_by(*order, "pk").values_list("pk", flat=True)[:AT_ONCE]):
            try:
                with transaction.atomic():
                    done += bool(act(pk, now))
            except Exception as error:  # one row that fails must not keep all others from their deadlines
                log.error("%s %s failed: %s", act.__name__, pk, type(error).__name__)
    return done


def today(now: datetime):
    """Return the local day of the clinic at *now* (aware)."""
    return now.astimezone(ClinicDetails.load().zone).date()


# --- Ends -------------------------------------------------------------------------------------------------


def expire_request(pk: int, now: datetime) -> bool:
    """End a request that nobody answered: its time is free, the patient gets an apology, staff are told.

    No apology where until then it was for the patient to answer: another time was proposed.
    """
    appointment = locked(pk)
    end = request_expires(appointment.starts_at)
    if not appointment.is_waiting() or end > now:
        return False
    until_now = Q(state=Move.State.WAITING) | Q(state=Move.State.EXPIRED, expires_at__gte=end)
    proposed = appointment.moves.filter(until_now, asked_by=Move.AskedBy.STAFF)
    reason = Reason.PROPOSED if proposed.exists() else Reason.NOT_ANSWERED
    event = change_status(appointment, Status.EXPIRED, actor=Actor.SYSTEM, now=now, reason=reason)
    tell_both(event, Message.Kind.EXPIRED, Message.Kind.REQUEST_EXPIRED, now)
    return True


def expire_offer(pk: int, now: datetime) -> bool:
    """End an offer that the patient did not answer: its time goes to the next, their place on the list stays."""
    appointment = locked(pk)
    if not appointment.is_offered() or appointment.offer_expires_at > now:
        return False
    event = change_status(appointment, Status.EXPIRED, actor=Actor.SYSTEM, now=now, reason=Reason.NOT_ANSWERED)
    tell_patient(event, Message.Kind.OFFER_EXPIRED, now)
    return True


def expire_move(pk: int, now: datetime) -> bool:
    """End a move that was not answered: the old time stays, and a request waits for its answer anew.

    The patient and the front desk are told, and the practitioner where the patient had asked for it.
    """
    move, appointment = locked_move(pk)
    if move.state != Move.State.WAITING or move.expires_at > now:
        return False
    Move.objects.filter(pk=pk).update(state=Move.State.EXPIRED)
    free_time(TimeClaim.objects.filter(pk=move.claim_id), now)
    if appointment.is_waiting():
        wait_anew(appointment, now)
    event = record(appointment, Kind.MOVE_EXPIRED, Actor.SYSTEM, now, reason=Reason.NOT_ANSWERED)
    overtake(appointment, now)
    if appointment.is_waiting() and request_expires(appointment.starts_at) <= now:
        return True  # the request ends with it, which says all
    if move.asked_by == Move.AskedBy.PATIENT:
        tell_both(event, Message.Kind.MOVE_EXPIRED, Message.Kind.MOVE_EXPIRED, now)
    else:  # of what staff propose, practitioners hear when it is accepted
        tell_patient(event, Message.Kind.MOVE_EXPIRED, now)
        tell_one(event, Message.Kind.MOVE_EXPIRED, Message.Recipient.FRONT_DESK, now)
    return True


def end_entry(pk: int, now: datetime) -> bool:
    """Take somebody off the waiting list whose last day has passed."""
    with suppress(EntryClosed):
        end_place(open_entry(pk), WaitingListEntry.State.ENDED, now)
        return True
    return False


# --- Promises that are late -------------------------------------------------------------------------------


def next_to_tell(escalation: int, reply_by: datetime, now: datetime) -> Escalation | None:
    """Return who is to be told now that the answer promised by *reply_by* is late; None: nobody yet."""
    if escalation == Escalation.NOBODY:
        return Escalation.FRONT_DESK
    if escalation == Escalation.FRONT_DESK and opening_time_after(reply_by, MANAGER_AFTER) <= now:
        return Escalation.MANAGER
    return None


RECIPIENT = {
    Escalation.FRONT_DESK: Message.Recipient.FRONT_DESK,
    Escalation.MANAGER: Message.Recipient.MANAGER,
}
REASON = {Escalation.FRONT_DESK: Reason.FRONT_DESK_TOLD, Escalation.MANAGER: Reason.MANAGER_TOLD}


def remind_of_request(pk: int, now: datetime) -> bool:
    """Tell the next of the staff that a request still waits; it keeps its time.

    Where staff have proposed another time, it is the patient who must answer, and nobody is late.
    """
    appointment = locked(pk)
    move = appointment.open_move()
    if not appointment.is_waiting() or appointment.reply_by > now or (move and move.waits_for_patient()):
        return False
    return remind(appointment, appointment, now)


def remind_of_move(pk: int, now: datetime) -> bool:
    """Tell the next of the staff that a wish to move still waits."""
    move, appointment = locked_move(pk)
    return move.waits_for_staff() and remind(appointment, move, now)


def remind(appointment: Appointment, late, now: datetime) -> bool:
    """Tell the next of the staff about *late*, the appointment itself or its move."""
    level = next_to_tell(late.escalation, late.reply_by, now)
    if level is None:
        return False
    late.escalation = level
    late.save(update_fields=["escalation"])
    if reachable(level):
        event = record(appointment, Kind.LATE_ANSWER, Actor.SYSTEM, now, reason=REASON[level])
        tell_one(event, Message.Kind.LATE_ANSWER, RECIPIENT[level], now)
    return True


def remind_of_entry(pk: int, now: datetime) -> bool:
    """Tell the next of the staff that somebody who asked without a time has had no answer."""
    entry = WaitingListEntry.objects.select_for_update().get(pk=pk)
    level = next_to_tell(entry.escalation, entry.reply_by, now) if entry.needs_answer() else None
    if level is None:
        return False
    entry.escalation = level
    entry.save(update_fields=["escalation"])
    if reachable(level):
        tell_one(entry, Message.Kind.LATE_ANSWER, RECIPIENT[level], now)
    return True


def reachable(level: Escalation) -> bool:
    """Whether an address is entered for those who are told."""
    details = ClinicDetails.load()
    return bool(details.manager_email if level == Escalation.MANAGER else details.front_desk_email)
