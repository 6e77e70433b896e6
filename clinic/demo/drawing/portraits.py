"""The demo clinic's people, drawn: head and shoulders in one quiet style."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from clinic.demo.drawing.brush import (
    APRICOT,
    CLAY,
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
    mix,
    oval,
    smooth,
    taper,
    trace,
)

HEAD = blob("400,204 474,226 504,308 496,398 458,472 400,502 342,472 304,398 296,308 326,226")
NECK = [
    (348, 440),
    (452, 440),
    *smooth([(452, 440), (454, 520), (486, 566)]),
    *smooth([(314, 566), (346, 520), (348, 440)]),
]
CHEST = (450, 600)
SHOULDERS = [
    (60, 810),
    *smooth("60,810 106,680 214,606 330,560 348,552"),
    *smooth("452,552 470,560 586,606 694,680 740,810"),
]


Painter = Callable[[Canvas, "Person"], None]


@dataclass(frozen=True)
class Person:
    """How one person is drawn; `behind` and `front` paint the hair, `dress` what lies over the shoulders."""

    skin: str
    hair: str
    clothes: str
    backdrop: tuple[str, str]
    behind: Painter
    front: Painter
    dress: Painter


def draw(canvas: Canvas, person: Person) -> None:
    """Paint one portrait, back to front."""
    light, dark = person.backdrop
    canvas.wash([light, mix(light, dark, 0.55)])
    canvas.fill(oval(400, 410, 325), paint=[mix(light, PAPER, 0.6), mix(dark, light, 0.3)], opacity=0.85)
    person.behind(canvas, person)
    shade = mix(person.skin, "#5b2f1f", 0.26)
    canvas.fill(NECK, paint=[shade, person.skin], span=CHEST)
    canvas.fill(SHOULDERS, paint=[mix(person.clothes, PAPER, 0.12), person.clothes, mix(person.clothes, DEEP, 0.3)])
    person.dress(canvas, person)
    canvas.fill([(x, y + 30) for x, y in HEAD], paint=shade, blur=10, opacity=0.7, within=NECK)
    ears = [oval(298, 356, 19, 32), oval(502, 356, 19, 32)]
    canvas.fill(*ears, paint=[mix(person.skin, shade, 0.3), shade])
    canvas.fill(HEAD, paint=[mix(person.skin, PAPER, 0.14), person.skin, mix(person.skin, shade, 0.35)])
    away = trace("400,170 420,356 440,530 560,530 560,170")
    canvas.fill(away, paint=shade, blur=34, opacity=0.26, within=HEAD)
    cheeks = [oval(345, 402, 30, 22), oval(453, 402, 28, 22)]
    canvas.fill(*cheeks, paint=mix(person.skin, "#c7573a", 0.5), blur=16, opacity=0.3, within=HEAD)
    face(canvas, person)
    person.front(canvas, person)


def face(canvas: Canvas, person: Person) -> None:
    """Hint at a calm, attentive face: brows, eyes, a nose, a mouth at rest."""
    ink = mix(person.skin, "#2a1510", 0.72)
    for x in (354, 446):
        canvas.fill(oval(x, 353, 6.2, 7.4), paint=ink, opacity=0.9)
        brow = smooth([(x - 24, 322), (x, 314), (x + 24, 321)])
        canvas.fill(taper(brow, 6, 4.5), paint=mix(ink, person.hair, 0.65), opacity=0.65)
    canvas.line(smooth([(402, 362), (409, 396), (398, 404)]), 3.4, ink, opacity=0.4)
    canvas.line(smooth("372,438 389,447 411,447 428,438"), 4.4, mix(ink, "#a03f2c", 0.4), opacity=0.75)


def gloss(canvas: Canvas, person: Person, *strands: Outline, width: float = 7) -> None:
    """Light along strands of hair."""
    for strand in strands:
        canvas.line(smooth(strand), width, mix(person.hair, PEACH, 0.45), tip=1, blur=3, opacity=0.45)


def nothing(canvas: Canvas, person: Person) -> None:
    """Short hair hides nothing behind the neck."""


def long_behind(canvas: Canvas, person: Person) -> None:
    """Long loose hair down to the chest."""
    mane = blob(
        "400,150 478,172 532,262 548,400 566,530 578,640 520,700 400,690 280,700 222,640 234,530 "
        "252,400 268,262 322,172"
    )
    canvas.fill(mane, paint=[person.hair, mix(person.hair, "#2a1a10", 0.4)])


def long_front(canvas: Canvas, person: Person) -> None:
    """A side parting; the hair falls over both shoulders."""
    left = blob(
        "444,160 372,148 306,186 268,270 250,400 232,520 214,620 222,700 268,748 286,690 312,600 "
        "300,480 294,390 308,318 350,270 410,226"
    )
    right = blob(
        "430,156 482,176 530,262 548,390 564,500 588,600 584,690 536,752 512,690 490,600 506,480 "
        "508,390 494,310 468,256 436,214"
    )
    canvas.fill(left, right, paint=[mix(person.hair, PEACH, 0.2), person.hair, mix(person.hair, "#2a1a10", 0.18)])
    strands = [
        trace("396,182 318,240 282,370 262,520 250,680"),
        [(420, 196), (340, 262), (290, 350)],
        trace("472,190 522,290 534,420 556,580 554,690"),
    ]
    gloss(canvas, person, *strands)


def cropped_bearded(canvas: Canvas, person: Person) -> None:
    """Very short hair and a short full beard."""
    cap = blob(
        "400,178 470,192 510,250 514,326 500,332 492,280 460,248 400,238 340,248 308,280 300,332 "
        "286,326 290,250 330,192"
    )
    beard = blob(
        "292,356 306,382 334,418 364,416 400,410 436,416 466,418 494,382 508,356 504,430 470,494 "
        "400,526 330,494 296,430"
    )
    canvas.fill(cap, beard, paint=[mix(person.hair, person.skin, 0.12), person.hair])
    canvas.line(smooth("374,440 389,448 411,448 426,440"), 6, mix(person.skin, "#8f4438", 0.4))
    gloss(canvas, person, [(330, 212), (390, 194), (450, 204)], width=5)


def bob_behind(canvas: Canvas, person: Person) -> None:
    """The inside of a bob that ends at the jaw."""
    canvas.fill(
        blob("300,260 500,260 530,400 516,516 284,516 270,400"),
        paint=mix(person.hair, "#000000", 0.4),
    )


def bob_glasses(canvas: Canvas, person: Person) -> None:
    """A soft fringe, hair along the cheeks, round glasses."""
    bob = blob(
        "400,158 474,176 526,248 546,370 548,470 532,526 488,516 496,440 502,370 492,312 452,284 "
        "400,278 346,286 308,312 298,370 304,440 312,516 268,526 252,470 254,370 274,248 326,176"
    )
    canvas.fill(bob, paint=[mix(person.hair, PEACH, 0.16), person.hair, mix(person.hair, "#000000", 0.15)])
    gloss(
        canvas,
        person,
        [(312, 224), (396, 184), (482, 220)],
        [(276, 330), (270, 420), (280, 500)],
        [(524, 330), (530, 430)],
    )
    for x in (352, 448):
        rim = oval(x, 353, 40, 37)
        canvas.fill(rim, paint=PAPER, opacity=0.16)
        canvas.line([*rim, rim[0]], 4.6, "#24302f")
    for bridge in ([(391, 348), (400, 341), (409, 348)], [(312, 348), (298, 344)], [(488, 348), (502, 344)]):
        canvas.line(smooth(bridge), 4.6, "#24302f")


def swept_grey(canvas: Canvas, person: Person) -> None:
    """Grey hair combed to the side above a high forehead."""
    sides = [
        blob("292,356 282,296 296,240 330,216 318,276 306,326"),
        blob("508,356 518,296 504,240 470,216 484,276 494,326"),
    ]
    top = blob("306,266 302,216 350,174 420,162 486,186 508,252 490,262 452,232 390,230 340,240")
    canvas.fill(*sides, top, paint=[mix(person.hair, PAPER, 0.4), person.hair])
    gloss(canvas, person, [(330, 226), (390, 192), (470, 202)], [(350, 232), (410, 210), (480, 226)], width=6)


def braid_behind(canvas: Canvas, person: Person) -> None:
    """Hair drawn back from the face to one side of the neck."""
    crown = blob("400,166 478,184 518,262 520,376 506,470 440,500 330,440 284,376 282,262 322,184")
    canvas.fill(crown, paint=[person.hair, mix(person.hair, "#000000", 0.3)])


def braid_front(canvas: Canvas, person: Person) -> None:
    """A middle parting, the hair close to the head."""
    halves = [
        blob("404,166 338,176 284,250 274,362 288,400 302,372 312,312 352,252 402,206"),
        blob("396,166 462,176 516,250 526,362 512,400 498,372 488,312 448,252 398,206"),
    ]
    canvas.fill(*halves, paint=[mix(person.hair, PEACH, 0.12), person.hair])
    strands = [
        [(384, 192), (326, 230), (300, 310)],
        [(416, 192), (474, 230), (500, 310)],
        [(394, 200), (344, 244), (312, 300)],
    ]
    gloss(canvas, person, *strands, width=5)


def braid_dress(canvas: Canvas, person: Person) -> None:
    """A blouse with a band at the neck, the braid lying over it."""
    v_neck(canvas, person)
    for link in range(10, -1, -1):
        x, y, size = 478 + 74 * math.sin(link / 10 * 1.9), 440 + link * 30, 34 - link * 1.2
        for turn in (-1, 1):
            shape = ((1.0, -16), (0.95, 10), (0.1, 40), (-0.36, 16), (0, -16))
            lobe = blob([(x + turn * size * share, y + drop) for share, drop in shape])
            canvas.fill(lobe, paint=[mix(person.hair, PEACH, 0.24), person.hair, mix(person.hair, "#000000", 0.3)])
    canvas.fill(box(532, 762, 562, 778, 6), paint=APRICOT)


def tousled(canvas: Canvas, person: Person) -> None:
    """Short tousled hair, longer on top."""
    top = blob(
        "296,326 280,262 300,196 352,162 404,168 446,148 500,186 522,252 506,326 492,284 470,258 "
        "430,272 396,248 352,272 322,264 308,288"
    )
    canvas.fill(top, paint=[mix(person.hair, PEACH, 0.25), person.hair])
    gloss(
        canvas,
        person,
        [(316, 246), (340, 196), (400, 186)],
        [(410, 232), (440, 182), (490, 206)],
        [(360, 252), (384, 206), (430, 196)],
    )


def skin_below(canvas: Canvas, person: Person, opening: Outline) -> None:
    """Paint what a neckline leaves open in the same light as the neck."""
    canvas.fill(opening, paint=[mix(person.skin, "#5b2f1f", 0.26), person.skin], span=CHEST)


def round_neck(canvas: Canvas, person: Person) -> None:
    """A plain round-necked top."""
    collar = smooth("312,562 342,602 400,622 458,602 488,562")
    skin_below(canvas, person, [*collar, (454, 530), (346, 530)])
    canvas.line(collar, 11, mix(person.clothes, PAPER, 0.28))


def open_collar(canvas: Canvas, person: Person) -> None:
    """A shirt collar under a knitted jumper."""
    gap = trace("330,548 346,520 454,520 470,548 400,640")
    skin_below(canvas, person, gap)
    canvas.fill(
        trace("338,528 296,580 352,664 400,640"),
        trace("462,528 504,580 448,664 400,640"),
        paint=[PAPER, "#d5ddd8"],
    )
    canvas.line(
        smooth("290,584 346,676 400,690 454,676 510,584"),
        9,
        mix(person.clothes, DEEP, 0.35),
    )


def cardigan(canvas: Canvas, person: Person) -> None:
    """A shirt with an open cardigan over it."""
    canvas.fill(trace("318,552 482,552 478,640 462,810 338,810 322,640"), paint=["#f6f1e6", "#dcd5c6"])
    skin_below(canvas, person, trace("346,520 454,520 462,548 400,632 338,548"))
    collar = [
        trace("340,518 306,566 356,654 400,628"),
        trace("460,518 494,566 444,654 400,628"),
    ]
    canvas.fill(*collar, paint=[PAPER, "#e4ded1"])
    canvas.line([(400, 634), (400, 810)], 2.4, "#c9c0ae")
    canvas.fill(*(oval(400, y, 5) for y in (684, 738, 790)), paint=CLAY)
    for side in (-1, 1):
        edge = smooth([(400 + side * 92, 560), (400 + side * 80, 660), (400 + side * 62, 810)])
        canvas.line(edge, 17, mix(person.clothes, DEEP, 0.3))
        canvas.line([(x + side * 7, y) for x, y in edge], 2, mix(person.clothes, PAPER, 0.3), opacity=0.6)


def v_neck(canvas: Canvas, person: Person) -> None:
    """A blouse with a deep band at the neck."""
    opening = trace("330,556 346,530 454,530 470,556 400,672")
    skin_below(canvas, person, opening)
    band = trace("314,560 334,546 400,662 466,546 486,560 400,696")
    canvas.fill(band, paint=mix(person.clothes, PEACH, 0.5))


def hood(canvas: Canvas, person: Person) -> None:
    """A hooded top with cords."""
    cowl = blob("306,540 338,560 400,576 462,560 494,540 546,574 524,650 400,706 276,650 254,574")
    canvas.fill([(x, y + 14) for x, y in cowl], paint=DEEP, blur=12, opacity=0.3)
    canvas.fill(cowl, paint=[mix(person.clothes, PAPER, 0.3), mix(person.clothes, DEEP, 0.12)])
    collar = smooth("316,556 350,600 400,618 450,600 484,556")
    canvas.fill(
        [*collar, (454, 520), (346, 520)],
        paint=[mix(person.clothes, DEEP, 0.4), mix(person.clothes, DEEP, 0.25)],
    )
    skin_below(
        canvas,
        person,
        [*smooth("334,552 356,588 400,602 444,588 466,552"), (454, 520), (346, 520)],
    )
    canvas.fill(*(taper([(x, 640), (x + lean, 772)], 7, 6) for x, lean in ((354, -8), (446, 8))), paint=PAPER)


PEOPLE = {
    "maya-lindqvist": Person("#efc7a6", "#a9784c", FERN, (PEACH, APRICOT), long_behind, long_front, round_neck),
    "daniel-okafor": Person("#79492f", "#1f1714", "#c98a5e", (DEW, SAGE), nothing, cropped_bearded, open_collar),
    "rosa-delgado-kim": Person("#dba67d", "#2a1f1c", "#d98f66", (DEW, MIST), bob_behind, bob_glasses, v_neck),
    "samuel-achterberg": Person("#ecc3a4", "#a3a7a3", PINE, (CREAM, "#e3cdb2"), nothing, swept_grey, cardigan),
    "priya-raman": Person("#b27a52", "#211a1a", "#0f6b64", (PEACH, "#e7b48c"), braid_behind, braid_front, braid_dress),
    "theo-marsh": Person("#f3d0b5", "#b5582e", "#6fa59b", ("#dfeae5", MIST), nothing, tousled, hood),
}
