"""The search page."""

import unicodedata
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from django.core.paginator import Paginator
from django.db import DatabaseError
from django.db.models import Q
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from wagtail.contrib.search_promotions.models import SearchPromotion
from wagtail.search.utils import normalise_query_string

from blog.models import ArticlePage, BlogIndexPage
from clinic.search.crisis import suggests_crisis
from clinic.search.finding import MOST, Key, Readable, Words
from clinic.search.spelling import mend

LONGEST_QUERY = 200
PER_PAGE = 10
FEW = 2  # results; with so few, another spelling is offered


@require_safe
@cache_control(private=True, no_store=True)
def search(request):
    """Show what matches `q`, of one `topic` if wanted. Without words: the form, and topics to browse.

    What people look for here is nobody's business: it is not stored, counted or logged.
    """
    query = cleaned(request.GET.get("q", ""))
    try:
        context = {"query": query, **answer(request, query)} if query else {}
    except DatabaseError as error:
        # Its message quotes the statement, and with it the words: those are not for the log.
        raise DatabaseError(f"The search failed: SQLSTATE {getattr(error.__cause__, 'sqlstate', None)}") from None
    if not context.get("count"):
        context["browse"] = topics_to_browse(request)
    return render(request, "clinic/search.html", context)


def cleaned(text: str) -> str:
    """Return *text* as one line of at most `LONGEST_QUERY` characters, without those that nobody sees."""
    text = unicodedata.normalize("NFC", text[: 2 * LONGEST_QUERY])
    seen = "".join(" " if one == "\ufffd" or unicodedata.category(one)[0] in "CZ" else one for one in text)
    return " ".join(seen.split())[:LONGEST_QUERY].strip()


@dataclass(frozen=True)
class Found:
    """What was found, for which words; `offered` is another spelling that would find far more."""

    words: Words
    keys: list[Key]
    offered: str | None = None


def look_up(readable: Readable, query: str, *, exact: bool) -> Found:
    """Return what has all words of *query*, or else of its mended spelling (not if *exact*), or else some of them."""
    words = Words(query)
    keys = readable.find(words)
    mended = mend(query, readable) if len(keys) <= FEW and not exact else None
    if keys:
        return Found(words, keys, mended)
    attempts = [Words(mended)] if mended else []
    for attempt in [*attempts, Words(mended or query, some=True)]:
        if keys := readable.find(attempt):
            return Found(attempt, keys)
    return Found(words, [])


def answer(request, query: str) -> dict:
    """Return the template's context for what was found for *query*."""
    readable = Readable(request)
    exact = "exact" in request.GET  # the visitor means the words as they are spelled
    found = look_up(readable, query, exact=exact)
    promoted = promotions(readable, {query, found.words.text})
    promoted_keys = {one["key"] for one in promoted}
    every = keys = [key for key in found.keys if key not in promoted_keys]
    asked = {"q": query, "exact": "1" if exact else "", "topic": ""}
    topics = topics_of(readable, keys)
    topic = topics.get(request.GET.get("topic"))
    if topic:
        asked["topic"] = topic["slug"]
        promoted, keys = [], [key for key in keys if key in topic["keys"]]
    page = Paginator(keys, PER_PAGE).get_page(request.GET.get("page"))
    return {
        "crisis": suggests_crisis(query) or suggests_crisis(found.words.text),
        "count": len(keys) + len(promoted),
        "best_only": len(found.keys) == MOST and not topic,
        "promoted": promoted if page.number == 1 else [],
        "results": readable.show(page.object_list, found.words),
        "words": found.words,
        "as_typed": address({"q": query, "exact": "1"}),
        "offered": found.offered and {"words": found.offered, "url": address({"q": found.offered})},
        "topic": topic,
        "topics": [{**one, "url": address({**asked, "topic": slug})} for slug, one in topics.items()],
        "every_topic": {"count": len(every) + len(promoted_keys), "url": address({**asked, "topic": ""})},
        "page_of_results": page,
        "previous": page.has_previous() and address({**asked, "page": page.previous_page_number()}),
        "next": page.has_next() and address({**asked, "page": page.next_page_number()}),
    }


def address(asked: dict) -> str:
    """Return the address of this page that asks for *asked*."""
    return "?" + urlencode({name: value for name, value in asked.items() if value})


def topics_of(readable: Readable, keys: list[Key]) -> dict[str, dict]:
    """Return the topics of the articles among *keys*, by slug in the order of their names: slug, name, keys, count."""
    articles = ArticlePage.objects.filter(pk__in=[pk for type_id, pk in keys if type_id == readable.article_type])
    columns = ("topic__slug", "topic__name", "further_topics__slug", "further_topics__name")
    topics = {}
    for pk, *named in articles.order_by().values_list("pk", *columns):
        for slug, name in (named[:2], named[2:]):
            if slug:
                topic = topics.setdefault(slug, {"slug": slug, "name": name, "keys": set()})
                topic["keys"].add((readable.article_type, str(pk)))
    for topic in topics.values():
        topic["count"] = len(topic["keys"])
    return dict(sorted(topics.items(), key=lambda item: item[1]["name"]))


def promotions(readable: Readable, queries: set[str]) -> list[dict]:
    """Return what staff want to stand first for one of these *queries*, as far as visitors may read it.

    Wagtail's own template tag would store the words of the visitor.
    """
    chosen = SearchPromotion.objects.filter(
        Q(page__isnull=True) | Q(page__in=readable.pages),
        query__query_string__in={normalise_query_string(query) for query in queries},
    ).select_related("page")
    return [
        {
            "key": (one.page.content_type_id, str(one.page_id)) if one.page else None,
            "url": readable.page_url(one.page) if one.page else one.external_link_url,
            "title": one.title or urlsplit(one.external_link_url).hostname,
            "host": "" if one.page else urlsplit(one.external_link_url).hostname,
            "description": one.description,
        }
        for one in chosen
    ]


def topics_to_browse(request) -> list[dict]:
    """Return name and address of the topics that have articles."""
    index = BlogIndexPage.objects.live().public().first()
    if index is None:
        return []
    return [{"name": topic.name, "url": f"{index.get_url(request)}topics/{topic.slug}/"} for topic in index.topics()]
