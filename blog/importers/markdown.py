"""Markdown, with or without the lines about the article that many programs put above it."""

import re

from django.utils.translation import gettext as _
from markdown_it import MarkdownIt

from .decoding import decode_source
from .draft import DraftArticle, UnreadableFile
from .html_article import fill_from_html
from .html_file import read_day
from .html_source import parse_html

FRONT_MATTER = re.compile(
    r"\s*(?:---\n(?P<yaml>.*?)\n(?:---|\.\.\.)|\+\+\+\n(?P<toml>.*?)\n\+\+\+)[ \t]*(?:\n|$)", re.DOTALL
)
FIELD = re.compile(r"(?P<name>[\w-]+)[ \t]*[:=][ \t]*(?P<value>.*)")
LIST_ITEM = re.compile(r"[ \t]*-[ \t]+(?P<value>.+)")
DEEPEST = 100
"""Quotations and lists within one another; the parser drops what lies deeper, so it is refused."""


def read_markdown(data: bytes, *, filename: str) -> DraftArticle:
    """Read one article out of `data`; `filename` names it where the text has no title.

    Raises UnreadableFile for what is empty, too large or not text.
    """
    clean = decode_source(data)
    text = clean.text
    draft = DraftArticle(repaired=clean.repaired, needs_a_look=clean.needs_a_look)
    if match := FRONT_MATTER.match(text):
        _read_front_matter(match["yaml"] or match["toml"] or "", draft)
        text = text[match.end() :]
    if not text.strip():
        raise UnreadableFile(_("The file is empty."))
    fill_from_html(parse_html(_as_html(text)), draft, filename=filename)
    return draft


def _as_html(text: str) -> str:
    parser = MarkdownIt("commonmark", {"maxNesting": DEEPEST}).enable(["table", "strikethrough"])
    try:
        tokens = parser.parse(text)
    except RecursionError as error:
        raise UnreadableFile(_("Quotations or lists lie too deeply in one another.")) from error
    if max((token.level for token in tokens), default=0) >= DEEPEST - 1:
        raise UnreadableFile(_("Quotations or lists lie too deeply in one another."))
    return parser.renderer.render(tokens, parser.options, {})


def _read_front_matter(text: str, draft: DraftArticle) -> None:
    """Take the known fields; list the rest in full."""
    fields: dict[str, list[str]] = {}
    unknown, name = [], ""
    for line in text.split("\n"):
        if match := FIELD.fullmatch(line):
            name = match["name"].lower()
            fields[name] = _values(match["value"])
        elif (match := LIST_ITEM.fullmatch(line)) and name:
            fields[name] += _values(match["value"])
        elif line.strip():
            unknown.append(line.strip())
    for field, values in fields.items():
        if not _take_field(field, values, draft):
            unknown.append(f"{field}: {', '.join(values)}")
    if unknown:
        draft.needs_a_look.append(
            _("These lines above the text found no place: %(lines)s") % {"lines": " · ".join(unknown)}
        )


def _take_field(name: str, values: list[str], draft: DraftArticle) -> bool:
    value = ", ".join(values)
    if name == "title" and value:
        draft.title = value
    elif name == "slug" and value:
        draft.slug = value
    elif name in ("description", "summary", "excerpt") and value:
        draft.search_description = value
    elif name in ("author", "authors") and value:
        draft.authors = values
    elif name in ("category", "categories", "topic", "topics"):
        draft.topics = [("", value) for value in values if value]
    elif name in ("date", "published") and read_day(value[:10]):
        draft.published_on = read_day(value[:10])
    elif name == "draft" and value.lower() in ("true", "false", "yes", "no"):
        draft.may_publish = value.lower() in ("false", "no")
    else:
        return False
    return True


def _values(text: str) -> list[str]:
    """Return the values of a field: one, or those of a list in brackets; without quotation marks."""
    text = text.strip()
    parts = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    return [value for part in parts if (value := re.sub(r"^(['\"])(.*)\1$", r"\2", part.strip()))]
