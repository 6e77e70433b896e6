"""A plain text file becomes a draft, and not a word of it is lost on the way."""

import html
import re
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from blog.importers.draft import DraftArticle, UnreadableFile
from blog.importers.plain_text import read_plain_text
from blog.importers.signs import sentences

SAMPLES = Path(__file__).parent / "samples"
BODY = "\n\nThe first paragraph says something.\n\nThe second paragraph goes on about it."


def read(text: str, filename: str = "page.txt") -> DraftArticle:
    return read_plain_text(text.encode(), filename=filename)


def sample(name: str) -> DraftArticle:
    return read_plain_text((SAMPLES / name).read_bytes(), filename=name)


def blocks(draft: DraftArticle, name: str) -> list:
    return [value for block, value in draft.body if block == name]


def body_html(draft: DraftArticle) -> str:
    return "".join(blocks(draft, "paragraph"))


def notes(draft: DraftArticle) -> str:
    return "\n".join(draft.repaired + draft.needs_a_look)


# A page as it should be


def test_a_clean_page_comes_in_with_title_introduction_headings_and_booking_link():
    draft = read(
        "Resting Without Guilt: A Beginning\n\nRest is not a prize.\n\n"
        "Why It Is Hard:\n\nWe were praised for work.\n\nWhat helps a little:\n\n"
        "A chair by a window. Book your appointment with Larch Hill Counseling here\n"
    )
    assert draft.title == "Resting Without Guilt: A Beginning"
    assert draft.introduction == "Rest is not a prize."
    assert [name for name, _ in draft.body] == [
        "heading",
        "paragraph",
        "heading",
        "paragraph",
        "booking_call",
    ]
    assert blocks(draft, "heading") == ["Why It Is Hard", "What helps a little"]
    assert blocks(draft, "paragraph") == ["<p>We were praised for work.</p>", "<p>A chair by a window.</p>"]


def test_the_other_clinics_call_and_name_are_listed_but_not_shown():
    draft = read("A Title" + BODY + " Book your appointment with Larch Hill Counseling here")
    call = blocks(draft, "booking_call")[0]
    assert set(call) == {"heading", "text", "button"}
    assert "Larch Hill" not in str(draft.body)
    assert "Book your appointment with Larch Hill Counseling here" in notes(draft)
    assert "The name “Larch Hill Counseling” in that call was left out." in draft.repaired


def test_another_clinics_name_elsewhere_in_the_text_is_pointed_out():
    draft = read("A Title\n\nAt Larch Hill we listen.\n\nWe do.\n\nBook a session with Larch Hill today.")
    assert "“Larch Hill” is still named elsewhere in the article." in draft.needs_a_look


@pytest.mark.parametrize(
    "call",
    [
        "Schedule a consultation today",
        "Click here to book",
        "Book now!",
        "Please contact us to schedule your first visit.",
        "Call (555) 010-0100 to make an appointment.",
        "When you are ready, book an appointment with us.",
        "To schedule your intake, click the link below.",
    ],
)
def test_a_closing_call_becomes_the_booking_block(call):
    draft = read(f"A Title{BODY}\n\n{call}")
    assert draft.body[-1][0] == "booking_call"
    assert call in notes(draft)
    assert call not in str(draft.body)


@pytest.mark.parametrize(
    "sentence",
    [
        "Schedule a visit with a friend this week.",
        "Booking an appointment took me a year.",
        "Make an appointment with your doctor if it lasts.",
        "Call 988 to make an emergency appointment.",
    ],
)
def test_advice_that_sounds_like_a_call_stays_in_the_text(sentence):
    draft = read(f"A Title{BODY}\n\n{sentence}")
    assert not blocks(draft, "booking_call")
    assert f"<p>{sentence}</p>" in body_html(draft)


def test_only_the_last_call_becomes_the_booking_block_and_the_others_are_listed():
    first = "Book a session with us today."
    draft = read(f"A Title\n\n{first}{BODY}\n\nAnd a third one.\n\nClick here to book.")
    assert len(blocks(draft, "booking_call")) == 1
    assert draft.body[-1][0] == "booking_call"
    assert f"Another call to book stands in the text: {first}" in draft.needs_a_look


def test_a_call_far_above_the_end_stays_in_the_text():
    draft = read(f"A Title\n\nOpening.\n\nBook a session with us today.{BODY}\n\nA third paragraph.")
    assert not blocks(draft, "booking_call")
    assert "<p>Book a session with us today.</p>" in body_html(draft)


