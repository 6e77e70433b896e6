"""Leaving the waiting list while somebody makes an offer or frees a time: no time is held, nobody waits in a circle."""

from datetime import date
from functools import partial
from threading import Event

import pytest
from django.db import connection, transaction

from booking.models import Appointment, Status, TimeClaim, WaitingListEntry
from booking.services import cancel_own, decline_offer, leave_list, offer_time
from booking.services.entries import end_place, open_entry
from tests.booking.racing import PATIENCE, fresh_starts, outcomes, together
from tests.builders import NOW, ask, make_practitioner, make_user, wish
from tests.running import wait_until

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("put_back", "empty_queue"),
]
ROUNDS = 6
UNTIL = date(2026, 6, 1)
State = WaitingListEntry.State


@pytest.fixture
def staff(db):
    return make_user()


def held_for_who_left() -> list[Appointment]:
    return list(Appointment.objects.filter(status=Status.OFFERED, waiting_list_entry__state=State.WITHDRAWN))


def test_no_time_is_held_for_who_leaves_while_staff_make_an_offer(service, robin, staff):
    for start in fresh_starts(service, robin, ROUNDS):
        entry = wish(service=service, until=UNTIL)
        where = {"practitioner": robin, "starts_at": start, "mode": None, "user": staff}
        calls = [
            partial(offer_time, entry_id=entry.pk, now=NOW, **where),
            *[partial(leave_list, entry_id=entry.pk, now=NOW)] * 3,
        ]
        results = outcomes(together(calls))

        assert set(results) <= {"Appointment", "EntryClosed", "NoneType"}, results
        entry.refresh_from_db()
        assert entry.state == State.WITHDRAWN
        assert held_for_who_left() == []
        assert not TimeClaim.objects.filter(active=True).exists()


def test_control_who_looks_for_offers_before_the_place_ends_leaves_one_behind(service, robin, staff):
    [start] = fresh_starts(service, robin, 1)
    entry = wish(service=service, until=UNTIL)
    seen = list(entry.offers.filter(status=Status.OFFERED))
    offer_time(entry_id=entry.pk, practitioner=robin, starts_at=start, mode=None, user=staff, now=NOW)
    with transaction.atomic():
        end_place(open_entry(entry.pk), State.WITHDRAWN, NOW)
    for offer in seen:
        decline_offer(appointment_id=offer.pk, now=NOW)
    assert len(held_for_who_left()) == 1

    leave_list(entry_id=entry.pk, now=NOW)  # a second click repairs it
    assert held_for_who_left() == []


def test_leaving_and_cancelling_at_one_moment_never_wait_in_a_circle(service, robin, staff):
    """Both free a time that others wait for."""
    noor = make_practitioner(services=[service])
    starts = zip(fresh_starts(service, robin, ROUNDS), fresh_starts(service, noor, ROUNDS), strict=True)
    for with_robin, with_noor in starts:
        visit, leaves, _offer = people_who_wait(service, robin, with_robin, noor, with_noor, staff)
        calls = [
            partial(leave_list, entry_id=leaves.pk, now=NOW),
            partial(cancel_own, appointment_id=visit.pk, now=NOW),
        ]
        results = outcomes(together(calls))

        assert set(results) == {"Appointment", "NoneType"}, results
        assert held_for_who_left() == []
        Appointment.objects.all().delete()
        WaitingListEntry.objects.all().delete()


def people_who_wait(service, robin, with_robin, noor, with_noor, staff):
    """A visit with Robin; who waits for Robin and is offered a time with Noor; the offer. Another waits for anyone."""
    visit = ask(service=service, practitioner=robin, starts_at=with_robin)
    leaves = wish(service=service, practitioner=robin, until=UNTIL)
    wish(service=service, until=UNTIL, email="waits@example.com")
    where = {"practitioner": noor, "starts_at": with_noor, "mode": None, "user": staff}
    return visit, leaves, offer_time(entry_id=leaves.pk, now=NOW, **where)


def test_control_in_one_transaction_they_wait_in_a_circle(service, robin, staff):
    noor = make_practitioner(services=[service])
    [with_robin], [with_noor] = fresh_starts(service, robin, 1), fresh_starts(service, noor, 1)
    visit, leaves, offer = people_who_wait(service, robin, with_robin, noor, with_noor, staff)
    has_locked_the_other = Event()

    def leave_at_once():
        with transaction.atomic():
            decline_offer(appointment_id=offer.pk, now=NOW)  # locks who waits for anyone
            has_locked_the_other.set()
            wait_until(somebody_waits, "the other to wait for that")
            end_place(open_entry(leaves.pk), State.WITHDRAWN, NOW)  # which the other has locked

    def cancel():
        has_locked_the_other.wait(PATIENCE)
        return cancel_own(appointment_id=visit.pk, now=NOW)

    assert "OperationalError" in outcomes(together([leave_at_once, cancel]))


def somebody_waits() -> bool:
    """Whether somebody waits for a row of this database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return cursor.fetchone()[0] > 0
