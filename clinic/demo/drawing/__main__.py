"""Draw the demo clinic's pictures: `python -m clinic.demo.drawing [name …]`.

Calm landscapes and rooms in the colours of the site, and one drawn portrait for each person of the demo.
Every picture is painted from back to front and seeded with its own name, so it comes out the same every time.
"""

import sys
from pathlib import Path

from clinic.demo.drawing import land, portraits, rooms, water
from clinic.demo.drawing.brush import Canvas

PICTURES = Path(__file__).resolve().parents[1] / "pictures"

SCENES = {
    "morning-hills": land.morning_hills,
    "still-lake": water.still_lake,
    "night-window": rooms.night_window,
    "two-chairs": rooms.two_chairs,
    "rain-garden": water.rain_garden,
    "forest-path": land.forest_path,
    "harbor-dusk": water.harbor_dusk,
    "open-field": land.open_field,
    "kitchen-light": rooms.kitchen_light,
    "mountain-cloud": land.mountain_cloud,
    "winter-shore": water.winter_shore,
    "tall-grass": land.tall_grass,
    "small-boat": water.small_boat,
}


def main(wanted: list[str]) -> None:
    """Draw the named pictures, or all of them."""
    known = [*SCENES, *portraits.PEOPLE]
    if unknown := sorted(set(wanted) - set(known)):
        sys.exit(f"No picture is called {', '.join(unknown)}. There are: {', '.join(known)}.")
    PICTURES.mkdir(exist_ok=True)
    for name in wanted or known:
        if name in SCENES:
            canvas = Canvas(name)
            SCENES[name](canvas)
            canvas.save(PICTURES, name)
        else:
            canvas = Canvas(name, 800, 800)
            portraits.draw(canvas, portraits.PEOPLE[name])
            canvas.save(PICTURES, name, grain=0.6)


if __name__ == "__main__":
    main(sys.argv[1:])
