"""The visitor's own time beside each time by video: by a script that only labels, and by choice without any script."""

import pytest
from playwright.sync_api import expect

from tests.browser import pages

SHIFTS = """() => new Promise((done) => {
  let moved = 0;
  new PerformanceObserver((list) => list.getEntries().forEach((entry) => { moved += entry.value; }))
    .observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(moved), 300);
})"""


@pytest.fixture
def visitor(browser, browser_context_args):
    """A function that opens the times of one person as somebody does whose device is in that zone."""
    contexts = []

    def arrive(zone: str, address: str = pages.ADDRESSES["times of one person"], **options):
        contexts.append(browser.new_context(**{**browser_context_args, "timezone_id": zone, **options}))
        page = contexts[-1].new_page()
        page.errors = []
        page.on("console", lambda message: message.type == "error" and page.errors.append(message.text))
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.goto(address)
        return page

    yield arrive
    for context in contexts:
        context.close()


def labels(page) -> list[str]:
    return page.locator(".times a").all_inner_texts()


@pytest.mark.parametrize("zone", ["Europe/Berlin", "Asia/Tokyo", "America/St_Johns", "Asia/Kolkata", "Europe/Kyiv"])
def test_script_and_server_say_the_same(visitor, zone):
    by_script = visitor(zone)
    by_choice = visitor(zone, f"{pages.ADDRESSES['times of one person']}&zone={zone}", java_script_enabled=False)

    assert labels(by_script) == labels(by_choice)
    city = zone.partition("/")[2].replace("_", " ")
    expect(by_script.locator(".times a").first).to_contain_text(f"in {city}")
    assert by_script.errors == []


@pytest.mark.parametrize("zone", ["America/New_York", "America/Toronto", "Etc/GMT+5", "UTC"])
def test_who_reads_the_same_clock_or_is_nowhere_sees_no_label(visitor, zone):
    page = visitor(zone)

    expect(page.locator(".times a").first).to_be_visible()
    assert not [text for text in labels(page) if " in " in text]
    assert page.errors == []


def test_a_zone_that_was_chosen_is_not_labelled_again(visitor):
    page = visitor("Europe/Berlin", f"{pages.ADDRESSES['times of one person']}&zone=Asia/Tokyo")

    assert all("in Tokyo" in text and "Berlin" not in text for text in labels(page))


def test_times_in_person_are_left_alone(visitor):
    page = visitor("Europe/Berlin", "/book/first-visit/?mode=in_person")

    assert not [text for text in labels(page) if "Berlin" in text]


@pytest.mark.parametrize("size", [(320, 800), (1280, 900)], ids=["phone", "desk"])
def test_nothing_moves_when_the_labels_come(visitor, size):
    page = visitor("Europe/Berlin", viewport={"width": size[0], "height": size[1]})

    expect(page.locator(".times a").first).to_contain_text("in Berlin")
    assert page.evaluate(SHIFTS) < 0.02
