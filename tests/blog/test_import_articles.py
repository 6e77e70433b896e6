"""`import_articles` turns files into articles of the blog and says what it did."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import ClinicDetails, HomePage, Practitioner
from tests.blog.drafts import SAMPLES

TEXT = "Learning to Wait\n\nWaiting is a skill.\n\nWhere It Begins:\n\nAt the door.\n\nClick here to book\n"


@pytest.fixture
def blog(db) -> BlogIndexPage:
    known = BlogIndexPage.objects.first()
    return known or HomePage.objects.get().add_child(instance=BlogIndexPage(title="Articles", slug="blog"))


@pytest.fixture
def page_file(tmp_path):
    def write(text: str | bytes = TEXT, name: str = "waiting.txt") -> Path:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return path

    return write


def import_articles(*arguments) -> str:
    """Run the command; return what it said."""
    said = StringIO()
    call_command("import_articles", *map(str, arguments), stdout=said, stderr=StringIO())
    return said.getvalue()


def failed_import(*arguments) -> tuple[str, str, str]:
    """Run a command that has to fail; return its reports, its complaints and its last word."""
    said, complained = StringIO(), StringIO()
    with pytest.raises(CommandError) as failure:
        call_command("import_articles", *map(str, arguments), stdout=said, stderr=complained)
    assert failure.value.returncode
    return said.getvalue(), complained.getvalue(), str(failure.value)


def test_a_file_becomes_a_draft_below_the_blog(blog, page_file):
    import_articles(page_file())
    article = ArticlePage.objects.child_of(blog).get()
    assert (article.title, article.slug, article.live) == ("Learning to Wait", "learning-to-wait", False)
    assert article.introduction == "Waiting is a skill."
    assert [block.block_type for block in article.body] == ["heading", "paragraph", "booking_call"]
    assert article.published_on is None


def test_a_draft_opens_in_the_editor_as_it_was_imported(blog, page_file):
    import_articles(page_file())
    draft = ArticlePage.objects.get().get_latest_revision_as_object()
    assert draft.introduction == "Waiting is a skill."
    assert draft.body[0].value == "Where It Begins"


def test_every_block_renders(blog):
    import_articles(SAMPLES / "bullets.txt")
    article = ArticlePage.objects.get()
    rendered = article.body.render_as_block()
    assert "WHAT TO LOOK FOR" in rendered
    assert "<li>Choose one person.</li>" in rendered
    assert "&lt;b&gt;angry&lt;/b&gt; &amp; tired" in rendered
    assert 'href="https://letters.example/how?a=1&amp;b=2"' in rendered


def test_publishing_puts_the_article_on_the_site_with_todays_date_at_the_clinic(blog, page_file):
    said = import_articles(page_file(), "--publish")
    article = ArticlePage.objects.live().get()
    assert article.published_on == timezone.localdate(timezone=ClinicDetails.load().zone)
    assert not article.has_unpublished_changes
    assert "published" in said


def test_the_report_has_one_line_a_file_and_indented_notes(blog, page_file):
    lines = import_articles(page_file(), SAMPLES / "testimonials.txt").splitlines()
    own = [line for line in lines if not line.startswith("  ")]
    assert len(own) == 2
    assert "“Learning to Wait” imported as learning-to-wait (draft): 1 heading, 1 paragraph, booking link." in own[0]
    assert "  repaired: The call “Click here to book” became this site’s own booking link." in lines
    assert any(line.startswith("  needs a look: ") and "needs consent" in line for line in lines)


def test_topic_and_author_are_found_by_address_or_name(blog, page_file):
    topic = Topic.objects.create(name="Grief and loss", slug="grief-test")
    author = Practitioner.objects.create(name="Ada Nwosu Test", slug="ada-nwosu-test")
    import_articles(page_file(), "--topic", "grief-test", "--author", "ada nwosu test")
    assert ArticlePage.objects.get().topic == topic
    assert ArticlePage.objects.get().author == author


def test_an_unknown_topic_stops_everything_and_names_the_known_ones(blog, page_file):
    Topic.objects.create(name="Grief and loss", slug="grief-test")
    *_, why = failed_import(page_file(), "--topic", "joy")
    assert "“joy”" in why
    assert "grief-test (Grief and loss)" in why
    assert not ArticlePage.objects.exists()


def test_an_author_whose_name_two_people_share_must_be_given_by_address(blog, page_file):
    for slug in ["sam-one", "sam-two"]:
        Practitioner.objects.create(name="Sam Doe", slug=slug)
    *_, why = failed_import(page_file(), "--author", "Sam Doe")
    assert "sam-one" in why
    import_articles(page_file(), "--author", "sam-two")
    assert ArticlePage.objects.get().author.slug == "sam-two"


def test_the_same_file_again_makes_no_second_article(blog, page_file):
    import_articles(page_file())
    said = import_articles(page_file())
    assert "already there as learning-to-wait" in said
    assert ArticlePage.objects.count() == 1


def test_the_same_file_again_is_known_even_after_it_was_edited(blog, page_file):
    import_articles(page_file())
    article = ArticlePage.objects.get()
    article.title = "Waiting, Once More"
    article.introduction = "Edited by hand."
    article.save_revision().publish()
    assert "already there" in import_articles(page_file())
    assert ArticlePage.objects.get().introduction == "Edited by hand."


def test_the_same_file_again_is_known_when_old_revisions_are_gone(blog, page_file):
    import_articles(page_file())
    ArticlePage.objects.get().revisions.all().delete()
    assert "already there" in import_articles(page_file())
    assert ArticlePage.objects.count() == 1


def test_another_text_under_the_same_title_gets_an_address_of_its_own(blog, page_file):
    import_articles(page_file())
    said = import_articles(page_file(TEXT.replace("At the door.", "On the stairs."), "other.txt"))
    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == [
        "learning-to-wait",
        "learning-to-wait-2",
    ]
    assert "The address learning-to-wait is taken; it became learning-to-wait-2." in said


@pytest.mark.parametrize("title", ["Feed", "Topics"])
def test_an_article_never_takes_an_address_of_the_blog_itself(blog, page_file, title):
    import_articles(page_file(f"{title}\n\nOne paragraph.\n\nAnother paragraph."))
    assert ArticlePage.objects.get().slug == f"{title.lower()}-2"


@pytest.mark.parametrize(("title", "slug"), [("Ruhe für Köpfe", "ruhe-für-köpfe"), ("心を休める", "心を休める")])
def test_titles_beyond_the_latin_alphabet_get_an_address(blog, page_file, title, slug):
    import_articles(page_file(f"{title}\n\nOne sentence."))
    assert ArticlePage.objects.get().title == title
    assert ArticlePage.objects.get().slug == slug


def test_a_title_without_a_single_letter_still_gets_an_address(blog, page_file):
    import_articles(page_file("There is only this sentence.", "!!!.txt"))
    assert (ArticlePage.objects.get().title, ArticlePage.objects.get().slug) == ("!!!", "article")


def test_one_bad_file_does_not_stop_the_others_but_the_command_fails(blog, page_file, tmp_path):
    files = [page_file("", "empty.txt"), page_file(), tmp_path / "missing.txt", tmp_path]
    said, complained, why = failed_import(*files, page_file(b"\x89PNG\r\n\x1a\n" + bytes(99), "photo.txt"))
    assert "Learning to Wait" in said
    assert len(complained.splitlines()) == 4
    assert "empty.txt: not imported. The file is empty." in complained
    assert "missing.txt: not imported. No such file or directory." in complained
    assert "photo.txt: not imported. This is a picture, not plain text." in complained
    assert why == "4 of 5 files were not imported."
    assert ArticlePage.objects.count() == 1


@pytest.mark.parametrize("name", ["a.docx", "a.PDF", "a"])
def test_other_kinds_of_files_are_refused_in_one_line(blog, page_file, name):
    _said, complained, _why = failed_import(page_file(name=name))
    assert complained.count("\n") == 1
    assert "not supported. Those are: .txt, .md, .html and WordPress exports (.xml)." in complained


def test_markdown_and_html_files_come_in_too(blog, page_file):
    import_articles(page_file("# Tea\n\nOne.\n\nTwo.", "tea.MD"), page_file("<h1>Rain</h1><p>One.<p>Two.", "rain.htm"))
    assert sorted(ArticlePage.objects.values_list("slug", flat=True)) == ["rain", "tea"]


def test_without_a_blog_the_command_says_what_is_missing(db, page_file):
    BlogIndexPage.objects.all().delete()
    *_, why = failed_import(page_file())
    assert "no blog" in why


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.*")), ids=lambda path: path.stem)
def test_every_sample_can_be_published(blog, path):
    import_articles(path, "--publish")
    assert ArticlePage.objects.live().count() == 1
