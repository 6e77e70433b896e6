"""The patient's way through the site: each step, a time that is gone, a form that comes twice."""

from datetime import date
from html import unescape
from uuid import UUID, uuid4

import pytest
from django.test import Client

from booking.models import Appointment, PractitionerRules, Status
from booking.services import open_slots
from tests.booking.pages import address, reads_plainly, soup
from tests.builders import NOW, ask, at, filled_in, stored

pytestmark = pytest.mark.usefixtures("clock", "service")

EXPECTED_FIELDS = {
    "full_name", "email", "phone", "contact_by", "discreet", "first_visit", "note", "consent", "submission_key",
    "voicemail_ok", "text_ok", "ask_for", "access_needs", "website", "consent_version", "csrfmiddlewaretoken",
}  # fmt: skip


@pytest.fixture
def taken(service, robin):
    """Somebody has Thursday at ten."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10))


# --- The way through --------------------------------------------------------------------------------------


def test_each_step_leads_to_the_next_by_plain_links(client):
    services = client.get("/book/")
    times = client.get(soup(services).find("a", string="Quokka sessions")["href"])
    link = soup(times).select_one(".times a")["href"]
    details = client.get(link)

    assert (services.status_code, times.status_code, details.status_code) == (200, 200, 200)
    assert link == address("20260303T150000Z")  # the first after a day's notice
    assert {field["name"] for field in soup(details).select("form [name]")} == EXPECTED_FIELDS
    response = client.post(link, {**filled_in(), "submission_key": soup(details).find(id="id_submission_key")["value"]})
    stored_row = Appointment.objects.get()
    assert (response.status_code, response["Location"]) == (303, f"/book/received/{stored_row.reference}/")
    received = client.get(response["Location"])
    assert (received.status_code, stored_row.reference in received.text) == (200, True)


def test_later_times_lead_through_every_open_time_once_and_earlier_times_back(client, service):
    wanted = [address(f"{slot.starts_at:%Y%m%dT%H%M%SZ}") for slot in open_slots(service=service, now=NOW)]
    for word, first in (("Later times", ""), ("Earlier times", "?from=9999-12-31")):
        found, query = [], first
        while query is not None:
            page = soup(client.get(f"/book/talk/{query}"))
            found += [link["href"] for link in page.select(".times a")]
            following = page.find("a", string=word)
            query = following["href"] if following else None
        assert set(found) == set(wanted)
        assert word == "Earlier times" or found == wanted


def test_times_of_somebody_who_can_be_booked_further_ahead_than_others_are_reached(client, service, robin):
    PractitionerRules.objects.create(practitioner=robin, horizon_days=90)
    last = open_slots(service=service, now=NOW)[-1]

    assert last.day == date(2026, 5, 29)  # the last Friday in 90 days; the practice has 60
    for day in (f"{last.day}", "9999-12-31"):
        page = soup(client.get(f"/book/talk/?from={day}"))
        assert address(f"{last.starts_at:%Y%m%dT%H%M%SZ}") in [link["href"] for link in page.select(".times a")]


def test_every_page_after_the_first_is_kept_by_no_cache(client, taken):
    free = address("20260305T170000Z")
    pages = {
        200: [client.get("/book/talk/"), client.get(free), client.get(f"/book/received/{taken.reference}/")],
        409: [client.get(address()), client.post(address(), filled_in())],
        422: [client.post(free, {})],
        303: [client.post(free, filled_in())],
    }

    for status, responses in pages.items():
        for response in responses:
            assert response.status_code == status
            assert {"no-store", "private"} <= set(response["Cache-Control"].replace(" ", "").split(","))
    assert "no-store" not in client.get("/book/").get("Cache-Control", "")


def test_the_page_after_the_request_tells_nobody_who_asked_for_what(client, service, robin):
    words = {"full_name": "Zebulon Quartz", "email": "zeb@quartz.example", "phone": "+12025550143",
             "note": "the cellar door", "ask_for": "Bertrand", "access_needs": "a wide lift"}  # fmt: skip
    appointment = ask(service=service, practitioner=robin, starts_at=at(5, 10), **words)

    for status in (Status.REQUESTED, Status.CONFIRMED, Status.DECLINED):
        Appointment.objects.update(status=status)
        page = client.get(f"/book/received/{appointment.reference}/").text
        secrets = [*words.values(), "Zebulon", "555-0143", "Robin Vale", "Quokka", "March 5", "Riverside"]
        assert not [secret for secret in secrets if secret in unescape(page)]


def test_a_wish_for_a_mode_is_kept_to_the_end(client):
    client.post(address(mode="video"), filled_in())

    assert Appointment.objects.get().mode == "video"


# --- A time that is gone, a form that is wrong ------------------------------------------------------------


def test_a_taken_time_answers_409_keeps_what_was_typed_and_offers_others(client, taken):
    before, typed = stored(), filled_in(full_name="Ada <Birch>", note="two\nlines", phone="202-555-0143", text_ok="on")
    response = client.post(address(), typed)
    page = soup(response)

    assert (response.status_code, stored()) == (409, before)
    for name in ("full_name", "email", "phone", "submission_key"):
        assert page.find(attrs={"name": name})["value"] == typed[name]
    assert page.find(id="id_note").text.strip() == "two\nlines"
    assert page.find(id="id_text_ok").has_attr("checked")
    others = [button["formaction"] for button in page.select("button[formaction]")]
    assert others
    assert address() not in others
    assert client.post(others[0], typed).status_code == 303  # one click, and nothing typed again


def test_a_start_that_is_not_open_answers_409_with_links_to_others(client, taken):
    response = client.get(address())

    assert response.status_code == 409
    links = [link["href"] for link in soup(response).select(".times a")]
    assert links
    assert {client.get(link).status_code for link in links} == {200}


def test_a_form_without_a_valid_key_comes_back_with_one(client):
    for key in ("", "nonsense"):
        page = soup(client.post(address(), filled_in(submission_key=key)))

        assert UUID(page.find(id="id_submission_key")["value"])


def test_the_error_summary_links_to_each_field(client):
    wrong = {"full_name": "", "email": "nonsense", "phone": "12", "contact_by": "", "consent": "", "website": "spam",
             "ask_for": "x" * 121, "access_needs": "x" * 301, "note": "x" * 1001}  # fmt: skip
    page = soup(client.post(address(), {"submission_key": str(uuid4()), **wrong}))

    summary = page.find(id="errors")
    targets = {link["href"].removeprefix("#") for link in summary.find_all("a")}
    assert targets == {f"id_{name}" for name in wrong if name != "contact_by"} | {"id_contact_by_0"}
    assert all(page.find(id=target) for target in targets)
    assert len(summary.find_all("li")) == len(wrong)


# --- The same form again, and forms from elsewhere --------------------------------------------------------


def test_the_same_form_again_leads_to_the_same_page_and_stores_nothing(client):
    form = filled_in()
    first = client.post(address(), form)
    before = stored()
    again = client.post(address(), form)

    assert (again.status_code, again["Location"], stored()) == (303, first["Location"], before)


@pytest.mark.parametrize("start", ["20260305T150000Z", "20260305T190000Z"], ids=["same time", "other time"])
def test_a_form_that_was_changed_after_it_was_sent_answers_422_with_a_link_to_the_first(client, start):
    form = filled_in()
    first = client.post(address(), form)
    before = stored()
    response = client.post(address(start), {**form, "note": "one thing more"})

    assert (response.status_code, stored()) == (422, before)
    assert "You have already sent this form" in reads_plainly(response)
    assert soup(response).find("a", href=first["Location"])


def test_a_form_that_does_not_come_from_our_page_is_refused_in_plain_words():
    response = Client(enforce_csrf_checks=True).post(address(), filled_in())

    assert response.status_code == 403
    assert "Please send this once more" in reads_plainly(response)
    assert not any(stored().values())
