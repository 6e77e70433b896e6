"""What every page says about our hours, against somebody who sat before the clock on the wall for a whole year.

The oracle shares nothing with `clinic.hours`: it walks through the minutes, reads the clock on the wall, and opens
and closes the door when the clock shows the time that is written on it. A time that the clocks jump over it counts on
from the jump; a time that comes twice counts the first time. It then reads the words on the page as a visitor would.
"""

import re
import time as clocks
from collections import deque
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template
from django.test import RequestFactory, override_settings

from clinic.hours import opening_ranges
from tests import builders

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
MIDNIGHT = time(0)
BEGIN, HOURS = datetime(2026, 1, 1, tzinfo=UTC), 8760
BEFORE, AFTER = 3 * DAY, 30 * DAY  # the walk begins before the year and ends after it
PAGE = Template("{% load clock %}{% opening_state as opening %}{{ opening.is_open }}|{{ opening.words|safe }}")

promise = pytest.mark.promise("Opening hours are right in every hour of a year, wherever the server's clock stands")


@dataclass(frozen=True)
class Practice:
    """Where it is, rows of (weekday, opens, closes) as on its door, and closures as (name, first day, last day)."""

    zone: str
    door: tuple
    closures: tuple = ()


def on(weekdays, opens: str, closes: str) -> tuple:
    """The same hours on several weekdays."""
    return tuple((weekday, time.fromisoformat(opens), time.fromisoformat(closes)) for weekday in weekdays)


WEEK = range(7)
HOLIDAYS = (("Memorial Day", date(2026, 5, 25), date(2026, 5, 25)), ("Winter", date(2026, 12, 24), date(2027, 1, 3)))
PRACTICES = {
    "weekdays in New York": Practice("America/New_York", on(range(5), "09:00", "21:00"), HOLIDAYS),
    "into the night in London": Practice(
        "Europe/London",
        on([4, 5], "20:00", "00:00") + on([5, 6], "00:00", "02:30") + on([6], "01:15", "03:45")
        + on([0], "09:30", "12:00"),
        (("A wedding", date(2026, 10, 24), date(2026, 10, 24)), ("Spring", date(2026, 4, 3), date(2026, 4, 6))),
    ),
    "half an hour's change on Lord Howe": Practice(
        "Australia/Lord_Howe",
        on(range(5), "09:00", "12:00") + on(range(5), "13:05", "17:30") + on([5, 6], "01:40", "02:20"),
        (("Painting", date(2026, 10, 5), date(2026, 10, 9)),),
    ),
    "a midnight that never comes in Cairo": Practice(
        "Africa/Cairo", on(WEEK, "22:00", "00:00") + on(WEEK, "00:00", "03:00"),
        (("Eid", date(2026, 3, 20), date(2026, 3, 22)),),
    ),
    "day and night in Santiago": Practice(
        "America/Santiago", on(WEEK, "00:00", "00:00"), (("Patria", date(2026, 9, 18), date(2026, 9, 19)),)
    ),
    "rows that overlap in Kathmandu": Practice(
        "Asia/Kathmandu", on([1, 2], "08:00", "14:00") + on([2], "12:00", "19:45") + on([6], "14:00", "15:00")
    ),
}  # fmt: skip
SERVERS = ["America/New_York", "Asia/Tokyo", "Pacific/Marquesas"]


# --- The oracle -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """What was seen: for each minute the clock on the wall, whether the door was open, and when that changed next."""

    start: datetime
    wall: list[datetime]
    is_open: bytearray
    change: list[int | None]

    def at(self, now: datetime) -> int:
        """The number of the minute in which *now* lies."""
        return (now - self.start) // MINUTE


@cache
def watched(name: str) -> Year:
    """Sit before the clock of a practice for a year."""
    practice = PRACTICES[name]
    start, count = BEGIN - BEFORE, (BEFORE + AFTER) // MINUTE + HOURS * 60
    wall, is_open = [], bytearray(count)
    door, latest, skipped = Door(practice), None, deque()
    zone = ZoneInfo(practice.zone)
    for number in range(count):
        shown = (start + MINUTE * number).astimezone(zone).replace(tzinfo=None)
        wall.append(shown)
        if latest is None or shown > latest:
            while latest and latest + MINUTE < shown:  # the clock jumped; its hands go on as if it had not
                latest += MINUTE
                skipped.append(latest)
            latest = shown
            door.clock_shows(shown)
        if skipped:
            door.clock_shows(skipped.popleft())
        is_open[number] = bool(door.open_until)
    return Year(start, wall, is_open, changes(is_open))


