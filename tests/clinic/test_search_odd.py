"""Whatever is typed into the search, there is an answer, and soon."""

import random
import time
from io import StringIO

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from wagtail.models import Page
from wagtail.search.backends import get_search_backend

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import SearchWord
from tests import builders

SLOWEST = 0.3  # seconds for 99 of 100 answers, at full size
COMMON = "sleep worry night talk people help feel time anxious therapy family visit body rest morning".split()
STOP_WORDS = "the a of and to in is you that it he was for on are with as i his they be at one have this from or had by"
PIECES = [
    *"& | ! :* ( ) <-> \" “ ” \\ \\\\ % %% %s _ - -- ; * ** ? / // http:// a@b.example www. . ... ,".split(),
    *"# $1 ${x} {{ {% < > <b> <script> </title> &amp; ' ';".split(),
    *"or OR and not ((((( a-b-c self-harm 0 -1 1e309 NaN null None true".split(),
    "\x00", "\x01", "\x1f", "\x7f", "\t", "\r\n", "\u200b", "\u200d", "\u202e", "\u2066", "\ufeff", "\ufffd", "\ue000",
    "\U0010ffff", "😞", "👩\u200d👧", "🏳️\u200d🌈", "שלום", "مرحبا", "你好", "тревога", "ﷺ",
    "ß", "İ", "ſ", "e\u0301", "½", "²", "٣",
    "' OR 1=1 --", "'; DROP TABLE x", "UNION SELECT", "pg_sleep(9)", '"""', "x" * 60, "é" * 90, "word " * 50, "1" * 200,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z", "ab" * 1500,
]  # fmt: skip
BROKEN = ["%ED%A0%80", "%FF%FE", "%C0%AF", "%", "%zz", "%F0%9F", "+%00+", "%E2%80"]  # as they stand in an address


def odd_queries(many: int, words: list[str]):
    """Yield *many* query strings: words as they are, mistyped or cut, pieces of everything, and broken encodings."""
    chance = random.Random(2026)
    stop_words = STOP_WORDS.split()
    for number in range(many):
        kind = number % 8
        if kind == 0:
            yield {"q": " ".join(chance.choices(stop_words, k=chance.randint(1, 12)))}
        elif kind == 1:
            yield {"q": " ".join(chance.choices(words, k=chance.randint(1, 3)))}
        elif kind == 2:
            yield {"q": " ".join(mistyped(chance, word) for word in chance.choices(words, k=chance.randint(1, 4)))}
        elif kind == 3:
            yield {"q": " ".join(chance.choices(words, k=30))[: chance.randint(150, 400)]}
        elif kind == 4:
            yield {"q": "".join(chr(chance.choice((chance.randrange(0xD800), chance.randrange(0xE000, 0x110000))))
                                for _ in range(chance.randint(1, 80)))}  # fmt: skip
        elif kind == 5:
            yield f"q={chance.choice(words)}{''.join(chance.choices(BROKEN, k=3))}&page={chance.choice(BROKEN)}"
        else:
            mixed = chance.choices([*PIECES, *words[:40]], k=chance.randint(1, 8))
            yield {
                "q": chance.choice(["", " "]).join(mixed),
                "topic": chance.choice(PIECES),
                "page": chance.choice(PIECES),
            }


def mistyped(chance, word: str) -> str:
    """Return *word* with a letter missing, doubled, changed or swapped with the next."""
    at = chance.randrange(len(word))
    return chance.choice(
        [
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice("aeiourst") + word[at + 1 :],
            word[:at] + word[at + 1 : at + 2] + word[at : at + 1] + word[at + 2 :],
        ]
    )


@pytest.fixture
def library(db, full_size):
    """A practice with people and articles: at full size three thousand of these, about half a million words."""
    chance = random.Random(8)
    call_command("prepare_site", stdout=StringIO())
    builders.make_details()
    for name in ("Maya Lindqvist", "Priya Raman", "Samuel Achterberg"):
        builders.make_practitioner(name=name, services=[builders.make_service()], summary="Sleep and worry.")
    articles = add_articles(3000 if full_size else 20, chance)
    get_search_backend().add_bulk(ArticlePage, articles)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    words = sorted(SearchWord.objects.values_list("word", flat=True))
    return [*COMMON, *chance.sample(words, min(len(words), 500))]


def add_articles(many: int, chance) -> list[ArticlePage]:
    """Publish *many* articles, each of some words that most have and many that few have."""
    parts = ("an", "el", "ri", "so", "th", "ma", "wo", "er", "ing", "st")
    rare = ["".join(chance.choices(parts, k=4)) for _ in range(4 * many)]
    topics = [Topic.objects.create(name=name.title(), slug=name) for name in COMMON[:8]]
    index = BlogIndexPage.objects.get()
    kind = ContentType.objects.get_for_model(ArticlePage)
    pages = Page.objects.bulk_create(
        (Page(
            title=" ".join(chance.choices(rare, k=4)), slug=f"article-{number}", live=True, content_type=kind,
            url_path=f"{index.url_path}article-{number}/", locale=index.locale, depth=index.depth + 1,
            path=Page._get_path(index.path, index.depth + 1, number),
        )
        for number in range(1, many + 1)), batch_size=1000
    )  # fmt: skip
    for page in pages:
        words = [chance.choice(COMMON if chance.random() < 0.2 else rare) for _ in range(150)]
        article = ArticlePage(page_ptr=page, topic=chance.choice(topics))
        article.body = [("heading", " ".join(words[4:8])), ("paragraph", f"<p>{' '.join(words)}.</p>")]
        article.save_base(raw=True)  # only what an article adds to a page: much faster, and nothing is indexed yet
    return list(ArticlePage.objects.all())


@pytest.mark.promise("10,000 odd searches: no error, 99 of 100 answered within 300 ms among three thousand articles")
def test_odd_queries_are_answered_soon(library, full_size):
    client = Client(raise_request_exception=False)
    seconds, failed = [], []
    for query in odd_queries(10_000 if full_size else 80, library):
        began = time.perf_counter()
        if isinstance(query, str):
            response = client.get("/search/", QUERY_STRING=query)
        else:
            response = client.get("/search/", query)
        seconds.append(time.perf_counter() - began)
        if response.status_code != 200:
            failed.append((response.status_code, query))
    assert not failed
    many = "These 300 fit best" in client.get("/search/", {"q": "sleep"}).content.decode()
    assert many == full_size
    slow = sorted(seconds)[-len(seconds) // 100]
    print(f"99 of 100 within {slow * 1000:.0f} ms, half within {sorted(seconds)[len(seconds) // 2] * 1000:.0f} ms")
    assert slow < SLOWEST or not full_size
