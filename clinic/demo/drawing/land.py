"""The landscapes among the demo's pictures: hills, forest, field, mountains, grass."""

import math
from itertools import pairwise

from clinic.demo.drawing.brush import (
    APRICOT,
    CREAM,
    DEEP,
    DEW,
    FERN,
    MIST,
    PAPER,
    PEACH,
    PINE,
    SAGE,
    Canvas,
    Outline,
    blob,
    box,
    leaf,
    mix,
    oval,
    smooth,
    taper,
    trace,
)


def fir(x: float, foot: float, height: float, spread: float = 0.2) -> Outline:
    """Return the outline of a fir tree that stands at (x, foot)."""
    left, right = [], []
    for tier in range(1, 10):
        reach = height * spread * (0.1 + 0.9 * tier / 9)
        y = foot - height * (1 - tier / 9)
        left += [(x - reach, y), (x - reach * 0.62, y - height * 0.015)]
        right += [(x + reach, y), (x + reach * 0.62, y - height * 0.015)]
    return [(x, foot - height * 1.04), *right, *left[::-1]]


def firs(canvas: Canvas, y: float, height: float, start: float = 0, end: float = 1600) -> list[Outline]:
    """Return a close row of firs along `y`, lower towards its ends."""
    row, x = [], start
    while x < end:
        place = (x - start) / (end - start)
        size = height * canvas.random.uniform(0.6, 1.1) * (0.45 + 0.55 * math.sin(math.pi * place) ** 0.6)
        row.append(fir(x, y + size * 0.06, size, canvas.random.uniform(0.14, 0.2)))
        x += height * canvas.random.uniform(0.08, 0.26)
    return row


def frond(x: float, foot: float, tall: float, lean: float, width: float = 0.1) -> Outline:
    """Return one arching blade of grass; `lean` is how far its tip reaches sideways, in heights."""
    bend = (x + lean * tall * 0.15, foot - tall * 0.6)
    return taper(smooth([(x, foot), bend, (x + lean * tall * 0.6, foot - tall)], 8), tall * width)


def bird(x: float, y: float, size: float) -> Outline:
    """Return a bird far away, wings up."""
    upper = [(x - size, y - size * 0.25), (x - size * 0.45, y - size * 0.42), (x, y)]
    upper = [*smooth(upper), *smooth([(x, y), (x + size * 0.5, y - size * 0.5), (x + size, y - size * 0.3)])]
    return [
        *upper,
        (x + size * 0.5, y - size * 0.36),
        (x, y + size * 0.14),
        (x - size * 0.45, y - size * 0.28),
    ]


def massif(canvas: Canvas, tops: Outline, light: str, dark: str, floor: float) -> None:
    """Paint a chain of peaks and saddles, each peak lit on its left and in shade on its right."""
    skyline = [point for a, b in pairwise(tops) for point in canvas.crag(a, b, 17)]
    land = canvas.down(skyline, floor)
    span = (min(y for _, y in tops), floor)
    canvas.fill(land, paint=[light, mix(light, PAPER, 0.45)], span=span)
    for (_, before), (x, y), (bx, by) in zip(tops, tops[1:], tops[2:], strict=False):
        if y < before and y < by:
            drop = floor - y
            spine = canvas.crag((x, y), (x - drop * canvas.random.uniform(0.02, 0.16), floor), drop * 0.1)
            gully = canvas.crag((bx, by), (bx - (floor - by) * 0.25, floor), (floor - by) * 0.08)
            ledge = [(bx, by - 60), (x + 1, y - 60)]
            canvas.fill([*spine, *gully[::-1], *ledge], paint=[dark, mix(dark, light, 0.7)], span=span, within=land)
            for share, side in ((0.16, -1), (0.34, 1), (0.42, -1), (0.6, 1)):
                root = spine[int(share * len(spine))]
                foot = (root[0] + side * drop * 0.24, root[1] + drop * 0.38)
                crease = leaf(canvas.crag(root, foot, drop * 0.05, 4), drop * 0.075, 0.35)
                canvas.fill(crease, paint=mix(dark, light, 0.5), opacity=0.55, within=land)


