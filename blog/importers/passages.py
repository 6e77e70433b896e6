"""Clean text cut into passages: a line that stands for itself, a wrapped paragraph, or one item of a list."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from . import rich_text, signs
from .rich_text import Run

BULLET = re.compile(r"(?P<sign>[•·‣◦▪●])\s*(?P<text>[^\s•·‣◦▪●].*)|(?P<dash>[-*–])\s+(?P<rest>\S.*)")
NUMBER = re.compile(r"(?P<sign>[0-9]{1,3}[.)])\s+(?P<text>\S.*)")

NARROWEST_WRAP, WIDEST_WRAP = 40, 100


@dataclass(frozen=True)
class Passage:
    text: str
    """A line break is “\\n”; everywhere else there is one space between words."""
    marker: str = ""
    """The bullet or number that stood before the text; empty for prose."""
    gap_before: bool = False
    gap_after: bool = False
    """Whether an empty line, or the edge of the file, is on that side."""
    kind: str = ""
    """What the file itself calls it: prose, heading, subheading, item, quote, picture or outside link. Empty: it does
    not say."""
    runs: tuple[Run, ...] = ()
    """The text with its links, bold and italics; empty where the file knows none."""
    level: int = 0
    """How many lists an item lies in, beside its own."""
    value: Any = None
    """What else its block holds: who is quoted; the picture; the link."""

    @property
    def marked(self) -> tuple[Run, ...]:
        return self.runs or (Run(self.text),)

    def cut(self, start: int, end: int) -> "Passage":
        """Return the part of the text from `start` up to `end`, with its marks."""
        return replace(self, text=self.text[start:end], runs=rich_text.cut(self.runs, start, end))

    @property
    def whole(self) -> str:
        return f"{self.marker} {self.text}" if self.marker else self.text

    @property
    def number(self) -> int | None:
        digits = self.marker.rstrip(".)")
        return int(digits) if digits.isdecimal() else None

    @property
    def is_prose(self) -> bool:
        shaped = len(self.text) > 60 or signs.ends_like_a_sentence(self.text)
        return shaped and not self.marker and self.kind in ("", "prose")


def split_passages(text: str) -> list[Passage]:
    """Return the passages of `text` in reading order.

    A file without a single empty line counts as having one before every line, for nothing else tells there.
    """
    blocks = [block for block in re.split(r"\n(?: *\n)+", text) if block.strip()]
    passages = []
    for block in blocks:
        parts = list(_split_block([line.rstrip() for line in block.split("\n") if line.strip()]))
        last = len(parts) - 1
        dense = len(blocks) == 1 and last > 1
        passages += [
            replace(with_marker(Passage(part)), gap_before=dense or index == 0, gap_after=index == last)
            for index, part in enumerate(parts)
        ]
    return passages


def is_signature(passages: list[Passage], index: int) -> bool:
    """Whether the passage at `index` is the name under the quotation above it, and not the next heading."""
    if index >= len(passages) or passages[index].kind not in ("", "prose"):
        return False
    if not signs.looks_like_signature(passages[index].whole):
        return False
    following = passages[index + 1] if index + 1 < len(passages) else None
    return (
        passages[index].whole.startswith(("—", "–", "-"))
        or not passages[index].gap_before
        or following is None
        or not following.is_prose
        or bool(signs.quoted_text(following.text))
    )


def with_marker(line: Passage) -> Passage:
    """Return the line with the bullet or number that begins it taken off as its marker."""
    match = NUMBER.fullmatch(line.text) or BULLET.fullmatch(line.text)
    if not match:
        return line
    marker = match["sign"] or match["dash"]
    start = match.start("text") if match["text"] else match.start("rest")
    return replace(line.cut(start, len(line.text)), marker=marker)


def has_marker(line: str) -> bool:
    return bool(NUMBER.fullmatch(line) or BULLET.fullmatch(line))


def _split_block(lines: list[str]) -> Iterator[str]:
    """Put wrapped lines together again; every other line stays by itself."""
    width = max(map(len, lines))
    wrapped = _is_wrapped(lines, width)
    parts = [lines[0].strip()]
    for above, line in pairwise(lines):
        fits = wrapped and _filled(above, line, width)
        hangs = line.startswith("  ") and has_marker(parts[0])
        signature = len(parts) == 1 and signs.quoted_text(parts[0]) and signs.looks_like_signature(line.strip())
        if (fits or hangs) and not signature and not has_marker(line.strip()):
            parts.append(line.strip())
        else:
            yield " ".join(parts)
            parts = [line.strip()]
    yield " ".join(parts)


def _is_wrapped(lines: list[str], width: int) -> bool:
    """Whether the lines look broken at a fixed width: one goes on in lower case below a full one."""
    return NARROWEST_WRAP <= width <= WIDEST_WRAP and any(
        _filled(above, line, width) and line.lstrip()[0].islower() for above, line in pairwise(lines)
    )


def _filled(above: str, line: str, width: int) -> bool:
    """Whether the first word of `line` would not have fitted at the end of the line above."""
    return len(above) + 1 + len(line.split(maxsplit=1)[0]) > width
