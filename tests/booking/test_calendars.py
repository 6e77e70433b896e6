"""The calendar file of one visit, read by a calendar library; no database."""

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.conf import settings
from django.core.mail import EmailMessage

from booking.calendars import appointment_calendar, calendar_file, calendar_links, initials
from booking.models import Appointment, Status
from clinic.models import ClinicDetails, Location, Mode, Practitioner, Service
from tests.builders import NEW_YORK, NOW, at

DETAILS = ClinicDetails(name="Quiet Room", message_name="The office", time_zone=NEW_YORK)
PLACE = Location(name="Riverside", street="1 Alder Street", city="Washington", region="DC", postal_code="20001")
ONE_KEY = uuid4()


def visit(**fields) -> Appointment:
    """A confirmed visit with all that must not be told; it is not stored."""
    values = {
        "submission_key": ONE_KEY, "status": Status.CONFIRMED, "starts_at": at(5, 10), "ends_at": at(5, 10, 50),
        "time_zone": NEW_YORK,
        "mode": Mode.IN_PERSON, "location": PLACE, "practitioner": Practitioner(name="Robin Vale"),
        "service": Service(name="Grief work"), "full_name": "Ada Birch", "email": "ada@example.com",
        "note": "the cellar door",
    }  # fmt: skip
    return Appointment(**{**values, **fields})


def calendar(now=NOW, **fields) -> tuple[icalendar.Event, bytes]:
    """The event as a calendar program reads it, and the file."""
    document = appointment_calendar(visit(**fields), DETAILS, now=now)
    (event,) = icalendar.Calendar.from_ical(document).walk("VEVENT")
    return event, document


def test_a_visit_stands_in_the_calendar_in_utc_for_as_long_as_it_takes():
    event, document = calendar()

    assert (event.start, event.end) == (at(5, 10), at(5, 10, 50))
    assert event.start.utcoffset() == timedelta(0)
    assert b"DTSTART:20260305T150000Z" in document
    assert b"DTSTAMP:20260302T150000Z" in document


def test_the_stamp_is_in_utc_whatever_the_zone_of_now():
    _, document = calendar(now=NOW.astimezone(ZoneInfo("Asia/Tokyo")))

    assert b"DTSTAMP:20260302T150000Z" in document


@pytest.mark.parametrize(
    ("start", "local"),
    [
        (datetime(2026, 3, 7, 15, tzinfo=UTC), "10:00 EST"),  # the day before the clocks go forward
        (datetime(2026, 3, 8, 6, 30, tzinfo=UTC), "01:30 EST"),
        (datetime(2026, 3, 8, 7, tzinfo=UTC), "03:00 EDT"),  # the first instant after
        (datetime(2026, 3, 9, 14, tzinfo=UTC), "10:00 EDT"),
        (datetime(2026, 11, 1, 5, 30, tzinfo=UTC), "01:30 EDT"),  # the first of two
        (datetime(2026, 11, 1, 6, 30, tzinfo=UTC), "01:30 EST"),  # the second
        (datetime(2026, 11, 2, 15, tzinfo=UTC), "10:00 EST"),
    ],
)
@pytest.mark.parametrize("given_in", [UTC, ZoneInfo(NEW_YORK)], ids=["UTC", "New York"])
def test_a_visit_around_a_change_of_the_clocks_keeps_its_instant(start, local, given_in):
    ends = start + timedelta(minutes=50)
    event, _ = calendar(starts_at=start.astimezone(given_in), ends_at=ends.astimezone(given_in))

    assert (event.start, event.end) == (start, ends)
    assert f"{event.start.astimezone(ZoneInfo(NEW_YORK)):%H:%M %Z}" == local


def test_the_title_is_the_neutral_name_and_nothing_tells_who_or_why():
    event, document = calendar()

    assert event["SUMMARY"] == "The office"
    assert event["LOCATION"] == "1 Alder Street, Washington, DC 20001"
    assert event["CLASS"] == "PRIVATE"
    for secret in (b"Grief", b"Quiet Room", b"Robin", b"Ada", b"ada@", b"cellar", b"Riverside"):
        assert secret not in document


@pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.PHONE])
def test_a_visit_that_is_not_in_person_names_no_place(mode):
    event, document = calendar(mode=mode)

    assert "LOCATION" not in event
    assert b"Alder" not in document


