"""Moving an appointment: the old time is kept until the new one is sure."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from booking.models import Appointment, Message, Move, Status, TimeClaim
from clinic.models import Mode, Practitioner, User

from .claims import TimeTaken, claim_time, put_at
from .events import Actor, Kind, Reason, record, said_by_patient
from .locks import lock_practitioners
from .messages import tell_both, tell_patient, tell_practitioners, tell_staff
from .openings import find_slot
from .promises import answer_promised_at, offer_expires, promised_answer, request_expires
from .slots import Slot
from .states import NotPossible, change_status, free_time, in_the_way, is_late, locked, locked_move

MOVABLE = frozenset([Status.REQUESTED, Status.CONFIRMED])


def needs_approval(appointment: Appointment, now: datetime) -> bool:
    """Whether the clinic must say yes to a move that the patient asks for at *now* (aware).

    A request has had no answer yet, so another time is simply what is asked for; a confirmed visit moves by itself
    where its service confirms itself, unless it is late.
    """
    return appointment.is_confirmed() and (not appointment.service.confirms_itself or is_late(appointment, now))


def ask_to_move(
    *,
    appointment_id: int,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    now: datetime,
    patient_time_zone: str | None = None,
) -> Appointment:
    """Move a patient's appointment, or ask the clinic where it must agree; return the row.

    *starts_at* and *now* are aware. Where the clinic must agree, the old time stays and the new one is held beside
    it. *patient_time_zone* is where they are during a visit by video, None: where they said before. Raises TimeTaken
    when the new time is not open, NotPossible when the appointment cannot be moved (any more);
    Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment, slot, mode = held_and_open(appointment_id, practitioner, starts_at, mode, now)
        if mode == Mode.VIDEO and patient_time_zone is not None:
            appointment.patient_time_zone = patient_time_zone
            appointment.save(update_fields=["patient_time_zone"])
        if needs_approval(appointment, now):
            move = hold(appointment, slot, mode, Move.AskedBy.PATIENT, now)
            event = record(appointment, Kind.MOVE_ASKED, Actor.PATIENT, now)
            tell_both(event, Message.Kind.MOVE_ASKED, Message.Kind.NEW_MOVE, now)
            return move.appointment
        requested = appointment.is_waiting()
        if requested:
            appointment.reply_by, appointment.escalation = promised_answer(slot.starts_at, now, slot.practice), 0
        before = move_now(appointment, slot, mode, now)
        event = record(appointment, Kind.CHANGED if requested else Kind.MOVED, Actor.PATIENT, now)
        if requested:
            tell_both(event, Message.Kind.CHANGED, Message.Kind.REQUEST_CHANGED, now, before=before)
        else:
            tell_both(event, Message.Kind.MOVED, Message.Kind.MOVED_BY_PATIENT, now, before=before)
    return appointment


def propose_move(
    *,
    appointment_id: int,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    user: User,
    now: datetime,
    words: str = "",
) -> Move:
    """Propose another time to the patient, and hold it until they have answered; the old time stays until then.

    *starts_at* and *now* are aware; *words* are added to the message and kept encrypted. Raises as `ask_to_move`.
    """
    with transaction.atomic():
        appointment, slot, mode = held_and_open(appointment_id, practitioner, starts_at, mode, now, by_staff=True)
        move = hold(appointment, slot, mode, Move.AskedBy.STAFF, now)
        event = record(appointment, Kind.MOVE_PROPOSED, Actor.STAFF, now, user=user, words=words)
        tell_patient(event, Message.Kind.MOVE_PROPOSED, now)
    return move


def move_agreed(
    *,
    appointment_id: int,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    user: User,
    now: datetime,
    words: str = "",
) -> Appointment:
    """Move an appointment to a time that the patient has agreed to, as on the telephone; it is confirmed with that.

    *starts_at* and *now* are aware; *words* are added to the message and kept encrypted. Raises as `ask_to_move`.
    """
    with transaction.atomic():
        appointment, slot, mode = held_and_open(appointment_id, practitioner, starts_at, mode, now, by_staff=True)
        if appointment.is_waiting():
            change_status(appointment, Status.CONFIRMED, actor=Actor.STAFF, now=now, user=user, reason=Reason.AGREED)
        before = move_now(appointment, slot, mode, now)
        event = record(appointment, Kind.MOVED, Actor.STAFF, now, user=user, words=words, reason=Reason.AGREED)
        tell_patient(event, Message.Kind.MOVED, now)
        tell_practitioners(event, Message.Kind.MOVED, now, before=before)
    return appointment


