"""A patient's own place on the waiting list: seen and left through a secret link, without asking anybody."""

from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError
from django.test import Client

from booking import notifications
from booking.models import ManageLink, Message, Status, WaitingListEntry
from booking.services import (
    accept_offer,
    answer_entry,
    cancel_own,
    close_entry,
    keep_deadlines,
    leave_list,
    offer_time,
    propose_move,
    send_fresh_links,
)
from clinic.crypto import email_hash, phone_hash
from clinic.models import Practitioner
from tests.booking.pages import reads_plainly, soup
from tests.builders import NOW, ask, at, make_user, stored, wish

WISH, LEAVE = "/book/manage/wish/", "/book/manage/wish/leave/"
State = WaitingListEntry.State


@pytest.fixture
def entry(clock, service, robin):
    return wish(service=service, weekdays=[3], starts_from=time(12), starts_until=time(17), note="the cellar door")


@pytest.fixture
def patient(entry) -> Client:
    """Somebody who has opened the link to their place."""
    return with_link(entry)


def with_link(about) -> Client:
    client = Client()
    client.get(f"/book/manage/{ManageLink.objects.create_for(about, NOW)}/")
    return client


def state_of(entry) -> str:
    entry.refresh_from_db()
    return entry.state


def send(message) -> str:
    """Send it; return the mail's text, nothing where it was not sent."""
    return mail.outbox[-1].body if notifications.send(message.pk, now=NOW) else ""


def test_the_mail_about_the_wishes_has_a_link_to_the_place(entry, client):
    text = send(entry.messages.get(recipient="patient"))

    assert "See what you asked for, or leave the list:" in text
    opened = client.get("/book/manage/" + text.split("/book/manage/")[1].split()[0])
    assert opened.headers["Location"] == WISH
    page = reads_plainly(client.get(WISH))
    for words in ("by Monday, March 2 at 2 pm", "Thursday, from noon, starting by 5 pm", "until Wednesday, April 1"):
        assert words in page
    assert "cellar" not in page


def test_the_answer_has_one_too_and_staffs_mail_has_none(entry):
    links = ManageLink.objects.filter(waiting_list_entry=entry)
    answer_entry(entry_id=entry.pk, words="Next week, we think.", user=make_user("desk@example.org"), now=NOW)

    assert "/book/manage/" not in send(entry.messages.get(kind="new_wish"))
    assert links.count() == 0
    assert "/book/manage/" in send(entry.messages.get(kind="wish_answered"))
    assert links.count() == 1


def test_reading_changes_nothing_and_a_button_leaves(entry, patient, clock):
    for _ in range(3):
        patient.get(WISH)
        assert patient.get(LEAVE).status_code == 405
    assert state_of(entry) == State.WAITING

    response = patient.post(LEAVE, fields(patient.get(WISH)))
    assert (response.status_code, response.headers["Location"]) == (303, WISH)
    assert (state_of(entry), entry.closed_at, entry.closed_by) == (State.WITHDRAWN, NOW, None)
    assert "You are off the list, as you wished" in reads_plainly(patient.get(WISH))
    assert soup(patient.get(WISH)).find("form", action=LEAVE) is None
    clock.move_to(NOW + timedelta(minutes=1))
    assert patient.post(LEAVE).status_code == 303  # a second click
    entry.refresh_from_db()
    assert entry.closed_at == NOW


def fields(page) -> dict:
    """What the button to leave would send."""
    return {one["name"]: one["value"] for one in soup(page).find("form", action=LEAVE).select("input[type=hidden]")}


def test_whoever_has_left_gets_no_offers_and_no_late_words(entry, patient, service, robin):
    taken = ask(service=service, practitioner=robin, starts_at=at(5, 13))
    patient.post(LEAVE)

    cancel_own(appointment_id=taken.pk, now=NOW)
    assert not entry.offers.exists()
    assert not any(send(message) for message in entry.messages.all())


def test_control_whoever_stays_gets_the_offer(entry, service, robin):
    taken = ask(service=service, practitioner=robin, starts_at=at(5, 13))
    cancel_own(appointment_id=taken.pk, now=NOW)
    assert entry.offers.get().status == Status.OFFERED


