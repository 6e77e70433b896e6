"""What axe finds on a page (WCAG 2.2 A and AA, best practice), in its widths and colour schemes."""

from axe_playwright_python.sync_playwright import Axe

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# Until what fades has faded; the admin has animations that never end.
FADED = """() => Promise.race([
    Promise.allSettled(document.getAnimations().map(one => one.finished)),
    new Promise(done => setTimeout(done, 500)),
])"""


def broken_rules(page, part=None) -> str:
    """Return axe's report on *page* or its *part*, an empty string where no rule is broken."""
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = Axe().run(page, part, options)
    return found.generate_report() if found.violations_count else ""


def assert_no_rule_is_broken(page, looks, part=None):
    for scheme, width in looks:
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        # colours fade from one scheme to the other; half way through, none is one that anybody reads
        page.evaluate(FADED)
        assert not (report := broken_rules(page, part)), f"{scheme}, {width} pixels: {report}"
