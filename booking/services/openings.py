"""Which times are open: fetches what `booking.availability` needs, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from booking.availability import WeeklyWork, bookable_starts, work_blocks
from booking.models import Appointment, BookingRules, Schedule, TimeClaim
from clinic import hours
from clinic.models import ClinicDetails, Location, Mode, Practitioner, Service

ONE_OPENING_HOUR = timedelta(hours=1)
ONE_DAY, WEEK = timedelta(days=1), timedelta(days=7)


@dataclass(frozen=True)
class Slot:
    """A time that can be booked. *starts_at* and *ends_at* are UTC; *zone* is the clinic's."""

    starts_at: datetime
    ends_at: datetime
    zone: ZoneInfo
    service: Service
    practitioner: Practitioner
    location: Location
    modes: tuple[Mode, ...]

    @property
    def day(self) -> date:
        """The local day on which it begins."""
        return self.starts_at.astimezone(self.zone).date()


@dataclass(frozen=True)
class Practice:
    """What holds for every visit, fetched in four queries."""

    zone: ZoneInfo
    closed: list[hours.ClosedDays]
    weekly: list[hours.WeeklyHours]
    rules: BookingRules

    @classmethod
    def load(cls) -> "Practice":
        """Return what is stored now."""
        details = ClinicDetails.load()
        return cls(details.zone, details.closed_days(), details.weekly_hours(), BookingRules.load())

    def window(self, service: Service, now: datetime) -> tuple[datetime, datetime]:
        """Return the earliest and the latest start (UTC) that can be booked of *service* at *now*.

        Where staff confirm, a start must leave them one opening hour before the answer is due.
        """
        earliest = now + timedelta(hours=self.rules.notice_hours)
        if not service.confirms_itself:
            answerable = hours.add_opening_time(now, ONE_OPENING_HOUR, self.weekly, self.closed, self.zone)
            # A practice that entered no opening hours is taken to answer at any hour.
            answer_until = timedelta(hours=self.rules.answer_until_hours)
            earliest = max(earliest, (answerable or now + ONE_OPENING_HOUR) + answer_until)
        return earliest.astimezone(UTC), (now + timedelta(days=self.rules.horizon_days)).astimezone(UTC)


def open_slots(
    *,
    service: Service,
    now: datetime,
    first: date,
    days: int,
    practitioner: Practitioner | None = None,
    mode: Mode | None = None,
    ignoring: Appointment | None = None,
) -> list[Slot]:
    """Return what can be booked of *service* on the *days* local days from *first*, in order of time.

    *now* is aware. The time that the appointment *ignoring* holds itself counts as free.
    With *practitioner* or *mode* only theirs; without a practitioner one slot a start, with
    whoever has the least booked in these days. Six queries, whatever the size.
    """
    practice = Practice.load()
    zone = practice.zone
    window = practice.window(service, now)
    last = first + timedelta(days=days - 1)
    first = max(first, window[0].astimezone(zone).date())
    last = min(last, window[1].astimezone(zone).date())
    if not service.bookable_online or last < first:
        return []

    schedules = Schedule.objects.filter(practitioner__services=service)
    if practitioner:
        schedules = schedules.filter(practitioner=practitioner)
    by_practitioner = rows_by_practitioner(schedules)
    taken = taken_ranges(by_practitioner, first, last, zone, ignoring)
    slots = []
    for person, rows in by_practitioner.items():
        slots += slots_of(person, service, rows, practice, window, taken[person.pk], first, last, mode)
    load = {person: len(taken[person.pk]) for person in by_practitioner}
    slots.sort(key=lambda slot: (slot.starts_at, load[slot.practitioner], slot.practitioner.pk))
    return slots if practitioner else first_of_each_start(slots)


def next_slots_of_each(
    visits: Mapping[Practitioner, Service],
    *,
    now: datetime,
    count: int,
    mode: Mode | None = None,
    location: Location | None = None,
) -> dict[Practitioner, list[Slot]]:
    """Return the next *count* open slots of each practitioner, for the service of theirs that *visits* names.

    *now* is aware; with *mode* or *location* only times in that mode and at that place. The times are those of
    `next_slots`. Six queries, whatever the number of practitioners.
    """
    practice = Practice.load()
    windows = {service: practice.window(service, now) for service in set(visits.values()) if service.bookable_online}
    schedules = Schedule.objects.filter(practitioner__in=[person.pk for person in visits])
    if location:
        schedules = schedules.filter(location=location)
    by_practitioner = rows_by_practitioner(schedules)
    first = now.astimezone(practice.zone).date()
    last = first + timedelta(days=practice.rules.horizon_days)
    taken = taken_ranges(by_practitioner, first, last, practice.zone)

    found: dict[Practitioner, list[Slot]] = {person: [] for person in visits}
    for person, service in visits.items():
        begins = first
        while service in windows and begins <= last and len(found[person]) < count:
            week = (begins, min(begins + WEEK - ONE_DAY, last))  # most people need no second one
            found[person] += slots_of(
                person, service, by_practitioner[person], practice, windows[service], taken[person.pk], *week, mode
            )
            begins += WEEK
        del found[person][count:]
    return found


