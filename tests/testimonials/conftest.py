"""A practice whose stories are shown in every place that can show them."""

from io import StringIO

import pytest
from django.core.management import call_command

from blog.models import ArticlePage, BlogIndexPage
from clinic.models import HomePage, StandardPage
from testimonials.models import TestimonialsPage
from tests import builders
from tests.testimonials.stories import make_shown_story


@pytest.fixture
def stories(clinic_settings):
    """The page of testimonials."""
    page = TestimonialsPage(title="Stories", slug="stories")
    return HomePage.objects.get().add_child(instance=page)


@pytest.fixture
def story(db):
    """A story that is shown."""
    return make_shown_story(text="The zephyrine lantern stayed lit.", shown_name="Quill X.")


@pytest.fixture
def whole_site(story):
    """Every kind of page, with the story in every place that shows stories."""
    call_command("prepare_site", stdout=StringIO())
    builders.make_details()
    service = builders.make_service(slug="first-visit", name="First visit")
    place = builders.make_location(slug="riverside")
    builders.make_practitioner(slug="robin-vale", services=[service], location=place)
    story.service = service
    story.save()
    chosen = {"heading": "What it was like", "chosen": [story], "count": 1}
    latest = {"heading": "The latest", "chosen": [], "count": 1}
    for slug, block in (("chosen-story", chosen), ("latest-story", latest)):
        article = ArticlePage(title=slug, slug=slug, body=[("stories", block)])
        BlogIndexPage.objects.get().add_child(instance=article).save_revision().publish()
    page = StandardPage(title="About us", slug="about-us", body=[("stories", chosen)])
    HomePage.objects.get().add_child(instance=page).save_revision().publish()
