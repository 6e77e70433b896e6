"""`prepare_site` makes what is missing, leaves alone what is there, and each role gets what it needs and no more."""

from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from wagtail.models import GroupCollectionPermission, GroupPagePermission, Page, PageLogEntry, Revision, WorkflowPage

from blog.models import ArticlePage, BlogIndexPage, Topic
from booking.models import Status
from clinic.models import HomePage, StandardPage, User
from testimonials import models as testimonials
from tests import builders

MANAGERS, DESK, EDITORS, CLINICIANS = ROLES = ("Managers", "Front desk", "Editors", "Clinicians")


@pytest.fixture(scope="module")
def prepared_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        prepare_site()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def prepared(prepared_once, db):
    """A new site; what a test changes is undone."""


def prepare_site():
    call_command("prepare_site", stdout=StringIO())


def signed_in(role: str) -> Client:
    """Return a browser in which somebody with this role has signed in."""
    client = Client()
    client.force_login(builders.make_user(f"{role.replace(' ', '')}@example.org".lower(), groups=[role]))
    return client


def state() -> dict:
    """Return all that the command could change."""
    return {
        "pages": list(Page.objects.order_by("pk").values()),
        "revisions": Revision.objects.count(),
        "log": PageLogEntry.objects.count(),
        "roles": sorted(Group.objects.values_list("name", "permissions__codename")),
        "pages of roles": sorted(GroupPagePermission.objects.values_list("group", "page", "permission")),
        "reviews": sorted(
            WorkflowPage.objects.values_list("page__title", "workflow__name", "workflow__workflow_tasks__task")
        ),
        "files of roles": sorted(GroupCollectionPermission.objects.values_list("group", "collection", "permission")),
    }


@pytest.fixture
def appointment(prepared):
    """A request that waits, with somebody who does not sign in."""
    builders.make_details()
    service = builders.make_service()
    practitioner = builders.make_practitioner(services=[service])
    with time_machine.travel(builders.NOW, tick=False):
        yield builders.ask(service=service, practitioner=practitioner, starts_at=builders.at(4, 10))


# --- Pages ------------------------------------------------------------------------------------------------


def test_a_second_time_changes_nothing(prepared):
    before = state()
    prepare_site()
    assert state() == before


def test_words_that_editors_changed_stay(prepared):
    home, blog = HomePage.objects.get(), BlogIndexPage.objects.get()
    home.headline, blog.title, blog.introduction = "Our own words", "Notes", ""
    for page in (home, blog):
        page.save_revision().publish()
    before = state()
    prepare_site()
    assert state() == before
    assert HomePage.objects.get().headline == "Our own words"


def test_a_home_page_whose_steps_were_removed_keeps_its_words(prepared):
    home = HomePage.objects.get()
    home.headline, home.introduction, home.steps = "Our own words", "Come in.", []
    home.save_revision().publish()
    prepare_site()
    assert (HomePage.objects.get().headline, HomePage.objects.get().introduction) == ("Our own words", "Come in.")


def test_a_page_that_was_taken_offline_stays_offline(prepared):
    testimonials.TestimonialsPage.objects.get().unpublish()
    prepare_site()
    assert not testimonials.TestimonialsPage.objects.get().live


@pytest.mark.parametrize("page_type", [BlogIndexPage, testimonials.TestimonialsPage])
def test_a_page_that_got_another_address_is_not_made_again(prepared, page_type):
    page = page_type.objects.get()
    page.slug = "another-address"
    page.save_revision().publish()
    prepare_site()
    assert [one.slug for one in page_type.objects.all()] == ["another-address"]


def test_of_the_pages_that_were_deleted_only_those_that_the_site_needs_are_made_again(prepared):
    before = set(Page.objects.values_list("pk", flat=True))
    testimonials.TestimonialsPage.objects.get().delete()
    StandardPage.objects.get(slug="privacy").delete()
    prepare_site()
    made = Page.objects.exclude(pk__in=before).get()
    assert (made.slug, made.live, made.specific_class) == ("testimonials", True, testimonials.TestimonialsPage)


