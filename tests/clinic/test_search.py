"""The search: what it finds, in which order, what it never shows, and what it does with odd words."""

import logging
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection, transaction
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.search_promotions.models import Query, QueryDailyHits, SearchPromotion
from wagtail.models import PageViewRestriction

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import CrisisHelpPage, Location, Practitioner, SearchWord, Service, TeamPage
from testimonials import models as testimonials
from tests import builders

WORRY = "Worry is a guess about tomorrow. It arrives at night, at the zebra crossing."


@pytest.fixture(scope="module")
def prepared(django_db_setup, django_db_blocker):
    """A new practice with one person, service, place and two articles; made once for this module."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        service = builders.make_service(slug="first-visit", summary="A talk about what brings you.")
        place = builders.make_location(slug="riverside", directions="<p>Beside the <b>zebra</b> crossing.</p>")
        builders.make_practitioner(
            name="Maya Lindqvist", slug="maya", services=[service], location=place, summary="For people who worry.",
            specialities=["Sleep"], biography="<p>Once I drew a zebra.</p>",
        )  # fmt: skip
        anxiety, sleep = (Topic.objects.create(name=name, slug=name.lower()) for name in ("Anxiety", "Sleep"))
        add_article("When you worry", WORRY, topic=anxiety)
        add_article("Long nights", "Nights are for rest. A zebra rests too.", topic=sleep, further_topics=[anxiety])
        yield
        transaction.set_rollback(True)


@pytest.fixture
def site(prepared, db):
    """The prepared practice; what a test changes is undone."""


def add_article(title, text="", *, live=True, **fields) -> ArticlePage:
    further = fields.pop("further_topics", [])
    article = ArticlePage(title=title, live=live, body=[("paragraph", f"<p>{text}</p>")] if text else [], **fields)
    article.further_topics = further
    return BlogIndexPage.objects.get().add_child(instance=article)


def ask(words=None, **parameters):
    parameters = parameters if words is None else {"q": words, **parameters}
    response = Client().get("/search/", parameters)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser").main


def found(words, **parameters) -> list[str]:
    """Return the addresses of the results, in their order."""
    return [one["href"] for one in ask(words, **parameters).select(".results h2 a")]


def summary(page) -> str:
    return " ".join(page.select_one("[role=status]").get_text().split())


def names(page) -> list[str]:
    return [one.get_text() for one in page.select(".results h2")]


# --- One list ---------------------------------------------------------------------------------------------


def test_people_places_services_and_pages_stand_in_one_list_with_their_kind(site):
    page = ask("zebra")
    kinds = {one.select_one(".eyebrow").get_text() for one in page.select(".results > li")}
    assert kinds == {"Article", "Person", "Place"}
    assert summary(page) == "4 results"
    assert [one.select_one(".eyebrow").get_text() for one in ask("brings you").select(".results > li")] == ["Service"]
    assert "Page" in [one.select_one(".eyebrow").get_text() for one in ask("privacy").select(".results > li")]


def test_every_result_leads_somewhere(site):
    for words in ("zebra", "first", "privacy", "help"):
        for address in found(words):
            assert Client().get(address).status_code == 200


def test_what_is_about_it_stands_before_what_mentions_it(site):
    add_article("Something else", "Much else, and near the end also worry.")
    assert found("worry")[0] == "/blog/when-you-worry/"
    assert found("worry")[-1] == "/blog/something-else/"
    assert found("Maya")[0] == "/team/maya/"


def test_other_endings_of_a_word_are_found(site):
    assert "/blog/when-you-worry/" in found("worrying")
    assert "/blog/long-nights/" in found("resting")


def test_accents_make_no_difference(site):
    add_article("The café", "Meet Zoë there.", slug="the-cafe")
    for words in ("cafe", "café", "CAFÉ", "cafe\u0301", "zoe", "Zoë"):
        assert found(words) == ["/blog/the-cafe/"], words


def test_quotes_keep_words_together_and_or_is_a_choice(site):
    assert found('"zebra crossing"') == found("zebra crossing") != []
    assert "Nothing has all of these words" in summary(ask('"crossing zebra"'))
    assert set(found("drew or tomorrow")) == {"/team/maya/", "/blog/when-you-worry/"}


def test_a_hyphen_before_a_word_is_no_command(site):
    for words in ("-worry", "--worry", "- worry", "worry -", "!worry"):
        assert found(words) == found("worry"), words
    assert found("zebra -crossing") == found("zebra crossing")


def test_an_article_is_found_by_its_topics(site):
    assert set(found("anxiety")) == {"/blog/when-you-worry/", "/blog/long-nights/"}


def test_a_topic_that_is_renamed_is_found_under_the_new_name(site):
    Topic.objects.filter(slug="anxiety").update(name="Butterflies")
    assert set(found("butterflies")) == {"/blog/when-you-worry/", "/blog/long-nights/"}
    assert found("anxiety") == []


def test_where_nothing_has_all_words_some_are_enough(site):
    page = ask("tomorrow xyzzy")
    assert "Nothing has all of these words" in summary(page)
    assert names(page) == ["When you worry"]


# --- What is shown of it ----------------------------------------------------------------------------------


def test_words_are_marked_in_title_and_excerpt(site):
    result = ask("worry").select_one(".results > li")
    assert [one.get_text() for one in result.h2.select("mark")] == ["worry"]
    assert [one.get_text() for one in result.select("p:not(.eyebrow) mark")] == ["Worry"]
    assert "guess about tomorrow" in result.get_text()


def test_the_excerpt_of_a_fact_does_not_begin_with_its_name(site):
    result = ask("Maya").select_one(".results > li")
    assert result.select("p")[1].get_text().startswith("For people who worry.")


def test_an_excerpt_reads_as_text(site):
    parts = ["<p>Quagga one.</p>", "<ul><li>two</li>", "<li>three</li></ul>"]
    article = add_article("Lists")
    article.body = [("heading", "What helps"), ("paragraph", "\n".join(parts)), ("heading", "More")]
    article.save()
    assert ask("quagga").select(".results p")[1].get_text() == "What helps, Quagga one. two · three, More"


@pytest.mark.parametrize(
    "bad", ["<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\ue000<b>\ue001", "&lt;b&gt;<i"]
)
def test_nothing_that_is_found_becomes_html(site, bad):
    text = bad.replace("&", "&amp;").replace("<", "&lt;")  # as an editor types it: the characters themselves
    add_article(f"Okapi {bad}", f"Before {text} an okapi {text} after.")
    Service.objects.update(summary=f"Okapi {bad}")
    Location.objects.update(name=f"Okapi {bad}")
    for model in (Service, Location):
        for row in model.objects.all():
            row.save()
    promote("okapi", external_link_url="https://example.org/", external_link_text=bad, description=bad)
    response = Client().get("/search/", {"q": "okapi"})
    results = BeautifulSoup(response.content, "html.parser").select_one(".results")
    assert len(results.select("li")) == 4
    assert results.select("script, img, i, b") == []
    assert {one.name for one in results.find_all(True)} <= {"li", "p", "h2", "a", "mark"}
    assert not [one for one in results.find_all(True) if set(one.attrs) - {"class", "href", "rel"}]
    typed = ask(f"okapi {bad}")
    assert typed.select("script, img, i, b") == []
    assert typed.select_one("#q")["value"].split() == f"okapi {bad}".replace("\ue000", "").replace("\ue001", "").split()


def test_what_has_a_title_only_is_found_too(site):
    add_article("Okapi")
    assert [one.get_text() for one in ask("okapi").select(".results p")] == ["Article"]


def test_a_mark_of_ours_in_a_text_marks_nothing(site):
    add_article("Okapi", "A \ue000forged\ue001 okapi.")
    assert [one.get_text() for one in ask("okapi").select("p mark")] == ["okapi"]


# --- Many results -----------------------------------------------------------------------------------------


@pytest.fixture
def many(site):
    """23 articles on narwhals, 12 of them on sleep."""
    sleep = Topic.objects.get(slug="sleep")
    for number in range(23):
        add_article(f"Number {number}", "One more narwhal.", topic=sleep if number < 12 else None)


def test_results_come_ten_at_a_time_and_none_twice(many):
    pages = [ask("narwhal", page=number) for number in (1, 2, 3)]
    titles = [name for page in pages for name in names(page)]
    assert [len(names(page)) for page in pages] == [10, 10, 3]
    assert len(set(titles)) == 23
    assert summary(pages[0]) == "23 results"
    assert [page.select_one(".results + nav .meta").get_text() for page in pages] == [
        f"Page {n} of 3" for n in (1, 2, 3)
    ]
    assert pages[1].select_one("[rel=prev]")["href"] == "?q=narwhal&page=1"
    assert pages[1].select_one("[rel=next]")["href"] == "?q=narwhal&page=3"
    assert not pages[0].select("[rel=prev]")
    assert not pages[2].select("[rel=next]")


def test_an_odd_page_number_gets_a_page(many):
    for asked, shown in (("0", 3), ("-1", 3), ("99", 3), ("x", 1), ("", 1), ("9" * 5000, 1), ("²", 1), ("\x00", 1)):
        assert ask("narwhal", page=asked).select_one(".results + nav .meta").get_text() == f"Page {shown} of 3"


def test_topics_that_have_results_narrow_the_list(many):
    page = ask("narwhal")
    [everything, sleep] = page.select("nav[aria-label='Topics of these results'] a")
    assert (everything.get_text().split(), everything["aria-current"]) == (["Everything", "23"], "true")
    assert sleep.get_text().split() == ["Sleep", "12"]
    page = ask(**{name: value for name, [value] in parse_qs(urlsplit(sleep["href"]).query).items()})
    assert summary(page) == "12 articles on Sleep"
    assert page.select_one("nav[aria-label='Topics of these results'] [aria-current]").get_text().split() == [
        "Sleep",
        "12",
    ]
    assert page.select_one("[rel=next]")["href"] == "?q=narwhal&topic=sleep&page=2"
    assert len(names(ask("narwhal", topic="sleep", page=2))) == 2


def test_a_topic_without_results_is_as_good_as_none(many):
    for topic in ("anxiety", "nothing", "", "\x00", "%", "' or 1=1"):
        assert summary(ask("narwhal", topic=topic)) == "23 results"


def queries_of(**parameters) -> int:
    with CaptureQueriesContext(connection) as queries:
        ask(**parameters)
    return len(queries)


def test_the_number_of_queries_is_small_and_does_not_grow_with_the_results(many):
    for asked in ({}, {"q": "narwhal"}, {"q": "narwal"}):
        ask(**asked)  # what is cached once, is
    form = queries_of()
    assert queries_of(q="privacy") - form <= 12
    assert queries_of(q="zebra") - form <= 12  # all kinds
    before = queries_of(q="narwhal")
    for number in range(10):
        add_article(f"Further {number}", "A narwhal again.", topic=Topic.objects.first())
        builders.make_practitioner(name=f"Narwhal {number}", location=Location.objects.get())
    assert queries_of(q="narwhal") - form <= 12
    assert queries_of(q="narwhal", page=2) <= before + 1  # the team, once


# --- Right at the next request ----------------------------------------------------------------------------


def test_what_is_published_is_found_at_once_and_what_is_unpublished_is_not(site):
    article = add_article("Axolotl", "In the pond.", live=False)
    assert found("axolotl") == found("pond") == []
    article.save_revision().publish()
    assert found("axolotl") == found("pond") == ["/blog/axolotl/"]
    article.refresh_from_db()
    article.unpublish()
    assert found("axolotl") == found("pond") == []


def test_words_of_a_draft_are_found_when_it_is_published(site):
    article = ArticlePage.objects.get(slug="when-you-worry")
    article.body = [("paragraph", "<p>Now with an axolotl.</p>")]
    article.title = "Axolotl"
    revision = article.save_revision()
    assert found("axolotl") == []
    revision.publish()
    assert found("axolotl") == ["/blog/when-you-worry/"]
    assert found("tomorrow") == []


def test_a_private_page_is_not_found(site):
    assert found("tomorrow")
    article = ArticlePage.objects.get(slug="when-you-worry")
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    assert found("tomorrow") == []
    assert not [one for one in ask("worry").select("nav a") if "Anxiety" in one.get_text()]


def test_who_has_left_is_not_found(site):
    assert found("Lindqvist") == ["/team/maya/"]
    Practitioner.objects.update(active=False)
    assert found("Lindqvist") == []


def test_facts_are_found_only_where_they_have_a_page(site):
    TeamPage.objects.get().unpublish()
    assert found("Lindqvist") == []


def test_what_is_deleted_is_not_found(site):
    ArticlePage.objects.get(slug="when-you-worry").delete()
    Location.objects.get().delete()
    assert found("crossing") == []


def test_stories_are_never_found_so_a_withdrawn_one_is_not_either(site):
    story = testimonials.Testimonial.objects.create(
        text="The capybara helped.", shown_name="Ada B.", given_on="2026-01-01", sample=True, published=True
    )
    assert "capybara" in Client().get("/testimonials/").content.decode()
    assert found("capybara") == []
    story.published = False
    story.save()
    assert found("capybara") == []


# --- Spelling ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "meant", "first"),
    [("tomorow", "tomorrow", "/blog/when-you-worry/"), ("tomrorow", "tomorrow", "/blog/when-you-worry/"),
     ("lindquist", "lindqvist", "/team/maya/"), ("Lindkvist", "lindqvist", "/team/maya/"),
     ("Maya Lindqist", "Maya lindqvist", "/team/maya/"), ("zeBar", "zebra", "/blog/when-you-worry/"),
     ("anxeity", "anxiety", "/blog/when-you-worry/"), ("ANXITEY", "anxiety", "/blog/when-you-worry/")],
)  # fmt: skip
def test_a_mistyped_word_is_mended_and_the_page_says_so(site, typed, meant, first):
    page = ask(typed)
    assert f"Showing results for {meant}. Search instead for {typed}" in summary(page)
    assert first in [one["href"] for one in page.select(".results h2 a")]
    assert page.select_one("#q")["value"] == typed
    [link] = page.select("[role=status] a")
    exact = Client().get("/search/" + link["href"]).content.decode()
    assert "Showing results for" not in exact
    assert "We found nothing for" in exact or "some of them" in exact


def test_what_is_found_as_it_is_typed_is_not_mended(site):
    add_article("Anxeity", "A rare word.")
    page = ask("anxeity")
    assert names(page) == ["Anxeity"]
    assert "Showing results" not in summary(page)


def test_where_little_is_found_a_much_commoner_spelling_is_offered(site):
    for number in range(12):
        add_article(f"Narwhal {number}", "Of the north.")
    add_article("Narwahl", "Of the south.")
    page = ask("narwahl")
    assert names(page) == ["Narwahl"]
    assert "Did you mean narwhal?" in summary(page)
    assert len(found("narwhal")) == 10


def test_words_of_drafts_and_of_people_who_left_are_not_suggested(site):
    add_article("Axolotl", "Not yet.", live=False)
    Practitioner.objects.update(active=False)
    assert SearchWord.objects.filter(word="axolotl").exists()
    for typed in ("axolotle", "lindquist"):
        page = ask(typed)
        assert names(page) == []
        assert "axolotl." not in page.get_text()
        assert "lindqvist" not in page.get_text()
    ArticlePage.objects.get(slug="axolotl").save_revision().publish()
    assert names(ask("axolotle")) == ["Axolotl"]


def test_an_index_without_words_is_made_anew(site):
    SearchWord.objects.all().delete()
    assert found("tomorow") == []
    call_command("prepare_site", stdout=StringIO())
    assert found("tomorow") == ["/blog/when-you-worry/"]


# --- What staff put first ---------------------------------------------------------------------------------


def promote(words, **fields):
    return SearchPromotion.objects.create(query=Query.get(words), **fields)


def test_a_promoted_page_stands_first_and_only_once(site):
    page = TeamPage.objects.get()
    promote("Worry", page=page.page_ptr, description="People who know it well.")
    promote("worry", page=ArticlePage.objects.get(slug="long-nights").page_ptr)
    answer = ask("worry ")
    assert names(answer)[:2] == [page.title, "Long nights"]
    assert answer.select_one(".results .eyebrow").get_text() == "Our suggestion"
    assert "People who know it well." in answer.get_text()
    assert names(answer).count("Long nights") == 1
    assert summary(answer) == f"{len(names(answer))} results"
    assert names(ask("worries"))[0] == "When you worry"


def test_a_promotion_may_lead_elsewhere_and_says_where(site):
    promote("xyzzy", external_link_url="https://example.org/a", external_link_text="A study")
    answer = ask("xyzzy")
    assert answer.select_one(".results a")["href"] == "https://example.org/a"
    assert answer.select_one(".results .eyebrow").get_text() == "Our suggestion, on example.org"
    assert summary(answer) == "1 result"


def test_a_promoted_page_that_nobody_may_read_is_not_shown(site):
    article = ArticlePage.objects.get(slug="when-you-worry")
    promote("xyzzy", page=article.page_ptr)
    assert found("xyzzy") == ["/blog/when-you-worry/"]
    article.unpublish()
    assert found("xyzzy") == []


def test_what_visitors_look_for_is_not_stored(site):
    promote("zebra", page=TeamPage.objects.get().page_ptr)
    before = Query.objects.count()
    for words in ("zebra", "a secret wish", "lindquist", "kill myself"):
        ask(words)
    assert (Query.objects.count(), QueryDailyHits.objects.count()) == (before, 0)
    template = "{% load wagtailsearchpromotions_tags %}{% get_search_promotions 'a secret wish' as chosen %}"
    Template(template).render(Context())  # Wagtail's own way, which we do not go
    assert Query.objects.count() == before + 1


# --- Help first -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words", ["suicide", "I want to die", "sucidal", "kil myself", "he hurts me", "zebra overdose"]
)
def test_words_of_crisis_bring_the_card_before_everything(site, words):
    page = ask(words)
    [card] = page.select(".crisis")
    assert card.find_previous("form") is None
    assert {"tel:911", "tel:988", "sms:988"} <= {one["href"] for one in card.select("a")}
    assert CrisisHelpPage.objects.get().url in [one["href"] for one in card.find_next_siblings("p")[0].select("a")]


@pytest.mark.parametrize("words", ["", "zebra", "dying of laughter", "cutting down on coffee", "overcome worry"])
def test_other_words_bring_no_card(site, words):
    assert ask(words).select(".crisis") == []


# --- The form, and no results -----------------------------------------------------------------------------


@pytest.mark.parametrize("words", [None, "", "   ", "\u200b", "\x00"])
def test_without_words_there_is_the_form_with_topics_to_browse(site, words):
    page = ask(words)
    assert page.select("[role=status], .results") == []
    assert [one["href"] for one in page.select("nav a")] == ["/blog/topics/anxiety/", "/blog/topics/sleep/"]


def test_without_results_there_are_ways_on(site):
    page = ask("xyzzy")
    assert summary(page) == "We found nothing for “xyzzy”."
    ways = {one["href"] for one in page.select("a")}
    assert {"/team/", "/services/", "/contact/", "/blog/topics/sleep/"} <= ways


def test_a_site_without_articles_can_be_searched(site):
    BlogIndexPage.objects.get().delete()
    assert ask("xyzzy").select("nav") == []
    assert found("Maya") == ["/team/maya/"]


@pytest.mark.parametrize("words", [None, "zebra", "kill myself", "xyzzy"])
def test_no_answer_is_kept_anywhere(site, words):
    response = Client().get("/search/", {} if words is None else {"q": words})
    assert set(response["Cache-Control"].split(", ")) == {"private", "no-store"}
    assert b'<meta name="robots" content="noindex">' in response.content


def test_no_log_tells_what_somebody_looked_for(site, caplog):
    caplog.set_level(logging.DEBUG)
    client = Client(raise_request_exception=False)
    secret = {"q": "marmalade wish"}
    assert client.get("/search/", secret).status_code == 200
    assert client.get("/search/nothing/", secret).status_code == 404
    assert client.post("/search/", secret, QUERY_STRING="q=marmalade").status_code == 405
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE wagtailsearch_indexentry RENAME TO elsewhere")
    assert client.get("/search/", secret).status_code == 500
    assert "/search/" in caplog.text
    assert "marmalade" not in caplog.text


def test_the_database_of_this_machine_logs_no_statements(site):
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, setting FROM pg_settings WHERE name LIKE 'log_%%statement'")
        settings = dict(cursor.fetchall())
    assert settings["log_statement"] == "none"
    if connection.settings_dict["HOST"].startswith("/"):
        assert settings["log_min_error_statement"] == "panic"
