"""What every importer hands back, whatever format it read."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

MAX_INTRODUCTION = 300


class UnreadableFile(Exception):
    """The file cannot become an article; the message is one plain line that says why."""


@dataclass
class DraftArticle:
    """An article as read from a file, before anything is stored.

    `title`, `introduction` and the values of headings and quotes are plain text, not escaped. Paragraph
    blocks are rich text HTML in which everything that came from the file is escaped.
    """

    title: str = ""
    introduction: str = ""
    body: list[tuple[str, Any]] = field(default_factory=list)
    """(block name, value) pairs in the shape of the article's StreamField; and “picture”, a picture that still has to
    be found: its addresses (the best first), alt text and caption."""
    repaired: list[str] = field(default_factory=list)
    """What was changed on the way in, one plain line each."""
    needs_a_look: list[str] = field(default_factory=list)
    """What an editor has to decide, one plain line each; text that found no place stands here in full."""
    slug: str = ""
    """The last part of the address that it had; empty: made from the title."""
    search_description: str = ""
    published_on: date | None = None
    """The day of its first publication, at the clinic."""
    authors: list[str] = field(default_factory=list)
    """Names of the author, the likeliest first; they may all mean the same person."""
    topics: list[tuple[str, str]] = field(default_factory=list)
    """(slug, name) of what it is about, the most important first; the slug may be empty."""
    picture: dict[str, Any] | None = None
    """The picture above the text, in the shape of a “picture” in the body."""
    may_publish: bool = True
    """False: it was not open to everybody where it comes from, and stays a draft."""
    source: str = ""
    """The site that it comes from; empty: a file, known again by its words."""
    external_id: str = ""
    """What the site calls it."""
    old_paths: list[str] = field(default_factory=list)
    """Paths below which readers may still look for it."""

    def as_json(self) -> dict[str, Any]:
        """Return what `from_json` makes the same draft of."""
        return {**asdict(self), "published_on": self.published_on and self.published_on.isoformat()}

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "DraftArticle":
        day = data["published_on"]
        pairs = {name: [tuple(pair) for pair in data[name]] for name in ("body", "topics")}
        return cls(**{**data, **pairs, "published_on": date.fromisoformat(day) if day else None})


@dataclass
class Entry:
    """One article in a file, not yet read."""

    name: str
    """What to call it while it has no title."""
    read: Callable[[], DraftArticle]
    """Reads it; raises UnreadableFile."""


@dataclass
class Batch:
    """What one file holds."""

    entries: list[Entry]
    is_export: bool = False
    """Whether it is the export of a whole site."""
    left_behind: list[str] = field(default_factory=list)
    """What it holds beside articles, one plain line each."""
