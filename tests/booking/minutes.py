"""An oracle for open times: somebody who sits before the clock on the wall and tries every minute.

It shares nothing with `booking.availability` but the rows that describe the hours. Minutes are counted in real time
(since 1970); what the clock on the wall shows at each of them is the only thing that it asks the zone.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from booking.availability import ExtraWork, TimeOff, WeeklyWork
from clinic.hours import ClosedDays

DAY = 24 * 60


@dataclass(frozen=True)
class Case:
    """One person's rules on the local days *first* to *last*, and what they have already. Lengths are in minutes,
    instants minutes since 1970; `visits` are (which, when it begins)."""

    zone: ZoneInfo
    first: date
    last: date
    duration: int
    buffer: int
    every: int
    earliest: int
    latest: int
    weekly: tuple[WeeklyWork, ...] = ()
    extra: tuple[ExtraWork, ...] = ()
    off: tuple[TimeOff, ...] = ()
    closures: tuple[ClosedDays, ...] = ()
    taken: tuple[tuple[int, int], ...] = ()
    visits: tuple[tuple[int, int], ...] = ()
    most: int | None = None


@lru_cache(maxsize=100_000)
def wall(zone: ZoneInfo, minute: int) -> datetime:
    """What the clock on the wall shows at that minute."""
    return datetime.fromtimestamp(minute * 60, UTC).astimezone(zone).replace(tzinfo=None)


@lru_cache(maxsize=10_000)
def minute_at(zone: ZoneInfo, day: date, at: time) -> int:
    """Wait until the clock shows *at* on *day*. A time that it jumps over counts on from the jump."""
    wanted = datetime.combine(day, at)
    minute = around(day) - 16 * 60
    while wall(zone, minute) < wanted:
        minute += 1
    if wall(zone, minute) == wanted:
        return minute
    missing = wanted - wall(zone, minute - 1) - timedelta(minutes=1)
    return minute + missing // timedelta(minutes=1)


def around(day: date) -> int:
    """The minute at which *day* begins in London in winter."""
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) // 60


@lru_cache(maxsize=1000)
def minutes_of(zone: ZoneInfo, day: date) -> frozenset[int]:
    """All minutes at which the calendar on the wall shows *day*."""
    near = range(around(day) - 16 * 60, around(day) + 40 * 60)
    return frozenset(minute for minute in near if wall(zone, minute).date() == day)


def expected_starts(case: Case) -> dict[int, set[int]]:
    """Return each minute at which a visit may begin, with the places where that is so."""
    found: dict[int, set[int]] = {}
    for number in range((case.last - case.first).days + 1):
        day = case.first + timedelta(days=number)
        if any(closure.first <= day <= closure.last for closure in case.closures):
            continue
        away = {minute for one in case.off if one.first <= day <= one.last for minute in off_minutes(case, one, day)}
        for row in rows_on(case, day):
            for minute in starts_in(case, row, day, away):
                found.setdefault(minute, set()).add(row.location)
    return found


def rows_on(case: Case, day: date) -> list[WeeklyWork | ExtraWork]:
    """The hours that apply on *day*."""
    weekly = [
        row
        for row in case.weekly
        if row.weekday == day.weekday()
        and not (row.valid_from and day < row.valid_from)
        and not (row.valid_until and day > row.valid_until)
    ]
    return [*weekly, *(row for row in case.extra if row.first <= day <= row.last)]


def off_minutes(case: Case, one: TimeOff, day: date) -> set[int] | frozenset[int]:
    """The minutes of *day* that somebody is away."""
    if one.starts is None:
        return minutes_of(case.zone, day)
    return set(range(minute_at(case.zone, day, one.starts), minute_at(case.zone, day, one.ends)))


def starts_in(case: Case, row: WeeklyWork | ExtraWork, day: date, away: set[int]) -> list[int]:
    """The starts in one row's hours on *day*: each is counted from their beginning, and tried minute by minute."""
    begin, end = minute_at(case.zone, day, row.starts), minute_at(case.zone, day, row.ends)
    away = set(away)
    if isinstance(row, WeeklyWork) and row.break_starts:
        away.update(range(minute_at(case.zone, day, row.break_starts), minute_at(case.zone, day, row.break_ends)))
    return [
        at
        for at in range(begin, end, case.every)
        if case.earliest <= at <= case.latest
        and all(minute < end and minute not in away for minute in range(at, at + case.duration))
        and not any(since < at + case.duration + case.buffer and at < until for since, until in case.taken)
        and has_room(case, at)
    ]


def has_room(case: Case, at: int) -> bool:
    """Whether fewer than the most visits begin on the day that the calendar shows at that minute."""
    if case.most is None:
        return True
    shown = wall(case.zone, at).date()
    return len({which for which, begins in case.visits if wall(case.zone, begins).date() == shown}) < case.most
