"""Wagtail's search index on Postgres, which also keeps the words of everything that it indexes."""

from modelsearch.backends.database.postgres.postgres import PostgresIndex, PostgresSearchBackend
from modelsearch.utils import get_content_type_pk
from wagtail.search.models import IndexEntry

from clinic.models import SearchWord
from clinic.search.words import long_words

WORDS_AT_ONCE = 10_000  # a statement holds at most 65,535 values


class IndexWithWords(PostgresIndex):
    """The index that remembers words."""

    def add_items(self, model, objs):
        """Index *objs* of *model*, then add the words of theirs that are new."""
        super().add_items(model, objs)
        entries = IndexEntry.objects.filter(
            content_type_id=get_content_type_pk(model), object_id__in=[str(obj.pk) for obj in objs]
        )
        words = set()
        for title, body in entries.values_list("title_text", "body_text"):
            words |= long_words(f"{title} {body}")
        words = sorted(words)
        for start in range(0, len(words), WORDS_AT_ONCE):
            some = words[start : start + WORDS_AT_ONCE]
            known = set(SearchWord.objects.filter(word__in=some).values_list("word", flat=True))
            SearchWord.objects.bulk_create(SearchWord(word=word) for word in some if word not in known)


class SearchBackend(PostgresSearchBackend):
    """What `WAGTAILSEARCH_BACKENDS` names."""

    index_class = IndexWithWords
