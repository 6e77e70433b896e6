"""Opening hours against an oracle that knows nothing of UTC offsets: it walks through the minutes and reads the
clock on the wall."""

from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from clinic.hours import (
    ClosedDays,
    OpenState,
    SameHours,
    WeeklyHours,
    add_opening_time,
    open_state,
    opening_ranges,
    opening_time_between,
    weekly_summary,
)

MINUTE = timedelta(minutes=1)
MIDNIGHT = time(0)
NEW_YORK = ZoneInfo("America/New_York")
# A zone and the first of eight local days around a change of its clocks.
WEEKS = [
    ("America/New_York", date(2026, 3, 4)),  # on to summer time: 2 am becomes 3 am on the 8th
    ("America/New_York", date(2026, 10, 28)),  # back: 1 am comes twice on November 1
    ("Europe/London", date(2026, 3, 25)),
    ("Europe/London", date(2026, 10, 21)),
    ("Australia/Lord_Howe", date(2026, 9, 30)),  # a change of half an hour
    ("Australia/Lord_Howe", date(2026, 4, 1)),
    ("Africa/Cairo", date(2026, 4, 20)),  # midnight does not come on the 24th
    ("UTC", date(2026, 6, 1)),  # no change at all
]
DAYS = 8

# Times of day; often those around which clocks change.
critical = st.sampled_from([time(hour, minute) for hour in range(4) for minute in (0, 15, 30, 45)])
any_time = st.builds(time, st.integers(0, 23), st.integers(0, 59))
times = critical | any_time


@st.composite
def rows(draw):
    """One row of weekly hours as the database allows it: closing comes after opening, or is midnight."""
    opens, closes = draw(times), draw(times)
    if closes < opens:
        opens, closes = closes, opens
    return WeeklyHours(draw(st.integers(0, 6)), opens, MIDNIGHT if closes == opens else closes)


@st.composite
def closures(draw, first):
    """Some days of the week that begins on *first*."""
    start = first + timedelta(days=draw(st.integers(-1, DAYS)))
    return ClosedDays(start, start + timedelta(days=draw(st.integers(0, 2))))


@st.composite
def practices(draw):
    """(zone, first day, weekly hours, closures)"""
    name, first = draw(st.sampled_from(WEEKS))
    return ZoneInfo(name), first, draw(st.lists(rows(), max_size=8)), draw(st.lists(closures(first), max_size=2))


# --- The oracle -------------------------------------------------------------------------------------------


@cache
def first_seen(zone: ZoneInfo, first: date) -> dict[datetime, datetime]:
    """Walk through three weeks and note for each local time on the wall the instant at which it is first seen."""
    seen: dict[datetime, datetime] = {}
    now = datetime.combine(first, MIDNIGHT, UTC) - timedelta(days=4)
    for _ in range(21 * 24 * 60):
        seen.setdefault(now.astimezone(zone).replace(tzinfo=None), now)
        now += MINUTE
    return seen


def when(day: date, at: time, zone: ZoneInfo, first: date) -> datetime:
    """Return the instant of a local time; one that is skipped is counted on from the last time on the wall."""
    seen = first_seen(zone, first)
    wall, waited = datetime.combine(day, at), timedelta()
    while wall not in seen:
        wall, waited = wall - MINUTE, waited + MINUTE
    return seen[wall] + waited


def open_minutes(zone, first, hours, closed) -> set[datetime]:
    """Return every minute in which the practice is open, of the rows of the DAYS days from *first*."""
    minutes = set()
    for day in (first + timedelta(days=offset) for offset in range(DAYS)):
        if any(one.first <= day <= one.last for one in closed):
            continue
        for row in hours:
            if row.weekday == day.weekday():
                closing_day = day + timedelta(days=1) if row.closes == MIDNIGHT else day
                minute = when(day, row.opens, zone, first)
                end = when(closing_day, row.closes, zone, first)
                while minute < end:
                    minutes.add(minute)
                    minute += MINUTE
    return minutes


def ranges(zone, first, hours, closed=()):
    return list(opening_ranges(hours, closed, zone, first, first + timedelta(days=DAYS - 1)))


