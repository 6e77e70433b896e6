"""The one door to appointments, for the site and for the admin alike.

Reading: `openings` knows which times are open, from `practice`, `timetables` and `slots`; `finder` who fits, `promises`
by when somebody answers, `links` whose secret address this is. Writing: `requests` (a patient asks), `answers` (staff),
`visits` (the patient's own), `moves` and `move_answers`, `offers`, `waiting_list`, `deadlines` (what happens by
itself). Below them: `states` changes the state of an appointment and frees its time, `entries` ends a place on the
waiting list, `claims` holds time, `events` keeps the history, `messages` queues what people must be told, `submissions`
stores a form once, `locks` says who waits for whom.
"""

from .answers import cancel_appointment, confirm_appointment, decline_appointment, mark_attendance, record_call
from .claims import TimeTaken
from .deadlines import keep_deadlines
from .entries import EntryClosed
from .finder import (
    Found,
    Wishes,
    everybody,
    find_practitioners,
    first_service,
    hours_to_come,
    modes_of,
    places_of,
    ways_out,
    with_portraits,
)
from .links import ask_for_links, link_with_secret, new_link, send_fresh_links, usable_link
from .move_answers import accept_move, decline_move, withdraw_move
from .moves import ask_to_move, mode_for, move_agreed, needs_approval, propose_move
from .offers import offer_time
from .openings import find_slot, next_slots_of_each, open_slots, open_slots_by_mode, times_instead
from .promises import promised_answer, request_expires
from .requests import NumberNeeded, request_appointment
from .slots import Slot
from .states import NotPossible, is_late
from .submissions import ConsentChanged, SubmissionChanged
from .visits import accept_offer, cancel_own, confirm_attendance, decline_offer, set_patient_time_zone
from .waiting_list import answer_entry, ask_without_time, close_entry, leave_list

__all__ = [
    "ConsentChanged",
    "EntryClosed",
    "Found",
    "NotPossible",
    "NumberNeeded",
    "Slot",
    "SubmissionChanged",
    "TimeTaken",
    "Wishes",
    "accept_move",
    "accept_offer",
    "answer_entry",
    "ask_for_links",
    "ask_to_move",
    "ask_without_time",
    "cancel_appointment",
    "cancel_own",
    "close_entry",
    "confirm_appointment",
    "confirm_attendance",
    "decline_appointment",
    "decline_move",
    "decline_offer",
    "everybody",
    "find_practitioners",
    "find_slot",
    "first_service",
    "hours_to_come",
    "is_late",
    "keep_deadlines",
    "leave_list",
    "link_with_secret",
    "mark_attendance",
    "mode_for",
    "modes_of",
    "move_agreed",
    "needs_approval",
    "new_link",
    "next_slots_of_each",
    "offer_time",
    "open_slots",
    "open_slots_by_mode",
    "places_of",
    "promised_answer",
    "propose_move",
    "record_call",
    "request_appointment",
    "request_expires",
    "send_fresh_links",
    "set_patient_time_zone",
    "times_instead",
    "usable_link",
    "ways_out",
    "with_portraits",
    "withdraw_move",
]
