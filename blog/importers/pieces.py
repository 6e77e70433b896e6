"""Passages sorted into the pieces of an article: headings, paragraphs, items of lists, quotations."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from . import rich_text, signs
from .ending import BOOKING_CALL
from .passages import Passage, is_signature


@dataclass(frozen=True)
class Piece:
    kind: str
    """heading, paragraph, bullet, number, quote or booking call"""
    text: str
    attribution: str = ""
    list_number: int = 0
    """Tells two numbered lists apart that follow each other."""


def sort_passages(passages: list[Passage]) -> list[Piece]:
    """Return the pieces in reading order.

    Numbered lines become a list only while they count from 1: a list could not show any other number.
    """
    pieces: list[Piece] = []
    counted = lists = index = 0
    while index < len(passages):
        passage = passages[index]
        counted = (passage.number or 0) if passage.number in (1, counted + 1) else 0
        lists += counted == 1
        quote, length = _quotation(passages, index)
        pieces.append(quote or _piece(passages, index, counted, lists))
        index += length
    return pieces


def assemble(pieces: list[Piece]) -> list[tuple[str, Any]]:
    """Turn the pieces into (block name, value) pairs; what follows one another in prose shares a block."""
    body: list[tuple[str, Any]] = []
    for is_text, run in groupby(pieces, key=lambda piece: piece.kind in ("paragraph", "bullet", "number")):
        if is_text:
            body.append(("paragraph", _html(run)))
        else:
            body += [_block(piece) for piece in run]
    return body


def _quotation(passages: list[Passage], index: int) -> tuple[Piece | None, int]:
    """Return the quotation at `index`, if there is one, and how many passages were read."""
    text = "" if passages[index].marker else passages[index].text
    signed = signs.SIGNED_QUOTE.fullmatch(text)
    if signed and signs.quoted_text(signed["quote"]) and signs.looks_like_signature(signed["name"]):
        return Piece("quote", signs.quoted_text(signed["quote"]), signed["name"]), 1
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
        return Piece("number", passage.text, list_number=lists)
    if passage.marker and passage.number is None:
        return Piece("bullet", passage.text)
    return Piece("paragraph", passage.whole)


def is_heading(passages: list[Passage], index: int) -> bool:
    """Whether the passage stands above text as its heading: by itself, and shaped like one."""
    passage = passages[index]
    following = passages[index + 1] if index + 1 < len(passages) else None
    if following is None or not signs.is_short(passage.text) or signs.quoted_text(passage.text):
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
    writers = {"bullet": rich_text.bullets, "number": rich_text.numbers}
    html = []
    for (kind, _list_number), group in groupby(run, key=lambda piece: (piece.kind, piece.list_number)):
        texts = [piece.text for piece in group]
        html += [writers[kind](texts)] if kind in writers else map(rich_text.paragraph, texts)
    return "".join(html)


def _block(piece: Piece) -> tuple[str, Any]:
    if piece.kind == "quote":
        return "quote", {"text": piece.text, "attribution": piece.attribution}
    if piece.kind == "booking call":
        return "booking_call", {
            "heading": _("Would it help to talk this through?"),
            "text": _("Choose a time that suits you."),
            "button": _("Book an appointment"),
        }
    return "heading", piece.text
