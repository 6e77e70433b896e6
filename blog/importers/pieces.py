"""Passages sorted into the pieces of an article: headings, paragraphs, items of lists, quotations."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from . import rich_text, signs
from .ending import BOOKING_CALL
from .passages import Passage, is_signature
from .rich_text import Run

IN_TEXT = ("paragraph", "bullet", "number", "subheading")
"""Pieces that share a block of text with their neighbours."""


@dataclass(frozen=True)
class Piece:
    kind: str
    """heading, subheading, paragraph, bullet, number, quote, picture, outside link or booking call"""
    text: str
    value: Any = None
    """Who is quoted; the picture; the link."""
    list_number: int = 0
    """Tells two numbered lists apart that follow each other."""
    runs: tuple[Run, ...] = ()
    level: int = 0

    @property
    def has_links(self) -> bool:
        return any(run.href for run in self.runs)


def sort_passages(passages: list[Passage]) -> list[Piece]:
    """Return the pieces in reading order.

    Numbered lines become a list only while they count from 1: a list could not show any other number.
    """
    pieces: list[Piece] = []
    counted = lists = index = 0
    while index < len(passages):
        passage = passages[index]
        if passage.kind not in ("", "prose"):
            pieces.append(_told(passage))
            index += 1
            continue
        counted = (passage.number or 0) if passage.number in (1, counted + 1) else 0
        lists += counted == 1
        quote, length = _quotation(passages, index)
        pieces.append(quote or _piece(passages, index, counted, lists))
        index += length
    return pieces


def assemble(pieces: list[Piece]) -> list[tuple[str, Any]]:
    """Turn the pieces into (block name, value) pairs; what follows one another in prose shares a block."""
    body: list[tuple[str, Any]] = []
    for is_text, run in groupby(pieces, key=lambda piece: piece.kind in IN_TEXT):
        if is_text:
            body.append(("paragraph", _html(run)))
        else:
            body += [_block(piece) for piece in run]
    return body


def _told(passage: Passage) -> Piece:
    """Return the piece that the file itself says the passage is."""
    kind = passage.kind
    if kind == "item":
        kind = "bullet" if passage.number is None else "number"
    text = passage.text.removesuffix(":").rstrip() if kind in ("heading", "subheading") else passage.text
    return Piece(kind, text, passage.value, runs=passage.marked, level=passage.level)


def _quotation(passages: list[Passage], index: int) -> tuple[Piece | None, int]:
    """Return the quotation at `index`, if there is one, and how many passages were read."""
    text = "" if passages[index].marker else passages[index].text
    signed = signs.SIGNED_QUOTE.fullmatch(text)
    if signed and signs.quoted_text(signed["quote"]) and signs.looks_like_signature(signed["name"]):
        return Piece("quote", signs.quoted_text(signed["quote"]), signed["name"].lstrip("—–- ")), 1
    quoted = signs.quoted_text(text)
    if quoted and is_signature(passages, index + 1):
        return Piece("quote", quoted, passages[index + 1].whole.lstrip("—–- ")), 2
    return (Piece("quote", quoted) if quoted else None), 1


def _piece(passages: list[Passage], index: int, counted: int, lists: int) -> Piece:
    passage = passages[index]
    if passage is BOOKING_CALL:
        return Piece("booking call", "")
    if is_heading(passages, index):
        return Piece("heading", passage.whole.removesuffix(":").rstrip())
    if passage.number is not None and passage.number == counted:
        return Piece("number", passage.text, list_number=lists, runs=passage.marked)
    if passage.marker and passage.number is None:
        return Piece("bullet", passage.text, runs=passage.marked)
    marker = (Run(f"{passage.marker} "),) if passage.marker else ()
    return Piece("paragraph", passage.whole, runs=marker + passage.marked)


def is_heading(passages: list[Passage], index: int) -> bool:
    """Whether the passage stands above text as its heading: by itself, and shaped like one."""
    passage = passages[index]
    following = passages[index + 1] if index + 1 < len(passages) else None
    if following is None or passage.kind or any(run.href for run in passage.runs):
        return False
    if not signs.is_short(passage.text) or signs.quoted_text(passage.text):
        return False
    above = passages[index - 1] if index else None
    below_text = passage.gap_before or above is None or signs.ends_like_a_sentence(above.text)
    alone = (passage.gap_before and passage.gap_after) or (below_text and following.is_prose)
    if not alone:
        return False
    if passage.marker:
        return passage.number is not None and following.is_prose and _is_heading_line(passage.text)
    if passage.text.endswith(":"):
        return signs.is_title_case(passage.text) or not following.marker
    return _is_heading_line(passage.text)


def _is_heading_line(line: str) -> bool:
    if line.endswith(("!", ".", ",", ";", "…")) or signs.PHONE.search(line) or signs.EMAIL.search(line):
        return False
    return signs.is_capitals(line) or signs.is_title_case(line)


def _html(run: Iterable[Piece]) -> str:
    html = []
    for (in_list, _list_number), group in groupby(run, key=lambda p: (p.kind in ("bullet", "number"), p.list_number)):
        pieces = list(group)
        if in_list:
            tags = {"bullet": "ul", "number": "ol"}
            html.append(rich_text.nested_list([(tags[piece.kind], piece.level, piece.runs) for piece in pieces]))
        else:
            html += [_text_html(piece) for piece in pieces]
    return "".join(html)


def _text_html(piece: Piece) -> str:
    return rich_text.subheading(piece.text) if piece.kind == "subheading" else rich_text.paragraph(piece.runs)


def _block(piece: Piece) -> tuple[str, Any]:
    if piece.kind == "quote":
        return "quote", {"text": piece.text, "attribution": piece.value or ""}
    if piece.kind == "booking call":
        return "booking_call", {
            "heading": _("Would it help to talk this through?"),
            "text": _("Choose a time that suits you."),
            "button": _("Book an appointment"),
        }
    return {"picture": "picture", "outside link": "outside_link"}.get(piece.kind, "heading"), piece.value or piece.text
