"""Every rule of time at once, at random, against somebody who tries every minute; and each rule dropped.

The property says that both find the same starts: in five zones, two years, with both clock changes. The controls drop
one rule and must find a case in which the property fails: what it would not notice is not shown by it.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from booking.availability import ExtraWork, TimeOff, WeeklyWork, bookable_starts, on_days_with_room, work_blocks
from clinic.hours import ClosedDays
from tests.booking.minutes import DAY, Case, around, expected_starts
from tests.conftest import FULL_SIZE

promise = pytest.mark.promise("Open times keep every rule, minute by minute, in five zones over two years")
plan = {"derandomize": True, "database": None, "deadline": None}
often = settings(max_examples=5000 if FULL_SIZE else 150, **plan)
until_found = settings(max_examples=3000, phases=[Phase.generate], **plan)

MODES = frozenset({"in_person"})
BEGIN, END = date(2026, 1, 1), date(2027, 12, 31)
ZONES = [
    ZoneInfo(name)
    for name in (
        "America/New_York",
        "Europe/London",
        "Australia/Lord_Howe",  # half an hour
        "America/Santiago",  # at midnight
        "Pacific/Chatham",  # at a quarter to three
    )
]


@cache
def changes(zone: ZoneInfo) -> list[date]:
    """The days on which the clocks change."""
    nights = [datetime.combine(BEGIN, time(0), tzinfo=zone) + timedelta(days=number) for number in range(730)]
    return [night.date() for night in nights if night.utcoffset() != (night + timedelta(days=1)).utcoffset()]


# --- What is drawn ----------------------------------------------------------------------------------------


FIVES = 24 * 12  # of minutes a day


def clock_time(fives: int) -> time:
    """The time so many times five minutes after midnight."""
    return time(fives // 12, fives % 12 * 5)


@st.composite
def spans(draw) -> tuple[int, int]:
    """A beginning and an end after it, in fives of minutes; the nights, when clocks change, come often."""
    begin = draw(st.one_of(st.integers(0, 4 * 12), st.integers(0, FIVES - 2)))
    return begin, draw(st.one_of(st.integers(begin + 1, FIVES - 1), st.integers(max(begin, FIVES - 25) + 1, FIVES - 1)))


@st.composite
def weekly_rows(draw, days: list[date]) -> WeeklyWork:
    """Weekly hours on the weekday of one of *days*, sometimes with a break or with days that they are valid from."""
    starts, ends = draw(st.just((0, FIVES - 1)) | spans())
    break_starts = break_ends = valid_from = valid_until = None
    if ends - starts > 24 and draw(st.booleans()):
        break_starts = draw(st.integers(starts, ends - 12))
        break_ends = break_starts + draw(st.integers(1, 12))
    if draw(st.booleans()):
        valid_from, valid_until = draw(day_ranges(days))
    return WeeklyWork(
        draw(st.sampled_from(days)).weekday(), clock_time(starts), clock_time(ends), draw(st.integers(1, 3)), MODES,
        draw(st.sampled_from([valid_from, None])), draw(st.sampled_from([valid_until, None])),
        *(None if edge is None else clock_time(edge) for edge in (break_starts, break_ends)),
    )  # fmt: skip


@st.composite
def day_ranges(draw, days: list[date]) -> tuple[date, date]:
    """Some of *days* in a row."""
    return tuple(sorted([draw(st.sampled_from(days)), draw(st.sampled_from(days))]))


@st.composite
def exceptions(draw, days: list[date]) -> tuple[date, date, time | None, time | None]:
    """Days, and hours on each of them."""
    return (*draw(day_ranges(days)), *map(clock_time, draw(spans())))


@st.composite
def cases(draw) -> Case:
    """One person's rules on up to three days, half of the time around a clock change."""
    zone = draw(st.sampled_from(ZONES))
    first = draw(st.one_of(st.sampled_from(changes(zone)), st.dates(BEGIN, END)))
    days = [first + timedelta(days=number) for number in range(-draw(st.integers(0, 1)), draw(st.integers(1, 2)))]
    begin, end = around(days[0]) - 14 * 60, around(days[-1]) + DAY + 14 * 60
    fives = st.integers(0, (end - begin) // 5)
    moments = fives.map(lambda number: begin + number * 5)

    def several(strategy, most=2):
        return tuple(draw(st.lists(strategy, max_size=most)))

    off = [TimeOff(*one) for one in several(exceptions(days))]
    if off and draw(st.integers(0, 5)) == 5:
        off[0] = replace(off[0], starts=None, ends=None)
    closed = several(day_ranges(days), 1) if draw(st.integers(0, 3)) == 3 else ()
    return Case(
        zone=zone,
        first=days[0],
        last=days[-1],
        duration=draw(st.integers(1, 18)) * 5,
        buffer=draw(st.integers(0, 12)) * 5,
        every=draw(st.sampled_from([15, 30, 60])),
        earliest=draw(st.sampled_from([0, draw(moments)])),
        latest=draw(st.sampled_from([10**8, end - 5 * draw(fives)])),
        weekly=(draw(weekly_rows(days)), *several(weekly_rows(days))),
        extra=tuple(ExtraWork(*one, 4, MODES) for one in several(exceptions(days), 1)),
        off=tuple(off),
        closures=tuple(ClosedDays(*pair) for pair in closed),
        taken=tuple((since, since + 5 * draw(st.integers(1, 40))) for since in several(moments, 3)),
        visits=several(st.tuples(st.integers(1, 4), moments), 4),
        most=draw(st.none() | st.integers(1, 3)),
    )


# --- What the site finds ----------------------------------------------------------------------------------


def instant(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def starts_found(case: Case, blocks=None) -> dict[int, int]:
    """Return each minute at which a visit may begin, with the place, as `booking.availability` finds it."""
    if blocks is None:
        blocks = work_blocks(
            case.weekly, case.closures, case.zone, case.first, case.last, extra=case.extra, off=case.off
        )
    starts = list(
        bookable_starts(
            blocks,
            [(instant(since), instant(until)) for since, until in case.taken],
            duration=timedelta(minutes=case.duration),
            buffer=timedelta(minutes=case.buffer),
            every=timedelta(minutes=case.every),
            earliest=instant(case.earliest),
            latest=instant(case.latest),
        )
    )
    assert len({start.at for start in starts}) == len(starts)
    visits = [(which, instant(minute)) for which, minute in case.visits]
    if case.most is not None:
        starts = on_days_with_room(starts, visits, case.most, case.zone)
    return {int(start.at.timestamp()) // 60: start.work.location for start in starts}


def agree(found: dict[int, int], expected: dict[int, set[int]]) -> bool:
    """Whether both know the same starts, each at a place where the hours allow it."""
    return found.keys() == expected.keys() and all(place in expected[minute] for minute, place in found.items())


@promise
@often
@given(cases())
def test_starts_are_those_that_trying_every_minute_finds(case):
    assert agree(starts_found(case), expected_starts(case))


# --- Controls: a rule is dropped, and the property fails --------------------------------------------------


def without_break(case: Case) -> Case:
    return replace(case, weekly=tuple(replace(row, break_starts=None, break_ends=None) for row in case.weekly))


def without_validity(case: Case) -> Case:
    return replace(case, weekly=tuple(replace(row, valid_from=None, valid_until=None) for row in case.weekly))


DROPPED = {
    "breaks": without_break,
    "validity": without_validity,
    "extra hours": lambda case: replace(case, extra=()),
    "time off": lambda case: replace(case, off=()),
    "closures": lambda case: replace(case, closures=()),
    "taken times": lambda case: replace(case, taken=()),
    "the pause after a visit": lambda case: replace(case, buffer=0),
    "the length of a visit": lambda case: replace(case, duration=5),
    "notice": lambda case: replace(case, earliest=0),
    "the horizon": lambda case: replace(case, latest=10**8),
    "the most a day": lambda case: replace(case, most=None),
}


@promise
@pytest.mark.parametrize("drop", DROPPED.values(), ids=DROPPED.keys())
def test_without_a_rule_the_property_fails(drop):
    find(cases(), lambda case: not agree(starts_found(drop(case)), expected_starts(case)), settings=until_found)


def starts_on_a_grid_of_each_piece(case: Case) -> dict[int, int]:
    """Count the starts anew after each break."""
    blocks = work_blocks(case.weekly, case.closures, case.zone, case.first, case.last, extra=case.extra, off=case.off)
    return starts_found(case, [block._replace(grid=None) for block in blocks])


def starts_on_the_wall(case: Case) -> dict[int, int]:
    """Count the starts on the clock on the wall, as if it never changed."""
    starts = {}
    for minute, place in starts_found(replace(case, zone=ZoneInfo("UTC"))).items():
        local = instant(minute).replace(tzinfo=case.zone)
        starts[int(local.timestamp()) // 60] = place
    return starts


@promise
@pytest.mark.parametrize("wrong", [starts_on_a_grid_of_each_piece, starts_on_the_wall])
def test_counted_otherwise_the_property_fails(wrong):
    plain = {"taken": (), "visits": (), "earliest": 0, "latest": 10**8}

    def fails(case):
        case = replace(case, **plain)
        return not agree(wrong(case), expected_starts(case))

    find(cases(), fails, settings=until_found)