def test_what_follows_a_call_in_its_paragraph_stays_below_it():
    draft = read(f"A Title{BODY}\n\nBook now. The kettle is on.")
    assert [name for name, _ in draft.body] == ["paragraph", "booking_call", "paragraph"]
    assert draft.body[-1] == ("paragraph", "<p>The kettle is on.</p>")


def test_a_call_stays_above_what_follows_it():
    draft = read("A Title" + BODY + "\n\nClick here to book.\n\nThis page is not medical advice.")
    assert [name for name, _ in draft.body] == ["paragraph", "booking_call", "paragraph"]


# Titles


def test_a_file_without_a_title_is_named_after_a_telling_filename():
    text = (SAMPLES / "no-title.txt").read_bytes()
    draft = read_plain_text(text, filename="when-sleep_stays-away.txt")
    assert draft.title == "When sleep stays away"
    assert any("no title" in note and "file’s name" in note for note in draft.needs_a_look)


def test_a_file_without_a_title_and_a_bare_filename_is_named_after_its_first_heading():
    draft = sample("no-title.txt")
    assert draft.title == "Keep one hour"
    assert "Keep one hour" in blocks(draft, "heading")
    assert any("no title" in note and "first heading" in note for note in draft.needs_a_look)


@pytest.mark.parametrize("first", ["This is a sentence.", "- an item", "“All of it is quoted”", "A Section:"])
def test_a_first_line_that_is_no_title_stays_in_the_text(first):
    draft = read(f"{first}\n\nSome more text that goes on.\n\nAnd on.", filename="two words.txt")
    assert draft.title == "Two words"
    assert first.strip("-“” :") in str(draft.body) + draft.introduction


def test_byline_and_date_are_taken_out_from_under_the_title():
    draft = sample("skip-link.txt")
    assert draft.introduction.startswith("A slow morning")
    assert "Robin Ashdown" not in str(draft.body)
    assert any("By Robin Ashdown" in note for note in draft.needs_a_look)
    assert any("March 3, 2025" in note for note in draft.needs_a_look)


# Headings


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("What happens next:", "What happens next"),
        ("What Happens Next", "What Happens Next"),
        ("What Happens Next?", "What Happens Next?"),
        ("WHAT HAPPENS NEXT", "WHAT HAPPENS NEXT"),
        ("2. Let the Day Begin", "2. Let the Day Begin"),
    ],
)
def test_a_line_by_itself_that_looks_like_a_heading_is_one(line, heading):
    draft = read(f"A Title{BODY}\n\n{line}\n\nThen comes the text below it.")
    assert blocks(draft, "heading") == [heading]


@pytest.mark.parametrize(
    "line",
    ["She left early.", "What Happened Then.", "some small words", "She is so sad", "Call: 555 010 0100"],
)
def test_a_short_line_that_does_not_look_like_a_heading_is_a_paragraph(line):
    draft = read(f"A Title{BODY}\n\n{line}\n\nThen comes the text below it.")
    assert blocks(draft, "heading") == []
    assert f"<p>{line}</p>" in body_html(draft)


def test_a_line_that_may_be_a_heading_is_pointed_out():
    draft = read(f"A Title{BODY}\n\nHow it can begin\n\nThen comes the text.")
    assert "This line may be a heading, or belong elsewhere: How it can begin" in draft.needs_a_look


def test_a_line_that_leads_to_a_list_is_a_paragraph():
    draft = read(f"A Title{BODY}\n\nYou may notice:\n\n- less sleep\n- less patience")
    assert "<p>You may notice:</p><ul><li>less sleep</li><li>less patience</li></ul>" in body_html(draft)


def test_headings_are_found_where_no_line_is_empty():
    draft = read(
        "A Title\nThe first paragraph is here to be read and it is long enough to count.\nWhy It Matters\n"
        "Because the second paragraph is just as long as the first one, and longer than a heading."
    )
    assert draft.title == "A Title"
    assert blocks(draft, "heading") == ["Why It Matters"]


def test_a_heading_is_found_below_a_list_where_no_line_is_empty():
    draft = read(
        "A Title\nThe first paragraph.\n- one\n- two\nWhy It Matters:\nBecause the second one says so."
    )
    assert blocks(draft, "heading") == ["Why It Matters"]


def test_a_title_case_line_at_the_very_end_heads_nothing():
    draft = read(f"A Title{BODY}\n\nThe Quiet After")
    assert blocks(draft, "heading") == []
    assert any("The Quiet After" in note for note in draft.needs_a_look)


# Paragraphs, lists, quotations, links


