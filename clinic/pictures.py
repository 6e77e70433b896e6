"""A page's pictures are drawn in all their sizes when it is published, not while its first reader waits."""

from contextlib import suppress
from functools import partial

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from wagtail.models import Page

BEHIND_MESSAGES = -1  # the worker takes what people wait for first


def draw_soon(sender, instance: Page, **kwargs) -> None:
    """Queue the drawing of a page that has just been published; a receiver of Wagtail's `page_published`."""
    transaction.on_commit(partial(queue, instance.pk))


def queue(page_id: int) -> None:
    """Queue the drawing, unless it waits already."""
    task = app.configure_task(
        "clinic.draw_pictures", queueing_lock=f"clinic.draw_pictures:{page_id}", priority=BEHIND_MESSAGES
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(page_id=page_id)


def draw(page_id: int) -> None:
    """Draw what the page shows, and the pages above it, which may list it. Nothing where it is not online any more."""
    page = Page.objects.live().filter(pk=page_id).first()
    if page is None:
        return
    for one in page.get_ancestors(inclusive=True).live().filter(depth__gt=1).specific():
        one.make_preview_request()  # whoever makes the page makes its pictures
