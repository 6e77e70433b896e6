"""A patient books: with a keyboard alone, too late, with mistakes, going back, and with a nervous finger."""

import re
from contextlib import closing
from datetime import UTC, datetime

import pytest
from playwright.sync_api import expect

from tests.browser import pages
from tests.browser.keys import press, tab_to
from tests.visitor import Visitor

nothing_lost = pytest.mark.promise("Somebody who comes too late loses nothing that was typed")


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def visitor(request, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def count_appointments(clinic) -> int:
    return clinic.sql("SELECT count(*) FROM booking_appointment")[0][0]


def heading(page):
    return page.get_by_role("heading", level=1)


def write(page, label, words):
    tab_to(page, page.get_by_role("textbox", name=label).first)
    page.keyboard.type(words)


@pytest.mark.promise("A keyboard is enough, and its focus is always seen")
def test_keyboard_alone_books_an_appointment(visitor, running_clinic):
    page = visitor
    page.goto("/book/")
    press(page, page.get_by_role("link", name="First visit"))
    tab_to(page, page.get_by_label("With"))
    page.keyboard.type("Priya")
    press(page, page.get_by_role("button", name="Show these times"))
    expect(page.get_by_label("With")).to_have_value("priya-raman")
    press(page, page.locator(".times a").first)
    expect(heading(page)).to_have_text("How can we reach you?")
    write(page, "Your name", "Ada Birch")
    write(page, "Email", "keys@example.com")
    press(page, page.get_by_role("radio", name="Email"), "Space")
    write(page, "Anything you want us to know", "No mouse here.")
    press(page, page.get_by_role("checkbox", name="You may store"), "Space")
    press(page, page.get_by_role("button", name="Ask for this time"))
    expect(heading(page)).to_have_text("We have your request")


@nothing_lost
def test_taken_time_keeps_what_was_typed_and_offers_others(visitor, running_clinic):
    page = visitor
    pages.details_form(page, running_clinic)
    pages.fill_in(page, **{"Telephone": "(202) 555-0143", "Anything you want us to know": "Line one,\nline two."})
    page.get_by_role("checkbox", name="You may leave a voicemail").check()
    pages.take_time(page, running_clinic)
    pages.send(page)

    expect(heading(page)).to_have_text("That time is not open any more")
    expect(page.locator(".error-summary")).to_be_in_viewport(ratio=1)
    expect(page.get_by_label("Your name")).to_have_value("Ada Birch")
    expect(page.get_by_role("textbox", name="Email")).to_have_value("ada@example.com")
    expect(page.get_by_role("textbox", name="Telephone")).to_have_value("(202) 555-0143")
    expect(page.get_by_label("Anything you want us to know")).to_have_value("Line one,\nline two.")
    for role, name in (("radio", "Email"), ("checkbox", "voicemail"), ("checkbox", "You may store")):
        expect(page.get_by_role(role, name=name)).to_be_checked()

    other = page.locator(".times button").nth(1)
    stamp = other.get_attribute("formaction").split("?")[0].split("/")[-2]
    other.click()
    expect(heading(page)).to_have_text("We have your request")
    reference = page.url.split("/")[-2]
    query = "SELECT starts_at, mode FROM booking_appointment WHERE reference = %s"
    starts_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    assert running_clinic.sql(query, reference) == [(starts_at, "video")]


@nothing_lost
def test_two_times_taken_in_a_row_lose_nothing(visitor, running_clinic):
    page = visitor
    pages.taken_while_typing(page, running_clinic)
    other = page.locator(".times button").first
    with closing(Visitor(running_clinic.base)) as faster:
        faster.book(other.get_attribute("formaction"))
    other.click()
    expect(heading(page)).to_have_text("That time is not open any more")
    expect(page.get_by_label("Your name")).to_have_value("Ada Birch")
    page.locator(".times button").first.click()
    expect(heading(page)).to_have_text("We have your request")


@pytest.mark.parametrize("size", [(320, 640), (1280, 800)], ids=["phone", "desk"])
def test_mistakes_are_seen_at_once_and_lead_to_their_fields(size, visitor, running_clinic):
    page = visitor
    page.set_viewport_size({"width": size[0], "height": size[1]})
    pages.details_form(page, running_clinic)
    page.get_by_role("textbox", name="Email").fill("not an address")
    pages.send(page)

    expect(page).to_have_title(re.compile("^Please look again"))
    summary = page.locator(".error-summary")
    expect(summary.get_by_role("heading")).to_be_in_viewport()
    links = summary.get_by_role("link")
    expect(links).to_have_count(4)
    for link in links.all():
        link.click()
        field = page.locator(link.get_attribute("href"))
        expect(field).to_be_focused()
        expect(field).to_be_in_viewport()
        expect(field).to_have_attribute("aria-invalid", "true")

    expect(page.get_by_role("textbox", name="Email")).to_have_value("not an address")
    pages.fill_in(page)
    pages.send(page)
    expect(heading(page)).to_have_text("We have your request")


def test_changed_form_sent_again_is_not_stored_and_says_so(visitor, running_clinic):
    page = visitor
    before = count_appointments(running_clinic)
    with page.expect_response(lambda one: one.request.method == "POST" and one.status != 303) as response:
        pages.sent_before(page, running_clinic)
    assert response.value.status == 422
    expect(heading(page)).not_to_have_text("That time is not open any more")
    page.get_by_role("link", name="See your first request").click()
    expect(heading(page)).to_have_text("We have your request")
    assert count_appointments(running_clinic) == before + 1


def test_same_form_sent_again_after_a_lost_answer_leads_to_the_first_request(visitor, running_clinic):
    page = visitor
    before = count_appointments(running_clinic)
    pages.details_form(page, running_clinic)
    pages.fill_in(page)
    pages.lose_the_answer(page)
    pages.send(page)
    expect(heading(page)).to_have_text("We have your request")
    assert count_appointments(running_clinic) == before + 1


def test_going_back_and_forth_works(visitor, running_clinic):
    page = visitor
    page.goto("/book/")
    page.get_by_role("link", name="First visit").click()
    page.locator(".times a").first.click()
    page.go_back()
    page.locator(".times a").nth(3).click()
    page.get_by_role("link", name="Change the time").click()
    page.locator(".times a").nth(2).click()
    pages.fill_in(page)
    pages.send(page)
    expect(heading(page)).to_have_text("We have your request")
    received, before = page.url, count_appointments(running_clinic)

    page.go_back()
    page.go_forward()
    expect(page).to_have_url(received)
    expect(heading(page)).to_have_text("We have your request")
    page.reload()
    assert count_appointments(running_clinic) == before


@pytest.mark.promise("One form is stored once, however often it is sent")
def test_double_click_stores_one_request(visitor, running_clinic):
    page = visitor
    before = count_appointments(running_clinic)
    pages.details_form(page, running_clinic)
    pages.fill_in(page)
    page.get_by_role("button", name="Ask for this time").dblclick()
    expect(heading(page)).to_have_text("We have your request")
    assert count_appointments(running_clinic) == before + 1
