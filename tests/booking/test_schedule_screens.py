"""The staff's screens for hours: who may, what is refused and where it says so, and what time off runs into."""

from datetime import date, time, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, BookingRules, PractitionerRules, Schedule, ScheduleException, Status
from booking.services import cancel_own
from booking.services.time_off import visits_in_time_off, visits_when_nobody_is_here
from tests.booking.pages import soup
from tests.builders import NOW, ask, at, close, make_practitioner, signed_in

pytestmark = pytest.mark.usefixtures("roles", "clock", "service")

WEEK, DAYS, RULES = "/admin/weekly-hours/", "/admin/time-off/", "/admin/practitioner-rules/"
TABLES = {WEEK: Schedule, DAYS: ScheduleException, RULES: PractitionerRules}


@pytest.fixture
def desk():
    return signed_in("Front desk")


@pytest.fixture
def noor(service):
    return make_practitioner(services=[service], name="Noor Hale", weekdays=[2])


def week(person, **fields) -> dict:
    """The form of weekly hours, filled in."""
    place = person.locations.get()
    values = {"practitioner": person.pk, "location": place.pk, "weekday": 5,
              "starts": "09:00", "ends": "17:00", "break_starts": "", "break_ends": "",
              "valid_from": "", "valid_until": "", "modes": ["video"]}  # fmt: skip
    return {**values, **fields}


def off(person, **fields) -> dict:
    """The form of time off on Thursday, filled in."""
    values = {"practitioner": person.pk, "kind": "off", "starts_on": "2026-03-05", "ends_on": "2026-03-05",
              "starts": "", "ends": "", "location": ""}  # fmt: skip
    return {**values, **fields}


def extra(person, **fields) -> dict:
    """The form of extra hours on Saturday, filled in."""
    values = {"kind": "extra", "starts_on": "2026-03-07", "ends_on": "2026-03-07", "starts": "10:00", "ends": "12:00",
              "location": person.locations.get().pk, "modes": ["in_person", "video"]}  # fmt: skip
    return off(person, **{**values, **fields})


def rules(person, **fields) -> dict:
    """The form of rules of one person, filled in."""
    values = {"practitioner": person.pk, "notice_hours": "48", "horizon_days": "", "start_every_minutes": "",
              "most_a_day": "5"}  # fmt: skip
    return {**values, **fields}


FORMS = {WEEK: week, DAYS: off, RULES: rules}


def errors(response) -> dict[str, str]:
    """What the page says at which field."""
    page = soup(response)
    found = {}
    for wrapper in page.select(".w-field__wrapper"):
        words = wrapper.select_one(".w-field__errors .error-message")
        name = wrapper.select_one("[name]")
        if words and name:
            found[name["name"]] = words.get_text(" ", strip=True)
    return found


def cells(response) -> list[list[str]]:
    """The rows of the list, as read."""
    rows = soup(response).select("table.listing tbody tr")
    return [[cell.get_text(" ", strip=True).replace("\xa0", " ") for cell in row.select("td")] for row in rows]


def said(response) -> str:
    """The messages above the page."""
    return soup(response).select_one(".messages").get_text(" ", strip=True)


# --- Who may ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("screen", [WEEK, DAYS, RULES])
@pytest.mark.parametrize(
    ("role", "may"), [("Front desk", True), ("Managers", True), ("Editors", False), ("Clinicians", False)]
)
def test_hours_are_for_the_front_desk_and_managers(screen, role, may, robin):
    client, table = signed_in(role), TABLES[screen]
    before = table.objects.count()

    assert (client.get(screen).status_code == 200) is may
    assert (client.get(f"{screen}new/").status_code == 200) is may
    client.post(f"{screen}new/", FORMS[screen](robin))
    assert table.objects.count() == before + may
    one = table.objects.last()
    if one:
        for word in ("edit", "delete"):
            assert (client.get(f"{screen}{word}/{one.pk}/").status_code == 200) is may
    assert (screen in client.get("/admin/").text) is may


@pytest.mark.parametrize("screen", [WEEK, DAYS, RULES])
def test_each_of_the_screens_has_a_permission_of_its_own(screen):
    name = TABLES[screen]._meta.model_name
    group = Group.objects.create(name="Some")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", f"view_{name}"]))
    client = signed_in("Some")

    assert {one for one in TABLES if client.get(one).status_code == 200} == {screen}


