"""An HTML file becomes a draft: its text in blocks, what cannot be placed in a note."""

import time

import pytest

from blog.importers.draft import DraftArticle, UnreadableFile
from blog.importers.html_file import read_html
from tests.blog.drafts import SAMPLES, blocks, body_html, notes


def read(source: str, filename: str = "two words.html") -> DraftArticle:
    return read_html(source.encode(), filename=filename)


@pytest.fixture(scope="module")
def saved():
    return read_html((SAMPLES / "saved-page.html").read_bytes(), filename="saved-page.html")


def test_a_saved_page_gives_its_article_alone(saved):
    assert saved.title == "When Evenings Are Loud"
    assert saved.search_description == "Small ways to let a loud day end."
    assert str(saved.published_on) == "2022-11-06"
    assert saved.introduction == "Some days come home with us. They sit down at the table and talk."
    assert [name for name, _value in saved.body] == [
        "heading", "paragraph", "heading", "paragraph", "picture", "outside_link", "quote", "booking_call",
    ]  # fmt: skip


def test_lost_headings_and_bullets_of_a_saved_page_are_found(saved):
    assert blocks(saved, "heading") == ["Give the day an ending", "When it will not end"]
    assert "<ul><li>Dim one lamp.</li><li>Say one thing that went right.</li>" in body_html(saved)
    assert "Lines in bold became headings: 2." in saved.repaired
    assert "Lines that began with a bullet or number became list items: 3." in saved.repaired
    assert "Repeated spaces were made one: 1." in saved.repaired


def test_links_are_kept_only_where_they_are_safe(saved):
    assert '<a href="https://rest.example/letters?a=1&amp;b=2">I am still at work in my head</a>' in body_html(saved)
    assert "javascript" not in str(saved.body)
    assert "Press me" in body_html(saved)
    assert "These links lead to no address that works here; their words stay: javascript:alert(1)" in saved.needs_a_look


def test_what_finds_no_place_is_listed_in_full(saved):
    told = notes(saved)
    assert "A table found no place. It held: Hour | What helps / Six | Soup" in told
    assert "A form found no place. It held: Your address Join · /subscribe · you@mail.example" in told
    assert "A script found no place. It held: countReaders(1)" in told
    assert "Home Our Team Recent posts On Mondays" in told


def test_a_saved_pages_ending_is_treated_like_that_of_plain_text(saved):
    told = notes(saved)
    assert "a testimonial needs consent before it can be shown: “I sleep again.” — Tove L." in told
    assert "Send us a text! We're here on weekdays from 9am to 9pm" in told
    assert "The call “Book your appointment with Larch Hill Counseling here” became this site’s own" in told
    assert "Sleep" not in str(saved.body)


def test_pictures_and_videos_elsewhere_keep_their_address(saved):
    assert blocks(saved, "picture") == [
        {
            "addresses": ["/u/window-large.jpg", "/u/window-300x200.jpg"],
            "alt": "A window at dusk",
            "caption": "The same window, every evening.",
        }
    ]
    assert blocks(saved, "outside_link")[0]["url"] == "https://www.youtube.com/watch?v=q8w7e6"
    assert blocks(saved, "outside_link")[0]["title"] == "Five quiet minutes"


def test_headings_are_sorted_into_two_levels():
    draft = read("<h1>Title</h1><p>Start.</p><h2>A</h2><p>x.</p><h3>B</h3><p>y.</p><h5>C</h5><p>z.</p>")
    assert draft.title == "Title"
    assert blocks(draft, "heading") == ["A"]
    assert "<h3>B</h3><p>y.</p><h3>C</h3>" in body_html(draft)


def test_headings_that_begin_too_low_are_moved_up():
    draft = read("<p>Start.</p><h3>A</h3><p>x.</p><h4>B</h4><p>y.</p>")
    assert blocks(draft, "heading") == ["A"]
    assert "<h3>B</h3>" in body_html(draft)


def test_a_bold_line_below_real_headings_is_a_lower_one():
    draft = read("<p>Start.</p><h2>A</h2><p>x.</p><p><b>B</b></p><p>y.</p>")
    assert blocks(draft, "heading") == ["A"]
    assert "<h3>B</h3>" in body_html(draft)


@pytest.mark.parametrize(
    "line", ["<b>So it was.</b>", "<b>One</b> of us went", "<b><a href='https://a.example'>Read on</a></b>"]
)
def test_a_bold_line_that_does_not_look_like_a_heading_stays_text(line):
    draft = read(f"<p>Start.</p><p>{line}</p><p>More text.</p>")
    assert not blocks(draft, "heading")