def test_an_offer_is_shown_and_answered_and_goes_to_somebody_else_when_they_leave(entry, patient, robin):
    user = make_user("desk@example.org")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 13), mode=None, user=user, now=NOW)
    page = patient.get(WISH)
    assert "Thursday, March 5 at 1 pm It is kept for you until Monday, March 2 at 2 pm." in reads_plainly(page)
    answer = patient.post(f"{WISH}offer/", fields(page))
    assert answer.headers["Location"] == "/book/manage/"
    assert "Would you like it?" in reads_plainly(patient.get("/book/manage/"))

    patient = with_link(entry)
    assert "The time that we offer you goes to somebody else." in reads_plainly(patient.get(WISH))
    patient.post(LEAVE)
    offer.refresh_from_db()
    assert (offer.status, state_of(entry)) == (Status.DECLINED, State.WITHDRAWN)
    own = with_link(offer)
    assert "another time fits" not in reads_plainly(own.get("/book/manage/?done=declined"))


def test_from_an_offer_that_they_did_not_take_they_come_back_to_their_place(entry, robin):
    user = make_user("desk@example.org")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 13), mode=None, user=user, now=NOW)
    own = with_link(offer)
    page = own.get("/book/manage/")
    assert soup(page).h1.text == "A time we offer you"

    own.post("/book/manage/offer/", {"answer": "decline"})
    page = own.get("/book/manage/")
    assert soup(page).h1.text == "A time we offered you"
    assert "You did not take this time, so somebody else may have it now." in reads_plainly(page)
    back = soup(page).find("form", action="/book/manage/place/")
    answer = own.post(back["action"], {one["name"]: one["value"] for one in back.select("input")})
    assert answer.headers["Location"] == WISH
    assert "Your place on our waiting list" in reads_plainly(own.get(WISH))


def test_an_offer_that_has_ended_says_until_when_it_stood(entry, robin):
    user = make_user("desk@example.org")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 13), mode=None, user=user, now=NOW)
    keep_deadlines(now=at(4, 12))
    page = reads_plainly(with_link(offer).get("/book/manage/"))
    assert "A time we offered you We kept this time for you until Monday, March 2 at 2 pm." in page


def test_there_is_no_way_to_a_place_that_was_never_there(clock, service, robin):
    own = with_link(ask(service=service, practitioner=robin, starts_at=at(5, 13)))
    page = own.get("/book/manage/")
    assert soup(page).h1.text == "Your appointment"
    assert soup(page).find("form", action="/book/manage/place/") is None
    assert own.post("/book/manage/place/").headers["Location"] == "/book/manage/"


def test_nobody_is_led_to_a_place_whose_links_have_ended(entry, robin, clock):
    user = make_user("desk@example.org")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 13), mode=None, user=user, now=NOW)
    WaitingListEntry.objects.update(until=date(2026, 2, 20))
    own = with_link(offer)
    assert own.post("/book/manage/place/").headers["Location"] == "/book/manage/"


def test_the_answer_in_words_stands_on_the_page(entry, patient):
    assert "Our answer" not in reads_plainly(patient.get(WISH))
    for words in ("We look for one.", "Next week, we <think>."):
        answer_entry(entry_id=entry.pk, words=words, user=make_user(f"{len(words)}@example.org"), now=NOW)
    page = reads_plainly(patient.get(WISH))
    assert "Our answer Next week, we <think>." in page
    assert "We look for one." not in page


def test_mails_about_a_place_do_not_speak_of_changing_an_appointment(entry):
    text = send(entry.messages.get(recipient="patient"))
    assert "If you have a question, call" in text
    assert "To change or cancel" not in text


def test_an_offer_to_be_told_by_telephone_is_not_told_after_they_have_left(service, robin, clock):
    entry = wish(service=service, contact_by="call", phone="+12025550143", email="")
    user = make_user("desk@example.org")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 13), mode=None, user=user, now=NOW)
    assert offer.messages.calls_to_make().exists()
    leave(entry)
    assert not offer.messages.calls_to_make().exists()


