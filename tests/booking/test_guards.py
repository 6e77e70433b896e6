"""What the database refuses by itself, whoever writes."""

from contextlib import contextmanager
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from booking.models import Appointment, Message, TimeClaim
from tests.builders import ask, at, make_practitioner


@pytest.fixture
def ten(service, robin):
    """A visit on Thursday at ten that holds the hour."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10))


@pytest.fixture
def other(service, robin):
    """Another visit of the same day, with the same person."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 14))


def claim(holder, practitioner, start, minutes=60, **fields) -> TimeClaim:
    """A claim written past the services."""
    end = start + timedelta(minutes=minutes)
    values = {"starts_at": start, "ends_at": end, "blocked_from": start, "blocked_until": end, **fields}
    return TimeClaim.objects.create(holder=holder, practitioner=practitioner, **values)


@contextmanager
def refused_by(constraint):
    with pytest.raises(IntegrityError) as error, transaction.atomic():
        yield
    assert error.value.__cause__.diag.constraint_name == constraint


def test_claims_of_two_visits_never_overlap(ten, other, robin):
    for start, minutes in ((at(5, 10), 60), (at(5, 9), 61), (at(5, 10, 59), 1), (at(5, 8), 300)):
        with refused_by("time_claim_no_overlap"):
            claim(other, robin, start, minutes)


def test_claims_that_do_not_clash_are_allowed(ten, other, robin):
    claim(ten, robin, at(5, 10, 30))  # its own claims may overlap
    claim(other, make_practitioner(), at(5, 10))
    claim(other, robin, at(5, 9))  # ends when the next begins
    claim(other, robin, at(5, 11, 30))  # begins when the other ends
    released = claim(other, robin, at(5, 10), active=False)

    with refused_by("time_claim_no_overlap"):
        TimeClaim.objects.filter(pk=released.pk).update(active=True)


@pytest.mark.parametrize(
    ("table", "constraint", "change"),
    [
        (Appointment, "appointment_ends_after_start", {"ends_at": at(5, 10)}),
        (Appointment, "appointment_can_be_reached", {"email_hash": None}),
        (Appointment, "appointment_request_has_reply_by", {"reply_by": None}),
        (TimeClaim, "time_claim_blocks_the_visit", {"blocked_from": at(5, 10, 1)}),
        (TimeClaim, "time_claim_blocks_the_visit", {"blocked_until": at(5, 10, 49)}),
        (TimeClaim, "time_claim_blocks_the_visit", {"ends_at": at(5, 10)}),
        (Message, "message_once", {"recipient": "patient", "kind": "new_request"}),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_rows_that_break_a_rule_are_refused(ten, table, constraint, change):
    with refused_by(constraint):
        table.objects.update(**change)


def test_a_practitioner_with_visits_cannot_be_deleted(ten, robin):
    with pytest.raises(ProtectedError):
        robin.delete()
