"""The menu at the top and the links at the bottom: those that were chosen, or else what pages say of themselves."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from clinic.models import HomePage, Navigation, OutboundLinks, StandardPage
from clinic.models.site import FooterLink, TopMenuLink
from clinic.templatetags.navigation import place_of
from tests import builders

PLACES = {"menu_links": "nav.menu a", "footer_links": ".small-print a"}


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """A new practice; made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(prepared, db):
    """The prepared practice; what a test changes is undone."""


def choose(*links: dict, place="menu_links", footer_note=""):
    """Choose *links* (fields of MenuLink) for the menu or the footer."""
    model = {"menu_links": TopMenuLink, "footer_links": FooterLink}[place]
    navigation = Navigation.load()
    navigation.footer_note = footer_note
    setattr(navigation, place, [model(**link) for link in links])
    navigation.save()


def slug(name: str) -> Page:
    return Page.objects.get(slug=name)


def links(place="menu_links", address="/"):
    """The links of the menu or the footer on the page at *address*."""
    page = BeautifulSoup(Client().get(address).content, "html.parser")
    return page.select(PLACES[place])


def words(place="menu_links", address="/") -> list[tuple[str, str]]:
    """What the links say, and where they lead."""
    return [(link.get_text(" ", strip=True), link["href"]) for link in links(place, address)]


# --- Nothing chosen ---------------------------------------------------------------------------------------


def test_without_a_choice_the_pages_decide(site):
    assert [url for _, url in words()] == ["/blog/", "/team/", "/services/", "/testimonials/", "/contact/"]
    assert words("footer_links") == [
        ("Privacy", "/privacy/"),
        ("Accessibility", "/accessibility/"),
        ("Locations", "/locations/"),
        ("Search", "/search/"),
    ]


def test_the_practice_is_not_made_to_choose_and_reading_makes_one_row_at_most(site):
    for _ in range(3):
        Client().get("/")
    assert Navigation.objects.count() == 1


# --- Chosen links -----------------------------------------------------------------------------------------


def test_chosen_links_stand_in_their_order_with_their_words_or_the_title_of_the_page(site):
    choose({"page": slug("team"), "title": "People"}, {"page": slug("blog")}, {"address": "/book/", "title": "Times"})
    assert words() == [("People", "/team/"), ("Articles", "/blog/"), ("Times", "/book/")]


def test_chosen_links_at_the_bottom_replace_those_that_stand_there_by_themselves(site):
    choose({"page": slug("privacy")}, place="footer_links", footer_note="License 12345")
    assert words("footer_links") == [("Privacy", "/privacy/"), ("Search", "/search/")]
    assert "License 12345" in BeautifulSoup(Client().get("/").content, "html.parser").footer.get_text()


def test_the_line_at_the_bottom_needs_no_chosen_links(site):
    choose(footer_note="License 12345")
    assert "License 12345" in Client().get("/").text
    assert len(words()) == 5


def test_what_was_chosen_does_not_stand_there_twice(site):
    choose({"address": "/search/", "title": "Find"}, {"page": slug("help-now")})
    choose({"address": "/search/", "title": "Find"}, place="footer_links")
    page = BeautifulSoup(Client().get("/").content, "html.parser")
    assert [link["href"] for link in page.select(".phone-menu a")] == ["/search/", "/help-now/"]
    assert [link["href"] for link in page.select(".small-print a")] == ["/search/"]


def test_a_page_from_deeper_in_the_site_can_be_chosen(site):
    parent = StandardPage.objects.get(slug="privacy")
    parent.add_child(instance=StandardPage(title="Your rights", slug="rights"))
    choose({"page": slug("rights")})
    assert words() == [("Your rights", "/privacy/rights/")]


@pytest.mark.parametrize("hidden", ["draft", "private", "below a private page"])
@pytest.mark.parametrize("place", PLACES)
def test_pages_that_visitors_may_not_see_are_left_out(site, place, hidden):
    parent = StandardPage.objects.get(slug="privacy")
    child = parent.add_child(instance=StandardPage(title="Your rights", slug="rights", live=hidden != "draft"))
    choose({"page": child}, {"page": slug("contact")}, place=place)
    if hidden != "draft":
        page = child if hidden == "private" else parent
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert "/privacy/rights/" not in Client().get("/").text
    assert ("Contact us", "/contact/") in words(place)


