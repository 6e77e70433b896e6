"""Bytes to clean text, with a note for every repair."""

import codecs
import re
from dataclasses import dataclass, field

from .draft import UnreadableFile

MAX_BYTES = 2 * 1024 * 1024

OTHER_FORMATS = [
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "a Rich Text document"),
    (b"PK\x03\x04", "a Word document or another packed file"),
    (b"\xd0\xcf\x11\xe0", "an old Word document"),
    (b"\x1f\x8b", "a packed file"),
]

CONTROL = re.compile("[\x00-\x08\x0e-\x1f\x7f]")
# Joiners (U+200C, U+200D) and direction marks (U+200E, U+200F) stay: some scripts and emoji need them.
INVISIBLE = re.compile("[\u00ad\u200b\u2060\ufeff\u202a-\u202e\u2066-\u2069\ufff9-\ufffb]")
UNUSUAL_SPACE = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
REPEATED_SPACE = re.compile(r"(?<=\S) {2,}(?=\S)")
MISREAD_WINDOWS = re.compile("[\u0080-\u009f]")
GARBLED = re.compile("â€|[ÃÂ][\u0080-\u00bf\u2018-\u2022\u20ac\u2122]")
HTML_TAG = re.compile(r"</?(?:p|div|span|br|h[1-6]|a|ul|li|strong|em|b|i)\b[^<>]{0,200}>")


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
    if len(data) > MAX_BYTES:
        raise UnreadableFile("The file is larger than 2 MB.")
    for signature, what in OTHER_FORMATS:
        if data.startswith(signature):
            raise UnreadableFile(f"This is {what}, not plain text.")
    clean = _decode(data)
    controls = len(CONTROL.findall(clean.text))
    if controls > 3 + len(clean.text) // 20:
        raise UnreadableFile("This is not plain text.")
    _repair_characters(clean)
    if not clean.text.strip():
        raise UnreadableFile("The file is empty.")
    _look_for_lost_characters(clean)
    return clean


def _decode(data: bytes) -> CleanText:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = data.decode("utf-16", errors="replace")
        return CleanText(text, repaired=["The file was written in UTF-16; it was converted."])
    repaired = []
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        repaired.append("A byte order mark at the start was removed.")
    try:
        return CleanText(data.decode("utf-8"), repaired)
    except UnicodeDecodeError:
        repaired.append("Characters written in Windows-1252 (such as curly quotes) were converted.")
        return CleanText(data.decode("utf-8", errors="blog.windows-1252"), repaired)


def _repair_characters(clean: CleanText) -> None:
    text = re.sub("\r\n|[\r\v\f\u2028]", "\n", clean.text).replace("\u2029", "\n\n")
    text = re.sub(r"(?<=\S)[ \t]*\t[ \t]*", " ", text).expandtabs(4)
    for pattern, replacement, note in [
        (MISREAD_WINDOWS, _windows_character, "Misread characters of Windows-1252 were put right: {}."),
        (CONTROL, "", "Control characters were removed: {}."),
        (INVISIBLE, "", "Invisible characters were removed: {}."),
        (UNUSUAL_SPACE, " ", "Non-breaking and other unusual spaces became plain spaces: {}."),
        (REPEATED_SPACE, " ", "Repeated spaces were made one: {}."),
    ]:
        text, count = pattern.subn(replacement, text)
        if count:
            clean.repaired.append(note.format(count))
    clean.text = text


def _windows_character(match: re.Match[str]) -> str:
    return match[0].encode("latin-1").decode("cp1252", errors="replace")


def _look_for_lost_characters(clean: CleanText) -> None:
    words = clean.text.split()
    if lost := [word for word in words if "\ufffd" in word]:
        clean.needs_a_look.append("Characters were lost before the file came here: " + " ".join(lost))
    if garbled := [word for word in words if GARBLED.search(word)]:
        clean.needs_a_look.append("These words look garbled by another program: " + " ".join(garbled))
    if tags := len(HTML_TAG.findall(clean.text)):
        clean.needs_a_look.append(f"The text holds HTML tags, which readers would see as they are: {tags}.")
