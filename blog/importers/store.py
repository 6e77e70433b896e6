"""A draft article written into the blog."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.text import slugify

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import ClinicDetails, Practitioner

from .draft import DraftArticle

TAKEN_BY_THE_BLOG = frozenset(["feed", "topics"])
"""Addresses below the blog that are not articles."""


@dataclass(frozen=True)
class StoredArticle:
    page: ArticlePage
    is_new: bool
    """False: the same title and text had been imported before, and `page` is that article."""
    wanted_slug: str
    """The address that the title asked for; `page.slug` differs where it was taken."""


@transaction.atomic
def store_article(
    draft: DraftArticle,
    *,
    blog: BlogIndexPage,
    topic: Topic | None = None,
    author: Practitioner | None = None,
    publish: bool = False,
) -> StoredArticle:
    """Write `draft` below `blog`, as a draft unless `publish`, and return what is there now.

    What was imported before is found again, even if somebody edited it since, and is left as it is.
    Raises ValidationError when an article to be published is not valid.
    """
    # Imports wait for one another here: two at once would take the same address, or store one article twice.
    blog = BlogIndexPage.objects.select_for_update(of=("self",)).get(pk=blog.pk)
    page = ArticlePage(
        title=draft.title,
        introduction=draft.introduction,
        body=draft.body,
        topic=topic,
        author=author,
        live=False,
    )
    wanted = slugify(draft.title, allow_unicode=True)[:200].strip("-") or "article"
    if known := _imported_before(page, blog, wanted):
        return StoredArticle(known, is_new=False, wanted_slug=wanted)
    page.slug = _free_slug(blog, wanted)
    if publish:
        page.published_on = timezone.localdate(timezone=ClinicDetails.load().zone)
    blog.add_child(instance=page)
    revision = page.save_revision(log_action=True)
    if publish:
        revision.publish()
        page.refresh_from_db()
    return StoredArticle(page, is_new=True, wanted_slug=wanted)


def _imported_before(page: ArticlePage, blog: BlogIndexPage, slug: str) -> ArticlePage | None:
    """Return the article that has, or in any revision had, the very words of `page`."""
    words = _words(page)
    alike = Q(title=page.title) | Q(slug=slug) | Q(slug__startswith=f"{slug}-")
    for other in ArticlePage.objects.child_of(blog).filter(alike):
        versions = (revision.as_object() for revision in other.revisions.order_by("pk"))
        if _words(other) == words or any(_words(version) == words for version in versions):
            return other
    return None


def _words(page: ArticlePage) -> tuple[str, str, list[tuple[str, Any]]]:
    blocks = [(child.block_type, child.block.get_prep_value(child.value)) for child in page.body]
    return page.title, page.introduction, blocks


def _free_slug(blog: BlogIndexPage, wanted: str) -> str:
    taken = TAKEN_BY_THE_BLOG | set(blog.get_children().values_list("slug", flat=True))
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