def morning_hills(canvas: Canvas) -> None:
    """Ranges of hills under a rising sun, mist lying between them."""
    canvas.wash(["#f3c9a5", PEACH, CREAM, "#f1f0e8"], bottom=620)
    canvas.glow(1080, 350, 640, "#fde3c6", 0.9)
    canvas.fill(oval(1080, 372, 86), paint=["#fbd9b6", "#f2a877"])
    ranges = [
        (430, 58, 1.3, "#c9ddd6"),
        (500, 62, 1.7, "#b0cec6"),
        (585, 58, 1.2, "#8fb8af"),
        (680, 62, 1.6, "#67998f"),
        (790, 58, 1.1, FERN),
    ]
    for y, rise, waves, colour in ranges:
        skyline = canvas.ridge(y, rise, waves=waves)
        canvas.fill(canvas.down(skyline), paint=[colour, mix(colour, CREAM, 0.62)], span=(y - rise, y + 190))
        canvas.mist(y + 120, 46, CREAM, 0.4)
    near = canvas.ridge(890, 46, waves=0.8, detail=0.1)
    trees = trace("150,150 196,205 236,128 286,168 1404,120 1436,84")
    canvas.fill(canvas.down(near), *(fir(x, 905, size) for x, size in trees), paint=[PINE, DEEP], span=(760, 1000))
    canvas.fill(bird(640, 300, 17), bird(692, 276, 13), bird(728, 312, 10), paint="#8b8072")


def forest_path(canvas: Canvas) -> None:
    """Tall trunks fading into a bright clearing, a path that leads there."""
    canvas.wash(["#b9d4cb", "#dfeae3", "#f9efdf", "#e8ecdf"])
    canvas.glow(800, 470, 620, "#feeed6", 0.9)
    for depth, (count, wide, colour) in enumerate([(26, 15, "#c3dad2"), (20, 24, "#9fc3b9"), (13, 40, SAGE)]):
        ground = 610 + depth * 46
        stems = trunks(canvas, count, wide, ground + 60, clear=90 + depth * 70)
        canvas.fill(*stems, paint=[mix(colour, DEEP, 0.14), colour])
        hill = canvas.down(canvas.ridge(ground, 12, waves=1.5))
        canvas.fill(hill, paint=[mix(colour, DEW, 0.1), mix(colour, PAPER, 0.4)], span=(ground - 20, ground + 180))
        canvas.mist(ground - 6, 100, "#f8f2e4", 0.45)
    canvas.fill(canvas.down(canvas.ridge(745, 18, waves=0.9)), paint=["#8ab6a7", "#3b786f", "#1c5a54"])
    left = smooth("868,652 792,690 776,730 742,800 600,890 330,1030")
    right = smooth("1130,1030 1010,880 900,790 840,730 828,692 878,652")
    canvas.fill([*left, *right], paint=["#fdf6e8", "#f3dcc0", "#dcb894"], blur=1.5)
    canvas.fill(trace("690,-20 850,-20 1180,760 930,780"), paint=["#fff6e2", "#fbe9cd"], blur=40, opacity=0.3)
    canvas.fill(*canopy(canvas, 420, 190), paint="#5d958a", opacity=0.8, blur=2)
    for x, wide in ((66, 92), (292, 62), (1200, 46), (1345, 76), (1560, 120)):
        near_trunk(canvas, x, wide)
    canvas.fill(*canopy(canvas, 620, 110), paint=["#0c4643", "#24706a"], span=(0, 300))
    edges = [*range(-20, 400, 24), *range(1130, 1640, 24)]
    ferns = [frond(x, 1012, canvas.random.uniform(70, 190), canvas.random.uniform(-1, 1)) for x in edges]
    canvas.fill(*ferns, paint=["#2f766d", DEEP], span=(820, 1000))


def trunks(canvas: Canvas, count: int, wide: float, foot: float, clear: float) -> list[Outline]:
    """Return upright trunks that leave the middle of the picture clear."""
    stems = []
    for place in range(count):
        x = 1600 * (place + canvas.random.uniform(0.1, 0.9)) / count
        if abs(x - 800) > clear:
            size = wide * canvas.random.uniform(0.6, 1.2)
            stems.append(taper([(x, foot), (x + canvas.random.uniform(-9, 9), -20)], size, size * 0.6))
    return stems


def near_trunk(canvas: Canvas, x: float, wide: float) -> None:
    """Paint a trunk close by, spread at the foot, with light along the side that faces the clearing."""
    sides = []
    for side in (-1, 1):
        shape = ((0.34, -20), (0.42, 400), (0.48, 880), (0.95, 1010))
        sides.append(smooth([(x + side * wide * share, y) for share, y in shape]))
    trunk = [*sides[0], *sides[1][::-1]]
    canvas.fill(trunk, paint=["#134f4a", PINE, DEEP])
    lit = x + (0.34 if x < 800 else -0.34) * wide
    canvas.line([(lit, -20), (lit, 900)], wide * 0.14, SAGE, blur=5, opacity=0.5, within=trunk)


def canopy(canvas: Canvas, count: int, depth: float) -> list[Outline]:
    """Return leaves along the upper edge that hang deeper towards both sides."""
    leaves = []
    for _ in range(count):
        x = canvas.random.uniform(-40, 1640)
        reach = depth * (0.25 + 2.1 * abs(x / 800 - 1) ** 1.8)
        y = canvas.random.uniform(-1, 1) ** 2 * reach - 16
        long, turn = canvas.random.uniform(20, 46), canvas.random.gauss(1.4, 0.7)
        tip = (x + long * math.cos(turn), y + long * math.sin(turn))
        middle = ((x + tip[0]) / 2 + 3, (y + tip[1]) / 2 - 2)
        leaves.append(leaf(smooth([(x, y), middle, tip], 6), long * 0.42))
    return leaves


