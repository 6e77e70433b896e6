"""The import screen: who may use it, what it shows before anything happens, and what it makes."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import GroupPagePermission

from blog import importers_admin
from blog.models import UPLOADS_KEPT, ArticlePage, ArticleUpload, Topic
from clinic.models import HomePage
from tests.blog import wxr
from tests.blog.test_import_articles import TEXT, blog  # noqa: F401
from tests.builders import make_user, signed_in

SCREEN = "/admin/articles/import/"
TWO = "The kettle is on.\n\nThe rain can wait."

pytestmark = pytest.mark.usefixtures("roles", "blog")


@pytest.fixture
def editor():
    return signed_in("Editors")


def upload(client, content: str | bytes = TEXT, name="waiting.txt"):
    data = content if isinstance(content, bytes) else content.encode()
    return client.post(SCREEN, {"file": SimpleUploadedFile(name, data)})


def words(response) -> str:
    page = BeautifulSoup(response.content, "html.parser")
    return " ".join(page.select_one("main").get_text(" ").split())


def test_a_file_is_shown_with_what_was_repaired_before_anything_is_imported(editor):
    answer = upload(editor, TEXT.replace("is a", "is  a") + "\n“Kind.”\n— Tove L.")
    shown = words(editor.get(answer.url))
    assert "Learning to Wait" in shown
    assert "Waiting is a skill." in shown
    assert "1 heading, 1 paragraph, booking link" in shown
    assert "Repeated spaces were made one: 1." in shown
    assert "Headings lost the colon at their end: 1." in shown
    assert "a testimonial needs consent before it can be shown: “Kind.” — Tove L." in shown
    assert not ArticlePage.objects.exists()


def test_importing_makes_drafts_and_links_to_their_editors(editor):
    address = upload(editor).url
    answer = editor.post(address, follow=True)
    article = ArticlePage.objects.get()
    assert not article.live
    assert article.owner == article.latest_revision.user
    assert "1 article was imported as a draft." in words(answer)
    link = BeautifulSoup(answer.content, "html.parser").find(
        "a", href=reverse("wagtailadmin_pages:edit", args=[article.pk])
    )
    assert link.get_text(strip=True) == "Learning to Wait"
    assert editor.get(link["href"]).status_code == 200


def test_an_export_shows_every_post_and_what_stays_behind(editor):
    data = wxr.export(
        wxr.author("ann", "Ann Lee"), wxr.item(TWO, title="Tea", categories=[("category", "rest", "Rest")]),
        wxr.item("word " * 500_000, title="Endless"), wxr.item(type="page", title="About"), wxr.item(TWO, comments=2),
    )  # fmt: skip
    address = upload(editor, data, "export.xml").url
    shown = words(editor.get(address))
    assert "Pages are not imported, only posts: 1: About" in shown
    assert "topics: Rest" in shown
    assert "March 4, 2021" in shown
    assert "Cannot be imported: The post is longer than" in shown
    answer = words(editor.post(address, follow=True))
    assert ArticlePage.objects.count() == 2
    assert "Nobody here has the author’s name; choose the author yourself: Ann Lee, ann" in answer
    assert "Not imported: The post is longer than" in answer
    assert Topic.objects.filter(slug="rest").exists()
    assert Redirect.objects.count() == 2


def test_the_same_file_again_is_recognised_before_and_after(editor):
    editor.post(upload(editor).url)
    address = upload(editor).url
    assert "Was imported before" in words(editor.get(address))
    assert "Was there already, left as it is" in words(editor.post(address, follow=True))
    assert ArticlePage.objects.count() == 1


def test_pressing_the_button_twice_imports_once(editor):
    address = upload(editor).url
    editor.post(address)
    assert editor.post(address).status_code == 302
    assert ArticlePage.objects.count() == 1


def test_many_articles_come_in_by_and_by(editor):
    count = importers_admin.AT_ONCE + 5
    address = upload(editor, wxr.export(*(wxr.item(f"Words {n}.", id=n) for n in range(1, count + 1))), "many.xml").url
    assert f"Import the next {importers_admin.AT_ONCE} of {count} as drafts" in words(editor.get(address))
    assert "Page 2 of 5" in words(editor.get(f"{address}?p=2"))
    assert "5 are still to come." in words(editor.post(address, follow=True))
    assert f"{count} articles were imported as drafts." in words(editor.post(address, follow=True))
    assert ArticlePage.objects.count() == count


def test_nothing_is_imported_by_those_who_change_their_mind(editor):
    address = upload(editor).url
    assert "Nothing was imported." in editor.post(address, {"discard": "1"}, follow=True).content.decode()
    assert not ArticleUpload.objects.exists()
    assert editor.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("photo.txt", b"\x89PNG\r\n\x1a\n" + bytes(50), "This is a picture, not plain text."),
        ("empty.md", b"", "The file is empty."),
        ("letter.docx", b"PK\x03\x04", ".docx files are not supported."),
        ("bomb.xml", b'<!DOCTYPE rss [<!ENTITY a "ha">]><rss>&a;</rss>', "document type or entities"),
        ("posts.xml", wxr.export(), "The file holds no posts."),
        ("long.html", b"<p>word</p>" * 300_000, "larger than 2 MB"),
        ("huge.xml", b" " * (importers_admin.MAX_UPLOAD + 1), "larger than 16 MB"),
        (
            "many.xml",
            wxr.export("<item><wp:post_type>post</wp:post_type></item>" * 1001),
            "1001 articles",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_imported_is_refused_in_plain_words(editor, name, data, reason):
    answer = upload(editor, data, name)
    assert answer.status_code == 422
    assert reason in words(answer)
    assert not ArticleUpload.objects.exists()


def test_without_a_file_the_form_says_so(editor):
    assert "Choose a file first." in words(editor.post(SCREEN, {}))


def test_what_commenters_left_is_not_kept(editor):
    upload(editor, wxr.export(wxr.item(TWO, comments=1, password="hush hush")), "export.xml")
    kept = str(ArticleUpload.objects.values_list("articles", "left_behind").get())
    assert "The kettle is on." in kept
    assert "reader0@mail.example" not in kept
    assert "hush" not in kept


def test_uploads_are_gone_a_day_later(editor):
    upload(editor)
    ArticleUpload.objects.update(created_at=timezone.now() - UPLOADS_KEPT - timedelta(minutes=1))
    editor.get(SCREEN)
    assert not ArticleUpload.objects.exists()


def test_those_who_may_not_add_articles_see_and_do_nothing_here(editor):
    address = upload(editor).url
    for client in (signed_in("Front desk"), signed_in()):
        for url in (SCREEN, address):
            assert client.get(url).status_code == 302
            assert client.post(url).status_code == 302
        assert "Import articles" not in client.get("/admin/", follow=True).content.decode()
    assert Client().post(address).url.startswith("/admin/login/")
    assert not ArticlePage.objects.exists()


def test_the_right_to_add_articles_is_what_opens_the_door():
    """The control: the same person with that one right more is let in."""
    client = signed_in("Front desk")
    assert client.get(SCREEN).status_code == 302
    group = make_user("other@example.org", groups=["Front desk"]).groups.get()
    GroupPagePermission.objects.create(group=group, page=HomePage.objects.get(), permission_type="add")
    assert client.get(SCREEN).status_code == 200
    assert "Import articles" in client.get("/admin/").content.decode()


def test_what_somebody_uploaded_is_shown_to_nobody_else(editor):
    address = upload(editor).url
    other = signed_in("Managers")
    assert other.get(address).status_code == 404
    assert other.post(address).status_code == 404
    assert editor.get(address).status_code == 200


def test_those_who_may_only_add_make_no_topics_and_no_redirects():
    clinician = signed_in("Clinicians")
    data = wxr.export(wxr.item(TWO, categories=[("category", "rest", "Rest")]))
    answer = words(clinician.post(upload(clinician, data, "export.xml").url, follow=True))
    assert "There is no topic “Rest” here." in answer
    assert "No redirect was made from its old address" in answer
    assert not Topic.objects.filter(slug="rest").exists()
    assert not Redirect.objects.exists()
    assert ArticlePage.objects.get().owner.email == "clinicians@example.org"
