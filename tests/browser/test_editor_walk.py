"""What docs/editors.md promises: an article with a picture and a call to book, made in the real admin by an editor.

`CLINIC_PICTURES=docs/images pytest tests/browser/test_editor_walk.py` draws the pictures of that page anew.
"""

import os
import re
import time
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser.axe import assert_no_rule_is_broken
from tests.browser.conftest import sign_in_at
from tests.running import ROOT

PICTURES = os.environ.get("CLINIC_PICTURES")
TEXT = "Put it in the calendar, like a visit to the dentist. Nobody has to know what it is for."
DONE = re.compile(r"(has been|created and) (published|submitted)")  # it depends on whether the draft has saved itself
DESCRIPTION = "A kettle on the stove in morning light"


def take_picture(page, name):
    """Keep what *page* shows for docs/editors.md, in few colours; nothing without `CLINIC_PICTURES`."""
    if PICTURES:
        for _time in range(2):
            page.evaluate("document.querySelectorAll('*').forEach(one => { if (one.scrollLeft) one.scrollLeft = 0 })")
            page.wait_for_timeout(600)  # until what moves stands still
        picture = Image.open(BytesIO(page.screenshot()))
        picture.convert("RGB").quantize(128).save(Path(PICTURES) / f"{name}.png", optimize=True)


def add_block(page, kind):
    """Press the last plus sign of the text and choose *kind*."""
    page.locator("#panel-child-content-body-section").get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=kind, exact=True).last.click()  # the list of the last time may still fade away


def choose_picture(part, page, title):
    part.get_by_role("button", name="Choose an image").click()
    page.get_by_role("link", name=title).click()
    expect(page.locator(".modal")).to_have_count(0)


# --- The steps, each with the words that docs/editors.md prints bold --------------------------------------


def open_the_form(page):
    page.goto("/admin/")
    page.get_by_role("link", name="Articles", exact=True).click()
    take_picture(page, "articles")
    page.get_by_role("link", name="Add article").first.click()


def name_it(page):
    page.get_by_role("textbox", name="Title").first.fill("An hour of your own")
    page.get_by_role("textbox", name="Introduction").fill("One hour a week that belongs to nobody else.")


def file_it(page):
    page.get_by_role("combobox", name="Topic").select_option(label="Burnout")
    page.get_by_role("combobox", name="Author").select_option(label="Maya Lindqvist")
    take_picture(page, "article-form")


def give_it_a_picture(page):
    choose_picture(page.locator("#panel-child-content-picture-section"), page, "still-lake")


def write(page):
    add_block(page, "Text")
    page.locator("#panel-child-content-body-section [contenteditable=true]").last.click()
    page.keyboard.type(TEXT)
    take_picture(page, "article-text")


def show_something(page):
    add_block(page, "Picture")
    choose_picture(page.locator("#panel-child-content-body-section"), page, "kitchen-light")
    page.get_by_role("textbox", name="Alt text").fill(DESCRIPTION)


def call_to_book(page):
    add_block(page, "Call to book")
    page.get_by_role("combobox", name="Service").select_option(label="First visit")
    take_picture(page, "article-call")


def describe_it(page):
    page.get_by_role("tab", name="Promote").click()
    page.get_by_role("textbox", name="Description").fill("How to keep one hour a week for yourself.")


def publish(page):
    page.get_by_role("button", name="More actions").click()
    take_picture(page, "article-publish")
    page.get_by_role("button", name="Publish").click()


STEPS = [
    (open_the_form, ["Articles", "Add article"]),
    (name_it, ["Title", "Introduction"]),
    (file_it, ["Topic", "Author"]),
    (give_it_a_picture, ["Picture", "Choose an image"]),
    (write, ["Text", "Text"]),
    (show_something, ["Picture", "Alt text"]),
    (call_to_book, ["Call to book", "Service"]),
    (describe_it, ["Promote", "Description"]),
    (publish, ["Publish"]),
]


@pytest.fixture
def sign_in(browser, browser_context_args, running_clinic):
    """Sign people in, each in a browser of their own; what they wrote is out of the way afterwards."""
    contexts = []

    def sign_in(email):
        contexts.append(browser.new_context(**browser_context_args, viewport={"width": 1280, "height": 860}))
        page = contexts[-1].new_page()
        sign_in_at(page, email, running_clinic.password)
        return page

    yield sign_in
    for context in contexts:
        context.close()
    running_clinic.sql(
        "UPDATE wagtailcore_page SET live = false, title = 'Away', draft_title = 'Away', slug = 'away-' || id "
        "WHERE starts_with(slug, 'an-hour')"
    )


