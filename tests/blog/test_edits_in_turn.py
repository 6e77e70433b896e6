"""A draft that saves itself while the page is published does not take the page from its readers again."""

from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection
from wagtail import hooks

from blog.models import ArticlePage
from tests import builders
from tests.blog.newsroom import filled_in, signed_in, staff, write
from tests.running import PATIENCE, wait_until

GUARD = "clinic.middleware.PageChangesInTurnMiddleware"

pytestmark = [pytest.mark.usefixtures("put_back"), pytest.mark.django_db(transaction=True, serialized_rollback=True)]


@pytest.fixture
def manager(db):
    call_command("prepare_site", stdout=StringIO())
    builders.make_details()
    return staff("Managers")


def somebody_waits() -> bool:
    """Whether somebody waits for a lock of this database; other tests have databases of their own."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_locks JOIN pg_database ON pg_database.oid = database "
            "WHERE datname = current_database() AND locktype = 'advisory' AND NOT granted"
        )
        return cursor.fetchone()[0] > 0


def in_a_thread(call):
    """Return what *call* returns, on a connection that is closed afterwards."""
    try:
        return call()
    finally:
        connection.close()


def publish_while_it_saves_itself(manager, slug) -> ArticlePage:
    """Return an article that was published after its draft was read for a save of its own, and before that wrote."""
    article = write(signed_in(manager), "action-save", slug=slug)
    url = f"/admin/pages/{article.pk}/edit/"
    seen = {"loaded_revision_id": article.latest_revision_id, "overwrite_revision_id": article.latest_revision_id}
    changed = {"slug": slug, "introduction": "A longer pause."}
    has_read, published = Event(), Event()

    def hold_the_draft(request, page):
        if not request.accepts("text/html"):
            has_read.set()
            wait_until(lambda: published.is_set() or somebody_waits(), "the other has published, or waits for its turn")

    def save_itself():
        form = filled_in("action-save", **changed, **seen)
        return signed_in(manager).post(url, form, headers={"Accept": "application/json"})

    def publish():
        has_read.wait(PATIENCE)
        answer = signed_in(manager).post(url, filled_in("action-publish", **changed))
        published.set()
        return answer

    with hooks.register_temporarily("before_edit_page", hold_the_draft), ThreadPoolExecutor(2) as pool:
        saved, answer = pool.map(in_a_thread, [save_itself, publish])
    assert (saved.status_code, answer.status_code) == (200, 302)
    return ArticlePage.objects.get(pk=article.pk)


def test_an_article_published_while_its_draft_saves_itself_stays_published(manager, settings):
    assert publish_while_it_saves_itself(manager, "in-turn").live
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != GUARD]
    assert not publish_while_it_saves_itself(manager, "at-once").live  # the control: readers would have lost it
