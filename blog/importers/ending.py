"""What ends a clinic's page and is not the article: testimonials, contact lines, the call to book."""

import re
from dataclasses import replace

from django.utils.translation import gettext as _

from . import signs
from .draft import DraftArticle
from .passages import Passage, is_signature

BOOKING_CALL = Passage("", marker="booking call")
"""Stands in the list of passages where the site's own invitation to book belongs."""

CLOSING_PASSAGES = 3
"""So many passages count as the end of an article, where a call to book is a call to book."""


def drop_testimonials(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Take out every section that is headed as testimonials; return what stays."""
    kept = []
    index = 0
    while index < len(passages):
        end = index + 1
        if signs.is_testimonials_heading(passages[index].text):
            while count := _testimonial_length(passages, end, headed=True):
                _list_testimonial(passages[end : end + count], draft)
                end += count
        if end == index + 1:
            kept.append(passages[index])
        else:
            draft.repaired.append(
                _("The heading “%(text)s” was left out with its testimonials.") % {"text": passages[index].text}
            )
        index = end
    return kept


def drop_tail(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Take testimonials, contact lines and page footers off the end; return what stays.

    A call to book and a line about crises are stepped over: they stay, and the search goes on above them.
    """
    rest, stepped_over, left_out = list(passages), [], []
    going_on = True
    while rest and going_on:
        last = rest[-1]
        if _is_short_crisis_line(last):
            stepped_over.append(rest.pop())
        elif count := _testimonial_at_end(rest):
            left_out.append(rest[-count:])
            del rest[-count:]
        elif _is_furniture(last):
            left_out.append([rest.pop()])
        else:
            text, contact = _split_off_contact(last.text)
            if contact:
                left_out.append([Passage(contact)])
            stepped_over.append(last.cut(0, len(text)))
            rest.pop()
            going_on = len(text) <= signs.LINE_LIMIT and _holds_a_call(text)
    for group in reversed(left_out):
        _list_left_out(group, draft)
    return rest + stepped_over[::-1]


def place_booking_call(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Put BOOKING_CALL where the last call to book stands; return the passages with it."""
    for index in reversed(range(max(0, len(passages) - CLOSING_PASSAGES), len(passages))):
        passage = passages[index]
        parts = signs.sentences(passage.text)
        calls = [number for number, sentence in enumerate(parts) if signs.is_call_to_book(sentence)]
        if (
            passage.kind == "quote"
            or not calls
            or (calls[-1] < len(parts) - 1 and len(passage.text) > 2 * signs.LINE_LIMIT)
        ):
            continue
        before, call, after = parts[: calls[-1]], parts[calls[-1]], parts[calls[-1] + 1 :]
        _note_call(f"{passage.marker} {call}".strip() if not before else call, passages, draft)
        marker = passage.marker if before else ""
        above = passage.cut(0, len(" ".join(before)))
        below = passage.cut(len(passage.text) - len(" ".join(after)), len(passage.text))
        around = [replace(above, marker=marker, gap_after=True)] if before else []
        around.append(BOOKING_CALL)
        around += [replace(below, marker="", gap_before=True)] if after else []
        return [*passages[:index], *around, *passages[index + 1 :]]
    return passages


def _testimonial_length(passages: list[Passage], index: int, *, headed: bool) -> int:
    """Return how many passages the testimonial at `index` takes, 0 if there is none.

    Below a heading that announces testimonials (`headed`) neither quotation marks nor a name are required.
    """
    if index >= len(passages):
        return 0
    text = passages[index].text
    if passages[index].kind == "quote":
        return 1 if headed else 0
    signed = signs.SIGNED_QUOTE.fullmatch(text)
    if signed and signs.looks_like_signature(signed["name"]):
        return 1
    quoted = bool(signs.quoted_text(text))
    if (quoted or (headed and passages[index].is_prose)) and is_signature(passages, index + 1):
        return 2
    return 1 if quoted and headed else 0


def _testimonial_at_end(passages: list[Passage]) -> int:
    for count in (1, 2):
        start = len(passages) - count
        if start >= 0 and _testimonial_length(passages, start, headed=False) == count:
            return count
    return 0


def _is_short_crisis_line(passage: Passage) -> bool:
    return len(passage.text) <= signs.LINE_LIMIT and signs.is_crisis_line(passage.text)


def _is_furniture(passage: Passage) -> bool:
    """Whether the passage is a contact line or part of a page's footer.

    An item of a list with a telephone number is not: articles end with lists of places that help.
    """
    if passage.kind == "quote" or _holds_a_call(passage.text):
        return False
    contact = not passage.marker and signs.is_contact_line(passage.text)
    return contact or signs.is_footer(passage.text) or signs.is_menu(passage.text)


def _holds_a_call(text: str) -> bool:
    return any(signs.is_call_to_book(sentence) for sentence in signs.sentences(text))


def _split_off_contact(text: str) -> tuple[str, str]:
    """Return `text` without the sentences about contact that end it, and those; the first sentence stays."""
    parts = signs.sentences(text)
    start = len(parts)
    while start > 1 and signs.is_contact_line(parts[start - 1]) and not signs.is_call_to_book(parts[start - 1]):
        start -= 1
    return " ".join(parts[:start]), " ".join(parts[start:])


def _list_left_out(group: list[Passage], draft: DraftArticle) -> None:
    text = group[0].whole
    if len(group) == 2 or signs.SIGNED_QUOTE.fullmatch(group[0].text):
        _list_testimonial(group, draft)
    elif signs.is_footer(text) or signs.is_menu(group[0].text):
        draft.needs_a_look.append(_("Left out, the site has a footer of its own: %(text)s") % {"text": text})
    else:
        draft.needs_a_look.append(
            _("Left out, the site itself shows how to reach you, in the footer: %(text)s") % {"text": text}
        )


def _list_testimonial(group: list[Passage], draft: DraftArticle) -> None:
    words = " ".join(filter(None, [*(passage.whole for passage in group), *_names_of_quoted(group)]))
    draft.needs_a_look.append(
        _("Left out, a testimonial needs consent before it can be shown: %(words)s") % {"words": words}
    )


def _names_of_quoted(group: list[Passage]) -> list[str]:
    return [passage.value for passage in group if passage.kind == "quote" and passage.value]


def _note_call(call: str, passages: list[Passage], draft: DraftArticle) -> None:
    draft.repaired.append(_("The call “%(call)s” became this site’s own booking link.") % {"call": call})
    if name := signs.named_practice(call):
        draft.repaired.append(_("The name “%(name)s” in that call was left out.") % {"name": name})
        mentions = sum(len(re.findall(re.escape(name), passage.text)) for passage in passages)
        if mentions > 1 or name in draft.title:
            draft.needs_a_look.append(_("“%(name)s” is still named elsewhere in the article.") % {"name": name})
