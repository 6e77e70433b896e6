"""The elements of a page cut into passages, in one walk, as a browser lays them out.

Broken nesting does no harm: an element that begins a block ends the paragraph above it, wherever it stands.
"""

import re
from collections import Counter

from bs4 import CData, Tag
from bs4.element import PreformattedString
from django.utils.translation import gettext_lazy as _

from .decoding import repair_characters
from .html_flow import Flow
from .html_quotes import is_long, take_attribution
from .html_source import INLINE, attribute, is_comment, is_hidden, safe_address, text_of
from .html_unplaced import UNPLACED, held_in, is_layout, note_unplaced, outside_video

DEEPEST = 80
"""Elements within elements; what lies deeper keeps its words only."""

BOLD_STYLE = re.compile(r"font-weight:\s*(bold|[6-9]00)|font-weight:", re.IGNORECASE)
ITALIC_STYLE = re.compile(r"font-style:\s*(italic|oblique)|font-style:", re.IGNORECASE)
PLAIN_NOTES = {
    "s": _("Words that were struck out stand plain now: %(text)s"),
    "strike": _("Words that were struck out stand plain now: %(text)s"),
    "del": _("Words that were struck out stand plain now: %(text)s"),
    "sup": _("Raised characters stand plain now: %(text)s"),
    "sub": _("Lowered characters stand plain now: %(text)s"),
}
PICTURE_FILE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif)(?:\?|$)", re.IGNORECASE)
EDITOR_COMMENT = re.compile(r"/?wp:.*|more\b.*|nextpage|noteaser|\[if\b.*|\[endif\].*|<!\[endif\].*", re.DOTALL)
DYNAMIC_BLOCK = re.compile(r"wp:(?P<block>[\w/-]+.*)/", re.DOTALL)


