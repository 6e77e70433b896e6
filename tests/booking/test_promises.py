"""By when somebody answers: what is promised, when requests and offers end, and when the practice opens again."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from booking.models import BookingRules
from booking.services import open_slots, promised_answer
from booking.services.practice import Practice
from booking.services.promises import answer_promised_at, offer_expires, opening_again, request_expires
from tests.booking.test_openings import set_rules
from tests.builders import NOW, at, close, make_practitioner
from tests.conftest import FULL_SIZE

pytestmark = pytest.mark.usefixtures("clinic_settings")

HOUR, QUARTER = timedelta(hours=1), timedelta(minutes=15)
FRIDAY_EVENING = at(6, 20)  # the clinic closes at 21 and opens on Monday at 9, in summer time
MONDAY = datetime(2026, 3, 9, 13, tzinfo=UTC)  # when it opens


@pytest.fixture
def open_start(service):
    """A function that returns that start where it is open, or the first after it."""
    make_practitioner(services=[service], weekdays=range(7), hours=(0, 23))

    def first_from(starts_at, now=NOW):
        starts = [one.starts_at for one in open_slots(service=service, now=now)]
        return next(one for one in starts if one >= starts_at)

    return first_from


def test_where_too_little_opening_time_is_left_it_is_a_quarter_before_the_end_of_it(open_start):
    set_rules(notice_hours=3, reply_within_hours=30)

    sunday = open_start(at(8, 2), FRIDAY_EVENING - 3 * HOUR)
    assert promised_answer(sunday, FRIDAY_EVENING - 3 * HOUR) == at(6, 20, 45)  # nobody is there on Saturday
    tuesday = open_start(at(3, 13), NOW)
    assert promised_answer(tuesday, NOW) == at(3, 10, 45)  # the request ends at 11


def test_a_promise_is_never_made_for_the_moment_at_which_the_request_ends(open_start):
    """Four opening hours from 10 end at 14, and so would the request."""
    set_rules(notice_hours=3)

    assert promised_answer(open_start(at(2, 16), NOW), NOW) == at(2, 13, 45)


def test_without_opening_hours_plain_time_counts(clinic_settings, open_start):
    clinic_settings.opening_hours.model.objects.all().delete()
    set_rules(notice_hours=3)

    assert promised_answer(open_start(at(8, 3)), at(7, 1)) == at(7, 5)
    assert promised_answer(open_start(at(7, 6), at(7, 1)), at(7, 1)) == at(7, 3, 45)


def test_nothing_that_opens_until_then_counts_plain_time_too(clinic_settings, open_start):
    wanted = open_start(at(7, 10))

    assert promised_answer(wanted, at(6, 22)) == at(7, 7, 45)


def test_the_rule_says_how_long_before_its_start_a_request_ends(open_start):
    set_rules(answer_until_hours=5, notice_hours=6, reply_within_hours=60)
    wanted = open_start(at(5, 16))

    assert request_expires(wanted, BookingRules.load()) == at(5, 11)
    assert promised_answer(wanted, NOW) == at(5, 10, 45)
    assert open_start(NOW) == NOW + 6 * HOUR  # one opening hour, and five: as long as the notice
    set_rules(answer_until_hours=23)
    assert open_start(NOW) == NOW + 24 * HOUR


@settings(max_examples=400 if FULL_SIZE else 40, derandomize=True, database=None, deadline=None)
@given(
    now=st.integers(0, 21 * 24 * 12).map(lambda fives: NOW + timedelta(minutes=5 * fives)),
    reply=st.integers(1, 80),
    until=st.integers(1, 30),
    later=st.integers(0, 500),
)
def test_every_promise_lies_in_opening_hours_before_the_end_of_the_request(now, reply, until, later):
    """For every start that is offered, at any moment of three weeks with a clock change."""
    rules = BookingRules(reply_within_hours=reply, answer_until_hours=until, notice_hours=1)
    rules.pk = BookingRules.load().pk
    rules.save()
    practice = Practice.load()
    starts_at = practice.after(now, HOUR) + timedelta(hours=until, minutes=15 * later)

    promise = promised_answer(starts_at, now)

    assert now < promise < request_expires(starts_at, rules)
    opening = practice.between(promise - timedelta(minutes=1), promise)
    assert opening == timedelta(minutes=1), "nobody is there just before it"
    exact = practice.between(now, promise) == timedelta(hours=reply)
    assert exact or practice.between(promise, request_expires(starts_at, rules)) == QUARTER


def test_what_has_no_time_yet_is_answered_after_some_opening_hours():
    assert answer_promised_at(FRIDAY_EVENING) == MONDAY + 3 * HOUR


def test_where_a_quarter_of_an_hour_is_left_nothing_is_promised():
    assert answer_promised_at(NOW, before=NOW + QUARTER) is None
    assert answer_promised_at(FRIDAY_EVENING, before=FRIDAY_EVENING + 2 * HOUR) == FRIDAY_EVENING + 3 * QUARTER
    assert answer_promised_at(FRIDAY_EVENING + HOUR, before=MONDAY) is None


# --- Offers -----------------------------------------------------------------------------------------------


def test_an_offer_stands_for_some_opening_hours():
    assert offer_expires(NOW, at(5, 10), Practice.load()) == at(2, 14)
    assert offer_expires(FRIDAY_EVENING, MONDAY + 48 * HOUR, Practice.load()) == MONDAY + 3 * HOUR


def test_an_offer_ends_when_a_request_for_the_same_time_would():
    assert offer_expires(NOW, at(2, 15), Practice.load()) == at(2, 13)


def test_without_opening_hours_an_offer_stands_for_plain_hours(clinic_settings):
    clinic_settings.opening_hours.model.objects.all().delete()

    assert offer_expires(at(7, 1), at(9, 1), Practice.load()) == at(7, 5)


# --- When the practice opens again ------------------------------------------------------------------------


def test_it_opens_again_at_once_while_it_is_open():
    assert opening_again(NOW, Practice.load()) == NOW


def test_it_opens_again_after_the_weekend_and_after_closures(clinic_settings):
    assert opening_again(at(6, 21), Practice.load()) == MONDAY
    close(clinic_settings, date(2026, 3, 9))
    assert opening_again(at(6, 21), Practice.load()) == MONDAY + 24 * HOUR


def test_a_practice_without_hours_is_always_there(clinic_settings):
    clinic_settings.opening_hours.model.objects.all().delete()

    assert opening_again(at(7, 3), Practice.load()) == at(7, 3)


def test_a_practice_that_opens_no_day_in_a_year_keeps_nobody_waiting_for_ever(clinic_settings):
    close(clinic_settings, date(2026, 1, 1), date(2028, 1, 1))

    assert opening_again(NOW, Practice.load()) == NOW
