"""The things that stand in the painted rooms: chairs, lamps, plants, cups."""

from clinic.demo.drawing.brush import (
    APRICOT,
    CLAY,
    CREAM,
    DEEP,
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
)


def curtain(canvas: Canvas, left: float, lean: float) -> None:
    """Paint a long curtain in soft folds."""
    cloth = [
        (left, 44),
        (left + 260, 44),
        *smooth([(left + 260, 44), (left + 252 - lean * 10, 500), (left + 262, 930)]),
        (left, 930),
    ]
    canvas.fill(cloth, paint=["#24423f", "#1b302f", "#152322"])
    for fold in range(6):
        x = left + 22 + fold * 42
        path = smooth([(x, 44), (x - lean * 6, 500), (x + lean * 4, 930)])
        canvas.line(path, 18, "#3f6b66", blur=8, opacity=0.5, within=cloth)
        canvas.line([(px + 20, py) for px, py in path], 12, "#0b1414", blur=7, opacity=0.5, within=cloth)


def lamp(canvas: Canvas, x: float, floor: float) -> None:
    """Paint a lit table lamp on a small chest, its light on wall and wood."""
    canvas.glow(x, 590, 420, "#e5a873", 0.55)
    canvas.fill(box(x - 190, 810, x + 260, floor + 10, 12), paint=["#7d5639", "#3a2b22", "#211c19"])
    canvas.fill(box(x - 205, 796, x + 275, 822, 8), paint=["#d39a68", "#7c5538"])
    canvas.line([(x - 170, 905), (x + 240, 905)], 3, "#1d1815", opacity=0.7)
    canvas.fill(oval(x + 30, 862, 10), paint="#c08a5a")
    canvas.fill(
        blob([(x - 34, 796), (x - 46, 750), (x - 12, 690), (x + 12, 690), (x + 46, 750), (x + 34, 796)]),
        paint=[SAGE, "#1f4f4b"],
    )
    canvas.fill(box(x - 5, 640, x + 5, 700), paint="#8a6a4d")
    shade = [(x - 74, 490), (x + 74, 490), (x + 122, 660), (x - 122, 660)]
    canvas.fill(shade, paint=["#f1c293", "#fbe2bf", "#f7cf9e"])
    canvas.fill(shade, paint="#fff3dc", blur=20, opacity=0.5)
    for place, wide in enumerate((150, 128, 138)):
        top = 796 - 24 * (place + 1)
        canvas.fill(box(x + 95, top, x + 95 + wide, top + 22, 3), paint=["#b98a63", SAGE, "#d8c0a1"][place])


def picture(canvas: Canvas, x: float, y: float) -> None:
    """Paint a framed little landscape on the wall."""
    canvas.fill(box(x + 8, y + 14, x + 268, y + 214), paint="#a58a6c", blur=12, opacity=0.35)
    canvas.fill(box(x, y, x + 260, y + 200, 3), paint=["#b98b62", "#a37750"])
    canvas.fill(box(x + 10, y + 10, x + 250, y + 190), paint=PAPER)
    inner = box(x + 34, y + 32, x + 226, y + 168)
    canvas.fill(inner, paint=[PEACH, CREAM])
    canvas.fill(oval(x + 172, y + 82, 17), paint=APRICOT)
    for top, colour in ((104, MIST), (122, SAGE), (142, FERN)):
        hill = canvas.down(canvas.ridge(y + top, 11, waves=7), y + 168)
        canvas.fill(hill, paint=colour, within=inner)


def armchair(canvas: Canvas, x: float, floor: float, face: int, cloth: list[str], pillow: list[str]) -> None:
    """Paint a chair from the side; `face` is 1 when it looks to the right, -1 to the left."""

    def place(points: Outline) -> Outline:
        return [(x + face * px, floor + py) for px, py in points]

    light, middle, dark = cloth
    canvas.fill(oval(x + face * 10, floor + 4, 215, 20), paint="#3f5f57", blur=10, opacity=0.6)
    legs = [
        [(-128, -90), (-158, 2)],
        [(-70, -90), (-78, -8)],
        [(100, -90), (106, -8)],
        [(138, -90), (156, 2)],
    ]
    canvas.fill(*(taper(place(leg), 17, 9) for leg in legs), paint="#7b5537")
    back = blob("-180,-120 -222,-300 -232,-468 -190,-512 -130,-494 -98,-380 -66,-180 -90,-100")
    canvas.fill(place(back), paint=[light, middle, dark])
    canvas.line(
        place(smooth([(-196, -500), (-140, -420), (-92, -240)])),
        16,
        light,
        blur=7,
        opacity=0.6,
        within=place(back),
    )
    cushion = blob("-120,-196 -100,-238 40,-248 150,-236 166,-206 150,-180 0,-170 -110,-174")
    canvas.fill(place(box(-176, -190, 160, -78, 26)), paint=[middle, dark])
    canvas.fill(place(cushion), paint=[light, middle])
    soft = blob("-118,-232 -142,-330 -120,-372 -62,-344 -30,-262 -60,-226")
    canvas.fill(place(soft), paint=pillow)
    arm = blob(
        "-190,-120 -186,-290 -150,-316 60,-308 122,-304 148,-278 138,-250 124,-200 120,-96 106,-80 -60,-80 -170,-84"
    )
    canvas.fill(place(arm), paint=[mix(light, PAPER, 0.12), middle, dark])
    seam = smooth("-172,-266 -110,-280 60,-278 126,-272")
    canvas.line(place(seam), 4, dark, blur=2, opacity=0.35)


