"""What people do with markup where a structure was meant: bold lines for headings, bullets typed by hand."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from django.utils.translation import gettext_lazy

from . import rich_text, signs
from .html_unplaced import outside_video
from .passages import Passage, has_marker, with_marker

HEADINGS = ("heading", "subheading")
BOLD_LINES = gettext_lazy("Lines in bold became headings: %(count)d.")
TYPED_ITEMS = gettext_lazy("Lines that began with a bullet or number became list items: %(count)d.")
PROMOTED = gettext_lazy("Headings were moved up to the second level: %(count)d.")


def find_structure(passages: list[Passage], counts: Counter[str]) -> list[Passage]:
    """Return the passages with the headings, lists and links to videos that were only typed; count them."""
    passages = [part for passage in passages for part in _take_apart(passage, counts)]
    passages = _set_levels(passages, counts)
    told = any(_tells(passage) and passage.kind == "heading" for passage in passages)
    passages = [_bold_heading(passages, index, told, counts) for index in range(len(passages))]
    if any(passage.kind == "heading" for passage in passages):
        return passages
    return [replace(passage, kind="") if passage.kind == "prose" else passage for passage in passages]


def _take_apart(passage: Passage, counts: Counter[str]) -> Iterator[Passage]:
    """Give a paragraph of several lines back line by line where the lines are items, a heading or a signature."""
    if passage.kind != "prose":
        yield passage
        return
    lines = _lines(passage)
    texts = [line.text for line in lines]
    if len(lines) == 1 and (video := _video(texts[0])):
        yield replace(passage, text="", runs=(), kind="outside link", value=video)
    elif any(map(has_marker, texts)):
        for line in lines:
            marked = with_marker(line)
            counts[TYPED_ITEMS] += bool(marked.marker and not marked.number)
            yield replace(marked, kind="") if marked.marker else line
    elif len(lines) > 1 and _is_bold(lines[0]):
        yield lines[0]
        yield passage.cut(len(texts[0]) + 1, len(passage.text))
    elif len(lines) == 2 and signs.quoted_text(texts[0]) and signs.looks_like_signature(texts[1]):
        yield lines[0]
        yield replace(lines[1], gap_before=False)
    else:
        yield passage


def _lines(passage: Passage) -> list[Passage]:
    found, start = [], 0
    for text in passage.text.split("\n"):
        found.append(passage.cut(start, start + len(text)))
        start += len(text) + 1
    return found


def _video(text: str):
    return outside_video(text) if rich_text.ADDRESS.fullmatch(text) else None


def _is_bold(line: Passage) -> bool:
    """Whether the whole line is bold, and shaped like a heading."""
    return (
        all(run.bold for run in line.marked if run.text.strip())
        and signs.is_short(line.text)
        and "\n" not in line.text
        and not line.text.endswith((".", "!", ",", ";", "…"))
        and not any(run.href for run in line.marked)
        and any(letter.isalpha() for letter in line.text)
    )


def _set_levels(passages: list[Passage], counts: Counter[str]) -> list[Passage]:
    """Move the highest headings up to the second level where the file begins lower."""
    highest = min((passage.level for passage in passages if _tells(passage)), default=0)
    if highest < 3:
        return passages
    moved = [passage.kind == "subheading" and passage.level == highest for passage in passages]
    counts[PROMOTED] += sum(moved)
    return [replace(p, kind="heading") if up else p for p, up in zip(passages, moved, strict=True)]


def _tells(passage: Passage) -> bool:
    """Whether the passage is a heading of the article itself, which the one above testimonials is not."""
    return passage.kind in HEADINGS and not signs.is_testimonials_heading(passage.text)


def _bold_heading(passages: list[Passage], index: int, told: bool, counts: Counter[str]) -> Passage:
    """Return the passage, as a heading if it is a bold line above text; `told`: others are called headings."""
    passage = passages[index]
    following = passages[index + 1].kind if index + 1 < len(passages) else "heading"
    if passage.kind != "prose" or following in HEADINGS or not _is_bold(passage):
        return passage
    counts[BOLD_LINES] += 1
    return replace(passage.cut(0, len(passage.text.rstrip(": "))), kind="subheading" if told else "heading")
