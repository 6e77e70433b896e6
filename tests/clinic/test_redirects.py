"""Addresses that changed: what led there goes on leading there, in one step and never in a circle."""

import pytest
from django.test import Client
from django.urls import reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import ServicesPage, TeamPage
from tests import builders

BODY = [("paragraph", "<p>Waiting.</p>")]


@pytest.fixture
def staff(prepared_site, db) -> Client:
    """Somebody who may change everything."""
    client = Client()
    client.force_login(builders.make_user("boss@example.org", is_superuser=True))
    return client


def make(name: str, slug: str):
    """Make what is shown below a page: a practitioner, service, location or topic."""
    if name == "topic":
        topic = Topic.objects.create(name=slug.title(), slug=slug)
        article = ArticlePage(title="On waiting", slug=f"on-{slug}", body=BODY, topic=topic)
        BlogIndexPage.objects.get().add_child(instance=article)
        return topic
    return {
        "practitioner": builders.make_practitioner,
        "service": builders.make_service,
        "location": builders.make_location,
    }[name](slug=slug)


def rename(staff: Client, row, slug: str) -> None:
    """Change the slug in the admin, as staff do, leaving all else as it is."""
    address = reverse(f"{row._meta.model_name}:edit", args=[row.pk])
    form = staff.get(address).context["form"]
    data = {}
    for bound in form:
        value = bound.value()
        data[bound.html_name] = "" if value is None else value
    data |= {"slug": slug, "questions-count": "0", "biography": "null", "first_visit": "null", "body": "null",
             "directions": "null"}  # fmt: skip
    for name in ("specialities", "languages"):
        if isinstance(data.get(name), list):
            data[name] = ",".join(data[name])
    response = staff.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    row.refresh_from_db()
    assert row.slug == slug


def answer(path: str, **how) -> tuple[int, str]:
    """Return status and target of *path*."""
    response = Client().get(path, **how)
    return response.status_code, response.get("Location", "")


# --- People, services, places, topics ---------------------------------------------------------------------

SHOWN = [
    ("practitioner", "/team/{}/"),
    ("service", "/services/{}/"),
    ("location", "/locations/{}/"),
    ("topic", "/blog/topics/{}/"),
    ("topic", "/blog/topics/{}/feed/"),
    ("topic", "/blog/topics/{}/feed/atom/"),
    ("service", "/book/{}/"),
]


@pytest.mark.parametrize(("name", "address"), SHOWN)
def test_the_old_address_leads_to_the_new_one(staff, name, address):
    row = make(name, "ada")
    assert answer(address.format("ada"))[0] == 200
    assert answer(address.format("eve"))[0] == 404
    rename(staff, row, "eve")
    assert answer(address.format("ada")) == (301, address.format("eve"))
    assert answer(address.format("eve"))[0] == 200


@pytest.mark.parametrize(("name", "address"), SHOWN)
def test_twice_renamed_is_one_step_away(staff, name, address):
    row = make(name, "ada")
    for slug in ("bea", "eve"):
        rename(staff, row, slug)
    assert answer(address.format("ada")) == (301, address.format("eve"))
    assert answer(address.format("bea")) == (301, address.format("eve"))


@pytest.mark.parametrize(("name", "address"), SHOWN)
def test_a_name_taken_back_leads_nowhere_else(staff, name, address):
    row = make(name, "ada")
    for slug in ("bea", "ada"):
        rename(staff, row, slug)
    assert answer(address.format("ada"))[0] == 200
    assert answer(address.format("bea")) == (301, address.format("ada"))
    assert not Redirect.objects.filter(old_path=address.format("ada").rstrip("/")).exists()


def test_a_name_given_on_belongs_to_who_has_it_now(staff):
    first, second = make("practitioner", "ada"), make("practitioner", "bea")
    rename(staff, first, "ada-old")
    rename(staff, second, "ada")
    assert answer("/team/ada/")[0] == 200
    assert answer("/team/bea/") == (301, "/team/ada/")
    rename(staff, second, "bea")
    assert answer("/team/ada/") == (301, "/team/bea/")
    assert answer("/team/ada-old/")[0] == 200


def test_an_edit_that_keeps_the_name_leaves_no_redirect(staff):
    row = make("service", "ada")
    rename(staff, row, "ada")
    assert not Redirect.objects.exists()


def test_a_refused_name_leaves_no_redirect(staff):
    make("location", "bea")
    row = make("location", "ada")
    address = reverse("location:edit", args=[row.pk])
    assert staff.post(address, {"name": "Ada", "slug": "bea"}).status_code == 200
    assert not Redirect.objects.exists()


