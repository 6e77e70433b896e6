"""The paint box: a small, seeded, supersampled canvas on top of Pillow.

Points and lengths are in the units of the finished picture (pixels at scale 1); the canvas draws everything
at three times that size and shrinks it once, when it is saved. Colours are hex strings. A *paint* is one
colour or a list of colours that run from the top of a shape to its bottom.
"""

import math
from collections.abc import Iterable
from itertools import pairwise
from pathlib import Path
from random import Random

from PIL import Image, ImageChops, ImageColor, ImageDraw, ImageFilter

DEEP, PINE, FERN, SAGE, MIST, DEW = "#0a3f3d", "#0e5f5a", "#3d7f77", "#6fa59b", "#a9c9c1", "#d9e8e3"
CLAY, APRICOT, PEACH, CREAM, PAPER, NIGHT = "#c98a5e", "#f0b48a", "#f7dcc2", "#faeee1", "#fbfaf6", "#12191b"

SCALE = 3
QUALITY = 82

Point = tuple[float, float]
Outline = list[Point]
Paint = str | list[str]


def mix(first: str, second: str, share: float) -> str:
    """Return the colour that lies `share` (0 to 1) of the way from `first` to `second`."""
    pairs = zip(ImageColor.getrgb(first), ImageColor.getrgb(second), strict=True)
    return "#{:02x}{:02x}{:02x}".format(*(round(a + (b - a) * share) for a, b in pairs))


def trace(points: Outline | str) -> Outline:
    """Return points that may be written down as "x,y x,y …"."""
    if isinstance(points, str):
        return [(float(x), float(y)) for x, y in (point.split(",") for point in points.split())]
    return points


def smooth(points: Outline | str, steps: int = 14) -> Outline:
    """Return a curve (Catmull-Rom) through the points, from the first to the last."""
    points = trace(points)
    ends = [points[0], *points, points[-1]]
    curve = []
    for before, start, end, after in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for step in range(steps):
            t = step / steps
            curve.append(tuple(_catmull(*axis, t) for axis in zip(before, start, end, after, strict=True)))
    return [*curve, points[-1]]


def _catmull(before: float, start: float, end: float, after: float, t: float) -> float:
    bend = 2 * before - 5 * start + 4 * end - after
    return start + 0.5 * t * (end - before + t * (bend + t * (3 * (start - end) + after - before)))


def blob(points: Outline | str, steps: int = 14) -> Outline:
    """Return a closed smooth outline around the points."""
    points = trace(points)
    curve = smooth([*points[-2:], *points, *points[:2]], steps)
    return curve[2 * steps : -steps]


def oval(x: float, y: float, across: float, down: float | None = None) -> Outline:
    """Return an ellipse around (x, y) with its two radii; one radius makes a circle."""
    down = across if down is None else down
    turns = (math.tau * step / 96 for step in range(96))
    return [(x + across * math.cos(turn), y + down * math.sin(turn)) for turn in turns]


def box(left: float, top: float, right: float, bottom: float, radius: float = 0) -> Outline:
    """Return a rectangle, its corners rounded by `radius`."""
    if not radius:
        return [(left, top), (right, top), (right, bottom), (left, bottom)]
    corners = [(right - radius, bottom - radius), (left + radius, bottom - radius),
               (left + radius, top + radius), (right - radius, top + radius)]  # fmt: skip
    return [
        (x + radius * math.cos(turn), y + radius * math.sin(turn))
        for quarter, (x, y) in enumerate(corners)
        for turn in (math.pi / 2 * (quarter + step / 10) for step in range(11))
    ]


