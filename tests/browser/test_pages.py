"""Every page fits, stays on our own host, and can be used with a thumb, or with nearly everything off."""

from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser import pages
from tests.conftest import FULL_SIZE

without_scripts = pytest.mark.promise("The site works without JavaScript")
SIZES = [(320, 640), (768, 1024), (1280, 800), (320, 256)]  # the last one: 1280 × 1024 at 400 %
BARE = [*pages.ADDRESSES, "details"] if FULL_SIZE else ["home", "article", "team filtered", "times", "details"]
PUBLIC = [name for name in pages.NAMES if name not in ("a mistake of ours", "database away")]

# The elements that reach over the right edge, with how far.
TOO_WIDE = """() => document.documentElement.scrollWidth <= innerWidth ? [] :
    [...document.querySelectorAll("body *")]
    .filter(one => one.getBoundingClientRect().right > innerWidth + .5)
    .map(one => `${one.tagName}.${one.className} ${one.getBoundingClientRect().right}`)"""

# Buttons, times and fields that a thumb cannot hit, with their size.
TOO_SMALL = """() => [...document.querySelectorAll(
    ".button, button, .times a, summary, select, textarea, .menu a, .phone-menu a, label.choice, .chips a, .brand, "
    + "input:not([type=hidden], [type=checkbox], [type=radio], [tabindex='-1'])")]
    .filter(one => one.checkVisibility())
    .map(one => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.height < 44 || box.width < 44)
    .map(([html, box]) => `${html} ${box.width} × ${box.height}`)"""


@pytest.fixture
def witnessed(page, running_clinic):
    """The page, with every request to another host and every error that it reports in `page.complaints`."""
    page.complaints = []
    host = urlsplit(running_clinic.base).netloc

    def see_request(request):
        if urlsplit(request.url).netloc != host:
            page.complaints.append(f"asked {request.url}")

    def hear(message):
        own_status = "status of 4" in message.text and message.location["url"] == page.url
        if message.type in ("error", "warning") and not own_status:
            page.complaints.append(message.text)

    page.context.on("request", see_request)
    page.on("console", hear)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("response", lambda one: one.status >= 500 and page.complaints.append(f"{one.url} answered {one.status}"))
    return page


@pytest.mark.promise("Every page fits from 320 pixels on and asks no other host for anything")
@pytest.mark.parametrize("name", PUBLIC)
def test_page_fits_stays_at_home_and_suits_thumbs(name, witnessed, running_clinic):
    page = witnessed
    pages.open_page(name, page, running_clinic)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate(TOO_WIDE) == [], f"at {width} × {height}"
        assert page.evaluate(TOO_SMALL) == [], f"at {width} × {height}"
    page.mouse.wheel(0, 100_000)
    page.wait_for_load_state("networkidle")
    assert page.complaints == []


def test_mistake_of_ours_fits(page, running_clinic):
    pages.open_page("a mistake of ours", page, running_clinic)
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate(TOO_WIDE) == []


def test_complaints_would_be_heard(witnessed, running_clinic):
    page = witnessed
    page.goto("/")
    page.evaluate("document.body.append(Object.assign(new Image(), {src: 'http://localhost:9/x.png'}))")
    page.evaluate("document.body.append(Object.assign(document.createElement('style'), {textContent: 'p {}'}))")
    page.evaluate("document.body.append(document.createElement('select'))")
    page.evaluate("document.querySelector('p').style.marginInlineStart = '200vw'")
    assert page.evaluate(TOO_WIDE) != []
    assert page.evaluate(TOO_SMALL) != []
    page.goto(running_clinic.base.replace("127.0.0.1", "localhost"))
    for word in ("img-src", "style-src", "asked http://localhost"):
        assert any(word in one for one in page.complaints)


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