def test_a_discreet_visit_carries_no_name_no_place_and_no_address():
    event, document = calendar(discreet=True)

    assert event["SUMMARY"] == "Appointment"
    assert not {"LOCATION", "URL", "DESCRIPTION"} & set(event)
    assert "CN" not in event["ORGANIZER"].params
    for secret in (b"The office", b"Alder", settings.SITE_URL.encode(), b"http"):
        assert secret not in document


def test_the_same_visit_keeps_its_identity_and_two_visits_differ():
    later = timedelta(days=1)

    assert calendar()[0]["UID"] == calendar(now=NOW + later)[0]["UID"]
    assert calendar()[0]["UID"] != calendar(submission_key=uuid4())[0]["UID"]


def test_the_document_says_what_calendar_programs_need():
    _, document = calendar()
    whole = icalendar.Calendar.from_ical(document)

    assert (whole["VERSION"], whole["METHOD"], bool(whole["PRODID"])) == ("2.0", "PUBLISH", True)
    assert [component.name for component in whole.walk()] == ["VCALENDAR", "VEVENT"]
    assert all(len(line) <= 75 for line in document.split(b"\r\n"))


def test_a_name_with_marks_that_mean_something_in_the_format_is_kept():
    details = ClinicDetails(message_name="Vale; Birch, & Söhne\\")
    document = appointment_calendar(visit(), details, now=NOW)

    (event,) = icalendar.Calendar.from_ical(document).walk("VEVENT")
    assert event["SUMMARY"] == "Vale; Birch, & Söhne\\"


# --- How it stands ----------------------------------------------------------------------------------------


class PatientsCalendar(dict):
    """A calendar program: by UID, the newest that it was told, as RFC 5546 asks of it (2.1.5, 3.2)."""

    def take(self, document: bytes):
        whole = icalendar.Calendar.from_ical(document)
        for event in whole.walk("VEVENT"):
            known = self.get(event["UID"])
            if known and (event["SEQUENCE"], event["DTSTAMP"].dt) < (known["SEQUENCE"], known["DTSTAMP"].dt):
                continue
            self[event["UID"]] = event
            if whole["METHOD"] == "CANCEL" and event["STATUS"] == "CANCELLED":
                del self[event["UID"]]


@pytest.mark.parametrize(
    ("status", "state", "method"),
    [
        (Status.REQUESTED, "TENTATIVE", "PUBLISH"),
        (Status.OFFERED, "TENTATIVE", "PUBLISH"),
        (Status.CONFIRMED, "CONFIRMED", "PUBLISH"),
        (Status.COMPLETED, "CONFIRMED", "PUBLISH"),
        (Status.CANCELLED, "CANCELLED", "CANCEL"),
        (Status.DECLINED, "CANCELLED", "CANCEL"),
        (Status.EXPIRED, "CANCELLED", "CANCEL"),
    ],
)
def test_a_document_says_how_the_visit_stands(status, state, method):
    event, document = calendar(status=status, sequence=3)

    assert (event["STATUS"], event["SEQUENCE"]) == (state, 3)
    assert icalendar.Calendar.from_ical(document)["METHOD"] == method


@pytest.mark.parametrize("discreet", [False, True])
def test_a_cancellation_takes_the_visit_out_of_the_calendar_that_has_it(discreet):
    mine = PatientsCalendar()
    mine.take(calendar(discreet=discreet)[1])
    assert len(mine) == 1

    later = NOW + timedelta(hours=1)
    mine.take(calendar(now=later, discreet=discreet, status=Status.CANCELLED, sequence=1)[1])
    assert not mine


def test_a_moved_visit_stands_in_the_calendar_once_at_its_new_time_even_where_mails_arrive_in_the_wrong_order():
    mine = PatientsCalendar()
    mine.take(calendar(sequence=1, starts_at=at(6, 11), ends_at=at(6, 12))[1])
    mine.take(calendar()[1])

    assert [event.start for event in mine.values()] == [at(6, 11)]


def test_a_cancellation_tells_no_more_than_what_came_before():
    event, document = calendar(status=Status.CANCELLED, sequence=1)

    assert event["SUMMARY"] == "The office"
    for secret in (b"Grief", b"Quiet Room", b"Robin", b"Ada", b"ada@", b"cellar", b"Riverside"):
        assert secret not in document