def open_field(canvas: Canvas) -> None:
    """A wide sky of summer clouds over sown rows that run to one tree."""
    horizon = 700
    canvas.wash(["#84b7ae", "#b4d3cc", "#dfebe4", "#f9ecdc"], bottom=horizon)
    for x, y, size in (
        (1190, 330, 1.45),
        (390, 220, 1.0),
        (930, 505, 0.6),
        (1520, 545, 0.5),
        (100, 520, 0.5),
    ):
        cloud(canvas, x, y, size)
    canvas.fill(canvas.down(canvas.ridge(668, 16, waves=2.4), 730), paint=["#8db8ae", "#bcd6cb"], span=(648, 730))
    canvas.wash(["#cbd7b8", "#a6c2a0", "#5f9a86"], top=horizon)
    rows = []
    for row in range(-34, 35):
        far, near = 560 + row * 17, 560 + row * 150
        rows.append([(far - 1, horizon + 2), (far + 3, horizon + 2), (near + 66, 1010), (near - 6, 1010)])
    canvas.fill(*rows, paint=["#9fbf9c", "#5c9682", "#2f7469"], opacity=0.75)
    canvas.fill(box(-10, horizon - 3, 1610, horizon + 6), paint="#86b09c", blur=3)
    canvas.fill(oval(650, 722, 170, 9), paint=DEEP, blur=6, opacity=0.35)
    lone_tree(canvas, 560, 716, 250)
    canvas.fill(bird(700, 372, 14), bird(745, 354, 11), bird(776, 380, 9), paint="#5c8079")


def lone_tree(canvas: Canvas, x: float, foot: float, tall: float) -> None:
    """Paint a broad old tree, lighter where the sun meets it."""
    limbs = [((0, 0), (-0.02, 0.6)), ((-0.01, 0.24), (-0.2, 0.55)), ((0, 0.3), (0.19, 0.58))]
    wood = [taper([(x + a * tall, foot - b * tall) for a, b in limb], tall * 0.06, tall * 0.02) for limb in limbs]
    layers: list[list[Outline]] = [[], [], []]
    for _ in range(190):
        turn, reach = canvas.random.uniform(0, math.tau), canvas.random.uniform(0, 1) ** 0.5
        dx, dy = math.cos(turn) * reach, math.sin(turn) * reach
        sun = dx + dy + canvas.random.gauss(0, 0.25)
        layer = 0 if sun > 0.35 else 1 if sun > -0.45 else 2
        size = tall * canvas.random.uniform(0.03, 0.07)
        layers[layer].append(oval(x + dx * tall * 0.42, foot - tall * (0.66 - dy * 0.26), size * 1.2, size))
    canvas.fill(*wood, paint=["#275c55", "#174541"])
    crown = [oval(x, foot - tall * 0.66, tall * 0.4, tall * 0.25)]
    canvas.fill(*crown, *layers[0], paint="#1b5f58")
    canvas.fill(*layers[1], paint="#357a70")
    canvas.fill(*layers[2], paint="#659c8f")


def cloud(canvas: Canvas, x: float, y: float, size: float) -> None:
    """Paint a flat-bottomed cloud, light above and warm below."""
    puffs = []
    for _ in range(46):
        share = canvas.random.uniform(-1, 1)
        lift = 150 * size * (1 - abs(share) ** 1.5) * canvas.random.uniform(0, 1)
        puff = canvas.random.uniform(22, 62) * size * (1.05 - 0.5 * abs(share))
        puffs.append(oval(x + share * 240 * size, y - lift - puff * 0.4, puff))
    sky = box(0, 0, 1600, y + 9 * size)
    heart = oval(x, y - 40 * size, 200 * size, 78 * size)
    body = [*puffs, heart, box(x - 265 * size, y - 34 * size, x + 265 * size, y + 6 * size, 18 * size)]
    canvas.fill(*body, paint=["#ffffff", "#fdfaf3", "#f3dfca"], blur=4 * size, opacity=0.95, within=sky)
    shades = [
        oval(px - 20 * size, py + 30 * size, 44 * size, 22 * size) for px, py in (puff[24] for puff in puffs[::5])
    ]
    canvas.fill(*shades, paint="#eadccb", blur=16 * size, opacity=0.4, within=sky)


