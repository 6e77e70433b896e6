"""What is worth another look before a page is published. Advice only: nothing here stops anybody."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import TextChoices
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.contents import Heading, Link, Part, Picture, Piece, Words, pieces

VAGUE_WORDS = {
    "article", "button", "check it out", "click", "click here", "click this link", "continue", "details", "download",
    "find out more", "go", "here", "info", "learn more", "link", "link here", "more", "more here", "more info", "page",
    "read", "read here", "read it here", "read more", "read on", "see here", "see more", "site", "source", "start",
    "the link", "this", "this article", "this link", "this one", "this page", "this site", "tap here", "website",
}  # fmt: skip
# Wagtail suggests the picture's own title as its description, and that is mostly the name of its file.
A_FILE_NAME = re.compile(
    r"\.(avif|gif|heic|jpe?g|png|svg|webp)$|^[^\W_]+([-_]+[^\W_]+)+$|^(img|dscn?|pxl|screenshot)\s?\d+$", re.I
)
AN_ADDRESS = re.compile(r"https?://|www\.|[a-z0-9.-]+\.[a-z]{2,}/\S*$", re.I)

# Words that stand near self-harm, suicide, abuse and violence. Too many is better than too few: this only asks.
HEAVY_WORDS = re.compile(
    r"""\b(
        suicid\w* | self[-\s]?(harm|injur)\w* | overdos\w*
        | (kill|killing|hurt|hurting|harm|harming|cutting)\s(my|your|him|her|them|our)sel(f|ves)(?!\soff)
        | (end|ending)\s(my|your|his|her|their)\s(own\s)?li(fe|ves)
        | (take|takes|taking|took)\s(my|your|his|her|their)\sown\sli(fe|ves)
        | (want|wants|wanted|wanting|wish|wished)\sto\s(die|be\sdead)
        | better\soff\s(dead|without\s(me|you))
        | (domestic|sexual|partner|family)\s(violence|assault)
        | violent\s(partner|husband|wife|boyfriend|girlfriend|home)
        | abus(e|ed|er|ers|es|ing|ive) | molest\w* | rap(e|ed|ist|ists)
    )\b""",
    re.IGNORECASE | re.VERBOSE,
)

# What an article should have, by field: the sentence where it is missing.
WANTED = {
    "introduction": gettext_lazy(
        "There is no introduction. Say below the title what it is about, in a sentence or two."
    ),
    "topic_id": gettext_lazy("No topic is chosen, so readers of a topic don’t find it."),
    "author_id": gettext_lazy("No author is chosen. Readers trust words more when they see who wrote them."),
}


class Kind(TextChoices):
    """What a finding is about."""

    ALT_TEXT = "alt_text", gettext_lazy("Pictures without a description")
    HEADING = "heading", gettext_lazy("Headings")
    LINK = "link", gettext_lazy("Words of links")
    MISSING = "missing", gettext_lazy("Something is missing")
    CRISIS_CARD = "crisis_card", gettext_lazy("Crisis card")
    REVIEW = "review", gettext_lazy("Review is over")


@dataclass(frozen=True)
class Finding:
    """Something to look at: a plain sentence, and the place where it is; no place means the page as a whole."""

    kind: Kind
    text: str
    place: str = ""


def findings(page, *, today: date) -> list[Finding]:
    """Return what to look at on *page*, a page of any kind or a draft of it.

    *today* is the day in the clinic's zone. Asks the database nothing.
    """
    parts = list(pieces(page))
    found = [*missing_words(page), *pictures(parts), *headings(parts), *links(parts)]
    if hasattr(page, "next_review_on"):  # an article
        found += [*crisis_card(page, parts), *review(page, today)]
    return found


def missing_words(page) -> Iterator[Finding]:
    """What every page, or every article, should have."""
    if not page.search_description.strip():
        yield Finding(
            Kind.MISSING,
            _("There is no description for search engines. Write one or two sentences under Promote."),
        )
    if hasattr(page, "next_review_on"):
        for name, sentence in WANTED.items():
            if not getattr(page, name):
                yield Finding(Kind.MISSING, str(sentence))


def pictures(parts: list[Piece]) -> Iterator[Finding]:
    """Pictures that say nothing to people who don't see them."""
    for one in parts:
        if not isinstance(one, Picture) or one.decorative:
            continue
        if not one.description:
            text = _("The picture has no description. Write what it shows, or mark it as decorative.")
            yield Finding(Kind.ALT_TEXT, text, one.place)
        elif A_FILE_NAME.search(one.description):
            text = _("“%s” reads like the name of a file. Write what the picture shows.")
            yield Finding(Kind.ALT_TEXT, text % one.description, one.place)


def headings(parts: list[Piece]) -> Iterator[Finding]:
    """Headings without words, and headings that skip a level: people who listen jump from one to the next."""
    level = 1  # the title
    for one in parts:
        if not isinstance(one, Heading):
            continue
        if not one.text:
            yield Finding(Kind.HEADING, _("A heading has no words. Fill it in or remove it."), one.place)
            continue
        if one.level > level + 1:
            words = {"text": one.text, "level": one.level, "above": level + 1}
            yield Finding(
                Kind.HEADING,
                _("“%(text)s” is a heading of level %(level)s, with none of level %(above)s above it.") % words,
                one.place,
            )
        level = one.level


def links(parts: list[Piece]) -> Iterator[Finding]:
    """Links whose words don't say where they lead: many people hear links alone, one after another."""
    for one in parts:
        if not isinstance(one, Link):
            continue
        words = one.text.casefold().strip(" .,:;!?…>»→“”\"'()[]")
        if not words:
            yield Finding(Kind.LINK, _("A link has no words."), one.place)
        elif words in VAGUE_WORDS:
            text = _("A link says only “%s”. Name what it leads to, like “How a first visit goes”.")
            yield Finding(Kind.LINK, text % one.text, one.place)
        elif AN_ADDRESS.match(words):
            text = _("“%s” is a bare address. Link the name of the page instead.")
            yield Finding(Kind.LINK, text % one.text, one.place)


def crisis_card(page, parts: list[Piece]) -> Iterator[Finding]:
    """A subject that weighs heavily, and nothing on the page that says where to turn."""
    if page.crisis_card or any(isinstance(one, Part) and one.kind == "crisis_card" for one in parts):
        return
    texts = [page.title, page.introduction, *(one.text for one in parts if isinstance(one, Words | Heading))]
    for text in texts:
        if match := HEAVY_WORDS.search(text):
            yield Finding(
                Kind.CRISIS_CARD,
                _("The text says “%s”. Should the crisis card stand above it? Tick it under the picture.") % match[0],
            )
            return


def review(page, today: date) -> Iterator[Finding]:
    """A review that is over."""
    if page.next_review_on and page.next_review_on <= today:
        yield Finding(Kind.REVIEW, _("The next review was due on %s.") % page.next_review_on.strftime("%Y-%m-%d"))
