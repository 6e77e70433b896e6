"""A Markdown file becomes a draft, with what stands about the article above it."""

import pytest

from blog.importers.draft import DraftArticle, UnreadableFile
from blog.importers.markdown import read_markdown
from tests.blog.drafts import SAMPLES, blocks, body_html, notes


def read(source: str, filename: str = "two words.md") -> DraftArticle:
    return read_markdown(source.encode(), filename=filename)


@pytest.fixture(scope="module")
def walk():
    return read_markdown((SAMPLES / "front-matter.md").read_bytes(), filename="front-matter.md")


def test_the_lines_above_the_text_are_understood(walk):
    assert walk.title == "A walk that is short enough"
    assert str(walk.published_on) == "2023-04-02"
    assert walk.authors == ["Robin Ashdown"]
    assert walk.topics == [("", "Rest"), ("", "Small steps")]
    assert "These lines above the text found no place: layout: post" in walk.needs_a_look


def test_markdown_becomes_blocks(walk):
    assert walk.introduction == "You do not have to go far. To the corner and back is a walk."
    assert blocks(walk, "heading") == ["What to take with you"]
    assert "<ol><li>Shoes that forgive.</li><li>Nothing to carry.<ul><li>A key is all right.</li></ul></li></ol>" in (
        body_html(walk)
    )
    assert "<h3>If it rains</h3>" in body_html(walk)
    assert '<i>anyway</i>, or go <b>inside</b>: <a href="https://rest.example/corridors">a long corridor</a>' in (
        body_html(walk)
    )
    assert blocks(walk, "quote")[0]["text"] == "The street does not mind how slow you are."
    assert blocks(walk, "picture")[0]["addresses"] == ["images/street.jpg"]
    assert "Minutes | Enough? / 3 | yes" in notes(walk)
    assert walk.body[-1][0] == "booking_call"


def test_a_first_heading_is_the_title():
    assert read("# Rest\n\nOne.\n\nTwo.").title == "Rest"


def test_without_title_the_file_names_it():
    assert read("One.\n\nTwo.").title == "Two words"


def test_fields_as_a_list_and_in_toml_are_read():
    draft = read("+++\ntitle = 'Slow'\ncategories = [\"Rest\"]\n+++\nOne.\n\nTwo.")
    assert (draft.title, draft.topics) == ("Slow", [("", "Rest")])
    assert read("---\ntopics:\n  - Rest\n  - Grief\n---\nOne.").topics == [("", "Rest"), ("", "Grief")]


def test_a_draft_stays_one():
    assert not read("---\ndraft: true\n---\nOne.\n\nTwo.").may_publish
    assert read("One.\n\nTwo.").may_publish


def test_a_dividing_line_on_top_is_no_front_matter():
    assert "One." in read("---\n\nOne.\n\nTwo.").introduction


def test_raw_html_is_cleaned_like_any_other():
    draft = read('One <span onclick="x">two</span>.\n\n<script>alert(1)</script>\n\nThree.')
    assert "onclick" not in str(draft.body)
    assert "<script" not in str(draft.body)
    assert "alert(1)" in notes(draft)


@pytest.mark.parametrize("source", ["", "---\ntitle: Nothing\n---\n", " \n"])
def test_an_empty_file_is_refused(source):
    with pytest.raises(UnreadableFile, match="empty"):
        read(source)


@pytest.mark.parametrize("source", ["> " * 5_000 + "deep", "- " * 5_000 + "deep"])
def test_what_lies_too_deep_is_refused_rather_than_dropped(source):
    with pytest.raises(UnreadableFile, match="too deeply"):
        read(f"Start.\n\n{source}")


@pytest.mark.parametrize(
    "source", ["[" * 20_000, "*a " * 20_000, "`a " * 20_000, "![](" * 10_000, "<" * 50_000, "_ *" * 9_000]
)
def test_hostile_markdown_neither_crashes_nor_hangs(source):
    assert "last_word" in str(read(f"Start.\n\n{source} last_word").body)
