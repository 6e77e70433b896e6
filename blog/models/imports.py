"""What an import leaves behind: where articles came from, and uploads that wait to be looked at."""

import uuid
from datetime import timedelta

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .articles import ArticlePage


class ImportedArticle(models.Model):
    """Where an imported article comes from: the same thing imported again finds it and leaves it as it is."""

    page = models.ForeignKey(ArticlePage, verbose_name=_("article"), on_delete=models.CASCADE, related_name="+")
    source = models.CharField(_("site it comes from"), max_length=255, blank=True)
    external_id = models.CharField(_("what it is known by there"), max_length=255)

    class Meta:
        verbose_name = _("imported article")
        constraints = [models.UniqueConstraint("source", "external_id", name="article_imported_once")]


UPLOADS_KEPT = timedelta(days=1)


class ArticleUploadQuerySet(models.QuerySet):
    """Uploads that wait to be looked at."""

    def too_old(self, now):
        """Those whose day is over at *now* (aware)."""
        return self.filter(created_at__lt=now - UPLOADS_KEPT)


class ArticleUpload(models.Model):
    """Articles that somebody uploaded and looks at before importing them; gone a day later.

    They are kept as they were read: of an export nothing stays that is not shown, such as its commenters' addresses.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    filename = models.CharField(max_length=255)
    articles = models.JSONField()
    """One for each article: its draft, or its name and why it cannot be read."""
    left_behind = models.JSONField(default=list)
    """What the file holds beside articles, one line each."""
    results = models.JSONField(default=list)
    """What became of the articles so far, in their order."""
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ArticleUploadQuerySet.as_manager()

    class Meta:
        verbose_name = _("upload of articles")
