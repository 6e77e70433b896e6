"""The facts of the practice, the common pages, and the people who sign in."""

from .care import Mode, Practitioner, Service
from .pages import (
    ContactPage,
    CrisisHelpPage,
    HomePage,
    LocationsPage,
    ServicesPage,
    StandardPage,
    TeamPage,
)
from .practice import ClinicDetails, Closure, Location, OpeningHours
from .users import User

__all__ = [
    "ClinicDetails",
    "Closure",
    "ContactPage",
    "CrisisHelpPage",
    "HomePage",
    "Location",
    "LocationsPage",
    "Mode",
    "OpeningHours",
    "Practitioner",
    "Service",
    "ServicesPage",
    "StandardPage",
    "TeamPage",
    "User",
]
