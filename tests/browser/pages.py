"""Every page of the site and each of its states, for the tests that look at all of them."""

from contextlib import closing

from django.template.loader import render_to_string
from playwright.sync_api import expect

from tests.browser import own_pages
from tests.visitor import Visitor

WHO = "priya-raman"

ADDRESSES = {
    "home": "/",
    "articles": "/blog/",
    "topic": "/blog/topics/sleep/",
    "article": "/blog/on-your-own-side/",
    "stories": "/testimonials/",
    "stories about one service": "/testimonials/?service=first-visit",
    "team": "/team/",
    "team filtered": "/team/?concern=Sleep&service=first-visit&language=English&location=riverside&mode=video",
    "team soonest": "/team/?sort=soonest",
    "team that finds nobody": "/team/?concern=Sleep&language=Korean",
    "practitioner": "/team/maya-lindqvist/",
    "services": "/services/",
    "service": "/services/first-visit/",
    "locations": "/locations/",
    "location": "/locations/riverside/",
    "contact": "/contact/",
    "help now": "/help-now/",
    "privacy": "/privacy/",
    "accessibility": "/accessibility/",
    "search": "/search/",
    "search that finds": "/search/?q=sleep",
    "search that finds nothing": "/search/?q=xyzzy",
    "search with a mistyped word": "/search/?q=anxeity",
    "search on one topic": "/search/?q=sleep&topic=sleep",
    "search of somebody in need": "/search/?q=i+want+to+die",
    "no such page": "/no/such/page/",
    "services to book": "/book/",
    "times": "/book/first-visit/",
    "finding a link": "/book/find/",
    "link closed": "/book/manage/nothing/",
    "asking without a time": "/book/first-visit/ask/",
    "times of one person": f"/book/first-visit/?practitioner={WHO}&mode=video",
}


def details_form(page, clinic):
    page.goto(ADDRESSES["times of one person"])
    page.locator(".times a").first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("How can we reach you?")


def fill_in(page, **fields):
    """Fill in the details form as somebody who wants an email."""
    for label, value in {"Your name": "Ada Birch", "Email": "ada@example.com", **fields}.items():
        page.get_by_role("textbox", name=label).first.fill(value)
    page.get_by_role("radio", name="Email").check()
    page.get_by_role("checkbox", name="You may store").check()


def send(page):
    page.get_by_role("button", name="this time").click()


def take_time(page, clinic):
    """Somebody else takes the time that *page* shows."""
    with closing(Visitor(clinic.base)) as other:
        other.book(page.url.removeprefix(clinic.base))


def no_open_times(page, clinic):
    page.goto(ADDRESSES["times"])
    change = "UPDATE booking_bookingrules SET notice_hours = notice_hours + %s"
    clinic.sql(change, 10_000)
    try:
        page.reload()
    finally:
        clinic.sql(change, -10_000)
    assert page.locator(".times a").count() == 0


def details_with_mistakes(page, clinic):
    details_form(page, clinic)
    send(page)
    expect(page.locator(".error-summary")).to_be_visible()


def taken_before_typing(page, clinic):
    details_form(page, clinic)
    take_time(page, clinic)
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_have_text("That time is not open any more")


def taken_while_typing(page, clinic):
    details_form(page, clinic)
    fill_in(page)
    take_time(page, clinic)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("That time is not open any more")


def lose_the_answer(page):
    """Send the form; it arrives, but the line breaks before the answer does, and the page stays."""

    def lose(route):
        assert route.fetch(max_redirects=0).status == 303
        route.abort("aborted")

    page.route(page.url, lose, times=1)
    with page.expect_event("requestfailed"):
        send(page)


def sent_before(page, clinic):
    details_form(page, clinic)
    fill_in(page)
    lose_the_answer(page)
    fill_in(page, **{"Your name": "Somebody else"})
    send(page)
    expect(page.get_by_text("You have already sent this form")).to_be_visible()


def requested(page, clinic):
    details_form(page, clinic)
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We have your request")


def confirmed(page, clinic):
    page.goto(f"/book/check-in-call/?practitioner={WHO}")
    page.locator(".times a").first.click()
    fill_in(page)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Your appointment is confirmed")


def declined(page, clinic):
    [[reference]] = clinic.sql("SELECT reference FROM booking_appointment WHERE status = 'declined' LIMIT 1")
    page.goto(f"/book/received/{reference}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("This request is closed")


def under_a_notice(page, clinic):
    add = "INSERT INTO clinic_notice (text, starts_at) VALUES (%s, now()) RETURNING id"
    [[notice]] = clinic.sql(add, "We are closed on Thursday and Friday. We answer texts again on Monday.")
    try:
        page.goto("/")
    finally:
        clinic.sql("DELETE FROM clinic_notice WHERE id = %s", notice)
    expect(page.get_by_role("complementary", name="Notice")).to_be_visible()


def consent_changed(page, clinic):
    """The words beside the box change while somebody types."""
    details_form(page, clinic)
    fill_in(page)
    newer = "INSERT INTO clinic_consenttext (purpose, version, text, written_at) VALUES ('booking', 99, %s, now())"
    clinic.sql(newer, "You may store what I wrote here, to arrange this appointment and to reach me about it.")
    try:
        send(page)
        expect(page.locator(".error-summary")).to_contain_text("We have changed these words")
    finally:
        clinic.sql("DELETE FROM clinic_consenttext WHERE version = %s", 99)


def sent_without_cookies(page, clinic):
    details_form(page, clinic)
    page.context.clear_cookies()
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("Please send this once more")


def unreadable(page, clinic):
    """The form arrives with a byte that no browser sends."""
    details_form(page, clinic)
    fill_in(page)
    page.route(page.url, lambda route: route.continue_(post_data=route.request.post_data_buffer + b"\xff"), times=1)
    send(page)
    expect(page.get_by_role("heading", level=1)).to_have_text("We could not read what was sent")


def stands_alone(page, status):
    """A page for faults of ours: no real fault can be asked for."""
    reach = {"name": "Stillwater Counseling", "telephone": "(202) 555-0100", "telephone_link": "tel:+1-202-555-0100"}
    text = render_to_string(f"{status}.html", reach)
    page.route("**/broken/", lambda route: route.fulfill(status=status, content_type="text/html", body=text))
    page.goto("/broken/")


def own_mistake(page, clinic):
    stands_alone(page, 500)


def database_away(page, clinic):
    stands_alone(page, 503)


STATES = {
    "no open times": no_open_times,
    "details": details_form,
    "details with mistakes": details_with_mistakes,
    "time taken before typing": taken_before_typing,
    "time taken while typing": taken_while_typing,
    "sent before": sent_before,
    "requested": requested,
    "confirmed": confirmed,
    "declined": declined,
    "under a notice": under_a_notice,
    "words of consent changed": consent_changed,
    "sent without cookies": sent_without_cookies,
    "unreadable": unreadable,
    "a mistake of ours": own_mistake,
    "database away": database_away,
    **own_pages.STATES,
}
NAMES = [*ADDRESSES, *STATES]


def open_page(name, page, clinic):
    """Bring *page* to the page or state *name*."""
    if name in ADDRESSES:
        page.goto(ADDRESSES[name])
    else:
        STATES[name](page, clinic)
        page.wait_for_load_state()  # its heading may stand there before its style does