def test_an_offer_that_nobody_has_told_them_of_goes_to_the_next(entry, patient, service, robin, clock):
    taken = ask(service=service, practitioner=robin, starts_at=at(5, 13))
    other = wish(service=service, email="other@example.com")
    cancel_own(appointment_id=taken.pk, now=at(3, 23))  # nobody is woken: the offer is told in the morning
    offer = entry.offers.get()
    clock.move_to(at(3, 23))
    patient = with_link(entry)
    assert "Thursday, March 5 at 1 pm" in reads_plainly(patient.get(WISH))

    patient.post(LEAVE)
    offer.refresh_from_db()
    assert (offer.status, state_of(entry)) == (Status.DECLINED, State.WITHDRAWN)
    assert other.offers.get().starts_at == at(5, 13)


def test_a_late_answer_is_said_with_an_apology(entry, patient, clock):
    clock.move_to(entry.reply_by)
    page = reads_plainly(with_link(entry).get(WISH))
    assert "We are late with our answer, and we are sorry" in page
    assert "We answer you by" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.PLACED, "Your place ended when you took a time"),
        (State.ENDED, "so your place has ended"),
        (State.CLOSED, "You are not on the list any more"),
    ],
)
def test_a_place_that_is_not_open_says_so(entry, patient, state, words):
    WaitingListEntry.objects.update(state=state)
    page = patient.get(WISH)
    assert words in reads_plainly(page)
    assert soup(page).find("form", action=LEAVE) is None
    assert patient.post(LEAVE).status_code == 303
    assert state_of(entry) == state


def test_the_link_ends_with_the_last_day_wherever_the_practice_is(entry):
    secret = ManageLink.objects.create_for(entry, NOW)
    for when, opens in (
        (datetime.fromisoformat("2026-04-02T12:00Z"), True),  # the end of April 1 at the last place on earth
        (datetime.fromisoformat("2026-04-03T00:00Z"), False),
    ):
        assert ManageLink.objects.usable(when).with_secret(secret).exists() is opens
    assert entry.until == date(2026, 4, 1)


# --- Two links in one browser -----------------------------------------------------------------------------


def test_links_to_a_place_and_to_a_visit_do_not_take_each_others_buttons(entry, patient, service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    to_leave = fields(patient.get(WISH))
    patient.get(f"/book/manage/{ManageLink.objects.create_for(visit, NOW)}/")

    assert patient.get(WISH).headers["Location"] == "/book/manage/"
    answers = [patient.post(LEAVE, to_leave)]
    to_cancel = soup(patient.get("/book/manage/cancel/")).select_one("main form input[name=shown]")["value"]
    patient.get(f"/book/manage/{ManageLink.objects.create_for(entry, NOW)}/")
    assert patient.get("/book/manage/cancel/").headers["Location"] == WISH
    answers.append(patient.post("/book/manage/cancel/", {"shown": to_cancel}))
    for answer in answers:
        assert (answer.status_code, "Nothing was changed" in reads_plainly(answer)) == (409, True)
    visit.refresh_from_db()
    assert (state_of(entry), visit.status) == (State.WAITING, Status.REQUESTED)


def test_two_places_in_one_browser_are_not_mixed_up(entry, patient, service):
    to_leave = fields(patient.get(WISH))
    other = wish(service=service, email="other@example.com")
    patient.get(f"/book/manage/{ManageLink.objects.create_for(other, NOW)}/")

    assert patient.post(LEAVE, to_leave).status_code == 409
    assert state_of(entry) == state_of(other) == State.WAITING


def test_where_nothing_is_offered_there_is_nothing_to_answer(entry, patient):
    before = ManageLink.objects.count()
    assert patient.post(f"{WISH}offer/", fields(patient.get(WISH))).headers["Location"] == WISH
    assert ManageLink.objects.count() == before


def test_without_a_link_there_is_no_place(entry, client):
    before = stored()
    for response in (client.get(WISH), client.post(LEAVE), client.post(f"{WISH}offer/")):
        assert response.status_code == 404
        assert "This link is closed" in reads_plainly(response)
    assert stored() == before


def test_a_link_leads_to_one_thing(entry, service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    with pytest.raises(IntegrityError, match="link_leads_to_one_thing"):
        ManageLink.objects.create(appointment=visit, waiting_list_entry=entry, secret_hash=b"x", created_at=NOW)


# --- Found again, and called ------------------------------------------------------------------------------


def test_a_lost_link_to_a_place_is_sent_anew_once_in_ten_minutes(entry):
    asked = {"email": email_hash(entry.email), "phone": b""}
    assert [send_fresh_links(**asked, now=NOW + timedelta(minutes=more)) for more in (0, 9, 11)] == [1, 0, 1]

    message = entry.messages.filter(kind="link").first()
    assert message.channel == Message.Channel.EMAIL
    text = send(message)
    assert "a new link to your place on our waiting list" in text
    assert "/book/manage/" in text


def test_nobody_elses_place_is_found(entry):
    assert send_fresh_links(email=email_hash("else@example.com"), phone=b"", now=NOW) == 0


def test_whoever_is_off_the_list_gets_no_new_link(entry):
    leave_list(entry_id=entry.pk, now=NOW)
    assert send_fresh_links(email=email_hash(entry.email), phone=b"", now=NOW) == 0


@pytest.fixture
def by_phone(service, robin, clock) -> WaitingListEntry:
    """Somebody to be called: that we have their wishes, an answer, and that they asked for a link."""
    entry = wish(service=service, contact_by="call", phone="+12025550143", email="")
    answer_entry(entry_id=entry.pk, words="Next week, we think.", user=make_user("desk@example.org"), now=NOW)
    send_fresh_links(email=b"", phone=phone_hash(entry.phone), now=NOW)
    return entry


def calls_to(entry) -> list[str]:
    return list(entry.messages.calls_to_make().order_by("pk").values_list("kind", flat=True))


def leave(entry):
    leave_list(entry_id=entry.pk, now=NOW)


def reach_the_last_day(entry):
    keep_deadlines(now=at(2, 12, month=4))


def take_a_time(entry):
    user, robin = make_user("second@example.org"), Practitioner.objects.get(slug="robin")
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 10), mode=None, user=user, now=NOW)
    accept_offer(appointment_id=offer.pk, now=NOW)


