"""The one door to appointments, for the site and for the admin alike.

`openings` reads which times are open, `finder` who fits. `appointments` writes: request, confirm, decline,
cancel. `messages` queues what people must be told about that.
"""

from .appointments import (
    AnswerNotPossible,
    ConsentChanged,
    NumberNeeded,
    SubmissionChanged,
    TimeTaken,
    cancel_appointment,
    confirm_appointment,
    decline_appointment,
    record_call,
    request_appointment,
)
from .finder import (
    Found,
    Wishes,
    everybody,
    find_practitioners,
    first_service,
    modes_of,
    places_of,
    ways_out,
    with_portraits,
)
from .openings import (
    Slot,
    find_slot,
    next_slots,
    next_slots_of_each,
    offer_expires,
    open_slots,
    open_slots_by_mode,
    opening_again,
    promised_answer,
    request_expires,
)

__all__ = [
    "AnswerNotPossible",
    "ConsentChanged",
    "Found",
    "NumberNeeded",
    "Slot",
    "SubmissionChanged",
    "TimeTaken",
    "Wishes",
    "cancel_appointment",
    "confirm_appointment",
    "decline_appointment",
    "everybody",
    "find_practitioners",
    "find_slot",
    "first_service",
    "modes_of",
    "next_slots",
    "next_slots_of_each",
    "offer_expires",
    "open_slots",
    "open_slots_by_mode",
    "opening_again",
    "places_of",
    "promised_answer",
    "record_call",
    "request_appointment",
    "request_expires",
    "ways_out",
    "with_portraits",
]
