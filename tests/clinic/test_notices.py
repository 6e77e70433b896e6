"""A notice stands above every page from its first minute to its last, and those who need to can write one."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageViewRestriction

from clinic.models import ClinicDetails, Notice
from tests import builders
from tests.builders import NOW, signed_in

PAGES = ["/", "/blog/", "/help-now/", "/search/?q=a", "/book/", "/book/talk/", "/book/talk/robin/20260305T150000Z/",
         "/nowhere/"]  # fmt: skip


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """A new practice; made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        builders.make_practitioner(slug="robin", services=[builders.make_service(slug="talk")])
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(prepared, db):
    """The prepared practice; the clock stands at NOW and can be moved."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


def notify(text="We are closed on Thursday.", *, starts_at=NOW, ends_at=None, page=None) -> Notice:
    return Notice.objects.create(text=text, starts_at=starts_at, ends_at=ends_at, link_page=page)


def shown(address="/") -> list[str]:
    """The notices above the page at *address*."""
    page = BeautifulSoup(Client().get(address).content, "html.parser")
    return [" ".join(one.get_text().split()) for one in page.select("body > aside[aria-label] p")]


# --- What visitors see ------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", PAGES)
def test_a_notice_stands_above_every_page_and_after_the_way_past_the_menu(site, address):
    notify()

    assert shown(address) == ["We are closed on Thursday."]
    page = BeautifulSoup(Client().get(address).content, "html.parser")
    order = [one.name for one in page.body.find_all(["a", "aside", "header", "main"], recursive=False)]
    assert order == ["a", "aside", "header", "main"]


def test_without_a_notice_nothing_stands_there(site):
    assert not BeautifulSoup(Client().get("/").content, "html.parser").select("aside.notices")


def test_a_notice_is_shown_from_its_first_moment_until_its_last(site):
    end = NOW + timedelta(hours=1)
    notify(ends_at=end)
    instants = {
        NOW - timedelta(seconds=1): False,
        NOW: True,
        end - timedelta(seconds=1): True,
        end: False,
    }
    for instant, expected in instants.items():
        site.move_to(instant)
        assert bool(shown()) is expected, instant


def test_a_notice_without_an_end_stays_until_it_is_deleted(site):
    notice = notify()
    site.move_to(NOW + timedelta(days=900))
    assert shown()
    notice.delete()
    assert not shown()


def test_of_several_notices_the_newest_stands_first(site):
    notify("Older.", starts_at=NOW - timedelta(days=1))
    notify("Newer.")
    assert shown() == ["Newer.", "Older."]


def test_a_notice_leads_to_its_page_by_the_name_of_that_page(site):
    notify(page=Page.objects.get(slug="contact"))
    assert shown() == ["We are closed on Thursday. Contact us"]
    assert shown("/contact/") == ["We are closed on Thursday."]  # we are there already


@pytest.mark.parametrize("hidden", ["draft", "private"])
def test_a_notice_does_not_lead_to_a_page_that_visitors_may_not_see(site, hidden):
    page = Page.objects.get(slug="contact")
    notify(page=page)
    if hidden == "draft":
        page.specific.unpublish()
    else:
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
    assert shown() == ["We are closed on Thursday."]


def test_what_is_written_is_text_and_not_html(site):
    notify("<script>alert(1)</script>")
    assert shown() == ["<script>alert(1)</script>"]
    assert b"<script>alert" not in Client().get("/").content


def test_notices_and_menus_cost_one_query_however_many_there_are(site):
    Client().get("/privacy/")
    with CaptureQueriesContext(connection) as without:
        Client().get("/privacy/")
    for number in range(3):
        notify(f"Notice {number}.", page=Page.objects.get(slug="contact"))
    with CaptureQueriesContext(connection) as with_three:
        Client().get("/privacy/")

    assert len(with_three) == len(without)
    assert sum("clinic_notice" in query["sql"] for query in with_three) == 1
    assert sum("clinic_navigation" in query["sql"] for query in with_three) == 1


def test_the_database_refuses_an_end_before_the_start(db):
    with pytest.raises(IntegrityError, match="notice_ends_after_start"), transaction.atomic():
        notify(ends_at=NOW)


# --- What staff do ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("role", "may"), [("Managers", True), ("Front desk", True), ("Editors", True), ("Clinicians", False)]
)
def test_those_who_need_to_write_notices_and_nobody_else(site, role, may):
    client = signed_in(role)
    fields = {"text": "Back on Monday.", "link_page": "", "starts_at": "2026-03-02 10:00", "ends_at": ""}
    client.post(reverse("notices:add"), fields)

    assert Notice.objects.filter(text="Back on Monday.").exists() is may
    assert (client.get(reverse("notices:index")).status_code == 200) is may


def test_times_are_those_of_the_practice_wherever_the_person_sits(site, settings):
    details = ClinicDetails.load()
    details.time_zone = "America/Los_Angeles"
    details.save()
    client = signed_in("Editors")
    client.post(reverse("notices:add"), {"text": "A", "link_page": "", "starts_at": "2026-03-02 09:00", "ends_at": ""})
    notice = Notice.objects.get()

    assert notice.starts_at.isoformat() == "2026-03-02T17:00:00+00:00"  # nine in Los Angeles, noon in New York
    assert 'value="2026-03-02 09:00"' in client.get(reverse("notices:edit", args=[notice.pk])).text
    assert "9 am" in client.get(reverse("notices:index")).text


def test_a_new_notice_begins_now_unless_another_time_is_chosen(site):
    assert 'value="2026-03-02 10:00"' in signed_in("Editors").get(reverse("notices:add")).text


def test_an_end_before_the_start_is_explained(site):
    fields = {"text": "A", "link_page": "", "starts_at": "2026-03-02 09:00", "ends_at": "2026-03-02 08:00"}
    response = signed_in("Editors").post(reverse("notices:add"), fields)

    assert "The end must be after the start." in response.text
    assert not Notice.objects.exists()


def test_the_list_says_which_notices_are_shown_now(site):
    notify("Over.", starts_at=NOW - timedelta(days=2), ends_at=NOW - timedelta(days=1))
    notify("Now.")
    notify("Later.", starts_at=NOW + timedelta(days=1))
    page = BeautifulSoup(signed_in("Editors").get(reverse("notices:index")).content, "html.parser")
    rows = [" ".join(row.get_text(" ", strip=True).split()) for row in page.select(".listing tbody tr")]

    for text, state in (("Later.", "not yet"), ("Now.", "shown"), ("Over.", "over")):
        [row] = [row for row in rows if row.startswith(text)]
        assert state in row