def test_an_email_that_is_not_true_any_more_is_not_tried_any_more(entry):
    entry.messages.filter(recipient="patient").update(attempts=5)
    assert Message.objects.in_trouble().exists()
    leave(entry)
    assert not Message.objects.in_trouble().exists()


@pytest.mark.parametrize("end", [leave, reach_the_last_day, take_a_time])
def test_nobody_is_called_about_wishes_that_have_ended_but_an_answer_is_still_told(by_phone, end):
    assert calls_to(by_phone) == ["wish_received", "wish_answered", "link"]
    end(by_phone)
    assert calls_to(by_phone) == ["wish_answered"]


def test_staff_read_who_answered_and_who_closed(service, robin, clock):
    desk = make_user("desk@example.org", is_superuser=True)
    closed, left = wish(service=service), wish(service=service, email="left@example.com")
    answer_entry(entry_id=closed.pk, words="Next week, we think.", user=desk, now=NOW)
    close_entry(entry_id=closed.pk, user=desk, now=NOW)
    leave_list(entry_id=left.pk, now=NOW)
    client = Client()
    client.force_login(desk)

    text = soup(client.get(f"/admin/waiting-list/{closed.pk}/")).get_text(" ", strip=True)
    assert "desk@example.org answered, " in text
    assert "desk@example.org took them off the list, " in text
    assert "Left the list, " in soup(client.get(f"/admin/waiting-list/{left.pk}/")).get_text(" ", strip=True)


def test_what_staff_wrote_with_an_offer_stands_beside_it(entry, robin, clock):
    user, words = make_user("desk@example.org"), "Robin has <time> at one."
    where = {"practitioner": robin, "starts_at": at(5, 13), "mode": None, "user": user, "now": NOW}
    own = with_link(offer_time(entry_id=entry.pk, words=words, **where))
    assert words in reads_plainly(own.get("/book/manage/"))
    own.post("/book/manage/offer/", {"answer": "decline"})
    assert words not in reads_plainly(own.get("/book/manage/"))


def test_what_staff_wrote_with_a_proposal_stands_beside_it(service, robin, clock):
    visit, user = ask(service=service, practitioner=robin, starts_at=at(5, 10)), make_user("desk@example.org")
    to = {"practitioner": robin, "starts_at": at(6, 11), "mode": None, "user": user, "now": NOW}
    propose_move(appointment_id=visit.pk, words="Would eleven do?", **to)
    assert "Would eleven do?" in reads_plainly(with_link(visit).get("/book/manage/"))
