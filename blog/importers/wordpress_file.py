"""A WordPress export (WXR) read piece by piece, without building a tree: any size or depth costs the same little.

Document types and entities are refused: an export has none, and they are how XML does harm.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser
from django.utils.translation import gettext as _

from .draft import UnreadableFile

MAX_EXPORT = 64 * 1024 * 1024
DEEPEST = 50
CHUNK = 64 * 1024
CONTROLS = bytes(set(range(32)) - {9, 10, 13})
NAMESPACES = [
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/excerpt/"), "excerpt:"),
    (re.compile(r"https?://wordpress\.org/export/[\d.]+/"), "wp:"),
    (re.compile(r"http://purl\.org/rss/1\.0/modules/content/"), "content:"),
    (re.compile(r"http://purl\.org/dc/elements/1\.1/"), "dc:"),
]
PARTS = frozenset(["item", "wp:author", "wp:category"])


@dataclass
class Part:
    """An item, author or category of the export: the texts of its fields."""

    name: str
    fields: dict[str, str] = field(default_factory=dict)
    categories: list[tuple[str, str, str]] = field(default_factory=list)
    """(domain, nicename, name)"""
    meta: dict[str, str] = field(default_factory=dict)
    comments: int = 0

    def get(self, name: str) -> str:
        return self.fields.get(name, "").strip()


class _Target:
    """Takes the parser's events; finished parts wait in `done`, the channel's own fields in `channel`."""

    def __init__(self):
        self.channel: dict[str, str] = {}
        self.done: list[Part] = []
        self._path: list[str] = []
        self._part: Part | None = None
        self._attributes: dict[str, str] = {}
        self._text: list[str] = []
        self._meta_key = ""

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        name = _short_name(tag)
        self._path.append(name)
        if len(self._path) > DEEPEST:
            raise UnreadableFile(_("The XML is nested too deeply."))
        if len(self._path) == 1 and name != "rss":
            raise UnreadableFile(_("This XML file is not a WordPress export."))
        if name in PARTS and len(self._path) == 3:
            self._part = Part(name)
        self._attributes, self._text = attributes, []

    def data(self, text: str) -> None:
        self._text.append(text)

    def end(self, tag: str) -> None:
        name, depth, text = self._path.pop(), len(self._path), "".join(self._text)
        self._text = []
        if self._part is None:
            if depth == 2:
                self.channel.setdefault(name, text)
        elif depth == 2:
            self.done.append(self._part)
            self._part = None
        elif depth == 3:
            self._end_field(name, text)
        elif name == "wp:meta_key" and self._path[-1] == "wp:postmeta":
            self._meta_key = text
        elif name == "wp:meta_value" and self._path[-1] == "wp:postmeta":
            self._part.meta.setdefault(self._meta_key, text)

    def close(self) -> None:
        """Nothing is left to do at the end of the file."""

    def _end_field(self, name: str, text: str) -> None:
        if name == "category":
            found = (self._attributes.get("domain", ""), self._attributes.get("nicename", ""), text.strip())
            self._part.categories.append(found)
        elif name == "wp:comment":
            self._part.comments += 1
        else:
            self._part.fields.setdefault(name, text)


def read_parts(file: BinaryIO) -> tuple[dict[str, str], list[Part]]:
    """Return the fields of the export's channel, and its parts in their order.

    Raises UnreadableFile, with one line that says why, for what is no sound export.
    """
    target = _Target()
    parser = DefusedXMLParser(target=target, forbid_dtd=True, forbid_entities=True, forbid_external=True)
    try:
        for chunk in _chunks(file):
            parser.feed(chunk)
        parser.close()
    except DefusedXmlException as error:
        raise UnreadableFile(
            _("The file holds a document type or entities. A WordPress export never does, so it was not read.")
        ) from error
    except ParseError as error:
        line = getattr(error, "position", (0, 0))[0]
        raise UnreadableFile(_("The XML is damaged at line %(line)d.") % {"line": line}) from error
    except (LookupError, ValueError) as error:  # an encoding that the parser does not know
        raise UnreadableFile(_("The XML is written in an encoding that is not known here.")) from error
    if "wp:wxr_version" not in target.channel:
        raise UnreadableFile(_("This XML file is not a WordPress export."))
    return target.channel, target.done


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    """Give the file out in chunks; refuse one that is too large before reading it, if it tells its size."""
    if file.seekable():
        size = file.seek(0, 2)
        file.seek(0)
        if size > MAX_EXPORT:
            raise UnreadableFile(_too_large())
    read = 0
    first = chunk = file.read(CHUNK)
    if not first.strip():
        raise UnreadableFile(_("The file is empty."))
    while chunk:
        read += len(chunk)
        if read > MAX_EXPORT:
            raise UnreadableFile(_too_large())
        # Exports of real sites hold control characters that XML forbids; nobody sees them.
        yield chunk if b"\x00" in first[:4] else chunk.translate(None, CONTROLS)
        chunk = file.read(CHUNK)


def _too_large() -> str:
    return _("The file is larger than %(size)d MB. Export fewer posts at a time.") % {"size": MAX_EXPORT // 1024**2}


def _short_name(tag: str) -> str:
    """Return the name with the prefix that WordPress itself gives it."""
    space, _brace, name = tag.rpartition("}")
    prefix = next((prefix for pattern, prefix in NAMESPACES if pattern.fullmatch(space.lstrip("{"))), "")
    return prefix + name if prefix or not space else tag
