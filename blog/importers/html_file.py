"""An HTML file: a page saved from a browser, exported by another program, or written by hand."""

import re
from contextlib import suppress
from datetime import date

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _

from .decoding import decode_source
from .draft import DraftArticle, UnreadableFile
from .html_article import fill_from_html
from .html_source import DECLARED, attribute, parse_html, text_of
from .html_unplaced import held_in

SURROUNDINGS = ["nav", "aside", "footer"]


def read_html(data: bytes, *, filename: str) -> DraftArticle:
    """Read one article out of the page in `data`; `filename` names it where the page has no title.

    Raises UnreadableFile for what is empty, too large or not text.
    """
    clean = decode_source(_as_utf_8(data))
    draft = DraftArticle(repaired=clean.repaired, needs_a_look=clean.needs_a_look)
    page = parse_html(clean.text)
    window_title = _read_head(page, draft)
    if not text_of(page) and not page.find("img"):
        raise UnreadableFile(_("The page holds no text."))
    root = _cut_out_article(page, draft)
    fill_from_html(root, draft, filename=f"{window_title}.html" if window_title else filename)
    if window_title and window_title != draft.title:
        draft.needs_a_look.append(_("In the browser the page was called: %(title)s") % {"title": window_title})
    return draft


def _as_utf_8(data: bytes) -> bytes:
    """Return `data` in UTF-8 if the page names another encoding, and is written in it."""
    declared = DECLARED.search(data[:4096])
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        if declared and declared[1].lower() not in (b"utf-8", b"iso-8859-1", b"latin1"):
            with suppress(UnicodeDecodeError, LookupError):
                return data.decode(declared[1].decode()).encode()
    return data


def _read_head(page: BeautifulSoup, draft: DraftArticle) -> str:
    """Take what the page says about itself; return its title in the browser."""
    told = {}
    for meta in page.find_all("meta"):
        name = (attribute(meta, "name") or attribute(meta, "property")).lower()
        told.setdefault(name, attribute(meta, "content"))
    draft.search_description = told.get("description", "")
    if author := told.get("author"):
        draft.authors = [author]
    if day := re.match(r"\d{4}-\d\d-\d\d", told.get("article:published_time", "")):
        draft.published_on = read_day(day[0])
    title = text_of(page.title) if page.title else ""
    for part in page.find_all(["head", "title", "meta", "link", "base"]):
        part.extract()
    return title


def read_day(text: str) -> date | None:
    """Return the day of an ISO date, None if there is no such day."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _cut_out_article(page: BeautifulSoup, draft: DraftArticle) -> Tag:
    """Return the element that holds the article, and list the words around it."""
    candidates = [page.find_all("article"), page.find_all("main"), page.find_all(attrs={"role": "main"})]
    root = next((found[0] for found in candidates if len(found) == 1 and text_of(found[0])), page)
    headings = page.find_all("h1")
    if len(headings) == 1 and root not in headings[0].parents:
        draft.title = text_of(headings[0].extract())
        if headings[0].find("img"):
            _list_surroundings(headings[0], draft)
    around = [root.extract()] and [page] if root is not page else page.find_all(SURROUNDINGS)
    for part in around:
        _list_surroundings(part, draft)
    for part in around if root is page else []:
        part.extract()
    return root


def _list_surroundings(part: Tag, draft: DraftArticle) -> None:
    pictures = [held_in(picture) for picture in part.find_all("img")]
    if words := " ".join(filter(None, [text_of(part), *pictures])):
        draft.needs_a_look.append(_("Left out, it stands around the article: %(words)s") % {"words": words})
    if scripts := len(part.find_all(["script", "style"])):
        draft.repaired.append(_("Scripts and styles around the article were left out: %(n)d.") % {"n": scripts})
