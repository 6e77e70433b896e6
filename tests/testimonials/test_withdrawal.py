"""Whoever takes their consent back is gone from every address at the next request."""

import json
import re

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Revision

from testimonials.models import Testimonial as Story
from testimonials.services import change_testimonial, withdraw_consent
from tests.builders import NOW, make_user
from tests.testimonials.stories import make_shown_story, walk

WORDS = ("lantern stayed lit", "Quill X.")  # never asked for in an address, so no page repeats them from there
STARTS = (
    "/", "/sitemap.xml", "/robots.txt", "/blog/feed/", "/blog/feed/atom/", "/search/?q=zephyrine",
    "/testimonials/?service=first-visit", "/testimonials/?page=1", "/team/", "/locations/",
)  # fmt: skip
SHOW = {"/", "/testimonials/", "/testimonials/?service=first-visit", "/services/first-visit/", "/about-us/",
        "/blog/chosen-story/", "/blog/latest-story/", "/blog/feed/", "/blog/feed/atom/"}  # fmt: skip
# Kinds of structured data that speak of reviews of the clinic; "reviewedBy" of an article is another thing.
REVIEWS = {"review", "reviews", "aggregaterating", "rating", "employeraggregaterating", "reviewrating"}


def tables_that_hold(words: str) -> list[str]:
    """Return the names of all tables with a row in which *words* stand."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT EXISTS (SELECT 1 FROM "{table}" row WHERE row::text ILIKE %s)', [f"%{words}%"])
            if cursor.fetchone()[0]:
                found.append(table)
    return found


@pytest.mark.promise("Withdrawn consent removes the words from every address, feed and search at the next request")
def test_the_words_leave_every_address_at_the_next_request(whole_site, story, admin_client):
    before = walk(*STARTS)
    assert {address for address, body in before.items() if any(words in body for words in WORDS)} >= SHOW
    assert len(before) >= 20

    assert admin_client.get(reverse("testimonial:withdraw", args=[story.pk])).status_code == 200
    response = admin_client.post(reverse("testimonial:withdraw", args=[story.pk]), follow=True)
    assert "not shown anywhere any more" in response.content.decode()

    after = walk(*STARTS, *before)
    assert set(after) >= set(before) - {address for address in before if "service=" in address}
    assert [address for address, body in after.items() for words in WORDS if words in body] == []


def test_headings_of_stories_leave_with_the_last_story(whole_site, story):
    withdraw_consent(testimonial_id=story.pk, user=None, now=NOW)
    for address in ("/", "/services/first-visit/", "/blog/chosen-story/", "/about-us/"):
        main = BeautifulSoup(Client().get(address).content, "html.parser").main.get_text()
        assert "What it can be like" not in main  # in the menu it is the name of the page of stories
        assert "What it was like" not in main


def test_a_preview_and_an_old_revision_show_the_words_no_more(whole_site, story, admin_client):
    revision = Revision.objects.filter(content__slug="chosen-story").latest("pk")
    address = reverse("wagtailadmin_pages:revisions_view", args=[revision.object_id, revision.pk])
    assert WORDS[0] in admin_client.get(address).content.decode()
    withdraw_consent(testimonial_id=story.pk, user=None, now=NOW)
    assert WORDS[0] not in admin_client.get(address).content.decode()


def test_the_words_lie_in_one_table_only(whole_site, story, admin_client):
    withdraw_consent(testimonial_id=story.pk, user=make_user(), now=NOW)
    for words in WORDS:
        assert tables_that_hold(words) == ["testimonials_testimonial"]
    admin_client.post(reverse("testimonial:delete", args=[story.pk]))
    for words in WORDS:
        assert tables_that_hold(words) == []
    assert Client().get("/blog/chosen-story/").status_code == 200


def test_withdrawing_again_changes_nothing_and_what_was_not_shown_can_be_withdrawn(clinic_settings):
    story = make_shown_story(published=False)
    first = withdraw_consent(testimonial_id=story.pk, user=None, now=NOW)
    assert str(first.consent_withdrawn_on) == "2026-03-02"
    second = withdraw_consent(testimonial_id=story.pk, user=None, now=NOW.replace(month=4))
    assert second.consent_withdrawn_on == first.consent_withdrawn_on


def test_the_day_of_withdrawal_is_the_clinics(clinic_settings):
    late = NOW.replace(hour=4)  # 11 pm on March 1 in New York
    story = withdraw_consent(testimonial_id=make_shown_story().pk, user=None, now=late)
    assert str(story.consent_withdrawn_on) == "2026-03-01"


def test_a_form_that_was_opened_before_does_not_bring_the_words_back(db):
    opened = Story.objects.get(pk=make_shown_story().pk)
    withdraw_consent(testimonial_id=opened.pk, user=None, now=NOW)
    opened.text = "Shown again?"
    with pytest.raises(ValidationError, match="has withdrawn their consent"):
        change_testimonial(testimonial=opened, user=None)
    stored = Story.objects.get()
    assert (stored.published, stored.text) == (False, "The first visit was a talk.")
    assert stored.consent_withdrawn_on


def test_a_plain_save_of_that_form_would_have_brought_them_back(db):
    opened = Story.objects.get(pk=make_shown_story().pk)
    withdraw_consent(testimonial_id=opened.pk, user=None, now=NOW)
    opened.save()
    assert Story.objects.shown().exists()


# --- No stars ---------------------------------------------------------------------------------------------


def review_markup(body: str) -> set[str]:
    """Return the kinds of structured data in a page that speak of reviews or ratings, in small letters."""
    page = BeautifulSoup(body, "html.parser")
    attributes = ("itemtype", "itemprop", "typeof", "property")
    said = [one[name] for name in attributes for one in page.select(f"[{name}]")]
    said += [
        word
        for script in page.select("script[type='application/ld+json']")
        for word in words_of(json.loads(script.string))
    ]
    return {name.lower() for value in said for name in re.split(r"[\s/#:]+", value)} & REVIEWS


def words_of(data) -> list[str]:
    """Return every key and every `@type` of structured data."""
    match data:
        case dict():
            kinds = data.get("@type", [])
            kinds = [kinds] if isinstance(kinds, str) else kinds
            return [*data, *kinds, *(word for value in data.values() for word in words_of(value))]
        case list():
            return [word for value in data for word in words_of(value)]
    return []


def test_no_page_marks_up_stories_as_reviews_or_ratings(whole_site):
    pages = {address: body for address, body in walk(*STARTS).items() if body.startswith("<!doctype html>")}
    assert len(pages) >= 20
    assert {address: found for address, body in pages.items() if (found := review_markup(body))} == {}


@pytest.mark.parametrize(
    "body",
    [
        '<script type="application/ld+json">{"@graph": [{"@type": ["Thing", "Review"]}]}</script>',
        '<script type="application/ld+json">{"@type": "MedicalClinic", "aggregateRating": {"ratingValue": 5}}</script>',
        '<div itemscope itemtype="https://schema.org/Review"></div>',
        '<div vocab="https://schema.org/" typeof="AggregateRating"></div>',
    ],
)
def test_such_markup_would_be_found(body):
    assert review_markup(body)