def test_lists_lie_in_one_another_three_deep_at_most():
    deep = "<ul><li>a" * 6 + "</li></ul>" * 6
    html = body_html(read(f"<p>Start.</p>{deep}"))
    assert html.count("<li>") == 6
    assert "<ul>" * 5 not in html.replace("<li>a", "")


def test_a_numbered_list_that_does_not_begin_at_one_is_pointed_out():
    assert "counts from 1 now" in notes(read("<p>Start.</p><ol start=4><li>four</li></ol>"))


def test_a_quotation_keeps_who_said_it():
    assert blocks(read("<p>A.</p><blockquote>Go slow.<br><cite>— Wren</cite></blockquote>"), "quote") == [
        {"text": "Go slow.", "attribution": "Wren"}
    ]


def test_long_or_mixed_quotations_become_ordinary_text():
    draft = read("<p>A.</p><blockquote><p>One.</p><ul><li>two</li></ul></blockquote>")
    assert not blocks(draft, "quote")
    assert "<p>One.</p><ul><li>two</li></ul>" in body_html(draft)


def test_a_layout_table_is_read_and_a_data_table_is_listed():
    assert "Inside." in body_html(read("<p>A.</p><table><tr><td><p>B.</p><p>Inside.</p></td></tr></table>"))
    assert "1 | 2" in notes(read("<p>A.</p><table><tr><td>1</td><td>2</td></tr></table>"))


def test_hidden_text_comments_and_tracking_pictures_are_listed():
    told = notes(
        read(
            '<p>A.</p><p style="display: none">Psst</p><!-- ask Wren -->'
            '<img src="https://t.example/p" width=1 height=1>'
        )
    )
    assert "Hidden text was left out: Psst" in told
    assert "A hidden comment was left out: ask Wren" in told
    assert "An invisible picture was left out: https://t.example/p" in told


def test_struck_raised_and_lowered_characters_are_pointed_out():
    draft = read("<p>H<sub>2</sub>O is <del>bad</del> good.</p><p>More.</p>")
    assert draft.introduction == "H2O is bad good."
    assert "Words that were struck out stand plain now: bad" in notes(draft)
    assert "Lowered characters stand plain now: 2" in notes(draft)


def test_the_title_of_the_window_serves_where_no_heading_does():
    draft = read("<title>A Slow Hour</title><p>One.</p><p>Two.</p>")
    assert draft.title == "A Slow Hour"


def test_a_page_in_another_encoding_is_read_as_it_says():
    page = '<meta charset="iso-8859-2"><h1>Łódź</h1><p>Cześć.</p><p>Dwa.</p>'.encode("iso-8859-2")
    assert read_html(page, filename="a.html").title == "Łódź"
    windows = "<h1>“Rest”</h1><p>It’s fine.</p><p>Two.</p>".encode("cp1252")
    assert read_html(windows, filename="a.html").title == "“Rest”"


@pytest.mark.parametrize("source", ["", "  ", "<html><body></body></html>", "<script>x</script>"])
def test_a_page_without_text_is_refused(source):
    with pytest.raises(UnreadableFile, match=r"holds no text|empty"):
        read(source)


def test_a_page_of_more_than_2_mb_is_refused():
    with pytest.raises(UnreadableFile, match="larger than 2 MB"):
        read("<p>word</p>" * 200_000)


HOSTILE = {
    "tags that never end": "<a b='" * 60_000,
    "tags that never end, and one that does": '<a b="' * 60_000 + ">",
    "comments that never end": "<!--" * 60_000,
    "unknown sections": "<![x" * 60_000,
    "deep elements": "<div>" * 40_000,
    "deep bold words": "<b>x " * 20_000,
    "deep lists": "<ul><li>x" * 10_000,
    "deep quotations": "<blockquote>x" * 10_000,
    "deep tables": "<table><tr><td>x" * 5_000,
    "deep pictures": "<figure><img alt=x>" * 10_000,
    "many links": "<a href=https://a.example>x</a>" * 10_000,
    "ampersands": "&" * 200_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE)
def test_hostile_markup_neither_crashes_nor_hangs(source):
    started = time.process_time()
    draft = read(f"<p>First words.</p>{source} last_word")
    assert "last_word" in str(draft.body) + draft.introduction + notes(draft)
    assert time.process_time() - started < 60  # without the guards some of these take hours
