"""Which reader reads which file."""

from datetime import tzinfo
from functools import partial
from pathlib import PurePath
from typing import BinaryIO

from django.utils.translation import gettext as _

from .decoding import MAX_BYTES
from .draft import Batch, Entry, UnreadableFile
from .html_file import read_html
from .markdown import read_markdown
from .plain_text import read_plain_text
from .wordpress import read_wordpress

READERS = {
    ".txt": read_plain_text,
    ".md": read_markdown,
    ".markdown": read_markdown,
    ".html": read_html,
    ".htm": read_html,
}
EXPORT = ".xml"


def read_file(file: BinaryIO, *, filename: str, zone: tzinfo) -> Batch:
    """Return the articles in an open file, which its name tells how to read; `zone` is that of the clinic.

    Raises UnreadableFile, with one plain line that says why, for what cannot be read at all; one article among
    others says so when it is read.
    """
    kind = PurePath(filename).suffix.lower()
    if kind == EXPORT:
        return read_wordpress(file, zone=zone)
    reader = READERS.get(kind)
    if reader is None:
        raise UnreadableFile(
            _("%(kind)s files are not supported. Those are: .txt, .md, .html and WordPress exports (.xml).")
            % {"kind": kind or _("Such")}
        )
    return Batch([Entry(filename, partial(reader, file.read(MAX_BYTES + 1), filename=filename))])
