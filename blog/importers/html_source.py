"""HTML as text to a tree, without letting broken or hostile markup take the parser's time."""

import re
from itertools import islice
from urllib.parse import SplitResult, urlsplit

from bs4 import BeautifulSoup, CData, Comment, NavigableString, Tag
from bs4.element import RubyParenthesisString, RubyTextString
from bs4.exceptions import ParserRejectedMarkup
from django.utils.translation import gettext as _

from .draft import UnreadableFile

UNKNOWN_SECTION = re.compile(r"<!\[(?!CDATA\[|if\b|endif\b|else\b)", re.IGNORECASE)
DECLARED = re.compile(rb"<meta[^<>]{0,200}charset=[\"']?([\w-]{1,40})", re.IGNORECASE)
SAFE_SCHEMES = frozenset(["http", "https", "mailto", "tel", "sms"])
LONGEST_ADDRESS = 2000
INLINE = frozenset(
    """a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark meter nobr output picture
    progress q rp rt ruby s samp small source span strike strong sub sup time tt u var wbr""".split()
)
VISIBLE = (NavigableString, CData, RubyTextString, RubyParenthesisString)
MOST_PARENTS = 100


def parse_html(source: str) -> BeautifulSoup:
    """Return the tree of `source`; raise UnreadableFile when there is no sense in it."""
    try:
        # The line end keeps it from warning about texts that look like an address or a file's name.
        return BeautifulSoup(_without_loose_ends(source) + " \n", "html.parser")
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
    scheme = split_address(address).scheme.lower()
    rooted = address.startswith("/") and "\\" not in address
    usable = scheme in SAFE_SCHEMES or (rooted and not scheme)
    return address if usable and len(address) <= LONGEST_ADDRESS and " " not in address else ""


def split_address(address: str) -> SplitResult:
    """Return the parts of an address; all are empty where it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def text_of(node: Tag) -> str:
    """Return all the words in `node` on one line, as a browser would part them."""
    parts: list[str] = []
    block = None
    for piece in node.descendants:
        if isinstance(piece, Tag):
            parts.append(" " if piece.name == "br" else "")
        elif type(piece) in VISIBLE:
            here = next((tag for tag in islice(piece.parents, MOST_PARENTS) if tag.name not in INLINE), None)
            parts += [str(piece)] if here is block else [" ", str(piece)]
            block = here
    return " ".join("".join(parts).split())


def is_hidden(node: Tag) -> bool:
    """Whether readers of the page that it comes from did not see it."""
    style = attribute(node, "style").replace(" ", "").lower()
    return node.has_attr("hidden") or "display:none" in style or "visibility:hidden" in style


def is_comment(node: object) -> bool:
    return isinstance(node, Comment)