def shelf(canvas: Canvas, x: float, y: float) -> None:
    """Paint a wooden shelf with bowls, a jar and a jug."""
    canvas.fill(box(x + 6, y + 16, x + 566, y + 44), paint="#a98763", blur=12, opacity=0.4)
    canvas.fill(box(x, y, x + 560, y + 20, 3), paint=["#dcb388", "#b98659"])
    for place, colour in enumerate((FERN, MIST, CREAM)):
        top = y - 26 * (place + 1)
        bowl = [
            (x + 50, top),
            (x + 190, top),
            *smooth([(x + 190, top), (x + 165, top + 24), (x + 120, top + 30)]),
            *smooth([(x + 120, top + 30), (x + 75, top + 24), (x + 50, top)]),
        ]
        canvas.fill(bowl, paint=[colour, mix(colour, DEEP, 0.25)])
    canvas.fill(box(x + 250, y - 104, x + 320, y, 14), paint=["#eef3ee", "#c2d6cd"], opacity=0.85)
    canvas.fill(box(x + 255, y - 66, x + 315, y - 4, 11), paint=["#eac29a", "#cf9a6d"])
    canvas.fill(box(x + 246, y - 118, x + 324, y - 98, 6), paint="#b98659")
    jug = blob(
        [
            (x + 400, y),
            (x + 384, y - 60),
            (x + 412, y - 112),
            (x + 404, y - 140),
            (x + 470, y - 140),
            (x + 462, y - 112),
            (x + 490, y - 60),
            (x + 474, y),
        ]
    )
    canvas.fill(jug, paint=["#fdfaf4", "#d9ddd2"])
    handle = smooth([(x + 468, y - 118), (x + 520, y - 104), (x + 506, y - 54), (x + 484, y - 46)])
    canvas.line(handle, 9, "#e4e2d6")


def pendant(canvas: Canvas, x: float, y: float) -> None:
    """Paint a hanging lamp, unlit."""
    canvas.line([(x, -10), (x, y - 60)], 3, "#4b6a66")
    dome = smooth(
        [
            (x - 105, y + 24),
            (x - 84, y - 34),
            (x - 24, y - 66),
            (x + 24, y - 66),
            (x + 84, y - 34),
            (x + 105, y + 24),
        ]
    )
    canvas.fill(dome, paint=[FERN, PINE])
    canvas.line(smooth([(x - 74, y), (x - 50, y - 34), (x - 16, y - 52)]), 9, MIST, tip=2, blur=3, opacity=0.7)


def kettle(canvas: Canvas, x: float, y: float) -> None:
    """Paint an enamel kettle."""
    canvas.fill(oval(x + 10, y + 10, 130, 10), paint="#7d5a3c", blur=6, opacity=0.5)
    canvas.line(smooth([(x + 78, y - 34), (x + 126, y - 70), (x + 142, y - 124)]), 34, ["#e0a57b", CLAY], tip=16)
    canvas.line(smooth([(x - 62, y - 128), (x - 44, y - 196), (x + 44, y - 196), (x + 62, y - 128)]), 12, "#6b4a31")
    body = blob(
        [
            (x - 96, y + 6),
            (x - 106, y - 50),
            (x - 66, y - 120),
            (x, y - 138),
            (x + 66, y - 120),
            (x + 106, y - 50),
            (x + 96, y + 6),
        ]
    )
    canvas.fill(body, paint=["#f6c7a2", "#e2a478", "#b97c53"])
    canvas.fill(box(x - 48, y - 142, x + 48, y - 126, 7), oval(x, y - 148, 11), paint="#8a5b3a")
    canvas.line(
        smooth([(x - 74, y - 30), (x - 70, y - 72), (x - 40, y - 106)]),
        11,
        "#fdeedd",
        tip=3,
        blur=3,
        opacity=0.8,
    )