def test_lists_of_every_kind_become_lists():
    draft = sample("bullets.txt")
    ordered = "<ol><li>Choose one person.</li><li>Write the sentence that you would leave out.</li>"
    assert ordered + "<li>Go on from there, without crossing anything out.</li></ol>" in body_html(draft)
    assert body_html(draft).count("<ul>") == 1
    assert "<li>The place where the hand stops</li><li>A sentence" in body_html(draft)


def test_a_number_that_does_not_count_on_keeps_its_number():
    draft = read(f"A Title{BODY}\n\n1. one\n2. two\n4. four")
    assert "<ol><li>one</li><li>two</li></ol><p>4. four</p>" in body_html(draft)


def test_a_second_numbered_list_starts_anew():
    draft = read(f"A Title{BODY}\n\n1. one\n2. two\n\n1. first")
    assert "<ol><li>one</li><li>two</li></ol><ol><li>first</li></ol>" in body_html(draft)


def test_lines_wrapped_at_a_width_are_one_paragraph():
    assert sample("bullets.txt").introduction == (
        "Writing to somebody who will not read it is an old exercise. It asks for paper, a closed door and a "
        "quarter of an hour. Nobody marks it, nobody answers it, and you may burn it afterwards."
    )


def test_short_lines_of_one_block_stay_apart():
    draft = read(f"A Title{BODY}\n\nBreathe in.\nHold it.\nBreathe out.\n\nThat is all of it.")
    assert "<p>Breathe in.</p><p>Hold it.</p><p>Breathe out.</p>" in body_html(draft)


def test_long_lines_of_one_block_that_are_sentences_stay_apart():
    lines = ["The first thing is to write it all down today.", "The second is to read it aloud to somebody."]
    assert f"<p>{lines[0]}</p><p>{lines[1]}</p>" in body_html(read(f"A Title{BODY}\n\n" + "\n".join(lines)))


def test_a_signed_quotation_within_the_text_becomes_a_quote():
    assert blocks(sample("bullets.txt"), "quote") == [
        {"text": "You can close a letter without ending a story.", "attribution": "Ines Okafor"}
    ]


def test_a_quotation_may_be_signed_on_its_own_line():
    draft = read(f"A Title\n\nOpening.\n\n“A short saying.” — Ines Okafor{BODY}")
    assert blocks(draft, "quote") == [{"text": "A short saying.", "attribution": "Ines Okafor"}]


def test_a_heading_below_a_quotation_is_not_its_author():
    draft = read(f"A Title{BODY}\n\n“A short saying.”\n\nSlow Repair\n\nThe text below goes on.")
    assert blocks(draft, "quote") == [{"text": "A short saying.", "attribution": ""}]
    assert blocks(draft, "heading") == ["Slow Repair"]


def test_two_quotations_in_one_paragraph_are_no_quote():
    draft = read(f"A Title{BODY}\n\n“Yes,” she said, “but not today.”\n\nThe text goes on.")
    assert blocks(draft, "quote") == []


def test_markup_in_the_file_is_shown_and_not_obeyed():
    attack = '<script>alert("x")</script> & <a href="javascript:y">z</a>'
    draft = read(f"A Title\n\nOpening words.\n\n{attack} here.\n\n- {attack}")
    assert "<script" not in body_html(draft)
    assert "<a" not in body_html(draft)
    assert html.unescape(body_html(draft)).count(attack) == 2
    assert any("HTML tags" in note for note in draft.needs_a_look)


def test_web_addresses_become_links_that_cannot_leave_their_attribute():
    draft = read(
        'A Title\n\nOpening.\n\nSee <b> https://a.example/?x=1&y=2. Or http://b.example/"onclick="c and more.'
    )
    link = '<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>'
    assert f"<p>See &lt;b&gt; {link}. Or" in body_html(draft)
    assert '<a href="http://b.example/">http://b.example/</a>&quot;onclick=&quot;c' in body_html(draft)
    assert "Check where these links lead: https://a.example/?x=1&y=2 http://b.example/" in draft.needs_a_look


# Introductions


def test_a_short_first_paragraph_moves_to_the_introduction():
    draft = read("A Title" + BODY)
    assert draft.introduction == "The first paragraph says something."
    assert body_html(draft) == "<p>The second paragraph goes on about it.</p>"


def test_a_long_first_paragraph_stays_and_lends_its_first_sentences():
    sentence = "This sentence is said again so that Dr. Ames has enough to read. "
    draft = read(f"A Title\n\n{sentence * 8}\n\nThe end.")
    assert draft.introduction == (sentence * 4).strip()
    assert (sentence * 8).strip() in body_html(draft)


def test_a_first_sentence_that_is_too_long_is_cut_between_words():
    draft = read("A Title\n\n" + "wandering " * 60 + "\n\nThe end.")
    assert len(draft.introduction) <= 300
    assert draft.introduction.endswith("wandering…")


