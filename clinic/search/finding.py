"""Looks words up in the index: one ranked list of everything that a visitor may read."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.contrib.postgres.search import SearchQuery, SearchRank, SearchVector, SearchVectorField
from django.db import connection
from django.db.models import Count, F, Model, Q, QuerySet, TextField
from django.db.models.expressions import CombinedExpression
from django.db.models.functions import Cast, Left
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page, Site, get_page_models
from wagtail.search.models import IndexEntry

from blog.models import ArticlePage, Topic
from clinic.models import Location, Practitioner, Service
from clinic.search.words import long_words
from clinic.templatetags.navigation import site_pages

CONFIG = settings.WAGTAILSEARCH_BACKENDS["default"]["SEARCH_CONFIG"]
MOST = 300  # results; nobody reads more, and ordering them costs time
MOST_OF_SOME = 8  # words of which one is enough; the longest say most
ON_TOPIC = 0.5  # what an article gains by its topic: about as much as by a word in its title
LONGEST_TEXT = 50_000  # characters of a text in which an excerpt is looked for
START, STOP = "\ue000", "\ue001"  # stand for the marks until everything else is escaped
WHOLE = f"StartSel={START}, StopSel={STOP}, HighlightAll=true"
EXCERPT = f'StartSel={START}, StopSel={STOP}, MaxFragments=2, MinWords=8, MaxWords=20, FragmentDelimiter=" … "'
HIGHLIGHT = """
WITH words AS (
    SELECT replace(websearch_to_tsquery(%(config)s::regconfig, %(words)s)::text, ' & ', ' | ')::tsquery AS any
)
SELECT ts_headline(%(config)s::regconfig, title, words.any, %(whole)s),
       ts_headline(%(config)s::regconfig, text, words.any, %(excerpt)s)
