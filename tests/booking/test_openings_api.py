"""Open times as JSON: what the page shows, for programs; and what is refused."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import BookingRules
from booking.services import open_slots
from clinic.models import Mode
from tests.booking.pages import soup
from tests.builders import NOW, ask, at, make_practitioner, make_service

pytestmark = pytest.mark.usefixtures("clock", "service")

URL = "/book/talk/openings.json"


def openings(client, **query) -> list[dict]:
    """What the address answers."""
    response = client.get(URL, query)
    assert response.status_code == 200, response.content
    return response.json()["openings"]


def starts(entries) -> list[datetime]:
    return [datetime.fromisoformat(entry["start"]) for entry in entries]


def test_each_start_comes_once_for_each_mode(client, service, robin):
    entries = openings(client, **{"from": "2026-03-05", "to": "2026-03-05"})
    slots = open_slots(service=service, now=NOW, first=date(2026, 3, 5), days=1)

    assert [(entry["start"], entry["mode"]) for entry in entries] == [
        (slot.starts_at.astimezone(slot.zone).isoformat(), mode)
        for slot in slots
        for mode in (Mode.IN_PERSON, Mode.VIDEO)
    ]
    place = robin.locations.get().slug
    assert entries[0] == {
        "start": "2026-03-05T09:00:00-05:00",
        "end": "2026-03-05T09:50:00-05:00",
        "practitioner": "robin",
        "location": place,
        "mode": "in_person",
        "url": "http://testserver/book/talk/robin/20260305T140000Z/?mode=in_person",
    }
    assert {entry["mode"]: entry["location"] for entry in entries} == {"in_person": place, "video": None}


def test_the_zone_stands_beside_the_openings(client):
    assert client.get(URL).json()["timezone"] == "America/New_York"


def test_times_in_summer_have_the_offset_of_summer(client):
    entries = openings(client, **{"from": "2026-03-06", "to": "2026-03-09"})

    assert {re.sub(r"T.*(?=-)", " ", entry["start"]) for entry in entries} == {"2026-03-06 -05:00", "2026-03-09 -04:00"}


def test_each_address_leads_to_the_form(client):
    for entry in openings(client, to="2026-03-03")[:4]:
        page = client.get(entry["url"])
        assert page.status_code == 200
        assert {"in_person": "In person", "video": "By video"}[entry["mode"]] in soup(page).text


def test_without_days_it_begins_today_and_goes_on_for_62_days(client):
    rules = BookingRules.load()
    rules.horizon_days = 200
    rules.save()

    found = starts(openings(client))
    assert found[0] == NOW + timedelta(hours=24)
    assert found[-1] == datetime(2026, 5, 1, 20, tzinfo=UTC)  # the last weekday of the 62
    assert starts(openings(client, **{"from": "2026-03-02", "to": "2026-05-02"})) == found


def test_it_shows_what_the_page_shows(client, service, robin):
    make_practitioner(services=[service], slug="other", hours=(12, 20))
    ask(service=service, practitioner=robin, starts_at=at(5, 10))

    for wish in ({}, {"practitioner": "robin"}, {"mode": "video"}, {"practitioner": "other", "mode": "in_person"}):
        links = {link["href"] for link in soup(client.get("/book/talk/", wish)).select(".times a")}
        entries = openings(client, **wish, to="2026-03-08")
        if "mode" not in wish:
            links = {f"{link}?mode={mode}" for link in links for mode in ("in_person", "video")}
        assert links
        assert {entry["url"].removeprefix("http://testserver") for entry in entries} == links


def test_nothing_open_is_an_empty_list(client):
    assert openings(client, **{"from": "2026-03-07", "to": "2026-03-08"}) == []
    assert openings(client, **{"from": "2020-01-01", "to": "2020-01-31"}) == []
    assert openings(client, **{"from": "9999-12-31"}) == []


BAD = {
    "a day that is none": {"from": "2026-02-30"},
    "a day in words": {"from": "tomorrow"},
    "a day of another form": {"to": "03/05/2026"},
    "the end before the beginning": {"from": "2026-03-05", "to": "2026-03-04"},
    "the end before today": {"to": "2026-03-01"},
    "63 days": {"from": "2026-03-05", "to": "2026-05-06"},
    "a thousand years": {"from": "0001-01-01", "to": "9999-12-31"},
    "an unknown person": {"practitioner": "nobody"},
    "a person who does not offer it": {"practitioner": "stranger"},
    "a person who left": {"practitioner": "gone"},
    "an unknown mode": {"mode": "pigeon"},
    "a mode that the service lacks": {"mode": "phone"},
    "NUL": {"practitioner": "\x00"},
}


@pytest.mark.parametrize("query", BAD.values(), ids=BAD.keys())
def test_what_is_wrong_answers_400_with_the_reason(client, service, query):
    make_practitioner(slug="stranger", services=[make_service()])
    make_practitioner(slug="gone", services=[service], active=False)
    response = client.get(URL, query)

    assert response.status_code == 400
    if response["Content-Type"] == "application/json":
        assert list(response.json()) == ["error"]
        assert response.json()["error"].endswith(".")
    else:
        assert query == BAD["NUL"]  # refused for every address of the site


@pytest.mark.parametrize("slug", ["nothing", "offline"])
def test_a_service_that_cannot_be_booked_answers_404(client, slug):
    make_service(slug="offline", bookable_online=False)

    assert client.get(f"/book/{slug}/openings.json").status_code == 404


def test_it_is_stored_nowhere_and_only_read(client):
    for query in ({}, {"mode": "pigeon"}):
        response = client.get(URL, query)
        assert "no-store" in response["Cache-Control"]
        assert response["X-Robots-Tag"] == "noindex"
    assert client.post(URL).status_code == 405
    assert client.head(URL).status_code == 200


def test_queries_do_not_grow_with_practitioners(client, service):
    BookingRules.load()
    counts = []
    for size in (2, 8):
        while service.practitioners.count() < size:
            make_practitioner(services=[service])
        with CaptureQueriesContext(connection) as queries:
            openings(client)
        counts.append(len(queries))

    assert counts[0] == counts[1]
