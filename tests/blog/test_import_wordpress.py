"""`import_articles` with a WordPress export: every post once, with its topics, author, date and old address."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from wagtail.contrib.redirects.models import Redirect
from wagtail.images.models import Image

from blog.models import ArticlePage, ImportedArticle, Topic
from clinic.models import Practitioner
from tests.blog import wxr
from tests.blog.test_import_articles import blog, failed_import, import_articles  # noqa: F401
from tests.blog.test_pictures import png

TWO = "The kettle is on.\n\nThe rain can wait."

pytestmark = pytest.mark.usefixtures("blog")


@pytest.fixture
def export_file(tmp_path):
    def write(*parts: str, **options):
        path = tmp_path / "export.xml"
        path.write_bytes(wxr.export(*parts, **options))
        return path

    return write


def test_posts_come_in_with_topics_author_date_and_description(export_file):
    Topic.objects.create(name="Rest & sleep", slug="sleep")
    ada = Practitioner.objects.create(name="Ada Nwosu", slug="ada-nwosu")
    said = import_articles(
        export_file(
            wxr.author("ada", "Dr. Ada Nwosu, LCSW"),
            wxr.item(TWO, name="tea", creator="ada", meta={"_yoast_wpseo_metadesc": "On tea."},
                     categories=[("category", "sleep", "Sleep"), ("category", "small-steps", "Small steps")]),
        )
    )  # fmt: skip
    article = ArticlePage.objects.get().get_latest_revision_as_object()
    assert (article.slug, article.author, article.search_description) == ("tea", ada, "On tea.")
    assert str(article.published_on) == "2021-03-04"
    assert article.topic.name == "Rest & sleep"
    assert [topic.slug for topic in article.further_topics.all()] == ["small-steps"]
    assert not article.live
    assert said.splitlines()[-1].endswith(
        "1 post: 1 imported (0 published), 0 already there, 0 not imported; 0 need a look."
    )


def test_an_author_whom_nobody_here_is_called_is_listed(export_file):
    said = import_articles(export_file(wxr.author("ann", "Ann Lee"), wxr.item(TWO)))
    assert "Nobody here has the author’s name; choose the author yourself: Ann Lee, ann" in said


def test_an_imported_article_is_found_by_the_search_like_any_other(export_file):
    import_articles(export_file(wxr.item("The kettle whistles.\n\nThe rain can wait.", title="Tea")), "--publish")
    assert [page.title for page in ArticlePage.objects.search("whistles")] == ["Tea"]
    article = ArticlePage.objects.get()
    article.introduction = "The samovar hums."
    article.save_revision().publish()  # the next save is indexed by itself again
    assert [page.title for page in ArticlePage.objects.search("samovar")] == ["Tea"]


def test_only_what_was_public_there_is_published(export_file):
    states = ["publish", "private", "draft", "pending", "future"]
    posts = [wxr.item(TWO, name=state, status=state) for state in states]
    said = import_articles(export_file(*posts, wxr.item(TWO, name="locked", password="x")), "--publish")
    assert list(ArticlePage.objects.live().values_list("slug", flat=True)) == ["publish"]
    assert ArticlePage.objects.count() == 6
    assert "6 posts: 6 imported (1 published)" in said


def test_readers_are_led_from_the_old_address_to_the_new_one(export_file):
    import_articles(export_file(wxr.item(TWO, name="tea")), "--publish")
    answer = Client().get("/2021/03/04/tea/", follow=True)
    assert answer.redirect_chain == [("/blog/tea/", 301)]
    assert answer.status_code == 200


def test_an_address_that_stays_the_same_needs_no_redirect(export_file):
    import_articles(export_file(wxr.item(TWO, name="tea", link="https://larchhill.example/blog/tea/")), "--publish")
    assert not Redirect.objects.exists()


def test_an_address_that_somebody_redirected_already_keeps_its_target(export_file):
    Redirect.add_redirect("/2021/03/04/tea", "/elsewhere/")
    said = import_articles(export_file(wxr.item(TWO, name="tea")))
    assert Redirect.objects.get().redirect_link == "/elsewhere/"
    assert "imported as tea" in said


def test_the_same_export_again_changes_nothing_not_even_what_was_edited(export_file):
    file = export_file(wxr.item(TWO, name="tea", id=1), wxr.item(TWO, name="rain", id=2))
    import_articles(file)
    article = ArticlePage.objects.get(slug="tea")
    article.title = article.slug = "other-words"
    article.save_revision().publish()
    said = import_articles(file, "--publish")
    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == ["other-words", "rain"]
    assert "0 imported (0 published), 2 already there" in said
    assert Redirect.objects.filter(old_path="/2021/03/04/tea").count() == 1


def test_a_later_export_brings_only_what_is_new(export_file):
    import_articles(export_file(wxr.item(TWO, id=1)))
    said = import_articles(export_file(wxr.item("Changed there.", id=1), wxr.item(TWO, id=2)))
    assert ArticlePage.objects.count() == ImportedArticle.objects.count() == 2
    assert "1 imported (0 published), 1 already there" in said


def test_the_same_number_on_another_site_is_another_post(export_file):
    import_articles(export_file(wxr.item(TWO, id=1)))
    import_articles(export_file(wxr.item(TWO, id=1), site="https://second.example"))
    assert ArticlePage.objects.count() == 2


def test_an_article_that_was_deleted_comes_in_again(export_file):
    file = export_file(wxr.item(TWO, id=1))
    import_articles(file)
    ArticlePage.objects.get().delete()
    import_articles(file)
    assert ArticlePage.objects.count() == 1


def test_one_bad_post_never_stops_the_others_and_leaves_nothing_half_done(export_file):
    with connection.cursor() as cursor:  # a fault that no post of ours causes by itself
        cursor.execute("ALTER TABLE blog_importedarticle ADD CONSTRAINT leak CHECK (external_id <> '77')")
    posts = [wxr.item(TWO, name=name, title=name.title(), id=number) for name, number in [("tea", 1), ("rain", 77)]]
    endless = wxr.item("word " * 500_000, title="Endless")
    said, complained, _why = failed_import(export_file(*posts, endless, wxr.item(TWO, name="soup")))
    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == ["soup", "tea"]
    assert complained.count("\n") == 2
    assert "Rain: not imported." in complained
    assert "Endless: not imported. The post is longer than" in complained
    assert "4 posts: 2 imported (0 published), 0 already there, 2 not imported" in said


def test_broken_addresses_do_no_harm(export_file):
    post = wxr.item(f'{TWO}\n\n<a href="http://[x">words</a> <img src="http://[y">', link="http://[z/")
    said = import_articles(export_file(post, site="http://[s"), "--media", ".")
    assert "1 imported" in said
    assert "http://[x" in said
    assert "http://[y" in said


@pytest.mark.parametrize("options", [[], ["--publish"]], ids=["draft", "published"])
def test_pictures_come_from_the_folder_that_is_named(export_file, tmp_path, settings, options):
    settings.MEDIA_ROOT = str(tmp_path / "media")
    uploads = tmp_path / "uploads" / "2021" / "03"
    uploads.mkdir(parents=True)
    (uploads / "hill.png").write_bytes(png("green"))
    image = '<img src="https://larchhill.example/wp-content/uploads/2021/03/hill-300x200.png" alt="A hill">'
    said = import_articles(
        export_file(wxr.item(f"{TWO}\n\n{image}\n\nMore.")), "--media", tmp_path / "uploads", "--publish"
    )
    block = next(block for block in ArticlePage.objects.get().body if block.block_type == "image")
    image = Image.objects.get()
    assert block.value["image"].pk == image.pk
    assert image.get_usage().count() == 1  # the admin knows where it is used
    assert block.value["image"].contextual_alt_text == "A hill"
    assert "uploaded by hand" not in said


def test_a_folder_that_is_not_there_stops_everything(export_file):
    *_, why = failed_import(export_file(wxr.item(TWO)), "--media", "/nowhere/at/all")
    assert "There is no folder /nowhere/at/all." in why
    assert not ArticlePage.objects.exists()


def test_a_hostile_export_is_refused_in_one_line(tmp_path):
    bomb = tmp_path / "bomb.xml"
    bomb.write_text('<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;">]><rss>&b;</rss>')
    _said, complained, why = failed_import(bomb)
    assert complained.count("\n") == 1
    assert "document type or entities" in complained
    assert why == "1 of 1 file was not imported."


class Terminal(StringIO):
    def isatty(self):
        return True


def test_a_bar_shows_how_far_it_is_on_a_terminal_only(export_file):
    file, screen, pipe = export_file(wxr.item(TWO), wxr.item(TWO)), Terminal(), StringIO()
    call_command("import_articles", str(file), stdout=StringIO(), stderr=screen)
    call_command("import_articles", str(file), stdout=StringIO(), stderr=pipe)
    assert f"[{'#' * 15}{'.' * 15}] 1/2" in screen.getvalue()
    assert screen.getvalue().endswith("\r\x1b[K")
    assert pipe.getvalue() == ""
