"""What every public page owes its visitors, and what the odd request gets."""

from datetime import date
from html.parser import HTMLParser
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from wagtail.models import Page, PageViewRestriction, get_page_models

from blog.models import ArticlePage, BlogIndexPage
from booking.services import next_slots
from clinic.models import ClinicDetails, Practitioner, Service
from tests import builders

PAGES = ["/", "/blog/", "/team/", "/services/", "/testimonials/", "/contact/", "/locations/", "/help-now/",
         "/privacy/", "/accessibility/", "/blog/on-waiting/"]  # fmt: skip
PARTS = ["/team/robin-vale/", "/services/first-visit/", "/locations/riverside/"]
OTHERS = ["/search/", "/search/?q=waiting", "/book/", "/book/first-visit/", "details", "received"]
EVERYTHING = [*PAGES, *PARTS, *OTHERS, "/nowhere/"]
FOCUSABLE = {"button", "input", "select", "textarea", "summary", "iframe"}


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


class Document(HTMLParser):
    """The elements of a page in order, as (tag, attributes, parents)."""

    VOID = {"meta", "link", "img", "input", "br", "source", "hr", "path", "circle", "rect"}

    def __init__(self, response):
        super().__init__()
        self.text, self.elements, self.open = response.content.decode(), [], []
        self.feed(self.text)

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs), tuple(self.open)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag in self.open:
            while self.open.pop() != tag:
                pass

    def all(self, *tags) -> list[dict]:
        return [attributes for tag, attributes, _ in self.elements if tag in tags]

    def focusable(self) -> list[dict]:
        return [
            attributes
            for tag, attributes, _ in self.elements
            if (tag == "a" and "href" in attributes)
            or (tag in FOCUSABLE and attributes.get("type") != "hidden")
            or attributes.get("tabindex") == "0"
        ]


def address(name: str) -> str:
    """Return *name*, or the address of the booking page that it stands for."""
    if name == "details":
        slot = next_slots(service=Service.objects.get(), now=builders.NOW, count=1)[0]
        return f"/book/{slot.service.slug}/{slot.practitioner.slug}/{slot.stamp}/"
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
    page = Document(response)
    assert len(page.all("h1")) == 1
    assert len(page.all("title")) == 1
    landmarks = [tag for tag, _, parents in page.elements if parents == ("html", "body")]
    assert [tag for tag in landmarks if tag in ("header", "main", "footer")] == ["header", "main", "footer"]
    assert len(page.all("main")) == 1
    navigations = [attributes.get("aria-label") for attributes in page.all("nav")]
    assert navigations
    assert all(navigations)
    assert len(set(navigations)) == len(navigations)
    assert page.all("html")[0]["lang"] == "en-us"


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_first_stop_of_the_keyboard_leads_past_the_menu(site, name):
    page = Document(fetch(name))
    assert page.focusable()[0].get("href") == "#main"
    assert [attributes.get("id") for attributes in page.all("main")] == ["main"]
    assert page.all("main")[0].get("tabindex") == "-1"


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_says_how_to_reach_us_and_where_to_turn_right_now(site, name):
    page = Document(fetch(name))
    links = {attributes.get("href") for attributes in page.all("a")}
    assert {"tel:+1-202-555-0100", "sms:+12025550101", "tel:911", "tel:988", "sms:988"} <= links
    for words in ("(202) 555-0100", "(202) 555-0101", "Open now, until 9 pm", "Monday to Friday, 9 am to 9 pm"):
        assert words in page.text


@pytest.mark.parametrize("name", EVERYTHING)
def test_a_page_runs_nothing_inline_and_loads_nothing_from_elsewhere(site, name):
    response = fetch(name)
    policy = dict(part.strip().partition(" ")[::2] for part in response["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["form-action"] == "'self'"
    assert policy["base-uri"] == "'none'"
    assert "unsafe" not in response["Content-Security-Policy"]
    page = Document(response)
    for tag, attributes, _ in page.elements:
        assert tag != "style"
        assert tag != "script" or "src" in attributes or attributes.get("type") == "application/ld+json"
        assert not [key for key in attributes if key == "style" or key.startswith("on")]
        loaded = [attributes.get("src")] + ([attributes.get("href")] if tag == "link" else [])
        assert all(url.startswith("/") and not url.startswith("//") for url in loaded if url)


@pytest.mark.parametrize("name", ["/book/first-visit/", "details", "received", "/search/", "/search/?q=waiting"])
def test_a_page_of_the_moment_is_not_indexed(site, name):
    assert {"name": "robots", "content": "noindex"} in Document(fetch(name)).all("meta")


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
    assert Document(response).all("form")[0]["action"] == "/search/"


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
    links = [attributes.get("href") for attributes in Document(fetch(f"/search/?q={query}")).all("a")]
    assert found in links


def test_search_shows_neither_drafts_nor_private_pages(site):
    article = ArticlePage.objects.get()
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    draft = ArticlePage(title="Not finished waiting", slug="draft", live=False)
    BlogIndexPage.objects.get().add_child(instance=draft)
    text = fetch("/search/?q=waiting").content.decode()
    assert "On waiting" not in text
    assert "Not finished waiting" not in text


@pytest.mark.parametrize(
    "query",
    ["%00", "a%00b", "x" * 5000, "%20", "...!?", "'", '"', "\\", "%F0%9F%98%9F", "%FF%FE", "%27%3B%20DROP%20TABLE%20x--",
     "a%20%26%20%7C%20!%20(", ":*", "%3C-%3E", "<script>alert(1)</script>", "%E2%80%AE", "a+OR+1=1", "word%20" * 500],
)  # fmt: skip
def test_an_odd_query_is_answered(site, query):
    response = fetch(f"/search/?q={query}")
    assert response.status_code == 200
    assert "<script>alert" not in response.content.decode()


# --- Odd requests -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["/%00/", "/blog/%00/", "/team/%00/", "/team/x%00/", "/book/%00/", "/book/received/%00/", "/%FF/", "/" + "x" * 9000,
     "/book/first-visit/robin-vale/00010101T000000Z/", "/book/first-visit/robin-vale/99991231T235959Z/",
     "/book/first-visit/robin-vale/20261399T000000Z/", "/blog/topics/%00/", "/..%2f..%2fetc/passwd"],
)  # fmt: skip
def test_an_odd_address_is_no_page_and_no_error(site, name):
    assert fetch(name).status_code in (301, 404, 409)


@pytest.mark.parametrize(
    "query", ["?practitioner=%00", "?mode=%00", "?from=%00", "?from=9999-12-31", "?from=0001-01-01"]
)
def test_an_odd_filter_of_the_times_is_left_out(site, query):
    assert fetch(f"/book/first-visit/{query}").status_code == 200


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
    response = fetch("/sitemap.xml")
    text = response.content.decode()
    assert response.status_code == 200
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
    assert fetch("/health/ready").json() == {"database": "ok", "queue": "ok"}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE procrastinate_jobs RENAME TO elsewhere")
    response = fetch("/health/ready")
    assert response.status_code == 503
    assert response.json() == {"database": "ok", "queue": "unavailable"}
