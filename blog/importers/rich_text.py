"""Plain text to the little HTML that a rich text block takes. Whatever came from outside is escaped."""

import re
from html import escape

ADDRESS = re.compile(r"https?://[^\s<>\"“”«»]{3,2000}", re.IGNORECASE)
TRAILING = ".,;:!?)]}'’…*"


def paragraph(text: str) -> str:
    return f"<p>{linked(text)}</p>"


def bullets(items: list[str]) -> str:
    return f"<ul>{_items(items)}</ul>"


def numbers(items: list[str]) -> str:
    return f"<ol>{_items(items)}</ol>"


def addresses(text: str) -> list[str]:
    """Return the web addresses in `text`, without the punctuation that follows them."""
    return [match[0].rstrip(TRAILING) for match in ADDRESS.finditer(text)]


def linked(text: str) -> str:
    """Return `text` escaped, with its http and https addresses as links."""
    parts, position = [], 0
    for match in ADDRESS.finditer(text):
        address = match[0].rstrip(TRAILING)
        parts.append(escape(text[position : match.start()]))
        parts.append(f'<a href="{escape(address)}">{escape(address)}</a>')
        position = match.start() + len(address)
    return "".join([*parts, escape(text[position:])])


def _items(items: list[str]) -> str:
    return "".join(f"<li>{linked(item)}</li>" for item in items)
