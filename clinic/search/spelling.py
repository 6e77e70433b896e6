"""Mends words that nothing has, with the words that the site uses."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import product

from django.db import connection

from clinic.search.finding import CONFIG, Readable
from clinic.search.words import WORD, long_words, plain, slips

MOST_WORDS = 6  # of a query; people mistype one or two
MOST_GUESSES = 8  # for each word
FAR_MORE = 10  # times as many texts must have the other word

# The nearest words by trigrams. Two letters that changed places leave few of these in a short word (“greif”), so
# the words with neighbours swapped are looked up as they are.
ALIKE = """
SELECT asked.word, near.word FROM unnest(%(words)s::text[]) AS asked(word) CROSS JOIN LATERAL
    (SELECT word FROM clinic_searchword ORDER BY word <-> asked.word LIMIT 40) AS near
UNION SELECT asked.word, swapped.word FROM unnest(%(swapped_from)s::text[], %(swapped)s::text[]) AS asked(word, swap)
    JOIN clinic_searchword AS swapped ON swapped.word = asked.swap
"""
# In how many texts each word is; nothing for words that are too common to be looked for. A few hundred are enough to
# compare, and looking into the index before asking what may be read keeps this fast among thousands of texts.
COUNTED = """
WITH readable (id) AS MATERIALIZED ({entries}),
asked AS MATERIALIZED (
    SELECT word, plainto_tsquery(%s::regconfig, word) AS lexeme FROM unnest(%s::text[]) AS given(word)
),
having_it AS MATERIALIZED (
    SELECT asked.word, entry.id FROM asked CROSS JOIN LATERAL (
        SELECT id FROM wagtailsearch_indexentry WHERE title || body @@ asked.lexeme LIMIT 300
    ) AS entry
)
SELECT asked.word, count(readable.id)
FROM asked LEFT JOIN having_it ON having_it.word = asked.word LEFT JOIN readable ON readable.id = having_it.id
WHERE numnode(asked.lexeme) > 0 GROUP BY asked.word
"""


def mend(text: str, readable: Readable) -> str | None:
    """Return *text* with its mistyped words mended; None where there is nothing to mend.

    A word is mistyped where far more texts that visitors may read have one that is spelled almost the same.
    """
    words = sorted(long_words(text))[:MOST_WORDS]
    if not words:
        return None
    topics = readable.topic_words()
    guesses = alike(words, topics)
    counts = Counter(counted({*guesses, *(guess for near in guesses.values() for guess in near)}, readable))
    counts.update({word: number for word, number in topics.items() if word in counts})
    better = {}
    for word, near in guesses.items():
        common = [guess for guess in near if word in counts and counts[guess] > FAR_MORE * counts[word]]
        if common:
            better[word] = min(common, key=lambda guess, word=word: (slips(word, guess), -counts[guess]))
    mended = WORD.sub(lambda found: better.get(plain(found[0]), found[0]), text)
    return mended if better else None


def alike(words: list[str], topics: Iterable[str]) -> dict[str, list[str]]:
    """Return for each of *words* those of the site or of *topics* that are spelled almost the same, closest first."""
    swaps = [(word, word[:i] + word[i + 1] + word[i] + word[i + 2 :]) for word in words for i in range(len(word) - 1)]
    values = {"words": words, "swapped_from": [word for word, _ in swaps], "swapped": [swap for _, swap in swaps]}
    with connection.cursor() as cursor:
        cursor.execute(ALIKE, values)
        pairs = {*cursor.fetchall(), *product(words, topics)}
    near = defaultdict(list)
    for word, guess in sorted(pairs, key=lambda pair: (slips(*pair), pair)):
        if word != guess and slips(word, guess) <= allowed(word) and len(near[word]) < MOST_GUESSES:
            near[word].append(guess)
    return near


def allowed(word: str) -> int:
    """Return how many slips of the finger *word* may be away from what was meant."""
    return 1 if len(word) <= 5 else 2 if len(word) <= 8 else 3


def counted(words: set[str], readable: Readable) -> dict[str, int]:
    """Return in how many texts each of *words* is, up to 300; without words that are never looked for."""
    if not words:
        return {}
    entries, values = readable.entries().order_by().values("pk").query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(COUNTED.format(entries=entries), [*values, CONFIG, sorted(words)])
        return dict(cursor.fetchall())
