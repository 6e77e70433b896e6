"""A draft article written into the blog."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models.signals import post_save
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _
from modelsearch.index import insert_or_update_object
from modelsearch.signal_handlers import post_save_signal_handler
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import ReferenceIndex
from wagtail.signal_handlers import disable_reference_index_auto_update

from blog.models import TAKEN_BY_THE_BLOG, ArticlePage, BlogIndexPage, ImportedArticle, Topic
from clinic.models import ClinicDetails, Practitioner

from .draft import DraftArticle
from .pictures import PictureFolder, find_picture, place_pictures

TITLES = re.compile(r"(?:dr|prof|mr|mrs|ms|mx)\.? ", re.IGNORECASE)


@dataclass(frozen=True)
class Target:
    """Where imported articles go, and what the importer may do there."""

    blog: BlogIndexPage
    topic: Topic | None = None
    """Given to every article; what the file says comes after it."""
    author: Practitioner | None = None
    publish: bool = False
    pictures: PictureFolder | None = None
    user: object = None
    """Who imports; None: the command."""
    may_add_topics: bool = True
    may_redirect: bool = True
    index_once: bool = False
    """Whether the import happens inside `indexing_once`."""


@dataclass(frozen=True)
class StoredArticle:
    page: ArticlePage
    is_new: bool
    """False: it had been imported before, and `page` is that article."""
    wanted_slug: str
    """The address that it asked for; `page.slug` differs where it was taken."""


@transaction.atomic
def store_article(draft: DraftArticle, target: Target) -> StoredArticle:
    """Write `draft` below the blog, as a draft unless it may be published, and return what is there now.

    What was imported before is found again, even if somebody edited it since, and is left as it is. What has to be
    looked at in this place is added to the draft's lists. Raises ValidationError when an article to be published is
    not valid.
    """
    # Imports wait for one another here: two at once would take the same address, or store one article twice.
    blog = BlogIndexPage.objects.select_for_update(of=("self",)).get(pk=target.blog.pk)
    known_as = _known_as(draft)
    wanted = (slugify(draft.slug, allow_unicode=True) or slugify(draft.title, allow_unicode=True))[:200].strip("-")
    wanted = wanted or "article"
    if known := find_imported(draft):
        return StoredArticle(known, is_new=False, wanted_slug=wanted)
    page = _page_of(draft, target)
    page.slug = _free_slug(blog, wanted)
    publish = target.publish and draft.may_publish
    if publish and not page.published_on:
        page.published_on = timezone.localdate(timezone=ClinicDetails.load().zone)
    _add_topics(page, draft, target)
    with disable_reference_index_auto_update():  # once is enough: when it is saved for the last time
        blog.add_child(instance=page)
        revision = page.save_revision(user=target.user, log_action=True, clean=False)
    if publish:
        revision.publish(user=target.user)
        page.refresh_from_db()
    else:
        ReferenceIndex.create_or_update_for_object(page)
    ImportedArticle.objects.create(page=page, **known_as)
    if target.index_once:
        insert_or_update_object(page)
    _redirect_old_addresses(page, draft, target)
    return StoredArticle(page, is_new=True, wanted_slug=wanted)


@contextmanager
def indexing_once() -> Iterator[None]:
    """Inside, an article is indexed for search when it is stored, and not at each of the three saves that this takes.

    That is a fifth of an import's time. Only for a process that does nothing else: articles that somebody else saves
    in it meanwhile would not be found.
    """
    post_save.disconnect(post_save_signal_handler, sender=ArticlePage)
    try:
        yield
    finally:
        post_save.connect(post_save_signal_handler, sender=ArticlePage)


def find_imported(draft: DraftArticle) -> ArticlePage | None:
    """Return the article that `draft` was imported as before."""
    known = ImportedArticle.objects.filter(**_known_as(draft)).select_related("page").first()
    return known and known.page


def list_pictures(draft: DraftArticle) -> None:
    """List the pictures of `draft` as ones that have to be uploaded by hand."""
    place_pictures(draft, None)
    if draft.picture:
        find_picture(draft.picture, None, draft, where=_("the title"))


def _page_of(draft: DraftArticle, target: Target) -> ArticlePage:
    page = ArticlePage(
        title=draft.title,
        introduction=draft.introduction,
        search_description=draft.search_description,
        body=place_pictures(draft, target.pictures, user=target.user),
        author=target.author or _author_of(draft),
        published_on=draft.published_on,
        owner=target.user,
        live=False,
    )
    if draft.picture:
        page.picture = find_picture(draft.picture, target.pictures, draft, where=_("the title"), user=target.user)
    return page


def _author_of(draft: DraftArticle) -> Practitioner | None:
    """Return the practitioner with one of the author's names; list the author if nobody has."""
    people = list(Practitioner.objects.all()) if draft.authors else []
    for name in draft.authors:
        plain = TITLES.sub("", name.partition(",")[0]).strip().casefold()
        slug = slugify(plain, allow_unicode=True)
        found = [person for person in people if person.name.casefold() in (name.casefold(), plain)]
        found = found or [person for person in people if slug and person.slug in (slug, name.casefold())]
        if len(found) == 1:
            return found[0]
    if draft.authors:
        draft.needs_a_look.append(
            _("Nobody here has the author’s name; choose the author yourself: %(names)s")
            % {"names": ", ".join(draft.authors)}
        )
    return None


