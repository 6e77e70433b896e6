"""The pages behind a patient's own link, and those for people who lost it or found no time."""

from contextlib import closing

from playwright.sync_api import expect

from booking.models import new_secret, secret_hash
from tests.visitor import Visitor

FREE = """SELECT id FROM booking_appointment a WHERE status = 'confirmed' AND starts_at > now() + interval '4 days'
AND mode = 'in_person' AND NOT EXISTS (SELECT FROM booking_move WHERE appointment_id = a.id) ORDER BY id LIMIT 1"""


def heading(page, words):
    expect(page.get_by_role("heading", level=1)).to_have_text(words)


def press(page, name):
    page.get_by_role("button", name=name).click()


def open_link(page, clinic):
    """Follow a new link to a confirmed appointment."""
    [[pk]] = clinic.sql(FREE)
    follow_new_link(page, clinic, pk)


def follow_new_link(page, clinic, pk, to="appointment", title="Your appointment"):
    """Make a link to the appointment, or to a place on the waiting list, and follow it."""
    secret = new_secret()
    add = f"INSERT INTO booking_managelink ({to}_id, secret_hash, created_at) VALUES (%s, %s, now())"
    clinic.sql(add, pk, secret_hash(secret))
    page.goto(f"/book/manage/{secret}/")
    heading(page, title)


def own_request(page, clinic):
    with closing(Visitor(clinic.base)) as patient:
        reference = patient.book(next(patient.times("first-visit", "priya-raman")))
    [[pk]] = clinic.sql("SELECT id FROM booking_appointment WHERE reference = %s", reference)
    follow_new_link(page, clinic, pk)


def cancelling(page, clinic):
    open_link(page, clinic)
    page.get_by_role("link", name="Cancel it").click()
    heading(page, "Cancel this appointment?")


def cancelled(page, clinic):
    cancelling(page, clinic)
    press(page, "Cancel this appointment")
    expect(page.get_by_role("status")).to_contain_text("is cancelled")


def another_time(page, clinic):
    open_link(page, clinic)
    page.get_by_role("link", name="Move it").click()
    heading(page, "Which other time suits you?")


def moving(page, clinic):
    another_time(page, clinic)
    page.locator(".times a").first.click()
    expect(page.get_by_text("Step 2 of 2")).to_be_visible()


def asked_to_move(page, clinic):
    moving(page, clinic)
    page.locator("main form button").click()
    expect(page.get_by_role("status")).to_be_visible()


def finding_with_mistakes(page, clinic):
    page.goto("/book/find/")
    press(page, "Send me a new link")
    expect(page.locator(".error-summary")).to_be_visible()


def link_sent(page, clinic):
    page.goto("/book/find/")
    page.get_by_role("textbox", name="Email").fill("nobody@example.com")
    press(page, "Send me a new link")
    heading(page, "Look at your messages")


def asking_with_mistakes(page, clinic):
    page.goto("/book/first-visit/ask/")
    press(page, "Send my wishes")
    expect(page.locator(".error-summary")).to_be_visible()


def asked(page, clinic):
    page.goto("/book/first-visit/ask/")
    page.get_by_role("textbox", name="Your name").fill("Ada Birch")
    page.get_by_role("textbox", name="Email").first.fill("ada@example.com")
    page.get_by_role("radio", name="Email").check()
    page.get_by_role("checkbox", name="Friday").check()
    page.get_by_role("checkbox", name="You may store").check()
    press(page, "Send my wishes")
    heading(page, "We have your wishes")


def place_on_the_list(page, clinic):
    asked(page, clinic)
    [[pk]] = clinic.sql("SELECT max(id) FROM booking_waitinglistentry")
    follow_new_link(page, clinic, pk, "waiting_list_entry", "Your place on our waiting list")


def off_the_list(page, clinic):
    place_on_the_list(page, clinic)
    press(page, "Take me off the list")
    expect(page.get_by_text("You are off the list")).to_be_visible()


OFFER = "SELECT id, waiting_list_entry_id FROM booking_appointment WHERE status = %s AND starts_at > now() LIMIT 1"


def offered(page, clinic):
    [[pk, _]] = clinic.sql(OFFER, "offered")
    follow_new_link(page, clinic, pk, title="A time we offer you")


def offered_on_the_list(page, clinic):
    [[_, entry]] = clinic.sql(OFFER, "offered")
    follow_new_link(page, clinic, entry, "waiting_list_entry", "Your place on our waiting list")
    expect(page.get_by_role("heading", name="We offer you a time")).to_be_visible()


def offer_not_taken(page, clinic):
    """A look at the offer as it would be: it stays for those who come after."""
    [[pk, _]] = clinic.sql(OFFER, "offered")
    clinic.sql("UPDATE booking_appointment SET status = 'declined' WHERE id = %s", pk)
    try:
        follow_new_link(page, clinic, pk, title="A time we offered you")
    finally:
        clinic.sql("UPDATE booking_appointment SET status = 'offered' WHERE id = %s", pk)


def other_link_opened(page, clinic):
    cancelling(page, clinic)
    with page.context.expect_page() as other:
        page.evaluate("open('about:blank')")
    place_on_the_list(other.value, clinic)
    other.value.close()
    press(page, "Cancel this appointment")
    heading(page, "Nothing was changed")


STATES = {
    "own appointment": open_link,
    "own request": own_request,
    "cancelling": cancelling,
    "cancelled": cancelled,
    "another time": another_time,
    "moving": moving,
    "asked to move": asked_to_move,
    "finding a link with mistakes": finding_with_mistakes,
    "link sent": link_sent,
    "asking with mistakes": asking_with_mistakes,
    "asked without a time": asked,
    "place on the list": place_on_the_list,
    "off the list": off_the_list,
    "offered": offered,
    "offered on the list": offered_on_the_list,
    "offer not taken": offer_not_taken,
    "other link opened": other_link_opened,
}