@pytest.mark.parametrize(("discreet", "name"), [(False, "The office"), (True, None)])
def test_the_organizer_is_the_sender_of_our_mails_so_that_a_cancellation_is_believed(discreet, name):
    for status in (Status.CONFIRMED, Status.CANCELLED):
        organizer = calendar(status=status, discreet=discreet)[0]["ORGANIZER"]
        assert str(organizer) == f"mailto:{settings.DEFAULT_FROM_EMAIL}"
        assert organizer.params.get("CN") == name


@pytest.mark.parametrize(("status", "method"), [(Status.CONFIRMED, "PUBLISH"), (Status.CANCELLED, "CANCEL")])
def test_a_mail_carries_the_document_with_its_method(status, method):
    mail = EmailMessage("Hello", "Words", "office@example.org", ["ada@example.com"])
    mail.attach(*calendar_file(visit(status=status, sequence=1), DETAILS, now=NOW))

    (part,) = [part for part in mail.message().walk() if part.get_content_type() == "text/calendar"]
    assert (part.get_param("method"), part.get_param("charset"), part.get_filename()) == (
        method, "utf-8", "appointment.ics",
    )  # fmt: skip
    assert icalendar.Calendar.from_ical(part.get_payload(decode=True))["METHOD"] == method


# --- RFC 5545 ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.CONFIRMED, Status.CANCELLED])
def test_what_the_format_requires_is_there_once(status):
    _, document = calendar(status=status)
    names = [line.partition(b":")[0].partition(b";")[0] for line in document.split(b"\r\n")]

    for name in (b"VERSION", b"PRODID", b"METHOD", b"UID", b"DTSTAMP", b"DTSTART", b"DTEND", b"SEQUENCE", b"STATUS",
                 b"SUMMARY", b"ORGANIZER"):  # fmt: skip
        assert names.count(name) == 1, name


def test_lines_are_folded_by_bytes_and_end_as_the_format_wants():
    place = Location(name="R", street="Ä" * 60 + "😀" * 20, city="Ü" * 30, region="DC", postal_code="20001")
    event, document = calendar(location=place)

    assert document.endswith(b"END:VCALENDAR\r\n")
    lines = document.split(b"\r\n")
    assert not [line for line in lines if b"\n" in line or b"\r" in line]
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no letter was cut in two
    assert event["LOCATION"] == place.address


# --- Links ------------------------------------------------------------------------------------------------


def opened(link: str) -> tuple[str, dict[str, str]]:
    """The host, and the query as the calendar reads it."""
    parts = urlsplit(link)
    assert parts.scheme == "https"
    return parts.hostname, {name: value for name, (value,) in parse_qs(parts.query, strict_parsing=True).items()}


def test_links_tell_neutral_title_start_end_and_place_and_nothing_else():
    links = calendar_links(visit(), DETAILS)

    assert opened(links["google"]) == ("calendar.google.com", {
        "action": "TEMPLATE", "text": "The office", "dates": "20260305T150000Z/20260305T155000Z",
        "location": "1 Alder Street, Washington, DC 20001",
    })  # fmt: skip
    assert opened(links["outlook"]) == ("outlook.live.com", {
        "path": "/calendar/action/compose", "rru": "addevent", "subject": "The office",
        "startdt": "2026-03-05T15:00:00Z", "enddt": "2026-03-05T15:50:00Z",
        "location": "1 Alder Street, Washington, DC 20001",
    })  # fmt: skip
    assert links.keys() == {"google", "outlook"}


def test_links_hold_no_plus_for_a_space_which_outlook_would_show():
    assert not [link for link in calendar_links(visit(), DETAILS).values() if "+" in link]


def test_links_of_a_discreet_visit_hold_no_name_and_no_place():
    for link in calendar_links(visit(discreet=True), DETAILS).values():
        query = opened(link)[1]
        assert "Appointment" in (query.get("text"), query.get("subject"))
        assert "location" not in query
        assert "office" not in link


@pytest.mark.parametrize("mode", [Mode.VIDEO, Mode.PHONE])
def test_links_of_a_visit_that_is_not_in_person_name_no_place(mode):
    for link in calendar_links(visit(mode=mode), DETAILS).values():
        assert "location" not in opened(link)[1]


# --- Initials ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Ada Birch", "A. B."),
        ("ada", "A."),
        ("Mary Ann van der Berg", "M. B."),
        ("  (Bo)  o’Neil ", "B. O."),
        ("E\u0301mile Zola", "É. Z."),
        ("山田 太郎", "山. 太."),
        ("— ?", "Appointment"),
    ],
)
def test_initials_are_those_of_the_first_and_the_last_word(name, shown):
    assert initials(name) == shown
