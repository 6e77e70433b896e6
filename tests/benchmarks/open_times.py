"""What it costs to list open times on a half-booked calendar, beside a floor: one query and a Python set."""

import os
import random
import time as clocks
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, BookingRules, Status, TimeClaim
from booking.services import open_slots
from clinic.crypto import email_hash
from clinic.hours import instant
from clinic.models import Location, Practitioner, Service
from tests.builders import NOW, make_details, make_location, make_practitioner, make_service

SIZES = [(1, 30), (50, 60)]  # practitioners, days
ROUNDS = (60, 12)  # for one person, for many
OPENS, CLOSES = 9, 17
VISIT, PAUSE, EVERY = timedelta(minutes=50), timedelta(minutes=10), timedelta(minutes=30)
STARTS_A_DAY = (timedelta(hours=CLOSES - OPENS) - VISIT) // EVERY + 1


@dataclass(frozen=True)
class Calendar:
    """Some people on weekdays from 9 to 17, for some days from NOW, every second of their hours taken."""

    service: Service
    people: list[Practitioner]
    days: list[date]
    zone: ZoneInfo

    def list_open_times(self) -> list:
        """Return what the site shows of it: of the one person, or whoever is free of many."""
        practitioner = self.people[0] if len(self.people) == 1 else None
        wish = {"service": self.service, "practitioner": practitioner, "now": NOW}
        return open_slots(first=self.days[0], days=len(self.days), **wish)

    def floor(self) -> set:
        """Return all starts of everybody that nobody has taken, as (id, start): one query and a set."""
        everybody = [person.pk for person in self.people]
        taken = TimeClaim.objects.filter(
            active=True,
            practitioner__in=everybody,
            starts_at__gte=instant(self.days[0], time(0), self.zone),
            starts_at__lt=instant(self.days[-1] + timedelta(days=1), time(0), self.zone),
        )
        opens = [instant(day, time(OPENS), self.zone) for day in self.days if day.weekday() < 5]
        grid = {(pk, at + n * EVERY) for at in opens for n in range(STARTS_A_DAY) for pk in everybody}
        return grid - set(taken.order_by().values_list("practitioner_id", "starts_at"))


@dataclass(frozen=True)
class Measured:
    """What one size takes at best, in milliseconds, and the queries of one listing."""

    people: int
    days: int
    floor: float
    listing: float
    queries: int

    @property
    def ratio(self) -> float:
        """How many floors a listing costs."""
        return self.listing / self.floor


def make_calendar(people: int, days: int) -> Calendar:
    """Make a calendar of so many *people* and *days*. Which hours are taken is drawn, the same in every run."""
    zone = make_details().zone
    BookingRules.load()  # the row is there, as it is in a clinic that runs
    today = NOW.astimezone(zone).date()
    place = make_location()
    service = make_service(duration_minutes=VISIT // timedelta(minutes=1), buffer_minutes=PAUSE // timedelta(minutes=1))
    staff = [make_practitioner(services=[service], location=place, hours=(OPENS, CLOSES)) for _ in range(people)]
    calendar = Calendar(service, staff, [today + timedelta(days=number) for number in range(days)], zone)
    book_half(calendar, place)
    return calendar


def book_half(calendar: Calendar, place: Location) -> None:
    """Take half of the hours of each day."""
    chance = random.Random(4)
    hours = range(OPENS, CLOSES)
    visits = [
        visit(calendar.service, person, place, instant(day, time(hour), calendar.zone))
        for person in calendar.people
        for day in calendar.days
        if day.weekday() < 5
        for hour in chance.sample(hours, len(hours) // 2)
    ]
    Appointment.objects.bulk_create(visits, batch_size=1000)
    TimeClaim.objects.bulk_create(
        (
            TimeClaim(
                holder=one,
                practitioner=one.practitioner,
                starts_at=one.starts_at,
                ends_at=one.ends_at,
                blocked_from=one.starts_at,
                blocked_until=one.ends_at + PAUSE,
            )
            for one in visits
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE booking_timeclaim")


def visit(service: Service, person: Practitioner, place: Location, starts_at: datetime) -> Appointment:
    """Return a confirmed visit, unsaved."""
    return Appointment(
        status=Status.CONFIRMED,
        service=service,
        practitioner=person,
        location=place,
        mode="video",
        starts_at=starts_at,
        ends_at=starts_at + VISIT,
        time_zone="America/New_York",
        full_name="Ada Birch",
        email="ada@example.com",
        email_hash=email_hash("ada@example.com"),
        contact_by="email",
        requested_at=NOW,
        consented_at=NOW,
        submission_digest=b"",
    )


def measure(people: int, days: int) -> Measured:
    """Make a calendar of that size and return what listing it costs. Everything stays in the database."""
    calendar = make_calendar(people, days)
    rounds = [(milliseconds(calendar.floor), milliseconds(calendar.list_open_times)) for _ in range(ROUNDS[people > 1])]
    # rounds by turns, and the best of each: a busy neighbour makes nothing faster
    floor, listing = map(min, zip(*rounds, strict=True))
    return Measured(people, days, floor, listing, queries_of(calendar))


def queries_of(calendar: Calendar) -> int:
    """Return how many queries one listing takes; raises AssertionError unless it finds what the floor finds."""
    with CaptureQueriesContext(connection) as queries:
        slots = calendar.list_open_times()
    free = calendar.floor()
    found = {(slot.practitioner.pk, slot.starts_at) for slot in slots}
    assert found
    assert found <= free
    return len(queries)


@contextmanager
def own_database():
    """A new database, beside that of the tests, that goes when the measuring is over."""
    connection.settings_dict["TEST"]["NAME"] = f"bench_{os.getpid()}"
    before = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(before, verbosity=0)


def milliseconds(call) -> float:
    """Return how long *call* takes."""
    begin = clocks.perf_counter()
    call()
    return (clocks.perf_counter() - begin) * 1000