def _add_topics(page: ArticlePage, draft: DraftArticle, target: Target) -> None:
    """Give the page its topics, made where they are missing; the first is the one above the title."""
    topics = [target.topic] if target.topic else []
    for slug, name in draft.topics:
        topic = _find_topic(slug, name)
        if topic is None and target.may_add_topics and 0 < len(name) <= 60:
            topic = Topic.objects.create(name=name, slug=_free_topic_slug(slug or name))
        if topic is None:
            draft.needs_a_look.append(_("There is no topic “%(name)s” here.") % {"name": name})
        elif topic not in topics:
            topics.append(topic)
    if topics:
        page.topic = topics[0]
        page.further_topics = topics[1:]


def _find_topic(slug: str, name: str) -> Topic | None:
    by_slug = Topic.objects.filter(slug=slug or slugify(name)).first()
    return by_slug or Topic.objects.filter(name__iexact=name).first()


def _free_topic_slug(wanted: str) -> str:
    return _free(slugify(wanted)[:46].strip("-") or "topic", set(Topic.objects.values_list("slug", flat=True)))


def _redirect_old_addresses(page: ArticlePage, draft: DraftArticle, target: Target) -> None:
    """Lead readers from where the article was to where it is: for good if it can be read, else until it is moved again.

    What nobody could read there is not announced here.
    """
    if not draft.may_publish:
        return
    here = Redirect.normalise_path(page.url or "/")
    for path in draft.old_paths:
        old = Redirect.normalise_path(path)
        if old == here or Redirect.objects.filter(old_path=old).exists():
            continue
        if target.may_redirect and len(old) <= 255:
            Redirect.add_redirect(old, redirect_to=page, is_permanent=page.live)
        else:
            draft.needs_a_look.append(_("No redirect was made from its old address: %(path)s") % {"path": path})


def _known_as(draft: DraftArticle) -> dict[str, str]:
    return {"source": _shortened(draft.source), "external_id": _shortened(draft.external_id or _fingerprint(draft))}


def _fingerprint(draft: DraftArticle) -> str:
    """Return what an article without a number of its own is known by: its words."""
    words = json.dumps([draft.title, draft.introduction, draft.body], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def _shortened(name: str) -> str:
    return name if len(name) <= 255 else hashlib.sha256(name.encode()).hexdigest()


def _free_slug(blog: BlogIndexPage, wanted: str) -> str:
    alike = blog.get_children().filter(slug__startswith=wanted)
    return _free(wanted, TAKEN_BY_THE_BLOG | set(alike.values_list("slug", flat=True)))


def _free(wanted: str, taken: set[str] | frozenset[str]) -> str:
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug
