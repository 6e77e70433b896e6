"""Quotations in HTML: how long they may be, and whose words they are."""

from bs4 import Tag

from . import signs
from .html_source import text_of

LONGEST_QUOTE = 700


def is_long(quote: Tag) -> bool:
    """Whether it is too long for a block that sets one thought apart."""
    room = LONGEST_QUOTE
    for text in quote.strings:
        room -= len(text)
        if room < 0:
            return True
    return False


def take_attribution(quote: Tag) -> str:
    """Take out of a quotation what ends it and says whose words they are; return it."""
    found = quote.find_all(["footer", "cite"])
    whole = text_of(quote)
    who = text_of(found[-1]) if found else ""
    before = whole.removesuffix(who).rstrip(" —–-")
    if not who or not whole.endswith(who):
        return ""
    if found[-1].parent is not quote and not signs.ends_like_a_sentence(before):
        return ""
    found[-1].extract()
    return who.lstrip("—–- ")
