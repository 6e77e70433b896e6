"""A practitioner's private calendar: what it shows, who gets it, and what nobody learns of its address."""

import io
import logging
from datetime import timedelta
from uuid import uuid4

import icalendar
import pytest
from django.contrib.auth.models import Group, Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from booking.models import Appointment, CalendarFeed, Status
from booking.services.feeds import renew_feed
from tests.booking.pages import soup
from tests.builders import NOW, ask, at, make_location, make_practitioner, row_as_text, signed_in

pytestmark = pytest.mark.usefixtures("clock")

SCREEN = "/admin/calendar-feeds/"


def address(secret: str) -> str:
    return f"/calendars/{secret}.ics"


@pytest.fixture
def secret(robin):
    """The secret of Robin's calendar, which shows initials."""
    return renew_feed(practitioner=robin, names=False, now=NOW)


@pytest.fixture
def asked(service, robin):
    """A request by Ada for Thursday at ten, with a note."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10), full_name="Ada Birch", note="the cellar door")


def set_status(appointment, status, **fields) -> None:
    """Put the appointment into a state; how it gets there is shown elsewhere."""
    expiry = at(4, 12) if status == Status.OFFERED else None
    Appointment.objects.filter(pk=appointment.pk).update(status=status, offer_expires_at=expiry, **fields)


def move_to(appointment, starts_at) -> None:
    """Let the appointment be at another time, for 50 minutes."""
    ends_at = starts_at + timedelta(minutes=50)
    Appointment.objects.filter(pk=appointment.pk).update(starts_at=starts_at, ends_at=ends_at)


def events(secret) -> list[icalendar.Event]:
    """The visits, as a calendar program reads them."""
    response = Client().get(address(secret))
    assert response.status_code == 200
    return icalendar.Calendar.from_ical(response.content).walk("VEVENT")


# --- What it shows ----------------------------------------------------------------------------------------


def test_a_request_is_tentative_and_says_who_when_where_and_by_which_reference(secret, asked):
    (event,) = events(secret)

    assert (event["SUMMARY"], event["STATUS"]) == ("A. B. (not confirmed yet)", "TENTATIVE")
    assert (event.start, event.end) == (at(5, 10), at(5, 10, 50))
    assert event["LOCATION"] == "In person, Riverside, 1 Alder Street, Washington, DC 20001"
    assert event["DESCRIPTION"] == asked.reference
    assert event["CLASS"] == "PRIVATE"


@pytest.mark.parametrize(
    ("status", "title", "state"),
    [
        (Status.OFFERED, "A. B. (not confirmed yet)", "TENTATIVE"),
        (Status.CONFIRMED, "A. B.", "CONFIRMED"),
        (Status.COMPLETED, "A. B.", "CONFIRMED"),
        (Status.NO_SHOW, "A. B.", "CONFIRMED"),
    ],
)
def test_whatever_holds_or_held_its_time_is_shown(secret, asked, status, title, state):
    set_status(asked, status)

    (event,) = events(secret)
    assert (event["SUMMARY"], event["STATUS"]) == (title, state)


@pytest.mark.parametrize("status", [Status.DECLINED, Status.CANCELLED, Status.EXPIRED])
def test_what_will_not_take_place_is_gone(secret, asked, status):
    set_status(asked, status)

    assert events(secret) == []


@pytest.mark.parametrize("names", [False, True])
def test_nobody_reads_the_service_the_words_or_the_address_of_a_patient(robin, asked, names):
    secret = renew_feed(practitioner=robin, names=names, now=NOW)
    document = Client().get(address(secret)).text

    assert ("Ada" in document, "Birch" in document) == (names, names)
    for hidden in ("Quokka", "cellar", "ada@example.com"):
        assert hidden not in document


def test_a_visit_by_video_names_no_place(secret, service, robin):
    ask(service=service, practitioner=robin, starts_at=at(5, 10), mode="video")

    (event,) = events(secret)
    assert event["LOCATION"] == "By video"


def test_others_have_their_own_calendar(secret, service, asked):
    other = make_practitioner(services=[service], name="Noor Hale")
    theirs = ask(service=service, practitioner=other, starts_at=at(5, 12), full_name="Ben Cedar")

    assert [event["DESCRIPTION"] for event in events(secret)] == [asked.reference]
    their_secret = renew_feed(practitioner=other, names=False, now=NOW)
    assert [event["DESCRIPTION"] for event in events(their_secret)] == [theirs.reference]


@pytest.mark.parametrize(
    ("away", "shown"),
    [
        (timedelta(days=-60), True),
        (timedelta(days=-60, minutes=-1), False),
        (timedelta(days=365), True),
        (timedelta(days=365, minutes=1), False),
    ],
)
def test_it_reaches_60_days_back_and_a_year_ahead(secret, asked, away, shown):
    move_to(asked, NOW + away)

    assert len(events(secret)) == shown


def test_a_visit_keeps_its_identity_and_counts_its_changes(secret, asked, clock):
    (first,) = events(secret)
    clock.move_to(NOW + timedelta(hours=1))
    set_status(asked, Status.CONFIRMED, sequence=1)

    (second,) = events(secret)
    assert first["UID"] == second["UID"]
    assert (first["SEQUENCE"], second["SEQUENCE"]) == (0, 1)
    assert second["DTSTAMP"].dt == NOW + timedelta(hours=1)


def test_the_document_is_valid_with_visits_and_without(secret, robin, service):
    empty = Client().get(address(secret)).content
    long_place = make_location(name="Ä" * 80, street="ö" * 120)
    someone = make_practitioner(services=[service], location=long_place)
    ask(service=service, practitioner=someone, starts_at=at(5, 10), full_name="Ŵ" * 120)
    full = Client().get(address(renew_feed(practitioner=someone, names=True, now=NOW))).content

    for document in (empty, full):
        calendar = icalendar.Calendar.from_ical(document)
        assert calendar.subcomponents  # RFC 5545, 3.6: at least one
        assert (calendar["VERSION"], calendar["METHOD"], bool(calendar["PRODID"])) == ("2.0", "PUBLISH", True)
        assert document.endswith(b"END:VCALENDAR\r\n")
        assert max(len(line) for line in document.split(b"\r\n")) <= 75
        assert document.count(b"\n") == document.count(b"\r\n")
    (event,) = icalendar.Calendar.from_ical(full).walk("VEVENT")
    assert event["SUMMARY"] == "Ŵ" * 120 + " (not confirmed yet)"
    assert {"UID", "DTSTAMP", "DTSTART", "DTEND"} <= set(event)


def test_it_costs_two_queries_whatever_it_shows(secret, service, robin, asked):
    costs = []
    for hours in ((), (11, 12, 13, 14)):
        for hour in hours:
            ask(service=service, practitioner=robin, starts_at=at(5, hour))
        with CaptureQueriesContext(connection) as queries:
            shown = len(events(secret))
        costs.append(len(queries))

    assert (shown, costs) == (5, [2, 2])


# --- The answer -------------------------------------------------------------------------------------------


def test_the_answer_is_a_calendar_that_is_kept_nowhere_and_indexed_nowhere(client, secret, asked):
    response = client.get(address(secret))

    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-store"
    assert "noindex" in response["X-Robots-Tag"]
    assert secret not in str(response.headers)
    assert not response.cookies


def test_only_reading_is_possible_even_for_programs_that_try_more(client, secret, asked):
    client.handler.enforce_csrf_checks = True
    head = client.head(address(secret))
    assert (head.status_code, head.content) == (200, b"")
    for method in ("POST", "PUT", "DELETE", "PATCH", "OPTIONS", "PROPFIND", "REPORT"):
        assert client.generic(method, address(secret)).status_code == 405


def test_all_other_addresses_get_one_and_the_same_answer(client, robin, service, secret):
    gone = make_practitioner(services=[service], name="Noor Hale")
    of_gone = renew_feed(practitioner=gone, names=False, now=NOW)
    old, secret = secret, renew_feed(practitioner=robin, names=False, now=NOW)
    assert [client.get(address(one)).status_code for one in (secret, of_gone)] == [200, 200]
    gone.active = False
    gone.save()

    never = ["x", "A" * 43, secret[:-1], secret + "A", secret.swapcase(), str(uuid4()), "%00", "%ff", "ü", "a" * 2000]
    answers = [client.get(address(one)) for one in (old, of_gone, *never)]
    assert {(one.status_code, one.content) for one in answers} == {(404, answers[0].content)}
    assert {frozenset(one.headers.items()) for one in answers} == {frozenset(answers[0].headers.items())}
    assert answers[0]["Cache-Control"] == "private, no-store"
    assert answers[0]["Content-Type"].startswith("text/plain")


def test_the_database_does_not_hold_the_secret(robin, secret):
    row = row_as_text(CalendarFeed.objects.get(practitioner=robin))

    assert secret not in row
    assert secret.encode().hex() not in row


# --- What logs learn --------------------------------------------------------------------------------------


@pytest.fixture
def written(monkeypatch):
    """What is written to our log while the test runs."""
    (handler,) = [one for one in logging.getLogger("django").handlers if one.name == "console"]
    stream = io.StringIO()
    monkeypatch.setattr(handler, "stream", stream)
    return stream


@pytest.fixture
def unfiltered():
    """What Django would write: the control."""
    stream = io.StringIO()
    handler, logger = logging.StreamHandler(stream), logging.getLogger("django.request")
    logger.addHandler(handler)
    yield stream
    logger.removeHandler(handler)


def break_feed(asked):
    """Make the name unreadable, so that the answer is a 500."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE booking_appointment SET full_name = 'broken' WHERE id = %s", [asked.pk])


