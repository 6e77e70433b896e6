"""Opening hours, pure: weekly hours and closures in, instants out.

Nothing here reads a clock, a setting or a table. Instants are aware datetimes; local hours are turned into
UTC with the clinic's zone, so a day on which the clocks change has its true length.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

MIDNIGHT = time(0)
LOOK_AHEAD = timedelta(days=400)  # a practice that opens no day in a year is closed


@dataclass(frozen=True)
class WeeklyHours:
    """Open every *weekday* (0 is Monday) from *opens* to *closes*, local time; closing at 00:00 is midnight."""

    weekday: int
    opens: time
    closes: time


@dataclass(frozen=True)
class ClosedDays:
    """Closed from *first* to *last*, both days included, for the reason *name*."""

    first: date
    last: date
    name: str = ""

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class OpenState:
    """Whether the practice is open at an instant, and when that changes (UTC; None: not in a year)."""

    is_open: bool
    changes_at: datetime | None


@dataclass(frozen=True)
class SameHours:
    """Weekdays *first* to *last* in a row (0 is Monday) that share the same *spans* of (opens, closes).

    A span that does not close after it opens closes on the next day; 00:00 to 00:00 is the whole day.
    """

    first: int
    last: int
    spans: tuple[tuple[time, time], ...]


def weekly_summary(hours: Iterable[WeeklyHours]) -> list[SameHours]:
    """Return the week as people say it: days in a row with the same hours become one line.

    Spans are joined where they meet, also over midnight as long as they then stay below 24 hours.
    """
    lines: list[SameHours] = []
    for weekday, joined in enumerate(joined_over_midnight(joined_by_day(hours))):
        spans = tuple(joined)
        if lines and lines[-1].last == weekday - 1 and lines[-1].spans == spans:
            lines[-1] = SameHours(lines[-1].first, weekday, spans)
        elif spans:
            lines.append(SameHours(weekday, weekday, spans))
    return lines


def joined_by_day(hours: Iterable[WeeklyHours]) -> list[list[tuple[time, time]]]:
    """Return the spans of each of the seven weekdays, in order, joined where they touch or overlap."""
    week: list[list[tuple[time, time]]] = [[] for _ in range(7)]
    for row in sorted(hours, key=lambda row: (row.weekday, row.opens)):
        spans = week[row.weekday]
        if spans and (spans[-1][1] == MIDNIGHT or row.opens <= spans[-1][1]):
            opens, closes = spans.pop()
            ends_at_midnight = MIDNIGHT in (closes, row.closes)
            spans.append((opens, MIDNIGHT if ends_at_midnight else max(closes, row.closes)))
        else:
            spans.append((row.opens, row.closes))
    return week


def joined_over_midnight(week: list[list[tuple[time, time]]]) -> list[list[tuple[time, time]]]:
    """Return *week* with each span that goes on after midnight, for less than 24 hours, told with its first day."""
    told = [list(spans) for spans in week]
    for weekday, spans in enumerate(week):
        following = (weekday + 1) % 7
        if not spans or not week[following]:
            continue
        (opens, closes), (opens_next, closes_next) = spans[-1], week[following][0]
        if closes == opens_next == MIDNIGHT and MIDNIGHT < closes_next <= opens:
            told[weekday][-1] = (opens, closes_next)
            told[following].remove((opens_next, closes_next))
    return told


def closure_on(day: date, closures: Iterable[ClosedDays]) -> ClosedDays | None:
    """Return the closure that covers *day*, None where there is none."""
    return next((closure for closure in closures if day in closure), None)


@lru_cache(maxsize=4096)  # the same few hours are asked for on each day of a calendar, for everybody who works then
def instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return local time *at* on *day* in UTC.

    A time that the clocks jump over becomes the instant just as long after the jump; a time that comes
    twice is the first of the two (PEP 495, fold=0).
    """
    return datetime.combine(day, at, tzinfo=zone).astimezone(UTC)


def opening_ranges(
    hours: Iterable[WeeklyHours], closures: Sequence[ClosedDays], zone: ZoneInfo, first: date, last: date
) -> Iterator[tuple[datetime, datetime]]:
    """Yield (from, until) in UTC, in order and joined where they touch, for the local days *first* to *last*."""
    by_weekday: dict[int, list[WeeklyHours]] = {}
    for row in hours:
        by_weekday.setdefault(row.weekday, []).append(row)
    pending: tuple[datetime, datetime] | None = None
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if closure_on(day, closures):
            continue
        # Sorted as instants, not as local times: on the day of a clock change the two orders can differ.
        for start, end in sorted(day_range(row, day, zone) for row in by_weekday.get(day.weekday(), ())):
            if end <= start:  # the clocks jumped over it
                continue
            if pending and start <= pending[1]:
                pending = (pending[0], max(pending[1], end))
                continue
            if pending:
                yield pending
            pending = (start, end)
    if pending:
        yield pending


def day_range(row: WeeklyHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when *row* opens and closes on *day*, in UTC."""
    closing_day = day if row.closes > row.opens else day + timedelta(days=1)
    return instant(day, row.opens, zone), instant(closing_day, row.closes, zone)


def open_state(
    now: datetime, hours: Sequence[WeeklyHours], closures: Sequence[ClosedDays], zone: ZoneInfo
) -> OpenState:
    """Return whether the practice is open at *now*, and the instant (UTC) at which it closes or next opens."""
    today = now.astimezone(zone).date()
    ranges = opening_ranges(hours, closures, zone, today - timedelta(days=1), today + LOOK_AHEAD)
    for start, end in ranges:
        if end > now:
            if start > now:
                return OpenState(False, start)
            always = end.astimezone(zone).date() > today + LOOK_AHEAD
            return OpenState(True, None if always else end)
    return OpenState(False, None)


def add_opening_time(
    now: datetime,
    amount: timedelta,
    hours: Sequence[WeeklyHours],
    closures: Sequence[ClosedDays],
    zone: ZoneInfo,
) -> datetime | None:
    """Return the instant (UTC) by which *amount* of opening time has passed since *now*; None: not in a year."""
    today = now.astimezone(zone).date()
    left = amount
    for start, end in opening_ranges(hours, closures, zone, today - timedelta(days=1), today + LOOK_AHEAD):
        start = max(start, now.astimezone(UTC))
        if end <= start:
            continue
        if end - start >= left:
            return start + left
        left -= end - start
    return None


def opening_time_between(
    since: datetime,
    until: datetime,
    hours: Iterable[WeeklyHours],
    closures: Sequence[ClosedDays],
    zone: ZoneInfo,
) -> timedelta:
    """Return how long the practice is open from *since* to *until* (aware); nothing where they are not in order."""
    first, last = (at.astimezone(zone).date() for at in (since, until))
    ranges = opening_ranges(hours, closures, zone, first - timedelta(days=1), last)
    return sum((max(timedelta(0), min(end, until) - max(start, since)) for start, end in ranges), timedelta(0))
