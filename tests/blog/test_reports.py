"""Reports for those who write: what is due for review, what to look at again, and which links lead nowhere."""

import csv
import socket
import time
from datetime import timedelta
from io import BytesIO, StringIO

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from django.utils.text import slugify
from openpyxl import load_workbook
from wagtail.documents.models import Document

from blog.link_checks import check_links
from blog.models import ArticlePage, BlogIndexPage
from blog.reports import REPORTS, BrokenLinksView
from blog.review import clinic_today
from clinic.models import ClinicDetails, HomePage, Navigation, StandardPage
from tests import builders
from tests.blog.newsroom import signed_in, staff

pytestmark = pytest.mark.usefixtures("prepared")

NAMES = [view.name for view in REPORTS]
ROLES = ("Managers", "Front desk", "Editors", "Clinicians")


@pytest.fixture
def editor() -> Client:
    return signed_in(staff("Editors"))


def add(title="On rest", *, live=True, **fields) -> ArticlePage:
    """An article that is published, unless *live* says otherwise."""
    page = ArticlePage(title=title, slug=slugify(title), live=live, **fields)
    return BlogIndexPage.objects.get().add_child(instance=page)


def words(html: str) -> list[tuple[str, str]]:
    return [("paragraph", html)]


def open_report(client: Client, name: str, **query):
    return client.get(reverse(f"blog_reports:{name}"), query)


def shown(client: Client, name: str, **query) -> str:
    response = open_report(client, name, **query)
    assert response.status_code == 200
    return response.content.decode()


def titles(client: Client, name: str, **query) -> list[str]:
    return [one.title for one in open_report(client, name, **query).context["object_list"]]


# --- For whom ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_those_who_write_see_the_report_and_nobody_else(name):
    add(body=words('<p><a href="/nowhere/">there</a></p>'))
    seen = {role for role in ROLES if open_report(signed_in(staff(role)), name).status_code == 200}
    assert seen == {"Managers", "Editors", "Clinicians"}
    response = open_report(Client(), name)
    assert (response.status_code, response["Location"].split("?")[0]) == (302, "/admin/login/")


def test_the_permission_alone_keeps_the_front_desk_out(monkeypatch):
    """The control: without it the same person sees the report."""
    monkeypatch.setattr(BrokenLinksView, "any_permission_required", None)
    assert open_report(signed_in(staff("Front desk")), "broken_links").status_code == 200


def test_the_menu_names_the_reports_to_those_who_may_open_them():
    for role in ROLES:
        home = signed_in(staff(role)).get(reverse("wagtailadmin_home")).content.decode()
        for name in NAMES:
            assert (reverse(f"blog_reports:{name}") in home) == (role != "Front desk")


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("query", [{"state": "x"}, {"kind": "\x00"}, {"show": "x"}, {"p": "99"}, {"p": "abc"},
                                   {"export": "pdf"}, {"ordering": "x"}, {"author": "x"}])  # fmt: skip
def test_odd_queries_break_no_report(editor, name, query):
    assert open_report(editor, name, **query).status_code == 200


@pytest.mark.parametrize("name", NAMES)
def test_each_report_is_a_spreadsheet_too(editor, name):
    add(body=links("/nowhere/"))
    answer = open_report(editor, name, export="xlsx")
    rows = list(load_workbook(BytesIO(b"".join(answer.streaming_content))).active.iter_rows(values_only=True))
    assert {"On rest", "/nowhere/"} & {row[0] for row in rows}


@pytest.mark.parametrize(
    ("name", "query", "sentence"),
    [
        ("due_for_review", {}, "No article is due for review."),
        ("content_checks", {"kind": "crisis_card"}, "There is nothing to look at."),
        ("broken_links", {"show": "broken"}, "Every link leads somewhere."),
    ],
)
def test_a_report_with_nothing_in_it_says_so(editor, name, query, sentence):
    assert sentence in shown(editor, name, **query)


# --- Articles due for review ------------------------------------------------------------------------------


def days(number: int):
    return clinic_today() + timedelta(days=number)