@pytest.mark.promise("An editor publishes an article with a picture and a call to book in under three minutes")
def test_an_editor_publishes_an_article_as_the_page_for_editors_says(sign_in, page, full_size):
    editor = sign_in("editor@example.org")
    began = time.monotonic()
    for step, _words in STEPS:
        step(editor)
    expect(editor.get_by_text(DONE)).to_be_visible()
    seconds = time.monotonic() - began
    expect(editor.get_by_text("Worth another look")).to_have_count(0)

    page.goto("/blog/")
    page.get_by_role("link", name="An hour of your own").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("An hour of your own")
    expect(page.get_by_text(TEXT)).to_be_visible()
    expect(page.get_by_role("img", name=DESCRIPTION)).to_be_visible()
    expect(page.get_by_role("main").get_by_role("link", name="Book an appointment")).to_be_visible()
    if full_size:
        print(f"{len(STEPS)} steps, {seconds:.0f} s of the machine's time")
        assert seconds < 180


def test_an_editor_submits_an_article_and_a_clinician_approves_it(sign_in, page, running_clinic):
    editor = sign_in("editor@example.org")
    for step in (open_the_form, name_it, file_it, call_to_book, describe_it):
        step(editor)
    editor.get_by_role("button", name="More actions").click()
    editor.get_by_role("button", name="Submit to Article review").click()
    expect(editor.get_by_text(DONE)).to_be_visible()
    assert page.goto("/blog/an-hour-of-your-own/").status == 404

    clinician = sign_in("clinician@example.org")
    expect(clinician.get_by_text("Awaiting your review")).to_be_visible()
    clinician.get_by_role("link", name="An hour of your own").first.click()
    expect(clinician.get_by_role("combobox", name="Service").locator("option:checked")).to_have_text("First visit")
    expect(clinician.locator(".error-message")).to_have_count(0)  # a piece that could not be drawn would be lost
    clinician.get_by_role("button", name="More actions").click()
    take_picture(clinician, "article-approve")
    clinician.get_by_role("button", name="Approve and Publish").click()
    expect(clinician.get_by_text("has been updated")).to_be_visible()
    [state] = running_clinic.sql(
        "SELECT p.slug, p.live, p.has_unpublished_changes, w.status FROM wagtailcore_page p "
        "JOIN wagtailcore_workflowstate w ON w.object_id = p.id::text WHERE p.title = 'An hour of your own'"
    )
    assert state == ("an-hour-of-your-own", True, False, "approved")
    assert page.goto("/blog/an-hour-of-your-own/").status == 200
    [[name, years]] = running_clinic.sql(
        "SELECT p.name, extract(year FROM age(a.next_review_on, a.reviewed_on)) FROM blog_articlepage a "
        "JOIN clinic_practitioner p ON p.id = a.reviewed_by_id JOIN wagtailcore_page w ON w.id = a.page_ptr_id "
        "WHERE w.slug = 'an-hour-of-your-own'"
    )
    assert (name, years) == ("Maya Lindqvist", 1)


def test_an_article_that_misses_something_says_so_above_its_form(sign_in):
    editor = sign_in("editor@example.org")
    open_the_form(editor)
    name_it(editor)
    add_block(editor, "Heading")
    heading = editor.locator("#panel-child-content-body-section").get_by_role("textbox").last
    heading.fill("When somebody talks of suicide")
    editor.get_by_role("button", name="Save draft").click()
    expect(editor.get_by_text("No topic is chosen")).to_be_visible()
    expect(editor.get_by_text("The text says “suicide”")).to_be_visible()
    take_picture(editor, "article-checks")


@pytest.mark.parametrize(
    "screen", ["articles", "reports/due-for-review", "reports/content-checks", "reports/broken-links"]
)
def test_our_screens_for_writers_break_no_rule(sign_in, screen, looks):
    editor = sign_in("editor@example.org")
    editor.goto(f"/admin/{screen}/")
    assert_no_rule_is_broken(editor, looks, "main")


def test_the_page_for_editors_names_the_very_steps_and_shows_pictures_that_are_there():
    text = (ROOT / "docs" / "editors.md").read_text()
    section = text.partition("## Publish an article")[2].partition("\n## ")[0]
    steps = re.findall(r"^\d+\. (.+(?:\n   .+)*)", section, re.MULTILINE)
    assert [re.findall(r"\*\*(.+?)\*\*", step) for step in steps] == [words for _step, words in STEPS]
    pictures = re.findall(r"\]\((images/[^)]+)\)", text)
    assert len(pictures) >= 5
    for picture in pictures:
        file = ROOT / "docs" / picture
        assert file.stat().st_size < 150_000
        with Image.open(file) as image:
            assert image.width <= 1280
