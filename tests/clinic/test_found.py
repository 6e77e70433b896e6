"""What pages say of themselves to search engines and to whoever shares them, and which of them stay out."""

import re
import xml.etree.ElementTree as ElementTree
from datetime import UTC, datetime

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import URLPattern
from wagtail.models import Page, Site

from blog.models import ArticlePage, BlogIndexPage
from booking import urls as booking_urls
from clinic.models import ClinicDetails, CrisisHelpPage, HomePage, Location, Practitioner, Service, StandardPage
from tests import builders

PAGES = ["/", "/blog/", "/blog/on-waiting/", "/team/", "/services/", "/testimonials/", "/contact/", "/locations/",
         "/help-now/", "/privacy/", "/accessibility/"]  # fmt: skip
PARTS = ["/team/robin-vale/", "/services/first-visit/", "/locations/riverside/"]
PUBLIC = [*PAGES, *PARTS, "/book/"]
DETAILS = "/book/first-visit/robin-vale/20260305T150000Z/"


@pytest.fixture(scope="module")
def prepared(prepared_site, django_db_blocker):
    """The practice with one person, one service, one place and one article."""
    with django_db_blocker.unblock():
        service = builders.make_service(slug="first-visit")
        place = builders.make_location(slug="riverside")
        builders.make_practitioner(slug="robin-vale", services=[service], location=place, summary="Sleep.")
        article = ArticlePage(title="On waiting", slug="on-waiting", body=[("paragraph", "<p>Waiting is hard.</p>")])
        BlogIndexPage.objects.get().add_child(instance=article)
        article.save_revision().publish()


@pytest.fixture
def site(prepared, db):
    """The prepared practice, on a Monday at 10 am; what a test changes is undone."""
    with time_machine.travel(builders.NOW, tick=False):
        yield


def head(path: str) -> BeautifulSoup:
    response = Client().get(path)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").head


def said(page: BeautifulSoup, name: str) -> str:
    """Return the content of the one meta element called *name*."""
    [meta] = page.select(f'meta[name="{name}"], meta[property="{name}"]')
    return meta["content"]


def canonical(path: str) -> str:
    [link] = head(path).select("link[rel=canonical]")
    return link["href"]


# --- Every public page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", PUBLIC)
def test_a_page_says_what_it_is(site, path, settings):
    page = head(path)
    title = page.title.get_text()
    assert title.endswith("Quiet Room")
    assert title.removesuffix(" · Quiet Room") == said(page, "og:title")
    assert 3 < len(said(page, "description")) <= 201
    assert said(page, "og:description") == said(page, "description")
    assert said(page, "og:url") == canonical(path) == f"{settings.SITE_URL}{path}"
    assert said(page, "og:site_name") == "Quiet Room"
    assert said(page, "twitter:card") == "summary_large_image"
    assert (said(page, "og:image:width"), said(page, "og:image:height")) == ("1200", "630")
    picture = said(page, "og:image")
    assert picture.startswith(f"{settings.SITE_URL}/cards/")
    assert Client().get(picture.removeprefix(settings.SITE_URL))["Content-Type"] == said(page, "og:image:type")


def test_no_two_pages_say_the_same(site):
    heads = [head(path) for path in PUBLIC]
    assert len({page.title.get_text() for page in heads}) == len(PUBLIC)
    assert len({said(page, "description") for page in heads}) == len(PUBLIC)


def test_a_page_of_which_nothing_was_written_says_something(site):
    Page.objects.update(search_description="")
    for model in {page.specific_class for page in Page.objects.filter(depth__gt=1)}:
        emptied = {name: "" for name in ("introduction",) if hasattr(model, name)}
        if hasattr(model, "body"):
            emptied["body"] = "" if model is CrisisHelpPage else []
        model.objects.update(**emptied)
    Practitioner.objects.update(summary="")
    Service.objects.update(summary="")
    for path in PUBLIC:
        assert len(said(head(path), "description")) > 3, path


def test_what_was_written_for_search_engines_comes_first(site):
    page = StandardPage.objects.get(slug="privacy")
    page.introduction, page.search_description = "An introduction.", ""
    page.save()
    assert said(head("/privacy/"), "description") == "An introduction."
    page.search_description, page.seo_title = "For search engines.", "What we keep"
    page.save()
    assert said(head("/privacy/"), "description") == "For search engines."
    assert head("/privacy/").title.get_text() == "What we keep · Quiet Room"
    assert said(head("/privacy/"), "og:title") == "What we keep"


def test_the_first_paragraph_stands_in_for_a_description(site):
    assert said(head("/blog/on-waiting/"), "description") == "Waiting is hard."


def test_a_long_description_ends_after_a_word(site):
    Practitioner.objects.update(summary="", biography=f"<p>{'steady ' * 60}</p>")
    text = said(head("/team/robin-vale/"), "description")
    assert re.fullmatch(r"(steady )+steady…", text)
    assert len(text) <= 201


def test_odd_letters_stay_inside_the_head(site):
    evil = '"><script>alert(1)</script>\u202e😀'
    Practitioner.objects.update(name=evil, summary=evil)
    Location.objects.update(name=evil)
    ClinicDetails.objects.update(name=evil)
    HomePage.objects.update(introduction=evil)
    for path in ("/", *PARTS):
        response = Client().get(path)
        assert b"<script>alert" not in response.content
    assert said(head("/team/robin-vale/"), "og:description") == evil


