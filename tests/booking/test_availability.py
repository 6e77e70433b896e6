"""The pure rules of time, held against an oracle that finds the same answers by trying everything."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.availability import WeeklyWork, Work, bookable_starts, work_blocks
from clinic.hours import ClosedDays
from tests.conftest import FULL_SIZE

# The same examples in every run: a failure is a defect, never a draw.
often = settings(max_examples=3000 if FULL_SIZE else 150, derandomize=True, database=None, deadline=None)
QUARTER = timedelta(minutes=15)
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
ALL_MODES = frozenset({"in_person"})
NEW_YORK, LONDON, LORD_HOWE = map(ZoneInfo, ("America/New_York", "Europe/London", "Australia/Lord_Howe"))


def minutes(count: int) -> timedelta:
    return timedelta(minutes=count)


# --- What the generators draw -----------------------------------------------------------------------------

offsets = st.integers(0, 400).map(lambda fives: MONDAY + minutes(5 * fives))
lengths = st.integers(1, 120).map(lambda fives: minutes(5 * fives))
ranges = st.tuples(offsets, lengths).map(lambda pair: (pair[0], pair[0] + pair[1]))
blocks = st.lists(ranges, max_size=4).map(
    lambda pairs: [Work(a, b, place, ALL_MODES) for place, (a, b) in enumerate(sorted(pairs, key=lambda one: one[0]))]
)
wishes = st.fixed_dictionaries(
    {
        "duration": st.integers(1, 36).map(lambda fives: minutes(5 * fives)),
        "buffer": st.integers(0, 24).map(lambda fives: minutes(5 * fives)),
        "every": st.sampled_from([5, 15, 25, 30, 60]).map(minutes),
        "earliest": offsets,
        "latest": offsets,
    }
)
quarters = st.integers(0, 95).map(lambda number: time(number // 4, number % 4 * 15))
weekly_rows = st.lists(
    st.builds(WeeklyWork, st.integers(0, 6), quarters, quarters, st.integers(1, 3), st.just(ALL_MODES)).filter(
        lambda row: row.starts < row.ends
    ),
    max_size=4,
)
CHANGES = {  # the days of 2026 on which the clocks change
    NEW_YORK: (date(2026, 3, 8), date(2026, 11, 1)),
    LONDON: (date(2026, 3, 29), date(2026, 10, 25)),
    LORD_HOWE: (date(2026, 4, 5), date(2026, 10, 4)),  # by half an hour
}
zones_and_days = st.sampled_from([(zone, day) for zone, days in CHANGES.items() for day in days])


# --- The oracles ------------------------------------------------------------------------------------------


def expected_starts(blocks, taken, *, duration, buffer, every, earliest, latest):
    """Try each step of each block against each taken range."""
    found = {}
    for block in blocks:
        steps = (block.ends - block.starts) // every
        for at in (block.starts + number * every for number in range(steps + 1)):
            fits = at + duration <= block.ends and earliest <= at <= latest
            clash = any(at < until and since < at + duration + buffer for since, until in taken)
            if fits and not clash:
                found.setdefault(at, block)
    return found


def real_instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Walk through real time until the clock on the wall shows *at*; where it jumps over it, go on as long."""
    wanted = datetime.combine(day, at)
    now = wanted.replace(tzinfo=UTC) - timedelta(hours=26)
    while (wall := now.astimezone(zone).replace(tzinfo=None)) < wanted:
        before, now = wall, now + QUARTER
    return now if wall == wanted else now + (wanted - before - QUARTER)


# --- Every answer is the oracle's answer ------------------------------------------------------------------


@often
@given(blocks, st.lists(ranges, max_size=5), wishes)
def test_starts_are_those_that_trying_everything_finds(blocks, taken, wish):
    starts = list(bookable_starts(blocks, taken, **wish))

    assert {start.at: start.work for start in starts} == expected_starts(blocks, taken, **wish)


@often
@given(blocks, st.lists(ranges, max_size=5), wishes)
def test_starts_keep_every_rule(blocks, taken, wish):
    starts = list(bookable_starts(blocks, taken, **wish))

    for start in starts:
        assert start.work in blocks
        assert start.work.starts <= start.at
        assert start.at + wish["duration"] <= start.work.ends
        assert wish["earliest"] <= start.at <= wish["latest"]
        held_until = start.at + wish["duration"] + wish["buffer"]
        assert all(until <= start.at or since >= held_until for since, until in taken)
    assert len({start.at for start in starts}) == len(starts)
    for block in blocks:
        within = [start.at for start in starts if start.work is block]
        assert within == sorted(within)


@often
@given(blocks, st.lists(ranges, max_size=5), wishes, st.randoms(use_true_random=False))
def test_the_order_in_which_ranges_were_taken_does_not_matter(blocks, taken, wish, chance):
    shuffled = chance.sample(taken, len(taken))

    assert list(bookable_starts(blocks, shuffled, **wish)) == list(bookable_starts(blocks, taken, **wish))


