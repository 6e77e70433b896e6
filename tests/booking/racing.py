"""Many at once: real threads, each with a connection of its own. What the tests of races share."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

from django.db import connection

from booking.models import Appointment, TimeClaim
from booking.services import open_slots
from tests.builders import NOW

PATIENCE = 60  # seconds


def together(calls) -> list:
    """Release all *calls* in one moment; return what each returned or raised."""
    gate = Barrier(len(calls))

    def run(call):
        try:
            connection.ensure_connection()
            gate.wait(PATIENCE)
            return call()
        except Exception as error:  # judged by the test
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def outcomes(results) -> Counter:
    """How often each kind of result came."""
    return Counter(type(result).__name__ for result in results)


def fresh_starts(service, practitioner, count) -> list:
    """The first open start of *count* different days: a fresh race for each."""
    slots = open_slots(service=service, practitioner=practitioner, now=NOW, first=NOW.date(), days=60)
    first_of_day = {slot.day: slot.starts_at for slot in reversed(slots)}
    return sorted(first_of_day.values())[:count]


@contextmanager
def constraint_dropped(name):
    """The table of claims without its constraint; what it would have refused is deleted afterwards."""
    constraint = next(one for one in TimeClaim._meta.constraints if one.name == name)
    with connection.schema_editor() as editor:
        editor.remove_constraint(TimeClaim, constraint)
    try:
        yield
    finally:
        Appointment.objects.all().delete()
        with connection.schema_editor() as editor:
            editor.add_constraint(TimeClaim, constraint)


def times_given_twice() -> list:
    """The pairs of holders whose active claims overlap."""
    claims = list(TimeClaim.objects.filter(active=True).order_by("practitioner", "blocked_from"))
    return [
        (one.holder_id, other.holder_id)
        for number, one in enumerate(claims)
        for other in claims[number + 1 :]
        if one.practitioner_id == other.practitioner_id
        and one.holder_id != other.holder_id
        and one.blocked_from < other.blocked_until
        and other.blocked_from < one.blocked_until
    ]
