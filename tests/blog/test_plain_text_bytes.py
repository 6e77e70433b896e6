"""Any bytes become clean text, or are refused in one plain line."""

import pytest

from blog.importers.draft import UnreadableFile
from blog.importers.plain_text import read_plain_text
from tests.blog.drafts import BODY, body_html, read, sample


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
