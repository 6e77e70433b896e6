"""The staff's screens for moves and the waiting list: what they show, and who may act."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from booking.models import Status, WaitingListEntry
from booking.services import ask_to_move, confirm_appointment
from clinic.models import ConsentText
from tests.booking.pages import soup, to_do
from tests.builders import NEW_YORK, NOW, ask, at, make_practitioner, make_user, wish

pytestmark = pytest.mark.usefixtures("clock")
LIST = "/admin/waiting-list/"


@pytest.fixture
def desk(roles, service) -> Client:
    client = Client()
    client.force_login(make_user("desk@example.org", groups=["Front desk"]))
    return client


@pytest.fixture
def editor(desk) -> Client:
    client = Client()
    client.force_login(make_user("editor@example.org", groups=["Editors"]))
    return client


@pytest.fixture
def entry(service):
    return wish(service=service, weekdays=[4])


def test_the_list_and_a_place_on_it_can_be_read(desk, entry):
    assert "Wren Ash" in desk.get(LIST).content.decode()
    text = desk.get(f"{LIST}{entry.pk}/").content.decode()
    assert "Friday" in text
    assert "Offer a time" in text


def wish_by_phone(service, **fields) -> WaitingListEntry:
    """Somebody on the list who wants to be called."""
    person = {"full_name": "Ivo Fern", "email": "", "phone": "+12025550143", "contact_by": "call"}
    return wish(service=service, **person, **fields)


def test_a_place_on_the_list_tells_how_to_reach_the_person_safely_and_what_they_agreed_to(desk, service):
    text = ConsentText.objects.create(purpose=ConsentText.Purpose.BOOKING, version=7, text="You may.", written_at=NOW)
    entry = wish_by_phone(service, text_ok=True, ask_for="Bertrand")
    WaitingListEntry.objects.filter(pk=entry.pk).update(consent_text=text)
    page = " ".join(soup(desk.get(f"{LIST}{entry.pk}/")).get_text(" ").split())

    for words in ("No voicemail.", "Texts are fine.", "Ask for Bertrand.", f"version {text.version}: “{text.text}”"):
        assert words in page
    assert "Monday, March 2 at 10 am, version" in page


def test_the_call_to_make_says_by_when_we_reply_until_we_have(desk, service):
    entry = wish_by_phone(service)
    assert "We reply by Monday, March 2 at 2 pm." in soup(desk.get(f"{LIST}{entry.pk}/")).text

    desk.post(f"{LIST}{entry.pk}/answer/", {"words": "We look for one."})
    text = soup(desk.get(f"{LIST}{entry.pk}/")).text
    assert "Call Ivo Fern" in text
    assert "We reply by" not in text


def test_the_list_says_who_must_be_called_and_who_waits_for_an_answer(desk, service, entry):
    called = wish_by_phone(service)
    assert to_do(desk, LIST) == {"Wren Ash": "Answer the wishes", "Ivo Fern": "Tell them; Answer the wishes"}

    desk.post(f"{LIST}{called.pk}/called/{called.messages.calls_to_make().get().pk}/")
    desk.post(f"{LIST}{entry.pk}/answer/", {"words": "We look for one."})
    assert to_do(desk, LIST) == {"Wren Ash": "", "Ivo Fern": "Answer the wishes"}


def test_the_first_screen_shows_wishes_without_an_answer_and_who_must_be_called(desk, service, entry):
    def links_to(one) -> int:
        return len(soup(desk.get("/admin/")).select(f"a[href='{LIST}{one.pk}/']"))

    called = wish_by_phone(service)
    assert (links_to(entry), links_to(called)) == (1, 2)

    for one in (entry, called):
        desk.post(f"{LIST}{one.pk}/answer/", {"words": "We look for one."})
    assert (links_to(entry), links_to(called)) == (0, 1)
    desk.post(f"{LIST}{called.pk}/called/{called.messages.calls_to_make().last().pk}/")
    assert links_to(called) == 0


def test_staff_offer_a_time_from_the_list(desk, entry):
    page = soup(desk.get(f"{LIST}{entry.pk}/offer/"))
    choice = page.select_one("[name=slot]")
    assert "in person at " in choice.parent.text  # what is sent is what they see
    assert choice["value"].endswith(" in_person")
    by_video = soup(desk.get(f"{LIST}{entry.pk}/offer/?mode=video")).select_one("[name=slot]")
    assert "by video" in by_video.parent.text
    assert by_video["value"].endswith(" video")
    response = desk.post(f"{LIST}{entry.pk}/offer/", {"slot": choice["value"], "words": "Would this do?"})

    assert response.status_code == 302
    assert entry.offers.get().status == Status.OFFERED


def days_offered(desk, entry, query="") -> set[int]:
    """The weekdays of the times among which staff choose."""
    values = [one["value"] for one in soup(desk.get(f"{LIST}{entry.pk}/offer/{query}")).select("[name=slot]")]
    return {datetime.fromisoformat(value.split()[1]).astimezone(ZoneInfo(NEW_YORK)).weekday() for value in values}


def test_at_first_only_times_that_fit_the_wishes_are_to_choose_from(desk, entry):
    assert days_offered(desk, entry) == {4}
    assert len(days_offered(desk, entry, "?all=yes")) > 1
    assert days_offered(desk, entry, "?practitioner=robin") == {4}


def test_where_no_time_fits_the_screen_says_so_and_leads_to_all(desk, entry):
    WaitingListEntry.objects.filter(pk=entry.pk).update(weekdays=[6])
    page = soup(desk.get(f"{LIST}{entry.pk}/offer/"))

    assert "No open time fits these wishes" in page.text
    assert days_offered(desk, entry, page.find("a", string="All open times")["href"])


@pytest.mark.parametrize("slot", ["", "robin", "robin 20260306", "nobody 20260306T160000Z"])
def test_a_time_that_is_none_offers_nothing(desk, entry, slot):
    assert desk.post(f"{LIST}{entry.pk}/offer/", {"slot": slot}).status_code == 302
    assert not entry.offers.exists()


def test_staff_answer_in_words_and_take_off_the_list(desk, entry):
    desk.post(f"{LIST}{entry.pk}/answer/", {"words": "We look for one."})
    desk.post(f"{LIST}{entry.pk}/close/")

    entry.refresh_from_db()
    assert entry.notes.get().text == "We look for one."
    assert entry.state == WaitingListEntry.State.CLOSED


@pytest.mark.parametrize("door", ["offer", "answer", "close"])
def test_who_may_not_answer_appointments_changes_nothing_here(editor, desk, entry, door):
    assert editor.get(f"{LIST}{entry.pk}/").status_code in (302, 403, 404)
    assert editor.post(f"{LIST}{entry.pk}/{door}/", {"words": "x"}).status_code in (302, 403, 404)
    entry.refresh_from_db()
    assert entry.is_waiting()
    assert not entry.notes.exists()


def test_staff_move_a_visit_that_was_agreed_on(desk, service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    assert desk.get(f"/admin/appointments/{visit.pk}/move/").status_code == 200
    desk.post(f"/admin/appointments/{visit.pk}/move/", {"slot": "robin 20260306T160000Z", "agreed": "yes"})

    visit.refresh_from_db()
    assert (visit.status, visit.starts_at) == (Status.CONFIRMED, at(6, 11))


def test_staff_answer_a_move_on_the_screen_of_the_visit(desk, service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    confirm_appointment(appointment_id=visit.pk, user=make_user("b@example.org"), now=NOW)
    ask_to_move(appointment_id=visit.pk, practitioner=robin, starts_at=at(6, 11), mode=None, now=NOW)
    assert "would like to move" in desk.get(f"/admin/appointments/{visit.pk}/").content.decode()
    desk.post(f"/admin/appointments/{visit.pk}/move/{visit.open_move().pk}/", {"answer": "accept"})

    visit.refresh_from_db()
    assert visit.starts_at == at(6, 11)


def test_staff_mark_who_came(desk, service, robin, clock):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    confirm_appointment(appointment_id=visit.pk, user=make_user("b@example.org"), now=NOW)
    clock.move_to(at(5, 12))
    assert "Did they come?" in desk.get(f"/admin/appointments/{visit.pk}/").content.decode()
    desk.post(f"/admin/appointments/{visit.pk}/attendance/", {"came": "yes"})

    visit.refresh_from_db()
    assert visit.status == Status.COMPLETED


def test_find_a_person_finds_those_on_the_list_too(desk, service, entry):
    wish_by_phone(service)

    def found(words) -> list[str]:
        page = soup(desk.post("/admin/appointments/find/", {"words": words}))
        return [link.get_text(strip=True) for link in page.select(f"td.title a[href^='{LIST}']")]

    for words in ("Wren", "ash wren", "wren@example.com"):
        assert found(words) == ["Wren Ash"]
    assert found("+12025550143") == ["Ivo Fern"]
    for words in ("", "  ", "Nobody"):
        assert found(words) == []


def test_whoever_sees_their_own_only_finds_nobody_elses_place(roles, service, robin):
    wish(service=service, practitioner=robin)
    for person, sees in ((make_practitioner(services=[service]), False), (robin, True)):
        person.user = make_user(f"{person.slug}@example.org", groups=["Clinicians"])
        person.save()
        clinician = Client()
        clinician.force_login(person.user)
        answer = clinician.post("/admin/appointments/find/", {"words": "Wren"})
        assert (answer.status_code, "Wren Ash" in answer.text) == (200, sees)


def test_whoever_is_offered_a_time_without_email_must_be_called_and_staff_are_told_so(desk, service, robin):
    entry = wish_by_phone(service)
    desk.post(f"{LIST}{entry.pk}/called/{entry.messages.calls_to_make().get().pk}/")
    slot = {"slot": f"robin {at(5, 13).isoformat()} in_person"}
    page = desk.post(f"{LIST}{entry.pk}/offer/", slot, follow=True)

    said = soup(page).select_one(".messages").get_text(" ", strip=True)
    assert "Now please tell the patient" in said
    assert "by email" not in said
    offer = entry.offers.get()
    assert f'href="/admin/appointments/{offer.pk}/"' in page.text
    assert to_do(desk, LIST) == {"Ivo Fern": "Tell them"}


def test_the_list_costs_as_many_queries_for_twelve_as_for_three(desk, service):
    costs = []
    for number in (3, 9):
        for _ in range(number):
            wish(service=service)
        with CaptureQueriesContext(connection) as queries:
            assert desk.get(LIST).status_code == 200
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_all_that_was_answered_in_words_is_told_by_telephone(desk, service):
    entry = wish_by_phone(service)
    for words in ("We look for one.", "There is one in May."):
        desk.post(f"{LIST}{entry.pk}/answer/", {"words": words})
    box = soup(desk.get(f"{LIST}{entry.pk}/")).select_one(".help-warning").get_text(" ", strip=True)
    assert "“We look for one.” “There is one in May.”" in box


@pytest.mark.parametrize(
    "slot", ["\x00 2026-03-06T16:00Z", "robin 0001-01-01T00:00Z", "robin 9999-12-31T23:59-14:00", "robin"]
)
def test_no_time_that_a_browser_could_not_send_is_a_fault(desk, entry, slot):
    assert desk.post(f"{LIST}{entry.pk}/offer/", {"slot": slot}).status_code == 302
    assert not entry.offers.exists()


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_far_away_shows_the_nearest_times(desk, entry, day):
    assert days_offered(desk, entry, f"?all=yes&from={day}")
