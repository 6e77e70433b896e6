"""A keyboard is enough for every page: all is reached in order, seen when reached, and works when pressed."""

import pytest
from playwright.sync_api import expect

from tests.browser import pages
from tests.browser.keys import press, tab_to, walk
from tests.conftest import FULL_SIZE

pytestmark = pytest.mark.promise("A keyboard is enough, and its focus is always seen")

PHONE, DESK = (320, 640), (1280, 800)
WALKED = pages.NAMES if FULL_SIZE else ["home", "article", "times", "details with mistakes", "time taken while typing"]


def assert_all_is_reached_and_seen(page, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    wanted, seen = walk(page)
    assert len(wanted) > 3
    assert [one["html"] for one in seen if one["place"] < 0] == [], f"unexpected, at {size}"
    assert [wanted[one["place"]] for one in seen] == wanted, f"not reached in this order, at {size}"
    assert [(one["html"], one["wrong"]) for one in seen if one["wrong"]] == [], f"not seen, at {size}"


def sizes_for(name) -> list[tuple[int, int]]:
    """Both sizes; at small size one, by turns, as a walk takes seconds."""
    return [PHONE, DESK] if FULL_SIZE else [[PHONE, DESK][WALKED.index(name) % 2]]


@pytest.mark.parametrize("name", WALKED)
def test_everything_is_reached_in_order_and_seen(name, page, running_clinic):
    pages.open_page(name, page, running_clinic)
    for size in sizes_for(name):
        assert_all_is_reached_and_seen(page, size)


def assert_walk_complains(page, complaint):
    with pytest.raises(AssertionError, match=complaint):
        assert_all_is_reached_and_seen(page, PHONE)


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        (".foot::after { content: ''; position: fixed; inset: 0 }", "covered by"),
        (":focus-visible { outline: none }", "no outline"),
        (":focus-visible { outline-color: #eee }", "a pale outline"),
        (".skip:focus { top: -10rem }", "outside of the window"),
        ("footer li { overflow: hidden }", "cut off by"),
        (".lead { overflow: auto; height: 1em }", "unexpected"),
    ],
)
def test_walk_misses_no_fault_of_style(fault, complaint, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, bypass_csp=True)
    page = context.new_page()
    page.goto(pages.ADDRESSES["no such page"])
    page.add_style_tag(content=fault)
    assert_walk_complains(page, complaint)
    context.close()


@pytest.mark.parametrize(
    ("fault", "complaint"),
    [
        ("link => link.tabIndex = 1", "not reached in"),
        ("link => link.onblur = () => link.focus()", "come to an end"),
    ],
    ids=["out of order", "trap"],
)
def test_walk_misses_no_fault_of_order(fault, complaint, page):
    page.goto(pages.ADDRESSES["no such page"])
    page.locator("footer li a").first.evaluate(fault)
    assert_walk_complains(page, complaint)


def test_first_tab_leads_past_the_header(page):
    page.goto("/")
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to main content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.parametrize("key", ["Enter", "Space"])
def test_phone_menu_opens_and_closes(key, page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    menu = page.get_by_role("navigation", name="Main, on phones")
    expect(menu).to_be_hidden()
    press(page, page.locator(".phone-menu summary"), key)
    expect(menu).to_be_visible()
    page.keyboard.press("Tab")
    expect(menu.get_by_role("link").first).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press(key)
    expect(menu).to_be_hidden()


@pytest.mark.parametrize("name", ["search", "articles", "team", "stories", "times", "no such page"])
def test_forms_are_sent(name, page, running_clinic):
    """Each form of the page: its button is reached with Tab, and Enter there sends it."""
    pages.open_page(name, page, running_clinic)
    for number in range(page.locator("form").count()):
        pages.open_page(name, page, running_clinic)
        form = page.locator("form").nth(number)
        action = form.evaluate("one => one.action.split(/[?#]/)[0]")
        tab_to(page, form.locator("button:not([type=button]), input[type=submit]").first)
        with page.expect_navigation(url=lambda url, wanted=action: url.split("?")[0] == wanted) as answer:
            page.keyboard.press("Enter")
        assert answer.value.status < 400
