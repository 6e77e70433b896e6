"""Time that is offered, time that is taken, what happened, and what people are told about it."""

from .appointments import Appointment, AppointmentEvent, AppointmentNote, Status, TimeClaim
from .messages import Message
from .schedules import BookingRules, Schedule

__all__ = [
    "Appointment",
    "AppointmentEvent",
    "AppointmentNote",
    "BookingRules",
    "Message",
    "Schedule",
    "Status",
    "TimeClaim",
]
