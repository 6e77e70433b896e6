"""What is open with each person: validity, breaks, time off, extra hours, rules of their own, and whose turn it is."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from booking.models import PractitionerRules, ScheduleException, TimeClaim
from booking.services import find_slot, open_slots, open_slots_by_mode
from clinic.models import Mode
from tests.builders import NOW, ask, at, close, make_location, make_practitioner

pytestmark = pytest.mark.usefixtures("clinic_settings")

WEDNESDAY, THURSDAY, FRIDAY = (date(2026, 3, day) for day in (4, 5, 6))
OFF, EXTRA = ScheduleException.Kind.OFF, ScheduleException.Kind.EXTRA


def on(day: date, service, **wishes) -> list[str]:
    """The local times that are open on *day*."""
    slots = open_slots(service=service, now=wishes.pop("now", NOW), first=day, days=1, **wishes)
    return [f"{slot.starts_at.astimezone(slot.zone):%H:%M}" for slot in slots]


def take_off(person, first: date, last: date | None = None, **hours):
    """Somebody does not work."""
    return ScheduleException.objects.create(
        practitioner=person, kind=OFF, starts_on=first, ends_on=last or first, **hours
    )


def work_more(person, day: date, starts: time, ends: time, **fields):
    """Somebody works besides."""
    values = {"location": person.locations.get(), "modes": ["in_person"], **fields}
    return ScheduleException.objects.create(
        practitioner=person, kind=EXTRA, starts_on=day, ends_on=day, starts=starts, ends=ends, **values
    )


# --- Weekly hours -----------------------------------------------------------------------------------------


def test_hours_apply_from_their_first_day_to_their_last(service, robin):
    robin.schedules.filter(weekday=3).update(valid_until=THURSDAY)
    robin.schedules.filter(weekday=4).update(valid_from=FRIDAY + timedelta(days=7))

    assert on(THURSDAY, service)
    assert on(THURSDAY + timedelta(days=7), service) == []
    assert on(FRIDAY, service) == []
    assert on(FRIDAY + timedelta(days=7), service)


def test_a_visit_ends_before_the_break_and_its_pause_may_reach_into_it(service, robin):
    robin.schedules.filter(weekday=3).update(break_starts=time(11, 50), break_ends=time(12, 40))

    # The visit takes 50 minutes and has a pause of 10: the one at 11 ends when the break begins.
    assert on(THURSDAY, service)[:7] == ["09:00", "09:30", "10:00", "10:30", "11:00", "13:00", "13:30"]


def test_after_a_break_starts_are_still_counted_from_the_beginning_of_the_hours(service, robin):
    robin.schedules.filter(weekday=3).update(starts=time(9, 10), break_starts=time(12), break_ends=time(12, 55))

    assert on(THURSDAY, service)[4:7] == ["11:10", "13:10", "13:40"]


# --- Time off and extra hours -----------------------------------------------------------------------------


def test_time_off_takes_whole_days(service, robin):
    take_off(robin, WEDNESDAY, THURSDAY)

    assert on(WEDNESDAY, service) == on(THURSDAY, service) == []
    assert on(FRIDAY, service)


def test_time_off_of_some_hours_leaves_the_others_on_the_same_grid(service, robin):
    take_off(robin, THURSDAY, starts=time(9, 40), ends=time(15, 20))

    assert on(THURSDAY, service) == ["15:30", "16:00"]
    take_off(robin, FRIDAY, starts=time(12), ends=time(17))
    assert on(FRIDAY, service)[-1] == "11:00"


def test_extra_hours_have_a_grid_a_place_and_modes_of_their_own(service, robin):
    mill = make_location(name="Old Mill")
    work_more(robin, date(2026, 3, 7), time(10, 10), time(12), location=mill, modes=["video"])
    [slot, *_] = slots = open_slots(service=service, now=NOW, first=date(2026, 3, 7), days=1)

    assert [one.starts_at for one in slots] == [at(7, 10, 10), at(7, 10, 40), at(7, 11, 10)]
    assert (slot.location, slot.modes) == (mill, (Mode.VIDEO,))
    assert on(date(2026, 3, 14), service) == []


def test_somebody_without_weekly_hours_can_be_booked_in_extra_hours(service):
    person = make_practitioner(services=[service], weekdays=[])
    work_more(person, date(2026, 3, 7), time(10), time(11))

    assert on(date(2026, 3, 7), service) == ["10:00"]


def test_time_off_and_closures_also_take_extra_hours(clinic_settings, service, robin):
    work_more(robin, THURSDAY, time(18), time(20))
    work_more(robin, FRIDAY, time(18), time(20))
    take_off(robin, THURSDAY)
    close(clinic_settings, FRIDAY)

    assert on(THURSDAY, service) == on(FRIDAY, service) == []


def test_the_time_off_of_one_person_is_not_that_of_another(service, robin):
    other = make_practitioner(services=[service])
    take_off(robin, THURSDAY)

    assert {slot.practitioner for slot in open_slots(service=service, now=NOW, first=THURSDAY, days=1)} == {other}


# --- Rules of one person ----------------------------------------------------------------------------------


def rules(person, **fields):
    """What is different with one person."""
    return PractitionerRules.objects.create(practitioner=person, **fields)


def test_an_empty_rule_of_a_person_is_that_of_the_practice(service, robin):
    before = on(THURSDAY, service)
    rules(robin)

    assert on(THURSDAY, service) == before


def test_each_person_has_a_grid_of_their_own(service, robin):
    rules(robin, start_every_minutes=60)
    make_practitioner(services=[service], hours=(13, 15))

    assert on(THURSDAY, service)[3:7] == ["12:00", "13:00", "13:30", "14:00"]


def test_notice_and_horizon_of_one_person_are_not_those_of_another(service, robin):
    other = make_practitioner(services=[service], weekdays=range(7))
    rules(robin, notice_hours=72, horizon_days=5)
    rules(other, notice_hours=120, horizon_days=90)

    slots = open_slots(service=service, now=NOW)
    first, last = ({slot.practitioner: slot.starts_at for slot in order} for order in (reversed(slots), slots))
    assert first == {robin: at(5, 10), other: NOW + timedelta(hours=120)}
    assert last == {robin: at(6, 16), other: NOW + timedelta(days=90)}


def test_at_most_so_many_visits_begin_on_a_day(service, robin):
    rules(robin, most_a_day=2)
    first = ask(service=service, practitioner=robin, starts_at=at(5, 9))
    assert on(THURSDAY, service)

    ask(service=service, practitioner=robin, starts_at=at(5, 12))
    assert on(THURSDAY, service) == []
    assert on(FRIDAY, service)
    first.claims.update(active=False)
    assert on(THURSDAY, service)


def test_a_visit_that_holds_two_times_of_a_day_counts_once(service, robin):
    rules(robin, most_a_day=2)
    moving = ask(service=service, practitioner=robin, starts_at=at(5, 9))
    old = moving.claims.get()
    TimeClaim.objects.create(
        holder=moving, practitioner=robin, starts_at=at(5, 12), ends_at=at(5, 13), blocked_from=at(5, 12),
        blocked_until=at(5, 13),
    )  # fmt: skip

    assert on(THURSDAY, service)
    assert old.active


# --- An appointment that is about to move -----------------------------------------------------------------


def test_the_time_that_a_moving_appointment_holds_is_free_for_itself_only(service, robin):
    PractitionerRules.objects.create(practitioner=robin, start_every_minutes=15)
    moving = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    visit = {"service": service, "practitioner": robin, "now": NOW}

    assert find_slot(**visit, starts_at=at(5, 10, 15)) is None
    assert find_slot(**visit, starts_at=at(5, 10, 15), ignoring=moving)
    for listing in (open_slots(**visit, first=THURSDAY, days=1, ignoring=moving), open_slots(**visit, ignoring=moving)):
        assert at(5, 10, 15) in [slot.starts_at for slot in listing]
    ask(service=service, practitioner=robin, starts_at=at(5, 11))
    assert find_slot(**visit, starts_at=at(5, 10, 15), ignoring=moving) is None
    assert find_slot(**visit, starts_at=at(5, 9, 45), ignoring=moving)


def test_a_moving_appointment_does_not_count_among_the_most_of_its_day(service, robin):
    rules(robin, most_a_day=1)
    moving = ask(service=service, practitioner=robin, starts_at=at(5, 10))

    assert on(THURSDAY, service, practitioner=robin) == []
    assert "14:00" in on(THURSDAY, service, practitioner=robin, ignoring=moving)


# --- First available --------------------------------------------------------------------------------------


def test_whoever_has_the_least_booked_from_monday_to_sunday_comes_first(service, robin):
    """Robin has one visit on Monday; the other has two in the week after, and none in this one."""
    other = make_practitioner(services=[service], weekdays=range(7))
    monday = datetime(2026, 3, 9, 13, tzinfo=UTC)  # 9 am, summer time
    ask(service=service, practitioner=robin, starts_at=at(3, 10))
    for starts_at in (monday, monday + timedelta(hours=2)):
        ask(service=service, practitioner=other, starts_at=starts_at)

    slots = open_slots(service=service, now=NOW, first=WEDNESDAY, days=12)
    this_week = {slot.practitioner for slot in slots if slot.day < date(2026, 3, 9)}
    weekdays_of_next = {slot.practitioner for slot in slots if date(2026, 3, 9) <= slot.day < date(2026, 3, 14)}
    assert this_week == {other}
    assert robin in weekdays_of_next
    assert slots[-1].practitioner == other  # on Saturday and Sunday nobody else works


def test_a_visit_of_the_same_week_counts_though_its_day_is_over(service, robin):
    make_practitioner(services=[service])
    ask(service=service, practitioner=robin, starts_at=at(3, 10))

    friday = open_slots(service=service, now=at(5, 8), first=FRIDAY, days=1)
    assert robin not in {slot.practitioner for slot in friday}


def test_a_visit_of_the_monday_after_does_not_count(service, robin):
    make_practitioner(services=[service])
    ask(service=service, practitioner=robin, starts_at=datetime(2026, 3, 9, 13, tzinfo=UTC))

    friday = open_slots(service=service, now=NOW, first=FRIDAY, days=1)
    assert {slot.practitioner for slot in friday} == {robin}


def test_of_two_who_have_as_much_booked_it_is_always_the_same(service, robin):
    make_practitioner(services=[service])

    assert {slot.practitioner for slot in open_slots(service=service, now=NOW, first=THURSDAY, days=1)} == {robin}


def test_by_mode_each_mode_has_what_it_has_alone(service, robin):
    make_practitioner(services=[service], hours=(11, 19))
    robin.schedules.filter(weekday=3).update(modes=["video"])
    wish = {"service": service, "now": NOW, "first": WEDNESDAY, "days": 4}

    found = open_slots_by_mode(**wish)
    assert found == {mode: open_slots(**wish, mode=mode) for mode in (Mode.IN_PERSON, Mode.VIDEO)}
    assert all(found.values())


def test_days_that_are_over_shift_nothing(service, robin):
    """Ten days from a week ago end in two days, whenever one asks."""
    slots = open_slots(service=service, now=NOW, first=NOW.date() - timedelta(days=7), days=10)

    assert {slot.day for slot in slots} == {date(2026, 3, 3), WEDNESDAY}
    assert open_slots(service=service, now=NOW, first=date(2020, 1, 1), days=30) == []
    assert open_slots(service=service, now=NOW, first=date.max, days=30) == []
