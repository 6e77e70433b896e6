"""Many people ask at once for one time; and the controls: the same without a guard.

The controls hold two clients between check and insert, replace the lock by nothing, and drop the constraint of
the test database: the one patch that tests of this project permit.
"""

import time
from datetime import timedelta
from functools import partial
from threading import Barrier
from uuid import uuid4

import pytest
from django.db import IntegrityError

from booking.models import Appointment, Message, Status, TimeClaim
from booking.services import confirm_appointment, decline_appointment, locks, requests, submissions
from tests.booking.racing import PATIENCE, constraint_dropped, fresh_starts, outcomes, together
from tests.builders import NOW, ask, at, make_service, make_user

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("put_back", "empty_queue"),
    pytest.mark.promise("A time is booked once, however many ask for it at one moment (lock, constraint, controls)"),
]


@pytest.fixture
def many(full_size):
    return 50 if full_size else 8


@pytest.fixture
def rounds(full_size):
    return 20 if full_size else 3


# --- With the guards --------------------------------------------------------------------------------------


def test_of_many_who_ask_for_one_time_exactly_one_gets_it(service, robin, many, rounds):
    for start in fresh_starts(service, robin, rounds):
        results = together([partial(ask, service=service, practitioner=robin, starts_at=start)] * many)

        assert outcomes(results) == {"Appointment": 1, "TimeTaken": many - 1}
        assert Appointment.objects.filter(starts_at=start).count() == 1
    assert TimeClaim.objects.count() == Appointment.objects.count() == rounds
    assert Message.objects.count() == 2 * rounds  # to each patient and to the front desk: none for those who lost


@pytest.mark.parametrize(("duration", "buffer"), [(90, 0), (45, 30)], ids=["visits overlap", "only the pause does"])
def test_of_times_that_overlap_exactly_one_is_given(service, robin, many, rounds, duration, buffer):
    other = make_service(duration_minutes=duration, buffer_minutes=buffer)
    robin.services.add(other)
    for start in fresh_starts(service, robin, rounds):
        early = partial(ask, service=other, practitioner=robin, starts_at=start)
        late = partial(ask, service=service, practitioner=robin, starts_at=start + timedelta(minutes=60))
        results = together([early, late] * (many // 2))

        assert outcomes(results) == {"Appointment": 1, "TimeTaken": many - 1}
    assert TimeClaim.objects.count() == Appointment.objects.count() == rounds


def test_one_form_sent_many_times_at_once_is_stored_once_and_answered_alike(service, robin, many, rounds):
    for start in fresh_starts(service, robin, rounds):
        sent = partial(ask, service=service, practitioner=robin, starts_at=start, submission_key=uuid4())
        results = together([sent] * many)

        assert outcomes(results) == {"Appointment": many}
        assert len({result.reference for result in results}) == 1
    assert Appointment.objects.count() == TimeClaim.objects.count() == rounds
    assert Message.objects.count() == 2 * rounds


def test_of_answers_given_at_once_one_counts(service, robin, many, rounds):
    staff = make_user()
    for start in fresh_starts(service, robin, rounds):
        asked = ask(service=service, practitioner=robin, starts_at=start)
        answer = {"appointment_id": asked.pk, "user": staff, "now": NOW}
        results = together(
            [partial(confirm_appointment, **answer), partial(decline_appointment, **answer)] * (many // 2)
        )

        assert outcomes(results) == {"Appointment": 1, "NotPossible": many - 1}
        asked.refresh_from_db()
        winner = next(result for result in results if isinstance(result, Appointment))
        assert asked.status == winner.status
        assert asked.claims.get().active == (winner.status == Status.CONFIRMED)
        assert asked.events.count() == 2
        assert asked.messages.filter(recipient="patient").count() == 2


# --- Controls: one guard alone, and none ------------------------------------------------------------------


@pytest.fixture
def without_lock(monkeypatch):
    """No advisory lock, and both clients wait for each other between check and insert."""
    both = Barrier(2)
    find_slot = requests.find_slot

    def find_slot_then_wait(**wishes):
        slot = find_slot(**wishes)
        if both.wait(PATIENCE):
            time.sleep(0.2)  # two inserts in the same microsecond would end in Postgres' deadlock check
        return slot

    for module in (locks, submissions):
        monkeypatch.setattr(module, "lock", lambda kind, number: None)
    monkeypatch.setattr(requests, "find_slot", find_slot_then_wait)


def test_control_without_constraint_the_lock_still_gives_one_time_once(service, robin, many, monkeypatch):
    find_slot = requests.find_slot

    def find_slot_slowly(**wishes):
        slot = find_slot(**wishes)
        time.sleep(0.1)  # time enough for everybody to look, were there no lock
        return slot

    monkeypatch.setattr(requests, "find_slot", find_slot_slowly)
    with constraint_dropped("time_claim_no_overlap"):
        results = together([partial(ask, service=service, practitioner=robin, starts_at=at(5, 10))] * many)

        assert outcomes(results) == {"Appointment": 1, "TimeTaken": many - 1}
        assert TimeClaim.objects.count() == 1


def test_control_without_lock_and_constraint_one_time_is_given_twice(service, robin, without_lock):
    with constraint_dropped("time_claim_no_overlap"):
        results = together([partial(ask, service=service, practitioner=robin, starts_at=at(5, 10))] * 2)

        assert outcomes(results) == {"Appointment": 2}
        assert TimeClaim.objects.filter(starts_at=at(5, 10), active=True).count() == 2


def test_control_without_lock_the_constraint_still_gives_one_time_once(service, robin, without_lock):
    results = together([partial(ask, service=service, practitioner=robin, starts_at=at(5, 10))] * 2)

    assert outcomes(results) == {"Appointment": 1, "TimeTaken": 1}
    assert TimeClaim.objects.count() == Appointment.objects.count() == 1


def test_control_without_lock_a_form_sent_twice_is_an_error_for_one(service, robin, without_lock):
    sent = partial(ask, service=service, practitioner=robin, starts_at=at(5, 10), submission_key=uuid4())
    results = together([sent] * 2)

    assert outcomes(results) == {"Appointment": 1, "IntegrityError": 1}
    error = next(result for result in results if isinstance(result, IntegrityError))
    assert "submission_key" in error.__cause__.diag.constraint_name
    assert Appointment.objects.count() == 1