def fruit(canvas: Canvas, x: float, y: float) -> None:
    """Paint a wide bowl with pears and apricots."""
    canvas.fill(oval(x, y + 6, 150, 10), paint="#7d5a3c", blur=6, opacity=0.5)
    for dx, colour in ((-70, "#a9c08a"), (66, "#b9c48d")):
        pear = blob(
            [
                (x + dx - 46, y - 96),
                (x + dx - 26, y - 146),
                (x + dx, y - 176),
                (x + dx + 24, y - 146),
                (x + dx + 46, y - 96),
                (x + dx, y - 50),
            ]
        )
        canvas.fill(pear, paint=[mix(colour, CREAM, 0.35), colour, mix(colour, PINE, 0.3)])
        canvas.line(smooth([(x + dx, y - 172), (x + dx + 4, y - 190), (x + dx + 12, y - 200)]), 5, "#6b4a31")
    for dx, dy in ((-20, -108), (34, -96), (-112, -92), (112, -92)):
        canvas.fill(oval(x + dx, y + dy, 38), paint=["#f9cfa6", APRICOT, "#d98a5d"])
    bowl = [
        (x - 172, y - 96),
        *smooth([(x - 172, y - 96), (x - 128, y - 24), (x - 50, y + 4)]),
        *smooth([(x + 50, y + 4), (x + 128, y - 24), (x + 172, y - 96)]),
    ]
    canvas.fill(bowl, paint=["#fdfbf6", "#dfe6df", "#a9c4ba"])
    canvas.fill(box(x - 176, y - 100, x + 176, y - 90, 5), paint="#ffffff")


def potted(canvas: Canvas, x: float, foot: float, size: float, *, leaves: list[str], pot: list[str]) -> None:
    """Paint a plant with pointed leaves in a tapered pot."""
    top = foot - 84 * size
    for place in (0, 12, 2, 10, 4, 8, 1, 11, 3, 9, 5, 7, 6):
        lean = (place - 6) / 6 + canvas.random.uniform(-0.1, 0.1)
        long = canvas.random.uniform(110, 190) * size * (1.1 - 0.35 * abs(lean))
        tip = (x + lean * long * 0.85, top - long * (1 - 0.45 * abs(lean)))
        bend = (x + lean * long * 0.25, top - long * 0.55)
        rib = smooth([(x + lean * 24 * size, top + 10), bend, tip], 10)
        tone = canvas.random.random()
        paint = [mix(*leaves, tone * 0.6), mix(*leaves, 0.4 + tone * 0.6)]
        canvas.fill(leaf(rib, 27 * size, 0.55), paint=paint)
        canvas.line(rib, 1.8 * size, mix(leaves[0], PAPER, 0.3), tip=0.5, opacity=0.5)
    body = [(x - 52 * size, top), (x + 52 * size, top), (x + 38 * size, foot), (x - 38 * size, foot)]
    canvas.fill(body, paint=pot)
    canvas.fill(
        box(x - 58 * size, top - 10 * size, x + 58 * size, top + 10 * size, 5 * size),
        paint=[mix(pot[0], PAPER, 0.25), pot[0]],
    )


def mug(canvas: Canvas, x: float, foot: float, size: float, paint: list[str]) -> None:
    """Paint a mug with a thread of steam."""
    handle = smooth(
        [
            (x + 36 * size, foot - 62 * size),
            (x + 76 * size, foot - 58 * size),
            (x + 66 * size, foot - 20 * size),
            (x + 36 * size, foot - 16 * size),
        ]
    )
    canvas.line(handle, 9 * size, paint[-1])
    canvas.fill(box(x - 42 * size, foot - 80 * size, x + 42 * size, foot, 12 * size), paint=paint)
    canvas.fill(
        box(x - 37 * size, foot - 77 * size, x + 37 * size, foot - 72 * size, 2 * size),
        paint="#ffffff",
        opacity=0.6,
    )
    for start, top in ((-12, 210), (12, 186)):
        bends = ((0, 92), (14, 124), (-6, 160), (10, top))
        steam = smooth([(x + (start + drift) * size, foot - rise * size) for drift, rise in bends])
        canvas.line(steam, 8 * size, "#ffffff", tip=1, blur=4 * size, opacity=0.5)


def vase(canvas: Canvas, x: float, foot: float) -> None:
    """Paint a small vase with three leafy twigs."""
    for lean in (-70, 10, 78):
        twig = smooth([(x, foot - 60), (x + lean * 0.4, foot - 150), (x + lean, foot - 250 + abs(lean) * 0.5)], 16)
        leaves = [
            blob([(px, py), (px + side * 12, py - 16), (px + side * 34, py - 20), (px + side * 18, py + 2)], 6)
            for place, (px, py) in enumerate(twig[10::4])
            for side in ((1,) if place % 2 else (-1,))
        ]
        canvas.fill(taper(twig, 4, 1.5), *leaves, paint=["#5a998d", PINE])
    shape = blob(
        [
            (x - 28, foot),
            (x - 44, foot - 46),
            (x - 14, foot - 84),
            (x - 18, foot - 100),
            (x + 18, foot - 100),
            (x + 14, foot - 84),
            (x + 44, foot - 46),
            (x + 28, foot),
        ]
    )
    canvas.fill(shape, paint=["#fdf8f0", "#e8d6c0"])