def test_somebody_who_left_is_not_found_under_an_old_name_either(staff):
    row = make("practitioner", "ada")
    rename(staff, row, "eve")
    type(row).objects.update(active=False)
    assert Client().get("/team/ada/", follow=True).status_code == 404


def test_redirects_follow_the_page_above_to_its_new_address(staff, django_capture_on_commit_callbacks):
    row = make("practitioner", "ada")
    rename(staff, row, "eve")
    with django_capture_on_commit_callbacks(execute=True):
        move(TeamPage.objects.get(), "people")
    assert answer("/team/eve/") == (301, "/people/eve/")
    assert answer("/team/ada/") == (301, "/people/eve/")
    rename(staff, row, "zoe")
    for old in ("/team/ada/", "/team/eve/", "/people/eve/"):
        assert answer(old) == (301, "/people/zoe/")


# --- Addresses of booking ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("/book/ada/?practitioner=robin&mode=video", "/book/eve/?practitioner=robin&mode=video"),
        ("/book/ada/robin/20260305T150000Z/", "/book/eve/robin/20260305T150000Z/"),
        ("/book/ada/robin/20260305T150000Z/?mode=video", "/book/eve/robin/20260305T150000Z/?mode=video"),
        ("/book/ada/ask/", "/book/eve/ask/"),
        ("/book/ada/openings.json?from=2026-03-02", "/book/eve/openings.json?from=2026-03-02"),
    ],
)
def test_addresses_below_a_renamed_service_move_along(staff, old, new):
    rename(staff, make("service", "ada"), "eve")
    assert answer(old) == (301, new)


def test_a_form_that_was_open_meanwhile_is_sent_on(staff):
    service = make("service", "ada")
    builders.make_practitioner(slug="robin", services=[service])
    rename(staff, service, "eve")
    response = Client().post("/book/ada/robin/20260305T150000Z/", {"full_name": "Ada Birch"})
    assert (response.status_code, response["Location"]) == (308, "/book/eve/robin/20260305T150000Z/")


@pytest.mark.parametrize(
    "path",
    ["/book/nothing/", "/book/nothing/robin/20260305T150000Z/", "/book/%00/", "/book//", "/book/a/b/c/d/", "/x/ada/"],
)
def test_what_was_never_there_is_not_found(staff, path):
    rename(staff, make("service", "ada"), "eve")
    assert answer(path)[0] == 404


def test_another_redirect_is_no_way_out_of_booking(staff):
    Redirect.add_redirect("/book/ada", "https://elsewhere.example.org/")
    assert answer("/book/ada/robin/")[0] == 404


def test_the_same_path_on_another_site_is_somewhere_else(staff):
    Redirect.add_redirect("/shop/", "https://elsewhere.example.org/shop/")
    Redirect.add_redirect("/round/", "/round/")
    assert answer("/shop/") == (301, "https://elsewhere.example.org/shop/")
    assert answer("/round/")[0] == 404


# --- Pages ------------------------------------------------------------------------------------------------


def move(page: Page, slug: str) -> None:
    """Publish *page* under another slug, as the editor does."""
    page.slug = slug
    page.save_revision().publish()


@pytest.fixture
def article(staff):
    return make("topic", "sleep").articles.get()


def test_an_article_that_moved_is_found(article, django_capture_on_commit_callbacks):
    for slug in ("second", "third"):
        with django_capture_on_commit_callbacks(execute=True):
            move(article, slug)
    assert answer("/blog/on-sleep/") == answer("/blog/second/") == (301, "/blog/third/")


def test_an_article_back_at_its_address_leads_nowhere_else(article, django_capture_on_commit_callbacks):
    for slug in ("second", "on-sleep"):
        with django_capture_on_commit_callbacks(execute=True):
            move(article, slug)
    assert answer("/blog/on-sleep/")[0] == 200
    assert answer("/blog/second/") == (301, "/blog/on-sleep/")
    article.unpublish()
    assert Redirect.objects.filter(old_path="/blog/on-sleep").exists()  # Wagtail's own, which would lead to itself
    assert answer("/blog/on-sleep/")[0] == 404


def test_the_listing_takes_everything_below_it_along(article, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        move(BlogIndexPage.objects.get(), "articles")
    for path in ("", "on-sleep/", "topics/sleep/", "feed/", "feed/atom/", "topics/sleep/feed/"):
        assert answer(f"/blog/{path}") == (301, f"/articles/{path}")
        assert answer(f"/articles/{path}")[0] == 200


def test_services_move_with_their_page_and_booking_stays(staff, django_capture_on_commit_callbacks):
    make("service", "ada")
    with django_capture_on_commit_callbacks(execute=True):
        move(ServicesPage.objects.get(), "offers")
    assert answer("/services/ada/") == (301, "/offers/ada/")
    assert answer("/book/ada/")[0] == 200