def test_the_site_has_the_address_that_people_use(prepared):
    call_command("prepare_site", address="https://clinic.example.org")
    assert HomePage.objects.get().full_url == "https://clinic.example.org/"
    call_command("prepare_site", address="http://127.0.0.1:8001")
    assert HomePage.objects.get().full_url == "http://127.0.0.1:8001/"


def test_the_menu_has_the_pages_that_people_look_for(prepared):
    titles = [page.title for page in HomePage.objects.get().get_children().live().in_menu()]
    assert titles == ["Articles", "Who you could talk to", "What we offer", "What it can be like", "Contact us"]


# --- Roles ------------------------------------------------------------------------------------------------


def test_every_role_may_enter_the_admin(prepared):
    for role in ROLES:
        assert Group.objects.get(name=role).permissions.filter(codename="access_admin").exists()
        assert signed_in(role).get(reverse("wagtailadmin_home")).status_code == 200


def test_a_role_that_the_practice_changed_stays_as_it_is(prepared):
    desk = Group.objects.get(name=DESK)
    desk.permissions.clear()
    Group.objects.get(name=EDITORS).permissions.remove(*Group.objects.get(name=EDITORS).permissions.all()[:1])
    before = state()
    prepare_site()
    assert state() == before


@pytest.mark.parametrize(
    ("screen", "arguments", "roles"),
    [
        ("appointments:index", [], {MANAGERS, DESK}),
        ("appointments:find", [], {MANAGERS, DESK}),
        ("weekly-hours:index", [], {MANAGERS, DESK}),
        ("time-off:index", [], {MANAGERS, DESK}),
        ("practitioner-rules:index", [], {MANAGERS, DESK}),
        ("calendar-feeds:index", [], {MANAGERS, DESK}),
        ("wagtailsettings:edit", ["clinic", "clinicdetails"], {MANAGERS, DESK}),
        ("wagtailsettings:edit", ["booking", "bookingrules"], {MANAGERS}),
        ("practitioner:index", [], {MANAGERS, DESK}),
        ("practitioner:add", [], {MANAGERS}),
        ("service:index", [], {MANAGERS}),
        ("location:index", [], {MANAGERS}),
        ("wagtailadmin_explore_root", [], {MANAGERS, EDITORS, CLINICIANS}),
        ("testimonial:index", [], {MANAGERS, EDITORS}),
        ("topic:index", [], {MANAGERS, EDITORS}),
        ("articles:index", [], {MANAGERS, EDITORS, CLINICIANS}),
        ("blog_reports:due_for_review", [], {MANAGERS, EDITORS, CLINICIANS}),
        ("wagtailimages:index", [], {MANAGERS, EDITORS, CLINICIANS}),
        ("wagtaildocs:index", [], {MANAGERS, EDITORS, CLINICIANS}),
        ("wagtailusers_users:index", [], set()),  # who gives roles could take any: superusers only
        ("wagtailusers_groups:index", [], set()),
    ],
)
def test_a_screen_opens_for_those_who_need_it_only(prepared, screen, arguments, roles):
    url = reverse(screen, args=arguments)
    arrived = {role: signed_in(role).get(url, follow=True).request["PATH_INFO"] for role in ROLES}
    assert {role for role, path in arrived.items() if path.startswith(url)} == roles


def test_visitors_are_asked_to_sign_in(prepared):
    for screen in ("appointments:index", "wagtailadmin_explore_root", "wagtailadmin_home"):
        response = Client().get(reverse(screen))
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


