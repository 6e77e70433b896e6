"""iCalendar documents (RFC 5545, 5546) and links that put a visit into a calendar."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import NamedTuple
from unicodedata import normalize
from urllib.parse import quote, urlencode

import icalendar
from django.conf import settings
from django.utils.translation import gettext

from booking.models import Appointment, Status
from clinic.models import ClinicDetails, Mode

PRODUCT = "-//Appointments//Calendar//EN"  # says nothing of what kind of practice this is
OVER = frozenset([Status.DECLINED, Status.CANCELLED, Status.EXPIRED])
OPEN = frozenset([Status.REQUESTED, Status.OFFERED])
GOOGLE = "https://calendar.google.com/calendar/render"
OUTLOOK = "https://outlook.live.com/calendar/0/deeplink/compose"
LOOK_AGAIN_AFTER = timedelta(hours=1)


class CalendarFile(NamedTuple):
    """What `EmailMessage.attach` takes: `mail.attach(*calendar_file(…))`."""

    name: str
    content: str
    content_type: str


# --- For the patient --------------------------------------------------------------------------------------


def appointment_calendar(appointment: Appointment, details: ClinicDetails, *, now: datetime) -> bytes:
    """Return an `.ics` document with the one visit, in UTC.

    While it is to come it is published; declined, cancelled or expired it is a cancellation, which takes an earlier
    document with the same UID and a lower SEQUENCE out of a calendar. Its title is the neutral name that the clinic
    sets; a patient who asked for discretion gets no name, no place and no address but that of the mail's own sender.
    *now* (aware) becomes DTSTAMP.
    """
    event = visit_event(appointment, now)
    event.add("summary", neutral_title(appointment, details))
    if not appointment.discreet:
        if place := place_to_come_to(appointment):
            event.add("location", place)
        event.add("url", settings.SITE_URL)
    event.add("organizer", organizer("" if appointment.discreet else details.message_name))
    return document([event], method=method_of(appointment))


def calendar_file(appointment: Appointment, details: ClinicDetails, *, now: datetime) -> CalendarFile:
    """Return the visit's document (`appointment_calendar`) as an attachment to a mail; *now* is aware."""
    content = appointment_calendar(appointment, details, now=now).decode()
    return CalendarFile("appointment.ics", content, f"text/calendar; method={method_of(appointment)}")


def calendar_links(appointment: Appointment, details: ClinicDetails) -> dict[str, str]:
    """Return the addresses, by "google" and "outlook", at which the patient adds the visit to their calendar.

    They hold what the `.ics` tells (neutral title, start, end, a place to come to) and nothing else: whoever runs
    that calendar reads them.
    """
    title, place = neutral_title(appointment, details), place_to_come_to(appointment)
    starts_at, ends_at = appointment.starts_at.astimezone(UTC), appointment.ends_at.astimezone(UTC)
    where = {"location": place} if place and not appointment.discreet else {}
    google = {"action": "TEMPLATE", "text": title, "dates": f"{starts_at:%Y%m%dT%H%M%SZ}/{ends_at:%Y%m%dT%H%M%SZ}"}
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": title,
        "startdt": f"{starts_at:%Y-%m-%dT%H:%M:%SZ}",
        "enddt": f"{ends_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    return {"google": address(GOOGLE, google | where), "outlook": address(OUTLOOK, outlook | where)}


def neutral_title(appointment: Appointment, details: ClinicDetails) -> str:
    """Return what the patient's calendar calls the visit."""
    return gettext("Appointment") if appointment.discreet else details.message_name


def place_to_come_to(appointment: Appointment) -> str:
    """Return the address of a visit in person, an empty string for any other."""
    return appointment.location.address if appointment.mode == Mode.IN_PERSON else ""


def organizer(name: str) -> icalendar.vCalAddress:
    """Return the sender of our mails, with *name* where there is one.

    RFC 5546 wants an organizer in what is published or cancelled, and calendars take a cancellation only from them.
    """
    sender = icalendar.vCalAddress(f"mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}")
    if name:
        sender.params["CN"] = name
    return sender


