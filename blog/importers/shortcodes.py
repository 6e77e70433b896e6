"""WordPress's shortcodes, `[name …]`, and blocks kept elsewhere, turned into HTML or listed."""

import re
from collections.abc import Callable
from html import escape

from django.utils.translation import gettext as _

SHORTCODE = re.compile(r"\[(?P<close>/?)(?P<name>[A-Za-z][\w-]{1,40})(?P<rest>(?:\s[^\[\]<>]{0,500}|/)?)\](?!\()")
CAPTION = re.compile(
    r"\[(?P<tag>caption|wp_caption)\b(?P<rest>[^\[\]]{0,2000})\](?P<held>(?:(?!\[(?:wp_)?caption\b).){0,5000}?)"
    r"\[/(?P=tag)\]",
    re.DOTALL,
)
EMBED = re.compile(r"\[embed(?:\s[^\[\]]{0,200})?\]\s*(?P<url>https?://[^\s\[\]<>]{3,2000})\s*\[/embed\]")
GALLERY = re.compile(r"\[gallery(?P<rest>[^\[\]]{0,2000})\]")
REUSED = re.compile(r"<!--\s*wp:block\s+\{\s*\"ref\"\s*:\s*(?P<ref>\d+)[^<>]{0,500}?\}\s*/-->")
ATTRIBUTE = re.compile(r"([\w-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|(\S+))")
IMAGE = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?", re.IGNORECASE)
KNOWN = frozenset(
    """audio video playlist embed gallery caption wp_caption recent-posts archives contact-form contact-form-7
    ninja_form
    wpforms gravityform mailpoet_form sitemap googlemaps youtube vimeo soundcloud twitter""".split()
)


def expand(content: str, *, gallery: Callable[[list[str]], str], reused: Callable[[str], str]) -> str:
    """Return the content with captions and embeds as HTML, and with what `gallery` and `reused` give.

    `gallery` is called with the ids in a gallery (none: all pictures of the post), `reused` with a block's id.
    """
    content = REUSED.sub(lambda match: reused(match["ref"]) or match[0], content)
    content = CAPTION.sub(_figure, content)
    content = EMBED.sub(lambda match: f"\n\n{match['url']}\n\n", content)
    return GALLERY.sub(lambda match: gallery(_ids(match["rest"])) or match[0], content)


def take_shortcodes(content: str, needs_a_look: list[str]) -> str:
    """Take out the shortcodes that are left, and list them; the text between two of them stays."""
    closed = {match["name"] for match in SHORTCODE.finditer(content) if match["close"]}
    found = []

    def take(match: re.Match[str]) -> str:
        name, rest = match["name"], match["rest"].strip()
        if not (match["close"] or "=" in rest or name in KNOWN or name in closed):
            return match[0]  # words that an author put in brackets
        found.append(match[0])
        return " "

    content = SHORTCODE.sub(take, content)
    if found:
        needs_a_look.append(_("Shortcodes found no place: %(codes)s") % {"codes": " ".join(found)})
    return content


def _figure(match: re.Match[str]) -> str:
    image = IMAGE.search(match["held"])
    if not image:
        return match["held"]
    attributes = {name: a or b or c for name, a, b, c in ATTRIBUTE.findall(match["rest"])}
    words = match["held"][: image.start()] + match["held"][image.end() :]
    caption = " ".join(filter(None, [escape(attributes.get("caption", "")), words.strip()]))
    return f"<figure>{image[0]}<figcaption>{caption}</figcaption></figure>"


def _ids(rest: str) -> list[str]:
    attributes = {name: a or b or c for name, a, b, c in ATTRIBUTE.findall(rest)}
    return re.findall(r"\d+", attributes.get("ids") or attributes.get("include") or "")
