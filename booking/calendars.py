"""iCalendar documents (RFC 5545)."""

from datetime import UTC, datetime
from urllib.parse import urlencode

import icalendar
from django.conf import settings
from django.utils.translation import gettext

from booking.models import Appointment
from clinic.models import ClinicDetails, Mode


def appointment_calendar(appointment: Appointment, details: ClinicDetails, *, now: datetime) -> bytes:
    """Return an `.ics` document with the one visit, in UTC; of a visit that is off, one that takes it out again.

    It has one UID for its whole life, and a SEQUENCE that rises with each change (RFC 5546).
    Its title is the neutral name that the clinic sets; a patient who asked for discretion gets no name, no
    place and no address of the site. *now* (aware) becomes DTSTAMP.
    """
    on = appointment.is_confirmed()
    event = icalendar.Event()
    event.add("uid", f"{appointment.submission_key}@appointment")
    event.add("sequence", appointment.sequence)
    event.add("status", "CONFIRMED" if on else "CANCELLED")
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
    calendar.add("method", calendar_method(appointment))
    calendar.add_component(event)
    return calendar.to_ical()


def calendar_method(appointment: Appointment) -> str:
    """Return what the document asks a calendar to do: keep the visit, or take it out."""
    return "PUBLISH" if appointment.is_confirmed() else "CANCEL"


def calendar_links(appointment: Appointment, details: ClinicDetails) -> dict[str, str]:
    """Return the addresses at `google` and `outlook` that put the visit into a calendar there.

    They tell these companies a neutral title and the time, and the place where the visit is in person; nothing at all
    about a discreet patient but the time.
    """
    title = gettext("Appointment") if appointment.discreet else details.message_name
    here = appointment.mode == Mode.IN_PERSON and not appointment.discreet
    place = {"location": appointment.location.address} if here else {}
    start, end = (at.astimezone(UTC) for at in (appointment.starts_at, appointment.ends_at))
    dates = f"{start:%Y%m%dT%H%M%SZ}/{end:%Y%m%dT%H%M%SZ}"
    google = urlencode({"action": "TEMPLATE", "text": title, "dates": dates, **place})
    outlook = urlencode(
        {
            "rru": "addevent",
            "subject": title,
            "startdt": f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "enddt": f"{end:%Y-%m-%dT%H:%M:%SZ}",
            **place,
        }
    )
    return {
        "google": f"https://calendar.google.com/calendar/render?{google}",
        "outlook": f"https://outlook.live.com/calendar/0/action/compose?{outlook}",
    }