def test_a_deleted_page_takes_its_link_with_it(site):
    choose({"page": slug("accessibility")}, {"page": slug("contact")})
    slug("accessibility").specific.delete()
    assert words() == [("Contact us", "/contact/")]


def test_where_no_chosen_page_can_be_read_there_is_no_empty_menu(site):
    choose({"page": slug("contact")})
    slug("contact").specific.unpublish()
    assert not BeautifulSoup(Client().get("/").content, "html.parser").select("nav.menu")


# --- Where one is, and where links lead -------------------------------------------------------------------


def test_the_menu_tells_where_one_is(site):
    home = HomePage.objects.get()
    choose({"page": home, "title": "Start"}, {"page": slug("team")}, {"address": "/search/", "title": "Search"})
    builders.make_practitioner(slug="robin")
    expected = {"/": "Start", "/team/": "People", "/team/robin/": "People", "/search/": "Search", "/contact/": None}
    for address, where in expected.items():
        current = {link.get_text(strip=True): link.get("aria-current") for link in links(address=address)}
        title = slug("team").title if where == "People" else where
        kind = "true" if address == "/team/robin/" else "page"
        assert {name: state for name, state in current.items() if state} == ({title: kind} if where else {})


@pytest.mark.parametrize(
    ("url", "path", "expected"),
    [
        ("/team/", "/team/", "page"),
        ("/team/", "/team/robin/", "true"),
        ("/team/", "/teams/", ""),
        ("/book", "/booking/", ""),
        ("/", "/", "page"),
        ("/", "/team/", ""),
        ("https://example.org/", "/", ""),
    ],
)
def test_a_link_is_current_for_its_page_and_those_below_it(url, path, expected):
    assert place_of(url, path) == expected


@pytest.mark.parametrize("place", PLACES)
def test_a_link_to_another_site_says_where_it_leads(site, place):
    choose({"address": "https://www.portal.example.org/x", "title": "Portal"}, place=place)
    link = next(one for one in links(place) if one["href"].startswith("https:"))
    assert link.get_text(" ", strip=True) == "Portal (portal.example.org)"
    assert link["rel"] == ["noopener"]
    assert not [one for one in links(place) if one["href"].startswith("/") and one.get("rel")]


def test_a_link_to_a_commercial_site_says_that_too(site):
    OutboundLinks.objects.create(commercial_sites="example.com")
    choose({"address": "https://shop.example.com/", "title": "Books"})
    [link] = links()
    assert link["rel"] == ["sponsored", "noopener"]
    assert "(sponsored)" in link.parent.get_text()


# --- What it costs, and who may ---------------------------------------------------------------------------


def test_menus_cost_one_query_however_many_links_there_are(site):
    def queries():
        with CaptureQueriesContext(connection) as asked:
            Client().get("/search/")
        return len(asked)

    Client().get("/search/")
    nothing_chosen = queries()
    chosen = [{"page": slug(name)} for name in ("blog", "team", "services", "testimonials")]
    choose(*chosen)
    choose(*chosen, {"address": "/search/", "title": "Search"}, place="footer_links")
    assert queries() == nothing_chosen


@pytest.mark.parametrize(
    ("setting", "roles"),
    [("navigation", {"Managers", "Editors"}), ("outboundlinks", {"Managers", "Editors"})],
)
def test_managers_and_editors_change_what_stands_around_the_pages(site, setting, roles):
    url = reverse("wagtailsettings:edit", args=["clinic", setting])
    opened = set()
    for role in ("Managers", "Front desk", "Editors", "Clinicians"):
        client = Client()
        client.force_login(builders.make_user(f"{role.replace(' ', '')}@example.org".lower(), groups=[role]))
        if client.get(url, follow=True).request["PATH_INFO"].startswith(url):
            opened.add(role)
    assert opened == roles


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"page_id": 1, "address": "/book/", "title": "Both"},
        {"address": "/book/"},
        {"address": "javascript:alert(1)", "title": "Script"},
        {"address": "http://example.org/", "title": "Open to readers on the way"},
    ],
    ids=["nothing", "both", "no words", "a script", "no encryption"],
)
def test_a_link_that_leads_nowhere_or_somewhere_bad_is_refused(db, wrong):
    with pytest.raises(ValidationError):
        TopMenuLink(**wrong).full_clean(exclude=["navigation"])
