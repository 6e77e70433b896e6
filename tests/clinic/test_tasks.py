"""Pages go online and offline by themselves, when the worker's clock says so."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import call_command
from django.test import Client
from procrastinate.contrib.django import app

from blog.models import ArticlePage, BlogIndexPage
from tests import builders
from tests.builders import NOW

TASK = "clinic.publish_scheduled"


@pytest.fixture
def blog(db):
    """The list of articles; the clock stands at NOW and can be moved."""
    with time_machine.travel(NOW, tick=False) as clock:
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        index = BlogIndexPage.objects.get()
        index.clock = clock
        yield index


def run():
    """What the worker does once a minute."""
    app.tasks[TASK].func(timestamp=0)


def is_read() -> bool:
    return Client().get("/blog/a-night/").status_code == 200


def test_the_worker_looks_every_minute():
    [periodic] = [one for one in app.periodic_registry.periodic_tasks.values() if one.task.name == TASK]
    assert periodic.cron == "* * * * *"
    assert periodic.task.queueing_lock  # a worker that was away finds one job and not a hundred


def test_a_page_goes_online_when_its_time_has_come_and_not_before(blog):
    page = blog.add_child(instance=ArticlePage(title="A night", slug="a-night", live=False))
    page.go_live_at = NOW + timedelta(hours=1)
    page.save_revision().publish()
    run()
    assert not is_read()
    blog.clock.move_to(NOW + timedelta(hours=1, seconds=1))
    assert not is_read()  # the time alone does nothing: the task does
    run()
    assert is_read()


def test_a_page_goes_offline_when_its_time_is_over(blog):
    page = blog.add_child(instance=ArticlePage(title="A night", slug="a-night"))
    page.expire_at = NOW + timedelta(hours=1)
    page.save_revision().publish()
    run()
    assert is_read()
    blog.clock.move_to(NOW + timedelta(hours=1, seconds=1))
    run()
    assert not is_read()
    assert ArticlePage.objects.get(slug="a-night").expired
