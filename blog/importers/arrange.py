"""From passages to a draft: what every format has in common once its text is cut up.

Nothing is lost: every word ends up in the title, the introduction, the body, or a note.
"""

import re
from itertools import pairwise, takewhile
from pathlib import PurePath

from django.utils.translation import gettext as _

from . import rich_text, signs
from .decoding import CONTROL
from .draft import MAX_INTRODUCTION, DraftArticle
from .ending import drop_tail, drop_testimonials, place_booking_call
from .passages import Passage
from .pieces import Piece, assemble, sort_passages

NAMELESS = re.compile(
    r"article|blog|copy|document|draft|file|final|index|new|no|page|post|text|title|untitled", re.IGNORECASE
)
MAX_TITLE = 255


def arrange(passages: list[Passage], draft: DraftArticle, *, filename: str) -> None:
    """Fill the body of `draft` with `passages`, and its title and introduction where it has none yet.

    `filename` names it where the text has no title.
    """
    links = [run.href for passage in passages for run in passage.runs if run.href]
    passages = drop_tail(drop_testimonials(passages, draft), draft)
    passages = place_booking_call(passages, draft)
    pieces = sort_passages(passages)
    if not draft.title:
        _make_title(pieces, filename, draft)
    _note_headings(passages, pieces, draft)
    _note_links(links, pieces, draft)
    _note_contacts(pieces, draft)
    _note_signed_words(pieces, draft)
    _limit_title(draft)
    if not draft.introduction:
        _take_introduction(pieces, draft)
    draft.body = assemble(pieces)
    draft.repaired = [" ".join(note.split()) for note in draft.repaired]
    draft.needs_a_look = [" ".join(note.split()) for note in draft.needs_a_look]


