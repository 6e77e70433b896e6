"""What articles say of themselves to search engines and to whoever shares them."""

import gc
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from django.test import Client
from PIL import Image as Canvas
from wagtail.images.models import Image
from wagtail.models import PageViewRestriction

from blog.models import ArticlePage, BlogIndexPage, Topic
from tests import builders
from tests.clinic.vocabulary import complaints, nodes, structured_data


@pytest.fixture
def author(prepared_site, db):
    return builders.make_practitioner(name="Robin Vale", slug="robin-vale")


@pytest.fixture
def article(author):
    """An article with everything, published at the end of February in New York."""
    topic = Topic.objects.create(name="Sleep", slug="sleep", summary="For long nights.")
    article = ArticlePage(
        title="On rest", slug="on-rest", introduction="Rest is not a prize.", topic=topic, author=author,
        reviewed_by=builders.make_practitioner(name="Kim Ash", slug="kim-ash"), reviewed_on=date(2026, 3, 4),
        published_on=date(2026, 3, 1), updated_on=date(2026, 3, 10), body=[("paragraph", "<p>One thing.</p>")],
        sources=[("source", {"text": "Ash, Sleep, 2020", "url": "https://example.org/sleep"}),
                 ("source", {"text": "Vale, Rest, 2021", "url": ""})],
    )  # fmt: skip
    return BlogIndexPage.objects.get().add_child(instance=article)


def fetch(path="/blog/on-rest/"):
    response = Client().get(path)
    assert response.status_code == 200
    return response


def said(response, name: str) -> list[str]:
    page = BeautifulSoup(response.content, "html.parser")
    return [one["content"] for one in page.select(f'meta[property="{name}"]')]


# --- Structured data --------------------------------------------------------------------------------------


def test_an_article_says_who_wrote_and_who_reviewed_it_and_when(article, settings):
    found = nodes(fetch())
    post, page = found["BlogPosting"], found["MedicalWebPage"]
    assert (post["headline"], post["description"]) == ("On rest", "Rest is not a prize.")
    assert (post["author"]["name"], post["author"]["url"]) == ("Robin Vale", f"{settings.SITE_URL}/team/robin-vale/")
    assert post["publisher"]["name"] == "Quiet Room"
    assert post["datePublished"] == "2026-03-01T00:00:00-05:00"
    assert post["dateModified"] == "2026-03-10T00:00:00-04:00"  # summer time began on the 8th
    assert (page["reviewedBy"]["name"], page["lastReviewed"]) == ("Kim Ash", "2026-03-04")
    assert page["mainEntity"] == {"@id": post["@id"]}
    assert post["mainEntityOfPage"] == {"@id": page["@id"]}
    assert post["citation"] == [
        {"@type": "CreativeWork", "name": "Ash, Sleep, 2020", "url": "https://example.org/sleep"},
        {"@type": "CreativeWork", "name": "Vale, Rest, 2021"},
    ]
    assert complaints(structured_data(fetch())) == []


def test_an_article_with_nothing_but_a_title_says_what_is_true(author):
    BlogIndexPage.objects.get().add_child(instance=ArticlePage(title="Bare", slug="bare"))
    found = nodes(fetch("/blog/bare/"))
    assert found["BlogPosting"]["author"]["@type"] == "MedicalClinic"
    assert not {"datePublished", "dateModified", "citation", "articleSection"} & set(found["BlogPosting"])
    assert not {"reviewedBy", "lastReviewed"} & set(found["MedicalWebPage"])
    assert complaints(structured_data(fetch("/blog/bare/"))) == []


def test_without_a_date_of_its_own_the_first_publication_counts(article):
    first = datetime(2026, 3, 2, 3, 30, tzinfo=UTC)
    ArticlePage.objects.update(published_on=None, updated_on=None, first_published_at=first)
    post = nodes(fetch())["BlogPosting"]
    assert post["datePublished"] == post["dateModified"] == "2026-03-01T22:30:00-05:00"


def test_an_article_was_never_updated_before_it_was_published(article):
    ArticlePage.objects.update(updated_on=date(2026, 2, 1))
    post = nodes(fetch())["BlogPosting"]
    assert post["dateModified"] == post["datePublished"]


def test_an_author_who_left_is_named_without_a_page(article):
    article.author.active = False
    article.author.save()
    author = nodes(fetch())["BlogPosting"]["author"]
    assert author["name"] == "Robin Vale"
    assert not {"url", "worksFor"} & set(author)


