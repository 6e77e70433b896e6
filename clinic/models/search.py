"""The words that the search knows how to spell."""

from django.contrib.postgres.indexes import GistIndex
from django.db import models


class SearchWord(models.Model):
    """A word of something that was indexed once; the search compares words that it cannot find with these.

    Words of drafts and of texts that have gone are among them. Whoever shows one asks the index first.
    """

    # Not unique: two publications at one moment may both add a word, and neither has to wait for the other.
    word = models.CharField(max_length=30)

    class Meta:
        indexes = [
            models.Index(name="search_word", fields=["word"]),
            GistIndex(name="search_word_alike", fields=["word"], opclasses=["gist_trgm_ops"]),
        ]

    def __str__(self):
        return self.word
