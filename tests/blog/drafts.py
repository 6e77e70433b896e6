"""Reading plain text in tests, and looking at the draft."""

from pathlib import Path
from typing import Any

from blog.importers.draft import DraftArticle
from blog.importers.plain_text import read_plain_text

SAMPLES = Path(__file__).parent / "samples"
BODY = "\n\nThe first paragraph says something.\n\nThe second paragraph goes on about it."


def read(text: str, filename: str = "page.txt") -> DraftArticle:
    return read_plain_text(text.encode(), filename=filename)


def sample(name: str) -> DraftArticle:
    return read_plain_text((SAMPLES / name).read_bytes(), filename=name)


def blocks(draft: DraftArticle, name: str) -> list[Any]:
    return [value for block, value in draft.body if block == name]


def body_html(draft: DraftArticle) -> str:
    return "".join(blocks(draft, "paragraph"))


def notes(draft: DraftArticle) -> str:
    return "\n".join(draft.repaired + draft.needs_a_look)
