"""A visit goes to a colleague while somebody waits to act on it: they find it, and nothing that they did is lost."""

from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from booking.models import Appointment, Status
from booking.services import accept_move, cancel_own, confirm_appointment, propose_move
from tests.booking.racing import PATIENCE, fresh_starts, outcomes, together
from tests.booking.test_race_of_leaving import somebody_waits
from tests.builders import NOW, ask, make_practitioner, make_user
from tests.running import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("put_back", "empty_queue"),
]


@pytest.fixture
def move(service, robin):
    """A proposal to the patient of a confirmed visit with Robin: the next day, with Noor."""
    staff, noor = make_user(), make_practitioner(services=[service])
    first, second = fresh_starts(service, robin, 2)
    asked = ask(service=service, practitioner=robin, starts_at=first)
    confirm_appointment(appointment_id=asked.pk, user=staff, now=NOW)
    to = {"practitioner": noor, "starts_at": second, "mode": None}
    return propose_move(appointment_id=asked.pk, user=staff, now=NOW, **to)


def give_away_while(act, move) -> list:
    """Let the patient accept *move*, and *act* while that holds the visit; return what came of both."""
    is_held = Event()

    def accept():
        with transaction.atomic():
            accept_move(move_id=move.pk, now=NOW)
            is_held.set()
            wait_until(somebody_waits, "the other to wait for the visit")

    def act_then():
        is_held.wait(PATIENCE)
        connection.ensure_connection()
        return act()

    return together([accept, act_then])


def test_a_patients_cancellation_is_not_lost(move):
    cancel = partial(cancel_own, appointment_id=move.appointment_id, now=NOW)
    results = give_away_while(cancel, move)

    assert outcomes(results) == {"NoneType": 1, "Appointment": 1}, results
    visit = Appointment.objects.get()
    assert visit.practitioner == move.practitioner
    assert visit.status == Status.CANCELLED


def test_control_locked_with_its_practitioner_the_visit_would_not_be_found(move, monkeypatch):
    def locked_with_joins(appointment_id):
        rows = Appointment.objects.select_for_update(of=("self",)).select_related("service", "practitioner", "location")
        return rows.get(pk=appointment_id)

    monkeypatch.setattr("booking.services.visits.locked", locked_with_joins)
    cancel = partial(cancel_own, appointment_id=move.appointment_id, now=NOW)
    assert outcomes(give_away_while(cancel, move)) == {"NoneType": 1, "DoesNotExist": 1}
    assert Appointment.objects.get().status == Status.CONFIRMED
