"""A story is shown only with the consent of the person who told it, and only where they allowed it."""

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.db import IntegrityError, connection, transaction
from django.template import Context, Template
from django.test import Client

from clinic.blocks import StoriesBlock
from testimonials.models import PER_PAGE
from testimonials.models import Testimonial as Story
from tests import builders
from tests.testimonials.stories import make_shown_story, make_story, text_of

SAMPLE = "Sample, written for this demonstration"


def shown(stories, query="") -> str:
    response = Client().get(stories.url + query)
    assert response.status_code == 200
    return text_of(response)


def rendered(template: str, **context) -> str:
    return Template("{% load testimonials wagtailcore_tags %}" + template).render(Context(context))


def block(**value):
    """A block of stories as it stands in a page's body."""
    stories = StoriesBlock()
    return stories.bind(stories.to_python({"heading": "What it was like", "chosen": [], "count": 1, **value}))


# --- The page ---------------------------------------------------------------------------------------------


def test_a_story_with_consent_is_shown(stories):
    make_shown_story(service=builders.make_service(name="Sleep talk"), relation="parent")
    text = shown(stories)
    for words in ("The first visit was a talk.", "M. R.", "Sleep talk", "Parent"):
        assert words in text
    assert SAMPLE not in text


def test_a_story_that_is_not_published_is_not_shown(stories):
    make_shown_story(published=False)
    assert "M. R." not in shown(stories)


def test_a_page_without_stories_says_so_kindly(stories):
    assert "There are no stories here right now" in shown(stories)


def test_a_sample_says_that_it_is_one(stories):
    make_story(published=True, sample=True)
    assert shown(stories).count(SAMPLE) == 1


def test_a_story_outlives_the_service_that_it_is_about(stories):
    service = builders.make_service()
    make_shown_story(service=service)
    service.delete()
    assert "M. R." in shown(stories)


def test_words_are_shown_as_words_and_empty_lines_make_paragraphs(stories):
    make_shown_story(text="One <b>bold</b> thing.\n\nAnother.")
    text = Client().get(stories.url).content.decode()
    assert "One &lt;b&gt;bold&lt;/b&gt; thing.</p>" in text
    assert "<p>Another.</p>" in text


def test_the_filter_links_to_services_with_stories_and_to_no_other(stories):
    sleep, couples = (builders.make_service(slug=name, name=name) for name in ("sleep", "couples"))
    builders.make_service(slug="unsung", name="unsung")
    hidden = builders.make_service(slug="hidden", name="hidden")
    make_shown_story(shown_name="Ada", service=sleep)
    make_shown_story(shown_name="Ben", service=couples)
    make_story(shown_name="Cy", service=hidden)
    page = BeautifulSoup(Client().get(stories.url).content, "html.parser")
    links = [one["href"] for one in page.select("nav .chips a")]
    assert links == [stories.url, f"{stories.url}?service=couples", f"{stories.url}?service=sleep"]
    text = shown(stories, "?service=sleep")
    assert ("Ada" in text, "Ben" in text) == (True, False)


def test_a_service_without_stories_says_so_and_an_unknown_one_is_no_page(stories):
    builders.make_service(slug="unsung", name="Unsung")
    make_shown_story()
    assert "There are no stories about “Unsung” right now" in shown(stories, "?service=unsung")
    assert "M. R." in shown(stories, "?service=")
    for odd in ("nothing", "%00", "%FF", "'", "x" * 5000, "unsung%00"):
        response = Client(raise_request_exception=False).get(f"{stories.url}?service={odd}")
        assert response.status_code == 404, odd


def test_many_stories_are_shown_a_page_at_a_time_and_each_once(stories):
    service = builders.make_service(slug="sleep")
    names = {f"Name{number:02}" for number in range(PER_PAGE * 2 + 1)}
    for name in names:
        make_shown_story(shown_name=name, service=service)
    for query in ("?", "?service=sleep&"):
        pages = [shown(stories, f"{query}page={number}") for number in (1, 2, 3)]
        found = [name for page in pages for name in names if name in page]
        assert (sorted(found), len(found)) == (sorted(names), len(names))
        assert "Page 2 of 3" in pages[1]
    for odd in ("0", "99", "-1", "x", "%00", "9" * 400):
        assert Client(raise_request_exception=False).get(f"{stories.url}?page={odd}").status_code == 200, odd
    older = BeautifulSoup(Client().get(f"{stories.url}?service=sleep&page=2").content, "html.parser")
    assert older.select_one("a[rel=next]")["href"] == "?service=sleep&page=3"


def test_the_page_asks_the_database_as_often_for_many_stories_as_for_one(stories, django_assert_max_num_queries):
    make_shown_story(service=builders.make_service())
    Client().get(stories.url)
    with django_assert_max_num_queries(99) as one:
        Client().get(stories.url)
    for _ in range(9):
        make_shown_story(service=builders.make_service())
    with django_assert_max_num_queries(len(one)):
        Client().get(stories.url)


# --- Elsewhere --------------------------------------------------------------------------------------------


