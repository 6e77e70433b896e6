"""What staff answer: confirm, decline, cancel, and the calls that they make."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.mails import compose
from booking.models import Appointment, AppointmentEvent, Message, Status, TimeClaim
from booking.services import (
    NotPossible,
    cancel_appointment,
    confirm_appointment,
    decline_appointment,
    find_slot,
    propose_move,
    record_call,
)
from tests.builders import NOW, ask, at, make_user, row_as_text, stored

LATER = NOW + timedelta(hours=1)
WORDS = {
    "full_name": "Zoë Quartz", "email": "zoe@quartz.example", "phone": "+12025550143", "note": "the cellar door",
    "ask_for": "Bertrand", "access_needs": "a wide lift",
}  # fmt: skip


@pytest.fixture
def visit(service, robin):
    return {"service": service, "practitioner": robin, "starts_at": at(5, 10)}


@pytest.fixture
def staff(db):
    return make_user()


@pytest.fixture
def confirmed(visit, staff):
    return confirm_appointment(appointment_id=ask(**visit).pk, user=staff, now=NOW)


def test_a_confirmation_is_recorded_and_told_and_keeps_the_time(visit, staff):
    appointment = confirm_appointment(appointment_id=ask(**visit).pk, user=staff, now=LATER)

    assert (appointment.status, appointment.claims.get().active) == (Status.CONFIRMED, True)
    event = appointment.events.last()
    assert (event.kind, event.actor, event.user, event.at) == ("confirmed", "staff", staff, LATER)
    message = event.messages.get()
    assert (message.kind, message.recipient, message.not_before) == ("confirmed", "patient", LATER)
    assert ProcrastinateJob.objects.filter(args__message_id=message.pk).exists()


def test_a_refusal_frees_the_time_for_others_and_tells_the_patient(visit, staff):
    first = ask(**visit)
    decline_appointment(appointment_id=first.pk, user=staff, now=LATER)

    assert find_slot(**visit, now=NOW)
    assert first.messages.get(kind="declined").recipient == "patient"
    assert ask(**visit).status == Status.REQUESTED
    assert list(TimeClaim.objects.order_by("pk").values_list("active", flat=True)) == [False, True]


@pytest.mark.parametrize("first", [confirm_appointment, decline_appointment])
@pytest.mark.parametrize("second", [confirm_appointment, decline_appointment])
def test_a_second_answer_is_refused_and_changes_nothing(visit, staff, first, second):
    answered = first(appointment_id=ask(**visit).pk, user=staff, now=LATER)
    before = stored()

    with pytest.raises(NotPossible):
        second(appointment_id=answered.pk, user=staff, now=LATER)
    assert stored() == before
    assert Appointment.objects.get().status == answered.status


def test_words_of_a_refusal_are_encrypted_and_the_event_points_to_them(visit, staff):
    appointment = ask(**visit)
    decline_appointment(appointment_id=appointment.pk, user=staff, now=LATER, words="a ferret in the hall")
    event = appointment.events.last()

    assert event.note.text == "a ferret in the hall"
    assert "ferret" not in row_as_text(event.note) + row_as_text(event)


def test_events_and_messages_hold_no_word_of_the_patient_or_about_them(visit, staff):
    appointment = ask(**visit, **{**WORDS, "contact_by": "call"})
    decline_appointment(appointment_id=appointment.pk, user=staff, now=LATER, words="a ferret in the hall")
    record_call(message_id=appointment.messages.calls_to_make().first().pk, user=staff, now=LATER)

    rows = [*AppointmentEvent.objects.all(), *Message.objects.all()]
    assert [row.kind for row in rows[:3]] == ["requested", "declined", "told"]
    for row in rows:
        assert not [word for word in (*WORDS.values(), "ferret") if word in row_as_text(row)]


def test_a_call_is_recorded_once(visit, staff):
    call = ask(**visit, contact_by="call", phone="+12025550143").messages.calls_to_make().get()
    for now in (LATER, LATER + timedelta(hours=1)):
        record_call(message_id=call.pk, user=staff, now=now)
    call.refresh_from_db()

    assert call.sent_at == LATER
    assert AppointmentEvent.objects.filter(kind="told", user=staff).count() == 1


def test_a_cancelled_visit_frees_its_time_and_the_patient_is_told(visit, staff, confirmed):
    row = cancel_appointment(appointment_id=confirmed.pk, user=staff, now=LATER, words="Robin is ill.")

    assert (row.status, row.claims.get().active) == (Status.CANCELLED, False)
    event = row.events.last()
    assert (event.kind, event.actor, event.user, event.note.text) == ("cancelled", "staff", staff, "Robin is ill.")
    assert event.messages.get().recipient == "patient"
    assert ask(**visit).status == Status.REQUESTED


@pytest.mark.parametrize(
    ("by_patient", "before", "reason", "words"),
    [
        (False, timedelta(days=2), "practice", "We are sorry"),
        (True, timedelta(days=2), "asked", "You were in time"),
        (True, timedelta(hours=1), "asked_late", "it counts as a late cancellation"),
    ],
)
def test_a_cancellation_says_whose_it_was_and_whether_late(visit, staff, confirmed, by_patient, before, reason, words):
    now = confirmed.starts_at - before
    row = cancel_appointment(appointment_id=confirmed.pk, user=staff, now=now, by_patient=by_patient)

    event = row.events.last()
    assert (event.actor, event.user, event.reason) == ("staff", staff, reason)
    assert words in compose(event.messages.get(), now=now).body


def test_only_what_is_confirmed_can_be_cancelled(visit, staff):
    waiting = ask(**visit)
    before = stored()

    with pytest.raises(NotPossible):
        cancel_appointment(appointment_id=waiting.pk, user=staff, now=LATER)
    assert stored() == before


@pytest.mark.parametrize("late", [timedelta(0), timedelta(days=1)])
def test_what_has_begun_is_neither_confirmed_nor_cancelled(visit, staff, confirmed, late):
    waiting = ask(**{**visit, "starts_at": at(5, 12)})
    before = stored()

    for row, act in ((waiting, confirm_appointment), (confirmed, cancel_appointment)):
        with pytest.raises(NotPossible):
            act(appointment_id=row.pk, user=staff, now=row.starts_at + late)
    assert stored() == before
    assert decline_appointment(appointment_id=waiting.pk, user=staff, now=waiting.starts_at + late)


def test_one_call_answers_all_that_the_patient_had_to_be_told(visit, staff):
    asked = ask(**visit, contact_by="call", phone="+12025550143")
    confirm_appointment(appointment_id=asked.pk, user=staff, now=LATER)
    to = {"practitioner": asked.practitioner, "starts_at": at(6, 11), "mode": None}
    propose_move(appointment_id=asked.pk, user=staff, now=LATER, **to)
    assert [call.kind for call in asked.messages.calls_to_make()] == ["confirmed", "move_proposed"]
    record_call(message_id=asked.messages.calls_to_make().last().pk, user=staff, now=LATER)

    assert not asked.messages.calls_to_make().exists()
    assert asked.events.filter(kind="told").count() == 1