@often
@given(zones_and_days, weekly_rows, st.integers(-3, 3), st.integers(0, 6), st.booleans())
def test_work_blocks_are_those_that_a_clock_on_the_wall_shows(zone_and_day, weekly, shift, days, closed):
    zone, change = zone_and_day
    first = change + timedelta(days=shift)
    last = first + timedelta(days=days)
    closures = [ClosedDays(change, change)] if closed else []

    expected = []
    for day in (first + timedelta(days=number) for number in range(days + 1)):
        if closed and day == change:
            continue
        for row in weekly:
            starts, ends = real_instant(day, row.starts, zone), real_instant(day, row.ends, zone)
            if row.weekday == day.weekday() and starts < ends:
                expected.append((starts, ends, row.location))

    found = work_blocks(weekly, closures, zone, first, last)
    assert sorted((block.starts, block.ends, block.location) for block in found) == sorted(expected)
    assert [block.starts for block in found] == sorted(block.starts for block in found)


def test_a_closure_covers_its_first_and_its_last_day():
    week = [WeeklyWork(weekday, time(9), time(10), 1, ALL_MODES) for weekday in range(7)]
    closed = [ClosedDays(date(2026, 3, 3), date(2026, 3, 5))]

    found = work_blocks(week, closed, NEW_YORK, date(2026, 3, 2), date(2026, 3, 6))

    assert [block.starts.day for block in found] == [2, 6]


# --- The days on which the clocks change ------------------------------------------------------------------


def local_starts(zone: ZoneInfo, day: date, *, every: int, until: time = time(6)) -> list[str]:
    """Return the local times of the starts on *day* from midnight to *until*, visits as long as the step."""
    weekly = [WeeklyWork(day.weekday(), time(0), until, 1, ALL_MODES)]
    starts = bookable_starts(
        work_blocks(weekly, [], zone, day, day), [], duration=minutes(every), buffer=minutes(0),
        every=minutes(every), earliest=datetime.min.replace(tzinfo=UTC), latest=datetime.max.replace(tzinfo=UTC),
    )  # fmt: skip
    return [f"{start.at.astimezone(zone):%H:%M}" for start in starts]


@pytest.mark.parametrize(
    ("zone", "day", "times"),
    [
        (NEW_YORK, date(2026, 3, 8), "00:00 01:00 03:00 04:00 05:00"),
        (NEW_YORK, date(2026, 11, 1), "00:00 01:00 01:00 02:00 03:00 04:00 05:00"),
        (NEW_YORK, date(2026, 3, 9), "00:00 01:00 02:00 03:00 04:00 05:00"),
        (LONDON, date(2026, 3, 29), "00:00 02:00 03:00 04:00 05:00"),
        (LONDON, date(2026, 10, 25), "00:00 01:00 01:00 02:00 03:00 04:00 05:00"),
        (LORD_HOWE, date(2026, 10, 4), "00:00 01:00 02:30 03:30 04:30"),
        (LORD_HOWE, date(2026, 4, 5), "00:00 01:00 01:30 02:30 03:30 04:30"),
    ],
)
def test_starts_are_counted_in_real_time_when_the_clocks_change(zone, day, times):
    assert local_starts(zone, day, every=60) == times.split()


@pytest.mark.parametrize(
    ("zone", "day", "half_hours"),
    [
        (NEW_YORK, date(2026, 3, 8), 10), (NEW_YORK, date(2026, 11, 1), 14), (LONDON, date(2026, 3, 29), 10),
        (LONDON, date(2026, 10, 25), 14), (LORD_HOWE, date(2026, 10, 4), 11), (LORD_HOWE, date(2026, 4, 5), 13),
    ],
)  # fmt: skip
def test_a_night_has_as_many_starts_as_it_has_half_hours(zone, day, half_hours):
    assert len(local_starts(zone, day, every=30)) == half_hours


def test_a_time_that_comes_twice_is_offered_once_for_each_time_that_it_comes():
    times = local_starts(NEW_YORK, date(2026, 11, 1), every=30, until=time(3))

    assert times.count("01:00") == times.count("01:30") == 2
    assert times.count("02:00") == 1


def test_a_time_that_the_clocks_skip_is_never_offered():
    times = local_starts(NEW_YORK, date(2026, 3, 8), every=15, until=time(4))

    assert "01:45" in times
    assert "03:00" in times
    assert not [one for one in times if one.startswith("02")]


def test_hours_that_the_clocks_jump_over_give_no_work():
    weekly = [WeeklyWork(6, time(2), time(3), 1, ALL_MODES)]

    assert work_blocks(weekly, [], NEW_YORK, date(2026, 3, 8), date(2026, 3, 8)) == []


# --- What is refused --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "value"), [("duration", 0), ("duration", -5), ("every", 0), ("every", -15)])
def test_a_step_or_a_visit_without_length_is_refused(name, value):
    wish = {"duration": minutes(50), "every": minutes(30), name: minutes(value)}
    block = Work(MONDAY, MONDAY + minutes(120), 1, ALL_MODES)

    with pytest.raises(ValueError, match="must be positive"):
        list(bookable_starts([block], [], buffer=minutes(0), earliest=MONDAY, latest=MONDAY, **wish))
