"""A move that waits is answered, or taken back."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from booking.models import Appointment, Escalation, Message, Move, Status, TimeClaim
from clinic.models import User

from .events import Actor, Kind, record, said_by_patient
from .locks import lock_practitioners
from .messages import never_told, overtake, tell_both, tell_patient, tell_practitioners, tell_staff
from .moves import MOVABLE, WHAT_MOVES, store_new_time
from .promises import promised_answer
from .states import NotPossible, change_status, free_time, in_the_way, locked_move, still_to_come


def accept_move(*, move_id: int, now: datetime, user: User | None = None, for_patient: bool = False) -> Appointment:
    """Say yes to a move: the new time becomes the appointment's, the old one is free, in one transaction.

    With a *user* staff accept what a patient asked for, without one the patient accepts what staff proposed; a
    request is confirmed with that. *for_patient*: the user writes down what the patient said. *now* is aware. Raises
    NotPossible when the move does not wait for that side (any more), or a time has passed; Move.DoesNotExist.
    """
    with transaction.atomic():
        move, appointment = waiting_move(move_id, now, by_staff=bool(user) and not for_patient)
        who = who_says(user, for_patient)
        still_to_come(move, now)
        if appointment.is_waiting():
            change_status(appointment, Status.CONFIRMED, now=now, **who)
        end_move(move, Move.State.ACCEPTED)
        old = appointment.claims.filter(active=True).exclude(pk=move.claim_id)
        before = appointment.practitioner
        for name in WHAT_MOVES:
            setattr(appointment, name, getattr(move, name))
        store_new_time(appointment)
        # Why staff proposed another time is not known here: perhaps nobody can hold the old one.
        free_time(old, now, offer_to_others=move.asked_by == Move.AskedBy.PATIENT)
        event = record(appointment, Kind.MOVED, now=now, **who)
        overtake(appointment, now)
        if user:
            tell_patient(event, Message.Kind.MOVED, now)
            tell_practitioners(event, Message.Kind.MOVED, now, before=before)
        else:
            tell_both(event, Message.Kind.MOVED, Message.Kind.MOVED_BY_PATIENT, now, before=before)
    return appointment


def decline_move(
    *, move_id: int, now: datetime, user: User | None = None, words: str = "", for_patient: bool = False
) -> Appointment:
    """Say no to a move: the new time is free again, the old one stays.

    With a *user* staff decline what a patient asked for, and *words* are added to the message; without one the
    patient declines what staff proposed, and a request waits for its answer anew. *for_patient*: the user writes
    down what the patient said. *now* is aware. Raises as `accept_move`.
    """
    by_staff = bool(user) and not for_patient
    with transaction.atomic():
        move, appointment = waiting_move(move_id, now, by_staff=by_staff)
        end_move(move, Move.State.DECLINED)
        free_time(TimeClaim.objects.filter(pk=move.claim_id), now)
        who = who_says(user, for_patient)
        event = record(appointment, Kind.MOVE_DECLINED, now=now, words=words, **who)
        overtake(appointment, now)
        if by_staff:
            tell_patient(event, Message.Kind.MOVE_DECLINED, now)
            return appointment
        if appointment.is_waiting():
            wait_anew(appointment, now)
        tell_staff(event, Message.Kind.OFFER_DECLINED, now)
    return appointment


def withdraw_move(*, move_id: int, now: datetime, user: User | None = None) -> Appointment:
    """Take back a move before it is answered, as whoever asked for it; the old time stays. *now* is aware.

    With a *user* staff take back what they proposed, without one the patient what they asked for. Raises as
    `accept_move`.
    """
    with transaction.atomic():
        move, appointment = locked_move(move_id)
        asked_by = Move.AskedBy.STAFF if user else Move.AskedBy.PATIENT
        if move.state != Move.State.WAITING or move.asked_by != asked_by:
            raise in_the_way(move)
        end_move(move, Move.State.WITHDRAWN)
        free_time(TimeClaim.objects.filter(pk=move.claim_id), now, offer_to_others=user is None)
        event = record(appointment, Kind.MOVE_WITHDRAWN, actor_of(user), now, user=user)
        overtake(appointment, now)
        if user:
            if appointment.is_waiting():
                wait_anew(appointment, now)
            if not never_told(appointment, Message.Kind.MOVE_PROPOSED):
                tell_patient(event, Message.Kind.MOVE_DECLINED, now)
    return appointment


# --- The steps that these share; each runs in the caller's transaction -------------------------------------


def waiting_move(move_id: int, now: datetime, *, by_staff: bool) -> tuple[Move, Appointment]:
    """Return the move that waits for this side at *now* (aware), and its locked appointment, which still stands.

    Raises NotPossible, Move.DoesNotExist.
    """
    move, appointment = locked_move(move_id)
    if not (move.waits_for_staff() if by_staff else move.waits_for_patient()):
        raise in_the_way(move)
    if appointment.status not in MOVABLE:
        raise in_the_way(appointment)
    if move.expires_at <= now and not by_staff:
        raise NotPossible(gettext("the offer has ended"))
    lock_practitioners(appointment.practitioner_id, move.practitioner_id)
    return move, appointment


def end_move(move: Move, state: Move.State) -> None:
    """Note how the move ended."""
    move.state = state
    move.save(update_fields=["state"])


def wait_anew(appointment: Appointment, now: datetime) -> None:
    """Let a request wait for the clinic again at *now* (aware): what was proposed is gone, so nobody is late yet."""
    appointment.reply_by = promised_answer(appointment.starts_at, now)
    appointment.escalation = Escalation.NOBODY
    appointment.save(update_fields=["reply_by", "escalation"])


def actor_of(user: User | None) -> Actor:
    """Return who acts: staff, or the patient."""
    return Actor.STAFF if user else Actor.PATIENT


def who_says(user: User | None, for_patient: bool) -> dict:
    """Return how an event names who answers a move: staff, the patient, or the patient by the mouth of staff."""
    return said_by_patient(user) if for_patient else {"actor": actor_of(user), "user": user}
