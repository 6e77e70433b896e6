"""A page that is published has its pictures before anybody reads it."""

import pytest
from django.test import Client
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file

from blog.models import ArticlePage, BlogIndexPage

pytestmark = [
    pytest.mark.usefixtures("prepared_site", "db", "empty_queue"),
    pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning"),  # Wagtail leaves its temporary files open
]
Rendition = get_image_model().get_rendition_model()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def article(django_capture_on_commit_callbacks) -> ArticlePage:
    """An article with a picture that has just been published."""
    picture = get_image_model().objects.create(title="Lake", file=get_test_image_file(size=(1600, 900)))
    article = BlogIndexPage.objects.get().add_child(instance=ArticlePage(title="Rest", slug="rest", picture=picture))
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    return article


def work() -> None:
    """Do what the worker does with the jobs that wait."""
    for job in ProcrastinateJob.objects.filter(task_name="clinic.draw_pictures"):
        app.tasks[job.task_name].func(**job.args)


def test_readers_of_the_article_and_of_the_list_wait_for_no_picture(article):
    assert not Rendition.objects.exists()
    work()
    drawn = Rendition.objects.count()
    assert drawn
    for path in ("/blog/rest/", "/blog/", "/"):
        assert Client().get(path).status_code == 200
    assert Rendition.objects.count() == drawn


def test_control_without_the_worker_readers_draw(article):
    Client().get("/blog/rest/")
    assert Rendition.objects.exists()


def test_published_twice_it_is_drawn_once_and_after_what_people_wait_for(article, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        article.save_revision().publish()
    jobs = ProcrastinateJob.objects.filter(task_name="clinic.draw_pictures")
    assert [job.args["page_id"] for job in jobs].count(article.pk) == 1
    assert {job.priority < 0 for job in jobs} == {True}


def test_nothing_is_drawn_of_what_is_taken_down_meanwhile(article):
    article.unpublish()
    work()
    assert not Rendition.objects.exists()