@pytest.fixture
def reviewed():
    """Articles in every state of review; some are not due."""
    year_ago = days(-365)
    add("Over", reviewed_on=year_ago, next_review_on=days(-1))
    add("Today", reviewed_on=year_ago, next_review_on=days(0))
    add("Soon", reviewed_on=year_ago, next_review_on=days(30))
    add("Later", reviewed_on=year_ago, next_review_on=days(31))
    add("Never")
    add("Never, with a date", next_review_on=days(90))
    add("No date", reviewed_on=year_ago)
    add("Draft", live=False)


def test_articles_are_due_from_thirty_days_before_and_where_nobody_reviewed_them(editor, reviewed):
    expected = ["Over", "Today", "Soon", "Never, with a date", "Never", "No date"]
    assert titles(editor, "due_for_review") == expected


@pytest.mark.parametrize(
    ("state", "expected"),
    [("overdue", ["Over", "Today"]), ("soon", ["Soon"]), ("never", ["Never, with a date", "Never"]),
     ("no_date", ["No date"])],
)  # fmt: skip
def test_the_filter_tells_the_states_apart(editor, reviewed, state, expected):
    assert titles(editor, "due_for_review", state=state) == expected


def test_the_spreadsheets_hold_what_the_table_holds(editor, reviewed):
    answer = open_report(editor, "due_for_review", export="csv")
    rows = list(csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())))
    assert [row["Title"] for row in rows] == titles(editor, "due_for_review")
    assert (rows[0]["Review"], rows[0]["Next review on"]) == ("Over", str(days(-1)))
    assert rows[0]["Address"] == "http://127.0.0.1:8000/blog/over/"
    answer = open_report(editor, "due_for_review", export="xlsx")
    sheet = load_workbook(BytesIO(b"".join(answer.streaming_content))).active
    assert [row[0].value for row in sheet.iter_rows(min_row=2)] == titles(editor, "due_for_review")


def test_the_first_screen_counts_them_for_those_who_write(editor, reviewed):
    home = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert "6 published articles are due for review" in home
    assert "The dates of 2 have passed" in home
    assert "due for review" not in signed_in(staff("Front desk")).get(reverse("wagtailadmin_home")).content.decode()


def test_a_title_leads_to_the_form_for_those_who_edit_and_to_the_page_for_others(editor, reviewed):
    page = ArticlePage.objects.get(slug="over")
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert f'href="{edit}"' in shown(editor, "due_for_review")
    clinician = shown(signed_in(staff("Clinicians")), "due_for_review")
    assert f'href="{edit}"' not in clinician
    assert 'href="/blog/over/"' in clinician


# --- Content checks ---------------------------------------------------------------------------------------


def test_pages_of_every_kind_are_listed_with_what_to_look_at(editor):
    add("On suicide")
    add("Draft", live=False)
    home = HomePage.objects.get()
    home.add_child(instance=StandardPage(title="News", slug="news", body=words("<h3>Old</h3>")))
    text = shown(editor, "content_checks")
    assert "The text says “suicide”" in text
    assert "“Old” is a heading of level 3" in text
    assert {"On suicide", "News"} <= set(titles(editor, "content_checks"))
    assert "Draft" not in titles(editor, "content_checks")
    assert titles(editor, "content_checks", kind="crisis_card") == ["On suicide"]


def test_advice_is_exported_as_lines_of_text(editor):
    add("On suicide")
    answer = open_report(editor, "content_checks", export="csv", kind="crisis_card")
    [row] = csv.DictReader(StringIO(b"".join(answer.streaming_content).decode()))
    assert row["Title"] == "On suicide"
    assert "crisis card" in row["Worth another look"]
    assert row["Address"] == "http://127.0.0.1:8000/blog/on-suicide/"


# --- Broken links -----------------------------------------------------------------------------------------


def broken(editor) -> dict[str, str]:
    """What is wrong with each link, by where it leads."""
    rows = open_report(editor, "broken_links", show="broken").context["object_list"]
    return {one.address: one.problem for one in rows}


def links(*addresses: str) -> list:
    return words("".join(f'<p><a href="{one}">a place</a></p>' for one in addresses))


def test_the_starting_pages_have_no_broken_link(editor):
    assert broken(editor) == {}


