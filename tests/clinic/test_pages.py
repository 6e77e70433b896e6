"""What every public page owes its visitors, and what the odd request gets."""

from datetime import date
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from wagtail.models import Page, PageViewRestriction, get_page_models

from blog.models import ArticlePage, BlogIndexPage
from clinic.models import ClinicDetails, CrisisHelpPage, Practitioner, Service
from tests import builders

PAGES = ["/", "/blog/", "/team/", "/services/", "/testimonials/", "/contact/", "/locations/", "/help-now/",
         "/privacy/", "/accessibility/", "/blog/on-waiting/"]  # fmt: skip
DETAILS = "/book/first-visit/robin-vale/20260305T150000Z/"  # Thursday at ten
PARTS = ["/team/robin-vale/", "/services/first-visit/", "/locations/riverside/"]
OTHERS = ["/search/", "/search/?q=waiting", "/book/", "/book/first-visit/", DETAILS, "received"]
EVERYTHING = [*PAGES, *PARTS, *OTHERS, "/nowhere/"]
FOCUSABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, iframe, [tabindex='0']"


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """A new practice with one person, one service, one place and one article; made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        service = builders.make_service(slug="first-visit")
        place = builders.make_location(slug="riverside")
        builders.make_practitioner(slug="robin-vale", services=[service], location=place, summary="Sleep.")
        article = ArticlePage(title="On waiting", slug="on-waiting", body=[("paragraph", "<p>Waiting.</p>")])
        BlogIndexPage.objects.get().add_child(instance=article)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(prepared, db):
    """The prepared practice, on a Monday at 10 am; what a test changes is undone."""
    with time_machine.travel(builders.NOW, tick=False):
        yield


def tree(response) -> BeautifulSoup:
    """The page as a tree."""
    return BeautifulSoup(response.content, "html.parser")


def address(name: str) -> str:
    """Return *name*, or for "received" the address of the page that follows a request."""
    if name == "received":
        start = builders.at(4, 10)
        asked = builders.ask(service=Service.objects.get(), practitioner=Practitioner.objects.get(), starts_at=start)
        return f"/book/received/{asked.reference}/"
    return name


def fetch(name: str):
    return Client(raise_request_exception=False).get(address(name))


# --- Every page -------------------------------------------------------------------------------------------


def test_the_list_of_pages_is_complete(site):
    pages = Page.objects.live().filter(depth__gt=1)
    assert {page.url for page in pages} == set(PAGES)
    assert {page.specific_class for page in pages} == set(get_page_models()) - {Page}


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_answers_and_stands_on_its_landmarks(site, name):
    response = fetch(name)
    assert response.status_code == (404 if name == "/nowhere/" else 200)
    page = tree(response)
    assert len(page.select("h1")) == len(page.select("head title")) == len(page.select("main")) == 1
    landmarks = page.body.find_all(["header", "main", "footer"], recursive=False)
    assert [one.name for one in landmarks] == ["header", "main", "footer"]
    navigations = [one.get("aria-label") for one in page.select("nav")]
    assert navigations
    assert all(navigations)
    assert len(set(navigations)) == len(navigations)
    assert page.html["lang"] == "en-us"


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_first_stop_of_the_keyboard_leads_past_the_menu(site, name):
    page = tree(fetch(name))
    assert page.select(FOCUSABLE)[0].get("href") == "#main"
    assert page.main["id"] == "main"
    assert page.main["tabindex"] == "-1"


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_says_how_to_reach_us_and_where_to_turn_right_now(site, name):
    page = tree(fetch(name))
    links = {one["href"] for one in page.select("a[href]")}
    text_us = "sms:+12025550101?&body=Hello%2C%20I%20have%20a%20question."
    assert {"tel:+1-202-555-0100", text_us, "tel:911", "tel:988", "sms:988"} <= links
    footer = page.body.find("footer", recursive=False).get_text()
    for words in (
        "(202) 555-0100",
        "(202) 555-0101",
        "Open now, until 9 pm.",
        "We’re here on weekdays from 9 am to 9 pm.",
    ):
        assert words in footer


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_runs_nothing_inline_and_loads_nothing_from_elsewhere(site, name):
    response = fetch(name)
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == policy["base-uri"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert "unsafe" not in response["Content-Security-Policy"]
    page = tree(response)
    assert not page.select("style, [style], script:not([src]):not([type='application/ld+json'])")
    assert not [one for one in page.find_all(True) if any(key.startswith("on") for key in one.attrs)]
    loaded = [one.get("src") or one["href"] for one in page.select("[src], link[href]:not([rel=canonical])")]
    assert loaded
    assert all(url.startswith("/") and not url.startswith("//") for url in loaded)


@pytest.mark.parametrize("name", ["/book/first-visit/", DETAILS, "received", "/search/", "/search/?q=waiting"])
def test_a_page_of_the_moment_is_not_indexed(site, name):
    assert tree(fetch(name)).select_one("head meta[name=robots]")["content"] == "noindex"


@pytest.mark.parametrize("name", [*PAGES, *PARTS, "/book/"])
def test_a_page_that_stays_may_be_indexed(site, name):
    assert "noindex" not in fetch(name).content.decode()


# --- Pages below pages ------------------------------------------------------------------------------------


def test_somebody_who_left_has_no_page_any_more(site):
    Practitioner.objects.update(active=False)
    assert fetch("/team/robin-vale/").status_code == 404
    for name in ("/team/", "/services/first-visit/", "/locations/riverside/", "/", "/search/?q=Robin", "/sitemap.xml"):
        assert "/team/robin-vale/" not in fetch(name).content.decode()


@pytest.mark.parametrize("name", ["/team/nobody/", "/services/nothing/", "/locations/nowhere/", "/team/robin-vale/x/"])
def test_an_unknown_address_gets_the_kind_page(site, name):
    response = fetch(name)
    assert response.status_code == 404
    assert "We can’t find this page" in response.content.decode()
    assert tree(response).form["action"] == "/search/"


def test_the_contact_page_names_closures_until_they_are_over(site):
    details = ClinicDetails.load()
    builders.close(details, date(2026, 2, 1), date(2026, 3, 1), "Winter break")
    builders.close(details, date(2026, 3, 2), date(2026, 3, 4), "New floor")
    builders.close(details, date(2026, 5, 25), name="Memorial Day")
    text = fetch("/contact/").content.decode()
    assert "Winter break" not in text
    assert "New floor: Monday, March 2 to Wednesday, March 4" in text
    assert "Memorial Day: Monday, May 25<" in text


# --- Search -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "found"),
    [("waiting", "/blog/on-waiting/"), ("Robin", "/team/robin-vale/"), ("first visit", "/services/first-visit/")],
)
def test_search_finds_pages_people_and_services(site, query, found):
    results = tree(fetch(f"/search/?q={query}")).select(".results a")
    assert found in [one["href"] for one in results]


def test_search_shows_neither_drafts_nor_private_pages(site):
    article = ArticlePage.objects.get()
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    draft = ArticlePage(title="Not finished waiting", slug="draft", live=False)
    BlogIndexPage.objects.get().add_child(instance=draft)
    text = fetch("/search/?q=waiting").content.decode().lower()
    assert "on waiting" not in text
    assert "finished waiting" not in text


@pytest.mark.parametrize(
    "query",
    ["%00", "a%00b", "x" * 5000, "%20", "...!?", "'", '"', "\\", "%F0%9F%98%9F", "%FF%FE", "%E2%80%AE", ":*", "%3C-%3E",
     "%27%3B%20DROP%20TABLE%20x--", "a%20%26%20%7C%20!%20(", "<script>alert(1)</script>", "a+OR+1=1", "word%20" * 500],
)  # fmt: skip
def test_an_odd_query_is_answered(site, query):
    response = fetch(f"/search/?q={query}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


# --- Odd requests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["/%00/", "/blog/%00/", "/team/%00/", "/team/x%00/", "/%FF/", f"/{'x' * 9000}/", "/blog/topics/%00/", "/..%2f/"],
)
def test_an_odd_address_is_no_page_and_no_error(site, name):
    assert fetch(name).status_code == 404


def test_an_unknown_host_is_a_bad_request_and_no_error(site, settings):
    settings.ALLOWED_HOSTS = ["clinic.example.org"]
    response = Client(raise_request_exception=False).get("/", HTTP_HOST="evil.example.org")
    assert response.status_code == 400
    assert "evil.example.org" not in response.content.decode()


# --- For machines -----------------------------------------------------------------------------------------


def test_robots_are_sent_to_the_sitemap_and_not_to_the_admin(site, settings):
    text = fetch("/robots.txt").content.decode()
    assert "Disallow: /admin/" in text
    assert f"Sitemap: {settings.SITE_URL}/sitemap.xml" in text


def test_the_sitemap_has_every_page_under_the_address_of_the_site(site, settings):
    text = fetch("/sitemap.xml").content.decode()
    for name in [*PAGES, *PARTS]:
        assert f"<loc>{settings.SITE_URL}{name}</loc>" in text


def test_security_txt_is_valid_for_a_while(site, settings):
    text = fetch("/.well-known/security.txt").content.decode()
    assert f"Contact: {settings.SITE_URL}/contact/" in text
    assert "Expires: 2027-01-01T00:00:00Z" in text


def test_live_asks_nobody(site, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = fetch("/health/live")
    assert (response.status_code, response.content) == (200, b"ok")


def test_ready_says_what_is_missing(site):
    assert set(fetch("/health/ready").json().values()) == {"ok"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs RENAME TO elsewhere")
    response = fetch("/health/ready")
    assert response.status_code == 503
    assert (response.json()["database"], response.json()["queue"]) == ("ok", "unavailable")


def test_lines_that_staff_add_stand_on_the_help_page(site):
    page = CrisisHelpPage.objects.get()
    line = {
        "name": "A line for parents",
        "call": "1-800-555-0100",
        "text_to": "55501",
        "text_word": "HELLO",
        "about": "At night",
    }
    page.lines = [("line", line)]
    page.save_revision().publish()
    text = Client().get("/help-now/").content.decode()
    for words in ("A line for parents", "At night", 'href="tel:1-800-555-0100"', 'href="sms:55501?&amp;body=HELLO"'):
        assert words in text
