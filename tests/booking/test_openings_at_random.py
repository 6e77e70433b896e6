"""The rows of whole practices at random: what is open is what somebody finds who tries every minute."""

import random
from datetime import UTC, date, datetime, time, timedelta
from uuid import uuid4

import pytest

from booking.availability import ExtraWork, TimeOff, WeeklyWork
from booking.models import Appointment, BookingRules, PractitionerRules, Schedule, ScheduleException, TimeClaim
from booking.services import open_slots
from clinic.hours import ClosedDays
from clinic.models import Service
from tests.booking.minutes import Case, expected_starts, minute_at
from tests.builders import NOW, close, make_details, make_practitioner, make_service

OFF, EXTRA = ScheduleException.Kind.OFF, ScheduleException.Kind.EXTRA


class Draw:
    """Draws the rows of one practice: the same for the same number."""

    def __init__(self, number: int):
        self.chance = random.Random(number)
        zones = ("America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Pacific/Chatham")
        self.details = make_details(time_zone=self.chance.choice(zones))
        self.zone = self.details.zone
        # a week around one of the nights in which clocks change somewhere, or any other
        nights = [date(2026, 3, 8), date(2026, 10, 25), date(2027, 4, 4), date(2027, 9, 5), date(2026, 6, 10)]
        self.first = self.chance.choice(nights) - timedelta(days=self.chance.randint(0, 3))
        self.last = self.first + timedelta(days=5)
        self.now = datetime.combine(self.first, time(), UTC) - timedelta(hours=self.chance.randint(12, 60))
        self.service = make_service(
            duration_minutes=self.chance.randrange(15, 100, 5), buffer_minutes=self.chance.randrange(0, 45, 5),
            confirmation=Service.Confirmation.AUTOMATIC,
        )  # fmt: skip
        self.rules = BookingRules.load()
        self.rules.notice_hours = self.chance.randint(1, 48)
        self.rules.horizon_days = self.chance.randint(4, 12)
        self.rules.start_every_minutes = self.chance.choice([15, 30, 60])
        self.rules.save()
        if self.chance.random() < 0.3:
            close(self.details, self.day())
        self.people = [self.person() for _ in range(3)]

    def day(self) -> date:
        return self.first + timedelta(days=self.chance.randint(0, 5))

    def hours(self) -> dict:
        """A beginning and an end after it."""
        starts, ends = (time(n // 12, n % 12 * 5) for n in sorted(self.chance.sample(range(288), 2)))
        return {"starts": starts, "ends": ends}

    def break_in(self, starts: time, ends: time) -> dict:
        """A break inside those hours, where they are long enough."""
        first, last = (one.hour * 60 + one.minute for one in (starts, ends))
        edges = sorted(self.chance.sample(range(first, last + 1, 5), 2))
        return dict(zip(("break_starts", "break_ends"), (time(*divmod(edge, 60)) for edge in edges), strict=True))

    def person(self):
        person = make_practitioner(services=[self.service], weekdays=[])
        place = person.locations.get()
        for weekday in range(7):
            row = Schedule(practitioner=person, location=place, weekday=weekday, modes=["video"], **self.hours())
            if self.chance.random() < 0.4:
                for name, value in self.break_in(row.starts, row.ends).items():
                    setattr(row, name, value)
            if self.chance.random() < 0.2:
                row.valid_from, row.valid_until = sorted([self.day(), self.day()])
            row.save()
        for kind in (OFF, OFF, EXTRA):
            first, last = sorted([self.day(), self.day()])
            ScheduleException.objects.create(
                practitioner=person, kind=kind, starts_on=first, ends_on=last, location=place, modes=["video"],
                **({} if kind == OFF and self.chance.random() < 0.3 else self.hours()),
            )  # fmt: skip
        PractitionerRules.objects.create(
            practitioner=person,
            start_every_minutes=self.chance.choice([None, 15, 60]),
            notice_hours=self.chance.choice([None, 3, 30]),
            horizon_days=self.chance.choice([None, 3, 9]),
            most_a_day=self.chance.choice([None, 1, 2, 3]),
        )
        self.book(person, place)
        return person

    def book(self, person, place):
        """Give *person* visits; some hold no time any more."""
        until = datetime.combine(self.first, time(), UTC)
        for _ in range(self.chance.randint(0, 8)):
            starts_at = until = until + timedelta(minutes=5 * self.chance.randint(0, 300))
            until += timedelta(minutes=5 * self.chance.randint(4, 24))
            visit = Appointment.objects.create(
                status="confirmed", practitioner=person, service=self.service, location=place, mode="video",
                starts_at=starts_at, ends_at=until, time_zone=self.zone.key, full_name="Ada", email_hash=b"x" * 32,
                contact_by="email", submission_key=uuid4(), submission_digest=b"", requested_at=NOW, consented_at=NOW,
            )  # fmt: skip
            TimeClaim.objects.create(
                holder=visit, practitioner=person, starts_at=starts_at, ends_at=until, blocked_from=starts_at,
                blocked_until=until, active=self.chance.random() < 0.8,
            )  # fmt: skip

    def case(self, person) -> Case:
        """The rows of *person* as the oracle wants them."""
        own = person.booking_rules
        notice = own.notice_hours or self.rules.notice_hours
        horizon = own.horizon_days or self.rules.horizon_days
        rows = person.schedule_exceptions.all()
        claims = TimeClaim.objects.filter(practitioner=person, active=True)
        place, modes = person.locations.get().pk, frozenset(["video"])
        return Case(
            zone=self.zone,
            first=self.first,
            last=self.last,
            duration=self.service.duration_minutes,
            buffer=self.service.buffer_minutes,
            every=own.start_every_minutes or self.rules.start_every_minutes,
            earliest=minute(self.now + timedelta(hours=notice)),
            latest=minute(self.now + timedelta(days=horizon)),
            weekly=tuple(
                WeeklyWork(
                    row.weekday, row.starts, row.ends, place, modes, row.valid_from, row.valid_until,
                    row.break_starts, row.break_ends,
                )
                for row in person.schedules.all()
            ),
            extra=tuple(
                ExtraWork(row.starts_on, row.ends_on, row.starts, row.ends, place, modes)
                for row in rows if row.kind == EXTRA
            ),
            off=tuple(
                TimeOff(row.starts_on, row.ends_on, row.starts, row.ends) for row in rows if row.kind == OFF
            ),
            closures=tuple(ClosedDays(row.starts_on, row.ends_on) for row in self.details.closures.all()),
            taken=tuple((minute(claim.blocked_from), minute(claim.blocked_until)) for claim in claims),
            visits=tuple((claim.holder_id, minute(claim.starts_at)) for claim in claims),
            most=own.most_a_day,
        )  # fmt: skip

    def booked_in_week(self, person, at_minute: int) -> int:
        """How many visits *person* has from the Monday before to the Sunday after."""
        day = datetime.fromtimestamp(at_minute * 60, UTC).astimezone(self.zone).date()
        monday = day - timedelta(days=day.weekday())
        begin, end = (minute_at(self.zone, one, time()) for one in (monday, monday + timedelta(days=7)))
        claims = TimeClaim.objects.filter(practitioner=person, active=True)
        return len([claim for claim in claims if begin <= minute(claim.starts_at) < end])


def minute(instant: datetime) -> int:
    return int(instant.timestamp()) // 60


@pytest.mark.promise("Open times keep every rule, minute by minute, in five zones over two years")
def test_rows_at_random_give_what_trying_every_minute_finds(full_size, clinic_settings):
    found_any = 0
    for number in range(200 if full_size else 8):
        drawn = Draw(number)
        wish = {"service": drawn.service, "now": drawn.now, "first": drawn.first, "days": 6}
        expected = {person: expected_starts(drawn.case(person)) for person in drawn.people}
        for person, starts in expected.items():
            slots = open_slots(**wish, practitioner=person)
            assert [minute(slot.starts_at) for slot in slots] == sorted(starts), number
        routed = {minute(slot.starts_at): slot.practitioner for slot in open_slots(**wish)}
        assert routed == {
            at_minute: min(
                (person for person in drawn.people if at_minute in expected[person]),
                key=lambda person: (drawn.booked_in_week(person, at_minute), person.pk),
            )
            for at_minute in sorted(set().union(*expected.values()))
        }, number
        found_any += bool(routed)
        clinic_settings.closures.model.objects.all().delete()
    assert found_any > number / 2