def test_visitors_are_asked_to_sign_in(client):
    for screen in TABLES:
        for path in (screen, f"{screen}new/"):
            assert client.post(path)["Location"].startswith("/admin/login/")


# --- What is refused, and where it says so ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "at_field", "words"),
    [
        ({"ends": "09:00"}, "ends", "The end must be after the start."),
        ({"modes": []}, "modes", "Choose at least one way in which people are seen."),
        ({"break_starts": "12:00"}, "break_ends", "Enter when the break ends, or leave both empty."),
        ({"break_ends": "12:00"}, "break_ends", "A break needs a start and an end after it"),
        ({"break_starts": "12:00", "break_ends": "11:00"}, "break_ends", "A break needs a start"),
        ({"break_starts": "08:00", "break_ends": "10:00"}, "break_ends", "both inside these hours"),
        ({"valid_from": "2026-03-05", "valid_until": "2026-03-04"}, "valid_until", "must not be before the first"),
        ({"starts": "nine"}, "starts", "Enter a valid time."),
    ],
)
def test_weekly_hours_say_at_the_field_what_is_wrong(desk, robin, fields, at_field, words):
    before = Schedule.objects.count()
    response = desk.post(f"{WEEK}new/", week(robin, **fields))

    assert errors(response).keys() == {at_field}
    assert words in errors(response)[at_field]
    assert said(response).startswith("This is not saved yet.")
    assert Schedule.objects.count() == before


@pytest.mark.parametrize(
    ("form", "fields", "wanted"),
    [
        (off, {"ends_on": "2026-03-04"}, {"ends_on": "The last day must not be before the first."}),
        (off, {"starts": "10:00"}, {"ends": "Enter when it ends each day, or leave both empty for whole days."}),
        (off, {"ends": "10:00"}, {"ends": "Enter both a start and an end after it, or neither."}),
        (off, {"starts": "10:00", "ends": "10:00"}, {"ends": "Enter both a start and an end after it, or neither."}),
        (off, {"ends_on": ""}, {"ends_on": "This field is required."}),
        (extra, {"starts": ""}, {"starts": "Extra hours need a start."}),
        (extra, {"ends": ""}, {"ends": "Extra hours need an end."}),
        (extra, {"location": ""}, {"location": "Choose where the practitioner is during these hours."}),
        (extra, {"modes": []}, {"modes": "Choose at least one way in which people are seen."}),
        (
            extra,
            {"ends_on": "2026-03-04", "location": "", "modes": []},
            {
                "ends_on": "The last day must not be before the first.",
                "location": "Choose where the practitioner is during these hours.",
                "modes": "Choose at least one way in which people are seen.",
            },
        ),
    ],
)
def test_time_off_and_extra_hours_say_at_the_field_what_is_wrong(desk, robin, form, fields, wanted):
    response = desk.post(f"{DAYS}new/", form(robin, **fields))

    assert errors(response) == wanted
    assert not ScheduleException.objects.exists()


@pytest.mark.parametrize(
    ("fields", "at_field", "words"),
    [
        ({"notice_hours": "2"}, "notice_hours", "This must be longer than 2 hours"),
        ({"most_a_day": "0"}, "most_a_day", "greater than or equal to 1"),
    ],
)
def test_rules_say_at_the_field_what_is_wrong(desk, robin, fields, at_field, words):
    assert BookingRules.load().answer_until_hours == 2
    response = desk.post(f"{RULES}new/", rules(robin, **fields))

    assert errors(response).keys() == {at_field}
    assert words in errors(response)[at_field]
    assert not PractitionerRules.objects.exists()


def test_nobody_has_rules_twice(desk, robin):
    desk.post(f"{RULES}new/", rules(robin))
    response = desk.post(f"{RULES}new/", rules(robin, notice_hours="24"))

    assert errors(response) == {"practitioner": "This person has rules already. Change those instead."}
    assert PractitionerRules.objects.get().notice_hours == 48


# --- What is stored ---------------------------------------------------------------------------------------


