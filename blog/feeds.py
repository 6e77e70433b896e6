"""Feeds with the full text, as RSS 2.0 and Atom: of all articles and of one topic.

Every request renders them anew, so words whose consent was withdrawn are gone from them at once. For the same reason
nobody keeps them without asking: the ETag is a hash of the whole feed.
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from django.contrib.syndication.views import Feed
from django.template.loader import render_to_string
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.feedgenerator import Atom1Feed, Rss201rev2Feed
from django.utils.html import escape
from django.utils.http import http_date
from django.utils.translation import gettext as _

from blog.feed_html import clean
from clinic.found import Surroundings, description_of

MOST_ENTRIES = 30
NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Source:
    """What a feed is made of. *address* is that of the listing which it follows, *topic* None for all articles."""

    request: Any
    address: str
    title: str
    description: str
    articles: list
    here: Surroundings
    since: datetime


def source_of(request, index, topic=None) -> Source:
    """Return what the feed of *index*, or of its *topic*, is made of."""
    here = Surroundings.of(request)
    articles = index.articles() if topic is None else index.articles().about(topic)
    own = index.get_full_url(request)
    words = {"topic": topic.name if topic else "", "title": index.title, "name": here.details.name}
    return Source(
        request=request,
        address=f"{own}topics/{topic.slug}/" if topic else own,
        title=(_("%(name)s: articles on %(topic)s") if topic else _("%(name)s: %(title)s")) % words,
        description=topic.summary if topic and topic.summary else description_of(index, here.details),
        articles=list(articles.prefetch_related("further_topics")[:MOST_ENTRIES]),
        here=here,
        since=index.first_published_at or LONG_AGO,
    )


def in_xml(value):
    """Return *value*, a text or a list of texts, without the characters that XML cannot hold."""
    if isinstance(value, list):
        return [in_xml(one) for one in value]
    return NOT_IN_XML.sub("", value) if isinstance(value, str) else value


class FullText:
    """What both formats share: clean characters, and a date that stands still while nothing was published."""

    def __init__(self, **fields):
        super().__init__(**{name: in_xml(value) for name, value in fields.items()})

    def add_item(self, **fields):
        super().add_item(**{name: in_xml(value) for name, value in fields.items()})

    def latest_post_date(self):
        return super().latest_post_date() if self.items else self.feed["since"]


class Rss(FullText, Rss201rev2Feed):
    """RSS 2.0 with the text in `content:encoded`."""

    def rss_attributes(self):
        return {**super().rss_attributes(), "xmlns:content": "http://purl.org/rss/1.0/modules/content/"}

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content:encoded", item["content"])


class Atom(FullText, Atom1Feed):
    """Atom with the text in `content`."""

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        handler.addQuickElement("content", item["content"], {"type": "html"})


class ArticleFeed(Feed):
    """The newest articles, the newest first."""

    feed_type = Rss
    path = "feed/"

    def get_object(self, request, source):
        return source

    def title(self, source):
        return source.title

    def link(self, source):
        return source.address

    def feed_url(self, source):
        return f"{source.address}{self.path}"

    feed_guid = feed_url

    def description(self, source):
        return source.description

    subtitle = description

    def author_name(self, source):
        return source.here.details.name

    def feed_extra_kwargs(self, source):
        return {"since": source.since}

    def items(self, source):
        return [Entry(article, source) for article in source.articles]

    def item_title(self, entry):
        return entry.article.title  # a plain text in both formats

    def item_description(self, entry):
        return escape(entry.article.introduction or description_of(entry.article, entry.source.here.details))

    def item_link(self, entry):
        return entry.address

    def item_guid(self, entry):
        return entry.article.translation_key.urn  # stays when the address changes

    item_guid_is_permalink = False

    def item_author_name(self, entry):
        return entry.article.author.title if entry.article.author else None

    def item_pubdate(self, entry):
        return entry.article.published_at(entry.source.here.details.zone)

    def item_updateddate(self, entry):
        return entry.article.updated_at(entry.source.here.details.zone) or entry.source.since  # Atom asks for one

    def item_categories(self, entry):
        topics = [entry.article.topic, *entry.article.further_topics.all()]
        return list(dict.fromkeys(topic.name for topic in topics if topic))

    def item_extra_kwargs(self, entry):
        html = render_to_string("blog/feed_entry.html", {"page": entry.article}, entry.source.request)
        return {"content": clean(html, entry.address)}


class ArticleAtomFeed(ArticleFeed):
    """The same as Atom."""

    feed_type = Atom
    path = "feed/atom/"


@dataclass(frozen=True)
class Entry:
    """One article in a feed."""

    article: Any
    source: Source

    @property
    def address(self) -> str:
        """The whole address of the article's page."""
        return self.article.get_full_url(self.source.request)


def feed_response(request, index, topic=None, *, kind=ArticleFeed):
    """Answer with the feed of *index*, or of its *topic*; with 304 to who has it already."""
    source = source_of(request, index, topic)
    response = kind()(request, source)
    response["ETag"] = f'"{sha256(response.content).hexdigest()[:32]}"'
    response["Last-Modified"] = http_date(last_change(source))
    patch_cache_control(response, no_cache=True)
    # A date knows nothing of what disappears: an article taken down, a story whose consent is gone. So the ETag alone
    # is believed.
    return get_conditional_response(request, etag=response["ETag"], last_modified=None, response=response)


def last_change(source: Source) -> int:
    """Return when an article of *source* was last published, in seconds since 1970."""
    instants = [article.last_published_at for article in source.articles if article.last_published_at]
    return int(max([source.since, *instants]).timestamp())