def taper(path: Outline, width: float, tip: float = 0) -> Outline:
    """Return the outline of a stroke along `path` that narrows from `width` to `tip`."""
    left, right = [], []
    for place, (x, y) in enumerate(path):
        (ax, ay), (bx, by) = path[max(place - 1, 0)], path[min(place + 1, len(path) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        half = (width + (tip - width) * place / (len(path) - 1)) / 2
        dx, dy = (by - ay) / length * half, (ax - bx) / length * half
        left.append((x + dx, y + dy))
        right.append((x - dx, y - dy))
    return left + right[::-1]


def leaf(path: Outline, width: float, fullest: float = 0.45) -> Outline:
    """Return a pointed leaf along `path`, widest at the share `fullest` of its length."""
    power = math.log(0.5) / math.log(fullest)
    left, right = [], []
    for place, (x, y) in enumerate(path):
        (ax, ay), (bx, by) = path[max(place - 1, 0)], path[min(place + 1, len(path) - 1)]
        length = math.hypot(bx - ax, by - ay) or 1
        half = width / 2 * math.sin(math.pi * (place / (len(path) - 1)) ** power)
        left.append((x + (by - ay) / length * half, y + (ax - bx) / length * half))
        right.append((x - (by - ay) / length * half, y - (ax - bx) / length * half))
    return left + right[::-1]


class Canvas:
    """One picture being painted, back to front."""

    def __init__(self, seed: str, width: int = 1600, height: int = 1000) -> None:
        self.width, self.height = width, height
        self.random = Random(seed)  # noqa: S311 - decoration: the same name draws the same picture
        self.image = Image.new("RGB", (width * SCALE, height * SCALE), PAPER)

    def wash(self, paint: Paint, top: float = 0, bottom: float | None = None) -> None:
        """Cover the full width between two heights."""
        self.fill(box(0, top, self.width, self.height if bottom is None else bottom), paint=paint)

    def fill(
        self,
        *outlines: Outline,
        paint: Paint,
        blur: float = 0,
        opacity: float = 1,
        span: Point | None = None,
        within: Outline | None = None,
    ) -> None:
        """Paint closed outlines as one shape; `span` are the heights between which the paint runs,
        `within` clips the shape, `blur` softens its edge."""
        spread = blur * 3
        xs, ys = zip(*(point for outline in outlines for point in outline), strict=True)
        left, right = max(min(xs) - spread, 0), min(max(xs) + spread, self.width)
        top, bottom = max(min(ys) - spread, 0), min(max(ys) + spread, self.height)
        if left >= right or top >= bottom:
            return
        corner = (int(left * SCALE), int(top * SCALE))
        size = (math.ceil(right * SCALE) - corner[0], math.ceil(bottom * SCALE) - corner[1])
        mask = _mask(outlines, corner, size)
        if blur:
            mask = _soften(mask, blur * SCALE)
        if within:
            mask = ImageChops.multiply(mask, _mask([within], corner, size))
        if opacity < 1:
            mask = mask.point(lambda value: round(value * opacity))
        span = span or (min(ys), max(ys))
        self.image.paste(_gradient(paint, size, span[0] * SCALE - corner[1], span[1] * SCALE - corner[1]), corner, mask)

    def line(self, path: Outline, width: float, paint: Paint, *, tip: float | None = None, **how) -> None:
        """Stroke a path, by default with the same width to its end."""
        self.fill(taper(path, width, width if tip is None else tip), paint=paint, **how)

    def glow(self, x: float, y: float, radius: float, colour: str, strength: float = 0.6, **how) -> None:
        """Light that fades from (x, y) to nothing at about `radius`."""
        for share in (0.62, 0.38, 0.2):
            size = radius * share
            self.fill(oval(x, y, size), paint=colour, blur=size * 0.5, opacity=strength * 0.55, **how)

    def mist(self, y: float, depth: float, colour: str = PAPER, opacity: float = 0.6) -> None:
        """A soft level band of haze around a height."""
        band = box(-depth * 3, y - depth / 2, self.width + depth * 3, y + depth / 2)
        self.fill(band, paint=colour, blur=depth / 2, opacity=opacity)

    def ridge(self, y: float, rise: float, *, waves: float = 2, detail: float = 0.25) -> Outline:
        """Return a rolling skyline around height `y`, to be closed with `down()`."""
        parts = [(waves, 1.0), (waves * 2.3, 0.42), (waves * 5.1, detail * 0.5), (waves * 11, detail * 0.16)]
        tuned = [(speed * math.tau / self.width, size, self.random.uniform(0, math.tau)) for speed, size in parts]
        return [
            (x, y - rise * sum(size * math.sin(speed * x + turn) for speed, size, turn in tuned))
            for x in range(-10, self.width + 18, 8)
        ]

    def crag(self, start: Point, end: Point, rough: float, splits: int = 6) -> Outline:
        """Return a broken line between two points, by displacing midpoints."""
        line = [start, end]
        for _ in range(splits):
            halves = [line[0]]
            for (ax, ay), (bx, by) in pairwise(line):
                shift = self.random.uniform(-1, 1) * rough
                halves += [((ax + bx) / 2 + shift * 0.5, (ay + by) / 2 + shift), (bx, by)]
            line, rough = halves, rough * 0.5
        return line

    def down(self, skyline: Outline, bottom: float | None = None) -> Outline:
        """Close a skyline into the land below it."""
        floor = self.height if bottom is None else bottom
        return [*skyline, (skyline[-1][0], floor), (skyline[0][0], floor)]

    def mirror(self, horizon: float, *, reach: float = 1.0, ripple: float = 3, blur: float = 2) -> None:
        """Paint the water below `horizon` with what stands above it, stretched by `reach`."""
        edge = round(horizon * SCALE)
        depth = self.image.height - edge
        width, source = self.image.width, min(round(depth / reach), edge)
        above = self.image.crop((0, edge - source, width, edge)).transpose(Image.Transpose.FLIP_TOP_BOTTOM)
        above = _soften(above.resize((width, round(source * reach)), Image.Resampling.BICUBIC), blur * SCALE)
        for row in range(0, above.height, SCALE):
            nearness = row / above.height
            wave = math.sin(row / SCALE / (2.5 + 13 * nearness)) + 0.6 * math.sin(
                row / SCALE / (1.5 + 5.5 * nearness) + 2
            )
            shift = round(wave * ripple * SCALE * (0.2 + nearness))
            strip = above.crop((0, row, width, row + SCALE))
            self.image.paste(strip, (0, edge + row))
            self.image.paste(strip, (shift, edge + row))

    def save(self, folder: Path, name: str, grain: float = 1) -> None:
        """Shrink the picture, give it the tooth of paper and write it as a progressive JPEG."""
        size = (self.width, self.height)
        image = self.image.resize(size, Image.Resampling.LANCZOS)
        for cell, amount in ((160, 9), (24, 5), (1.6, 6.5)):
            image = ImageChops.soft_light(image, self._noise(size, cell, amount * grain))
        image.save(folder / f"{name}.jpg", quality=QUALITY, progressive=True, optimize=True)

    def _noise(self, size: tuple[int, int], cell: float, amount: float) -> Image.Image:
        small = (math.ceil(size[0] / cell), math.ceil(size[1] / cell))
        specks = Image.frombytes("L", small, self.random.randbytes(small[0] * small[1]))
        specks = specks.point(lambda value: round(128 + (value - 128) / 128 * amount * 2))
        return specks.resize(size, Image.Resampling.BICUBIC).convert("RGB")


def _mask(outlines: Iterable[Outline], corner: tuple[int, int], size: tuple[int, int]) -> Image.Image:
    mask = Image.new("L", size)
    pen = ImageDraw.Draw(mask)
    for outline in outlines:
        pen.polygon([(x * SCALE - corner[0], y * SCALE - corner[1]) for x, y in outline], fill=255)
    return mask


def _soften(image: Image.Image, radius: float) -> Image.Image:
    """Blur; a wide blur works on a smaller copy, which looks the same and is much faster."""
    shrink = max(1, int(radius // 8))
    if shrink == 1:
        return image.filter(ImageFilter.GaussianBlur(radius))
    small = image.resize((max(1, image.width // shrink), max(1, image.height // shrink)), Image.Resampling.BOX)
    return small.filter(ImageFilter.GaussianBlur(radius / shrink)).resize(image.size, Image.Resampling.BICUBIC)


def _gradient(paint: Paint, size: tuple[int, int], start: float, end: float) -> Image.Image:
    """Return a block of paint whose colours run from height `start` to height `end` inside it."""
    if isinstance(paint, str):
        return Image.new("RGB", size, paint)
    stops = [ImageColor.getrgb(colour) for colour in paint]
    column = Image.new("RGB", (1, size[1]))
    for y in range(size[1]):
        place = min(max((y - start) / max(end - start, 1), 0), 1) * (len(stops) - 1)
        index = min(int(place), len(stops) - 2)
        pair = zip(stops[index], stops[index + 1], strict=True)
        column.putpixel((0, y), tuple(round(a + (b - a) * (place - index)) for a, b in pair))
    return column.resize(size)
