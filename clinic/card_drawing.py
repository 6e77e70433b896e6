"""Draws the card that stands beside a shared link: 1200 × 630 pixels, words on a morning landscape.

Pure: words in, a PNG out. The colours and typefaces are those of the site's light scheme.
"""

import math
import re
import unicodedata
from io import BytesIO
from pathlib import Path
from random import Random

from PIL import Image, ImageColor, ImageDraw, ImageFont

SIZE = WIDTH, HEIGHT = 1200, 630
SCALE = 2  # shapes are drawn larger and shrunk, which smooths their edges
MARGIN = 76
COLUMN = 850  # how wide the title may be: the sun stands to its right
LABEL_TOP, TITLE_TOP, TITLE_BOTTOM = 70, 122, 386
LEADING = 1.16
MOST_LINES = 4
TITLE_SIZES = range(84, 39, -4)
LONGEST_TITLE = 400  # letters; more would not fit at the smallest size anyway
COLOURS = 160  # of the PNG's palette; fewer show as bands in the sky

INK, WHITE, ACCENT = "#1e2a2e", "#ffffff", "#0e5f5a"
SKY = ("#fbfaf6", "#fbfaf6", "#faeee1", "#f7dcc2")
SUN, GLOW = "#f0b48a", "#f9e3cd"
RIDGES = (("#d9e8e3", 408, 22), ("#a9c9c1", 448, 26), ("#6fa59b", 494, 22), ("#0e5f5a", 530, 18))

FONTS = Path(__file__).parent / "static" / "clinic" / "fonts"
LATIN_WITH_MARK = re.compile(r"LATIN (SMALL|CAPITAL) LETTER ([A-Z]{1,2}) WITH")


def draw_card(title: str, label: str, foot: str, seed: str) -> bytes:
    """Return the card as a PNG.

    *label* stands above *title*, *foot* below both; each may be empty. *seed* shapes the hills. What the typefaces
    cannot show is spelled in plain Latin letters where it is Latin, and left out where it is not; a title of which
    most is left out gives way to *foot*.
    """
    label, foot = drawable(label, text_face(28)), drawable(foot, text_face(30))
    wanted = title[:LONGEST_TITLE]
    title = drawable(wanted, head_face(40))
    if len(title) * 2 < len(" ".join(wanted.split())) or not title:
        title, foot = foot, ""
    picture = landscape(seed)
    pen = ImageDraw.Draw(picture)
    face = text_face(28, bold=True)
    pen.text((MARGIN, LABEL_TOP), fitted(label, face), fill=ACCENT, font=face)
    lines, face = laid_out(title)
    top = TITLE_TOP if label else LABEL_TOP
    for number, line in enumerate(lines):
        pen.text((MARGIN, top + number * face.size * LEADING), line, fill=INK, font=face)
    pen.text((MARGIN, HEIGHT - 74), fitted(foot, text_face(30)), fill=WHITE, font=text_face(30))
    file = BytesIO()
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    return file.getvalue()


# --- Letters ----------------------------------------------------------------------------------------------
# A face is made for each drawing and not kept: two threads must not draw with the same one.


def head_face(size: int) -> ImageFont.FreeTypeFont:
    """Return the typeface of headings."""
    return face_of("head.woff2", size)