# --- One address for each page ----------------------------------------------------------------------------


@pytest.mark.parametrize("path", PUBLIC)
def test_what_follows_the_question_mark_is_left_out(site, path, settings):
    for query in (
        "?utm_source=x",
        "?page=1",
        "?language=Spanish&mode=video",
        "?page=abc",
        "?from=2026-03-02",
        "?q=%22",
    ):
        assert canonical(f"{path}{query}") == f"{settings.SITE_URL}{path}"


def test_each_part_of_a_long_list_has_an_address_and_a_title_of_its_own(site, settings):
    index = BlogIndexPage.objects.get()
    for number in range(12):
        article = ArticlePage(title=f"Number {number}", slug=f"number-{number}")
        index.add_child(instance=article)
    assert canonical("/blog/?page=2&utm_source=x") == f"{settings.SITE_URL}/blog/?page=2"
    assert canonical("/blog/?page=99") == f"{settings.SITE_URL}/blog/?page=2"
    assert head("/blog/?page=2").title.get_text() == "Articles, page 2 · Quiet Room"


@pytest.fixture
def moved(site):
    """The site under another address than the one that is asked."""
    one = Site.objects.get()
    one.hostname, one.port = "clinic.example.org", 443
    one.save()
    yield
    Site.clear_site_root_paths_cache()  # it would outlive the transaction


def test_addresses_begin_with_that_of_the_site_whatever_was_asked(moved):
    page = BeautifulSoup(Client().get("/team/robin-vale/", HTTP_HOST="127.0.0.1:9999").content, "html.parser").head
    for name in ("og:url", "og:image"):
        assert said(page, name).startswith("https://clinic.example.org/")
    assert page.select_one("link[rel=canonical]")["href"] == "https://clinic.example.org/team/robin-vale/"
    assert "127.0.0.1" not in page.select_one("script[type='application/ld+json']").string


def test_a_page_that_is_being_written_can_be_previewed(site):
    home, index = HomePage.objects.get(), BlogIndexPage.objects.get()
    for above, page in ((home, StandardPage()), (index, ArticlePage())):  # as the admin prepares what is not stored yet
        page.path, page.depth = f"{above.path}ZZZZ", above.depth + 1
        page.set_url_path(above)
        assert page.make_preview_request().status_code == 200
    for page in (home, index, ArticlePage.objects.get(), StandardPage.objects.first()):
        page.title = ""
        assert page.make_preview_request().status_code == 200


# --- Not indexed ------------------------------------------------------------------------------------------


def addresses_of_booking() -> list[str]:
    """Every address below /book/ that the URL configuration knows, filled in with something."""
    examples = {"service": "first-visit", "practitioner": "robin-vale", "starts_at": "20260305T150000Z"}
    routes = [str(one.pattern) for one in booking_urls.urlpatterns if isinstance(one, URLPattern)]
    assert len(routes) == len(booking_urls.urlpatterns)
    return [
        "/book/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda match: examples.get(match[1], "x"), route) for route in routes
    ]


OF_THE_MOMENT = [
    "/book/nothing/", "/book/a/b/c/", "/search/", "/search/?q=sleep", "/admin/", "/admin/login/", "/calendars/x.ics",
    "/health/live",
]  # fmt: skip


@pytest.mark.parametrize("path", [*addresses_of_booking(), *OF_THE_MOMENT])
@pytest.mark.parametrize("method", ["get", "head", "post"])
def test_what_belongs_to_one_visit_is_not_indexed_whatever_the_answer(site, path, method):
    response = getattr(Client(), method)(path)
    if path == "/book/":
        assert not response.has_header("X-Robots-Tag")
    else:
        assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.parametrize("path", ["/book/first-visit/", DETAILS, "/search/", "/search/?q=sleep"])
def test_such_pages_say_so_themselves_too(site, path):
    assert said(head(path), "robots") == "noindex"


@pytest.mark.parametrize("path", [*PUBLIC, "/blog/feed/", "/robots.txt", "/cards/clinic.png"])
def test_what_stays_may_be_indexed(site, path):
    response = Client().get(path)
    assert response.status_code == 200
    assert not response.has_header("X-Robots-Tag")
    assert b"noindex" not in response.content


# --- The sitemap ------------------------------------------------------------------------------------------


def sitemap() -> dict[str, str]:
    """Return the last change of each address on the sitemap."""
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    tree = ElementTree.fromstring(Client().get("/sitemap.xml").content)
    return {one.findtext(f"{space}loc"): one.findtext(f"{space}lastmod") for one in tree}


def test_the_sitemap_has_every_page_with_a_date_and_no_other(site, settings):
    found = sitemap()
    assert set(found) == {f"{settings.SITE_URL}{path}" for path in [*PAGES, *PARTS]}
    for address, changed in found.items():
        assert re.fullmatch(r"20\d\d-\d\d-\d\d", changed), address
        assert canonical(address.removeprefix(settings.SITE_URL)) == address


def test_the_sitemap_says_when_facts_changed(site, settings):
    with time_machine.travel(datetime(2026, 4, 5, 16, tzinfo=UTC), tick=False):
        for row in (Practitioner.objects.get(), Service.objects.get(), Location.objects.get()):
            row.save()
    found = sitemap()
    assert {found[f"{settings.SITE_URL}{path}"] for path in PARTS} == {"2026-04-05"}
    assert found[f"{settings.SITE_URL}/team/"] != "2026-04-05"