# --- Ranges -----------------------------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(practices())
def test_ranges_are_the_minutes_that_the_clock_on_the_wall_shows(practice):
    found = Counter()
    for start, end in ranges(*practice):
        assert start < end
        assert start.tzinfo is end.tzinfo is UTC
        found.update(start + MINUTE * number for number in range((end - start) // MINUTE))
    assert set(found) == open_minutes(*practice)
    assert set(found.values()) <= {1}


@settings(max_examples=300, deadline=None)
@given(practices())
def test_ranges_come_in_order_and_never_touch(practice):
    edges = [edge for pair in ranges(*practice) for edge in pair]
    assert edges == sorted(set(edges))


@pytest.mark.parametrize(
    ("opens", "closes", "expected"),
    [
        (time(1), time(2), (datetime(2026, 3, 8, 6), datetime(2026, 3, 8, 7))),
        (time(1), time(5), (datetime(2026, 3, 8, 6), datetime(2026, 3, 8, 9))),  # three hours, not four
        (time(2), time(3), None),  # the hour that the clocks jump over
        (time(2, 30), time(3), None),  # would end before it begins
    ],
)
def test_the_hour_that_is_skipped_is_not_opening_time(opens, closes, expected):
    found = ranges(NEW_YORK, date(2026, 3, 4), [WeeklyHours(6, opens, closes)])
    assert found == ([tuple(edge.replace(tzinfo=UTC) for edge in expected)] if expected else [])


def test_hours_that_open_in_the_skipped_hour_do_not_shorten_others():
    hours = [WeeklyHours(6, time(2, 30), time(4)), WeeklyHours(6, time(3), time(5))]
    expected = [(datetime(2026, 3, 8, 7, tzinfo=UTC), datetime(2026, 3, 8, 9, tzinfo=UTC))]
    assert ranges(NEW_YORK, date(2026, 3, 4), hours) == expected


def test_the_hour_that_comes_twice_is_open_twice():
    found = ranges(NEW_YORK, date(2026, 10, 28), [WeeklyHours(6, time(0), time(3))])
    assert [end - start for start, end in found] == [timedelta(hours=4)]


def test_closing_at_midnight_and_opening_at_midnight_is_one_range():
    hours = [WeeklyHours(4, time(20), MIDNIGHT), WeeklyHours(5, MIDNIGHT, time(2))]
    assert [end - start for start, end in ranges(NEW_YORK, date(2026, 6, 1), hours)] == [timedelta(hours=6)]


# --- Open now, and until when -----------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(practices(), st.integers(0, (DAYS - 1) * 24 * 60 - 1))
@example((NEW_YORK, date(2026, 3, 4), [WeeklyHours(6, time(2, 30), time(3))], []), 4 * 24 * 60)
def test_the_state_and_its_change_are_those_of_the_minutes(practice, minute):
    zone, first, _hours, _closed = practice
    now = when(first, MIDNIGHT, zone, first) + MINUTE * minute
    open_then = open_minutes(*practice)
    state = open_state(now, practice[2], practice[3], zone)
    assert state.is_open is (now in open_then)
    end_of_week = when(first + timedelta(days=DAYS - 1), MIDNIGHT, zone, first)
    later = (now + MINUTE * number for number in range(1, (end_of_week - now) // MINUTE))
    change = next((one for one in later if (one in open_then) is not state.is_open), None)
    if change:
        assert state.changes_at == change
    else:
        assert state.changes_at is None or state.changes_at >= end_of_week


def test_a_practice_without_hours_or_closed_all_year_does_not_open():
    closed, now = [ClosedDays(date(2026, 1, 1), date(2028, 1, 1))], datetime(2026, 3, 2, tzinfo=UTC)
    assert open_state(now, [], [], NEW_YORK) == OpenState(False, None)
    assert open_state(now, [WeeklyHours(0, time(9), time(17))], closed, NEW_YORK) == OpenState(False, None)


def test_a_practice_that_is_always_open_never_closes():
    always = [WeeklyHours(day, MIDNIGHT, MIDNIGHT) for day in range(7)]
    assert open_state(datetime(2026, 3, 2, 15, tzinfo=UTC), always, [], NEW_YORK) == OpenState(True, None)


def test_at_the_minute_of_opening_it_is_open_and_at_the_minute_of_closing_it_is_not():
    hours = [WeeklyHours(0, time(9), time(17))]
    opens, closes = datetime(2026, 3, 2, 14, tzinfo=UTC), datetime(2026, 3, 2, 22, tzinfo=UTC)
    assert open_state(opens, hours, [], NEW_YORK) == OpenState(True, closes)
    assert open_state(closes, hours, [], NEW_YORK) == OpenState(False, datetime(2026, 3, 9, 13, tzinfo=UTC))


# --- Opening time that passes -----------------------------------------------------------------------------


@settings(max_examples=300, deadline=None)
@given(practices(), st.integers(0, 5 * 24 * 60), st.integers(1, 24 * 60))
def test_so_many_open_minutes_have_passed_by_then_and_not_a_minute_sooner(practice, minute, amount):
    zone, first, hours, closed = practice
    now = when(first, MIDNIGHT, zone, first) + MINUTE * minute
    end_of_week = when(first + timedelta(days=DAYS - 1), MIDNIGHT, zone, first)
    due = add_opening_time(now, MINUTE * amount, hours, closed, zone)
    ahead = sorted(one for one in open_minutes(*practice) if now <= one < end_of_week)
    if len(ahead) >= amount:
        assert due == ahead[amount - 1] + MINUTE
    else:
        assert due is None or due > end_of_week


@settings(max_examples=300, deadline=None)
@given(practices(), st.integers(0, 6 * 24 * 60), st.integers(-600, 24 * 60))
def test_opening_time_between_two_moments_is_its_open_minutes(practice, minute, amount):
    zone, first, hours, closed = practice
    since = when(first, MIDNIGHT, zone, first) + MINUTE * (minute + 1)
    until = min(since + MINUTE * amount, when(first + timedelta(days=DAYS - 1), MIDNIGHT, zone, first))
    expected = [one for one in open_minutes(*practice) if since <= one < until]
    day_before = first - timedelta(days=1)  # the oracle opens no row of it
    closed = [*closed, ClosedDays(day_before, day_before)]
    assert opening_time_between(since, until, hours, closed, zone) == MINUTE * len(expected)


def test_opening_time_that_never_comes_is_none():
    assert add_opening_time(datetime(2026, 3, 2, tzinfo=UTC), MINUTE, [], [], NEW_YORK) is None


def test_four_opening_hours_from_friday_afternoon_are_over_on_monday():
    hours = [WeeklyHours(day, time(9), time(17)) for day in range(5)]
    friday, monday = datetime(2026, 3, 6, 20, tzinfo=UTC), datetime(2026, 3, 9, 15, tzinfo=UTC)  # 3 pm, 11 am
    assert add_opening_time(friday, timedelta(hours=4), hours, [], NEW_YORK) == monday


# --- The week in lines ------------------------------------------------------------------------------------


def minutes_of_week(weekday: int, opens: time, closes: time) -> set[int]:
    """Every minute of a week in which a span is open; one that does not close after it opens ends a day later."""
    start = weekday * 24 * 60 + opens.hour * 60 + opens.minute
    length = (closes.hour - opens.hour) * 60 + closes.minute - opens.minute
    return {(start + number) % (7 * 24 * 60) for number in range(length if closes > opens else length + 24 * 60)}


@given(st.lists(rows(), max_size=12))
def test_the_lines_of_the_week_say_each_open_minute_once_and_join_what_can_be_joined(hours):
    lines = weekly_summary(hours)
    said = Counter()
    for line in lines:
        for day in range(line.first, line.last + 1):
            for opens, closes in line.spans:
                said.update(minutes_of_week(day, opens, closes))
    assert set(said) == set().union(*(minutes_of_week(row.weekday, row.opens, row.closes) for row in hours))
    assert set(said.values()) <= {1}
    for line, following in pairwise(lines):
        assert line.last + 1 < following.first or line.spans != following.spans


def test_a_night_is_told_with_the_day_on_which_it_begins():
    night = [WeeklyHours(6, time(20), MIDNIGHT), WeeklyHours(0, MIDNIGHT, time(2))]
    assert weekly_summary(night) == [SameHours(6, 6, ((time(20), time(2)),))]
    day_and_night = [WeeklyHours(4, time(9), MIDNIGHT), WeeklyHours(5, MIDNIGHT, time(17))]
    assert weekly_summary(day_and_night) == [
        SameHours(4, 4, ((time(9), MIDNIGHT),)),
        SameHours(5, 5, ((MIDNIGHT, time(17)),)),
    ]


def test_days_with_the_same_hours_become_one_line():
    nine_to_nine = ((time(9), time(21)),)
    hours = [WeeklyHours(day, time(9), time(21)) for day in (4, 0, 1, 3, 6)]
    expected = [SameHours(0, 1, nine_to_nine), SameHours(3, 4, nine_to_nine), SameHours(6, 6, nine_to_nine)]
    assert weekly_summary(hours) == expected
