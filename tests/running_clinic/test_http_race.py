"""Many people want one time at once, over HTTP: one gets it, the others are told so, nothing breaks."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from datetime import UTC, date, datetime, timedelta
from threading import Barrier
from uuid import uuid4

import pytest

from booking.models import new_secret, secret_hash
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


TAKEN = "That time is not open any more"


@pytest.fixture(scope="module")
def crowd(running_clinic, full_size):
    """12 patients, each with a connection and cookies; 200 at full size."""
    with ExitStack() as stack:
        yield [stack.enter_context(closing(Visitor(running_clinic.base))) for _ in range(200 if full_size else 12)]


@pytest.fixture(scope="module")
def forms(crowd):
    """What each of the crowd would send; good for every time, with a new submission key."""
    path = next(crowd[0].times("first-visit", WHO))
    return [visitor.open_form(path) for visitor in crowd]


@pytest.fixture(scope="module")
def rounds(full_size):
    return range(50 if full_size else 3)


@pytest.fixture(scope="module")
def desk(running_clinic):
    """Three of the front desk, signed in, each with the token of their forms."""
    with ExitStack() as stack:
        three = [stack.enter_context(closing(Visitor(running_clinic.base))) for _ in range(3)]
        for one in three:
            one.sign_in("frontdesk@example.org", running_clinic.password)
        yield [(one, {"csrfmiddlewaretoken": one.token("/admin/appointments/find/")}) for one in three]


def newest(clinic) -> int:
    return clinic.sql("SELECT max(id) FROM booking_appointment")[0][0]


def give_back(clinic, desk, since):
    """Let the front desk end the appointments made after number *since*: fifty rounds need more times than are open."""
    doors = {"requested": "decline", "confirmed": "cancel", "offered": "cancel"}
    made = "SELECT id, status FROM booking_appointment WHERE id > %s AND status = ANY(%s)"
    receptionist, form = desk[0]
    for pk, status in clinic.sql(made, since, list(doors)):
        assert receptionist.ask(f"/admin/appointments/{pk}/{doors[status]}/", form).status == 302


def count_appointments(clinic) -> int:
    return clinic.sql("SELECT count(*) FROM booking_appointment")[0][0]


def number_of(clinic, reference) -> int:
    return clinic.sql("SELECT id FROM booking_appointment WHERE reference = %s", reference)[0][0]


def send_together(requests) -> list:
    """Send each (visitor, path, fields) in a thread of its own, all at one moment; return the answers."""
    start = Barrier(len(requests))

    def send(visitor, path, fields):
        start.wait(PATIENCE)
        return visitor.ask(path, fields)

    with ThreadPoolExecutor(len(requests)) as threads:
        return list(threads.map(send, *zip(*requests, strict=True)))


def bookings(crowd, forms, paths) -> list:
    """Return requests by which the crowd asks for *paths*, each in turn."""
    new = [{**form, "submission_key": str(uuid4())} for form in forms]
    return [(visitor, paths[number % len(paths)], new[number]) for number, visitor in enumerate(crowd)]


def statuses(answers) -> Counter:
    """Count the answers' statuses; whoever came too late reads so on a page like any other."""
    assert all(TAKEN in answer.text and "</footer>" in answer.text for answer in answers if answer.status == 409)
    return Counter(answer.status for answer in answers)


@booked_once
def test_one_of_many_gets_the_time(running_clinic, crowd, forms, desk, rounds):
    for _ in rounds:
        since = newest(running_clinic)
        path = next(crowd[0].times("first-visit", WHO))
        before = count_appointments(running_clinic)

        answers = send_together(bookings(crowd, forms, [path]))

        assert statuses(answers) == {303: 1, 409: len(crowd) - 1}

        assert count_appointments(running_clinic) == before + 1
        assert running_clinic.sql(OVERLAPPING) == []
        give_back(running_clinic, desk, since)


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
def test_one_of_many_gets_overlapping_times_of_two_services(running_clinic, crowd, forms, desk, rounds):
    for _ in rounds:
        since = newest(running_clinic)
        paths = overlapping_paths(crowd[0])
        before = count_appointments(running_clinic)

        answers = send_together(bookings(crowd, forms, paths))

        assert statuses(answers) == {303: 1, 409: len(crowd) - 1}

        assert count_appointments(running_clinic) == before + 1
        assert running_clinic.sql(OVERLAPPING) == []
        give_back(running_clinic, desk, since)


