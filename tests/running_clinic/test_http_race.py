"""Many people want one time at once, over HTTP: one gets it, the others are told so, nothing breaks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import datetime, timedelta
from threading import Barrier

import pytest

from tests.running import PATIENCE
from tests.visitor import Visitor

booked_once = pytest.mark.promise("A time is booked once, however many ask for it at one moment (over HTTP)")
WHO = "maya-lindqvist"
STAMP = "%Y%m%dT%H%M%SZ"
HALF_AN_HOUR = timedelta(minutes=30)

OVERLAPPING = """
    SELECT one.id, other.id FROM booking_timeclaim one JOIN booking_timeclaim other
    ON one.practitioner_id = other.practitioner_id AND one.holder_id < other.holder_id
    AND tstzrange(one.blocked_from, one.blocked_until) && tstzrange(other.blocked_from, other.blocked_until)
    WHERE one.active AND other.active
"""


@pytest.fixture(scope="module")
def crowd(running_clinic, full_size):
    """12 patients, each with a connection and cookies; 50 at full size."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(Visitor(running_clinic.base))) for _ in range(50 if full_size else 12)]


@pytest.fixture(scope="module")
def rounds(full_size):
    return range(20 if full_size else 3)


def count_appointments(clinic) -> int:
    return clinic.sql("SELECT count(*) FROM booking_appointment")[0][0]


def send_together(forms) -> list:
    """Send each (visitor, path, fields) in a thread of its own, all at one moment; return the answers."""
    start = Barrier(len(forms))

    def send(visitor, path, fields):
        start.wait(PATIENCE)
        return visitor.ask(path, fields)

    with ThreadPoolExecutor(len(forms)) as threads:
        return list(threads.map(send, *zip(*forms, strict=True)))


def race(crowd, paths) -> Counter:
    """Let each of the crowd open one of *paths*, then send all forms together; count the answers' statuses."""
    forms = []
    for number, visitor in enumerate(crowd):
        path = paths[number % len(paths)]
        forms.append((visitor, path, visitor.open_form(path)))
    return Counter(answer.status for answer in send_together(forms))


@booked_once
def test_one_of_many_gets_the_time(running_clinic, crowd, rounds):
    for _ in rounds:
        path = next(crowd[0].times("first-visit", WHO))
        before = count_appointments(running_clinic)

        assert race(crowd, [path]) == {303: 1, 409: len(crowd) - 1}

        assert count_appointments(running_clinic) == before + 1
        assert running_clinic.sql(OVERLAPPING) == []


def overlapping_paths(visitor) -> list[str]:
    """Return four open times, each of which overlaps each other; the first and the third by the pause only.

    A first visit takes 50 minutes and 15 of pause, a check-in call 20 and 10.
    """
    visits = {path.split("/")[-2]: path for path in visitor.times("first-visit", WHO)}
    calls = {path.split("/")[-2]: path for path in visitor.times("check-in-call", WHO)}
    for stamp in visits:
        middle = datetime.strptime(stamp, STAMP)
        earlier, later = (f"{at:{STAMP}}" for at in (middle - HALF_AN_HOUR, middle + HALF_AN_HOUR))
        if earlier in visits and later in visits and later in calls:
            return [visits[earlier], visits[stamp], visits[later], calls[later]]
    raise AssertionError("no four times that overlap are open")


@booked_once
def test_one_of_many_gets_overlapping_times_of_two_services(running_clinic, crowd, rounds):
    for _ in rounds:
        paths = overlapping_paths(crowd[0])
        before = count_appointments(running_clinic)

        assert race(crowd, paths) == {303: 1, 409: len(crowd) - 1}

        assert count_appointments(running_clinic) == before + 1
        assert running_clinic.sql(OVERLAPPING) == []


@pytest.mark.promise("One form is stored once, however often it is sent")
def test_one_form_sent_many_times_at_once_is_stored_once(running_clinic, visitor):
    path = next(visitor.times("first-visit", WHO))
    fields = visitor.open_form(path)
    before = count_appointments(running_clinic)
    with ExitStack() as stack:
        copies = [stack.enter_context(closing(Visitor(running_clinic.base))) for _ in range(50)]
        for copy in copies:
            copy.cookies |= visitor.cookies
        answers = send_together([(copy, path, fields) for copy in copies])

    assert Counter(answer.status for answer in answers) == {303: 50}
    assert len({answer.location for answer in answers}) == 1
    assert count_appointments(running_clinic) == before + 1
