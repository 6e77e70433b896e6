"""What an article here cannot hold, told in words: tables, embeds, forms, scripts. Nothing of it is lost silently."""

import re
from typing import Any
from urllib.parse import parse_qs

from bs4 import Tag
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .html_source import attribute, safe_address, split_address, text_of

UNPLACED = {
    "iframe": gettext_lazy("A window to another page"),
    "frame": gettext_lazy("A window to another page"),
    "object": gettext_lazy("An embedded object"),
    "embed": gettext_lazy("An embedded object"),
    "applet": gettext_lazy("An embedded object"),
    "video": gettext_lazy("A video"),
    "audio": gettext_lazy("A sound recording"),
    "form": gettext_lazy("A form"),
    "input": gettext_lazy("A field of a form"),
    "select": gettext_lazy("A field of a form"),
    "textarea": gettext_lazy("A field of a form"),
    "svg": gettext_lazy("A drawing"),
    "canvas": gettext_lazy("A drawing"),
    "map": gettext_lazy("A picture’s links"),
    "math": gettext_lazy("A formula"),
    "noscript": gettext_lazy("Something for browsers without scripts"),
    "template": gettext_lazy("A template"),
    "script": gettext_lazy("A script"),
    "nav": gettext_lazy("A menu"),
    "footer": gettext_lazy("A footer"),
    "table": gettext_lazy("A table"),
}
ADDRESSES = ("src", "data-src", "href", "action", "data", "poster", "code")
WORDS = ("alt", "title", "placeholder", "value", "aria-label", "label", "summary")
VIDEO_HOSTS = re.compile(r"(?:.+\.)?(?:youtube(?:-nocookie)?\.com|youtu\.be|vimeo\.com|wordpress\.tv)")
LONGEST_CODE = 1000


def note_unplaced(node: Tag) -> str:
    """Return the line that lists `node` in full."""
    return _("%(what)s found no place. It held: %(told)s") % {
        "what": UNPLACED[node.name],
        "told": held_in(node) or _("nothing"),
    }


def held_in(node: Tag) -> str:
    """Return all the words and addresses in `node` on one line."""
    text = _code(node) if node.name == "script" else _rows(node) if node.name == "table" else text_of(node)
    return " · ".join(dict.fromkeys(part for part in [text, *_attributes(node)] if part))


def is_layout(table: Tag) -> bool:
    """Whether the table only arranges the page: no cell stands beside another, or it holds headings or tables."""
    if table.find("th"):
        return False
    alone = all(len(row.find_all("td")) <= 1 for row in table.find_all("tr"))
    return alone or bool(table.find(["table", "h1", "h2", "h3"]))


def outside_video(address: str, title: str = "", text: str = "") -> dict[str, Any] | None:
    """Return the link to a video on another site that stands for it here; None if `address` is no such video."""
    address = safe_address(address)
    parts = split_address(address)
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme not in ("http", "https") or not VIDEO_HOSTS.fullmatch(host):
        return None
    if match := re.fullmatch(r"/(?:embed|v)/([\w-]+)", parts.path):
        address = f"https://www.youtube.com/watch?v={match[1]}"
        if start := parse_qs(parts.query).get("start"):
            address += f"&t={start[0]}" if start[0].isdecimal() else ""
    elif match := re.fullmatch(r"/video/(\d+)", parts.path):
        address = f"https://vimeo.com/{match[1]}"
    title = title or _("Video on %(site)s") % {"site": host.removeprefix("player.").replace("-nocookie", "")}
    return {"title": title, "url": address, "text": text, "sponsored": False}


def _code(node: Tag) -> str:
    code = " ".join((node.string or node.get_text()).split())
    more = len(code) - LONGEST_CODE
    return code if more <= 0 else _("%(code)s … (%(count)d more characters)") % {"code": code[:-more], "count": more}


def _rows(table: Tag) -> str:
    rows = []
    for row in table.find_all("tr"):
        if cells := [text_of(cell) for cell in row.find_all(["td", "th"], recursive=False)]:
            rows.append(" | ".join(cells))
            row.extract()
    return " / ".join(filter(None, [text_of(table), *rows]))


def _attributes(node: Tag) -> list[str]:
    found = []
    for part in [node, *node.find_all(True)]:
        found += [attribute(part, name) for name in (*ADDRESSES, *WORDS) if part.has_attr(name)]
    return found