class BodyReader:
    """Reads one tree into its `flow`; the lists hold what there is to say about it."""

    def __init__(self, *, line_breaks: bool = False):
        """See `Flow` for `line_breaks`."""
        self.flow = Flow(line_breaks=line_breaks)
        self.needs_a_look: list[str] = []
        self.dead_links: list[str] = []
        self.lost_links: list[str] = []
        self._captions: dict[int, str] = {}
        self._leads_to = ""

    def read(self, root: Tag) -> None:
        """Read what is in `root`."""
        self._children(root, 0)
        self.flow.flush()

    def _children(self, node: Tag, depth: int) -> None:
        for child in list(node.children):
            self._node(child, depth)

    def _node(self, node, depth: int) -> None:
        if is_comment(node):
            self._comment(" ".join(node.split()))
        elif isinstance(node, Tag):
            self._element(node, depth + 1)
        elif isinstance(node, CData) or not isinstance(node, PreformattedString):
            self.flow.text(str(node))

    def _element(self, node: Tag, depth: int) -> None:
        if node.name == "style":
            self.flow.counts[_("Style rules of the page were left out: %(count)d.")] += 1
        elif is_hidden(node):
            self._hidden(node)
        elif depth > DEEPEST:
            self._flatten(node)
        elif node.name in UNPLACED and not (node.name == "table" and is_layout(node)):
            self._unplaced(node)
        elif reader := READERS.get(node.name):
            reader(self, node, depth)
        elif node.name in INLINE:
            self._inline(node, depth)
        else:
            self._block(node, depth)

    def _block(self, node: Tag, depth: int) -> None:
        self.flow.paragraph_end()
        self._inline(node, depth)
        self.flow.paragraph_end()

    def _inline(self, node: Tag, depth: int) -> None:
        if note := PLAIN_NOTES.get(node.name):
            self.needs_a_look += [note % {"text": words}] if (words := _beginning(node)) else []
        style = attribute(node, "style")
        bold, italic = node.name in ("b", "strong", "dt"), node.name in ("i", "em")
        if match := BOLD_STYLE.search(style):
            bold = bool(match[1])
        if match := ITALIC_STYLE.search(style):
            italic = bool(match[1])
        with self.flow.looking(bold=bold or self.flow.look.bold, italic=italic or self.flow.look.italic):
            self._children(node, depth)

    # --- elements with a meaning of their own -------------------------------------------------------------

    def _break_line(self, node: Tag, depth: int) -> None:
        self.flow.line_end()
        self._children(node, depth)

    def _rule(self, node: Tag, depth: int) -> None:
        self.flow.paragraph_end()
        self.flow.counts[_("Dividing lines were removed: %(count)d.")] += 1

    def _heading(self, node: Tag, depth: int) -> None:
        if not self.flow.takes_blocks:
            self._block(node, depth)
            return
        level = int(node.name[1])
        kind = "heading" if level < 3 else "subheading"
        with self.flow.shaped(kind=kind, level=level), self.flow.looking(bold=False, italic=False):
            self._children(node, depth)

    def _summary(self, node: Tag, depth: int) -> None:
        with self.flow.shaped(kind="subheading", level=3):
            self._children(node, depth)

    def _list(self, node: Tag, depth: int) -> None:
        if self.flow.shape.kind not in ("prose", "item"):
            self._block(node, depth)
            return
        if node.name == "ol" and (attribute(node, "start") not in ("", "1") or node.has_attr("reversed")):
            text = _beginning(node)
            self.needs_a_look.append(_("This numbered list counts from 1 now, and did not: %(text)s") % {"text": text})
        with self.flow.listing(node.name):
            self._children(node, depth)

    def _item(self, node: Tag, depth: int) -> None:
        if self.flow.shape.kind not in ("prose", "item"):
            self.flow.paragraph_end()
            self.flow.text("• ")
            self._inline(node, depth)
            self.flow.paragraph_end()
        elif not self.flow.lists:
            with self.flow.listing("ul"):
                self._item(node, depth)
        else:
            current = self.flow.lists[-1]
            current[1] += 1
            marker = f"{current[1]}." if current[0] == "ol" else "•"
            with self.flow.shaped(kind="item", marker=marker, level=len(self.flow.lists) - 1):
                self._inline(node, depth)

    def _quote(self, node: Tag, depth: int) -> None:
        if not self.flow.takes_blocks:
            self._block(node, depth)
        elif is_long(node) or node.find(["ul", "ol", "table", "h1", "h2", "h3", "h4", "img"]):
            self.flow.counts[_("Long or mixed quotations became ordinary text: %(count)d.")] += 1
            self._block(node, depth)
        else:
            who = self._captions.pop(id(node), "") or take_attribution(node)
            with self.flow.shaped(kind="quote", value=who):
                self._inline(node, depth)
            if who and not any(passage.value == who for passage in self.flow.passages[-1:]):
                self.flow.text(who)

    def _inline_quote(self, node: Tag, depth: int) -> None:
        self.flow.text("“")
        self._inline(node, depth)
        self.flow.text("”")

    def _preformatted(self, node: Tag, depth: int) -> None:
        before, self.flow.keeps_lines = self.flow.keeps_lines, True
        self._block(node, depth)
        self.flow.keeps_lines = before

    def _link(self, node: Tag, depth: int) -> None:
        raw = attribute(node, "href")
        address = safe_address(raw)
        to_picture = bool(node.find("img")) and PICTURE_FILE.search(raw)
        if raw and not address and not to_picture:
            self.dead_links.append(raw)
        if address and self.flow.shape.kind in ("heading", "subheading"):
            self.lost_links.append(address)
        if address and not text_of(node) and not to_picture:
            self.lost_links.append(address)
        self._leads_to, before = raw, self._leads_to
        with self.flow.looking(href=address or self.flow.look.href):
            self._inline(node, depth)
        self._leads_to = before

    def _figure(self, node: Tag, depth: int) -> None:
        caption = node.find("figcaption", recursive=False)
        if caption and not node.find("figure") and not caption.find("img"):
            pictures, quote = node.find_all("img"), node.find("blockquote")
            if pictures or quote:
                words = repair_characters(text_of(caption.extract()), self.flow.counts)
                self._captions[id(pictures[-1] if pictures else quote)] = words if pictures else words.lstrip("—–- ")
                self.lost_links += [attribute(link, "href") for link in caption.find_all("a", href=True)]
        self._block(node, depth)

    def _picture(self, node: Tag, depth: int) -> None:
        found = [self._leads_to if PICTURE_FILE.search(self._leads_to) else ""]
        found += [attribute(node, name) for name in ("data-orig-file", "data-src", "data-lazy-src", "src")]
        addresses = [a for a in dict.fromkeys(found) if a and not a.startswith("data:")]
        if attribute(node, "width") in ("0", "1") and attribute(node, "height") in ("0", "1"):
            self.needs_a_look.append(_("An invisible picture was left out: %(src)s") % {"src": " ".join(addresses)})
            return
        alt = repair_characters(attribute(node, "alt"), self.flow.counts)
        caption = self._captions.pop(id(node), "")
        picture = {"addresses": addresses, "alt": alt, "caption": caption}
        self.flow.add("picture", picture)

    # --- what finds no place ------------------------------------------------------------------------------

    def _unplaced(self, node: Tag) -> None:
        if node.name not in ("script", "svg"):
            self.flow.paragraph_end()
        if node.name == "iframe" and (video := outside_video(attribute(node, "src"), attribute(node, "title"))):
            self.flow.add("outside link", video)
            return
        for picture in node.find_all("img") if node.name in ("table", "noscript") else []:
            self._picture(picture, 0)
        self.needs_a_look.append(repair_characters(note_unplaced(node), Counter()))

    def _hidden(self, node: Tag) -> None:
        if words := held_in(node):
            self.needs_a_look.append(_("Hidden text was left out: %(text)s") % {"text": words})

    def _comment(self, text: str) -> None:
        if match := DYNAMIC_BLOCK.fullmatch(text):
            self.needs_a_look.append(_("A block that WordPress filled by itself found no place: %(block)s") % match)
        elif text and not EDITOR_COMMENT.fullmatch(text):
            self.needs_a_look.append(_("A hidden comment was left out: %(text)s") % {"text": text})

    def _flatten(self, node: Tag) -> None:
        self.flow.counts[_("Elements nested too deeply became plain text: %(count)d.")] += 1
        self.flow.paragraph_end()
        for picture in node.find_all("img"):
            self._picture(picture, 0)
        self.flow.text(node.get_text(" "))
        self.flow.paragraph_end()


def _beginning(node: Tag) -> str:
    """Return enough of the words, which all have their place, to find them."""
    words = text_of(node)
    return words if len(words) <= 100 else words[:100] + "…"


READERS = {
    **{f"h{level}": BodyReader._heading for level in range(1, 7)},
    "a": BodyReader._link,
    "blockquote": BodyReader._quote,
    "br": BodyReader._break_line,
    "figure": BodyReader._figure,
    "hr": BodyReader._rule,
    "img": BodyReader._picture,
    "li": BodyReader._item,
    "ol": BodyReader._list,
    "pre": BodyReader._preformatted,
    "q": BodyReader._inline_quote,
    "summary": BodyReader._summary,
    "ul": BodyReader._list,
}
