"""Whatever a file holds, every word of it ends up in the draft or in a note."""

import html
import re
from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st

from blog.importers.draft import UnreadableFile
from blog.importers.plain_text import read_plain_text
from blog.importers.signs import sentences
from tests.blog.drafts import body_html, notes, read

DROPPED = re.compile("[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
MISREAD = "".join(map(chr, range(0x80, 0xA0)))  # these are put right, which makes other words of them
ALLOWED_TAGS = re.compile(r'</?(?:p|ul|ol|li)>|<a href="https?://[^"<>]*">|</a>')
PARTS = """\
{0} {1}:|{0} Goes {1} On|{0} Is {1}?|ALL {0} {1}|{0} went home. Then {1} came!|{0}\u00a0and  {1}.
• {0} {1}|- {0}¶- {1}|1. {0}¶2. {1}|7) {0}|2. {0} Rises {1}|1. {0}¶1. {1}|--- {0}|* * *|— {0}|{0}
“{1} was kind.”¶— {0} K.|“{1} was kind.” — Mara {0}|“{0}”|“{0},” said {1}, “yes.”|"{0} is it."
Skip to main content|Skip to main content {0}|Home¶About Us|By Ann {0}|March 3, 2025 {0}|8 min read
Book your appointment with {0} {1} here|{0} is well. Schedule a consultation with {1} today.
Book now. {0} waits.|Send us a text, {0}! We're here on weekdays from 9am to 9pm|Call us: (555) 010-0142 {0}
{0}@example.org|© 2025 {0} {1}. All rights reserved.|Privacy Policy|Testimonials|What our clients say:
In a crisis {0} calls 988.|https://{0}.example/?a=1&b={1}.|<b>{0}</b> &amp; {1}|wo\x00r{0}\u200b{1}
Long lines of {0} that were wrapped at some width by¶an old {1} program.""".replace("\n", "|").split("|")
PARTS = [part.replace("¶", "\n") for part in PARTS]
PARTS += ["{0} " * 70, "{0} is a sentence. " * 30, "Home | Blog"]


@st.composite
def messy_texts(draw) -> str:
    characters = st.characters(exclude_categories=["Cs"], exclude_characters=MISREAD)
    parts = draw(st.lists(st.one_of(st.sampled_from(PARTS), st.text(characters, max_size=60)), min_size=1, max_size=12))
    written = []
    for index, part in enumerate(parts):
        words = [f"Q{index}x", f"q{index}y"]  # no note of ours holds such words, so none can hide a loss
        written.append(part.format(*words) if part in PARTS else part)
        written.append(draw(st.sampled_from(["\n\n", "\n", "\r\n\r\n", " ", "\n  "])))
    return "".join(written)


def words_of(text: str) -> Counter:
    return Counter(re.findall(r"[^\W_]+", DROPPED.sub("", text)))


def text_of(block: str, value) -> str:
    if block == "booking_call":
        return ""
    if block == "quote":
        return f"{value['text']} {value['attribution']}"
    if block == "heading":
        return value
    for ordered in re.findall(r"<ol>.*?</ol>", value, re.DOTALL):
        items = ordered.split("<li>")
        value = value.replace(ordered, "".join(f"{n or ''} {item}" for n, item in enumerate(items)), 1)
    return html.unescape(re.sub(r"<[^>]*>", " ", re.sub(r"</?a[^>]*>", "", value)))


@settings(max_examples=400, deadline=None)
@given(text=messy_texts(), encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
def test_every_word_of_the_file_ends_up_somewhere(text, encoding):
    try:
        draft = read_plain_text(text.encode(encoding), filename="page.txt")
    except UnreadableFile:
        return
    everything = [draft.title, draft.introduction, *draft.repaired, *draft.needs_a_look]
    everything += [text_of(block, value) for block, value in draft.body]
    assert words_of(text) <= words_of("\n".join(everything))


@settings(max_examples=200, deadline=None)
@given(text=messy_texts())
def test_every_draft_can_be_stored(text):
    try:
        draft = read(text)
    except UnreadableFile:
        return
    assert 0 < len(draft.title) <= 255
    assert len(draft.introduction) <= 300
    assert not DROPPED.search(draft.title + draft.introduction + str(draft.body) + notes(draft).replace("\n", ""))
    assert not re.search("[<>]", ALLOWED_TAGS.sub("", body_html(draft)))
    assert all("\n" not in note for note in draft.repaired + draft.needs_a_look)


@given(st.text(st.sampled_from("ab AB.!?…”'1 "), max_size=80))
def test_sentences_joined_are_the_paragraph_again(text):
    paragraph = " ".join(text.split())
    assert " ".join(sentences(paragraph)) == paragraph