@pytest.mark.parametrize("role", [EDITORS, CLINICIANS])
def test_those_who_write_learn_nothing_of_appointments_and_answer_none(appointment, role):
    client = signed_in(role)
    for name in ("inspect", "confirm", "decline"):
        url = reverse(f"appointments:{name}", args=[appointment.pk])
        for response in (client.get(url), client.post(url)):
            assert response.status_code in (302, 403, 404, 405)
    appointment.refresh_from_db()
    assert appointment.status == Status.REQUESTED
    assert appointment.reference not in client.get(reverse("wagtailadmin_home")).content.decode()


def test_a_clinician_answers_their_own_appointments_and_those_of_nobody_else(appointment):
    client, user = signed_in(CLINICIANS), User.objects.get()
    service = appointment.service
    own = builders.make_practitioner(services=[service], user=user)
    theirs = builders.ask(service=service, practitioner=own, starts_at=builders.at(4, 10))
    for one in (appointment, theirs):
        client.post(reverse("appointments:confirm", args=[one.pk]))
        one.refresh_from_db()
    assert (appointment.status, theirs.status) == (Status.REQUESTED, Status.CONFIRMED)
    inbox = client.get(reverse("appointments:index")).content.decode()
    assert f"/admin/appointments/{theirs.pk}/" in inbox
    assert f"/admin/appointments/{appointment.pk}/" not in inbox


def test_the_front_desk_opens_and_answers_an_appointment_and_writes_no_page(appointment):
    client = signed_in(DESK)
    assert "Ada Birch" in client.get(reverse("appointments:inspect", args=[appointment.pk])).content.decode()
    client.post(reverse("appointments:confirm", args=[appointment.pk]))
    appointment.refresh_from_db()
    assert appointment.status == Status.CONFIRMED
    home = HomePage.objects.get()
    for name, arguments in [("edit", [home.pk]), ("add_subpage", [home.pk]), ("delete", [home.pk])]:
        assert client.get(reverse(f"wagtailadmin_pages:{name}", args=arguments)).status_code in (302, 403)


@pytest.mark.parametrize("role", ROLES)
def test_nobody_edits_or_deletes_a_row_of_an_appointment(appointment, role):
    client = signed_in(role)
    for action in ("edit", "delete", "history", "usage"):
        assert client.get(f"/admin/appointments/{action}/{appointment.pk}/").status_code == 404
    assert client.get("/admin/appointments/new/").status_code == 404


@pytest.mark.parametrize(("role", "publishes"), [(MANAGERS, True), (EDITORS, True), (CLINICIANS, False)])
def test_clinicians_write_drafts_and_editors_publish(prepared, role, publishes):
    client, blog = signed_in(role), BlogIndexPage.objects.get()
    url = reverse("wagtailadmin_pages:add", args=["blog", "articlepage", blog.pk])
    assert client.get(url).status_code == 200
    fields = {"title": "A night", "slug": "a-night", "introduction": "", "body-count": "0", "topic": "", "author": "",
              "published_on": "", "picture": "", "search_description": "", "seo_title": "", "comments-TOTAL_FORMS": "0",
              "comments-INITIAL_FORMS": "0", "sources-count": "0", "action-publish": "1"}  # fmt: skip
    response = client.post(url, fields)
    assert response.status_code == 302, response.context["form"].errors
    assert ArticlePage.objects.get().live is publishes


@pytest.mark.parametrize("fact", ["practitioner", "service", "location", "topic"])
def test_the_address_of_a_fact_is_made_from_its_name_until_the_fact_is_there(prepared, fact):
    """Later a new name leaves the address as it is: links lead there."""
    makers = {
        "practitioner": builders.make_practitioner,
        "service": builders.make_service,
        "location": builders.make_location,
        "topic": lambda: Topic.objects.create(name="Rest", slug="rest"),
    }
    client = signed_in(MANAGERS)
    assert 'data-controller="w-sync"' in client.get(reverse(f"{fact}:add")).content.decode()
    there = client.get(reverse(f"{fact}:edit", args=[makers[fact]().pk])).content.decode()
    assert 'data-controller="w-sync"' not in there
