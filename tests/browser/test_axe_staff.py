"""Our part of the admin's screens breaks no rule that axe knows."""

import pytest
from playwright.sync_api import expect

from tests.browser.axe import assert_no_rule_is_broken

pytestmark = pytest.mark.promise("Every page and state passes axe (WCAG 2.2 AA), light and dark, phone to desk")
STAFF_SCREENS = {
    "first screen": "/admin/",
    "appointments": "/admin/appointments/",
    "find a person": "/admin/appointments/find/",
    "waiting list": "/admin/waiting-list/",
    "weekly hours": "/admin/weekly-hours/",
    "new weekly hours": "/admin/weekly-hours/new/",
    "time off": "/admin/time-off/",
    "new time off": "/admin/time-off/new/",
    "rules of practitioners": "/admin/practitioner-rules/",
    "calendars": "/admin/calendar-feeds/",
}


@pytest.fixture(scope="module")
def desk(tab, signed_in_at_the_desk):
    """The page that all screens are opened in, signed in as the front desk."""
    tab.context.add_cookies(signed_in_at_the_desk["cookies"])
    return tab


@pytest.fixture
def staff(desk):
    """The page, with nothing open."""
    desk.goto("about:blank")
    return desk


@pytest.mark.parametrize("name", STAFF_SCREENS)
def test_our_part_of_a_staff_screen_breaks_no_rule(name, staff, looks):
    staff.goto(STAFF_SCREENS[name])
    assert_no_rule_is_broken(staff, looks, "main")


def test_appointment_in_the_admin_breaks_no_rule(staff, looks):
    staff.goto("/admin/")
    staff.locator("main table a").first.click()
    staff.get_by_text("Decline instead").click()
    assert_no_rule_is_broken(staff, looks, "main")


def test_place_on_the_waiting_list_and_its_offer_break_no_rule(staff, looks):
    staff.goto("/admin/waiting-list/")
    staff.get_by_role("link", name="Wren Ashby").click()
    staff.get_by_text("Answer in words").click()
    staff.get_by_text("Take them off the list").first.click()
    assert_no_rule_is_broken(staff, looks, "main")
    staff.get_by_role("link", name="Offer a time").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("Choose a time")
    assert_no_rule_is_broken(staff, looks, "main")


def test_appointment_that_waits_for_a_move_breaks_no_rule(staff, running_clinic, looks):
    [[one]] = running_clinic.sql("SELECT appointment_id FROM booking_move WHERE state = 'waiting' LIMIT 1")
    staff.goto(f"/admin/appointments/{one}/")
    assert_no_rule_is_broken(staff, looks, "main")


def test_choosing_another_time_for_a_visit_breaks_no_rule(staff, running_clinic, looks):
    [[one]] = running_clinic.sql("""SELECT id FROM booking_appointment a WHERE status = 'confirmed'
        AND starts_at > now() + interval '4 days'
        AND NOT EXISTS (SELECT FROM booking_move WHERE appointment_id = a.id) LIMIT 1""")
    staff.goto(f"/admin/appointments/{one}/move/")
    assert_no_rule_is_broken(staff, looks, "main")


def test_secret_address_of_a_calendar_breaks_no_rule(staff, looks):
    staff.goto("/admin/calendar-feeds/")
    staff.get_by_role("link", name="Make a new secret address").first.click()
    expect(staff.get_by_role("button", name="Make a new secret address")).to_be_visible()
    assert_no_rule_is_broken(staff, looks, "main")
    staff.get_by_role("button", name="Make a new secret address").click()
    expect(staff.get_by_label("Secret address")).to_be_visible()
    assert_no_rule_is_broken(staff, looks, "main")