def text_face(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """Return the typeface of text."""
    return face_of("text.woff2", size, [700] if bold else None)


def face_of(name: str, size: int, weight: list[int] | None = None) -> ImageFont.FreeTypeFont:
    """Return the typeface in the file *name* at *size* pixels; Pillow's own where its FreeType cannot read woff2."""
    try:
        face = ImageFont.truetype(FONTS / name, size)
        if weight:
            face.set_variation_by_axes(weight)
    except OSError:
        return ImageFont.load_default(size)
    return face


def drawable(text: str, face: ImageFont.FreeTypeFont) -> str:
    """Return *text* in letters that *face* has, with single spaces."""
    letters = (letter if has(face, letter) else plain(letter, face) for letter in text)
    return " ".join("".join(letters).split())


def has(face: ImageFont.FreeTypeFont, letter: str) -> bool:
    """Whether *face* can show *letter*; a letter that it lacks has no ink."""
    return letter.isspace() or (letter.isprintable() and bool(face.getmask(letter).getbbox()))


def plain(letter: str, face: ImageFont.FreeTypeFont) -> str:
    """Return *letter* without its marks (ő is o, ł is l), a space for an odd space, or nothing."""
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    if match := LATIN_WITH_MARK.match(unicodedata.name(letter, "")):
        bare = match[2] if match[1] == "CAPITAL" else match[2].lower()
    return "".join(part for part in bare if has(face, part))


# --- Lines ------------------------------------------------------------------------------------------------


def laid_out(title: str) -> tuple[list[str], ImageFont.FreeTypeFont]:
    """Return the lines of *title*, as even as they can be, and the largest typeface in which they fit."""
    face = head_face(TITLE_SIZES[-1])
    for size in TITLE_SIZES:
        face = head_face(size)
        lines = wrapped(title, face, COLUMN)
        if len(lines) <= MOST_LINES and len(lines) * size * LEADING <= TITLE_BOTTOM - TITLE_TOP:
            return balanced(title, face, len(lines)), face
    lines = wrapped(title, face, COLUMN)[:MOST_LINES]
    return [*lines[:-1], fitted(f"{lines[-1]}…", face)], face


def wrapped(text: str, face: ImageFont.FreeTypeFont, width: float) -> list[str]:
    """Return *text* in lines of at most *width* pixels; a word that is longer is broken."""
    lines, line = [], ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if face.getlength(longer) <= width:
            line = longer
            continue
        if line:
            lines.append(line)
        while face.getlength(word) > width:
            cut = next(end for end in range(len(word), 0, -1) if end == 1 or face.getlength(word[:end]) <= width)
            lines.append(word[:cut])
            word = word[cut:]
        line = word
    return [*lines, line] if line else lines


def balanced(text: str, face: ImageFont.FreeTypeFont, count: int) -> list[str]:
    """Return *text* in *count* lines of nearly the same length: those of the narrowest column that holds them."""
    longest = max((face.getlength(word) for word in text.split()), default=0)
    low, high = min(longest, COLUMN), COLUMN  # no narrower than the longest word, which must not be broken for this
    while high - low > 4:
        middle = (low + high) / 2
        if len(wrapped(text, face, middle)) <= count:
            high = middle
        else:
            low = middle
    return wrapped(text, face, high)


def fitted(text: str, face: ImageFont.FreeTypeFont) -> str:
    """Return *text* on one line, cut with an ellipsis where it is too long."""
    if face.getlength(text) <= COLUMN:
        return text
    text = text.rstrip("…")
    while text and face.getlength(f"{text}…") > COLUMN:
        text = text[:-1].rstrip()
    return f"{text}…"


# --- The landscape ----------------------------------------------------------------------------------------


def landscape(seed: str) -> Image.Image:
    """Return hills in the morning; the same *seed* is the same place."""
    random = Random(seed)  # noqa: S311 -- shapes, not secrets
    width, height = WIDTH * SCALE, HEIGHT * SCALE
    picture = sky((width, height))
    pen = ImageDraw.Draw(picture)
    x, y = random.uniform(0.86, 0.92) * width, random.uniform(0.6, 0.66) * height
    for radius, colour in ((96, GLOW), (62, SUN)):
        pen.ellipse([x - radius * SCALE, y - radius * SCALE, x + radius * SCALE, y + radius * SCALE], fill=colour)
    for colour, level, swing in RIDGES:
        waves = [(random.uniform(0.6, 2.4), random.uniform(0, math.tau)) for _ in range(3)]
        points = [(x, ridge(x / width, level, swing, waves) * SCALE) for x in range(0, width + 1, 8)]
        pen.polygon([(0, height), *points, (width, height)], fill=colour)
    return picture.resize(SIZE, Image.Resampling.BOX)


def ridge(place: float, level: float, swing: float, waves: list[tuple[float, float]]) -> float:
    """Return the height (pixels from above) of a ridge at *place*, 0 to 1 from left to right."""
    return level + swing * sum(math.sin(speed * place * math.tau + start) for speed, start in waves) / len(waves)


def sky(size: tuple[int, int]) -> Image.Image:
    """Return the colours of the sky, from above to below."""
    stops = [ImageColor.getrgb(colour) for colour in SKY]
    column = Image.new("RGB", (1, len(stops)))
    column.putdata(stops)
    return column.resize((1, size[1]), Image.Resampling.BILINEAR).resize(size)
