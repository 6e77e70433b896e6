"""HTML as text to a tree, without letting broken or hostile markup take the parser's time."""

import re
from urllib.parse import urlsplit

from bs4 import BeautifulSoup, Comment, Tag
from bs4.exceptions import ParserRejectedMarkup
from django.utils.translation import gettext as _

from .draft import UnreadableFile

UNKNOWN_SECTION = re.compile(r"<!\[(?!CDATA\[|if\b|endif\b|else\b)", re.IGNORECASE)
DECLARED = re.compile(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
SAFE_SCHEMES = frozenset(["http", "https", "mailto", "tel", "sms"])
LONGEST_ADDRESS = 2000


def parse_html(source: str) -> BeautifulSoup:
    """Return the tree of `source`; raise UnreadableFile when there is no sense in it."""
    try:
        return BeautifulSoup(_without_loose_ends(source), "html.parser")
    except (ParserRejectedMarkup, RecursionError) as error:
        raise UnreadableFile(_("The HTML is too broken to be read.")) from error


def _without_loose_ends(source: str) -> str:
    """Escape what begins a tag or comment and is never ended: the parser would search to the end for each of them."""
    source = UNKNOWN_SECTION.sub("&lt;![", source)
    last_tag = source.rfind(">") + 1
    source = source[:last_tag] + source[last_tag:].replace("<", "&lt;")
    last_comment = source.rfind("-->") + 1
    return source[:last_comment] + source[last_comment:].replace("<!--", "&lt;!--")


def attribute(node: Tag, name: str) -> str:
    """Return an attribute's text on one line; empty if there is none."""
    value = node.get(name) or ""
    return " ".join((" ".join(value) if isinstance(value, list) else value).split())


def safe_address(address: str) -> str:
    """Return a link's address if a reader may follow it from this site, else an empty text."""
    address = "https:" + address if address.startswith("//") else address
    try:
        scheme = urlsplit(address).scheme.lower()
    except ValueError:
        return ""
    rooted = address.startswith("/") and "\\" not in address
    usable = scheme in SAFE_SCHEMES or (rooted and not scheme)
    return address if usable and len(address) <= LONGEST_ADDRESS and " " not in address else ""


def text_of(node: Tag) -> str:
    """Return all the words in `node` on one line."""
    return " ".join(node.get_text(" ").split())


def is_hidden(node: Tag) -> bool:
    """Whether readers of the page that it comes from did not see it."""
    style = attribute(node, "style").replace(" ", "").lower()
    return node.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def is_comment(node: object) -> bool:
    return isinstance(node, Comment)
