"""The rooms among the demo's pictures: a window at night, two chairs for a talk, a kitchen in the morning."""

from clinic.demo.drawing.brush import (
    CLAY,
    CREAM,
    DEEP,
    DEW,
    FERN,
    MIST,
    NIGHT,
    PAPER,
    PINE,
    Canvas,
    box,
    mix,
    oval,
    taper,
    trace,
)
from clinic.demo.drawing.furniture import (
    armchair,
    curtain,
    fruit,
    kettle,
    lamp,
    mug,
    pendant,
    picture,
    potted,
    shelf,
    vase,
)


def night_window(canvas: Canvas) -> None:
    """A dark room, moonlit hills outside, a mug and a plant on the sill, one lamp on."""
    canvas.wash(["#1b2b2d", "#16211f", NIGHT])
    canvas.glow(1420, 560, 760, "#8a5c3a", 0.75)
    view = box(430, 90, 1090, 700)
    canvas.fill(view, paint=["#0f3339", "#245458", "#5f8f88", "#9db7a8"])
    stars = [
        oval(canvas.random.uniform(440, 1080), canvas.random.uniform(100, 420), canvas.random.uniform(0.8, 2))
        for _ in range(70)
    ]
    canvas.fill(*stars, paint=PAPER, opacity=0.75)
    canvas.glow(905, 230, 250, "#bcd9d2", 0.6, within=view)
    canvas.fill(oval(905, 230, 44), paint=["#fdf6e8", "#efe3cf"])
    for y, colour in ((520, "#4d7f79"), (580, "#2b5f5d"), (640, "#123f42")):
        skyline = canvas.down(canvas.ridge(y, 34, waves=2.1), 720)
        canvas.fill(skyline, paint=[colour, mix(colour, MIST, 0.35)], span=(y - 40, y + 110), within=view)
    bars = [box(746, 90, 774, 700), box(430, 318, 1090, 338)]
    frame = [box(402, 62, 1118, 96), box(402, 62, 436, 716), box(1084, 62, 1118, 716), *bars]
    canvas.fill(*frame, paint=["#33494a", "#2a3c3d"])
    canvas.fill(box(436, 96, 440, 700), box(774, 96, 778, 700), box(436, 338, 1084, 341), paint="#6d918b", opacity=0.5)
    sill = box(380, 700, 1140, 730, 6)
    canvas.fill(sill, paint=["#4a605f", "#2b3b3c"])
    canvas.fill(trace("540,700 1000,700 1080,730 460,730"), paint="#a9cbc3", blur=8, opacity=0.4, within=sill)
    canvas.fill(box(400, 730, 1120, 748), paint="#0c1213", blur=6, opacity=0.6)
    canvas.wash(["#20302f", "#192423"], top=930)
    canvas.wash("#2a3b3b", top=916, bottom=932)
    canvas.fill(trace("470,1010 600,934 960,934 1050,1010"), paint="#9cc4bb", blur=10, opacity=0.28)
    for left, lean in ((240, 1), (1040, -1)):
        curtain(canvas, left, lean)
    canvas.fill(box(190, 34, 1350, 46, 6), oval(188, 40, 13), oval(1352, 40, 13), paint=["#6d7f7a", "#46564f"])
    armchair(canvas, 235, 985, 1, ["#2c5451", "#1d3d3c", "#142829"], pillow=["#55736d", "#324a48"])
    potted(canvas, 590, 702, 0.8, leaves=["#2f6a64", "#133f3f"], pot=["#6f4d38", "#3f2e26"])
    mug(canvas, 940, 702, 0.9, ["#c9d8d2", "#6d8a86"])
    lamp(canvas, 1420, 1000)


