"""Practitioners hear of what others do with their visits, also of those that go to a colleague."""

from datetime import timedelta

import pytest

from booking.mails import compose
from booking.models import Message
from booking.notifications import send
from booking.services import (
    accept_move,
    ask_to_move,
    cancel_appointment,
    cancel_own,
    confirm_appointment,
    decline_appointment,
    decline_move,
    move_agreed,
    offer_time,
    propose_move,
)
from clinic.models import Service
from tests.builders import NOW, ask, at, make_practitioner, make_user, wish

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def desk(db):
    return make_user("desk-person@example.org")


@pytest.fixture
def robin(robin):
    """Signs in."""
    robin.user = make_user("robin@example.org")
    robin.save()
    return robin


@pytest.fixture
def noor(service):
    """A colleague who signs in."""
    return make_practitioner(slug="noor", name="Noor Hale", services=[service], user=make_user("noor@example.org"))


@pytest.fixture
def visit(service, robin, desk):
    """A confirmed visit with Robin on Thursday at 10, of which everybody has been told."""
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    visit = confirm_appointment(appointment_id=asked.pk, user=desk, now=NOW)
    Message.objects.update(sent_at=NOW)
    return visit


def to_noor(noor, visit) -> dict:
    return {"appointment_id": visit.pk, "practitioner": noor, "starts_at": at(6, 11), "mode": None, "now": LATER}


def told() -> dict[str, str]:
    """What each of the practitioners reads who has not been told yet, by their address."""
    rows = Message.objects.filter(recipient="practitioner", sent_at=None)
    mails = [compose(row, now=LATER) for row in rows if row.still_true(LATER)]
    return {mail.to[0]: " ".join(mail.body.split()) for mail in mails}


LEFT = "This visit was yours on Thursday, March 5 at 10 am. It has gone to a colleague"


def test_a_patient_who_moves_to_a_colleague_is_told_to_both(visit, service, robin, noor):
    service.confirmation = Service.Confirmation.AUTOMATIC
    service.save()
    ask_to_move(**to_noor(noor, visit))

    words = told()
    assert words.keys() == {"robin@example.org", "noor@example.org"}
    assert LEFT in words["robin@example.org"]
    assert "The patient moved this appointment." in words["noor@example.org"]
    assert "Friday, March 6 at 11 am" in words["noor@example.org"]
    assert "/admin/" in words["noor@example.org"]
    for hidden in ("March 6", "/admin/", "Noor", "Quokka"):  # it is not Robin's any more
        assert hidden not in words["robin@example.org"]
    assert Message.objects.filter(recipient="front_desk", sent_at=None).count() == 1


def test_a_patient_who_takes_what_staff_proposed_is_told_to_both(visit, noor, desk):
    move = propose_move(**to_noor(noor, visit), user=desk)
    assert told() == {}
    accept_move(move_id=move.pk, now=LATER)
    assert LEFT in told()["robin@example.org"]
    assert "The patient moved this appointment." in told()["noor@example.org"]


def test_a_time_that_was_only_proposed_was_never_the_practitioners(visit, robin, noor, desk):
    proposed = propose_move(**{**to_noor(robin, visit), "starts_at": at(6, 14)}, user=desk)
    decline_move(move_id=proposed.pk, now=LATER)
    move_agreed(**to_noor(noor, visit), user=desk)
    assert LEFT in told()["robin@example.org"]


def test_what_a_colleague_had_stays_true_when_the_visit_is_cancelled_before_the_mail_goes_out(visit, noor, desk):
    move_agreed(**to_noor(noor, visit), user=desk)
    cancel_appointment(appointment_id=visit.pk, user=desk, now=LATER)
    words = told()
    assert LEFT in words["robin@example.org"]
    assert "Staff cancelled this appointment" in words["noor@example.org"]


def test_staff_who_move_a_visit_tell_both(visit, noor, desk):
    move_agreed(**to_noor(noor, visit), user=desk)
    assert LEFT in told()["robin@example.org"]
    assert "The patient has agreed to it." in told()["noor@example.org"]


