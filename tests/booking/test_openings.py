"""What is open: hours, closures, notice, horizon, what others hold, and who is chosen."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import BookingRules, Schedule, TimeClaim
from booking.services import find_slot, open_slots, promised_answer
from clinic.models import Mode, Service
from tests.builders import NEW_YORK, NOW, ask, at, close, make_location, make_practitioner, make_service

pytestmark = pytest.mark.usefixtures("clinic_settings")

THURSDAY = date(2026, 3, 5)
FRIDAY_EVENING = at(6, 21, 30)  # half an hour after the clinic closed; the clocks change on Sunday the 8th
AUTOMATIC = Service.Confirmation.AUTOMATIC


def set_rules(**fields):
    rules = BookingRules.load()
    for name, value in fields.items():
        setattr(rules, name, value)
    rules.save()


def on(day: date, service, **wishes) -> list[str]:
    """The local times that are open on *day*."""
    slots = open_slots(service=service, now=wishes.pop("now", NOW), first=day, days=1, **wishes)
    return [f"{slot.starts_at.astimezone(ZoneInfo(NEW_YORK)):%H:%M}" for slot in slots]


# --- When -------------------------------------------------------------------------------------------------


def test_a_day_offers_every_half_hour_at_which_the_visit_ends_in_time(service, robin):
    times = on(THURSDAY, service)

    assert (times[0], times[-1], len(times)) == ("09:00", "16:00", 15)


def test_a_day_without_hours_offers_nothing(service, robin):
    assert on(date(2026, 3, 7), service) == []


def test_a_closed_day_offers_nothing_and_its_neighbours_do(clinic_settings, service, robin):
    close(clinic_settings, THURSDAY)

    assert on(THURSDAY, service) == []
    assert on(THURSDAY - timedelta(days=1), service)
    assert on(THURSDAY + timedelta(days=1), service)


def test_nothing_is_offered_sooner_than_the_notice(service, robin):
    assert open_slots(service=service, now=NOW)[0].starts_at == NOW + timedelta(hours=24)
    assert open_slots(service=service, now=NOW + timedelta(seconds=1))[0].starts_at == at(3, 10, 30)


def test_nothing_is_offered_beyond_the_horizon(service, robin):
    set_rules(horizon_days=10)
    last = open_slots(service=service, now=NOW)[-1]

    assert last.starts_at == NOW + timedelta(days=10)
    assert open_slots(service=service, now=NOW, first=date(2026, 3, 13), days=30) == []


def test_a_request_that_staff_must_confirm_leaves_them_one_opening_hour_and_two_before_the_visit(service):
    set_rules(notice_hours=1)
    make_practitioner(services=[service], weekdays=range(7))
    soonest = open_slots(service=service, now=FRIDAY_EVENING)[0].starts_at

    assert soonest == datetime(2026, 3, 9, 16, tzinfo=UTC)  # Monday at 12, summer time


def test_a_service_that_confirms_itself_waits_for_nobody():
    set_rules(notice_hours=1)
    service = make_service(confirmation=AUTOMATIC)
    make_practitioner(services=[service], weekdays=range(7))

    assert open_slots(service=service, now=FRIDAY_EVENING)[0].starts_at == at(7, 9)


# --- Whose, and how ---------------------------------------------------------------------------------------


def test_a_mode_filters_hours_and_service(service, robin):
    Schedule.objects.filter(weekday=3).update(modes=["in_person"])

    assert on(THURSDAY, service, mode=Mode.IN_PERSON)
    assert on(THURSDAY, service, mode=Mode.VIDEO) == []
    assert on(THURSDAY + timedelta(days=1), service, mode=Mode.VIDEO)
    assert on(THURSDAY + timedelta(days=1), service, mode=Mode.PHONE) == []  # the service is not held by phone


def test_only_the_chosen_practitioner_is_offered(service, robin):
    other = make_practitioner(services=[service], hours=(13, 15))

    slots = open_slots(service=service, now=NOW, first=THURSDAY, days=1, practitioner=other)

    assert {slot.practitioner for slot in slots} == {other}
    assert slots[0].starts_at == at(5, 13)


@pytest.mark.parametrize("change", [{"active": False}, {"services": []}])
def test_who_left_or_does_not_offer_the_service_is_not_offered(service, robin, change):
    if "services" in change:
        robin.services.set([])
    else:
        type(robin).objects.filter(pk=robin.pk).update(**change)

    assert on(THURSDAY, service) == on(THURSDAY, service, practitioner=robin) == []


def test_a_service_that_cannot_be_booked_online_offers_nothing(robin):
    service = make_service(bookable_online=False)
    robin.services.add(service)

    assert on(THURSDAY, service) == []


def test_a_taken_time_blocks_its_visit_and_the_pause_after_it(service, robin):
    ask(service=service, practitioner=robin, starts_at=at(5, 10))

    assert on(THURSDAY, service)[:3] == ["09:00", "11:00", "11:30"]


def test_a_pause_that_changes_later_rewrites_no_old_claim(service, robin):
    ask(service=service, practitioner=robin, starts_at=at(5, 10))
    before = TimeClaim.objects.values().get()
    service.buffer_minutes = 60
    service.save()

    assert TimeClaim.objects.values().get() == before
    assert on(THURSDAY, service)[:2] == ["11:00", "11:30"]  # the old pause still ends at 11


def test_a_practitioner_is_also_busy_with_other_services(service, robin):
    long = make_service(duration_minutes=120, buffer_minutes=0)
    robin.services.add(long)
    ask(service=long, practitioner=robin, starts_at=at(5, 9))

    assert on(THURSDAY, service)[0] == "11:00"


def test_without_a_wish_each_start_comes_once_with_whoever_has_the_least_booked(service, robin):
    other = make_practitioner(services=[service])
    assert {slot.practitioner for slot in open_slots(service=service, now=NOW, first=THURSDAY, days=1)} == {robin}

    ask(service=service, practitioner=robin, starts_at=at(5, 10))
    slots = open_slots(service=service, now=NOW, first=THURSDAY, days=1)

    assert {slot.practitioner for slot in slots} == {other}
    assert len({slot.starts_at for slot in slots}) == len(slots) == 15


def test_hours_at_two_places_that_overlap_hide_no_mode(service):
    """What the list offers for a mode can be booked in that mode, though other hours cover the same time."""
    person = make_practitioner(services=[service], weekdays=[])
    for mode in (Mode.IN_PERSON, Mode.VIDEO):
        Schedule.objects.create(
            practitioner=person, location=make_location(), weekday=3, starts=time(9), ends=time(12), modes=[mode]
        )

    for mode in (Mode.IN_PERSON, Mode.VIDEO):
        assert on(THURSDAY, service, practitioner=person, mode=mode)[0] == "09:00"
        ask(service=service, practitioner=person, starts_at=at(5, 9), mode=mode).claims.update(active=False)


def test_hours_in_a_mode_that_the_service_lacks_hide_no_others(service):
    person = make_practitioner(services=[service], weekdays=[])
    for mode, first in ((Mode.PHONE, 9), (Mode.IN_PERSON, 10)):
        Schedule.objects.create(
            practitioner=person, location=make_location(), weekday=3, starts=time(first), ends=time(12), modes=[mode]
        )

    assert on(THURSDAY, service, practitioner=person)[:2] == ["10:00", "10:30"]


# --- One slot, and the promise ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "start", [at(5, 9, 7), at(5, 3), at(5, 16, 30), at(2, 9), NOW, at(7, 10), NOW + timedelta(days=365)]
)
def test_a_start_that_is_not_open_is_not_found(service, robin, start):
    assert find_slot(service=service, practitioner=robin, starts_at=start, now=NOW) is None


def test_each_open_start_is_found_as_it_was_listed(service, robin):
    for slot in open_slots(service=service, practitioner=robin, now=NOW, first=NOW.date(), days=10):
        assert find_slot(service=service, practitioner=robin, starts_at=slot.starts_at, now=NOW) == slot


def promise(service, now, starts_at=None):
    slots = [slot for slot in open_slots(service=service, now=now) if slot.starts_at >= (starts_at or now)]
    return promised_answer(slots[0].starts_at, now)


def test_the_promise_counts_opening_hours_only(clinic_settings, service, robin):
    friday_evening, next_week = at(6, 20), at(12, 9)

    assert promise(service, NOW) == at(2, 14)
    assert promise(service, friday_evening, next_week) == datetime(2026, 3, 9, 16, tzinfo=UTC)  # 1 h + 3 h
    close(clinic_settings, date(2026, 3, 9))
    assert promise(service, friday_evening, next_week) == datetime(2026, 3, 10, 16, tzinfo=UTC)


def test_the_promise_is_never_later_than_two_hours_before_the_visit(service, robin):
    set_rules(notice_hours=1, reply_within_hours=80)

    for now in (NOW, at(5, 20, 59), FRIDAY_EVENING):
        for slot in open_slots(service=service, now=now)[:40]:
            assert now < promised_answer(slot.starts_at, now) <= slot.starts_at - timedelta(hours=2)


def test_a_clinic_that_never_opens_promises_nothing_in_the_past(clinic_settings, service, robin):
    set_rules(notice_hours=1)
    clinic_settings.opening_hours.model.objects.all().delete()

    for slot in open_slots(service=service, now=NOW)[:10]:
        assert promised_answer(slot.starts_at, NOW) > NOW


# --- Cost -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("wanted", ["anyone", "one person"])
def test_queries_do_not_grow_with_practitioners(service, robin, wanted):
    """At most six, for two practitioners and for eight."""
    set_rules()  # the row is there, as it is in a clinic that runs
    counts = []
    for size in (2, 8):
        while service.practitioners.count() < size:
            make_practitioner(services=[service])
        with CaptureQueriesContext(connection) as queries:
            open_slots(
                service=service, now=NOW, first=NOW.date(), days=60,
                practitioner=robin if wanted == "one person" else None,
            )  # fmt: skip
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6
