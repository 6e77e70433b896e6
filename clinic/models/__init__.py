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
from .practice import ClinicDetails, Closure, InsurancePlan, Location, OpeningHours
from .search import SearchWord
from .site import ConsentText, Navigation, Notice, OutboundLinks
from .users import User

__all__ = [
    "ClinicDetails",
    "Closure",
    "ConsentText",
    "ContactPage",
    "CrisisHelpPage",
    "HomePage",
    "InsurancePlan",
    "Location",
    "LocationsPage",
    "Mode",
    "Navigation",
    "Notice",
    "OpeningHours",
    "OutboundLinks",
    "Practitioner",
    "SearchWord",
    "Service",
    "ServicesPage",
    "StandardPage",
    "TeamPage",
    "User",
]
