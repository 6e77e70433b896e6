"""All that must be known to tell which times are open, and the slots that come of it."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from booking.availability import Start
from booking.models import Appointment
from clinic import hours
from clinic.models import Location, Mode, Practitioner, Service

from .practice import Practice
from .timetables import Timetable, load_claims, load_timetables

ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)


def a_day_before(now: datetime) -> date:
    """Return a day that is over at *now* (aware) wherever the practice is."""
    return (now.astimezone(UTC) - 2 * ONE_DAY).date()


@dataclass(frozen=True)
class Slot:
    """A time that can be booked. *starts_at* and *ends_at* are UTC; *practice* holds the rules it was found by."""

    starts_at: datetime
    ends_at: datetime
    practice: Practice
    service: Service
    practitioner: Practitioner
    location_id: int
    modes: tuple[Mode, ...]
    known: "Known" = field(repr=False, compare=False)

    @property
    def location(self) -> Location:
        """Where it is."""
        return self.known.places[self.location_id]

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone."""
        return self.practice.zone

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return self.starts_at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Calendar:
    """All that must be known to tell when *service* is open on the local days *first* to *last*."""

    service: Service
    practice: Practice
    tables: list[Timetable]
    windows: list[tuple[datetime, datetime]]  # of each table: the earliest and the latest start (UTC)
    first: date
    last: date

    @classmethod
    def load(
        cls,
        *,
        service: Service,
        now: datetime,
        first: date | None = None,
        days: int | None = None,
        at: datetime | None = None,
        practitioner: Practitioner | None = None,
        ignoring: Appointment | None = None,
        by_staff: bool = False,
    ) -> "Calendar":
        """Return it as it is now, of everybody who offers *service* or of one *practitioner*; two queries.

        From the local day *first* (default: today) for so many *days* (default: up to the horizon), or for the local
        day of *at* alone. Time that the appointment *ignoring* holds counts as free. *by_staff*: neither the notice
        nor the time to answer counts, only that it has not begun.
        """
        people = [practitioner.pk] if practitioner else None
        practice, tables = load_timetables(first=a_day_before(now), people=people, service=service)
        if at:
            first, days = practice.local_day(at), 1
        first = first or practice.local_day(now)
        calendar = cls.of_tables(
            tables, service=service, practice=practice, now=now, first=first, days=days, by_staff=by_staff
        )
        if calendar.first <= calendar.last:
            # Who has the least booked is counted over whole weeks.
            days = calendar.whole_weeks() if len(tables) > 1 else (calendar.first, calendar.last)
            load_claims(tables, *days, practice.zone, ignoring)
        return calendar

    @classmethod
    def of_tables(
        cls,
        tables: list[Timetable],
        *,
        service: Service,
        practice: Practice,
        now: datetime,
        first: date,
        days: int | None = None,
        by_staff: bool = False,
    ) -> "Calendar":
        """Return that of *tables*, for so many *days* from *first*, but only of days that may be booked at *now*."""
        answerable = practice.answerable(service, now)
        windows = [practice.window(table.own, now, answerable) for table in tables]
        if by_staff:
            windows = [(now.astimezone(UTC) + timedelta.resolution, latest) for _, latest in windows]
        last = practice.local_day(max((latest for _, latest in windows), default=now))
        if days is not None:
            last = first + min(timedelta(days=days - 1), last - first)
        return cls(service, practice, tables, windows, max(first, practice.local_day(now)), last)

    def whole_weeks(self) -> tuple[date, date]:
        """Return the Monday and the Sunday around the first and the last day."""
        return self.first - self.first.weekday() * ONE_DAY, self.last + (6 - self.last.weekday()) * ONE_DAY

    def starts(self, mode: Mode | None) -> list[tuple[Start, int]]:
        """Return what is open in *mode*, or in any, in order of time, each start with the id of who is met then.

        Of several people it is whoever has the least booked in that week; where two have as much, the lower id.
        """
        if len(self.tables) == 1:
            return [(start, self.tables[0].practitioner) for start in self.starts_with(0, self.first, self.last, mode)]
        monday, sunday = self.whole_weeks()
        weeks = [
            hours.instant(monday + number * WEEK, hours.MIDNIGHT, self.practice.zone)
            for number in range((sunday - monday) // WEEK + 2)  # claims are loaded a day further
        ]
        best: dict[datetime, tuple[int, Start, int]] = {}
        for number, table in enumerate(self.tables):
            booked = Counter(bisect_right(weeks, at) for _, at in table.visits)
            for start in self.starts_with(number, self.first, self.last, mode):
                visits = booked[bisect_right(weeks, start.at)]
                if start.at not in best or visits < best[start.at][0]:
                    best[start.at] = visits, start, table.practitioner
        return [best[at][1:] for at in sorted(best)]

    def first_starts(self, count: int, mode: Mode | None, location: Location | None) -> list[tuple[Start, int]]:
        """Return the first *count* starts, in *mode* and at *location* where given, with the one person it is of."""
        [table] = self.tables
        found: list[Start] = []
        begins = self.first
        while begins <= self.last and len(found) < count:
            week_ends = min(begins + WEEK - ONE_DAY, self.last)  # most people need no second week
            found += self.starts_with(0, begins, week_ends, mode, location)
            begins += WEEK
        return [(start, table.practitioner) for start in found[:count]]

    def starts_with(
        self, number: int, first: date, last: date, mode: Mode | None, location: Location | None = None
    ) -> list[Start]:
        """Return what is open with the person of table *number* on the local days *first* to *last*, in order."""
        modes = {mode} & set(self.service.modes) if mode else self.service.modes
        return self.tables[number].starts(
            self.service, self.practice, self.windows[number], first, last, modes=modes, place=location
        )

    def slots(self, found: Iterable[tuple[Start, int]], known: "Known") -> list[Slot]:
        """Return the slots of the starts that `starts` or `first_starts` found."""
        duration = timedelta(minutes=self.service.duration_minutes)
        modes = {work_modes: self.modes_of(work_modes) for work_modes in {start.work.modes for start, _ in found}}
        return [
            Slot(
                start.at,
                start.at + duration,
                self.practice,
                self.service,
                known.people[person],
                start.work.location,
                modes[start.work.modes],
                known,
            )
            for start, person in found
        ]

    def modes_of(self, work_modes: frozenset[str]) -> tuple[Mode, ...]:
        """Return how the service can be held in hours with *work_modes*."""
        return tuple(mode for mode in Mode if mode in work_modes and mode in self.service.modes)


@dataclass(frozen=True)
class Known:
    """The people and places that starts name by their ids."""

    people: Mapping[int, Practitioner]
    place_ids: set[int]

    @classmethod
    def load(cls, found: Iterable[tuple[Start, int]], people: Iterable[Practitioner] = ()) -> "Known":
        """Return those of the starts that are *found*; one query, none where *people* has everybody already."""
        known = {person.pk: person for person in people}
        missing = {person for _, person in found} - known.keys()
        return cls(known | Practitioner.objects.in_bulk(missing), {start.work.location for start, _ in found})

    @cached_property
    def places(self) -> Mapping[int, Location]:
        """The places by their ids; one query, at the first look."""
        return Location.objects.in_bulk(self.place_ids)
