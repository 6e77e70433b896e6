"""What every importer hands back, whatever format it read."""

from dataclasses import dataclass, field
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
    """(block name, value) pairs in the shape of the article's StreamField."""
    repaired: list[str] = field(default_factory=list)
    """What was changed on the way in, one plain line each."""
    needs_a_look: list[str] = field(default_factory=list)
    """What an editor has to decide, one plain line each; text that found no place stands here in full."""