def accept_move(*, move_id: int, now: datetime, user: User | None = None, for_patient: bool = False) -> Appointment:
    """Say yes to a move: the new time becomes the appointment's, the old one is free, in one transaction.

    With a *user* staff accept what a patient asked for, without one the patient accepts what staff proposed; a
    request is confirmed with that. *for_patient*: the user writes down what the patient said. *now* is aware. Raises
    NotPossible when the move does not wait for that side (any more), or a time has passed; Move.DoesNotExist.
    """
    with transaction.atomic():
        move, appointment = waiting_move(move_id, now, by_staff=bool(user) and not for_patient)
        who = who_says(user, for_patient)
        if move.starts_at <= now:
            raise NotPossible(gettext("its time has passed"))
        if appointment.is_waiting():
            change_status(appointment, Status.CONFIRMED, now=now, **who)
        end_move(move, Move.State.ACCEPTED)
        old = appointment.claims.filter(active=True).exclude(pk=move.claim_id)
        before = appointment.practitioner
        for name in ("practitioner", "location", "mode", "starts_at", "ends_at", "time_zone"):
            setattr(appointment, name, getattr(move, name))
        store_new_time(appointment)
        free_time(old, now)
        event = record(appointment, Kind.MOVED, now=now, **who)
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
        free_time(TimeClaim.objects.filter(pk=move.claim_id), now)
        event = record(appointment, Kind.MOVE_WITHDRAWN, actor_of(user), now, user=user)
        if user:
            tell_patient(event, Message.Kind.MOVE_DECLINED, now)
    return appointment


# --- The steps that these share; each runs in the caller's transaction -------------------------------------


def mode_for(slot: Slot, wanted: Mode | None, appointment: Appointment) -> Mode:
    """Return how the visit is held at *slot*: as *wanted*; else as it is now, where it can be; else in the first way.

    Whoever asks for another time only does not ask for another way to meet.
    """
    now = Mode(appointment.mode)
    return wanted or (now if now in slot.modes else slot.modes[0])


def held_and_open(appointment_id, practitioner, starts_at, mode, now, by_staff=False) -> tuple[Appointment, Slot, Mode]:
    """Return the locked appointment, which may be moved, the open slot and the mode, under the locks of all concerned.

    The appointment's own time does not stand in its own way; staff may use any time that has not begun.
    """
    appointment = locked(appointment_id)
    if appointment.status not in MOVABLE:
        raise in_the_way(appointment)
    if appointment.starts_at <= now:
        raise NotPossible(gettext("its time has passed"))
    if appointment.open_move():
        raise NotPossible(gettext("another time waits for an answer already"))
    lock_practitioners(appointment.practitioner_id, practitioner.pk)
    slot = find_slot(
        service=appointment.service,
        practitioner=practitioner,
        starts_at=starts_at,
        mode=mode,
        now=now,
        ignoring=appointment,
        by_staff=by_staff,
    )
    if slot is None:
        raise TimeTaken
    mode = mode_for(slot, mode, appointment)
    if mode == Mode.PHONE and not appointment.phone:
        raise NotPossible(gettext("for a visit by phone we need a telephone number; please call or text us"))
    return appointment, slot, mode


def hold(appointment: Appointment, slot: Slot, mode: Mode, asked_by: Move.AskedBy, now: datetime) -> Move:
    """Hold *slot* beside the time that the appointment has; raises NotPossible where too little is left to answer."""
    last = request_expires(min(appointment.starts_at, slot.starts_at), slot.practice.rules)
    by_patient = asked_by == Move.AskedBy.PATIENT
    answered_by = answer_promised_at(now, before=last, practice=slot.practice) if by_patient else None
    if last <= now or (by_patient and answered_by is None):
        too_soon = gettext("it is too soon for that; please call us")
        raise NotPossible(too_soon if by_patient else gettext("too little time is left to answer; please call them"))
    return Move.objects.create(
        appointment=appointment,
        asked_by=asked_by,
        practitioner=slot.practitioner,
        location_id=slot.location_id,
        mode=mode,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        time_zone=slot.zone.key,
        claim=claim_time(appointment, slot),
        asked_at=now,
        reply_by=answered_by,
        expires_at=last if by_patient else min(last, offer_expires(now, slot.starts_at)),
    )


def move_now(appointment: Appointment, slot: Slot, mode: Mode, now: datetime) -> Practitioner:
    """Give the appointment the time of *slot* and let go of the old one; return who had the visit before."""
    before = appointment.practitioner
    old = list(appointment.claims.filter(active=True).values_list("pk", flat=True))
    claim_time(appointment, slot)
    put_at(appointment, slot, mode)
    store_new_time(appointment)
    free_time(TimeClaim.objects.filter(pk__in=old), now)
    return before


def store_new_time(appointment: Appointment) -> None:
    """Store the new time; whoever said they come must be asked anew, and calendars hear of it."""
    appointment.attendance_confirmed_at = None
    appointment.sequence += 1
    appointment.save()


def wait_anew(appointment: Appointment, now: datetime) -> None:
    """Let a request wait for the clinic again: the patient did not take what was proposed, so nobody is late yet."""
    appointment.reply_by, appointment.escalation = promised_answer(appointment.starts_at, now), 0
    appointment.save(update_fields=["reply_by", "escalation"])


def waiting_move(move_id: int, now: datetime, *, by_staff: bool) -> tuple[Move, Appointment]:
    """Return the move that waits for this side, and its locked appointment, which still stands."""
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


def actor_of(user: User | None) -> Actor:
    """Return who acts: staff, or the patient."""
    return Actor.STAFF if user else Actor.PATIENT


def who_says(user: User | None, for_patient: bool) -> dict:
    """Return how an event names who answers a move: staff, the patient, or the patient by the mouth of staff."""
    return said_by_patient(user) if for_patient else {"actor": actor_of(user), "user": user}