@pytest.mark.parametrize(
    ("what", "words"),
    [("unknown", "Not Found: /calendars/…"), ("method", "Method Not Allowed (POST): /calendars/…"),
     ("fault", "Internal Server Error: /calendars/…")],
)  # fmt: skip
def test_no_secret_address_is_written_to_the_log(robin, secret, asked, written, unfiltered, what, words):
    client = Client(raise_request_exception=False)
    if what == "unknown":
        CalendarFeed.objects.all().delete()
    if what == "fault":
        break_feed(asked)
    client.generic("POST" if what == "method" else "GET", address(secret))

    assert words in written.getvalue()
    assert secret not in written.getvalue()
    assert secret in unfiltered.getvalue()


# --- The staff's screens ----------------------------------------------------------------------------------


@pytest.fixture
def desk(roles):
    return signed_in("Front desk", email="desk@example.org")


@pytest.fixture
def clinician(roles, robin):
    """Robin, signed in."""
    client = signed_in("Clinicians", email="robin@example.org")
    robin.user_id = client.session["_auth_user_id"]
    robin.save()
    return client


@pytest.fixture
def noor(service):
    return make_practitioner(services=[service], name="Noor Hale")


def door(person) -> str:
    """Where a new address for *person* is made."""
    return f"{SCREEN}{person.pk}/new/"


