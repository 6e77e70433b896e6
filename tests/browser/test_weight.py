"""What a page weighs on its way to a phone, and that nothing moves while it comes in."""

import pytest

from tests.browser import pages
from tests.conftest import FULL_SIZE

light = pytest.mark.promise(
    "An article weighs 25 KB at most, of it 3 KB JavaScript, its fonts 45 KB, and nothing moves"
)
SIZES = [(320, 640), (1280, 800)]
MOVED = list(pages.ADDRESSES) if FULL_SIZE else ["home", "article", "team", "times"]
KB = 1000  # bytes

# Notes how far what has been painted is moved afterwards, and by what.
WATCH_MOVES = """
    window.moves = [];
    new PerformanceObserver(list => list.getEntries().forEach(entry => moves.push([entry.value,
        ...entry.sources.map(source => source.node?.outerHTML?.slice(0, 100) ?? source.node?.textContent)])))
        .observe({type: "layout-shift", buffered: true});
"""
PAINTED = "new Promise(done => new PerformanceObserver(() => done()).observe({type: 'paint', buffered: true}))"


@pytest.fixture
def weighed(page):
    """The page, with the bytes that came over the wire in `page.weights`, headers included, by kind."""
    page.weights = {}
    kinds = {}
    wire = page.context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.on("Network.responseReceived", lambda event: kinds.update({event["requestId"]: event["type"]}))

    def add(event):
        kind = kinds.get(event["requestId"], "other")
        page.weights[kind] = page.weights.get(kind, 0) + event["encodedDataLength"]

    wire.on("Network.loadingFinished", add)
    return page


@light
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
def test_article_is_light(size, weighed):
    page = weighed
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(pages.ADDRESSES["article"])
    page.mouse.wheel(0, 100_000)
    page.wait_for_load_state("networkidle")
    fonts, pictures = page.weights.pop("Font"), page.weights.pop("Image")
    assert fonts <= 45 * KB
    assert pictures > 0
    assert page.weights.get("Script", 0) <= 3 * KB
    assert sum(page.weights.values()) <= 25 * KB, page.weights
    assert page.weights["Document"] > 2 * KB  # the scales work


def moves_while_loading(page, address: str) -> list:
    """Open *address*, let fonts and pictures come only when the rest is painted; return what they moved."""
    late, painted = [], []
    page.add_init_script(WATCH_MOVES)
    page.route("**/*.{woff2,avif,webp,jpeg,jpg,png,svg}", lambda one: one.continue_() if painted else late.append(one))
    page.goto(address, wait_until="commit")
    page.evaluate(PAINTED)
    page.wait_for_timeout(200)
    painted.append(True)
    for route in late:
        route.continue_()
    page.wait_for_load_state("load")
    page.evaluate("document.fonts.ready")
    for _ in range(40):
        page.mouse.wheel(0, 600)  # what loads only when it is near
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    assert late
    return page.evaluate("moves")


@light
@pytest.mark.parametrize("size", SIZES, ids=["phone", "desk"])
@pytest.mark.parametrize("name", MOVED)
def test_nothing_moves_when_fonts_and_pictures_come_late(name, size, page, running_clinic):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    assert moves_while_loading(page, pages.ADDRESSES[name]) == []


def test_a_move_would_be_seen(page, running_clinic):
    page.add_init_script("addEventListener('load', () => document.querySelector('main').style.paddingTop = '90px')")
    assert moves_while_loading(page, pages.ADDRESSES["article"]) != []