def drop_furniture(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Drop skip links, dividing lines, and the menu above the article."""
    kept = []
    above = list(takewhile(_is_above_article, passages))
    menu = len(above) if len(above) > 1 or any("|" in passage.text for passage in above) else 0
    for index, passage in enumerate(passages):
        if signs.is_skip_link(passage.text):
            draft.repaired.append(_("A skip link was removed: %(text)s") % {"text": passage.whole})
        elif signs.is_divider(passage.whole):
            draft.repaired.append(_("A dividing line was removed."))
        elif index < menu:
            draft.repaired.append(_("A line of the page’s menu was removed: %(text)s") % {"text": passage.whole})
        else:
            kept.append(passage)
    return kept


def _is_above_article(passage: Passage) -> bool:
    return signs.is_skip_link(passage.text) or signs.is_menu(passage.text) or signs.is_divider(passage.whole)


def drop_bylines(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Take the lines off the beginning that say who wrote the article, and when; return what stays."""
    bylines = list(takewhile(lambda passage: signs.is_byline(passage.whole), passages))
    for passage in bylines:
        draft.needs_a_look.append(
            _("Left out, choose the author and the date yourself: %(text)s") % {"text": passage.whole}
        )
    return passages[len(bylines) :]


def _make_title(pieces: list[Piece], filename: str, draft: DraftArticle) -> None:
    words = re.sub(r"[\s_-]+", " ", CONTROL.sub(" ", PurePath(filename).stem)).strip()
    telling = [word for word in words.split() if word.isalpha() and not NAMELESS.fullmatch(word)]
    heading = next((piece.text for piece in pieces if piece.kind == "heading"), "")
    if heading and len(telling) < 2:
        draft.title = heading
        note = _("The text has no title; “%(title)s” was made from the first heading.")
    else:
        draft.title = (words[:1].upper() + words[1:])[:120] or _("Untitled article")
        note = _("The text has no title; “%(title)s” was made from the file’s name.")
    draft.needs_a_look.append(note % {"title": draft.title})


def _take_introduction(pieces: list[Piece], draft: DraftArticle) -> None:
    """Fill the introduction from the first paragraph.

    The paragraph leaves the body only where it opens the article, fits whole and leaves a text below it.
    """
    first = next((i for i, piece in enumerate(pieces) if _can_introduce(piece)), None)
    if first is None:
        draft.needs_a_look.append(_("There is no paragraph to make an introduction of."))
        return
    text = " ".join(pieces[first].text.split())
    draft.introduction = text if len(text) <= MAX_INTRODUCTION else _opening(text)
    rest = pieces[first + 1 :]
    leads_on = not rest or rest[0].kind in ("bullet", "number") or text.endswith(":") or pieces[first].has_links
    if first or draft.introduction != text or leads_on or not any(p.kind == "paragraph" for p in rest):
        draft.needs_a_look.append(_("The introduction is also the beginning of a paragraph in the text."))
    else:
        del pieces[0]


def _can_introduce(piece: Piece) -> bool:
    return piece.kind == "paragraph" and not rich_text.ADDRESS.fullmatch(piece.text)


def _opening(text: str) -> str:
    """Return as many whole sentences as fit an introduction, or the start of a first one that is too long."""
    opening = ""
    for sentence in signs.sentences(text):
        longer = f"{opening} {sentence}".strip()
        if len(longer) > MAX_INTRODUCTION:
            break
        opening = longer
    if opening:
        return opening
    cut = text[: MAX_INTRODUCTION - 1]
    return (cut.rsplit(" ", 1)[0] if " " in cut else cut) + "…"


def _note_headings(passages: list[Passage], pieces: list[Piece], draft: DraftArticle) -> None:
    headings = [piece.text for piece in pieces if piece.kind == "heading"]
    known = set(headings)
    if colons := sum(p.text.endswith(":") and p.whole.removesuffix(":").rstrip() in known for p in passages):
        draft.repaired.append(_("Headings lost the colon at their end: %(count)d.") % {"count": colons})
    if shouted := [line for line in [draft.title, *headings] if " " in line and signs.is_capitals(line)]:
        draft.needs_a_look.append(
            _("Written in capitals, which are hard to read: %(lines)s") % {"lines": "; ".join(shouted)}
        )
    for piece in pieces:
        if piece.kind == "paragraph" and len(piece.text) <= 60 and not piece.text.endswith((".", "!", ":", ",")):
            draft.needs_a_look.append(
                _("This line may be a heading, or belong elsewhere: %(text)s") % {"text": piece.text}
            )
    for piece, following in pairwise(pieces):
        if piece.kind == following.kind == "heading":
            draft.needs_a_look.append(_("Nothing stands under the heading “%(text)s”.") % {"text": piece.text})


def _note_links(links: list[str], pieces: list[Piece], draft: DraftArticle) -> None:
    """List the `links` of the whole file, and the addresses that stand in the text."""
    found = [*links, *(address for piece in pieces for address in rich_text.addresses(piece.text))]
    if found:
        draft.needs_a_look.append(
            _("Check where these links lead: %(links)s") % {"links": " ".join(dict.fromkeys(found))}
        )


def _limit_title(draft: DraftArticle) -> None:
    if len(draft.title) > MAX_TITLE:
        draft.needs_a_look.append(_("The title was too long; in full it is: %(title)s") % {"title": draft.title})
        draft.title = draft.title[: MAX_TITLE - 1].rstrip() + "…"


def _note_contacts(pieces: list[Piece], draft: DraftArticle) -> None:
    text = "\n".join(piece.text for piece in pieces)
    if found := signs.PHONE.findall(text) + signs.EMAIL.findall(text):
        draft.needs_a_look.append(
            _("Numbers or addresses to check stand in the text: %(found)s") % {"found": "; ".join(found)}
        )
    for sentence in (s for piece in pieces for s in signs.sentences(piece.text)):
        if signs.is_call_to_book(sentence):
            draft.needs_a_look.append(_("Another call to book stands in the text: %(text)s") % {"text": sentence})


def _note_signed_words(pieces: list[Piece], draft: DraftArticle) -> None:
    for piece in pieces:
        signed = signs.SIGNED_SENTENCE.fullmatch(piece.text)
        attribution = piece.value if piece.kind == "quote" else ""
        if attribution or (signed and signs.looks_like_signature(signed["name"])):
            words = " — ".join(filter(None, [piece.text, attribution]))
            draft.needs_a_look.append(
                _("If these are a patient’s words, they need consent: %(words)s") % {"words": words}
            )
