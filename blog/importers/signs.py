"""By what signs a line of plain text shows what it is. Pure functions, each of one line or sentence."""

import re

LINE_LIMIT = 160
"""Contact lines, calls and the like are short; nothing longer is looked at."""


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


SKIP_LINK = _any(
    r"(?:skip|jump) (?:to|over|past) (?:the )?(?:main |primary |site )?"
    r"(?:content|navigation|nav|menu|search|footer|main)(?: area)?[.!»›→]*",
    r"(?:back|return) to (?:the )?top[.!↑^]*",
)
DIVIDER = re.compile(r"[-_*=~•·.–—#\s]+")
FOOTER = _any(
    r"©|\(c\) ?(?:19|20)\d\d|\bcopyright\b.*\d{4}|all rights reserved",
    r"^privacy (?:policy|notice)\b|\bterms of (?:use|service)\b|^cookie (?:policy|settings|preferences)\b",
    r"^(?:website|site|design(?:ed)?|powered|built) by\b|^site ?map$",
)
DAY = r"(?:weekdays?|weekends?|(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:days?)?)"
CONTACT = _any(
    r"\bsend us (?:a|an) (?:text|message|e-?mail|note)\b",
    r"\b(?:text|call|phone|e-?mail|contact|message|reach|visit|follow) us\b|\bget in touch\b",
    r"^(?:tel|telephone|phone|fax|e-?mail|address|text|call|mobile|hours)\b\.?\s*:",
    r"\b(?:office|opening|business) hours\b|\bwe(?:['’]re| are) (?:here|open|available)\b.*\d",
    rf"\b{DAY}\b.{{0,40}}\d ?(?:[ap]\.?m\b|:\d\d)",
)
PHONE = re.compile(r"(?<![\w/.-])(?:\+\d{1,3}[ .-]?)?(?:\(\d{2,4}\)|\d{2,4})[ .-]?\d{3,4}[ .-]?\d{3,4}(?![\w/-])")
EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
CRISIS = _any(r"\b(?:crisis|suicid\w*|emergency|hotline|helpline|lifeline|911|988|112|999)\b")

TO_BOOK = r"\b(?:book|schedule|make|arrange|set up|request|reserve)\b"
VISIT = (
    r"\b(?:appointments?|consultations?|consult|sessions?|visit|assessment|intake|evaluation"
    r"|(?:discovery|intro\w*|phone|free) call)\b"
)
CALL_TO_BOOK = re.compile(
    r"(?:(?:if|when|whenever) [^.!?]{3,80}, )?(?:(?:so|please|then|and|simply|just|ready\?)[, ]+)*(?:"
    rf"(?:click|tap|press|follow)\b.{{0,30}}\bto {TO_BOOK}"
    r"|(?:book|schedule|reserve)(?: (?:now|online|today|here|a time|with us))+\b"
    rf"|{TO_BOOK}.{{1,50}}?{VISIT}"
    rf"|(?:contact|call|text|e-?mail|message|reach out to)\b.{{0,60}}\bto {TO_BOOK}"
    rf"|to {TO_BOOK}.{{1,50}}?{VISIT}.{{0,40}}\b(?:click|tap|call|contact|visit|text|e-?mail)\b"
    r")",
    re.IGNORECASE,
)
SOMEBODY_ELSE = _any(
    r"\bwith (?:yourself|some(?:one|body)|(?:a|an|your) (?:own |family |primary )*"
    r"(?:friend|doctor|gp|physician|partner|loved|care|relative))\b"
)
NAMED = re.compile(r"\b(?:with|at) ((?:the )?[A-Z][\w&'’.-]*(?: (?:(?:of|and|for|the|&) )*[A-Z][\w&'’.-]*)*)")
NO_NAME = frozenset(["us", "our", "me", "my", "your", "today", "now", "here", "online"])

MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?"
BYLINE = _any(
    r"(?:written |posted |published |(?:medically )?reviewed )?by (?-i:[A-Z]).{1,70}",
    r"\d+ min(?:ute)?s? read",
    r"(?:(?:posted|published|updated|last updated|reviewed)(?: on)?:? )?"
    rf"(?:{MONTH} \d{{1,2}},? \d{{4}}|\d{{1,2}} {MONTH} \d{{4}}|\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{2,4}}"
    r"|\d{4}-\d\d-\d\d)(?:\W.{0,40})?",
)
TESTIMONIALS = _any(
    r"(?:client |patient |our |customer )*(?:testimonials|reviews|success stories|kind words)"
    r"(?: from .{1,30})?[:.]?",
    r"what (?:our |my |other )*(?:clients|patients|people|others)(?: \w+){0,3} (?:say|said|saying|think)"
    r"(?: \w+){0,3}[:.…]*",
)
MENU = frozenset(
    re.split(
        r",\s+",
        """home, menu, main menu, close menu, toggle navigation, search, about, about us, services,
        our services, team, our team, blog, news, contact, faq, faqs, testimonials, resources, careers,
        locations, insurance, fees, rates, patient portal, client portal, new patients, appointments, log in,
        login, sign in, sign up, book now, book online, more, facebook, instagram, linkedin, youtube""",
    )
)

