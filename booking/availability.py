"""Which starts can be booked: hours minus what is taken. Pure: no database, no clock, no settings.

Weekly hours, extra hours, breaks and time off are local; everything that leaves this module is an instant in UTC.
Starts are counted in real time from the beginning of the hours, so a local time that the clocks skip is never
offered, and one that comes twice is offered once for each time that it really comes.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from clinic.hours import ClosedDays, closure_on, instant

ONE_DAY = timedelta(days=1)
MIDNIGHT = time(0)
ALWAYS, NEVER = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class WeeklyWork:
    """Works every *weekday* (0 is Monday), local time *starts* to *ends*, at one place, in these modes.

    From the day *valid_from* to the day *valid_until*, both included; None: since always, until further notice.
    No visit reaches into the break, local time.
    """

    weekday: int
    starts: time
    ends: time
    location: int
    modes: frozenset[str]
    valid_from: date | None = None
    valid_until: date | None = None
    break_starts: time | None = None
    break_ends: time | None = None

    def is_valid_on(self, day: date) -> bool:
        """Whether these hours apply on *day*."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


@dataclass(frozen=True, slots=True)
class ExtraWork:
    """Works besides, on each of the local days *first* to *last*, local time *starts* to *ends*."""

    first: date
    last: date
    starts: time
    ends: time
    location: int
    modes: frozenset[str]


@dataclass(frozen=True, slots=True)
class TimeOff:
    """Does not work on the local days *first* to *last*: from *starts* to *ends*, or all day where they are None."""

    first: date
    last: date
    starts: time | None = None
    ends: time | None = None


class Work(NamedTuple):
    """One block of work on one day, *starts* to *ends* in UTC, without break or time off.

    Starts are counted from *grid*: the beginning of the hours that the block is a part of; None: its own beginning.
    """

    starts: datetime
    ends: datetime
    location: int
    modes: frozenset[str]
    grid: datetime | None = None


class Start(NamedTuple):
    """An instant at which a visit may begin, and the block of work that it falls in."""

    at: datetime
    work: Work


def work_blocks(
    weekly: Iterable[WeeklyWork],
    closures: Sequence[ClosedDays],
    zone: ZoneInfo,
    first: date,
    last: date,
    *,
    extra: Sequence[ExtraWork] = (),
    off: Sequence[TimeOff] = (),
) -> list[Work]:
    """Return the blocks of work on the local days *first* to *last* (both included), in order of time.

    Time off cuts weekly and *extra* hours alike, and on a day of *closures* nobody works at all.
    """
    by_weekday: dict[int, list[WeeklyWork]] = {}
    for row in weekly:
        by_weekday.setdefault(row.weekday, []).append(row)
    blocks: list[Work] = []
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        rows: list[WeeklyWork | ExtraWork] = [row for row in by_weekday.get(day.weekday(), ()) if row.is_valid_on(day)]
        rows += [row for row in extra if row.first <= day <= row.last]
        if not rows or closure_on(day, closures):
            continue
        absent = [span(day, one.starts, one.ends, zone) for one in off if one.first <= day <= one.last]
        for row in rows:
            blocks += blocks_of(row, day, absent, zone)
    return sorted(blocks, key=lambda block: block.starts)


def blocks_of(
    row: WeeklyWork | ExtraWork, day: date, absent: Iterable[tuple[datetime, datetime]], zone: ZoneInfo
) -> Iterator[Work]:
    """Yield what is left of *row* on *day* without its break and the ranges of *absent*."""
    starts, ends = span(day, row.starts, row.ends, zone)
    cuts = list(absent)
    if isinstance(row, WeeklyWork) and row.break_starts is not None:
        cuts.append(span(day, row.break_starts, row.break_ends, zone))
    free_from = starts
    for since, until in merged(cut for cut in cuts if cut[0] < cut[1]) if cuts else ():
        if since > free_from and free_from < ends:
            yield Work(free_from, min(since, ends), row.location, row.modes, starts)
        free_from = max(free_from, until)
    if free_from < ends:  # the clocks may jump over a whole block
        yield Work(free_from, ends, row.location, row.modes, starts)


def span(day: date, starts: time | None, ends: time | None, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return local time *starts* to *ends* on *day*, in UTC; the whole day where there is no *starts*."""
    if starts is None:
        return instant(day, MIDNIGHT, zone), instant(day + ONE_DAY, MIDNIGHT, zone)
    return instant(day, starts, zone), instant(day, ends, zone)


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
    # What is free lies between: the time of that number begins and ends there.
    free_from = [ALWAYS, *(until for _, until in busy)]
    free_until = [*(since for since, _ in busy), NEVER]
    held = duration + buffer
    given: set[datetime] = set()
    for block in blocks:
        first, last = max(block.starts, earliest), min(block.ends - duration, latest)
        grid = block.grid or block.starts
        number = bisect_right(free_from, first) - 1
        while number < len(free_from) and free_from[number] <= last:
            begin, end = max(first, free_from[number]), min(last, free_until[number] - held)
            start = begin + (grid - begin) % every  # the next one that is counted
            while start <= end:
                if start not in given:
                    given.add(start)
                    yield Start(start, block)
                start += every
            number += 1


def on_days_with_room(
    starts: Iterable[Start], visits: Iterable[tuple[Hashable, datetime]], most: int, zone: ZoneInfo
) -> Iterator[Start]:
    """Yield those of *starts* on whose local day fewer than *most* visits begin.

    *visits* are (which, when it begins, aware); one that is named twice on a day counts once.
    """
    a_day = Counter(day for day, _ in {(at.astimezone(zone).date(), which) for which, at in visits})
    for start in starts:
        if a_day[start.at.astimezone(zone).date()] < most:
            yield start


def merged(ranges: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    """Return *ranges* in order, overlapping ones joined."""
    result: list[tuple[datetime, datetime]] = []
    for start, end in sorted(ranges):
        if result and start < result[-1][1]:
            result[-1] = (result[-1][0], max(result[-1][1], end))
        else:
            result.append((start, end))
    return result
