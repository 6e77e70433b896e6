"""The one door to appointments, for the site and for the admin alike.

`openings` reads: which times are open. `appointments` writes: request, confirm, decline,
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
from .openings import Slot, find_slot, next_slots, open_slots, promised_answer

__all__ = [
    "AnswerNotPossible",
    "ConsentChanged",
    "NumberNeeded",
    "Slot",
    "SubmissionChanged",
    "TimeTaken",
    "cancel_appointment",
    "confirm_appointment",
    "decline_appointment",
    "find_slot",
    "next_slots",
    "open_slots",
    "promised_answer",
    "record_call",
    "request_appointment",
]