FROM words, unnest(%(titles)s::text[], %(texts)s::text[]) WITH ORDINALITY AS shown(title, text, place)
ORDER BY place
"""

# The content type and the primary key of a row, as the index knows it.
Key = tuple[int, str]


class Words(SearchQuery):
    """What is looked for: texts with every word, or, where *some* is set, with at least one of them.

    “Quotes” keep words together and “or” is a choice, as in other searches.
    """

    def __init__(self, text: str, *, some: bool = False):
        value = re.sub(r"(?<!\w)-+", " ", text)  # “-word” would mean: without it
        if some:
            value = " ".join(sorted(value.replace('"', " ").split(), key=len)[-MOST_OF_SOME:])
        super().__init__(value, config=CONFIG, search_type="websearch")
        self.text = text
        self.some = some

    def as_sql(self, *args, **kwargs):
        sql, params = super().as_sql(*args, **kwargs)
        return (f"replace({sql}::text, ' & ', ' | ')::tsquery" if self.some else sql), params


@dataclass(frozen=True)
class Source:
    """Rows that may be read, with their label for each content type that the index has them under."""

    labels: dict[int, str]
    rows: QuerySet
    url: Callable[[Model], str]


@dataclass(frozen=True)
class Result:
    """What is shown of one thing that was found; title and excerpt are HTML, escaped, with marks."""

    label: str
    url: str
    title: SafeString
    excerpt: SafeString


class Readable:
    """What visitors of the site of *request* may read at this moment."""

    def __init__(self, request):
        site = Site.find_for_request(request)
        urls = site_pages({"request": request})["url"]
        types = ContentType.objects.get_for_models(*get_page_models(), Practitioner, Service, Location)
        self.article_type = types[ArticlePage].pk
        self.pages = Page.objects.live().public().descendant_of(site.root_page)
        labels = {types[model].pk: _("Page") for model in get_page_models()} | {self.article_type: _("Article")}
        self.page_url = lambda page: page.get_url(request, current_site=site)
        self.sources = [Source(labels, self.pages, self.page_url)]
        # Facts have their page below the one that lists them; where that is missing, there is nothing to link to.
        for model, label, rows, parent in (
            (Practitioner, _("Person"), Practitioner.objects.active(), urls.get("team")),
            (Service, _("Service"), Service.objects.all(), urls.get("services")),
            (Location, _("Place"), Location.objects.all(), urls.get("locations")),
        ):
            if parent:
                source = Source({types[model].pk: label}, rows, lambda row, parent=parent: f"{parent}{row.slug}/")
                self.sources.append(source)

    def entries(self) -> QuerySet:
        """Return the rows of the index for what may be read, with all their words as `vector`."""
        rule = Q()
        for source in self.sources:
            keys = source.rows.order_by().annotate(key=Cast("pk", TextField())).values("key")
            rule |= Q(content_type__in=source.labels, object_id__in=keys)
        # Written as in the database’s index on both columns.
        vector = CombinedExpression(F("title"), "||", F("body"), output_field=SearchVectorField())
        return IndexEntry.objects.filter(rule).annotate(vector=vector)

    def find(self, words: Words) -> list[Key]:
        """Return what has these *words*, and the articles on a topic of that name; the best first, `MOST` at most."""
        rank = 2 * F("title_norm") * SearchRank(F("title"), words) + SearchRank(F("body"), words)
        found = self.entries().filter(vector=words).annotate(rank=rank).order_by("-rank", "-pk")[:MOST]
        ranks = {tuple(key): value for *key, value in found.values_list("content_type_id", "object_id", "rank")}
        for key in self.on_topic(words):
            ranks[key] = ranks.get(key, 0) + ON_TOPIC
        return sorted(ranks, key=lambda key: (-ranks[key], key))[:MOST]

    def on_topic(self, words: Words) -> set[Key]:
        """Return the articles on a topic whose name has these *words*. Asked of the topics, so a new name counts."""
        topics = Topic.objects.annotate(vector=SearchVector("name", config=CONFIG)).filter(vector=words).values("pk")
        articles = ArticlePage.objects.filter(Q(topic__in=topics) | Q(further_topics__in=topics), pk__in=self.pages)
        return {(self.article_type, str(pk)) for pk in articles.order_by("-pk").values_list("pk", flat=True)[:MOST]}

    def topic_words(self) -> dict[str, int]:
        """Return the words of topics that articles are on, with the number of these."""
        topics = Topic.objects.filter(Q(articles__in=self.pages) | Q(further_articles__in=self.pages)).order_by()
        words = Counter()
        for name, number in topics.values_list("name").annotate(Count("pk")):
            words.update(dict.fromkeys(long_words(name), number))
        return words

    def show(self, keys: list[Key], words: Words) -> list[Result]:
        """Return what to show of *keys*, in their order; what has gone in the meantime is left out."""
        found = {}
        for source in self.sources:
            types = {pk: type_id for type_id, pk in keys if type_id in source.labels}
            for row in source.rows.filter(pk__in=types) if types else ():
                type_id = types[str(row.pk)]
                found[type_id, str(row.pk)] = (row, source.labels[type_id], source.url(row))
        shown = [key for key in keys if key in found]
        texts = texts_of(shown)
        marked = highlight(
            [getattr(found[key][0], "title", str(found[key][0])) for key in shown],
            # The index has the name of a fact in front of its text.
            [readable_text(texts.get(key, "").removeprefix(getattr(found[key][0], "name", ""))) for key in shown],
            words.text,
        )
        return [Result(*found[key][1:], *pair) for key, pair in zip(shown, marked, strict=True)]


def texts_of(keys: list[Key]) -> dict[Key, str]:
    """Return the text of each of *keys* as the index keeps it, without the title of pages."""
    types, pks = {type_id for type_id, _pk in keys}, {pk for _type, pk in keys}
    entries = IndexEntry.objects.filter(content_type__in=types, object_id__in=pks)
    rows = entries.values_list("content_type_id", "object_id", Left("body_text", LONGEST_TEXT))
    return {(type_id, pk): text for type_id, pk, text in rows}


def readable_text(text: str) -> str:
    """Return *text* of the index in one line: it has commas between blocks, and list items on lines of their own."""
    text = re.sub(r"(, )+", ", ", text.strip(", \n"))
    text = re.sub(r"\s*\n\s*(, )?", "\n", text)
    text = re.sub(r"(?<=[.!?:;,”])[^\S\n]*(\n|, )", " ", text)
    return text.replace("\n", " · ")


def highlight(titles: list[str], texts: list[str], words: str) -> list[tuple[SafeString, SafeString]]:
    """Return each title, and an excerpt of each text, as HTML in which each of the *words* is marked."""
    if not titles:
        return []
    values = {
        "config": CONFIG,
        "words": words,
        "whole": WHOLE,
        "excerpt": EXCERPT,
        "titles": [without_marks(title) for title in titles],
        "texts": [without_marks(text) for text in texts],
    }
    with connection.cursor() as cursor:
        cursor.execute(HIGHLIGHT, values)
        marked = cursor.fetchall()
    return [
        (as_html(title), as_html(with_ends(excerpt, text)))
        for (title, excerpt), text in zip(marked, values["texts"], strict=True)
    ]


def with_ends(excerpt: str, text: str) -> str:
    """Return *excerpt* with dots where *text* goes on before or after it."""
    pieces = without_marks(excerpt).split(" … ")
    before, end = text[: max(text.find(pieces[0]), 0)], text.rfind(pieces[-1])
    after = text[end + len(pieces[-1]) :] if end >= 0 else ""
    return f"{'… ' if before.strip() else ''}{excerpt}{' …' if after.strip(' .') else ''}"


def without_marks(text: str) -> str:
    """Return *text* without the two characters that stand for marks."""
    return text.replace(START, "").replace(STOP, "")


def as_html(text: str) -> SafeString:
    """Return *text* escaped, with the marks that Postgres set."""
    return mark_safe(escape(text).replace(START, "<mark>").replace(STOP, "</mark>"))  # noqa: S308 - escaped just here
