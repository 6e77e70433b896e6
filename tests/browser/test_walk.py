"""The whole path: an article, a booked time, the staff's inbox, the answer, the calendar file."""

from datetime import UTC, datetime

import icalendar
import pytest
from playwright.sync_api import expect

from tests.running import wait_until


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def visitor(request, browser, browser_context_args):
    context = browser.new_context(**browser_context_args, java_script_enabled=request.param)
    yield context.new_page()
    context.close()


def book_from_article(page, *, name, email) -> tuple[str, datetime]:
    """Go from an article to the received page; return the reference and the start."""
    page.goto("/blog/on-your-own-side/")
    page.get_by_role("link", name="Book an appointment").last.click()
    page.get_by_role("link", name="First visit").click()
    page.get_by_label("With").select_option(label="Maya Lindqvist")
    page.get_by_role("button", name="Show these times").click()
    page.locator(".times a").first.click()
    start = datetime.strptime(page.url.split("/")[-2], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    page.get_by_label("Your name").fill(name)
    page.get_by_label("Email", exact=False).first.fill(email)
    page.get_by_label("Email", exact=True).last.check()
    page.get_by_label("You may store what I wrote here").check()
    page.get_by_role("button", name="Ask for this time").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")
    return page.locator(".reference strong").inner_text(), start


@pytest.mark.promise("A request goes from an article to the inbox, the answer and the calendar file")
def test_a_request_goes_from_an_article_to_a_confirmed_appointment(visitor, running_clinic, browser):
    email = f"walk{datetime.now(UTC):%H%M%S%f}@example.com"
    reference, start = book_from_article(visitor, name="Ada Birch", email=email)
    mailbox = running_clinic.mailbox

    [received] = wait_until(lambda: mailbox.to(email, reference), "the patient's mail")
    assert "We have your request" in received["subject"]
    [to_desk] = wait_until(lambda: mailbox.to("frontdesk@example.org", reference), "the front desk's mail")
    wait_until(lambda: mailbox.to("clinician@example.org", reference), "the practitioner's mail")
    link = next(line for line in to_desk.get_body(("plain",)).get_content().split() if "/admin/" in line)

    context = browser.new_context()
    staff = context.new_page()
    staff.goto(link)
    staff.locator("[name=username]").fill("frontdesk@example.org")
    staff.locator("[name=password]").fill(running_clinic.password)
    staff.get_by_role("button", name="Sign in").click()
    expect(staff.get_by_text("Ada Birch")).to_be_visible()
    staff.get_by_role("button", name="Confirm this time").click()
    expect(staff.get_by_text("Confirmed. The patient is being told by email.")).to_be_visible()
    context.close()

    confirmed = wait_until(lambda: mailbox.to(email, "is confirmed"), "the confirmation")[0]
    [attachment] = confirmed.iter_attachments()
    assert attachment.get_content_type() == "text/calendar"
    [event] = icalendar.Calendar.from_ical(attachment.get_content()).walk("VEVENT")
    assert event["dtstart"].dt == start
    assert (event["dtend"].dt - event["dtstart"].dt).total_seconds() == 50 * 60
    assert event["dtstart"].dt.utcoffset().total_seconds() == 0

    visitor.goto(f"/book/received/{reference}/")
    expect(visitor.get_by_role("heading", level=1)).to_have_text("Your appointment is confirmed")
