"""What a story's blocks say about it as a whole."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import ArticlePage
from clinic.story import WORDS_A_MINUTE, link_references, parts_of, reading_minutes

STREAM = ArticlePage._meta.get_field("body").stream_block


def story(*blocks):
    return STREAM.to_python([{"type": name, "value": value} for name, value in blocks])


def anchors(*headings):
    return [part.anchor for part in parts_of(story(*(("heading", one) for one in headings)))]


def test_headings_get_an_anchor_and_other_blocks_none():
    parts = parts_of(story(("heading", "What helps?"), ("paragraph", "<p>One.</p>")))
    assert [(part.anchor, part.block.block_type) for part in parts] == [("what-helps", "heading"), ("", "paragraph")]


def test_an_anchor_is_none_of_the_ids_that_pages_use_themselves():
    assert anchors("Sources", "Main", "Author") == ["sources-2", "main-2", "author-2"]


def test_an_anchor_stands_only_once_on_a_page():
    assert anchors("Try this", "Try this", "Try this!", "???", "…") == [
        "try-this", "try-this-2", "try-this-3", "part", "part-2",
    ]  # fmt: skip


@given(st.lists(st.text(max_size=12)))
def test_anchors_are_unique_whatever_the_headings(headings):
    found = [anchor for anchor in anchors(*headings) if anchor]
    assert len(found) == len(set(found)) == sum(bool(one) for one in headings)


@pytest.mark.parametrize(
    ("words", "minutes"), [(0, 1), (1, 1), (WORDS_A_MINUTE, 1), (WORDS_A_MINUTE + 1, 2), (WORDS_A_MINUTE * 7, 7)]
)
def test_reading_time_counts_begun_minutes(words, minutes):
    assert reading_minutes(story(("paragraph", f"<p>{'word ' * words}</p>"))) == minutes


def test_words_in_every_kind_of_block_are_read():
    some = "<p>" + "word " * 100 + "</p>"
    blocks = [("paragraph", some), ("callout", {"heading": "Now", "text": some}),
              ("accordion", {"parts": [{"question": "Why?", "answer": some}]})]  # fmt: skip
    assert reading_minutes(story(*blocks)) == 2


def test_a_number_in_brackets_leads_to_its_source():
    html = link_references("<p>It helps. [2] Not [3], nor [0].</p>", 2)
    assert html == '<p>It helps. <a class="reference-link" href="#source-2">[2]</a> Not [3], nor [0].</p>'


def test_brackets_inside_a_tag_stay():
    html = '<a href="/x[1]" title="[1]">see</a>'
    assert link_references(html, 1) == html


@given(st.text(alphabet="ab[]12 <>/"), st.integers(0, 3))
def test_references_add_nothing_but_links(text, sources):
    linked = link_references(text, sources)
    assert re.sub(r'<a class="reference-link" href="#source-\d+">(\[\d+\])</a>', r"\1", linked) == text
