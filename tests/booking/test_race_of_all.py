"""Booking, moving, answering and offering at one moment, on times that overlap; and the control without guards."""

from datetime import date, timedelta
from functools import partial
from itertools import cycle, islice
from threading import Barrier

import pytest

from booking.models import Appointment, Move, Status, TimeClaim
from booking.services import (
    ask_to_move,
    confirm_appointment,
    decline_appointment,
    keep_deadlines,
    locks,
    move_agreed,
    moves,
    offer_time,
    requests,
    withdraw_move,
)
from tests.booking.racing import PATIENCE, constraint_dropped, fresh_starts, outcomes, times_given_twice, together
from tests.builders import NOW, ask, at, make_user, wish

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("put_back", "empty_queue"),
]
REFUSED = {"TimeTaken", "NotPossible", "EntryClosed"}
LATER = timedelta(minutes=30)


@pytest.fixture
def staff(db):
    return make_user()


@pytest.fixture
def confirmed(service, robin, staff):
    """A function that makes a visit of somebody, confirmed, at a start."""

    def make(starts_at) -> Appointment:
        asked = ask(service=service, practitioner=robin, starts_at=starts_at)
        return confirm_appointment(appointment_id=asked.pk, user=staff, now=NOW)

    return make


@pytest.mark.promise("Booking, moving, answering and offering at one moment give no time twice and lose none")
def test_whoever_wants_overlapping_times_one_gets_them_and_nobody_loses_theirs(
    service, robin, staff, confirmed, full_size
):
    rounds, many = (50, 40) if full_size else (4, 6)
    starts = fresh_starts(service, robin, 42)[2:]  # the first days are where the visits stand that want to move
    visits = [confirmed(start) for start in fresh_starts(service, robin, 2)]
    waits = wish(service=service, until=date(2026, 6, 1))
    for start in islice(cycle(starts), rounds):
        asked = ask(service=service, practitioner=robin, starts_at=start)
        here = {"practitioner": robin, "starts_at": start, "mode": None, "now": NOW}
        overlapping = {**here, "starts_at": start + LATER}
        calls = [
            partial(confirm_appointment, appointment_id=asked.pk, user=staff, now=NOW),
            partial(decline_appointment, appointment_id=asked.pk, user=staff, now=NOW),
            partial(ask_to_move, appointment_id=visits[0].pk, **here),
            partial(move_agreed, appointment_id=visits[1].pk, user=staff, **overlapping),
            partial(offer_time, entry_id=waits.pk, user=staff, **here),
            partial(keep_deadlines, now=NOW),
        ]
        for one in (start, start + LATER):
            calls += [partial(ask, service=service, practitioner=robin, starts_at=one)] * (many // 2)

        results = outcomes(together(calls))

        assert set(results) <= {"Appointment", "Move", "NoneType", "int"} | REFUSED, results
        assert times_given_twice() == []
        assert TimeClaim.objects.filter(practitioner=robin, active=True, blocked_from__date=start.date()).count() <= 1
        asked.refresh_from_db()
        assert asked.status in (Status.CONFIRMED, Status.DECLINED)
        for visit in visits:
            visit.refresh_from_db()
            assert visit.claims.filter(active=True, starts_at=visit.starts_at).count() == 1
        clear(visits, start)


def clear(visits, start):
    """Take back what waits, and free the day for the next round but for visits that were moved there."""
    for move in Move.objects.filter(state=Move.State.WAITING):
        withdraw_move(move_id=move.pk, now=NOW)
    rest = Appointment.objects.exclude(pk__in=[visit.pk for visit in visits])
    rest.filter(claims__starts_at__date=start.date()).delete()


def test_control_without_guards_one_time_is_asked_for_and_moved_to(service, robin, confirmed, monkeypatch):
    visit = confirmed(at(4, 10))
    both = Barrier(2)

    def looking_before_either_has_stored(find_slot):
        def find(**wishes):
            slot = find_slot(**wishes)
            both.wait(PATIENCE)
            return slot

        return find

    monkeypatch.setattr(locks, "lock", lambda kind, number: None)
    for module in (moves, requests):
        monkeypatch.setattr(module, "find_slot", looking_before_either_has_stored(module.find_slot))
    with constraint_dropped("time_claim_no_overlap"):
        to = {"practitioner": robin, "starts_at": at(5, 10), "mode": None, "now": NOW}
        results = together(
            [
                partial(ask, service=service, practitioner=robin, starts_at=at(5, 10)),
                partial(ask_to_move, appointment_id=visit.pk, **to),
            ]
        )

        assert outcomes(results) == {"Appointment": 2}
        assert len(times_given_twice()) == 1