def address(base: str, query: dict[str, str]) -> str:
    """Return *base* with *query*; spaces become %20, because Outlook shows a plus as a plus."""
    return f"{base}?{urlencode(query, quote_via=quote)}"


# --- For the practitioner ---------------------------------------------------------------------------------


def practitioner_calendar(appointments: Iterable[Appointment], *, names: bool, now: datetime) -> bytes:
    """Return the `.ics` document that a practitioner's calendar program asks for again and again.

    Titles are initials, or whole names with *names*; the mode with the place and the reference go with them, never the
    service or words of the patient. What is not agreed yet is tentative. *now* (aware) becomes DTSTAMP.
    """
    return document([practitioner_event(one, names, now) for one in appointments], refreshed=True)


def practitioner_event(appointment: Appointment, names: bool, now: datetime) -> icalendar.Event:
    """Return one visit as the practitioner sees it."""
    event = visit_event(appointment, now)
    who = appointment.full_name if names else initials(appointment.full_name)
    if appointment.status in OPEN:
        who = gettext("%(who)s (not confirmed yet)") % {"who": who}
    event.add("summary", who)
    where = [appointment.get_mode_display()]
    if appointment.mode == Mode.IN_PERSON:
        where += [appointment.location.name, appointment.location.address]
    event.add("location", ", ".join(where))
    event.add("description", appointment.reference)
    return event


def initials(name: str) -> str:
    """Return the first letters of the first and the last word of *name*: “A. B.”."""
    letters = [next((sign for sign in word if sign.isalnum()), "") for word in normalize("NFC", name).split()]
    letters = [letter.upper() for letter in letters if letter]
    if not letters:
        return gettext("Appointment")
    return " ".join(f"{letter}." for letter in (letters[0], *letters[1:][-1:]))


# --- For both ---------------------------------------------------------------------------------------------


def visit_event(appointment: Appointment, now: datetime) -> icalendar.Event:
    """Return an event with what identifies the visit, when it is, and how it stands; no word tells who or why."""
    event = icalendar.Event()
    event.add("uid", f"{appointment.submission_key}@appointment")
    event.add("sequence", appointment.sequence)
    event.add("status", state_of(appointment))
    event.add("dtstamp", now.astimezone(UTC))
    event.add("dtstart", appointment.starts_at.astimezone(UTC))
    event.add("dtend", appointment.ends_at.astimezone(UTC))
    event.add("class", "PRIVATE")
    return event


def state_of(appointment: Appointment) -> str:
    """Return how the visit stands, in the words of RFC 5545."""
    if appointment.status in OVER:
        return "CANCELLED"
    return "TENTATIVE" if appointment.status in OPEN else "CONFIRMED"


def method_of(appointment: Appointment) -> str:
    """Return what a calendar shall do with the visit, in the words of RFC 5546."""
    return "CANCEL" if appointment.status in OVER else "PUBLISH"


def document(events: list[icalendar.Event], *, method: str = "PUBLISH", refreshed: bool = False) -> bytes:
    """Return *events* as a document; a *refreshed* one is asked for again from time to time."""
    calendar = icalendar.Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", PRODUCT)
    calendar.add("method", method)
    if refreshed:
        calendar.add("x-wr-calname", gettext("Appointments"))
        calendar.add("refresh-interval", LOOK_AGAIN_AFTER, parameters={"VALUE": "DURATION"})
        calendar.add("x-published-ttl", "PT1H")  # the same, for Outlook
    # A document without any component is not valid, and the calendar of somebody new is empty.
    for component in events or [universal_time()]:
        calendar.add_component(component)
    return calendar.to_ical()


def universal_time() -> icalendar.Timezone:
    """Return UTC as a component: the one that says the least."""
    always = icalendar.TimezoneStandard()
    always.add("dtstart", datetime(1970, 1, 1))  # the format wants it local, without a zone
    always.add("tzoffsetfrom", timedelta(0))
    always.add("tzoffsetto", timedelta(0))
    zone = icalendar.Timezone()
    zone.add("tzid", "UTC")
    zone.add_component(always)
    return zone