QUOTE_PAIRS = {"“": "”", '"': '"', "«": "»", "„": "“", "‘": "’"}
SIGNED_QUOTE = re.compile(r"(?P<quote>[“\"«„‘].{1,1500}[”\"»“’]) ?[—–-] ?(?P<name>\S.{0,59})")
SIGNED_SENTENCE = re.compile(r".{1,1500}[.!?…] ?[—–-] ?(?P<name>[^\W\d_].{0,59})")
SMALL_WORDS = _any(
    r"about|after|amid|between|during|from|into|near|once|onto|over|than|that|through|upon|when|with|within"
    r"|without|your"
)
ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|Jr|Sr|vs|etc|e\.g|i\.e|a\.m|p\.m|[A-Z])\.$")


def is_skip_link(line: str) -> bool:
    return bool(SKIP_LINK.fullmatch(line))


def is_divider(line: str) -> bool:
    return bool(DIVIDER.fullmatch(line))


def is_footer(line: str) -> bool:
    return len(line) <= LINE_LIMIT and bool(FOOTER.search(line))


def is_menu(line: str) -> bool:
    """Whether the line holds nothing but the words of a site's menu."""
    return len(line) <= LINE_LIMIT and all(part.strip().lower() in MENU for part in re.split(r"[|·•>/]", line))


def is_byline(line: str) -> bool:
    return len(line) <= 100 and bool(BYLINE.fullmatch(line))


def is_testimonials_heading(line: str) -> bool:
    return len(line) <= 80 and bool(TESTIMONIALS.fullmatch(line))


def is_crisis_line(line: str) -> bool:
    """Whether the line may be what somebody in danger needs: it is never taken out of an article."""
    return bool(CRISIS.search(line))


def is_contact_line(line: str) -> bool:
    """Whether the line tells how or when to reach a practice; to be trusted only at the end of a text."""
    if len(line) > LINE_LIMIT or is_crisis_line(line):
        return False
    return bool(CONTACT.search(line) or PHONE.search(line) or EMAIL.search(line))


def is_call_to_book(sentence: str) -> bool:
    """Whether the sentence asks the reader to book; to be trusted only at the end of a text."""
    return (
        len(sentence) <= LINE_LIMIT
        and bool(CALL_TO_BOOK.match(sentence))
        and not SOMEBODY_ELSE.search(sentence)
        and not is_crisis_line(sentence)
    )


def named_practice(call: str) -> str:
    """Return the name after “with” or “at” in a call to book, or an empty string."""
    match = NAMED.search(call)
    words = match[1].split() if match else []
    while words and words[-1].rstrip(".!").lower() in NO_NAME:
        words.pop()
    return "" if not words or words[0].lower() in NO_NAME else " ".join(words).rstrip(".!")


def quoted_text(line: str) -> str:
    """Return what the quotation marks enclose if they enclose the whole line, else an empty string."""
    closing = QUOTE_PAIRS.get(line[:1])
    inside = line[1:-1].strip()
    if not closing or not line.endswith(closing) or not inside:
        return ""
    # Marks inside mean several quotations (“Yes,” she said, “but …”); an apostrophe looks like a closing ’.
    return inside if closing == "’" or not {closing, line[0]} & set(inside) else ""


def looks_like_signature(line: str) -> bool:
    """Whether the line can be the name below a quotation: “— Anna K.”, “Anna K., Brooklyn”."""
    if len(line) > 60 or line.endswith((":", "?", "!")):
        return False
    name, _, place = line.lstrip("—–- ").partition(",")
    words = name.split()
    return 0 < len(words) <= 4 and all(word[0].isupper() for word in words) and len(place.split()) <= 4


def is_title_case(line: str) -> bool:
    """Whether the long words, and at least half of all, begin with a capital, the first in any case."""
    words = re.findall(r"[^\W\d_][\w'’]*", line)
    if not words or not (line[0].isdigit() or words[0][0].isupper()):
        return False
    long_words = [word for word in words if len(word) >= 4 and not SMALL_WORDS.fullmatch(word)]
    capitals = sum(word[0].isupper() for word in words)
    return capitals * 2 >= len(words) and all(word[0].isupper() for word in long_words)


def is_capitals(line: str) -> bool:
    return line.isupper() and sum(letter.isalpha() for letter in line) >= 4


def looks_like_title(line: str) -> bool:
    """Whether a first line reads like a title rather than a sentence or a section's heading."""
    return (
        len(line) <= 120
        and not line.endswith((".", ",", ";", ":", "…"))
        and any(letter.isalpha() for letter in line)
        and not quoted_text(line)
        and not is_call_to_book(line)
        and not is_contact_line(line)
        and "://" not in line
    )


def is_short(line: str) -> bool:
    return len(line) <= 80 and len(line.split()) <= 12


def ends_like_a_sentence(line: str) -> bool:
    return line.rstrip('”"’)»').endswith((".", "!", "?", "…"))


def sentences(paragraph: str) -> list[str]:
    """Split a paragraph after its sentences; joined with spaces they are the paragraph again."""
    found: list[list[str]] = []
    for piece in re.split(r"(?<=[.!?…])\s+|(?<=[.!?…][”\"’)»])\s+", paragraph):
        if found and (ABBREVIATION.search(found[-1][-1][-10:]) or piece[:1].islower()):
            found[-1].append(piece)
        else:
            found.append([piece])
    return [" ".join(pieces) for pieces in found]