def test_weekly_hours_are_stored_with_break_and_validity(desk, robin):
    fields = {"break_starts": "12:00", "break_ends": "13:00", "valid_from": "2026-04-01", "valid_until": "2026-04-30"}
    response = desk.post(f"{WEEK}new/", week(robin, **fields), follow=True)

    row = Schedule.objects.get(weekday=5)
    assert (row.break_starts, row.break_ends) == (time(12), time(13))
    assert (row.valid_from, row.valid_until) == (date(2026, 4, 1), date(2026, 4, 30))
    assert said(response).startswith("Saved: Robin Vale, Saturday")


def test_time_off_keeps_no_place_and_no_modes(desk, robin):
    form = off(robin, location=robin.locations.get().pk, modes=["video"])
    desk.post(f"{DAYS}new/", form)

    row = ScheduleException.objects.get()
    assert (row.location, row.modes, row.starts) == (None, [], None)


def test_extra_hours_are_stored_whole(desk, robin):
    desk.post(f"{DAYS}new/", extra(robin))

    row = ScheduleException.objects.get()
    assert (row.starts, row.ends, row.modes) == (time(10), time(12), ["in_person", "video"])
    assert row.location == robin.locations.get()


def test_whoever_left_can_be_chosen_for_nothing_new_and_keeps_what_is_stored(desk, robin, noor):
    row = noor.schedules.get()
    noor.active = False
    noor.save()

    choices = soup(desk.get(f"{WEEK}new/")).select("select[name=practitioner] option")
    assert {choice.get_text() for choice in choices} == {"---------", "Robin Vale"}
    assert errors(desk.post(f"{WEEK}new/", week(noor))).keys() == {"practitioner"}
    desk.post(f"{WEEK}edit/{row.pk}/", week(noor, weekday=3))
    row.refresh_from_db()
    assert row.weekday == 3


# --- Lists and filters ------------------------------------------------------------------------------------


def test_the_week_is_listed_in_words(desk, noor):
    noor.schedules.update(break_starts=time(12), break_ends=time(12, 30), valid_from=date(2026, 3, 1))

    (row,) = cells(desk.get(f"{WEEK}?practitioner={noor.pk}"))
    assert row[0].startswith("Noor Hale")
    assert row[1:] == ["Wednesday", "9 am – 5 pm", "noon – 12:30 pm", "Riverside", "In person, by video, by phone",
                       "from Sun, Mar 1, 2026"]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "last", "words"),
    [
        (None, None, "always"),
        (None, date(2026, 3, 31), "until Tue, Mar 31, 2026"),
        (date(2026, 3, 1), date(2026, 3, 31), "Sun, Mar 1, 2026 to Tue, Mar 31, 2026"),
    ],
)
def test_the_week_says_when_it_is_in_force(desk, noor, first, last, words):
    noor.schedules.update(valid_from=first, valid_until=last)

    assert cells(desk.get(f"{WEEK}?practitioner={noor.pk}"))[0][-1] == words


@pytest.mark.parametrize(
    ("day", "found"), [("2026-02-28", 0), ("2026-03-01", 1), ("2026-03-31", 1), ("2026-04-01", 0), ("", 1)]
)
def test_the_week_of_a_day_is_found(desk, noor, day, found):
    noor.schedules.update(valid_from=date(2026, 3, 1), valid_until=date(2026, 3, 31))

    assert len(cells(desk.get(f"{WEEK}?practitioner={noor.pk}&on={day}"))) == found


def test_hours_without_limits_are_in_force_on_every_day(desk, noor):
    assert len(cells(desk.get(f"{WEEK}?practitioner={noor.pk}&on=2026-03-01"))) == 1


def test_days_that_differ_are_listed_in_words_and_found_by_person_kind_and_days(desk, robin, noor):
    desk.post(f"{DAYS}new/", off(robin, ends_on="2026-03-06"))
    desk.post(f"{DAYS}new/", extra(noor))

    by_kind = {kind: cells(desk.get(f"{DAYS}?kind={kind}")) for kind in ("off", "extra")}
    assert [row[1:] for row in by_kind["off"]] == [["Time off", "Thu, Mar 5, 2026 to Fri, Mar 6, 2026", "all day", ""]]
    assert [row[1:] for row in by_kind["extra"]] == [["Extra hours", "Sat, Mar 7, 2026", "10 am – noon", "Riverside"]]
    assert cells(desk.get(f"{DAYS}?practitioner={noor.pk}")) == by_kind["extra"]
    for first, last, count in (("2026-03-06", "2026-03-06", 1), ("2026-03-06", "", 2), ("", "2026-03-04", 0),
                               ("2026-03-08", "", 0), ("", "2026-03-05", 1)):  # fmt: skip
        assert len(cells(desk.get(f"{DAYS}?days_from={first}&days_to={last}"))) == count, (first, last)


def test_rules_are_listed_with_what_is_as_the_practice(desk, robin):
    desk.post(f"{RULES}new/", rules(robin))

    (row,) = cells(desk.get(RULES))
    assert row[1:] == ["48 hours", "as the practice", "as the practice", "5"]


@pytest.mark.parametrize("screen", [WEEK, DAYS, RULES])
def test_a_list_costs_as_many_queries_for_many_as_for_few(desk, service, screen):
    costs = []
    for number in (1, 4):
        for _ in range(number):
            desk.post(f"{screen}new/", FORMS[screen](make_practitioner(services=[service])))
        with CaptureQueriesContext(connection) as queries:
            assert len(cells(desk.get(screen))) == TABLES[screen].objects.count()
        costs.append(len(queries))

    assert costs[0] == costs[1]


# --- What time off runs into ------------------------------------------------------------------------------


@pytest.fixture
def visit(service, robin):
    """Ada asks for Thursday from 10 to 10:50."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10), full_name="Ada Birch")


def links(response) -> list[str]:
    """Where the messages lead to among appointments."""
    hrefs = [link["href"] for link in soup(response).select(".messages a")]
    return [href for href in hrefs if "/appointments/" in href]


def test_time_off_over_an_appointment_is_saved_with_a_warning_that_names_the_reference_only(desk, robin, visit):
    response = desk.post(f"{DAYS}new/", off(robin), follow=True)

    assert ScheduleException.objects.count() == 1
    assert "1 appointment is in this time; it stays." in said(response)
    assert visit.reference in said(response)
    assert links(response) == [f"/admin/appointments/{visit.pk}/"]
    assert "Ada" not in response.text
    visit.refresh_from_db()
    assert visit.status == Status.REQUESTED


def test_a_change_of_time_off_warns_too(desk, robin, visit):
    assert "in this time" not in said(desk.post(f"{DAYS}new/", off(robin, starts_on="2026-03-06", ends_on="2026-03-06"),
                                                follow=True))  # fmt: skip
    row = ScheduleException.objects.get()

    response = desk.post(f"{DAYS}edit/{row.pk}/", off(robin), follow=True)
    assert links(response) == [f"/admin/appointments/{visit.pk}/"]


def test_several_are_counted_and_the_first_ten_are_linked(desk, service, robin):
    for day in (4, 5, 6):
        for hour in (9, 10, 11, 12):
            ask(service=service, practitioner=robin, starts_at=at(day, hour))
    response = desk.post(f"{DAYS}new/", off(robin, starts_on="2026-03-03", ends_on="2026-03-09"), follow=True)

    assert "12 appointments are in this time; they stay." in said(response)
    first = [f"/admin/appointments/{one.pk}/" for one in Appointment.objects.order_by("starts_at")[:10]]
    assert links(response) == [*first, f"/admin/appointments/?practitioner={robin.pk}"]


def test_whoever_may_not_see_appointments_learns_their_number_only(robin, visit):
    group = Group.objects.create(name="Planners")
    group.permissions.set(Permission.objects.filter(codename__in=["access_admin", "add_scheduleexception",
                                                                  "view_scheduleexception"]))  # fmt: skip
    response = signed_in("Planners").post(f"{DAYS}new/", off(robin), follow=True)

    assert "1 appointment is in this time" in said(response)
    assert (links(response), visit.reference in response.text) == ([], False)


@pytest.mark.parametrize(
    ("form", "fields", "warned"),
    [
        (off, {"starts": "10:00", "ends": "11:00"}, True),
        (off, {"starts": "10:49", "ends": "11:00"}, True),
        (off, {"starts": "10:50", "ends": "12:00"}, False),  # into the pause after the visit, not into the visit
        (off, {"starts": "09:00", "ends": "10:00"}, False),
        (off, {"starts": "09:00", "ends": "10:01"}, True),
        (off, {"starts_on": "2026-03-01", "ends_on": "2026-03-04"}, False),
        (off, {"starts_on": "2026-03-06", "ends_on": "2026-03-08"}, False),
        (off, {"starts_on": "2026-03-01", "ends_on": "9999-12-31"}, True),
        (off, {"starts_on": "0001-01-01", "ends_on": "9999-12-31", "starts": "09:00", "ends": "10:00"}, False),
        (extra, {"starts_on": "2026-03-05", "ends_on": "2026-03-05"}, False),
    ],
)
def test_only_what_is_really_in_the_time_off_is_told(desk, robin, visit, form, fields, warned):
    response = desk.post(f"{DAYS}new/", form(robin, **fields), follow=True)

    assert ScheduleException.objects.count() == 1
    assert ("in this time" in said(response)) is warned


@pytest.mark.parametrize(
    ("status", "told"),
    [(Status.CONFIRMED, True), (Status.OFFERED, True), (Status.CANCELLED, False), (Status.COMPLETED, False)],
)
def test_only_appointments_that_are_held_are_told(robin, visit, status, told):
    expiry = at(4, 12) if status == Status.OFFERED else None
    Appointment.objects.filter(pk=visit.pk).update(status=status, offer_expires_at=expiry)

    assert visits_in_time_off(thursday(robin), now=NOW).exists() is told


def thursday(person) -> ScheduleException:
    """Thursday off, not stored."""
    return ScheduleException(practitioner=person, kind="off", starts_on=date(2026, 3, 5), ends_on=date(2026, 3, 5))


def test_what_is_over_and_what_others_have_is_not_told(service, robin, noor, visit):
    assert visits_in_time_off(thursday(robin), now=at(5, 10, 49)).exists()
    assert not visits_in_time_off(thursday(robin), now=at(5, 10, 50)).exists()
    assert not visits_in_time_off(thursday(noor), now=NOW).exists()


def test_a_time_that_a_move_holds_is_told_as_well_and_the_one_it_left_is_not(robin, visit):
    claim = visit.claims.get()
    day = timedelta(days=1)
    visit.claims.create(
        practitioner=robin, starts_at=claim.starts_at + day, ends_at=claim.ends_at + day,
        blocked_from=claim.blocked_from + day, blocked_until=claim.blocked_until + day,
    )  # fmt: skip
    friday = ScheduleException(practitioner=robin, kind="off", starts_on=date(2026, 3, 6), ends_on=date(2026, 3, 6))

    assert [one.pk for one in visits_in_time_off(friday, now=NOW)] == [visit.pk]
    assert visits_in_time_off(thursday(robin), now=NOW).exists()
    claim.active = False  # the move is agreed on
    claim.save()
    assert not visits_in_time_off(thursday(robin), now=NOW).exists()


def test_days_begin_and_end_at_midnight_in_the_practice(service, robin):
    robin.schedules.update(starts=time(0), ends=time(23, 59))
    late = ask(service=service, practitioner=robin, starts_at=at(5, 23))  # Friday already in UTC
    friday = ScheduleException(practitioner=robin, kind="off", starts_on=date(2026, 3, 6), ends_on=date(2026, 3, 6))

    assert [one.pk for one in visits_in_time_off(thursday(robin), now=NOW)] == [late.pk]
    assert not visits_in_time_off(friday, now=NOW).exists()


def test_who_comes_when_nobody_is_here_stays_on_the_first_screen_until_that_is_put_right(
    desk, robin, visit, clinic_settings
):
    def warned() -> bool:
        return "we are closed or somebody is off" in desk.get("/admin/").content.decode()

    assert not warned()
    close(clinic_settings, date(2026, 3, 5))
    assert list(visits_when_nobody_is_here(now=NOW)) == [visit]
    assert warned()
    assert not visits_when_nobody_is_here(now=visit.ends_at).exists()

    clinic_settings.closures.all().delete()
    assert not warned()
    thursday(robin).save()
    assert warned()
    cancel_own(appointment_id=visit.pk, now=NOW)
    assert not warned()


def test_time_off_of_a_colleague_takes_no_visit_away(robin, visit, service):
    off = thursday(make_practitioner(services=[service], name="Noor Hale"))
    off.save()
    assert not visits_when_nobody_is_here(now=NOW).exists()