def two_chairs(canvas: Canvas) -> None:
    """Two armchairs turned to each other, a small table, window light on the wall."""
    floor = 760
    canvas.wash(["#f4e6d5", "#f9f0e4", "#f3e6d6"], bottom=floor)
    canvas.wash(["#cfae8b", "#dcc0a0", "#e6cfb4"], top=floor)
    canvas.fill(*(box(-10, y, 1610, y + 2.4) for y in (790, 830, 884, 956)), paint="#a98763", opacity=0.5)
    panes = []
    for column in range(2):
        for row in range(2):
            x, y = 610 + column * 200 + row * 66, 110 + row * 240
            panes.append([(x, y), (x + 180, y + 16), (x + 242, y + 236), (x + 62, y + 220)])
    canvas.fill(*panes, paint=["#fffdf6", "#ffeccf"], blur=3)
    canvas.fill(box(-10, floor - 34, 1610, floor, 0), paint=["#fffaf2", "#ecdcc8"])
    canvas.fill(box(-10, floor, 1610, floor + 10), paint="#8d6c4c", blur=5, opacity=0.4)
    canvas.fill(oval(800, 880, 640, 92), paint=["#9fc2b8", "#7fada2"])
    canvas.fill(oval(800, 880, 560, 76), oval(800, 880, 552, 74), paint=["#b5d0c7", "#98c0b5"])
    potted(canvas, 1500, 805, 1.8, leaves=["#4b8a7f", PINE], pot=["#f2d3b3", CLAY])
    picture(canvas, 236, 112)
    armchair(canvas, 400, 872, 1, ["#3a837a", PINE, DEEP], pillow=[PAPER, "#ead9c3"])
    armchair(canvas, 1200, 872, -1, ["#f3c39e", "#dd9d70", "#b87950"], pillow=[DEW, MIST])
    canvas.fill(oval(800, 902, 120, 16), paint="#4c7a71", blur=9, opacity=0.6)
    legs = [taper([(800 + side * 20, 690), (800 + side * 86, 896)], 13, 8) for side in (-1, 0.1, 1)]
    canvas.fill(*legs, paint=["#8f6441", "#6f4c31"])
    canvas.fill(box(664, 676, 936, 698, 11), paint=["#c8946a", "#8f6441"])
    mug(canvas, 725, 676, 0.8, ["#fdfaf4", "#d9e2dc"])
    vase(canvas, 860, 676)


def kitchen_light(canvas: Canvas) -> None:
    """Morning sun across a counter with a kettle, a bowl of fruit and herbs."""
    counter = 690
    canvas.wash(["#efe1cf", "#f4e8d8", "#ecdcc7"])
    tiles = [
        box(x + (29 if row % 2 else 0), y, x + (29 if row % 2 else 0) + 54, y + 34, 3)
        for row, y in enumerate(range(502, 690, 38))
        for x in range(-60, 1640, 58)
    ]
    canvas.wash(["#cfded6", "#c3d5cc"], top=498, bottom=counter)
    for tile in tiles:
        canvas.fill(tile, paint=mix("#dfeae4", "#b5cfc6", canvas.random.random() * 0.7))
    view = box(150, 90, 640, 560)
    canvas.fill(view, paint=["#bfdcd5", "#eaf0e6", "#fdeed8"])
    canvas.glow(520, 250, 260, "#fff3dd", 0.9, within=view)
    for y, colour in ((400, "#b6d2c7"), (450, "#92bcae"), (505, "#6fa595")):
        skyline = canvas.down(canvas.ridge(y, 24, waves=3), 565)
        canvas.fill(skyline, paint=[colour, mix(colour, CREAM, 0.5)], span=(y - 24, 580), within=view)
    canvas.fill(
        *(
            box(*side)
            for side in (
                (128, 68, 662, 92),
                (128, 68, 152, 580),
                (638, 68, 662, 580),
                (386, 90, 404, 560),
                (150, 300, 640, 314),
            )
        ),
        paint=["#fffdf8", "#efe2d0"],
    )
    canvas.fill(box(108, 556, 682, 582, 5), paint=["#ffffff", "#e3d2bb"])
    beams = [
        trace("662,110 662,290 1190,690 1440,690"),
        trace("662,330 662,500 900,690 1130,690"),
    ]
    canvas.fill(*beams, paint="#fff5dd", blur=7, opacity=0.5)
    shelf(canvas, 900, 330)
    pendant(canvas, 800, 190)
    canvas.fill(box(-10, counter, 1610, counter + 46), paint=["#e5bd92", "#c6966a"])
    canvas.fill(
        [(900, counter), (1130, counter), (1172, counter + 26), (940, counter + 26)],
        [(1190, counter), (1440, counter), (1490, counter + 26), (1236, counter + 26)],
        paint="#fff0d6",
        blur=5,
        opacity=0.75,
    )
    canvas.wash(["#4f8d83", "#2f7068", PINE], top=counter + 46)
    canvas.wash("#123f3c", top=counter + 46, bottom=counter + 56)
    for left in range(-150, 1600, 440):
        canvas.fill(box(left, counter + 84, left + 410, 1040, 6), paint=["#5f9d92", "#3a7c73"])
        canvas.fill(box(left + 26, counter + 110, left + 384, 1040, 4), paint=["#4a897f", "#2f7068"])
        canvas.fill(box(left + 165, counter + 94, left + 245, counter + 101, 3), paint="#e5bd92")
    potted(canvas, 250, 560, 0.66, leaves=["#6aa595", "#2f7469"], pot=["#f3d5b8", "#d59f74"])
    potted(canvas, 540, 560, 0.5, leaves=["#7fb0a0", FERN], pot=["#dfe9e3", "#9dbfb5"])
    kettle(canvas, 745, counter + 8)
    mug(canvas, 985, counter + 10, 1.05, ["#fdfaf4", "#e3d3bf"])
    fruit(canvas, 1300, counter + 8)