def test_addresses_inside_the_site_are_asked_and_only_those_that_fail_are_listed(editor):
    builders.make_practitioner(slug="robin", services=[builders.make_service(slug="first-visit")])
    add(body=links("/team/", "/team/robin/", "/team/gone/", "/book/first-visit/", "/book/gone/", "/search/?q=a",
                   "/nowhere/", "/services/first-visit/", "http://127.0.0.1:8000/gone/", "../../blog/", "../lost/",
                   "/admin/", "/robots.txt", "/blog/?page=2"))  # fmt: skip
    nothing = "There is no such page."
    gone = ["/team/gone/", "/book/gone/", "/nowhere/", "http://127.0.0.1:8000/gone/", "../lost/"]
    assert broken(editor) == dict.fromkeys(gone, nothing)


def test_links_to_pages_that_were_deleted_or_taken_down_are_listed(editor):
    draft, page = add("Draft", live=False), add("Fine")
    add(body=words("".join(f'<a linktype="page" id="{pk}">it</a>' for pk in (page.pk, draft.pk, 99999, "x"))))
    assert broken(editor) == {
        "“Draft”": "The page is not published.",
        "page 99999": "The page was deleted.",
        "page 0": "The page was deleted.",
    }


def test_links_to_documents_that_are_gone_are_listed(editor):
    kept, lost = [
        Document.objects.create(title=name, file=ContentFile(b"x", f"{name}.txt")) for name in ("kept", "lost")
    ]
    lost.file.storage.delete(lost.file.name)
    add(body=words("".join(f'<a linktype="document" id="{pk}">it</a>' for pk in (kept.pk, lost.pk, 99999))))
    add("Other", body=links(kept.url, lost.url, "/documents/99999/x.txt", f"/media/{kept.file.name}", "/media/no.txt"))
    assert broken(editor) == {
        "“lost”": "The document’s file is gone.",
        lost.url: "The document’s file is gone.",
        "document 99999": "The document was deleted.",
        "/documents/99999/x.txt": "The document was deleted.",
        "/media/no.txt": "The file is gone.",
    }


def test_anchors_that_are_on_no_page_are_listed(editor):
    add(body=links("#main", "#", "#nowhere", "/team/#main", "/team/#nowhere", "/team/#:~:text=who"))
    gone = "The page has no place called “#nowhere”."
    assert broken(editor) == {"#nowhere": gone, "/team/#nowhere": gone}


@pytest.mark.parametrize(
    "address",
    ["mailto:a@example.org", "mailto:a@example.org?subject=Hi", "mailto:a@example.org,b@example.org", "tel:988",
     "tel:+1-202-555-0100", "tel:+12025550100;ext=12", "tel:(202)%20555-0100", "sms:988",
     "sms:+12025550101?body=HELLO"],
)  # fmt: skip
def test_mail_addresses_and_numbers_that_work_are_not_listed(editor, address):
    add(body=links(address))
    assert broken(editor) == {}


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("mailto:a", "Not an email address."),
        ("mailto:", "Not an email address."),
        ("tel:call-us", "Not a telephone number."),
        ("sms:", "Not a telephone number."),
        ("javascript:alert(1)", "Browsers don’t know what to do with “javascript:”."),
        ("htp://example.org/", "Browsers don’t know what to do with “htp:”."),
        ("http://[::1", "This is not an address."),
        ("http://example.org:99999/", "This is not an address."),
        ("https://", "This is not an address."),
    ],
)
def test_addresses_that_cannot_work_are_listed(editor, address, problem):
    add(body=links(address))
    assert broken(editor) == {address: problem}


def test_a_page_that_fails_is_listed():
    add(body=links("/search/?q=boom"))

    def ask(path):
        return (500 if path == "/search/?q=boom" else 200), set()

    assert [(one.address, one.problem) for one in check_links(ask)] == [
        ("/search/?q=boom", "The page answers with an error (500).")
    ]


