"""A plain text file becomes a draft: title, introduction, headings, paragraphs, lists, quotations."""

import html

import pytest

from blog.importers.plain_text import read_plain_text
from tests.blog.drafts import BODY, SAMPLES, blocks, body_html, read, sample


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
    draft = read("A Title\nThe first paragraph.\n- one\n- two\nWhy It Matters:\nBecause the second one says so.")
    assert blocks(draft, "heading") == ["Why It Matters"]


def test_a_title_case_line_at_the_very_end_heads_nothing():
    draft = read(f"A Title{BODY}\n\nThe Quiet After")
    assert blocks(draft, "heading") == []
    assert any("The Quiet After" in note for note in draft.needs_a_look)


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
    draft = read('A Title\n\nOpening.\n\nSee <b> https://a.example/?x=1&y=2. Or http://b.example/"onclick="c and more.')
    link = '<a href="https://a.example/?x=1&amp;y=2">https://a.example/?x=1&amp;y=2</a>'
    assert f"<p>See &lt;b&gt; {link}. Or" in body_html(draft)
    assert '<a href="http://b.example/">http://b.example/</a>&quot;onclick=&quot;c' in body_html(draft)
    assert "Check where these links lead: https://a.example/?x=1&y=2 http://b.example/" in draft.needs_a_look


def test_percent_signs_of_the_text_stand_in_the_notes_as_they_are():
    draft = read("100% Title\n\nWe %(text)s 50% %s")
    assert "This line may be a heading, or belong elsewhere: We %(text)s 50% %s" in draft.needs_a_look


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
