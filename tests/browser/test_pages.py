"""Every page can be used with nearly everything off, and the most wanted is at hand on a telephone."""

import pytest
from playwright.sync_api import expect

from tests.browser import pages
from tests.conftest import FULL_SIZE

without_scripts = pytest.mark.promise("The site works without JavaScript")
BARE = [*pages.ADDRESSES, "details"] if FULL_SIZE else ["home", "article", "team filtered", "times", "details"]


def test_dock_is_at_hand_and_covers_nothing_at_the_end(page):
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    for name in ("Book", "Text us"):
        button = page.get_by_label("Quick ways to reach us").get_by_role("link", name=name)
        expect(button).to_be_in_viewport(ratio=1)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    last = page.locator("footer a").last
    expect(last).to_be_in_viewport(ratio=1)
    last.click(trial=True)  # refused where something lies above it
    assert last.bounding_box()["y"] + last.bounding_box()["height"] < page.locator(".dock").bounding_box()["y"]


# What the page says in words; what only scripts can do (a button to copy the link) is no part of it.
SAID = """() => [...document.querySelectorAll("main :is(h1, h2, h3, p, li):not(:has(button))")]
    .filter(one => one.checkVisibility()).map(one => one.textContent.trim().replace(/\\s+/g, " "))"""


@pytest.fixture
def bare(browser, browser_context_args):
    """A page without scripts, pictures, fonts and styles."""
    context = browser.new_context(**browser_context_args, java_script_enabled=False)
    context.route("**/*.{js,css,woff2,avif,webp,jpeg,jpg,png,svg,mp4,webm}", lambda route: route.abort())
    yield context.new_page()
    context.close()


@without_scripts
@pytest.mark.parametrize("name", BARE)
def test_page_reads_without_scripts_pictures_and_styles(name, bare, running_clinic):
    pages.open_page(name, bare, running_clinic)
    expect(bare.get_by_role("heading", level=1)).to_be_visible()
    assert len(bare.locator("main").inner_text()) > 150  # the shortest page is the empty search
    assert bare.locator("img:not([alt])").count() == 0


@without_scripts
def test_article_says_the_same_without_scripts_and_pictures(bare, page, running_clinic):
    for one in (bare, page):
        one.goto(pages.ADDRESSES["article"])
    said = page.evaluate(SAID)
    assert len(said) > 10
    assert [words for words in said if words not in bare.evaluate(SAID)] == []