def test_the_way_to_an_article_leads_through_its_topic(article, settings):
    page = fetch()
    steps = nodes(page)["BreadcrumbList"]["itemListElement"]
    assert [one["name"] for one in steps] == ["Home", BlogIndexPage.objects.get().title, "Sleep", "On rest"]
    assert steps[2]["item"] == f"{settings.SITE_URL}/blog/topics/sleep/"
    link = BeautifulSoup(page.content, "html.parser").select_one("main .eyebrow a")
    assert f"{settings.SITE_URL}{link['href']}" == steps[2]["item"]
    topic = nodes(fetch("/blog/topics/sleep/"))["BreadcrumbList"]["itemListElement"]
    assert topic == steps[:3]


def test_a_title_cannot_break_out_of_the_data(article):
    evil = "</script><script>alert(1)</script>"
    Topic.objects.update(name=evil)
    ArticlePage.objects.update(title=evil, introduction=evil, sources=[("source", {"text": evil, "url": ""})])
    for path in ("/blog/on-rest/", "/blog/topics/sleep/"):
        assert b"<script>alert" not in fetch(path).content
        assert complaints(structured_data(fetch(path))) == []
    assert nodes(fetch())["BlogPosting"]["headline"] == evil


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")
def test_a_picture_whose_file_is_lost_is_left_out(article):
    file = BytesIO()
    Canvas.new("RGB", (1300, 900), "teal").save(file, "JPEG")
    article.picture = Image.objects.create(title="teal", file=ImageFile(file, name="teal.jpg"))
    article.save()
    images = nodes(fetch())["BlogPosting"]["image"]
    assert len(images) == 2
    assert images[1].endswith(".jpg")
    article.picture.renditions.all().delete()
    article.picture.file.storage.delete(article.picture.file.name)
    assert len(nodes(fetch())["BlogPosting"]["image"]) == 1
    gc.collect()  # Wagtail leaves files open; here, where the warning is expected


# --- Sharing ----------------------------------------------------------------------------------------------


def test_an_article_is_shared_with_its_own_card(article, settings):
    page = fetch()
    [card] = said(page, "og:image")
    assert said(page, "og:type") == ["article"]
    assert said(page, "og:image:alt") == ["On rest"]
    assert said(page, "article:published_time") == ["2026-03-01T00:00:00-05:00"]
    picture = Client().get(card.removeprefix(settings.SITE_URL))
    assert picture["Cache-Control"] == "public, max-age=2592000"
    with Canvas.open(BytesIO(picture.content)) as image:
        assert image.size == (1200, 630)
    assert picture.content != Client().get("/cards/clinic.png").content


@pytest.mark.parametrize("change", [{"title": "On sleep"}, {"topic": None}])
def test_a_card_changes_with_its_words(article, change):
    [before] = said(fetch(), "og:image")
    ArticlePage.objects.update(**change)
    [after] = said(fetch(), "og:image")
    assert before.partition("?")[0] == after.partition("?")[0]
    assert before != after


def test_a_draft_a_private_article_and_none_at_all_have_no_card(article):
    card = f"/cards/article-{article.pk}.png"
    assert Client().get(card).status_code == 200
    restriction = PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    assert Client().get(card).status_code == 404
    restriction.delete()
    article.unpublish()
    for path in (card, "/cards/article-0.png", "/cards/article-99999999999999999999.png", "/cards/article-x.png"):
        assert Client().get(path).status_code == 404


def test_a_topic_has_a_title_and_a_description(article):
    page = BeautifulSoup(fetch("/blog/topics/sleep/").content, "html.parser")
    assert page.title.get_text() == "Articles on Sleep · Quiet Room"
    assert page.select_one("meta[name=description]")["content"] == "For long nights."
    Topic.objects.update(summary="")
    page = BeautifulSoup(fetch("/blog/topics/sleep/").content, "html.parser")
    assert page.select_one("meta[name=description]")["content"] == "Articles on Sleep from Quiet Room."


def test_a_topic_is_as_new_on_the_sitemap_as_the_newest_of_its_articles(article, settings):
    topic = article.topic
    for number, day in enumerate((5, 9, 7)):
        changed = datetime(2026, 2, day, 17, tzinfo=UTC)
        one = ArticlePage(title=f"Number {number}", slug=f"number-{number}", topic=topic, last_published_at=changed)
        BlogIndexPage.objects.get().add_child(instance=one)
    article.delete()
    text = fetch("/sitemap.xml").content.decode()
    assert f"<loc>{settings.SITE_URL}/blog/topics/sleep/</loc><lastmod>2026-02-09</lastmod>" in text
