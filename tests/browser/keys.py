"""Walking through a page with the Tab key, and what is to be seen on the way."""

# Puts the focus before the first thing of the page, and all that folds into its folded state. Returns what Tab should
# reach when everything that folds is opened on the way: each link, button, field and summary, in the order of the page.
# Of radio buttons with one name, Tab stops at the chosen one or the first.
START = """() => {
    const folds = [...document.querySelectorAll("details")];
    folds.forEach(one => one.open = true);
    const groups = new Set(), checked = one => document.querySelector(`input[name="${one.name}"]:checked`);
    const inGroup = one => checked(one) ? !one.checked : groups.has(one.name) || !groups.add(one.name);
    window.stops = [...document.querySelectorAll(
        "a[href], area[href], button, input:not([type=hidden]), select, textarea, summary, video[controls], "
        + "audio[controls], iframe, [contenteditable=true], [tabindex]")]
        .filter(one => one.tabIndex >= 0 && !one.disabled && one.checkVisibility({visibilityProperty: true}))
        .filter(one => one.type !== "radio" || !inGroup(one));
    folds.forEach(one => one.open = false);
    const start = document.createElement("span");
    start.tabIndex = -1;
    document.body.prepend(start);
    start.focus();
    start.remove();
    scrollTo(0, 0);
    return window.stops.map(one => one.outerHTML.slice(0, 120));
}"""

# What has the focus: its place in the list above, and all that is wrong with how it can be seen. null at the end.
FOCUSED = """async () => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
    if (one === document.body) return null;
    const lines = [...one.getClientRects()], wrong = [];
    const light = color => {
        const [red, green, blue] = color.match(/[\\d.]+/g).map(part => part / 255)
            .map(part => part <= .04045 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
        return .2126 * red + .7152 * green + .0722 * blue;
    };
    const contrast = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
    const ground = near => !near ? "rgb(255, 255, 255)"
        : getComputedStyle(near).backgroundColor.startsWith("rgb(") ? getComputedStyle(near).backgroundColor
        : ground(near.parentElement);

    const reach = parseFloat(style.outlineOffset) + parseFloat(style.outlineWidth);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) wrong.push("no outline");
    else if (contrast(style.outlineColor, ground(one.parentElement)) < 3) wrong.push("a pale outline");
    if (lines.some(line => line.top < 0 || line.bottom > innerHeight || line.left < 0 || line.right > innerWidth))
        if (box.height < innerHeight) wrong.push("outside of the window");
    for (const line of lines) for (const [x, y] of [[.5, .5], [.02, .1], [.98, .1], [.02, .9], [.98, .9]]) {
        const there = document.elementFromPoint(line.x + line.width * x, line.y + line.height * y);
        const around = there?.contains(one) && x !== .5;  // round corners show what is behind them
        if (there && !one.contains(there) && !around && !there.closest("label")?.contains(one)) {
            wrong.push(`covered by ${there.outerHTML.slice(0, 80)}`);
            break;
        }
    }
    for (let near = one.parentElement; near && near !== document.body; near = near.parentElement) {
        const frame = near.getBoundingClientRect();
        if (getComputedStyle(near).overflowX !== "visible" && (box.left - reach < frame.left - 1
            || box.right + reach > frame.right + 1 || box.top - reach < frame.top - 1))
            wrong.push(`outline cut off by ${near.outerHTML.slice(0, 80)}`);
    }
    return {place: window.stops.indexOf(one), html: one.outerHTML.slice(0, 120), tag: one.tagName, wrong};
}"""


def walk(page) -> tuple[list[str], list[dict]]:
    """Press Tab from the top of *page* to its end and open with Enter whatever folds.

    Returns what should be reached, as HTML, and each thing that had the focus: its `place` in the first list, its
    `html`, and what is `wrong` with its looks. Raises AssertionError where Tab does not come to an end.
    """
    wanted = page.evaluate(START)
    seen: list[dict] = []
    for _ in range(len(wanted) * 2 + 50):  # a date field or a film has several stops inside
        page.keyboard.press("Tab")
        focused = page.evaluate(FOCUSED)
        if focused is None:
            return wanted, seen
        if seen and focused["html"] == seen[-1]["html"] and focused["place"] == seen[-1]["place"]:
            continue
        seen.append(focused)
        if focused["tag"] == "SUMMARY":
            page.keyboard.press("Enter")
    raise AssertionError(f"Tab does not come to an end; it was last at {seen[-1]['html']}")


def tab_to(page, target):
    """Press Tab until *target* has the focus."""
    for _ in range(300):
        page.keyboard.press("Tab")
        if target.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"the keyboard does not reach {target}")


def press(page, target, key="Enter"):
    """Go to *target* with Tab and press *key* there."""
    tab_to(page, target)
    page.keyboard.press(key)
