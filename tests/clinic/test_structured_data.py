"""The facts of the practice for search engines: true, in the words of schema.org, and nothing that breaks out."""

import json
from copy import deepcopy
from datetime import UTC, date, datetime, time, timedelta
from html import escape
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from clinic import hours
from clinic.models import ClinicDetails, HomePage, Location, Practitioner, Service, StandardPage
from tests import builders
from tests.clinic.vocabulary import complaints, nodes, structured_data

BELOW_HOME = ["/team/", "/services/", "/locations/", "/contact/", "/help-now/", "/privacy/", "/blog/", "/testimonials/",
              "/team/robin-vale/", "/services/first-visit/", "/locations/riverside/"]  # fmt: skip
EVIL = "</script><script>alert(1)</script> & <!--"


@pytest.fixture(scope="module")
def prepared(prepared_site, django_db_blocker):
    """The practice with one person, one service and one place."""
    with django_db_blocker.unblock():
        ClinicDetails.objects.update(street="1 Alder Street", city="Washington", region="DC", postal_code="20001")
        builders.close(prepared_site, date(2026, 3, 9), date(2026, 3, 10), "New floor")
        answer = "<p>No.</p><p>You can <b>book</b>.</p>"
        questions = [("question", {"question": "Do I need a referral?", "answer": answer})]
        service = builders.make_service(slug="first-visit", questions=questions)
        place = builders.make_location(slug="riverside", telephone="+12025550103")
        builders.make_practitioner(
            slug="robin-vale", services=[service], location=place, languages=["English", "Spanish"],
            specialities=["Sleep"], summary="Sleep.",
        )  # fmt: skip


@pytest.fixture
def site(prepared, db):
    """The prepared practice, on a Monday at 10 am; what a test changes is undone."""
    with time_machine.travel(builders.NOW, tick=False):
        yield


def fetch(path: str):
    response = Client().get(path)
    assert response.status_code == 200
    return response


# --- The vocabulary ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/", *BELOW_HOME])
def test_a_page_keeps_to_the_vocabulary(site, path):
    assert complaints(structured_data(fetch(path))) == []


@pytest.mark.parametrize(
    ("name", "value", "complaint"),
    [
        ("@type", "Clinic", "no such type: Clinic"),
        ("aggregateStars", 5, "MedicalClinic has no aggregateStars"),
        ("reviewedBy", "Ada", "MedicalClinic has no reviewedBy"),
        ("image", "picture.png", "MedicalClinic.image cannot be 'picture.png'"),
        ("address", {"@type": "Person", "name": "Ada"}, "MedicalClinic.address cannot be a Person"),
        ("parentOrganization", {"@id": "nowhere"}, "MedicalClinic.parentOrganization refers to nothing: nowhere"),
    ],
)
def test_a_slip_would_be_found(site, name, value, complaint):
    document = deepcopy(structured_data(fetch("/")))
    document["@graph"][0][name] = value
    assert complaint in complaints(document)


@pytest.mark.parametrize("path", ["/", *BELOW_HOME])
def test_the_practice_rates_nobody(site, path):
    text = json.dumps(structured_data(fetch(path)))
    for word in ("Review", "Rating", "geo"):
        assert word not in text


# --- What is said -----------------------------------------------------------------------------------------


def test_the_practice_says_how_to_reach_it(site, settings):
    practice = nodes(fetch("/"))["MedicalClinic"]
    assert practice["name"] == "Quiet Room"
    assert practice["telephone"] == "+12025550100"
    assert practice["address"] == {
        "@type": "PostalAddress", "streetAddress": "1 Alder Street", "addressLocality": "Washington",
        "addressRegion": "DC", "postalCode": "20001", "addressCountry": "US",
    }  # fmt: skip
    assert nodes(fetch("/contact/"))["MedicalClinic"] == practice
    assert practice["url"] == f"{settings.SITE_URL}/"


def test_the_first_place_stands_in_for_an_address_that_was_not_entered(site):
    ClinicDetails.objects.update(street="")
    Location.objects.update(street="7 Birch Lane")
    assert nodes(fetch("/"))["MedicalClinic"]["address"]["streetAddress"] == "7 Birch Lane"


def test_a_practice_of_which_little_is_known_says_little(site):
    details = ClinicDetails.load()
    ClinicDetails.objects.update(street="", telephone="")
    details.opening_hours.all().delete()
    details.closures.all().delete()
    Practitioner.objects.all().delete()
    Location.objects.all().delete()
    assert set(nodes(fetch("/"))["MedicalClinic"]) == {"@id", "@type", "name", "url", "image"}


def test_closures_are_said_until_they_are_over(site):
    def closed():
        spans = nodes(fetch("/"))["MedicalClinic"].get("specialOpeningHoursSpecification", [])
        return [(one["validFrom"], one["validThrough"], one["opens"], one["closes"]) for one in spans]

    assert closed() == [("2026-03-09", "2026-03-10", "00:00", "00:00")]
    with time_machine.travel(datetime(2026, 3, 11, 3, 59, tzinfo=UTC), tick=False):  # still the 10th in New York
        assert len(closed()) == 1
    with time_machine.travel(datetime(2026, 3, 11, 4, tzinfo=UTC), tick=False):
        assert closed() == []


