"""Whatever markup a file holds, every word that its readers saw ends up in the draft or in a note."""

import re
from collections import Counter
from html import unescape
from io import BytesIO
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

from blog.importers.draft import DraftArticle, UnreadableFile
from blog.importers.html_file import read_html
from blog.importers.markdown import read_markdown
from blog.importers.wordpress import read_wordpress
from clinic.blocks import TEXT_FEATURES
from tests.blog import wxr
from tests.blog.drafts import blocks, notes

# fmt: off
TAGS = """p div span b strong i em a h1 h2 h3 h4 h6 ul ol li blockquote cite footer q pre code table tr td th thead
tbody figure figcaption section article aside header nav dl dt dd sup sub s del details summary form label button
select option textarea video audio iframe object noscript center font main small mark abbr u caption address
custom-element""".split()
ATTRIBUTES = ["", ' style="font-weight:700"', ' class="x"',
              ' href="https://a.example/b"', ' href="javascript:x"', " hidden"]
LOOSE = ["<br>", "<br><br>", "<hr>", "<!-- wp:paragraph -->", "&nbsp; ", "\n\n", "\n", "<img src=a.jpg alt='{0}'>", " "]
PHRASES = ["{0}", "{0} {1}.", "• {0}", "1. {0}", "“{0} was kind.”", "— {0} K.", "{0}:", "By Ann {0}", "Skip to content",
           "Book now, {0}. Schedule a visit", "Call us: (555) 010-0142 {0}", "What our clients say", "© 2020 {0}",
           "Home", "[{0}]", "[gallery ids='{0}']", "[button x=1]{0}[/button]", "https://www.youtube.com/watch?v={0}"]
MARKDOWN = ["# {0}", "## {0} {1}", "{0}\n===", "- {0}", "  - {0}", "1. {0}", "> {0}", "> > {0}", "**{0}**", "*{0}* {1}",
            "`{0}`", "```\n{0}\n```", "    {0}", "| {0} | {1} |\n|---|---|\n| a | b |", "![{0}](a.png)", "<b>{0}",
            "[{0}](https://a.example)", "<div>{0}", "~~{0}~~", "***", "{0}  \n{1}", "- [ ] {0}", "• {0}", "{0}:"]
# fmt: on


class Words:
    """Gives out words that no note of ours holds, and remembers them."""

    def __init__(self):
        self.given: list[str] = []
        self.count = 0

    def fill(self, pattern: str) -> str:
        words = [f"Qq{self.count}x", f"Qq{self.count + 1}x"]
        self.count += 2
        self.given += [word for index, word in enumerate(words) if f"{{{index}}}" in pattern]
        return pattern.format(*words)


@st.composite
def pages(draw) -> tuple[str, Words]:
    words, parts, open_tags = Words(), [], []
    for _ in range(draw(st.integers(1, 25))):
        kind = draw(st.sampled_from(["open", "close", "text", "text", "loose"]))
        if kind == "open":
            tag = draw(st.sampled_from(TAGS))
            open_tags.append(tag)
            parts.append(f"<{tag}{draw(st.sampled_from(ATTRIBUTES))}>")
        elif kind == "close":
            some = draw(st.sampled_from(open_tags)) if open_tags else "p"  # not always the one that is open
            parts.append(f"</{some}>")
        elif kind == "text":
            parts.append(words.fill(draw(st.sampled_from(PHRASES))))
        else:
            parts.append(words.fill(draw(st.sampled_from(LOOSE))))
    return "".join(parts), words


def everything(draft: DraftArticle) -> str:
    told = [draft.title, draft.introduction, notes(draft), *draft.authors, draft.search_description]
    for name, value in draft.body:
        if name in ("quote", "picture", "outside_link"):
            told += [str(part) for part in value.values()]
        elif name != "booking_call":
            told.append(re.sub(r"</?(?:b|i|a)\b[^>]*>", "", value))
    return "\n".join(told)


def lost(draft: DraftArticle, words: Words) -> Counter:
    told = Counter(re.findall(r"Qq\d+x", everything(draft)))
    return Counter(words.given) - told


@settings(max_examples=600, deadline=None)
@given(page=pages())
def test_every_word_of_a_page_ends_up_somewhere(page):
    source, words = page
    try:
        draft = read_html(source.encode(), filename="page.html")
    except UnreadableFile:
        assert not words.given
        return
    assert not lost(draft, words)


@settings(max_examples=400, deadline=None)
@given(page=pages(), as_blocks=st.booleans())
def test_every_word_of_a_post_ends_up_somewhere(page, as_blocks):
    source, words = page
    content = f"<!-- wp:html -->{source}<!-- /wp:html -->" if as_blocks else source
    batch = read_wordpress(BytesIO(wxr.export(wxr.item(content, id=7))), zone=ZoneInfo("UTC"))
    assert not lost(batch.entries[0].read(), words)


@settings(max_examples=400, deadline=None)
@given(patterns=st.lists(st.sampled_from(MARKDOWN), min_size=1, max_size=12), gap=st.sampled_from(["\n", "\n\n"]))
def test_every_word_of_markdown_ends_up_somewhere(patterns, gap):
    words = Words()
    source = gap.join(words.fill(pattern) for pattern in patterns)
    try:
        draft = read_markdown(source.encode(), filename="page.md")
    except UnreadableFile:
        assert not words.given
        return
    assert not lost(draft, words)


@settings(max_examples=200, deadline=None)
@given(page=pages())
def test_text_is_what_the_editor_itself_would_write(page):
    """Opened and saved in the admin's editor it stays the same: nothing in it is foreign there."""
    try:
        draft = read_html(page[0].encode(), filename="page.html")
    except UnreadableFile:
        return
    editor = ContentstateConverter(TEXT_FEATURES)
    for html in blocks(draft, "paragraph"):
        saved = editor.to_database_format(editor.from_database_format(html))
        plain = re.sub(r' data-block-key="[^"]*"', "", saved)
        assert visible(plain) == visible(html)
        assert TELLING.findall(plain) == TELLING.findall(html)


TELLING = re.compile(r'<(?:a href="[^"]*"|h3|li)')  # of two lists that follow each other it makes one


def visible(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", re.sub(r"</?(?:b|i|a)\b[^>]*>", "", html)))).strip()


@pytest.mark.parametrize("tag", ["script", "iframe", "form", "table", "video", "object"])
def test_markup_never_comes_through_as_markup(tag):
    draft = read_html(f"<p>One {'<'}{tag} onclick=x>two</{tag}> three</p><p>Four.".encode(), filename="page.html")
    assert f"<{tag}" not in str(draft.body)
    assert "onclick" not in str(draft.body)
