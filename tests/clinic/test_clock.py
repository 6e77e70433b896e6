"""Times in words, always in the zone that they belong to."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.template import Context, Template

from clinic.clock import (
    clock,
    day,
    elsewhere,
    moment,
    moment_for,
    opening_words,
    short_moment,
    spoken_day,
    spoken_time,
    week_words,
    zone_city,
    zone_name,
)
from clinic.hours import OpenState, WeeklyHours, weekly_summary
from tests import builders

NEW_YORK = ZoneInfo("America/New_York")
MIDNIGHT = time(0)


@pytest.fixture(autouse=True)
def this_year():
    """A year is said only where it is not this one."""
    with time_machine.travel(builders.NOW, tick=False):
        yield


def local(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    """A time in 2026 on a wall in New York. March 2 is a Monday."""
    return datetime(2026, month, day, hour, minute, tzinfo=NEW_YORK)


def words_at(now: datetime, details) -> str:
    """What every page says at *now*."""
    return opening_words(details.open_state(now), now, details.zone)


def rendered(template: str) -> str:
    return Template("{% load clock %}" + template).render(Context())


# --- Open now ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (local(2, 9), "Open now, until 9 pm"),
        (local(2, 20, 59), "Open now, until 9 pm"),
        (local(2, 21), "Closed now. We open tomorrow at 9 am"),
        (local(2, 0, 5), "Closed now. We open today at 9 am"),
        (local(6, 21), "Closed now. We open Monday at 9 am"),
        (local(7, 23, 59), "Closed now. We open Monday at 9 am"),
        (local(8, 0), "Closed now. We open tomorrow at 9 am"),
    ],
)
def test_the_words_follow_the_hours(clinic_settings, now, words):
    assert words_at(now, clinic_settings) == words


def test_a_closure_is_passed_over(clinic_settings):
    builders.close(clinic_settings, date(2026, 3, 3), date(2026, 3, 4))
    assert words_at(local(2, 22), clinic_settings) == "Closed now. We open Thursday at 9 am"


@pytest.mark.parametrize(
    ("closed_until", "words"),
    [
        (7, "Closed now. We open Monday, March 9 at 9 am"),  # “Monday” alone would be today
        (14, "Closed now. We open Monday, March 16 at 9 am"),
    ],
)
def test_a_day_that_is_a_week_away_is_said_with_its_date(clinic_settings, closed_until, words):
    builders.close(clinic_settings, date(2026, 3, 2), date(2026, 3, closed_until))
    assert words_at(local(2, 12), clinic_settings) == words


def test_half_hours_are_said(clinic_settings):
    row = clinic_settings.opening_hours.model
    clinic_settings.opening_hours = [row(weekday=0, opens=time(8, 30), closes=time(12, 5))]
    assert words_at(local(2, 7), clinic_settings) == "Closed now. We open today at 8:30 am"
    assert words_at(local(2, 9), clinic_settings) == "Open now, until 12:05 pm"


def test_a_practice_without_hours_is_closed_without_a_promise(clinic_settings):
    clinic_settings.opening_hours = []
    assert words_at(local(2, 12), clinic_settings) == "Closed now"


def test_a_page_of_a_practice_that_entered_no_hours_says_nothing(clinic_settings):
    clinic_settings.opening_hours = []
    clinic_settings.save()
    assert rendered("{% opening_state as opening %}{{ opening.is_open }}: {{ opening.words }}") == "False: "


def test_a_practice_that_is_always_open_names_no_end(clinic_settings):
    row = clinic_settings.opening_hours.model
    clinic_settings.opening_hours = [row(weekday=day, opens=MIDNIGHT, closes=MIDNIGHT) for day in range(7)]
    assert words_at(local(2, 12), clinic_settings) == "Open now"


def test_a_day_is_named_where_the_clock_shows_the_closing_time_before(clinic_settings):
    row = clinic_settings.opening_hours.model
    clinic_settings.opening_hours = [row(weekday=day, opens=MIDNIGHT, closes=MIDNIGHT) for day in range(4)]
    assert words_at(local(2, 9), clinic_settings) == "Open now, until Friday at midnight"
    assert words_at(local(5, 9), clinic_settings) == "Open now, until midnight"
    clinic_settings.opening_hours = [
        row(weekday=0, opens=time(20), closes=MIDNIGHT), row(weekday=1, opens=MIDNIGHT, closes=time(2))
    ]  # fmt: skip
    assert words_at(local(2, 21), clinic_settings) == "Open now, until 2 am"


def test_a_closure_today_is_named_and_one_tomorrow_is_not(clinic_settings):
    builders.close(clinic_settings, date(2026, 3, 3), date(2026, 3, 4), "the move")
    page = "{% opening_state as opening %}{{ opening.words }}"
    for now, words in (
        (local(2, 22), "Closed now. We open Thursday at 9 am"),
        (local(3, 12), "Closed today for the move. We open Thursday at 9 am"),
        (local(4, 23), "Closed today for the move. We open tomorrow at 9 am"),
        (local(5, 8), "Closed now. We open today at 9 am"),
    ):
        with time_machine.travel(now, tick=False):
            assert rendered(page) == words


def test_noon_and_midnight_are_said_as_such(clinic_settings):
    row = clinic_settings.opening_hours.model
    clinic_settings.opening_hours = [row(weekday=0, opens=time(12), closes=MIDNIGHT)]
    assert words_at(local(2, 9), clinic_settings) == "Closed now. We open today at noon"
    assert words_at(local(2, 13), clinic_settings) == "Open now, until midnight"


def test_the_zone_of_the_clinic_rules_and_not_that_of_the_server():
    opens = OpenState(False, datetime(2026, 3, 3, 4, 30, tzinfo=UTC))
    now = datetime(2026, 3, 3, 1, tzinfo=UTC)
    assert opening_words(opens, now, NEW_YORK) == "Closed now. We open today at 11:30 pm"


def test_a_page_says_whether_the_practice_is_open_at_this_moment(clinic_settings):
    page = "{% opening_state as opening %}{{ opening.is_open }}: {{ opening.words }}"
    with time_machine.travel(local(2, 12), tick=False):
        assert rendered(page) == "True: Open now, until 9 pm"
    with time_machine.travel(local(2, 22), tick=False):
        assert rendered(page) == "False: Closed now. We open tomorrow at 9 am"


def test_the_week_is_said_in_lines(clinic_settings):
    row = clinic_settings.opening_hours.model
    weekdays = [row(weekday=day, opens=time(9), closes=time(21)) for day in range(5)]
    saturday = [
        row(weekday=5, opens=time(9), closes=time(12)),
        row(weekday=5, opens=time(13, 30), closes=MIDNIGHT),
    ]
    clinic_settings.opening_hours = [*weekdays, *saturday]
    clinic_settings.save()
    lines = rendered("{% week as lines %}{% for line in lines %}{{ line.days }}, {{ line.hours }};{% endfor %}")
    assert lines == "Monday to Friday, 9 am to 9 pm;Saturday, 9 am to noon, 1:30 pm to midnight;"


def week_of(*spans: str) -> list[WeeklyHours]:
    """Weekly hours from lines such as "01234 09:00-17:00"."""
    rows = []
    for line in spans:
        days, _, hours = line.partition(" ")
        opens, closes = map(time.fromisoformat, hours.split("-"))
        rows += [WeeklyHours(int(number), opens, closes) for number in days]
    return rows


@pytest.mark.parametrize(
    ("week", "words"),
    [
        (week_of("01234 09:00-21:00"), "on weekdays from 9 am to 9 pm"),
        (week_of("0123456 08:30-12:00"), "every day from 8:30 am to noon"),
        (week_of("0123456 00:00-00:00"), "day and night, every day"),
        (week_of("56 10:00-14:00"), "on weekends from 10 am to 2 pm"),
        (week_of("5 10:00-00:00"), "on Saturdays from 10 am to midnight"),
        (week_of("02 09:00-17:00"), "on Mondays and Wednesdays from 9 am to 5 pm"),
        (week_of("024 09:00-17:00"), "on Mondays, Wednesdays and Fridays from 9 am to 5 pm"),
        (week_of("012345 09:00-17:00"), "Monday to Saturday from 9 am to 5 pm"),
        (week_of("012456 09:00-17:00"), "Monday to Wednesday and Friday to Sunday from 9 am to 5 pm"),
        (week_of("01245 09:00-17:00"), "Monday to Wednesday, Friday and Saturday from 9 am to 5 pm"),
        (
            week_of("01234 09:00-21:00", "5 10:00-14:00"),
            "on weekdays from 9 am to 9 pm and on Saturdays from 10 am to 2 pm",
        ),
        (
            week_of("01234 09:00-12:00", "01234 13:00-17:00"),
            "on weekdays from 9 am to noon and from 1 pm to 5 pm",
        ),
        (
            week_of("01234 09:00-12:00", "01234 13:00-17:00", "5 10:00-14:00"),
            "on weekdays from 9 am to noon and from 1 pm to 5 pm, and on Saturdays from 10 am to 2 pm",
        ),
        (
            week_of("0 09:00-17:00", "1 10:00-18:00", "2 11:00-19:00"),
            "on Mondays from 9 am to 5 pm, on Tuesdays from 10 am to 6 pm and on Wednesdays from 11 am to 7 pm",
        ),
        (week_of("4 20:00-00:00", "5 00:00-02:00"), "on Fridays from 8 pm to 2 am"),
        (week_of("0 09:00-14:00", "0 12:00-17:00", "0 17:00-18:00"), "on Mondays from 9 am to 6 pm"),
        (week_of("5 00:00-00:00", "01234 09:00-17:00"), "on weekdays from 9 am to 5 pm and on Saturdays all day"),
    ],
)
def test_the_week_is_said_in_one_sentence(week, words):
    assert week_words(weekly_summary(week)) == f"We’re here {words}"


def test_a_week_without_hours_is_not_said():
    assert week_words([]) == ""


# --- Days and times ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (time(0), "12 am"),
        (time(0, 5), "12:05 am"),
        (time(9), "9 am"),
        (time(11, 59), "11:59 am"),
        (time(12), "12 pm"),
        (time(12, 30), "12:30 pm"),
        (time(13), "1 pm"),
        (time(23, 59), "11:59 pm"),
    ],
)
def test_times_are_said_with_am_and_pm(value, words):
    assert spoken_time(value) == words


def test_an_instant_is_said_in_the_zone_that_is_asked_for():
    instant = datetime(2026, 11, 25, 3, 30, tzinfo=UTC)
    assert moment(instant, "America/New_York") == "Tuesday, November 24 at 10:30 pm"
    assert moment(instant, "Europe/London") == "Wednesday, November 25 at 3:30 am"
    assert short_moment(instant, NEW_YORK) == "Tue, Nov 24, 10:30 pm"
    assert clock(instant, NEW_YORK) == "10:30 pm"
    assert day(instant, NEW_YORK) == "Tuesday, November 24"


def test_this_year_is_that_of_the_zone_that_is_asked_for(settings):
    settings.TIME_ZONE = "Asia/Tokyo"
    with time_machine.travel(datetime(2027, 1, 1, 2, tzinfo=UTC), tick=False):  # 9 pm on December 31 in New York
        assert day(date(2026, 12, 30), NEW_YORK) == "Wednesday, December 30"
        assert day(date(2027, 1, 4), NEW_YORK) == "Monday, January 4, 2027"


def test_a_day_of_another_year_is_said_with_the_year():
    assert day(date(2027, 1, 4)) == "Monday, January 4, 2027"
    assert short_moment(datetime(2025, 12, 31, 15, tzinfo=UTC), NEW_YORK) == "Wed, Dec 31, 2025, 10 am"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (date(2026, 3, 2), "Today, Monday, March 2"),
        (date(2026, 3, 3), "Tomorrow, Tuesday, March 3"),
        (date(2026, 3, 4), "Wednesday, March 4"),
        (date(2026, 3, 1), "Sunday, March 1"),
    ],
)
def test_today_and_tomorrow_are_those_of_the_clinic(value, words):
    with time_machine.travel(local(2, 23, 30), tick=False):  # in UTC it is already Tuesday
        assert spoken_day(value, NEW_YORK) == words


def test_the_zone_has_the_name_of_the_season():
    assert zone_name(NEW_YORK, local(7, 12)) == "EST"
    assert zone_name("America/New_York", local(8, 12)) == "EDT"
    assert zone_city(NEW_YORK) == "New York"


def test_a_zone_without_a_name_has_its_difference_from_utc():
    assert zone_name("America/Santiago", local(2, 12)) == "UTC-3"
    assert zone_name("Pacific/Chatham", local(2, 12)) == "UTC+13:45"


# --- A night in which the same time comes twice -----------------------------------------------------------


def test_a_time_that_comes_twice_is_told_with_which_of_both_is_meant():
    first, second = datetime(2026, 11, 1, 5, 30, tzinfo=UTC), datetime(2026, 11, 1, 6, 30, tzinfo=UTC)

    assert (clock(first, NEW_YORK), clock(second, NEW_YORK)) == ("1:30 am EDT", "1:30 am EST")
    assert moment(second, NEW_YORK) == "Sunday, November 1 at 1:30 am EST"
    assert short_moment(first, NEW_YORK) == "Sun, Nov 1, 1:30 am EDT"
    assert clock(second, "Europe/London") == "6:30 am"


def test_only_times_that_come_twice_are():
    """Half past midnight comes once, two o'clock comes once, and so does three in spring."""
    for once in (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), datetime(2026, 11, 1, 7, tzinfo=UTC), local(8, 3)):
        assert "E" not in clock(once, NEW_YORK)


