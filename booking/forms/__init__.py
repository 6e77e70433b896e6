"""The forms of patients."""

from .appointments import AppointmentForm
from .links import FindLinkForm
from .waiting_list import AskForm

__all__ = ["AppointmentForm", "AskForm", "FindLinkForm"]