class Door:
    """Is opened and closed by somebody who looks at the clock and at the rows on the door."""

    def __init__(self, practice: Practice):
        self.practice = practice
        self.open_until: list[datetime] = []
        self.shown: set[datetime] = set()

    def clock_shows(self, wall: datetime) -> None:
        """Act on a time that the clock shows for the first time."""
        self.shown.add(wall)
        if self.open_until:
            self.open_until = [until for until in self.open_until if until != wall]
        at = wall.time()
        for weekday, opens, closes in self.practice.door:
            if at == opens and wall.weekday() == weekday and not closure_names(self.practice, wall):
                until = datetime.combine(wall.date() + DAY * (closes == MIDNIGHT), closes)
                if until not in self.shown:
                    self.open_until.append(until)


def closure_names(practice: Practice, wall: datetime) -> list[str]:
    """The closures that are on at *wall*."""
    return [name for name, first, last in practice.closures if first <= wall.date() <= last]


def changes(is_open: bytearray) -> list[int | None]:
    """Return for each minute the next one that is not like it."""
    found: list[int | None] = [None] * len(is_open)
    for number in range(len(is_open) - 2, -1, -1):
        found[number] = number + 1 if is_open[number] != is_open[number + 1] else found[number + 1]
    return found


# --- Reading the page as a visitor does -------------------------------------------------------------------

WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def read(words: str, wall: datetime) -> tuple[bool, datetime | None, str]:
    """Return whether *words* say open, the time on the wall at which that changes, and the closure that they name."""
    if match := re.fullmatch(r"Open now(?:, until (.+))?", words):
        return True, match[1] and when(match[1], wall), ""
    match = re.fullmatch(r"Closed (?:now|today for (.+?))(?:\. We open (.+ at .+))?", words)
    assert match, words
    return False, match[2] and when(match[2], wall), match[1] or ""


def when(words: str, wall: datetime) -> datetime:
    """Return the time on the wall that "9 pm", "tomorrow at noon" or "Monday, March 9 at 9 am" means at *wall*."""
    day, _, at = words.rpartition(" at ")
    at = time_of(at)
    if not day:
        return datetime.combine(wall.date() + DAY * (at <= wall.time()), at)
    return datetime.combine(day_of(day, wall.date()), at)


def time_of(words: str) -> time:
    """Return the time that is said."""
    if words in ("noon", "midnight"):
        return time(12) if words == "noon" else MIDNIGHT
    hour, minute, half = re.fullmatch(r"(\d+)(?::(\d\d))? (am|pm)", words).groups()
    assert 1 <= int(hour) <= 12
    return time(int(hour) % 12 + 12 * (half == "pm"), int(minute or 0))


def day_of(words: str, today: date) -> date:
    """Return the day that is said; a bare weekday is one of the six after today."""
    if words in ("today", "tomorrow"):
        return today + DAY * (words == "tomorrow")
    if words in WEEKDAYS:
        [day] = [today + DAY * number for number in range(1, 7) if WEEKDAYS[(today + DAY * number).weekday()] == words]
        return day
    weekday, rest = words.split(", ", 1)
    day = datetime.strptime(rest if ", " in rest else f"{rest}, {today.year}", "%B %d, %Y").date()
    assert WEEKDAYS[day.weekday()] == weekday
    return day


# --- The comparison ---------------------------------------------------------------------------------------


@pytest.fixture(params=SERVERS)
def server_clock(request):
    """The zone of the server: of Django, of the database connection and of the C library."""
    with override_settings(TIME_ZONE=request.param):
        assert clocks.tzname[0] == datetime(2026, 1, 1, tzinfo=ZoneInfo(request.param)).tzname()
        yield


def made(practice: Practice):
    """The practice as staff enter it."""
    details = builders.make_details(time_zone=practice.zone)
    row = details.opening_hours.model
    details.opening_hours = [row(weekday=day, opens=opens, closes=closes) for day, opens, closes in practice.door]
    details.save()
    for name, first, last in practice.closures:
        builders.close(details, first, last, name)
    return details


