"""A page's pictures are drawn in all their sizes when it is published, not while its first reader waits."""

import logging
from contextlib import suppress
from functools import partial

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued
from wagtail.models import Page

log = logging.getLogger(__name__)

BEHIND_MESSAGES = -1  # the worker takes what people wait for first


def draw_soon(sender, instance: Page, **kwargs) -> None:
    """Queue the drawing of a page that has just been published, and of those above it, which may list it.

    A receiver of Wagtail's `page_published`.
    """
    for page in instance.get_ancestors(inclusive=True).live().filter(depth__gt=1):
        transaction.on_commit(partial(queue, page.pk))


def queue(page_id: int) -> None:
    """Queue the drawing of one page, unless it waits already."""
    task = app.configure_task(
        "clinic.draw_pictures",
        queueing_lock=f"clinic.draw_pictures:{page_id}",
        lock="clinic.draw_pictures",  # one at a time: the worker has other things to do
        priority=BEHIND_MESSAGES,
    )
    with suppress(AlreadyEnqueued), transaction.atomic():
        task.defer(page_id=page_id)


def draw(page_id: int) -> None:
    """Draw what the page shows. Nothing where it is not online any more."""
    for page in Page.objects.live().filter(pk=page_id).specific():
        answer = page.make_preview_request()  # whoever makes the page makes its pictures
        if answer.status_code != 200:
            log.warning("page %s was not drawn: %s", page_id, answer.status_code)
