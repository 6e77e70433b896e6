"""An article's HTML as feed readers can show it: plain elements, whole addresses, nothing that runs or asks."""

from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Comment

KEPT = set(
    "a abbr b blockquote br cite code dd dl dt em figcaption figure h2 h3 h4 hr i img li ol p pre small strong sub sup "
    "table tbody td th thead time tr ul".split()
)
GONE = (
    "audio button canvas dialog embed form iframe input link meta nav noscript object option script select source "
    "style svg template textarea title track"
).split()
ATTRIBUTES = {"a": ("href", "rel"), "img": ("src", "alt", "width", "height"), "time": ("datetime",), "abbr": ("title",)}
SCHEMES = {"http", "https", "mailto", "tel", "sms"}


def clean(html: str, base: str) -> str:
    """Return *html* with only what a feed reader needs; addresses in it are completed from *base*."""
    tree = BeautifulSoup(html, "html.parser")
    for comment in tree.find_all(string=lambda text: isinstance(text, Comment)):
        comment.extract()
    for video in tree.find_all("video"):
        replace_by_link(tree, video)
    for one in tree.find_all(GONE):
        one.decompose()
    for one in tree.find_all("summary"):
        one.name = "h3"
    for one in tree.find_all(True):
        if one.name in KEPT:
            keep_harmless_attributes(one, base)
        else:
            one.unwrap()
    return str(tree).strip()


def replace_by_link(tree: BeautifulSoup, video) -> None:
    """Put a link to the file in the place of *video*."""
    inside = video.find("source")
    address = video.get("src") or (inside.get("src") if inside else None)
    if not address:
        video.decompose()
        return
    link = tree.new_tag("a", href=address)
    link.string = video.get("aria-label") or video.get("title") or address.rpartition("/")[2]
    paragraph = tree.new_tag("p")
    paragraph.append(link)
    video.replace_with(paragraph)


def keep_harmless_attributes(one, base: str) -> None:
    """Leave *one* its meaning, drop its looks and its deeds."""
    one.attrs = {name: value for name, value in one.attrs.items() if name in ATTRIBUTES.get(one.name, ())}
    for name in ("href", "src"):
        if name in one.attrs:
            address = whole(one[name], base)
            if address:
                one[name] = address
            else:
                del one[name]


def whole(address: str, base: str) -> str:
    """Return *address* completed from *base*, empty where it is none that a reader may follow."""
    try:
        joined = urljoin(base, address.strip())
        return joined if urlsplit(joined).scheme in SCHEMES else ""
    except ValueError:  # such as an odd IPv6 address
        return ""
