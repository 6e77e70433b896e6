"""What a story's blocks say about it as a whole: its headings, how long it takes to read, where it points to. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil
from typing import Any

from django.utils.text import slugify

WORDS_A_MINUTE = (
    220  # adults read 238 words of nonfiction a minute in silence (Brysbaert 2019); somebody upset reads slower
)

# Ids that the pages use themselves.
TAKEN_BY_PAGES = frozenset(["main", "contents", "sources", "author", "related", "text-us", "q"])

REFERENCE = re.compile(r"\[(\d{1,2})\](?![^<]*>)")  # not inside a tag


@dataclass(frozen=True)
class Part:
    """One block of a story. A heading has an *anchor* that is its own on the page; other blocks have none."""

    block: Any
    anchor: str = ""

    @property
    def title(self) -> str:
        """The words of a heading."""
        return str(self.block.value)


def parts_of(story: Iterable) -> list[Part]:
    """Return the blocks of *story* (a StreamValue) in order, each heading with its anchor."""
    taken = set(TAKEN_BY_PAGES)
    parts = []
    for block in story:
        anchor = ""
        if block.block_type == "heading" and block.value:
            wanted = slugify(block.value) or "part"
            anchor, number = wanted, 1
            while anchor in taken:
                number += 1
                anchor = f"{wanted}-{number}"
            taken.add(anchor)
        parts.append(Part(block, anchor))
    return parts


def reading_minutes(story) -> int:
    """Return how many whole minutes it takes to read *story* (a StreamValue), at least one."""
    texts = story.stream_block.get_searchable_content(story)
    return max(1, ceil(sum(len(text.split()) for text in texts) / WORDS_A_MINUTE))


def link_references(html: str, sources: int) -> str:
    """Return *html* with each “[n]” made a link to the n-th of so many *sources*; other numbers stay words."""

    def link(found: re.Match[str]) -> str:
        number = int(found[1])
        if not 1 <= number <= sources:
            return found[0]
        return f'<a class="reference-link" href="#source-{number}">[{number}]</a>'

    return REFERENCE.sub(link, html)
