"""Which starts can be booked: hours minus what is taken. Pure: no database, no clock, no settings.

Weekly hours are local; everything that leaves this module is an instant in UTC. Starts are counted in real
time from the beginning of a block of work, so a local time that the clocks skip is never offered, and one
that comes twice is offered once for each time that it really comes.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from clinic.hours import ClosedDays, instant


@dataclass(frozen=True, slots=True)
class WeeklyWork:
    """Works every *weekday* (0 is Monday), local time *starts* to *ends*, at one place, in these modes."""

    weekday: int
    starts: time
    ends: time
    location: int
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Work:
    """One block of work on one day, *starts* to *ends* in UTC."""

    starts: datetime
    ends: datetime
    location: int
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Start:
    """An instant at which a visit may begin, and the block of work that it falls in."""

    at: datetime
    work: Work


def work_blocks(
    weekly: Iterable[WeeklyWork], closures: Sequence[ClosedDays], zone: ZoneInfo, first: date, last: date
) -> list[Work]:
    """Return the blocks of work on the local days *first* to *last* (both included), in order of time."""
    by_weekday: dict[int, list[WeeklyWork]] = {}
    for row in weekly:
        by_weekday.setdefault(row.weekday, []).append(row)
    blocks = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if any(day in closure for closure in closures):
            continue
        for row in by_weekday.get(day.weekday(), ()):
            starts, ends = instant(day, row.starts, zone), instant(day, row.ends, zone)
            if ends > starts:  # the clocks may jump over a whole block
                blocks.append(Work(starts, ends, row.location, row.modes))
    return sorted(blocks, key=lambda block: block.starts)


def bookable_starts(
    blocks: Iterable[Work],
    taken: Iterable[tuple[datetime, datetime]],
    *,
    duration: timedelta,
    buffer: timedelta,
    every: timedelta,
    earliest: datetime,
    latest: datetime,
) -> Iterator[Start]:
    """Yield the starts from *earliest* to *latest* (UTC, both included) at which a visit fits.

    A visit of *duration* must end inside its block; the pause of *buffer* after it may reach beyond the block
    but, like the visit, not into a range of *taken* (from included, until not). Overlapping blocks yield an
    instant once, for the block that began first. Raises ValueError unless *duration* and *every* are positive.
    """
    if duration <= timedelta(0) or every <= timedelta(0):
        raise ValueError("duration and every must be positive")
    busy = merged(taken)
    ends = [until for _, until in busy]
    given: set[datetime] = set()
    for block in blocks:
        start = block.starts
        while start + duration <= block.ends and start <= latest:
            nearest = bisect_right(ends, start)  # the first range that ends after the start
            free = nearest == len(busy) or busy[nearest][0] >= start + duration + buffer
            if free and start >= earliest and start not in given:
                given.add(start)
                yield Start(start, block)
            start += every


def merged(ranges: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return *ranges* in order, overlapping ones joined."""
    result: list[tuple[datetime, datetime]] = []
    for start, end in sorted(ranges):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
