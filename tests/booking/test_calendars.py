"""The calendar file of one visit, read by a calendar library; no database."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import icalendar
import pytest
from django.conf import settings

from booking.calendars import appointment_calendar, calendar_links
from booking.models import Appointment, Status
from clinic.models import ClinicDetails, Location, Mode, Practitioner, Service
from tests.builders import NEW_YORK, NOW, at

DETAILS = ClinicDetails(name="Quiet Room", message_name="The office", time_zone=NEW_YORK)
PLACE = Location(name="Riverside", street="1 Alder Street", city="Washington", region="DC", postal_code="20001")
ONE_KEY = uuid4()


def calendar(now=NOW, **fields) -> tuple[icalendar.Event, bytes]:
    """The event as a calendar program reads it, and the file."""
    values = {
        "submission_key": ONE_KEY, "status": Status.CONFIRMED, "starts_at": at(5, 10), "ends_at": at(5, 10, 50),
        "time_zone": NEW_YORK,
        "mode": Mode.IN_PERSON, "location": PLACE, "practitioner": Practitioner(name="Robin Vale"),
        "service": Service(name="Grief work"), "full_name": "Ada Birch", "email": "ada@example.com",
        "note": "the cellar door",
    }  # fmt: skip
    document = appointment_calendar(Appointment(**{**values, **fields}), DETAILS, now=now)
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
    assert not {"LOCATION", "URL", "DESCRIPTION", "ORGANIZER"} & set(event)
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


def test_a_visit_that_is_off_is_taken_out_of_the_calendar_that_has_it():
    event, document = calendar(status=Status.CANCELLED, sequence=2)

    assert icalendar.Calendar.from_ical(document)["METHOD"] == "CANCEL"
    assert (event["STATUS"], event["SEQUENCE"]) == ("CANCELLED", 2)
    assert event["UID"] == calendar()[0]["UID"]


@pytest.mark.parametrize("site", ["google", "outlook"])
def test_links_to_calendars_of_others_tell_a_neutral_title_time_and_place_alone(site):
    visit = Appointment(
        starts_at=at(5, 10), ends_at=at(5, 11), mode=Mode.IN_PERSON, location=PLACE, full_name="Ada Birch",
        note="cellar",
        service=Service(name="Grief work"), practitioner=Practitioner(name="Robin Vale"),
    )  # fmt: skip
    address = calendar_links(visit, DETAILS)[site]
    visit.discreet = True
    discreet = calendar_links(visit, DETAILS)[site]

    assert "The+office" in address
    assert "Alder" in address
    assert "T150000Z" in address or "15%3A00%3A00Z" in address
    assert not [word for word in ("Ada", "Birch", "cellar", "Grief", "Robin") if word in address]
    assert not [word for word in ("office", "Alder") if word in discreet]


def test_a_name_with_marks_that_mean_something_in_the_format_is_kept():
    DETAILS_WITH_MARKS = ClinicDetails(message_name="Vale; Birch, & Söhne\\")
    visit = Appointment(submission_key=ONE_KEY, starts_at=at(5, 10), ends_at=at(5, 11), mode=Mode.VIDEO)
    document = appointment_calendar(visit, DETAILS_WITH_MARKS, now=NOW)

    (event,) = icalendar.Calendar.from_ical(document).walk("VEVENT")
    assert event["SUMMARY"] == "Vale; Birch, & Söhne\\"
