"""What a page holds besides the article: the call to book, testimonials, contact lines, the footer."""

import html

import pytest

from tests.blog.drafts import BODY, blocks, body_html, notes, read, sample


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
    assert any(note.endswith("Send us a text! We're here on weekdays from 9am to 9pm") for note in draft.needs_a_look)
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