def test_who_moves_a_visit_themselves_is_not_told(visit, robin, noor):
    move_agreed(**to_noor(noor, visit), user=robin.user)
    assert told().keys() == {"noor@example.org"}


def test_staff_who_agree_to_a_move_tell_the_practitioner(visit, robin, desk):
    ask_to_move(**{**to_noor(robin, visit), "practitioner": robin})
    Message.objects.update(sent_at=NOW)
    accept_move(move_id=visit.open_move().pk, user=desk, now=LATER)
    assert told().keys() == {"robin@example.org"}
    assert "Staff moved this appointment" in told()["robin@example.org"]


@pytest.mark.parametrize(
    ("by_patient", "words"),
    [(True, "The patient called this appointment off, and staff noted it."), (False, "as the practice cannot hold it")],
)
def test_staff_who_cancel_tell_the_practitioner(visit, desk, by_patient, words):
    cancel_appointment(appointment_id=visit.pk, user=desk, now=LATER, by_patient=by_patient)
    assert words in told()["robin@example.org"]


def test_who_cancels_themselves_is_not_told(visit, robin):
    cancel_appointment(appointment_id=visit.pk, user=robin.user, now=LATER)
    assert told() == {}


def test_of_an_offer_that_is_taken_back_practitioners_hear_nothing(service, robin, desk):
    entry = wish(service=service)
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 10), mode=None, user=desk, now=NOW)
    cancel_appointment(appointment_id=offer.pk, user=desk, now=LATER)
    assert not Message.objects.filter(recipient="practitioner", kind="cancelled").exists()


def test_a_request_that_went_to_a_colleague_before_its_mail_is_told_as_it_is(service, robin, noor):
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    ask_to_move(**to_noor(noor, asked))

    mails = Message.objects.filter(recipient="practitioner", practitioner=robin).order_by("pk")
    assert [one.kind for one in mails] == ["new_request", "request_changed"]
    assert [send(one.pk, now=LATER) for one in mails] == [False, True]
    assert LEFT in compose(mails[1], now=LATER).body.replace("\n", " ")


def test_one_mail_is_enough_for_who_reads_the_mail_of_the_front_desk(visit, robin, noor, desk):
    robin.user.email = "Desk@Example.org"  # as the practice's, see the builder
    robin.user.save()
    move_agreed(**to_noor(noor, visit), user=desk)
    assert told().keys() == {"Desk@Example.org", "noor@example.org"}  # the front desk itself gets none of this
    Message.objects.all().delete()
    cancel_own(appointment_id=visit.pk, now=LATER)
    rows = Message.objects.exclude(recipient="patient").values_list("recipient", "practitioner__slug")
    assert sorted(rows) == [("front_desk", None), ("practitioner", "noor")]


def test_who_has_left_is_not_written_to_for_ever(visit, robin, noor, desk):
    move_agreed(**to_noor(noor, visit), user=desk)
    robin.user.is_active = False
    robin.user.save()
    row = Message.objects.get(recipient="practitioner", practitioner=robin, sent_at=None)
    assert send(row.pk, now=LATER) is False
    row.refresh_from_db()
    assert (row.overtaken_at, row.attempts) == (LATER, 0)


@pytest.mark.parametrize(
    ("answer", "words"),
    [(confirm_appointment, "This appointment is confirmed"), (decline_appointment, "This request was declined")],
)
def test_how_the_front_desk_answered_reaches_the_practitioner(service, robin, desk, answer, words):
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    Message.objects.update(sent_at=NOW)
    answer(appointment_id=asked.pk, user=desk, now=LATER)
    assert words in told()["robin@example.org"]


@pytest.mark.parametrize("answer", [confirm_appointment, decline_appointment])
def test_who_answers_themselves_is_not_told(service, robin, answer):
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    Message.objects.update(sent_at=NOW)
    answer(appointment_id=asked.pk, user=robin.user, now=LATER)
    assert told() == {}
