"""The waters among the demo's pictures: lake, pond, harbor, winter shore, a boat in the evening."""

import math

from clinic.demo.drawing.brush import (
    APRICOT,
    CLAY,
    DEEP,
    DEW,
    MIST,
    PAPER,
    PINE,
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
from clinic.demo.drawing.land import firs, frond, massif


def still_lake(canvas: Canvas) -> None:
    """A mountain and its firs, doubled in water without wind."""
    horizon = 500
    canvas.wash(["#b9d6d0", "#d6e7e1", "#f5f0e3", "#fae3cc"], bottom=horizon)
    for x, y, wide in ((330, 120, 260), (500, 150, 190), (1240, 90, 300)):
        canvas.fill(oval(x, y, wide, 11), paint=PAPER, blur=12, opacity=0.8)
    far = canvas.down(canvas.ridge(405, 40, waves=2.2), horizon)
    canvas.fill(far, paint=["#bdd6ce", "#e2ece5"], span=(340, horizon))
    side = trace("120,520 360,372 440,402 560,316 760,520")
    massif(canvas, side, "#a6c8be", "#8db8ad", horizon + 10)
    peak = trace("380,530 600,330 650,345 850,130 1060,352 1110,330 1230,420 1280,410 1460,530")
    massif(canvas, peak, "#86b4a9", "#4f8c82", horizon + 10)
    canvas.mist(horizon - 24, 74, "#f7eee0", 0.75)
    canvas.fill(*firs(canvas, horizon - 4, 66, 380, 720), *firs(canvas, horizon - 4, 56, 960, 1260), paint="#5d958a")
    canvas.fill(
        *firs(canvas, horizon - 2, 128, -160, 470),
        *firs(canvas, horizon - 2, 108, 1150, 1760),
        paint=["#2d6f67", PINE],
    )
    canvas.fill(*firs(canvas, horizon - 2, 24, 640, 1020), paint="#7fb0a5")
    shore = [
        (-10, horizon),
        (-10, horizon - 14),
        (470, horizon - 4),
        (1150, horizon - 4),
        (1610, horizon - 14),
        (1610, horizon),
    ]
    canvas.fill(shore, paint="#1c5d57")
    canvas.mirror(horizon, reach=1.04, ripple=2.0, blur=2.6)
    canvas.fill(box(0, horizon, 1600, 1000), paint=["#8fbab1", "#2b6b65", "#175650"], opacity=0.4)
    for y, left, right in ((566, 600, 830), (612, 1090, 1390), (704, 360, 700), (850, 980, 1400)):
        canvas.fill(oval((left + right) / 2, y, (right - left) / 2, 2.4), paint=PAPER, opacity=0.32, blur=1.6)
    canvas.fill(box(0, horizon - 2, 1600, horizon + 2), paint="#dcebe5", blur=1.4, opacity=0.7)


def rain_garden(canvas: Canvas) -> None:
    """Big leaves around a pond, rings where the drops fall."""
    far_bank = 500
    canvas.wash(["#a7c7bf", "#c3d9d2", "#dbe8e2"], bottom=far_bank)
    for y, colour in ((270, "#a3c4bb"), (350, "#82aea3"), (430, "#609388")):
        bushes = []
        for x in range(-60, 1700, 58):
            bushes.append(oval(x, y + canvas.random.uniform(-50, 70), canvas.random.uniform(36, 96)))
        paint = [colour, mix(colour, DEW, 0.5)]
        canvas.fill(*bushes, box(-10, y + 24, 1610, far_bank), paint=paint, span=(y - 120, far_bank + 40), blur=4)
        canvas.mist(y + 100, 60, "#d5e5df", 0.35)
    reeds = []
    for _ in range(260):
        x = canvas.random.gauss(canvas.random.choice([180, 520, 640, 1120, 1460]), 80)
        tall = canvas.random.uniform(26, 100) * canvas.random.uniform(0.5, 1.2)
        reeds.append(frond(x, far_bank + 6, tall, canvas.random.uniform(-0.6, 0.6), 0.07))
    bank = canvas.down(canvas.ridge(far_bank - 12, 6, waves=5), far_bank + 2)
    canvas.fill(*reeds, bank, paint=["#4f8c81", "#35756c"])
    canvas.mirror(far_bank, ripple=5, blur=4)
    canvas.fill(box(0, far_bank, 1600, 1000), paint=["#b7d2ca", "#5d958b", "#2c6962"], opacity=0.45)
    rings = [
        (300, 585, 46),
        (1010, 570, 40),
        (640, 640, 76),
        (1240, 660, 70),
        (820, 715, 112),
        (560, 800, 96),
        (960, 915, 78),
    ]
    for x, y, size in rings:
        for ring, strength in ((1, 0.5), (0.62, 0.65), (0.26, 0.8)):
            edge = oval(x, y, size * ring, size * ring * 0.27)
            canvas.line([*edge, edge[0]], 2.4, PAPER, opacity=strength)
    pads = [(760, 868, 84), (868, 832, 56), (450, 690, 50), (815, 596, 34), (1090, 740, 58)]
    for x, y, size in pads:
        canvas.fill(oval(x + 4, y + 8, size, size * 0.27), paint=DEEP, blur=4, opacity=0.25)
        pad = [(x + size * 0.1, y), *oval(x, y, size, size * 0.27)[6:92]]
        canvas.fill(pad, paint=["#86b59f", "#4d9080"])
    for x, foot, tall, turn in (
        (250, 1060, 330, 0.25),
        (60, 1040, 520, 0.12),
        (1330, 1060, 360, -0.2),
        (1530, 1040, 590, -0.12),
    ):
        broad_plant(canvas, x, foot, tall, turn)
    drops = []
    for _ in range(210):
        x, y = canvas.random.uniform(0, 1640), canvas.random.uniform(-40, 960)
        fall = canvas.random.uniform(26, 74)
        drops.append(taper([(x, y), (x - fall * 0.16, y + fall)], 0.6, 2.0))
    canvas.fill(*drops, paint=PAPER, opacity=0.32)


def broad_plant(canvas: Canvas, x: float, foot: float, tall: float, turn: float) -> None:
    """Paint a plant of broad arching leaves with pale ribs and a few drops on them."""
    order = sorted(range(9), key=lambda place: -abs(place - 4))
    for place in order:
        angle = ((place - 4) / 4 + turn) * 1.05
        size = tall * (1 - 0.24 * abs(angle)) * canvas.random.uniform(0.85, 1.05)
        tip = (x + size * math.sin(angle) * 1.1, foot - size * math.cos(angle) * 0.86)
        bend = (x + size * 0.5 * math.sin(angle * 0.6), foot - size * 0.64 * math.cos(angle * 0.6))
        rib = smooth([(x, foot), bend, tip], 20)
        tone = canvas.random.random()
        blade = leaf(rib[8:], tall * 0.27, 0.5)
        canvas.fill([(px + 6, py + 10) for px, py in blade], paint=DEEP, blur=8, opacity=0.4)
        canvas.fill(blade, paint=[mix("#5f9f92", "#2f776d", tone), mix("#17605a", DEEP, tone)])
        canvas.line(rib[:16], 9, "#1d665f", tip=4)
        canvas.line(rib[10:], 3, MIST, tip=0.5, opacity=0.5)
        for px, py in rib[14:34:6]:
            canvas.fill(oval(px + canvas.random.uniform(-14, 14), py, 3.4, 4.2), paint=PAPER, opacity=0.6)


def harbor_dusk(canvas: Canvas) -> None:
    """Houses with lit windows along a quay, masts, and their lights in the water."""
    quay = 600
    canvas.wash(["#1d4a50", "#3f7a78", "#93b3a4", "#f1caa4", "#f6b98c"], bottom=quay)
    canvas.fill(crescent(1290, 150, 30), paint="#f8ead6")
    hills = canvas.down(canvas.ridge(505, 40, waves=1.3), quay)
    canvas.fill(hills, paint=["#4a7a75", "#8d9a8c"], span=(450, quay))
    windows, x = [], -30.0
    while x < 1120:
        wide, tall = canvas.random.uniform(72, 118), canvas.random.uniform(96, 172)
        windows += house(canvas, x, quay, wide, tall)
        x += wide * canvas.random.uniform(0.9, 1.0)
    canvas.fill(*windows, paint=["#fbdcae", APRICOT], blur=0.6)
    canvas.fill(*windows, paint=APRICOT, blur=14, opacity=0.5)
    for x, tall in ((1275, 290), (1372, 236), (1500, 345)):
        sailing_boat(canvas, x, quay - 4, tall)
    canvas.fill(box(0, quay - 16, 1230, quay), box(0, quay - 6, 1600, quay), paint="#123a3d")
    canvas.mirror(quay, reach=1.05, ripple=5, blur=4)
    canvas.fill(box(0, quay, 1600, 1000), paint=["#2c5f60", "#10353a"], opacity=0.38)
    for _ in range(40):
        x, y = canvas.random.uniform(0, 1500), canvas.random.uniform(quay + 20, 990)
        canvas.fill(oval(x, y, 30 + (y - quay) * 0.2, 1.6), paint="#f4cda6", opacity=0.2, blur=1)
    posts = [box(x, 905, x + 20, 1010) for x in (60, 230, 400)]
    canvas.fill(box(-10, 900, 470, 922), *posts, paint="#0c2a2d")
    canvas.fill(box(-10, 896, 470, 902), paint="#4b7a75", opacity=0.6)


def crescent(x: float, y: float, size: float) -> Outline:
    """Return a young moon, open to the left."""
    turns = [-1.9 + 3.8 * step / 40 for step in range(41)]
    outer = [(x + size * math.cos(turn), y + size * math.sin(turn)) for turn in turns]
    inner = [(x + size * (0.4 * math.cos(turn) - 0.194), y + size * math.sin(turn)) for turn in turns]
    return outer + inner[::-1]


def house(canvas: Canvas, x: float, foot: float, wide: float, tall: float) -> list[Outline]:
    """Paint the dark shape of a narrow house; return its lit windows."""
    top, peak = foot - tall, foot - tall - wide * canvas.random.uniform(0.34, 0.5)
    tone = mix("#28605d", "#15393f", canvas.random.random())
    chimney = box(x + wide * 0.68, peak - 4, x + wide * 0.8, top)
    walls = [(x, foot), (x, top), (x + wide / 2, peak), (x + wide, top), (x + wide, foot)]
    canvas.fill(walls, chimney, paint=[tone, mix(tone, "#0d2c30", 0.6)])
    lit = []
    for side in (x + wide * 0.2, x + wide * 0.58):
        for y in range(int(top + 18), int(foot - 34), 44):
            if canvas.random.random() < 0.55:
                lit.append(box(side, y, side + wide * 0.2, y + 22))
    return lit


def sailing_boat(canvas: Canvas, x: float, water: float, mast: float) -> None:
    """Paint a moored sailing boat with bare mast."""
    hull = [
        (x - 62, water - 34),
        (x - 46, water - 10),
        (x, water),
        (x + 48, water - 10),
        (x + 70, water - 40),
    ]
    canvas.fill(smooth(hull), paint=["#f0dfc8", "#5d7d77"])
    rig = [taper([(x + a, water - b), (x, water - mast)], 1.8, 1.8) for a, b in ((-58, 34), (66, 38))]
    boom = taper([(x, water - 66), (x - 56, water - 60)], 6, 4)
    canvas.fill(taper([(x, water - 30), (x, water - mast)], 6, 3), boom, *rig, paint="#173f42")


def winter_shore(canvas: Canvas) -> None:
    """Snow, a freezing bay, a pale sun and a few bare birches."""
    canvas.wash(["#cddfda", "#e6ece6", "#f8ecdf", "#f9e3cd"], bottom=520)
    canvas.glow(420, 400, 420, "#fdebd6", 0.8)
    canvas.fill(oval(420, 398, 46), paint=["#f9d9b8", "#f3b88d"])
    canvas.fill(canvas.down(canvas.ridge(470, 26, waves=1.9), 520), paint=["#b9d1ca", "#e3ece6"], span=(430, 520))
    canvas.fill(*firs(canvas, 517, 36, 860, 1700), *firs(canvas, 517, 26, -100, 300), paint="#9dbdb5")
    canvas.wash(["#e3ebe5", "#c6dad4", "#aecac3"], top=516)
    canvas.fill(oval(420, 560, 70, 260), paint="#fbe3ca", blur=36, opacity=0.55, within=box(0, 516, 1600, 1000))
    for _ in range(24):
        x, y = canvas.random.uniform(-80, 1560), 530 + canvas.random.uniform(0, 1) ** 2 * 250
        wide = 40 + (y - 520) * canvas.random.uniform(0.6, 1.4)
        rim = ((-1, 0), (-0.3, -0.09), (1, -0.02), (0.3, 0.1))
        floe = blob([(x + wide * a, y + wide * b) for a, b in rim])
        canvas.fill(floe, paint=["#fdfcf8", "#e4eeea"], opacity=0.85)
    shore = smooth("-20,800 260,770 620,838 980,800 1280,700 1640,668")
    canvas.fill(canvas.down(shore), paint=["#ffffff", "#f3f3ee", "#d5e3de"], span=(690, 1000))
    for x, foot, tall, lean in (
        (1130, 830, 400, -0.1),
        (1240, 800, 600, -0.04),
        (1345, 770, 690, 0.03),
        (1455, 820, 540, 0.1),
    ):
        shadow = [(x, foot), (x + tall * 0.5, foot + tall * 0.16)]
        canvas.line(shadow, tall * 0.028, "#9fbdb6", tip=3, blur=4, opacity=0.5)
        twigs = branch(canvas, (x, foot), -math.pi / 2 + lean, tall, tall * 0.026, 3)
        canvas.fill(*twigs, paint=["#8fada5", "#4a7d75", "#386c65"], span=(foot - tall, foot))
        canvas.fill(oval(x, foot + 3, tall * 0.05, tall * 0.014), paint="#fbfaf7", blur=2)
    for x, size in ((150, 1), (250, 1.3), (360, 0.8)):
        reeds = [
            frond(
                x + canvas.random.gauss(0, 16),
                905,
                size * canvas.random.uniform(60, 140),
                canvas.random.uniform(-0.5, 0.8),
                0.045,
            )
            for _ in range(16)
        ]
        canvas.fill(*reeds, paint=[CLAY, "#b9a68c"])
    drift = smooth("-20,905 380,870 760,930 1200,850 1640,880")
    canvas.fill(canvas.down(drift), paint=["#fdfcf9", "#e3ebe6"], span=(850, 1000), blur=3)


def branch(
    canvas: Canvas, start: tuple[float, float], angle: float, long: float, wide: float, depth: int
) -> list[Outline]:
    """Return a bare branch and, from its upper part, the finer branches that grow out of it."""
    x, y = start
    sway = canvas.random.uniform(-0.08, 0.08)
    ways = ((0, 0), (0.35, sway), (0.7, -sway), (1, sway * 0.5))
    path = smooth(
        [
            (x + long * share * math.cos(angle + bend), y + long * share * math.sin(angle + bend))
            for share, bend in ways
        ],
        8,
    )
    shapes = [taper(path, wide, 0.9)]
    if depth:
        count = 13 if depth == 3 else 6
        for twig in range(count):
            share = 0.3 + 0.66 * (twig + canvas.random.uniform(0, 0.7)) / count
            turn = (1 if twig % 2 else -1) * canvas.random.uniform(0.35, 0.75)
            reach = long * (1.12 - share) * canvas.random.uniform(0.42, 0.62)
            root = path[int(share * (len(path) - 1))]
            shapes += branch(canvas, root, angle + turn, reach, wide * (1.05 - share) * 0.6 + 0.5, depth - 1)
    return shapes


def small_boat(canvas: Canvas) -> None:
    """One rowing boat on a wide evening water."""
    canvas.wash(["#f4c8a4", "#f9dec4", "#fbeedd"], bottom=250)
    canvas.glow(430, 210, 360, "#fff0d8", 0.8)
    canvas.fill(oval(430, 214, 40), paint=["#fbe0bf", "#f4b285"])
    canvas.fill(canvas.down(canvas.ridge(208, 20, waves=1.5), 250), paint=["#a8c9c0", "#dbe6dc"], span=(180, 250))
    canvas.fill(canvas.down(canvas.ridge(238, 8, waves=2.6), 250), paint="#86b4aa")
    canvas.wash(["#f0e6d3", "#bfd8cf", "#7db0a6", "#3f8178", "#14605a"], top=248)
    canvas.mist(250, 26, "#fdf2e4", 0.7)
    for _ in range(190):
        depth = canvas.random.uniform(0, 1)
        y, wide = 262 + depth**1.4 * 730, 10 + depth * canvas.random.uniform(20, 90)
        x = canvas.random.gauss(430, 24 + depth * 70)
        canvas.fill(
            oval(x, y, wide, 1.4 + depth * 2.6),
            paint=["#fde9cc", "#f3bd92"],
            opacity=0.75 - 0.35 * depth,
            blur=0.8,
        )
    for _ in range(110):
        depth = canvas.random.uniform(0, 1) ** 0.8
        x, y, wide = canvas.random.uniform(-100, 1600), 270 + depth * 720, 26 + depth * 190
        swell = smooth([(x, y), (x + wide * 0.5, y - 2 - depth * 5), (x + wide, y)], 10)
        paint = canvas.random.choice([PAPER, DEW, PINE])
        canvas.fill(leaf(swell, 1.5 + depth * 5), paint=paint, opacity=0.16 + 0.08 * depth, blur=1)
    rowing_boat(canvas, 1060, 650)


def rowing_boat(canvas: Canvas, x: float, y: float) -> None:
    """Paint an empty rowing boat at rest, its oar in the water."""
    shade = blob(
        [
            (x - 170, y + 26),
            (x, y + 44),
            (x + 170, y + 24),
            (x + 120, y + 80),
            (x, y + 104),
            (x - 110, y + 82),
        ]
    )
    canvas.fill(shade, paint=["#0c4a46", "#0f524d"], blur=9, opacity=0.6)
    glint = blob([(x - 120, y + 40), (x, y + 54), (x + 124, y + 38), (x + 70, y + 78), (x - 60, y + 80)])
    canvas.fill(glint, paint=["#c98d66", "#6d8f7f"], blur=7, opacity=0.6)
    rim = smooth([(x - 178, y - 34), (x - 80, y - 14), (x + 40, y - 10), (x + 190, y - 40)])
    keel = smooth([(x + 190, y - 40), (x + 140, y + 34), (x, y + 50), (x - 130, y + 36), (x - 178, y - 34)])
    inside = smooth([(x + 190, y - 40), (x + 50, y - 34), (x - 80, y - 36), (x - 178, y - 34)])
    canvas.fill([*rim, *inside], paint=["#7a4f33", "#a56f49"])
    canvas.fill([*rim, *keel], paint=["#f7e2c8", "#e3a679", "#9a6242"])
    canvas.line(rim, 6, "#fbf0df")
    canvas.line([(x - 40, y - 24), (x - 290, y + 48)], 6, "#e0bd96", tip=5)
    blade = smooth([(x - 276, y + 42), (x - 330, y + 58), (x - 384, y + 76)], 10)
    canvas.fill(leaf(blade, 24, 0.6), paint=["#d7ab80", "#b98a63"])
    for wide, drop, strength in ((250, 66, 0.4), (350, 92, 0.28), (460, 124, 0.18)):
        ring = smooth(
            [
                (x - wide, y + drop - 40),
                (x - wide * 0.4, y + drop),
                (x + wide * 0.4, y + drop),
                (x + wide, y + drop - 40),
            ]
        )
        canvas.fill(leaf(ring, 5), paint=PAPER, opacity=strength, blur=0.8)
