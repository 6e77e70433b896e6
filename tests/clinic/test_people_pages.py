"""Pages of people, services and places: everything that the practice entered is there, and nothing that it did not."""

from datetime import time
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import transaction
from django.test import Client

from blog.models import ArticlePage, BlogIndexPage
from booking.models import Schedule
from clinic.models import ClinicDetails, Location, Practitioner, Service
from tests import builders

QUESTION = ("question", {"question": "Do I need a referral?", "answer": "<p>No, you can book directly.</p>"})


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """A practice with one person, one service and one place; made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        details = builders.make_details(paying="<p>Ask us about a lower fee.</p>")
        details.insurance_plans = [details.insurance_plans.model(name="Thistledown Mutual", note="All plans")]
        details.save()
        service = builders.make_service(
            slug="first-visit", fee="$180 a visit", body="<p>We listen.</p>", questions=[QUESTION]
        )
        place = builders.make_location(
            slug="riverside", telephone="+12025550102", directions="<p>The green door.</p>"
        )  # fmt: skip
        builders.make_practitioner(
            slug="robin-vale", services=[service], location=place, weekdays=[1, 3], hours=(9, 11), pronouns="they/them",
            summary="Robin helps with sleep.", biography="<p>I worked nights.</p>",
            first_visit="<p>We begin with tea.</p>", specialities=["Sleep", "Worry"], languages=["English", "Tamil"],
        )  # fmt: skip
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(prepared, db):
    """The prepared practice, on a Monday at 10 am; what a test changes is undone."""
    with time_machine.travel(builders.NOW, tick=False):
        yield


def open_page(address: str) -> BeautifulSoup:
    response = Client().get(address)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def main_text(address: str) -> str:
    return open_page(address).main.get_text(" ", strip=True)


def links(page) -> list[str]:
    return [one["href"] for one in page.main.select("a[href]")]


# --- The team ---------------------------------------------------------------------------------------------


def test_the_team_page_finds_and_its_form_leads_to_itself(site):
    page = open_page("/team/?concern=Sleep")
    assert page.main.form["action"] == "/team/#finder"
    assert page.select_one("#finder [role=status]").get_text() == "One person fits what you chose."
    assert "/team/robin-vale/" in links(page)
    assert page.find("a", string="Show everybody")["href"] == "/team/#finder"


def test_where_nobody_fits_the_page_leads_on(site):
    page = open_page("/team/?concern=Sleep&mode=phone")
    assert "/contact/" in links(page)
    assert "?concern=Sleep#finder" in links(page)


# --- A person ---------------------------------------------------------------------------------------------


def test_a_person_is_introduced_in_full(site):
    text = main_text("/team/robin-vale/")
    for words in (
        "Robin Vale", "LCSW", "they/them", "Robin helps with sleep.", "I worked nights.", "We begin with tea.",
        "Sleep, Worry", "English, Tamil", "In person, by video, by phone", "Riverside", "$180 a visit",
        "Thistledown Mutual", "Ask us about a lower fee.",
    ):  # fmt: skip
        assert words in text


def test_the_next_three_days_that_have_time_are_shown_and_each_time_is_a_link(site):
    page = open_page("/team/robin-vale/")
    days = [one.get_text() for one in page.select(".open-day h3")]
    assert days == ["Tomorrow, Tuesday, March 3", "Thursday, March 5", "Tuesday, March 10"]
    times = page.select(".open-day .times a")
    assert [one.get_text() for one in times] == ["10 am", *["9 am", "9:30 am", "10 am"] * 2]
    assert times[0]["href"] == "/book/first-visit/robin-vale/20260303T150000Z/"
    for one in times:
        assert Client().get(one["href"]).status_code == 200


def test_times_of_a_day_are_told_apart_by_place_and_way_to_meet(site):
    person, mill = Practitioner.objects.get(), builders.make_location(name="Old Mill")
    Schedule.objects.create(
        practitioner=person, location=mill, weekday=3, starts=time(14), ends=time(15), modes=["in_person"]
    )
    day = open_page("/team/robin-vale/").select(".open-day")[1]
    assert [one.get_text() for one in day.select(".meta")] == [
        "In person at Riverside or by video",
        "In person at Old Mill",
    ]


def test_a_person_can_be_booked_for_each_service_that_can_be_booked(site):
    person = Practitioner.objects.get()
    person.services.add(builders.make_service(slug="by-call", name="By call", bookable_online=False))
    found = links(open_page("/team/robin-vale/"))
    assert found.count("/book/first-visit/?practitioner=robin-vale") == 3  # above, with the times, with the service
    assert not [one for one in found if one.startswith("/book/by-call/")]
    assert "/services/by-call/" in found


def test_what_was_not_entered_leaves_no_empty_heading(site):
    Practitioner.objects.update(
        biography="", first_visit="", pronouns="", credentials="", specialities=[], languages=[]
    )
    person = Practitioner.objects.get()
    person.services.clear()
    person.schedules.all().delete()
    details = ClinicDetails.load()
    details.paying, details.insurance_plans = "", []
    details.save()
    page = open_page("/team/robin-vale/")
    assert [one.get_text() for one in page.main.select("h2")] == []
    assert [one.get_text() for one in page.main.select("dt")] == ["Where"]
    assert not [one for one in links(page) if one.startswith("/book/")]


def test_a_person_without_open_times_can_be_asked_for(site):
    Schedule.objects.all().delete()
    page = open_page("/team/robin-vale/")
    assert "No time is open online" in page.main.get_text()
    assert "/contact/" in links(page)


def test_articles_that_a_person_reviewed_stand_apart_from_those_that_they_wrote(site):
    robin, other = Practitioner.objects.get(), builders.make_practitioner(name="Sam Reed")
    index = BlogIndexPage.objects.get()
    review = {"reviewed_by": robin, "reviewed_on": builders.NOW.date()}
    for fields in (
        {"title": "Own", "author": robin, **review},
        {"title": "Of another", "author": other, **review},
        {"title": "Of nobody", **review},
        {"title": "Unseen", "author": other},
    ):
        index.add_child(instance=ArticlePage(**fields))
    page = open_page("/team/robin-vale/")
    reviewed = page.find("section", attrs={"aria-labelledby": "reviewed"})
    assert {one.get_text() for one in reviewed.select("a")} == {"Of another", "Of nobody"}
    assert "Own" in [one.get_text() for one in page.select(".article-card h3")]
    assert "Unseen" not in page.main.get_text()


# --- A service --------------------------------------------------------------------------------------------


def test_a_service_says_what_happens_what_it_costs_and_who_offers_it_when(site):
    page = open_page("/services/first-visit/")
    text = page.main.get_text(" ", strip=True)
    for words in ("50 minutes", "In person, by video", "We listen.", "If you pay yourself $180 a visit",
                  "Thistledown Mutual All plans", "Ask us about a lower fee.", "Robin Vale"):  # fmt: skip
        assert words in text
    question = page.select_one("details.fold")
    assert question.summary.get_text(strip=True) == "Do I need a referral?"
    assert "No, you can book directly." in question.get_text()
    assert "/book/first-visit/robin-vale/20260303T150000Z/?mode=in_person" in links(page)


@pytest.mark.parametrize(("fee", "shown"), [("Free", False), ("$20", True), ("", True)])
def test_what_is_free_says_nothing_of_plans(site, fee, shown):
    Service.objects.update(fee=fee)
    assert ("Thistledown Mutual" in main_text("/services/first-visit/")) is shown


def test_a_service_that_cannot_be_booked_online_asks_for_a_call(site):
    Service.objects.update(bookable_online=False)
    page = open_page("/services/first-visit/")
    assert "Call or text us to book this" in page.main.get_text()
    assert not [one for one in links(page) if one.startswith("/book/")]


def test_the_page_of_services_says_how_paying_works_once(site):
    text = main_text("/services/")
    assert text.count("Thistledown Mutual") == text.count("Ask us about a lower fee.") == 1


# --- A place ----------------------------------------------------------------------------------------------


def test_a_place_says_how_to_get_there_when_and_whom_one_can_meet(site):
    page = open_page("/locations/riverside/")
    text = page.main.get_text(" ", strip=True)
    for words in (
        "The green door.",
        "Monday to Friday, 9 am to 9 pm",
        "Open now",
        "Robin Vale, LCSW Tuesday, Thursday",
    ):
        assert words in text
    found = links(page)
    assert "tel:+1-202-555-0102" in found
    assert "/team/?location=riverside#finder" in found
    assert [one for one in found if one.startswith("https://")] == [Location.objects.get().map_link]


def test_whoever_is_at_a_place_only_for_video_is_not_met_there(site):
    Schedule.objects.filter(weekday=1).update(modes=["video"])
    assert "Robin Vale, LCSW Thursday" in main_text("/locations/riverside/")
    Schedule.objects.update(modes=["video"])
    assert "Robin Vale" not in main_text("/locations/riverside/")


def test_the_page_of_places_leads_to_each_and_to_who_is_there(site):
    found = links(open_page("/locations/"))
    assert {"/locations/riverside/", "tel:+1-202-555-0102", "/team/?location=riverside#finder"} <= set(found)