def open_there(practice: dict, local: datetime) -> bool:
    """Whether *practice*, as a search engine reads it, is open at *local* (naive, the clinic's time)."""
    for one in practice.get("specialOpeningHoursSpecification", []):
        if one["validFrom"] <= f"{local:%Y-%m-%d}" <= one["validThrough"]:
            return False
    for one in practice["openingHoursSpecification"]:
        now, opens, closes = f"{local:%H:%M}", one["opens"], one["closes"]
        ends = "24:00" if closes in ("00:00", "23:59") else closes
        if f"https://schema.org/{local:%A}" in one["dayOfWeek"] and opens <= now < ends:
            return True
    return False


@pytest.mark.parametrize(
    "spans",
    [
        [(time(9), time(21))],
        [(time(9), time(12)), (time(13), time(0))],  # to midnight
        [(time(0), time(0))],  # day and night
    ],
)
def test_the_hours_say_the_same_as_the_site(site, spans):
    details = ClinicDetails.load()
    row = details.opening_hours.model
    details.opening_hours = [row(weekday=day, opens=a, closes=b) for day in (0, 1, 2, 5) for a, b in spans]
    details.save()
    details = ClinicDetails.load()
    practice = nodes(fetch("/"))["MedicalClinic"]
    zone = ZoneInfo(builders.NEW_YORK)
    for step in range(14 * 48):
        local = datetime(2026, 3, 9) + step * timedelta(minutes=30)
        now = hours.instant(local.date(), local.time(), zone)
        assert open_there(practice, local) == details.open_state(now).is_open, local


def test_a_person_says_who_they_are_and_where_they_work(site, settings):
    person = nodes(fetch("/team/robin-vale/"))["Person"]
    assert person["name"] == "Robin Vale"
    assert person["honorificSuffix"] == "LCSW"
    assert person["knowsLanguage"] == ["English", "Spanish"]
    assert person["worksFor"]["name"] == "Quiet Room"
    assert person["url"] == f"{settings.SITE_URL}/team/robin-vale/"


def test_questions_of_a_service_are_said_in_plain_words(site):
    [question] = nodes(fetch("/services/first-visit/"))["FAQPage"]["mainEntity"]
    assert question["name"] == "Do I need a referral?"
    assert question["acceptedAnswer"]["text"] == "No. You can book."


def test_a_service_without_questions_has_no_page_of_them(site):
    Service.objects.update(questions=[])
    assert "FAQPage" not in nodes(fetch("/services/first-visit/"))


# --- The way from the home page ---------------------------------------------------------------------------


@pytest.mark.parametrize("path", BELOW_HOME)
def test_every_page_below_home_says_the_way_to_it(site, path, settings):
    page = fetch(path)
    steps = nodes(page)["BreadcrumbList"]["itemListElement"]
    assert [one["position"] for one in steps] == list(range(1, len(steps) + 1))
    assert steps[0] == {"@type": "ListItem", "position": 1, "name": "Home", "item": f"{settings.SITE_URL}/"}
    assert steps[-1]["item"] == f"{settings.SITE_URL}{path}"
    for one in steps:
        fetch(one["item"].removeprefix(settings.SITE_URL))
    if link := BeautifulSoup(page.content, "html.parser").select_one("main .eyebrow a"):
        assert steps[-2]["item"] == f"{settings.SITE_URL}{link['href']}"


def test_the_home_page_leads_from_nowhere(site):
    assert "BreadcrumbList" not in nodes(fetch("/"))


def test_a_page_below_a_page_names_both_and_links_up(site):
    privacy = StandardPage.objects.get(slug="privacy")
    privacy.add_child(instance=StandardPage(title="Cookies", slug="cookies"))
    page = fetch("/privacy/cookies/")
    names = [one["name"] for one in nodes(page)["BreadcrumbList"]["itemListElement"]]
    assert names == ["Home", privacy.title, "Cookies"]
    link = BeautifulSoup(page.content, "html.parser").select_one("main .eyebrow a")
    assert (link["href"], link.get_text()) == ("/privacy/", privacy.title)


# --- Nothing breaks out -----------------------------------------------------------------------------------


def test_no_text_breaks_out_of_the_data(site):
    ClinicDetails.objects.update(name=EVIL)
    Practitioner.objects.update(name=EVIL, summary=EVIL, specialities=[EVIL])
    Service.objects.update(name=EVIL, questions=[("question", {"question": EVIL, "answer": f"<p>{escape(EVIL)}</p>"})])
    Location.objects.update(name=EVIL, street=EVIL)
    HomePage.objects.update(introduction=EVIL)
    for path in ("/", "/team/robin-vale/", "/services/first-visit/", "/locations/riverside/"):
        response = fetch(path)
        assert b"<script>alert" not in response.content
        assert EVIL in json.dumps(structured_data(response), ensure_ascii=False)
        assert complaints(structured_data(response)) == []
