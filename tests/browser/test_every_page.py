"""Each page, in each of its states: it fits, stays on our own host, suits thumbs, and breaks no rule that axe knows."""

from urllib.parse import urlsplit

import pytest

from tests.browser import pages
from tests.browser.axe import assert_no_rule_is_broken, broken_rules
from tests.browser.conftest import as_new

fits = pytest.mark.promise("Every page fits from 320 pixels on and asks no other host for anything")
breaks_no_rule = pytest.mark.promise("Every page and state passes axe (WCAG 2.2 AA), light and dark, phone to desk")
SIZES = [(320, 640), (1280, 800)]
MORE_SIZES = [(768, 1024), (320, 256)]  # at full size; the last one: 1280 × 1024 at 400 %
OF_FAULTS = ("a mistake of ours", "database away")  # answered with 500 and 503

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


def witness(page, base):
    """Write every request of *page* to another host, and every error that it reports, into `page.complaints`."""
    page.complaints = []  # whoever opens another page empties it
    host = urlsplit(base).netloc

    def see_request(request):
        if urlsplit(request.url).netloc != host:
            page.complaints.append(f"asked {request.url}")

    def hear(message):
        own_status = "the server responded with a status of" in message.text and message.location["url"] == page.url
        if message.type in ("error", "warning") and not own_status:
            page.complaints.append(message.text)

    def see_status(response):
        if response.status >= 500:
            page.complaints.append(f"{response.url} answered {response.status}")

    page.context.on("request", see_request)
    page.on("console", hear)
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    page.on("response", see_status)


@pytest.fixture(scope="module")
def witnessed(tab, running_clinic):
    """The page that all are opened in."""
    witness(tab, running_clinic.base)
    return tab


@pytest.fixture(scope="module", params=pages.NAMES)
def opened(request, witnessed, running_clinic):
    """The page or state, opened once for the tests that look at it."""
    as_new(witnessed)
    witnessed.complaints.clear()
    pages.open_page(request.param, witnessed, running_clinic)
    witnessed.is_of_a_fault = request.param in OF_FAULTS
    return witnessed


@fits
def test_page_fits_stays_at_home_and_suits_thumbs(opened, full_size):
    for width, height in [*SIZES, *(MORE_SIZES if full_size else [])]:
        opened.set_viewport_size({"width": width, "height": height})
        assert opened.evaluate(TOO_WIDE) == [], f"at {width} × {height}"
        assert opened.evaluate(TOO_SMALL) == [], f"at {width} × {height}"
    opened.mouse.wheel(0, 100_000)
    opened.wait_for_load_state("networkidle")
    expected = [f"{opened.url} answered {status}" for status in (500, 503) if opened.is_of_a_fault]
    assert [one for one in opened.complaints if one not in expected] == []


@breaks_no_rule
def test_page_breaks_no_rule(opened, looks):
    assert_no_rule_is_broken(opened, looks)


@fits
def test_complaints_would_be_heard(page, running_clinic):
    witness(page, running_clinic.base)
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


@breaks_no_rule
@pytest.mark.parametrize("width", [320, 768])
def test_open_phone_menu_breaks_no_rule(page, running_clinic, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    assert not broken_rules(page)


@breaks_no_rule
def test_axe_finds_what_is_wrong(page):
    page.set_content("<html><body><img src=x><input><p style='color: #ccc; background: #fff'>pale</p>")
    report = broken_rules(page)
    assert "image-alt" in report
    assert "color-contrast" in report