@pytest.mark.promise("One form is stored once, however often it is sent")
def test_one_form_sent_many_times_at_once_and_later_is_stored_once(running_clinic, visitor):
    path = next(visitor.times("first-visit", WHO))
    fields = visitor.open_form(path)
    before = count_appointments(running_clinic)
    with ExitStack() as stack:
        copies = [stack.enter_context(closing(Visitor(running_clinic.base))) for _ in range(50)]
        for copy in copies:
            copy.cookies |= visitor.cookies
        answers = send_together([(copy, path, fields) for copy in copies])
    answers += [visitor.ask(path, fields) for _ in range(10)]

    assert Counter(answer.status for answer in answers) == {303: 60}
    assert len({answer.location for answer in answers}) == 1
    assert count_appointments(running_clinic) == before + 1
    pk = number_of(running_clinic, answers[0].location.split("/")[-2])
    notices = "SELECT recipient, count(*) FROM booking_message WHERE appointment_id = %s GROUP BY 1"
    assert set(dict(running_clinic.sql(notices, pk)).values()) == {1}

    changed = visitor.ask(path, {**fields, "full_name": "Somebody else"})
    assert changed.status == 422
    assert count_appointments(running_clinic) == before + 1


# --- Booking, moving, answering and offering at once -------------------------------------------------------


@pytest.fixture(scope="module")
def movers(running_clinic, desk):
    """Three patients with confirmed visits in some weeks, each behind their own link; with token and id."""
    add = "INSERT INTO booking_managelink (appointment_id, secret_hash, created_at) VALUES (%s, %s, now())"
    receptionist, form = desk[0]
    with ExitStack() as stack:
        people = []
        for _ in range(3):
            one, secret = stack.enter_context(closing(Visitor(running_clinic.base))), new_secret()
            visit = number_of(running_clinic, one.book(list(one.times("first-visit", WHO))[-1]))
            assert receptionist.ask(f"/admin/appointments/{visit}/confirm/", form).status == 302
            running_clinic.sql(add, visit, secret_hash(secret))
            assert one.ask(f"/book/manage/{secret}/").status == 302
            people.append((one, {"csrfmiddlewaretoken": one.token("/book/manage/cancel/")}, visit))
        yield people


@pytest.fixture(scope="module")
def waiting(running_clinic):
    """The id of somebody's place on the waiting list."""
    path, until = "/book/first-visit/ask/", date.today() + timedelta(days=60)
    with closing(Visitor(running_clinic.base)) as one:
        assert one.ask(path, one.open_form(path, until=f"{until}")).status == 303
    return running_clinic.sql("SELECT max(id) FROM booking_waitinglistentry")[0][0]


def take_back(clinic, movers, desk, waiting):
    """Take back what waits for an answer, so that the next round begins like this one."""
    for patient, form, visit in movers:
        for [move] in clinic.sql("SELECT id FROM booking_move WHERE appointment_id = %s AND state = 'waiting'", visit):
            answer = {**form, "answer": "withdraw"}
            assert patient.ask(f"/book/manage/move/{move}/", answer).status == 303
    offers = "SELECT id FROM booking_appointment WHERE waiting_list_entry_id = %s AND status = 'offered'"
    for [offer] in clinic.sql(offers, waiting):
        desk[0][0].ask(f"/admin/appointments/{offer}/cancel/", desk[0][1])


@pytest.mark.promise("Booking, moving, answering and offering at one moment give no time twice (over HTTP)")
def test_of_all_who_want_overlapping_times_one_gets_them(running_clinic, crowd, forms, desk, movers, waiting, rounds):
    for _ in rounds:
        since = newest(running_clinic)
        path = next(crowd[0].times("first-visit", WHO))
        stamp = path.split("/")[-2]
        later = f"{datetime.strptime(stamp, STAMP) + HALF_AN_HOUR:{STAMP}}"
        start = datetime.strptime(stamp, STAMP).replace(tzinfo=UTC).isoformat()
        asked = number_of(running_clinic, crowd[0].book(path))
        held = running_clinic.sql("SELECT holder_id, starts_at FROM booking_timeclaim WHERE active")

        answers = send_together(
            [
                (desk[0][0], f"/admin/appointments/{asked}/confirm/", desk[0][1]),
                (desk[1][0], f"/admin/appointments/{asked}/decline/", desk[1][1]),
                (desk[2][0], f"/admin/waiting-list/{waiting}/offer/", {**desk[2][1], "slot": f"{WHO} {start}"}),
                *((one, f"/book/manage/move/{WHO}/{at}/", form)
                  for (one, form, _visit), at in zip(movers, (stamp, later, stamp), strict=True)),
                *bookings(crowd[1:], forms[1:], [path, path.replace(stamp, later)]),
            ]
        )  # fmt: skip

        assert {answer.status for answer in answers} <= {302, 303, 409}
        assert running_clinic.sql(OVERLAPPING) == []
        [[status]] = running_clinic.sql("SELECT status FROM booking_appointment WHERE id = %s", asked)
        assert status in ("confirmed", "declined")
        still_held = running_clinic.sql("SELECT holder_id, starts_at FROM booking_timeclaim WHERE active")
        assert {one for one in held if one not in still_held} <= {(asked, datetime.fromisoformat(start))}
        give_back(running_clinic, desk, since)
        take_back(running_clinic, movers, desk, waiting)
