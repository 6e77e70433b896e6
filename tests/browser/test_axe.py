"""No page, in no state, width or colour scheme, breaks a rule that axe knows (WCAG 2.2 A and AA, best practice)."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser import pages

pytestmark = pytest.mark.promise("Every page and state passes axe (WCAG 2.2 AA), light and dark, phone to desk")

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Until what fades has faded; the admin has animations that never end.
FADED = """() => Promise.race([
    Promise.allSettled(document.getAnimations().map(one => one.finished)),
    new Promise(done => setTimeout(done, 500)),
])"""
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


@pytest.fixture(scope="session")
def looks(full_size):
    """The (colour scheme, width) pairs in which each page is looked at."""
    if full_size:
        return [(scheme, width) for scheme in ("light", "dark") for width in (320, 768, 1280)]
    return [("light", 1280), ("dark", 320)]


def broken_rules(page, part=None) -> str:
    """Return axe's report on *page* or its *part*, an empty string where no rule is broken."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, part, options)
    return found.generate_report() if found.violations_count else ""


def assert_no_rule_is_broken(page, looks, part=None):
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        # colours fade from one scheme to the other; half way through, none is one that anybody reads
        page.evaluate(FADED)
        assert not (report := broken_rules(page, part)), f"{scheme}, {width} pixels: {report}"


@pytest.mark.parametrize("name", pages.NAMES)
def test_page_breaks_no_rule(name, page, running_clinic, looks):
    pages.open_page(name, page, running_clinic)
    assert_no_rule_is_broken(page, looks)


@pytest.mark.parametrize("width", [320, 768])
def test_open_phone_menu_breaks_no_rule(page, running_clinic, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    assert not broken_rules(page)


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
    assert_no_rule_is_broken(staff, looks, "main")
    staff.get_by_role("button", name="Make a new secret address").click()
    assert_no_rule_is_broken(staff, looks, "main")


def test_axe_finds_what_is_wrong(page):
    page.set_content("<html><body><img src=x><input><p style='color: #ccc; background: #fff'>pale</p>")
    report = broken_rules(page)
    assert "image-alt" in report
    assert "color-contrast" in report