def test_the_newest_story_comes_first_and_only_so_many_as_asked_for(stories):
    for day in (2, 3, 1):
        make_shown_story(shown_name=f"Number {day}", given_on=date(2026, 2, day))
    make_story(shown_name="Not yet", given_on=date(2026, 2, 9))
    two = rendered("{% latest_testimonials 2 %}")
    assert [word for word in ("Number 3", "Number 2", "Number 1", "Not yet") if word in two] == ["Number 3", "Number 2"]
    text = shown(stories)
    assert text.index("Number 3") < text.index("Number 2") < text.index("Number 1")


def test_what_was_allowed_for_the_page_of_stories_alone_is_shown_nowhere_else(stories):
    service = builders.make_service()
    story = make_shown_story(consent_scope="stories_page", service=service)
    assert "M. R." in shown(stories)
    for template in ("{% latest_testimonials 9 %}", "{% testimonials_about service 9 %}", "{% include_block block %}"):
        context = {"service": service, "block": block(chosen=[story.pk])}
        assert "M. R." not in rendered(template, **context)
        Story.objects.update(consent_scope="website")
        assert "M. R." in rendered(template, service=service, block=block(chosen=[story.pk]))
        Story.objects.update(consent_scope="stories_page")


def test_a_services_page_shows_what_is_about_it_and_no_empty_heading(clinic_settings):
    service, other = builders.make_service(), builders.make_service()
    make_shown_story(shown_name="Ada", service=service)
    make_shown_story(shown_name="Ben", service=service)
    template = "{% testimonials_about service 1 %}"
    assert ("Ada" in rendered(template, service=service), "Ben" in rendered(template, service=service)) == (False, True)
    assert rendered(template, service=other).strip() == ""


def test_a_block_shows_the_chosen_stories_in_their_order(db):
    ada, ben, cy = (make_shown_story(shown_name=name) for name in ("Ada", "Ben", "Cy"))
    text = rendered("{% include_block block %}", block=block(chosen=[ben.pk, ada.pk]))
    assert text.index("What it was like") < text.index("Ben") < text.index("Ada")
    assert cy.shown_name not in text


def test_a_block_without_choice_shows_the_latest(db):
    for name in ("Ada", "Ben", "Cy"):
        make_shown_story(shown_name=name)
    text = rendered("{% include_block block %}", block=block(count=2))
    assert [name in text for name in ("Ada", "Ben", "Cy")] == [False, True, True]


def test_a_chosen_story_that_may_not_be_shown_disappears_and_the_last_one_takes_the_heading_with_it(db):
    ada, ben = make_shown_story(shown_name="Ada"), make_shown_story(shown_name="Ben")
    make_shown_story(shown_name="The latest")
    chosen = [ada.pk, ben.pk, 0]
    Story.objects.filter(pk=ada.pk).update(published=False)
    text = rendered("{% include_block block %}", block=block(chosen=chosen))
    assert [name in text for name in ("Ada", "Ben", "The latest")] == [False, True, False]
    ben.delete()
    assert rendered("{% include_block block %}", block=block(chosen=chosen)).strip() == ""


def test_a_block_names_no_name_to_those_who_choose(db):
    story = make_shown_story(text="Said once.", shown_name="Ada")
    assert str(story) == f"Testimonial {story.pk}"


# --- The database keeps the promise -----------------------------------------------------------------------


def test_the_database_refuses_to_show_a_story_without_consent(db):
    waiting, agreed = make_story(), make_shown_story()
    for refused in (
        lambda: Story.objects.filter(pk=waiting.pk).update(published=True),
        lambda: Story.objects.filter(pk=agreed.pk).update(consent_given_on=None),
    ):
        with pytest.raises(IntegrityError, match="testimonial_shown_only_with_consent"), transaction.atomic():
            refused()


def test_the_database_refuses_to_show_a_story_whose_consent_was_withdrawn(db):
    story = make_shown_story()
    change = Story.objects.filter(pk=story.pk)
    with pytest.raises(IntegrityError, match="testimonial_not_shown_once_withdrawn"), transaction.atomic():
        change.update(consent_withdrawn_on=date(2026, 2, 3))
    change.update(consent_withdrawn_on=date(2026, 2, 3), published=False)
    with pytest.raises(IntegrityError, match="testimonial_not_shown_once_withdrawn"), transaction.atomic():
        change.update(published=True)


@pytest.mark.parametrize("missing", [{"consent_scope": ""}, {"consent_text": None}])
def test_the_database_keeps_no_consent_without_its_place_and_its_words(db, missing):
    story = make_shown_story(published=False)
    with pytest.raises(IntegrityError, match="testimonial_consent_says_where_and_to_what"), transaction.atomic():
        Story.objects.filter(pk=story.pk).update(**missing)


def test_without_its_rules_the_database_would_show_anything(db):
    story = make_story()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in ("testimonial_shown_only_with_consent", "testimonial_not_shown_once_withdrawn"):
            cursor.execute(f"ALTER TABLE testimonials_testimonial DROP CONSTRAINT {name}")
        Story.objects.update(published=True, consent_withdrawn_on=date(2026, 2, 3))
        assert list(Story.objects.shown()) == [story]
        transaction.set_rollback(True)
