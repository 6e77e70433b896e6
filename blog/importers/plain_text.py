"""Plain text, as somebody saves or pastes a page: no markup, only the habits of people who write."""

from . import signs
from .arrange import arrange, drop_bylines, drop_furniture
from .decoding import decode
from .draft import DraftArticle
from .passages import Passage, split_passages


def read_plain_text(data: bytes, *, filename: str) -> DraftArticle:
    """Read one article out of `data`; `filename` names it where the text has no title.

    Raises UnreadableFile for what is empty, too large or not text.
    """
    clean = decode(data)
    draft = DraftArticle(repaired=clean.repaired, needs_a_look=clean.needs_a_look)
    passages = drop_furniture(split_passages(clean.text), draft)
    arrange(_take_title(passages, draft), draft, filename=filename)
    return draft


def _take_title(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    if not passages or passages[0].marker or not signs.looks_like_title(passages[0].text):
        return passages
    draft.title = passages[0].text
    return drop_bylines(passages[1:], draft)
