"""iCalendar documents (RFC 5545)."""

from datetime import UTC, datetime

import icalendar
from django.conf import settings
from django.utils.translation import gettext

from booking.models import Appointment
from clinic.models import ClinicDetails, Mode


def appointment_calendar(appointment: Appointment, details: ClinicDetails, *, now: datetime) -> bytes:
    """Return an `.ics` document with the one visit, in UTC.

    Its title is the neutral name that the clinic sets; a patient who asked for discretion gets no name, no
    place and no address of the site. *now* (aware) becomes DTSTAMP.
    """
    event = icalendar.Event()
    event.add("uid", f"{appointment.submission_key}@appointment")
    event.add("sequence", 0)
    event.add("status", "CONFIRMED")
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("class", "PRIVATE")
    if appointment.discreet:
        event.add("summary", gettext("Appointment"))
    else:
        event.add("summary", details.message_name)
        if appointment.mode == Mode.IN_PERSON:
            event.add("location", appointment.location.address)
        event.add("url", settings.SITE_URL)
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Clinic website//Appointments//EN")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical()
