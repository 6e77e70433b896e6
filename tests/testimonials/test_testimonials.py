"""A story is shown only with the consent of the person who told it, or labelled as a sample."""

from datetime import date

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.template import Context, Template
from django.test import Client

from clinic.models import HomePage
from testimonials.models import Testimonial as Story
from testimonials.models import TestimonialsPage as StoriesPage
from tests import builders

SAMPLE = "Sample, written for this demonstration"


@pytest.fixture
def stories(clinic_settings):
    stories = StoriesPage(title="Stories", slug="stories")
    return HomePage.objects.get().add_child(instance=stories)


def make_story(**fields) -> Story:
    values = {"text": "The first visit was a talk.", "shown_name": "M. R.", "given_on": date(2026, 2, 1)}
    return Story.objects.create(**{**values, **fields})


def shown(stories) -> str:
    response = Client().get(stories.url)
    assert response.status_code == 200
    return response.content.decode()


def test_a_story_with_consent_is_shown(stories):
    make_story(published=True, consent_given_on=date(2026, 2, 2), service=builders.make_service(name="Sleep talk"))
    text = shown(stories)
    for words in ("The first visit was a talk.", "M. R.", "Sleep talk"):
        assert words in text
    assert SAMPLE not in text


def test_a_story_that_is_not_published_is_not_shown(stories):
    make_story(consent_given_on=date(2026, 2, 2))
    assert "M. R." not in shown(stories)


def test_a_sample_says_that_it_is_one(stories):
    make_story(published=True, sample=True)
    assert shown(stories).count(SAMPLE) == 1


def test_the_database_refuses_to_show_a_story_without_consent(db):
    with pytest.raises(IntegrityError, match="testimonial_shown_only_with_consent"), transaction.atomic():
        make_story(published=True)
    story = make_story(published=True, consent_given_on=date(2026, 2, 2))
    with pytest.raises(IntegrityError, match="testimonial_shown_only_with_consent"), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(consent_given_on=None)


def test_staff_are_told_what_is_missing_before_it_is_stored(db):
    story = Story(text="A talk.", shown_name="M. R.", given_on=date(2026, 2, 1), published=True)
    with pytest.raises(ValidationError, match="can be shown only with consent"):
        story.full_clean()
    story.consent_given_on = date(2026, 2, 2)
    story.full_clean()


def test_the_screen_of_the_staff_says_it_too(admin_client):
    fields = {"text": "A talk.", "shown_name": "M. R.", "given_on": "2026-02-01", "published": "on"}
    response = admin_client.post("/admin/testimonial/new/", fields)
    assert "can be shown only with consent" in response.content.decode()
    assert not Story.objects.exists()


def test_consent_that_is_taken_back_takes_the_story_down(stories):
    story = make_story(published=True, consent_given_on=date(2026, 2, 2))
    assert "M. R." in shown(stories)
    story.consent_given_on, story.published = None, False
    story.save()
    assert "M. R." not in shown(stories)


def test_a_story_outlives_the_service_that_it_is_about(stories):
    service = builders.make_service()
    make_story(published=True, sample=True, service=service)
    service.delete()
    assert "M. R." in shown(stories)


def test_the_newest_story_comes_first_and_only_so_many_as_asked_for(stories):
    for day in (2, 3, 1):
        make_story(shown_name=f"Number {day}", given_on=date(2026, 2, day), published=True, sample=True)
    make_story(shown_name="Not yet", given_on=date(2026, 2, 9))
    two = Template("{% load testimonials %}{% latest_testimonials 2 %}").render(Context())
    assert [word for word in ("Number 3", "Number 2", "Number 1", "Not yet") if word in two] == ["Number 3", "Number 2"]
    text = shown(stories)
    assert text.index("Number 3") < text.index("Number 2") < text.index("Number 1")


def test_words_are_shown_as_words_and_empty_lines_make_paragraphs(stories):
    make_story(text="One <b>bold</b> thing.\n\nAnother.", published=True, sample=True)
    text = shown(stories)
    assert "One &lt;b&gt;bold&lt;/b&gt; thing.</p>" in text
    assert "<p>Another.</p>" in text