def test_where_clocks_go_back_half_an_hour_that_half_hour_comes_twice():
    night = [datetime(2026, 4, 4, 14, tzinfo=UTC) + timedelta(minutes=15 * number) for number in range(8)]

    assert [clock(one, "Australia/Lord_Howe") for one in night] == [
        "1 am", "1:15 am", "1:30 am UTC+11", "1:45 am UTC+11", "1:30 am UTC+10:30", "1:45 am UTC+10:30", "2 am",
        "2:15 am",
    ]  # fmt: skip


# --- What clocks show elsewhere ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("there", "words"),
    [
        ("Europe/Berlin", "4:30 pm in Berlin"),
        ("Asia/Tokyo", "Fri, 12:30 am in Tokyo"),
        ("America/Argentina/Buenos_Aires", "12:30 pm in Buenos Aires"),
        ("America/Toronto", ""),
        ("", ""),
    ],
)
def test_the_time_elsewhere_is_told_where_it_is_another(there, words):
    assert elsewhere(local(5, 10, 30), NEW_YORK, there) == words


@pytest.mark.parametrize(("there", "beside"), [("Europe/Berlin", " (4:30 pm in Berlin)"), (NEW_YORK, ""), ("", "")])
def test_a_moment_is_told_for_who_reads_another_clock(there, beside):
    assert moment_for(local(5, 10, 30), NEW_YORK, there) == f"Thursday, March 5 at 10:30 am{beside}"
