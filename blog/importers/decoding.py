"""Bytes to clean text, with a note for every repair."""

import codecs
import re
from collections import Counter
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .draft import UnreadableFile

MAX_BYTES = 2 * 1024 * 1024

OTHER_FORMATS = [
    (b"\x89PNG", gettext_lazy("This is a picture, not plain text.")),
    (b"\xff\xd8\xff", gettext_lazy("This is a picture, not plain text.")),
    (b"GIF8", gettext_lazy("This is a picture, not plain text.")),
    (b"%PDF-", gettext_lazy("This is a PDF document, not plain text.")),
    (b"{\\rtf", gettext_lazy("This is a Rich Text document, not plain text.")),
    (b"PK\x03\x04", gettext_lazy("This is a Word document or another packed file, not plain text.")),
    (b"\xd0\xcf\x11\xe0", gettext_lazy("This is an old Word document, not plain text.")),
    (b"\x1f\x8b", gettext_lazy("This is a packed file, not plain text.")),
]

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Joiners (U+200C, U+200D) and direction marks (U+200E, U+200F) stay: some scripts and emoji need them.
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
UNUSUAL_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
REPEATED_SPACE = re.compile(r"(?<=\S) {2,}(?=\S)")
MISREAD_WINDOWS = re.compile("[\u0080-\u009f]")
GARBLED = re.compile("â€|[ÃÂ][\u0080-\u00bf\u2018-\u2022\u20ac\u2122]")
HTML_TAG = re.compile(r"</?(?:p|div|span|br|h[1-6]|a|ul|li|strong|em|b|i)\b[^<>]{0,200}>")


REPAIRS = [
    (MISREAD_WINDOWS, lambda match: _windows_character(match),
     gettext_lazy("Misread characters of Windows-1252 were put right: %(count)d.")),
    (INVISIBLE, "", gettext_lazy("Invisible characters were removed: %(count)d.")),
    (UNUSUAL_SPACE, " ", gettext_lazy("Non-breaking and other unusual spaces became plain spaces: %(count)d.")),
    (REPEATED_SPACE, " ", gettext_lazy("Repeated spaces were made one: %(count)d.")),
]  # fmt: skip
"""Pattern, replacement, and the note for it."""


@dataclass
class CleanText:
    """Text with `\\n` line ends and plain spaces; indentation is kept."""

    text: str
    repaired: list[str] = field(default_factory=list)
    needs_a_look: list[str] = field(default_factory=list)


def _as_windows_1252(error: UnicodeDecodeError) -> tuple[str, int]:
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


codecs.register_error("blog.windows-1252", _as_windows_1252)


def decode(data: bytes) -> CleanText:
    """Decode and clean `data`; raise UnreadableFile when it is empty, too large or not text."""
    clean = decode_source(data)
    text = re.sub(r"(?<=\S)[ \t]*\t[ \t]*", " ", clean.text).expandtabs(4)
    counts: Counter[str] = Counter()
    clean.text = repair_characters(text, counts)
    clean.repaired += notes_of_repairs(counts)
    if not clean.text.strip():
        raise UnreadableFile(_("The file is empty."))
    look_for_lost_characters(clean.text, clean.needs_a_look)
    if tags := len(HTML_TAG.findall(clean.text)):
        clean.needs_a_look.append(
            _("The text holds HTML tags, which readers would see as they are: %(count)d.") % {"count": tags}
        )
    return clean


def decode_source(data: bytes) -> CleanText:
    """Decode `data` and make all its line ends one kind; raise UnreadableFile when it is too large or not text."""
    if len(data) > MAX_BYTES:
        raise UnreadableFile(_("The file is larger than 2 MB."))
    for signature, why in OTHER_FORMATS:
        if data.startswith(signature):
            raise UnreadableFile(str(why))
    clean = _decode(data)
    controls = len(CONTROL.findall(clean.text))
    if controls > 3 + len(clean.text) // 20:
        raise UnreadableFile(_("This is not plain text."))
    clean.text, controls = CONTROL.subn("", unify_line_ends(clean.text))
    if controls:
        clean.repaired.append(_("Control characters were removed: %(count)d.") % {"count": controls})
    return clean


def unify_line_ends(text: str) -> str:
    return re.sub("\r\n|[\r\v\f\u2028]", "\n", text).replace("\u2029", "\n\n")


def repair_characters(text: str, counts: Counter[str]) -> str:
    """Return `text` with plain spaces and without characters that nobody sees; count each kind of repair."""
    for pattern, replacement, note in REPAIRS:
        text, count = pattern.subn(replacement, text)
        if count:
            counts[note] += count
    return text


def notes_of_repairs(counts: Counter[str]) -> list[str]:
    """Return one line for each kind of repair."""
    return [note % {"count": count} for note, count in counts.items() if count]


def _decode(data: bytes) -> CleanText:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
        return CleanText(text, repaired=[_("The file was written in UTF-16; it was converted.")])
    repaired = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        repaired.append(_("A byte order mark at the start was removed."))
    try:
        return CleanText(data.decode("utf-8"), repaired)
    except UnicodeDecodeError:
        repaired.append(_("Characters written in Windows-1252 (such as curly quotes) were converted."))
        return CleanText(data.decode("utf-8", errors="blog.windows-1252"), repaired)


def _windows_character(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("cp1252", errors="replace")


def look_for_lost_characters(text: str, needs_a_look: list[str]) -> None:
    """Point out what another program destroyed."""
    words = text.split()
    if lost := [word for word in words if "\ufffd" in word]:
        needs_a_look.append(_("Characters were lost before the file came here: %(words)s") % {"words": " ".join(lost)})
    if garbled := [word for word in words if GARBLED.search(word)]:
        needs_a_look.append(_("These words look garbled by another program: %(words)s") % {"words": " ".join(garbled)})