def test_facts_menus_and_other_blocks_are_looked_at_too(editor):
    draft = add("Draft", live=False)
    service = builders.make_service(name="Talk", slug="talk", body='<p><a href="/gone-1/">it</a></p>')
    builders.make_practitioner(name="Kim", slug="kim", biography='<p><a href="/gone-2/">it</a></p>')
    builders.make_practitioner(name="Left", slug="left", active=False, biography='<p><a href="/not-shown/">it</a></p>')
    details = ClinicDetails.load()
    details.paying = '<p><a href="/gone-3/">it</a></p>'
    details.save()
    menus = Navigation.load()
    menus.menu_links = [menus.menu_links.model(page=draft), menus.menu_links.model(title="Old", address="/gone-4/")]
    menus.save()
    call = {"heading": "Talk", "text": "", "button": "Book", "service": service, "practitioner": None}
    add(
        body=[
            ("booking_call", call),
            ("accordion", {"parts": [{"question": "Q", "answer": '<a href="/gone-5/">it</a>'}]}),
        ]
    )
    assert set(broken(editor)) == {"/gone-1/", "/gone-2/", "/gone-3/", "/gone-4/", "/gone-5/", "“Draft”"}
    pk = service.pk
    service.delete()
    assert broken(editor)[f"service {pk}"] == "It was deleted."


def test_other_sites_are_counted_and_never_asked(editor, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    add("One", body=links("https://example.org/rest", "https://example.org/rest"))
    add("Two", body=links("https://example.org/rest", "//example.com/x"))
    add("Three", sources=[("source", {"text": "A book", "url": "https://example.org/book"})])
    with monkeypatch.context() as patched:
        patched.setattr(socket.socket, "connect", refuse)
        rows = open_report(editor, "broken_links", show="outside").context["object_list"]
    counted = {one.address: len(one.uses) for one in rows}
    assert counted == {"https://example.org/rest": 3, "https://example.org/book": 1, "//example.com/x": 1}
    text = shown(editor, "broken_links", show="outside")
    assert text.count("Another site: not checked") == 3
    answer = open_report(editor, "broken_links", show="outside", export="csv")
    [row] = [
        one for one in csv.DictReader(StringIO(b"".join(answer.streaming_content).decode())) if one["Times"] == "3"
    ]
    assert row["State"] == "Another site: not checked"


def test_each_place_of_a_link_leads_to_its_form(editor):
    page = add("One", body=[("heading", "First"), *links("/nowhere/")])
    text = shown(editor, "broken_links")
    assert f'<a href="/admin/pages/{page.pk}/edit/">One</a>: Text, block 2 (Text)' in text


def test_a_path_is_asked_once_however_many_links_lead_there():
    asked = []

    def ask(path):
        asked.append(path)
        return 404, set()

    for number in range(3):
        add(f"Page {number}", body=links("/nowhere/", "/nowhere/#a"))
    [first, second] = check_links(ask)
    assert (len(first.uses), len(second.uses)) == (3, 3)
    assert asked == ["/nowhere/"]


# --- Many articles ----------------------------------------------------------------------------------------


def test_reports_ask_the_database_as_often_for_many_articles_as_for_few(editor, django_assert_max_num_queries):
    body = [("heading", "One"), *links("/blog/", "/team/", "https://example.org/")] * 3
    for number in range(3):
        add(f"Page {number}", body=body)
    used = {}
    for name in NAMES:
        open_report(editor, name)
        with django_assert_max_num_queries(200) as few:
            open_report(editor, name)
        used[name] = len(few)
    for number in range(3, 15):
        add(f"Page {number}", body=body)
    for name in NAMES:
        with django_assert_max_num_queries(used[name]):
            open_report(editor, name)


@pytest.mark.promise("Reports over 500 articles answer within five seconds")
def test_reports_answer_for_many_articles(editor, full_size):
    count = 500 if full_size else 20
    index = BlogIndexPage.objects.get()
    text = (
        "<p>" + "Rest is not a prize. " * 40 + '<a href="/team/">our team</a> <a linktype="page" id="99999">x</a></p>'
    )
    body = [("heading", "One"), ("paragraph", text), ("heading", "Two"), ("paragraph", text)] * 2
    for number in range(count):
        index.add_child(instance=ArticlePage(title=f"Page {number}", slug=f"page-{number}", body=body))
    for name in NAMES:
        began = time.monotonic()
        assert open_report(editor, name).status_code == 200
        seconds = time.monotonic() - began
        if full_size:
            print(f"{name}: {seconds:.1f} s for {count} articles")
            assert seconds < 5
