"""What a page or a fact holds, piece by piece, for those who check it. No queries: what was chosen stays a number."""

from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail import blocks
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageBlock


@dataclass(frozen=True)
class Heading:
    """A heading of level 2 or lower; the title of the page is the first."""

    level: int
    text: str
    place: str


@dataclass(frozen=True)
class Link:
    """A link in a text. `page` and `document` are ids as they are stored; else `href` says where it leads."""

    text: str
    place: str
    href: str = ""
    page: str = ""
    document: str = ""


@dataclass(frozen=True)
class Address:
    """An address of its own, as of a source; its words are not chosen by the author."""

    href: str
    place: str


@dataclass(frozen=True)
class Picture:
    """A picture in the text, with what people hear who don’t see it."""

    description: str
    decorative: bool
    place: str


@dataclass(frozen=True)
class Choice:
    """Something of *model* that was chosen from a list."""

    model: type
    pk: int | str
    place: str


@dataclass(frozen=True)
class Words:
    """Words that readers read."""

    text: str
    place: str


@dataclass(frozen=True)
class Part:
    """A block of the text of some kind, before what is inside it."""

    kind: str
    place: str


Piece = Heading | Link | Address | Picture | Choice | Words | Part


def pieces(holder) -> Iterator[Piece]:
    """Yield what the texts of *holder*, any page or fact or a draft of one, hold, in the order of its fields."""
    for one in holder._meta.get_fields():
        if isinstance(one, StreamField):
            yield from stream_pieces(one, getattr(holder, one.name))
        elif isinstance(one, RichTextField):
            yield from rich_text_pieces(getattr(holder, one.name) or "", capfirst(one.verbose_name))


def stream_pieces(stream: StreamField, value) -> Iterator[Piece]:
    """Yield what a StreamField holds; *value* is what its page has of it."""
    known = stream.stream_block.child_blocks
    for number, item in enumerate(value.get_prep_value() if value else [], start=1):
        block = known.get(item["type"])
        if block is None:
            continue
        place = _("%(field)s, block %(number)s (%(kind)s)") % {
            "field": capfirst(stream.verbose_name), "number": number, "kind": block.label,
        }  # fmt: skip
        yield Part(item["type"], place)
        if item["type"] == "heading":
            yield Heading(2, (item["value"] or "").strip(), place)
        else:
            yield from block_pieces(block, item["value"], place)


def block_pieces(block: blocks.Block, raw, place: str) -> Iterator[Piece]:  # noqa: C901 (one line for each kind)
    """Yield what one block holds; *raw* is its value as it is stored."""
    match block:
        case _ if raw in (None, ""):
            return
        case ImageBlock():
            raw = raw if isinstance(raw, dict) else {"image": raw}
            if raw.get("image"):
                yield Picture((raw.get("alt_text") or "").strip(), bool(raw.get("decorative")), place)
                yield from block_pieces(block.child_blocks["image"], raw["image"], place)
        case blocks.StructBlock():
            for name, child in block.child_blocks.items():
                yield from block_pieces(child, raw.get(name), place)
        case blocks.ListBlock():
            for item in raw:
                inside = item["value"] if isinstance(item, dict) and item.get("type") == "item" else item
                yield from block_pieces(block.child_block, inside, place)
        case blocks.RichTextBlock():
            yield from rich_text_pieces(str(getattr(raw, "source", raw)), place)
        case blocks.ChooserBlock():
            yield Choice(block.target_model, raw, place)
        case blocks.URLBlock():
            yield Address(raw, place)
        case blocks.CharBlock() | blocks.TextBlock():
            yield Words(raw, place)


def rich_text_pieces(html: str, place: str) -> Iterator[Piece]:
    """Yield what a rich text holds, as it is stored: headings, links, and all its words last."""
    reader = RichTextReader()
    reader.feed(html)
    reader.close()
    for attributes, text in reader.links:
        kind = attributes.get("linktype", "")
        named = {kind: attributes.get("id") or ""} if kind in ("page", "document") else {}
        yield Link(text, place, href="" if named else attributes.get("href") or "", **named)
    for level, text in reader.headings:
        yield Heading(level, text, place)
    if words := " ".join("".join(reader.words).split()):
        yield Words(words, place)


class RichTextReader(HTMLParser):
    """Collects the links (attributes, words), headings (level, words) and all words of a rich text."""

    def __init__(self):
        super().__init__()
        self.links, self.headings, self.words = [], [], []
        self.open_link = self.open_heading = None  # (attributes or level, words so far)

    def handle_starttag(self, tag, attrs):
        self.words.append(" ")
        if tag == "a":
            self.open_link = (dict(attrs), [])
        elif is_heading(tag):
            self.open_heading = (int(tag[1]), [])

    def handle_data(self, data):
        self.words.append(data)
        for opened in (self.open_link, self.open_heading):
            if opened:
                opened[1].append(data)

    def handle_endtag(self, tag):
        if tag == "a" and self.open_link:
            self.links.append((self.open_link[0], " ".join("".join(self.open_link[1]).split())))
            self.open_link = None
        elif is_heading(tag) and self.open_heading:
            self.headings.append((self.open_heading[0], " ".join("".join(self.open_heading[1]).split())))
            self.open_heading = None


def is_heading(tag: str) -> bool:
    """Whether *tag* is h1 to h6."""
    return len(tag) == 2 and tag[0] == "h" and tag[1] in "123456"
