"""Another time for an appointment: asked for, proposed, or agreed. The old one is kept until the new one is sure."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext

from booking.models import Appointment, Escalation, Message, Move, Status, TimeClaim
from clinic.models import Mode, Practitioner, User

from .claims import TimeTaken, claim_time, put_at
from .events import Actor, Kind, Reason, record
from .locks import lock_practitioners
from .messages import overtake, tell_both, tell_patient, tell_practitioners
from .openings import find_slot
from .promises import SHORTEST_OFFER, answer_promised_at, offer_expires, promised_answer, request_expires
from .slots import Slot
from .states import NotPossible, change_status, free_time, in_the_way, is_late, locked, still_to_come

# What a move changes of an appointment, and what a `Move` holds of it.
WHAT_MOVES = ("practitioner", "location", "mode", "starts_at", "ends_at", "time_zone")
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
    it. The time that it has already changes nothing. *patient_time_zone* is where they are during a visit by video,
    None: where they said before. Raises TimeTaken when the new time is not open, NotPossible when the appointment
    cannot be moved (any more); Appointment.DoesNotExist.
    """
    with transaction.atomic():
        appointment, slot, mode = held_and_open(appointment_id, practitioner, starts_at, mode, now)
        if is_now(appointment, slot, mode):  # pressed twice
            return appointment
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
            appointment.reply_by = promised_answer(slot.starts_at, now, slot.practice)
            appointment.escalation = Escalation.NOBODY
        before = move_now(appointment, slot, mode, now)
        event = record(appointment, Kind.CHANGED if requested else Kind.MOVED, Actor.PATIENT, now)
        overtake(appointment, now)
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
        overtake(appointment, now)
        tell_patient(event, Message.Kind.MOVED, now)
        tell_practitioners(event, Message.Kind.MOVED, now, before=before)
    return appointment


# --- The steps that these share ---------------------------------------------------------------------------


def mode_for(slot: Slot, wanted: Mode | None, usual: str) -> Mode:
    """Return how the visit is held at *slot*: as *wanted*; else in the *usual* mode, where it can be; else the first.

    Whoever asks for another time only does not ask for another way to meet. *usual* is empty for none.
    """
    return wanted or (Mode(usual) if usual in slot.modes else slot.modes[0])


def is_now(appointment: Appointment, slot: Slot, mode: Mode) -> bool:
    """Whether *slot* in *mode* is what the appointment has already."""
    now = (appointment.starts_at, appointment.practitioner_id, appointment.mode)
    return (slot.starts_at, slot.practitioner.pk, mode) == now


def held_and_open(
    appointment_id: int,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    now: datetime,
    by_staff: bool = False,
) -> tuple[Appointment, Slot, Mode]:
    """Return the locked appointment, which may be moved, the open slot and the mode, under the locks of all concerned.

    The appointment's own time does not stand in its own way; staff may use any time that has not begun. *starts_at*
    and *now* are aware. To be called in a transaction. Raises as `ask_to_move`.
    """
    appointment = locked(appointment_id)
    if appointment.status not in MOVABLE:
        raise in_the_way(appointment)
    still_to_come(appointment, now)
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
    mode = mode_for(slot, mode, appointment.mode)
    if by_staff and is_now(appointment, slot, mode):
        raise NotPossible(gettext("it is the time that the visit has already"))
    if mode == Mode.PHONE and not appointment.phone:
        raise NotPossible(gettext("for a visit by phone we need a telephone number; please call or text us"))
    return appointment, slot, mode


def hold(appointment: Appointment, slot: Slot, mode: Mode, asked_by: Move.AskedBy, now: datetime) -> Move:
    """Hold *slot* at *now* (aware) beside the time that the appointment has; return the stored move.

    Raises NotPossible where too little time is left to answer, TimeTaken.
    """
    last = request_expires(min(appointment.starts_at, slot.starts_at), slot.practice.rules)
    if asked_by == Move.AskedBy.PATIENT:
        answered_by = answer_promised_at(now, before=last, practice=slot.practice)
        if last <= now or answered_by is None:
            raise NotPossible(gettext("it is too soon for that; please call us"))
    else:
        answered_by = None
        last = min(last, offer_expires(now, slot.starts_at, slot.practice))
        if last - now < SHORTEST_OFFER:
            raise NotPossible(gettext("too little time is left to answer; please call them"))
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
        expires_at=last,
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
    appointment.save(update_fields=[*WHAT_MOVES, "attendance_confirmed_at", "sequence", "reply_by", "escalation"])
