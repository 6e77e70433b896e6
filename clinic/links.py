"""Links that lead to other sites: which of them are paid for, and how readers and search engines are told."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from html import unescape
from urllib.parse import urlsplit

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from clinic.models import OutboundLinks

LINK = re.compile(r"<a\b([^>]*)>(.*?)</a>", re.DOTALL | re.IGNORECASE)
HREF = re.compile(r'\shref="([^"]*)"', re.IGNORECASE)
REL = re.compile(r'\srel="[^"]*"', re.IGNORECASE)

# What was read within `reading_once`; None outside of it.
memory: ContextVar[list[OutboundLinks] | None] = ContextVar("outbound_links", default=None)


@contextmanager
def reading_once() -> Iterator[None]:
    """Within this block the practice's list of commercial sites is read once at most, however many links there are."""
    token = memory.set([])
    try:
        yield
    finally:
        memory.reset(token)


def outbound_links() -> OutboundLinks:
    """Return the setting. Rich text is rendered without a request, so it cannot be remembered there."""
    remembered = memory.get()
    if remembered is None:
        return OutboundLinks.load()
    if not remembered:
        remembered.append(OutboundLinks.load())
    return remembered[0]


def outside_host(url: str) -> str:
    """Return the name of the other site that *url* leads to, without "www."; empty for an address of our own."""
    try:
        host = bare(urlsplit(url).hostname)
    except ValueError:  # no address at all
        return ""
    return "" if host == bare(urlsplit(settings.SITE_URL).hostname) else host


def bare(host: str | None) -> str:
    """Return *host* without "www."."""
    return (host or "").removeprefix("www.")


def is_sponsored(url: str) -> bool:
    """Whether *url* leads to a site that pays us or sells something."""
    host = outside_host(url)
    return bool(host) and outbound_links().is_commercial(host)


def link_rel(url: str, sponsored: bool = False) -> str:
    """Return the `rel` of a link to *url*: "noopener", with "sponsored" where it is paid for; empty within our site."""
    if not outside_host(url):
        return ""
    return "sponsored noopener" if sponsored or is_sponsored(url) else "noopener"


def mark_outside_links(html: str) -> SafeString:
    """Return rich text, as Wagtail makes it for readers, with `rel` on links that lead away, the paid ones marked."""
    return mark_safe(LINK.sub(marked, html))  # noqa: S308 - safe before, and made longer by our own words only


def marked(link: re.Match) -> str:
    """Return one link of rich text as readers get it."""
    attributes, words = link.groups()
    href = HREF.search(attributes)
    url = unescape(href[1]) if href else ""
    rel = link_rel(url)
    if not rel:
        return link[0]
    label = render_to_string("includes/sponsored.html").strip() if "sponsored" in rel else ""
    return f'<a{REL.sub("", attributes)} rel="{rel}">{words}</a>{label}'