def test_a_first_paragraph_that_leads_to_a_list_stays_above_it():
    draft = read("A Title\n\nThree things help:\n\n- one\n- two\n\nThe end of it.")
    assert draft.introduction == "Three things help:"
    assert "<p>Three things help:</p><ul>" in body_html(draft)


def test_a_first_paragraph_under_a_heading_stays_there():
    draft = read("A Title\n\nA Beginning:\n\nThe words below it.\n\nThe end of it.")
    assert draft.introduction == "The words below it."
    assert "<p>The words below it.</p>" in body_html(draft)


# What is not the article


def test_a_copied_page_loses_its_skip_link_menu_and_footer():
    draft = sample("skip-link.txt")
    assert draft.title == "Making Room for a Slow Morning"
    assert "A skip link was removed: Skip to main content" in draft.repaired
    assert "A line of the page’s menu was removed: About Us" in draft.repaired
    assert any("© 2025 Fernhill Counseling. All rights reserved." in note for note in draft.needs_a_look)
    assert any("Privacy Policy" in note for note in draft.needs_a_look)
    assert "Fernhill" not in str(draft.body)
    assert draft.body[-1][0] == "booking_call"


def test_contact_lines_at_the_end_are_listed_and_not_shown():
    for line in ["Send us a text! We're here on weekdays from 9am to 9pm", "(555) 010-0142"]:
        assert any(line in note for note in sample("skip-link.txt").needs_a_look)
        assert line not in html.unescape(str(sample("skip-link.txt").body))


def test_contact_sentences_that_end_the_last_paragraph_are_listed_and_not_shown():
    draft = read("A Title" + BODY + " Book now! Send us a text! We're here on weekdays from 9am to 9pm")
    assert draft.body[-1][0] == "booking_call"
    assert any(
        note.endswith("Send us a text! We're here on weekdays from 9am to 9pm") for note in draft.needs_a_look
    )
    assert "weekdays" not in str(draft.body)


@pytest.mark.parametrize("name", ["skip-link.txt", "testimonials.txt"])
def test_testimonials_at_the_end_wait_for_consent(name):
    draft = sample(name)
    waiting = [note for note in draft.needs_a_look if "needs consent before it can be shown" in note]
    assert len(waiting) == 2
    assert blocks(draft, "quote") == []


def test_testimonials_are_listed_with_their_names():
    waiting = notes(sample("testimonials.txt"))
    assert '"I came for six visits and stayed for the quiet." Priya R., Northside' in waiting


@pytest.mark.parametrize("words", ["“I was heard here.” — Lena P.", "I was heard here. - Lena P."])
def test_signed_words_that_stay_in_the_text_are_pointed_out(words):
    draft = read(f"A Title\n\nOpening.\n\n{words}{BODY}")
    assert any("need consent" in note and "Lena P." in note for note in draft.needs_a_look)


def test_headed_testimonials_in_the_middle_wait_for_consent_too():
    draft = read(
        "A Title\n\nOpening words.\n\nWhat our clients say:\n\nI was heard.\n— Lena\n\n“I slept.”\n\n"
        "How We Work\n\nWith time, mostly.\n\nAnd with tea."
    )
    assert sum("needs consent" in note for note in draft.needs_a_look) == 2
    assert blocks(draft, "heading") == ["How We Work"]


@pytest.mark.parametrize(
    "line",
    [
        "If you are in crisis, call or text 988.",
        "National Suicide Prevention Line: 1-800-273-8255",
        "Emergency: 911",
    ],
)
def test_help_in_a_crisis_is_never_taken_out(line):
    draft = read(f"A Title{BODY}\n\n{line}\n\nCall us: 555 010 0100\n\n© 2025 Somebody")
    assert f"<p>{line}</p>" in body_html(draft)
    assert "555 010 0100" not in str(draft.body)


def test_a_contact_line_above_the_help_in_a_crisis_is_taken_out():
    draft = read(f"A Title{BODY}\n\nCall us: 555 010 0100\n\nIf you are in crisis, call or text 988.")
    assert "555 010 0100" not in str(draft.body)
    assert "call or text 988" in body_html(draft)


def test_help_in_a_crisis_that_ends_the_last_paragraph_stays_there():
    draft = read("A Title" + BODY + " It may hurt for long." * 8 + " Call the crisis team at 555 010 0199.")
    assert "555 010 0199" in body_html(draft)


def test_telephone_numbers_within_a_list_of_places_stay_and_are_pointed_out():
    draft = read(f"A Title{BODY}\n\n- The listening line: 555 010 0123")
    assert "555 010 0123" in body_html(draft)
    assert any("555 010 0123" in note for note in draft.needs_a_look)


