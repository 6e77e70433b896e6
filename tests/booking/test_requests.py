"""A request for a visit: what is stored, what is told, what is refused."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import transaction
from procrastinate.contrib.django.models import ProcrastinateJob

from booking.models import Appointment, Message, Schedule, Status
from booking.services import (
    NumberNeeded,
    SubmissionChanged,
    TimeTaken,
)
from clinic.crypto import email_hash, name_hashes, phone_hash
from clinic.models import Mode, Service
from tests.builders import NOW, ask, at, make_user, row_as_text, stored

pytestmark = pytest.mark.usefixtures("clinic_settings")

TEN = at(5, 10)
LATER = NOW + timedelta(hours=1)
WORDS = {
    "full_name": "Zoë Quartz", "email": "zoe@quartz.example", "phone": "+12025550143", "note": "the cellar door",
    "ask_for": "Bertrand", "access_needs": "a wide lift",
}  # fmt: skip


@pytest.fixture
def visit(service, robin):
    return {"service": service, "practitioner": robin, "starts_at": TEN}


def told() -> set[tuple[str, str, str]]:
    return set(Message.objects.values_list("kind", "recipient", "channel"))


def test_a_request_stores_the_visit_and_waits_for_an_answer(visit):
    row = Appointment.objects.get(pk=ask(**visit, first_visit=True).pk)

    assert (row.status, row.service, row.practitioner) == (Status.REQUESTED, visit["service"], visit["practitioner"])
    assert (row.starts_at, row.ends_at, row.time_zone) == (TEN, at(5, 10, 50), "America/New_York")
    assert (row.mode, row.location) == (Mode.IN_PERSON, visit["practitioner"].locations.get())
    assert (row.requested_at, row.consented_at, row.reply_by, row.first_visit) == (NOW, NOW, at(2, 14), True)


def test_a_request_holds_its_time_and_the_pause_after_it(visit):
    claim = ask(**visit).claims.get()

    assert (claim.practitioner, claim.active) == (visit["practitioner"], True)
    assert (claim.starts_at, claim.ends_at) == (TEN, at(5, 10, 50))
    assert (claim.blocked_from, claim.blocked_until) == (TEN, at(5, 11))


def test_a_request_is_told_to_patient_and_front_desk_with_one_job_each(visit):
    appointment = ask(**visit)
    event = appointment.events.get()

    assert (event.kind, event.actor, event.user, event.at) == ("requested", "patient", None, NOW)
    assert told() == {("request_received", "patient", "email"), ("new_request", "front_desk", "email")}
    assert {message.event for message in appointment.messages.all()} == {event}
    for message in appointment.messages.all():
        job = ProcrastinateJob.objects.get(args={"message_id": message.pk})
        assert (job.task_name, job.status) == ("booking.send_message", "todo")


@pytest.mark.parametrize(("address", "told_too"), [("robin@example.org", True), ("desk@example.org", False)])
def test_a_practitioner_who_signs_in_is_told_too_unless_that_is_the_front_desk(visit, address, told_too):
    visit["practitioner"].user = make_user(address)
    visit["practitioner"].save()
    ask(**visit)

    assert (("new_request", "practitioner", "email") in told()) == told_too


@pytest.mark.parametrize("contact_by", ["call", "text"])
def test_a_patient_without_email_becomes_a_call_to_make_and_no_job(visit, contact_by):
    jobs = stored()["ProcrastinateJob"]
    appointment = ask(**visit, contact_by=contact_by, phone="+12025550143", email="")

    assert ("request_received", "patient", "call") in told()
    assert Message.objects.calls_to_make().get().appointment == appointment
    assert stored()["ProcrastinateJob"] == jobs + 1  # the front desk's mail


def test_row_claim_event_messages_and_jobs_vanish_together_with_their_transaction(visit):
    before = stored()
    with transaction.atomic():
        ask(**visit)
        assert all(count > before[name] for name, count in stored().items() if name != "AppointmentNote")
        transaction.set_rollback(True)

    assert stored() == before


def test_what_the_patient_typed_is_found_by_hashes_and_not_readable_in_a_dump(visit):
    appointment = ask(**visit, **WORDS)

    assert bytes(appointment.email_hash) == email_hash("ZOE@quartz.example")
    assert bytes(appointment.phone_hash) == phone_hash("+12025550143")
    assert [bytes(one) for one in appointment.name_hashes] == name_hashes("zoe quartz")
    for words in ("zoe", "QUARTZ Zoë", "Zoe@Quartz.example", "(202) 555-0143", appointment.reference.lower()):
        assert Appointment.objects.matching(words).get() == appointment
    assert not Appointment.objects.matching("zo").exists()
    assert not Appointment.objects.matching(" - ").exists()
    dump = row_as_text(appointment)
    assert not [word for word in WORDS.values() if word in dump or json.dumps(word)[1:-1] in dump]
    assert {name: getattr(Appointment.objects.get(), name) for name in WORDS} == WORDS


def test_a_visit_keeps_the_zone_in_which_it_was_booked(visit, clinic_settings):
    appointment = ask(**visit)
    clinic_settings.time_zone = "Europe/London"
    clinic_settings.save()
    appointment.refresh_from_db()

    assert (appointment.time_zone, appointment.starts_at) == ("America/New_York", TEN)


def test_a_service_that_confirms_itself_is_confirmed_at_once(visit):
    Service.objects.update(confirmation=Service.Confirmation.AUTOMATIC)
    visit["service"].refresh_from_db()
    appointment = ask(**visit)

    assert (appointment.status, appointment.reply_by) == (Status.CONFIRMED, None)
    assert list(appointment.events.values_list("kind", "actor")) == [("requested", "patient"), ("confirmed", "system")]
    assert told() == {("confirmed", "patient", "email"), ("new_booking", "front_desk", "email")}


def test_a_visit_by_phone_without_a_number_is_refused_and_stores_nothing_at_all(visit):
    Schedule.objects.update(modes=["phone"])
    visit["service"].modes = ["phone"]
    before = stored()

    for mode in (Mode.PHONE, None):
        with pytest.raises(NumberNeeded):
            ask(**visit, mode=mode)
    assert stored() == before
    assert ask(**visit, phone="+12025550143").mode == Mode.PHONE


# --- The same form again ----------------------------------------------------------------------------------


def test_the_same_form_again_gives_the_same_reference_and_stores_nothing(visit):
    key = uuid4()
    first = ask(**visit, submission_key=key, **WORDS)
    before = stored()

    for later in (NOW, NOW + timedelta(days=30)):
        assert ask(**visit, submission_key=key, now=later, **WORDS).reference == first.reference
    assert stored() == before


@pytest.mark.parametrize(
    "change", [*({name: "other"} for name in WORDS), {"contact_by": "call"}, {"discreet": True}, {"text_ok": True},
               {"first_visit": True}, {"voicemail_ok": True}, {"mode": Mode.VIDEO}, {"starts_at": at(5, 12)}],
    ids=lambda change: next(iter(change)),
)  # fmt: skip
def test_the_same_key_with_other_content_is_refused_and_stores_nothing(visit, change):
    key = uuid4()
    first = ask(**visit, submission_key=key, **WORDS)
    before, unchanged = stored(), row_as_text(first)

    with pytest.raises(SubmissionChanged) as refused:
        ask(**{**visit, "submission_key": key, **WORDS, **change})
    assert refused.value.stored == first
    assert (stored(), row_as_text(first)) == (before, unchanged)


def test_a_time_that_is_not_open_is_refused_and_stores_nothing_at_all(visit):
    ask(**visit)
    before = stored()

    for starts_at in (TEN, at(5, 9, 30), at(5, 10, 30), at(5, 9, 7), at(2, 9), at(5, 20)):
        with pytest.raises(TimeTaken):
            ask(**{**visit, "starts_at": starts_at})
    with pytest.raises(TimeTaken):
        ask(**{**visit, "starts_at": at(5, 12)}, mode=Mode.PHONE)  # not a way in which this service is held
    assert stored() == before