def shown_address(response) -> str:
    """The path of the address that the screen shows."""
    value = soup(response).find(id="feed-address")["value"]
    assert value.startswith("http://127.0.0.1:8000/calendars/")
    return value.removeprefix("http://127.0.0.1:8000")


def test_the_front_desk_makes_an_address_that_is_shown_once_and_works(desk, client, robin, asked):
    assert "No secret address yet." in desk.get(SCREEN).text
    page = desk.get(door(robin))
    assert not CalendarFeed.objects.exists()  # looking makes none
    assert soup(page).find("input", {"name": "names"}).get("checked") is None

    made = desk.post(door(robin))
    assert made["Cache-Control"].count("no-store")
    path = shown_address(made)
    assert client.get(path).status_code == 200
    secret = path.split("/")[-1].removesuffix(".ics")
    for later in (desk.get(SCREEN), desk.get(door(robin))):
        assert secret not in later.text
        assert "Mon, Mar 2, 10 am" in later.text


def test_a_new_address_ends_the_old_one(desk, client, robin, asked):
    old, new = (shown_address(desk.post(door(robin))) for _ in range(2))

    assert (client.get(old).status_code, client.get(new).status_code) == (404, 200)


def test_names_are_shown_where_the_box_was_ticked_and_only_then(desk, client, robin, asked):
    with_names = client.get(shown_address(desk.post(door(robin), {"names": "on"}))).text
    assert "Ada Birch" in with_names
    assert soup(desk.get(door(robin))).find("input", {"name": "names"}).has_attr("checked")
    assert "patients’ names" in desk.get(SCREEN).text

    without = client.get(shown_address(desk.post(door(robin)))).text
    assert "Ada" not in without