def mountain_cloud(canvas: Canvas) -> None:
    """High peaks above a slow sea of cloud."""
    canvas.wash(["#2f6f6d", "#6ba29b", "#b8d3cb", "#f3e3d1", "#f6d3b3"], bottom=760)
    stars = [oval(canvas.random.uniform(0, 1600), canvas.random.uniform(8, 190), 1.3) for _ in range(40)]
    canvas.fill(*stars, paint=PAPER, opacity=0.6)
    massif(canvas, trace("-80,660 150,480 300,560 520,425 740,640"), "#b4d0c6", "#9ec2b8", 700)
    massif(canvas, trace("860,660 1130,440 1250,530 1450,385 1720,640"), "#a6c8be", "#8cb6ab", 700)
    bank(canvas, 630, "#f9e9d8", 70)
    main = trace("260,820 520,560 620,625 905,200 1050,455 1135,410 1300,640 1440,820")
    massif(canvas, main, "#6da398", "#2f716a", 840)
    bank(canvas, 745, "#f5efe4", 90)
    massif(canvas, trace("-120,940 120,650 220,730 345,640 660,940"), "#37796f", "#125550", 960)
    bank(canvas, 865, "#e8efe9", 110)
    massif(canvas, trace("980,1060 1260,800 1370,870 1530,745 1760,930"), "#1d665f", "#0c4744", 1080)
    bank(canvas, 990, "#dbe8e3", 120)


def bank(canvas: Canvas, y: float, colour: str, depth: float) -> None:
    """Paint a bank of cloud that hides everything below it."""
    below = [colour, mix(colour, MIST, 0.35)]
    canvas.fill(box(-300, y + depth * 0.4, 1900, 1300), paint=below, span=(y, y + 220), blur=depth * 0.4, opacity=0.92)
    for _ in range(26):
        x, size = canvas.random.uniform(-60, 1660), canvas.random.uniform(0.5, 1.3) * depth
        puff = oval(x, y + canvas.random.uniform(-0.1, 0.6) * depth, size * 1.7, size * 0.42)
        canvas.fill(puff, paint=mix(colour, "#ffffff", canvas.random.random()), blur=size * 0.22, opacity=0.5)


def tall_grass(canvas: Canvas) -> None:
    """Grass heads against a large low sun."""
    canvas.wash(["#f2c39c", "#f6d5b6", "#fbeddb", "#e9ecd9"])
    canvas.glow(1010, 480, 800, "#fff1da", 0.9)
    canvas.fill(oval(1010, 500, 180), paint=["#fbdcb8", "#f3b184"])
    for y, colour in ((730, "#d3dbc0"), (790, "#b4cbae")):
        skyline = canvas.down(canvas.ridge(y, 22, waves=1.1))
        canvas.fill(skyline, paint=[colour, mix(colour, SAGE, 0.5)], span=(y - 30, 1000), blur=4)
    layers = [
        (130, 260, "#b3c59f", 4, 2.0),
        (90, 400, "#86ab92", 2, 2.8),
        (60, 560, FERN, 0.6, 4.0),
        (40, 840, DEEP, 0, 5.6),
    ]
    for count, tall, colour, blur, wide in layers:
        shapes = []
        for place in range(count):
            x = -200 + 1840 * (place + canvas.random.uniform(-1, 1)) / count
            size = tall * canvas.random.uniform(0.5, 1.08) * (1 - 0.4 * math.exp(-(((x - 900) / 270) ** 2)))
            path = bent(x, 1020, size, canvas.random.gauss(0.21, 0.09))
            shapes.append(taper(path, wide * 2.1, wide * 0.3))
            if canvas.random.random() < 0.45:
                shapes += seed_head(path, wide)
        paint = [mix(colour, APRICOT, 0.35), colour, mix(colour, DEEP, 0.35)]
        canvas.fill(*shapes, paint=paint, blur=blur, span=(1000 - tall, 1000))


def bent(x: float, foot: float, size: float, lean: float) -> Outline:
    """Return the line of a stalk that the wind bends towards its tip."""
    joints = ((0, 0), (0.1, 0.45), (0.38, 0.8), (1, 1 - 0.3 * abs(lean)))
    return smooth([(x + lean * size * share, foot - size * height) for share, height in joints], 12)


def seed_head(path: Outline, wide: float) -> list[Outline]:
    """Return the seeds along the last part of a stalk."""
    seeds = []
    for step in range(len(path) - 11, len(path)):
        (ax, ay), (x, y) = path[step - 1], path[step]
        length = math.hypot(x - ax, y - ay) or 1
        dx, dy = (x - ax) / length * wide, (y - ay) / length * wide
        side = 1 if step % 2 else -1
        shape = ((-1.5, 0), (0.5, 1.3), (4.4, 1.9), (2.2, 0.2))
        seeds.append(blob([(x + dx * a - dy * b * side, y + dy * a + dx * b * side) for a, b in shape], 4))
    return seeds