def rows_by_practitioner(schedules: QuerySet[Schedule]) -> dict[Practitioner, list[Schedule]]:
    """Return those of *schedules* that belong to people who work here now, by person; one query."""
    rows: dict[Practitioner, list[Schedule]] = defaultdict(list)
    for schedule in schedules.filter(practitioner__active=True).select_related("practitioner", "location"):
        rows[schedule.practitioner].append(schedule)
    return rows


def slots_of(
    person: Practitioner,
    service: Service,
    rows: Iterable[Schedule],
    practice: Practice,
    window: tuple[datetime, datetime],
    taken: Iterable[tuple[datetime, datetime]],
    first: date,
    last: date,
    mode: Mode | None,
) -> list[Slot]:
    """Return what is open with one *person* on the local days *first* to *last*, in order of time.

    *rows* are their weekly hours, *taken* what they have already, *window* the earliest and the latest start.
    """
    wanted = {mode} & set(service.modes) if mode else set(service.modes)
    rows = [row for row in rows if wanted & set(row.modes)]
    locations = {row.location_id: row.location for row in rows}
    weekly = [WeeklyWork(row.weekday, row.starts, row.ends, row.location_id, frozenset(row.modes)) for row in rows]
    starts = bookable_starts(
        work_blocks(weekly, practice.closed, practice.zone, first, last),
        taken,
        duration=timedelta(minutes=service.duration_minutes),
        buffer=timedelta(minutes=service.buffer_minutes),
        every=timedelta(minutes=practice.rules.start_every_minutes),
        earliest=window[0],
        latest=window[1],
    )
    slots = []
    for start in starts:
        modes = tuple(one for one in Mode if one in service.modes and one in start.work.modes)
        end = start.at + timedelta(minutes=service.duration_minutes)
        slots.append(Slot(start.at, end, practice.zone, service, person, locations[start.work.location], modes))
    return sorted(slots, key=lambda slot: slot.starts_at)  # hours at two places may overlap


def taken_ranges(
    practitioners: Iterable[Practitioner],
    first: date,
    last: date,
    zone: ZoneInfo,
    ignoring: Appointment | None = None,
) -> dict[int, list[tuple[datetime, datetime]]]:
    """Return the ranges (UTC) that active claims hold on the local days *first* to *last*, by practitioner."""
    midnight = datetime.min.time()
    claims = TimeClaim.objects.filter(
        active=True,
        practitioner__in=[person.pk for person in practitioners],
        blocked_from__lt=hours.instant(last + timedelta(days=2), midnight, zone),
        blocked_until__gt=hours.instant(first, midnight, zone),
    )
    if ignoring:
        claims = claims.exclude(holder=ignoring)
    claims = claims.values_list("practitioner_id", "blocked_from", "blocked_until")
    taken: dict[int, list[tuple[datetime, datetime]]] = defaultdict(list)
    for practitioner, blocked_from, blocked_until in claims:
        taken[practitioner].append((blocked_from, blocked_until))
    return taken


def first_of_each_start(slots: list[Slot]) -> list[Slot]:
    """Return the first slot of each start; *slots* are sorted."""
    chosen: dict[datetime, Slot] = {}
    for slot in slots:
        chosen.setdefault(slot.starts_at, slot)
    return list(chosen.values())


def find_slot(
    *,
    service: Service,
    practitioner: Practitioner,
    starts_at: datetime,
    now: datetime,
    mode: Mode | None = None,
    ignoring: Appointment | None = None,
) -> Slot | None:
    """Return the slot that begins at *starts_at* (UTC), or None where that time is not open (in *mode*) at *now*.

    The time that the appointment *ignoring* holds itself counts as free.
    """
    day = starts_at.astimezone(ClinicDetails.load().zone).date()
    slots = open_slots(
        service=service, practitioner=practitioner, mode=mode, now=now, first=day, days=1, ignoring=ignoring
    )
    return next((slot for slot in slots if slot.starts_at == starts_at), None)


def next_slots(
    *,
    service: Service,
    now: datetime,
    practitioner: Practitioner | None = None,
    mode: Mode | None = None,
    first: date | None = None,
    ignoring: Appointment | None = None,
) -> list[Slot]:
    """Return the open slots from the local day *first* (default: today) to the horizon.

    The time that the appointment *ignoring* holds itself counts as free.
    """
    first = first or now.astimezone(ClinicDetails.load().zone).date()
    days = BookingRules.load().horizon_days + 1
    return open_slots(
        service=service,
        practitioner=practitioner,
        mode=mode,
        now=now,
        first=first,
        days=days,
        ignoring=ignoring,
    )
