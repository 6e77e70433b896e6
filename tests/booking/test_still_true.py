"""Nobody is told, by mail or by telephone, what is not true any more or what they need not hear."""

from datetime import timedelta

import pytest

from booking.models import ManageLink, Message, Status
from booking.notifications import send
from booking.services import (
    accept_move,
    ask_to_move,
    cancel_appointment,
    cancel_own,
    confirm_appointment,
    decline_appointment,
    decline_move,
    keep_deadlines,
    move_agreed,
    offer_time,
    open_slots,
    propose_move,
    times_instead,
    withdraw_move,
)
from tests.booking.pages import mail_of, reads_plainly, soup
from tests.builders import NOW, ask, at, make_user, signed_in, wish

LATER = NOW + timedelta(minutes=5)
BY_PHONE = {"email": "", "phone": "+12025550143", "contact_by": "call"}


@pytest.fixture
def user(db):
    return make_user("desk@example.net")


@pytest.fixture
def request_(service, robin):
    """A request for Thursday at 10."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10))


@pytest.fixture
def called(service, robin, user):
    """A confirmed visit of somebody who likes to be called, who knows that."""
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10), **BY_PHONE)
    visit = confirm_appointment(appointment_id=asked.pk, user=user, now=NOW)
    visit.messages.update(sent_at=NOW)
    return visit


@pytest.fixture
def offer(service, robin, user):
    """A time on Thursday at 10 that staff offer to somebody on the waiting list."""
    entry = wish(service=service)
    return offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 10), mode=None, user=user, now=NOW)


def where(robin, hour=11) -> dict:
    return {"practitioner": robin, "starts_at": at(6, hour), "mode": None, "now": LATER}


def calls(visit) -> list[str]:
    return [one.kind for one in visit.messages.calls_to_make()]


def mails_that_go_out(visit, now=LATER) -> list[str]:
    """Send what waits for the patient; return what did go out."""
    waiting = visit.messages.filter(recipient="patient", channel="email", sent_at=None, overtaken_at=None)
    return [one.kind for one in waiting.order_by("pk") if send(one.pk, now=now)]


# --- Calls after a move has ended -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("end", "left"),
    [
        (lambda move, user: decline_move(move_id=move.pk, now=LATER), []),
        (lambda move, user: decline_move(move_id=move.pk, now=LATER, user=user, for_patient=True), []),
        (lambda move, user: accept_move(move_id=move.pk, now=LATER), ["moved"]),
        (lambda move, user: withdraw_move(move_id=move.pk, now=LATER, user=user), []),
        (lambda move, user: keep_deadlines(now=move.expires_at), ["move_expired"]),
    ],
)
def test_nobody_calls_about_a_proposal_that_has_ended(called, robin, user, end, left):
    move = propose_move(appointment_id=called.pk, user=user, **where(robin))
    assert calls(called) == ["move_proposed"]
    end(move, user)
    assert calls(called) == left


def test_nobody_calls_about_a_wish_that_was_taken_back(called, robin):
    ask_to_move(appointment_id=called.pk, **where(robin))
    assert calls(called) == ["move_asked"]
    withdraw_move(move_id=called.open_move().pk, now=LATER)
    assert calls(called) == []


def test_what_was_agreed_on_the_telephone_need_not_be_told_by_telephone(called, robin, user):
    move_agreed(appointment_id=called.pk, user=user, **where(robin))
    assert calls(called) == []
    assert called.messages.get(kind="moved").sent_at == LATER


def test_what_was_agreed_is_still_sent_by_email(request_, robin, user):
    move_agreed(appointment_id=request_.pk, user=user, **where(robin))
    assert "moved" in mails_that_go_out(request_)


def test_a_call_about_a_link_hides_no_other(called, robin, user, roles, clock):
    called.messages.filter(kind="confirmed").update(sent_at=None)
    Message.objects.create(
        appointment=called, event=called.events.last(), kind="link", recipient="patient", channel="call",
        created_at=LATER, not_before=LATER,
    )  # fmt: skip
    page = soup(signed_in("Front desk").get(f"/admin/appointments/{called.pk}/"))
    told = [one.get_text(strip=True) for one in page.select(".help-warning li")]
    assert told == ["Tell them: “The appointment is confirmed.”", "They would like to see or change what they have with us: help them with that."]  # fmt: skip # noqa: E501


# --- Mails that were late ---------------------------------------------------------------------------------


def test_a_proposal_that_was_taken_back_is_not_told_with_the_words_of_the_next(request_, robin, user):
    first = propose_move(appointment_id=request_.pk, user=user, words="At noon?", **where(robin, 12))
    withdraw_move(move_id=first.pk, now=LATER, user=user)
    again = {**where(robin, 14), "now": LATER + timedelta(minutes=1)}
    propose_move(appointment_id=request_.pk, user=user, words="Or at two?", **again)

    assert mails_that_go_out(request_, again["now"]) == ["request_received", "move_proposed"]
    assert not Message.objects.filter(kind="move_declined").exists()


def test_who_was_told_of_a_proposal_hears_that_it_is_taken_back(request_, robin, user):
    move = propose_move(appointment_id=request_.pk, user=user, **where(robin))
    assert "move_proposed" in mails_that_go_out(request_)
    withdraw_move(move_id=move.pk, now=LATER, user=user)
    assert "The other time did not work out. Your request stays as it was:" in mail_of(
        request_, "move_declined", "patient"
    )
    request_.refresh_from_db()
    assert request_.reply_by == at(2, 14, 5)  # a promise anew


def test_staff_do_not_read_that_a_time_is_kept_which_is_not(request_, robin, user):
    move = propose_move(appointment_id=request_.pk, user=user, **where(robin))
    decline_move(move_id=move.pk, now=LATER)
    kept = request_.messages.get(kind="offer_declined", recipient="front_desk")
    assert kept.still_true(LATER)
    cancel_own(appointment_id=request_.pk, now=LATER)
    assert not Message.objects.get(pk=kept.pk).still_true(LATER)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(None, "We have promised an answer by"), (confirm_appointment, "it is confirmed by now")],
)
def test_a_mail_about_a_request_says_how_it_stands_by_now(request_, user, answer, words):
    if answer:
        answer(appointment_id=request_.pk, user=user, now=LATER)
        request_.refresh_from_db()
    assert words in mail_of(request_, "new_request", "front_desk")


# --- What was offered and taken back ----------------------------------------------------------------------


def test_who_has_not_heard_of_an_offer_does_not_hear_that_it_is_gone(offer, user):
    cancel_appointment(appointment_id=offer.pk, user=user, now=LATER)
    assert mails_that_go_out(offer) == []
    assert not offer.messages.filter(kind="cancelled").exists()


def test_an_offer_that_is_taken_back_was_never_an_appointment(offer, user, client, clock):
    assert mails_that_go_out(offer) == ["offer"]
    cancel_appointment(appointment_id=offer.pk, user=user, now=LATER)

    text = mail_of(offer, "cancelled", "patient")
    assert "We have to take back the time that we offered you." in text
    assert "You stay on our list" in text
    assert "appointment is cancelled" not in text
    client.get(f"/book/manage/{ManageLink.objects.create_for(offer, NOW)}/")
    page = reads_plainly(client.get("/book/manage/"))
    assert "A time we offered you We had to take this time back. We are sorry." in page


def test_control_an_appointment_that_is_cancelled_is_one(request_, user):
    confirm_appointment(appointment_id=request_.pk, user=user, now=NOW)
    cancel_appointment(appointment_id=request_.pk, user=user, now=LATER)
    assert "This appointment is cancelled." in mail_of(request_, "cancelled", "patient")


def test_the_page_after_an_offer_does_not_call_it_closed(offer, client):
    page = reads_plainly(client.get(f"/book/received/{offer.reference}/"))
    assert "We have a time for you" in page
    assert "closed" not in page.lower().split("when we are here")[0]


# --- What is declined or cancelled ------------------------------------------------------------------------


@pytest.mark.parametrize(("reason", "offered"), [("practice", False), ("elsewhere", True), ("other", True)])
def test_a_time_that_the_practice_cannot_hold_is_offered_to_nobody(request_, service, user, reason, offered):
    entry = wish(service=service)
    decline_appointment(appointment_id=request_.pk, user=user, now=LATER, reason=reason)
    assert entry.offers.filter(status=Status.OFFERED).exists() is offered


def test_what_staff_could_not_hold_is_offered_to_nobody_and_what_a_patient_left_is(service, robin, user):
    entry = wish(service=service)
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    confirm_appointment(appointment_id=asked.pk, user=user, now=NOW)
    accept_move(move_id=propose_move(appointment_id=asked.pk, user=user, **where(robin)).pk, now=LATER)
    assert not entry.offers.exists()

    ask_to_move(appointment_id=asked.pk, **where(robin, 14))
    accept_move(move_id=asked.open_move().pk, now=LATER, user=user)
    assert [one.starts_at for one in entry.offers.all()] == [at(6, 11)]


def test_the_time_that_was_refused_is_not_recommended(service, robin, user):
    first = open_slots(service=service, practitioner=robin, now=LATER)[0].starts_at
    asked = ask(service=service, practitioner=robin, starts_at=first)
    decline_appointment(appointment_id=asked.pk, user=user, now=LATER)

    instead = [slot.starts_at for slot in times_instead(asked, now=LATER)]
    assert open_slots(service=service, practitioner=robin, now=LATER)[0].starts_at == first  # it is open again
    assert len(instead) == 3
    assert first not in instead
    assert instead[0].date() == first.date()


def test_no_link_is_stored_that_a_mail_does_not_show(request_, user):
    decline_appointment(appointment_id=request_.pk, user=user, now=LATER)
    assert mails_that_go_out(request_) == ["declined"]
    assert not ManageLink.objects.exists()