def test_a_clinician_makes_their_own_address_and_no_other(clinician, desk, robin, noor):
    names = {heading.get_text() for heading in soup(clinician.get(SCREEN)).select("main h2")}
    assert {"Robin Vale, LCSW"} == {name for name in names if name.endswith("LCSW")}
    assert "/calendars/" in shown_address(clinician.post(door(robin)))

    assert [clinician.get(door(noor)).status_code, clinician.post(door(noor)).status_code] == [404, 404]
    assert not CalendarFeed.objects.filter(practitioner=noor).exists()
    assert desk.post(door(noor)).status_code == 200  # the control: the door itself opens
    assert CalendarFeed.objects.filter(practitioner=noor).exists()


def test_whoever_may_only_look_at_appointments_makes_none(roles, robin):
    onlookers = Group.objects.create(name="Onlookers")
    looking = ("access_admin", "view_appointment", "change_schedule")
    onlookers.permissions.set(Permission.objects.filter(codename__in=looking))
    onlooker = signed_in("Onlookers", email="onlooker@example.org")

    for response in (onlooker.get(SCREEN), onlooker.get(door(robin)), onlooker.post(door(robin))):
        assert response.status_code in (302, 403)
    assert not CalendarFeed.objects.exists()
    onlookers.permissions.add(Permission.objects.get(codename="change_appointment"))
    assert onlooker.post(door(robin)).status_code == 200


def test_a_clinician_who_may_look_at_all_appointments_still_makes_only_their_own_address(clinician, robin, noor):
    clinicians = Group.objects.get(name="Clinicians")
    clinicians.permissions.add(Permission.objects.get(codename="view_appointment"))

    assert [clinician.post(door(robin)).status_code, clinician.post(door(noor)).status_code] == [200, 404]
    clinicians.permissions.add(Permission.objects.get(codename="change_appointment"))
    assert clinician.post(door(noor)).status_code == 200


@pytest.mark.parametrize("role", ["Editors", "Clinicians"])
def test_those_who_see_no_patients_find_no_calendars(roles, robin, role):
    other = signed_in(role, email="other@example.org")

    for response in (other.get(SCREEN), other.get(door(robin)), other.post(door(robin))):
        assert response.status_code in (302, 403)
    assert not CalendarFeed.objects.exists()
    assert SCREEN not in other.get("/admin/").text


def test_the_menu_leads_there_for_those_who_may(desk, clinician):
    assert SCREEN in desk.get("/admin/").text
    assert SCREEN in clinician.get("/admin/").text


def test_somebody_who_left_gets_no_address(desk, robin):
    robin.active = False
    robin.save()

    assert [desk.get(door(robin)).status_code, desk.post(door(robin)).status_code] == [404, 404]
    assert "Robin" not in soup(desk.get(SCREEN)).select_one("main").get_text()


def test_whoever_is_not_signed_in_is_sent_to_the_login(client, roles, robin):
    for response in (client.get(SCREEN), client.get(door(robin)), client.post(door(robin))):
        assert response["Location"].startswith("/admin/login/")
    assert not CalendarFeed.objects.exists()


def test_an_address_is_made_by_a_post_from_our_own_page_only(desk, robin):
    for method in (desk.put, desk.delete):
        assert method(door(robin)).status_code == 405
    assert desk.head(door(robin)).status_code == 200
    desk.handler.enforce_csrf_checks = True
    assert desk.post(door(robin)).status_code == 403
    assert not CalendarFeed.objects.exists()


def test_who_made_it_is_noted_without_the_secret(desk, robin):
    secret = shown_address(desk.post(door(robin))).split("/")[-1].removesuffix(".ics")

    (entry,) = ModelLogEntry.objects.filter(label="Robin Vale", action="wagtail.edit")
    assert entry.user.email == "desk@example.org"
    assert secret not in row_as_text(entry)


def test_the_list_costs_as_many_queries_for_six_as_for_one(desk, service, robin):
    costs = []
    for number in (0, 5):
        for _ in range(number):
            renew_feed(practitioner=make_practitioner(services=[service]), names=False, now=NOW)
        desk.get(SCREEN)
        with CaptureQueriesContext(connection) as queries:
            desk.get(SCREEN)
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_address_below_calendars_is_the_one_that_is_promised():
    assert reverse("calendar_feed", args=["abc"]) == "/calendars/abc.ics"
