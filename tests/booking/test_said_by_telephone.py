"""What patients tell staff by telephone counts as if they had pressed the button themselves."""

from datetime import timedelta

import pytest

from booking.models import AppointmentEvent, Message, Move, Status, WaitingListEntry
from booking.services import (
    ask_to_move,
    cancel_appointment,
    confirm_appointment,
    offer_time,
    propose_move,
    record_call,
)
from tests.booking.pages import soup
from tests.builders import NOW, ask, at, make_user, signed_in, wish

pytestmark = pytest.mark.usefixtures("roles", "clock", "service")

BY_PHONE = {"email": "", "phone": "+12025550143", "contact_by": "call"}
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def desk():
    return signed_in("Front desk", email="front@example.org")


@pytest.fixture
def offer(service, robin):
    """A time that is offered to somebody without email."""
    entry = wish(service=service, **BY_PHONE)
    user = make_user("other@example.org")
    return offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 10), mode=None, user=user, now=NOW)


@pytest.fixture
def visit(service, robin):
    """A confirmed visit of somebody without email."""
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10), **BY_PHONE)
    return confirm_appointment(appointment_id=asked.pk, user=make_user("other@example.org"), now=NOW)


@pytest.fixture
def proposal(visit, robin) -> Move:
    to = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    return propose_move(appointment_id=visit.pk, user=make_user("third@example.org"), now=NOW, **to)


def press(desk, appointment, words):
    """Press the button with *words* on the appointment's screen."""
    page = soup(desk.get(f"/admin/appointments/{appointment.pk}/"))
    button = next(one for one in page.select("main button") if one.get_text(strip=True) == words)
    response = desk.post(button.find_parent("form")["action"], {button["name"]: button["value"]})
    assert response.status_code == 302
    appointment.refresh_from_db()


def test_an_offer_is_taken(desk, offer):
    press(desk, offer, "They take it: confirm")
    assert offer.status == Status.CONFIRMED
    assert offer.waiting_list_entry.state == WaitingListEntry.State.PLACED
    event = offer.events.get(kind="confirmed")
    assert (event.actor, event.user.email, event.reason) == ("staff", "front@example.org", "agreed")


def test_an_offer_is_left_and_the_place_on_the_list_stays(desk, offer):
    press(desk, offer, "They do not take it")
    assert (offer.status, offer.waiting_list_entry.state) == (Status.DECLINED, WaitingListEntry.State.WAITING)
    assert not offer.claims.filter(active=True).exists()


def test_a_proposed_time_is_taken(desk, visit, proposal):
    press(desk, visit, "They agree: move to this time")
    assert (visit.status, visit.starts_at) == (Status.CONFIRMED, at(6, 11))
    assert [claim.starts_at for claim in visit.claims.filter(active=True)] == [at(6, 11)]
    assert visit.events.get(kind="moved").reason == AppointmentEvent.Reason.AGREED


def test_a_proposed_time_is_left(desk, visit, proposal):
    press(desk, visit, "They do not: the old time stays")
    assert (visit.starts_at, visit.moves.get().state) == (at(5, 10), Move.State.DECLINED)


def test_what_the_patient_asked_for_is_not_for_the_patient_to_accept(desk, visit, robin):
    ask_to_move(appointment_id=visit.pk, practitioner=robin, starts_at=at(6, 11), mode=None, now=NOW)
    move = visit.open_move()
    desk.post(f"/admin/appointments/{visit.pk}/move/{move.pk}/", {"answer": "agreed"})
    visit.refresh_from_db()
    assert (visit.starts_at, visit.open_move()) == (at(5, 10), move)


@pytest.mark.parametrize("role", ["Editors", "Clinicians"])
def test_nobody_else_says_it(offer, role):
    response = signed_in(role, email="else@example.org").post(
        f"/admin/appointments/{offer.pk}/offer/", {"answer": "agreed"}
    )
    offer.refresh_from_db()
    assert (response.status_code in (302, 403, 404), offer.status) == (True, Status.OFFERED)


def test_what_came_up_after_a_call_was_shown_is_still_to_be_told(visit):
    user = make_user("fourth@example.org")
    shown = visit.messages.calls_to_make().last()
    cancel_appointment(appointment_id=visit.pk, user=user, now=LATER)
    record_call(message_id=shown.pk, user=user, now=LATER)

    assert [call.kind for call in visit.messages.calls_to_make()] == [Message.Kind.CANCELLED]
    record_call(message_id=visit.messages.calls_to_make().last().pk, user=user, now=LATER)
    assert not visit.messages.calls_to_make().exists()
    assert visit.events.filter(kind="told").count() == 2