def moments(year: Year, full_size: bool) -> list[datetime]:
    """Every hour of the year, and the minutes around each change of door and clock; a sample where that will do."""
    first, last = year.at(BEGIN), year.at(BEGIN) + HOURS * 60
    jumps = {number for number in range(first, last) if year.wall[number] - year.wall[number - 1] != MINUTE}
    edges = {number for number in range(first, last) if year.is_open[number] != year.is_open[number - 1]}
    hours = range(first, last, 60)
    if not full_size:
        near = {number for number in edges if any(abs(number - jump) < 3 * 24 * 60 for jump in jumps)}
        hours, edges = hours[::97], near | set(sorted(edges)[::40])
    around = {number + step for number in edges | jumps for step in (-1, 0, 1)}
    return [year.start + MINUTE * number for number in sorted(set(hours) | around)]


def mismatch(said: str, now: datetime, year: Year, practice: Practice) -> str | None:
    """Return what is wrong with the words that stood on the page at *now*, None where they are right."""
    number = year.at(now)
    wall, change = year.wall[number], year.change[number]
    is_open, words = said.split("|")
    expected = bool(year.is_open[number]), year.wall[change] if change else None
    says_open, says_change, names = read(words, wall)
    today = [] if expected[0] else closure_names(practice, wall)
    right = (is_open == str(expected[0]), (says_open, says_change) == expected, names == "".join(today))
    return None if all(right) else f"{now}, on the wall {wall}: “{words}”, but {expected} {today}"


@promise
@pytest.mark.parametrize("name", PRACTICES)
def test_the_words_on_the_page_are_right_at_every_hour_of_a_year(name, server_clock, full_size, db):
    practice, year = PRACTICES[name], watched(name)
    made(practice)
    visit = Context({"request": RequestFactory().get("/")})
    wrong, seen = [], moments(year, full_size)
    for now in seen:
        with time_machine.travel(now, tick=False):
            said = PAGE.render(visit)
        if problem := mismatch(said, now, year, practice):
            wrong.append(problem)
    assert wrong == []
    assert len(seen) > (HOURS if full_size else 90)


@promise
@pytest.mark.parametrize("name", PRACTICES)
def test_every_minute_of_the_year_is_open_or_closed_as_on_the_wall(name, db):
    practice, year = PRACTICES[name], watched(name)
    details = made(practice)
    first, last = (BEGIN - BEFORE).date(), (BEGIN + timedelta(hours=HOURS) + 2 * DAY).date()
    computed = bytearray(len(year.is_open))
    for start, end in opening_ranges(details.weekly_hours(), details.closed_days(), details.zone, first, last):
        begin, until = max(year.at(start), 0), year.at(end)
        computed[begin:until] = b"\1" * (until - begin)
    minutes = range(year.at(BEGIN), year.at(BEGIN) + HOURS * 60)
    assert [year.start + MINUTE * number for number in minutes if computed[number] != year.is_open[number]] == []


def test_both_clock_changes_and_every_kind_of_hours_are_in_the_year():
    jumps = {
        name: sum(
            one - other != MINUTE
            for other, one in zip(year.wall[: HOURS * 60], year.wall[1 : HOURS * 60], strict=False)
        )
        for name in PRACTICES
        for year in [watched(name)]
    }
    assert list(jumps.values()) == [2, 2, 2, 2, 2, 0]
    assert all(0 < sum(watched(name).is_open) < len(watched(name).is_open) for name in PRACTICES)


@pytest.mark.parametrize(
    "said",
    ["False|Closed now. We open today at 9 am", "True|Open now, until 8 pm", "True|Open now, until tomorrow at 9 pm",
     "True|Open now", "False|Open now, until 9 pm"],
)  # fmt: skip
def test_wrong_words_would_be_noticed(said):
    name = "weekdays in New York"
    now = datetime(2026, 3, 9, 14, tzinfo=UTC)  # a Monday, 10 am
    assert mismatch("True|Open now, until 9 pm", now, watched(name), PRACTICES[name]) is None
    assert mismatch(said, now, watched(name), PRACTICES[name])
