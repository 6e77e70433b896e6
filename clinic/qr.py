"""QR codes as one SVG path: made here, so no other host learns what is in them."""

from dataclasses import dataclass
from itertools import groupby

import segno

QUIET = 4  # modules of light margin that the standard asks for around a code


@dataclass(frozen=True)
class QrCode:
    """A code as a drawing: *size* modules a side, the quiet zone included, and the *path* of its dark modules."""

    size: int
    path: str


def qr_code(content: str) -> QrCode:
    """Return the QR code of *content*; a path for a stroke one module wide, row by row."""
    code = segno.make(content, error="m", micro=False)
    strokes = []
    for row, modules in enumerate(code.matrix):
        column = QUIET
        for dark, run in groupby(modules):
            length = len(list(run))
            if dark:
                strokes.append(f"M{column} {row + QUIET}.5h{length}")
            column += length
    return QrCode(len(code.matrix) + 2 * QUIET, "".join(strokes))
