"""Time that is offered, time that is taken, what happened, and what people are told about it."""

from .appointments import HOLDING, TIME_KEPT, TRANSITIONS, Appointment, Escalation, Move, Status
from .claims import TimeClaim
from .events import REASONS_TO_DECLINE, AppointmentEvent, AppointmentNote
from .links import CalendarFeed, ManageLink, new_secret, secret_hash
from .messages import Message
from .patients import PATIENT_FIELDS, ContactBy
from .rules import BookingRules, PractitionerRules
from .schedules import Schedule, ScheduleException
from .waiting_list import WaitingListEntry

__all__ = [
    "HOLDING",
    "PATIENT_FIELDS",
    "REASONS_TO_DECLINE",
    "TIME_KEPT",
    "TRANSITIONS",
    "Appointment",
    "AppointmentEvent",
    "AppointmentNote",
    "BookingRules",
    "CalendarFeed",
    "ContactBy",
    "Escalation",
    "ManageLink",
    "Message",
    "Move",
    "PractitionerRules",
    "Schedule",
    "ScheduleException",
    "Status",
    "TimeClaim",
    "WaitingListEntry",
    "new_secret",
    "secret_hash",
]