# Bytes


def test_windows_1252_is_read_and_said():
    draft = sample("curly-quotes-cp1252.txt")
    assert draft.title == "It’s Fine to Say “No”"
    assert "café… it isn’t." in draft.introduction
    assert any("Windows-1252" in note for note in draft.repaired)


def test_a_file_of_mixed_encodings_is_read():
    draft = read_plain_text("A Café".encode() + b"\n\nShe didn\x92t \x93ask\x94.", filename="a.txt")
    assert draft.title == "A Café"
    assert draft.introduction == "She didn’t “ask”."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_encodings_are_read(encoding):
    draft = read_plain_text(f"Träume{BODY}".encode(encoding), filename="a.txt")
    assert draft.title == "Träume"
    assert bool(draft.repaired) == (encoding != "utf-8")


def test_big_endian_utf_16_is_read():
    assert read_plain_text(b"\xfe\xff" + "Träume".encode("utf-16-be"), filename="a.txt").title == "Träume"


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n", "\u2028"])
def test_every_kind_of_line_end_is_understood(newline):
    draft = read_plain_text(f"A Title{BODY}".replace("\n", newline).encode(), filename="a.txt")
    assert draft.title == "A Title"
    assert draft.introduction == "The first paragraph says something."


@pytest.mark.parametrize(
    ("dirt", "clean", "note"),
    [
        ("wo\x00rd", "word", "Control characters"),
        ("wo\u200brd", "word", "Invisible characters"),
        ("wo\u202erd", "word", "Invisible characters"),
        ("a\u00a0word", "a word", "Non-breaking"),
        ("a   word", "a word", "Repeated spaces"),
        ("a \x93word\x94", "a “word”", "Windows-1252"),
    ],
)
def test_dirty_characters_are_cleaned_and_said(dirt, clean, note):
    draft = read(f"A Title\n\nHere is {dirt} for you.\n\nThe end.")
    assert draft.introduction == f"Here is {clean} for you."
    assert any(note in line for line in draft.repaired)


def test_characters_lost_earlier_are_pointed_out():
    assert any("d\ufffdj\u00e0" in note for note in read("A Title\n\nIt is d\ufffdjà vu.").needs_a_look)
    assert any("donâ€™t" in note for note in read("A Title\n\nI donâ€™t.").needs_a_look)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b" \r\n\t \n", "empty"),
        (b"\xef\xbb\xbf\x00\x00", "empty"),
        (b"\x89PNG\r\n\x1a\n" + bytes(100), "picture"),
        (b"PK\x03\x04" + bytes(100), "Word"),
        (b"%PDF-1.7 text", "PDF"),
        (b"{\\rtf1 text}", "Rich Text"),
        (bytes(range(256)) * 20, "not plain text"),
        ("no mark".encode("utf-16-le"), "not plain text"),
        ("thirty-two".encode("utf-32"), "not plain text"),
        (b"word " * 500_000, "larger than 2 MB"),
    ],
)
def test_what_is_no_text_is_refused_with_one_plain_line(data, reason):
    with pytest.raises(UnreadableFile, match=reason) as refusal:
        read_plain_text(data, filename="a.txt")
    assert "\n" not in str(refusal.value)


# Nothing is lost

DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]"
)
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
    parts = draw(
        st.lists(st.one_of(st.sampled_from(PARTS), st.text(characters, max_size=60)), min_size=1, max_size=12)
    )
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
    assert not DROPPED.search(
        draft.title + draft.introduction + str(draft.body) + notes(draft).replace("\n", "")
    )
    assert not re.search("[<>]", ALLOWED_TAGS.sub("", body_html(draft)))
    assert all("\n" not in note for note in draft.repaired + draft.needs_a_look)


@given(st.text(st.sampled_from("ab AB.!?…”'1 "), max_size=80))
def test_sentences_joined_are_the_paragraph_again(text):
    paragraph = " ".join(text.split())
    assert " ".join(sentences(paragraph)) == paragraph


def test_a_large_file_of_awkward_lines_is_read_whole():
    awkward = [
        "a. " * 200_000,
        "1 " * 100_000,
        "“" * 100_000,
        "(555) " * 20_000,
        "- - " * 20_000,
        "x@" * 50_000,
    ]
    awkward += [
        "Call us: 555 010 0100",
        "a line that was wrapped at some width by someone\nand goes on",
    ] * 5_000
    draft = read("\n".join(["A Title", *awkward, "last_word"]))
    assert "last_word" in body_html(draft)
