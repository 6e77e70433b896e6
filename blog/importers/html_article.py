"""A tree of HTML elements to a draft: what HTML files, Markdown and WordPress have in common."""

from bs4 import Tag
from django.utils.translation import gettext as _

from .arrange import arrange, drop_bylines, drop_furniture
from .decoding import look_for_lost_characters, notes_of_repairs
from .draft import DraftArticle
from .html_body import BodyReader
from .html_habits import find_structure
from .passages import Passage


def fill_from_html(root: Tag, draft: DraftArticle, *, filename: str, line_breaks: bool = False) -> None:
    """Read what is in `root` into `draft`; `filename` names it where it has no title.

    `line_breaks`: a line break in the source is one for readers too. The tree does not survive.
    """
    reader = BodyReader(line_breaks=line_breaks)
    reader.read(root)
    passages = reader.flow.passages
    if not draft.title:
        passages = _take_title(passages, draft)
    passages = find_structure(passages, reader.flow.counts)
    draft.repaired += notes_of_repairs(reader.flow.counts)
    draft.needs_a_look += reader.needs_a_look
    if reader.dead_links:
        draft.needs_a_look.append(
            _("These links lead to no address that works here; their words stay: %(links)s")
            % {"links": " ".join(dict.fromkeys(reader.dead_links))}
        )
    if reader.lost_links:
        draft.needs_a_look.append(
            _("These links had no place; their words stay: %(links)s")
            % {"links": " ".join(dict.fromkeys(reader.lost_links))}
        )
    look_for_lost_characters(" ".join(passage.text for passage in passages), draft.needs_a_look)
    passages = drop_bylines(drop_furniture(passages, draft), draft)
    arrange(passages, draft, filename=filename)


def _take_title(passages: list[Passage], draft: DraftArticle) -> list[Passage]:
    """Take the first heading of the first level as the title, if it is the only one or stands on top."""
    first = [index for index, passage in enumerate(passages) if passage.kind == "heading" and passage.level == 1]
    if not first or (len(first) > 1 and first[0] != 0):
        return passages
    draft.title = passages[first[0]].text
    return passages[: first[0]] + passages[first[0] + 1 :]
