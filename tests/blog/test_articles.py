"""Articles as readers meet them: listed newest first, by topic, and never before they are published."""

import gc
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.files.images import ImageFile
from django.db.models import ProtectedError
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from PIL import Image as Canvas
from wagtail.images.models import Image
from wagtail.models import PageViewRestriction

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import HomePage, TeamPage
from tests import builders

BODY = [
    ("heading", "What helps"),
    ("paragraph", "<p>One thing.</p><ul><li>Or two</li></ul>"),
    ("quote", {"text": "Rest is not a prize.", "attribution": ""}),
    ("crisis_card", None),
    ("booking_call", {"heading": "Talk to us", "text": "", "button": "Choose a time"}),
]


@pytest.fixture
def blog(clinic_settings) -> BlogIndexPage:
    home = HomePage.objects.get()
    home.add_child(instance=TeamPage(title="Team", slug="team"))
    return home.add_child(instance=BlogIndexPage(title="Articles", slug="blog"))


def make_topic(name="Sleep") -> Topic:
    return Topic.objects.create(name=name, slug=name.lower())


def add_article(blog, title="On rest", *, live=True, **fields) -> ArticlePage:
    """An article that is published now, or a draft."""
    published = timezone.now() if live else None
    values = {"slug": title.lower().replace(" ", "-"), "first_published_at": published, "body": BODY}
    return blog.add_child(instance=ArticlePage(title=title, live=live, **{**values, **fields}))


def read(path: str, status=200) -> str:
    response = Client().get(path)
    assert response.status_code == status
    return response.content.decode()


def listed(path="/blog/") -> list[str]:
    """Return the titles on a listing, in order."""
    return re.findall(r'<h3><a href="[^"]*">([^<]*)</a></h3>', read(path))


# --- One article ------------------------------------------------------------------------------------------


def test_an_article_shows_its_parts_in_order(blog):
    add_article(blog, topic=make_topic(), author=builders.make_practitioner(), published_on=date(2026, 2, 1))
    text = read("/blog/on-rest/").partition("<main")[2]
    parts = ["<h1>On rest</h1>", "By Robin Vale, LCSW", "February 1, 2026", "<h2>What helps</h2>", "<li>Or two</li>",
             "<blockquote>", 'class="crisis"', "Talk to us", "Choose a time", "/team/person-"]  # fmt: skip
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert 'href="/blog/topics/sleep/"' in text


def test_an_article_with_nothing_but_a_title_is_readable(blog):
    add_article(blog, body=[])
    text = read("/blog/on-rest/")
    assert "<h1>On rest</h1>" in text
    assert "None" not in text
    assert "<time" not in text
    assert listed() == ["On rest"]


def test_a_draft_is_neither_listed_nor_read(blog):
    add_article(blog, topic=make_topic(), live=False)
    assert listed() == []
    read("/blog/on-rest/", 404)
    assert "Sleep" not in read("/blog/")


def test_a_private_article_is_neither_listed_nor_read(blog):
    article = add_article(blog, topic=make_topic())
    PageViewRestriction.objects.create(page=article, restriction_type=PageViewRestriction.LOGIN)
    assert listed() == []
    read("/blog/topics/sleep/", 404)
    assert Client().get("/blog/on-rest/").status_code == 302


def test_an_article_by_somebody_who_left_has_no_link_that_leads_nowhere(blog):
    author = builders.make_practitioner(active=False)
    add_article(blog, author=author)
    text = read("/blog/on-rest/")
    assert author.name in text
    assert f"/team/{author.slug}/" not in text


def test_an_article_outlives_its_author_and_its_picture_but_a_topic_in_use_cannot_be_deleted(blog):
    author, topic = builders.make_practitioner(), make_topic()
    add_article(blog, author=author, topic=topic)
    author.delete()
    assert "By " not in read("/blog/on-rest/")
    with pytest.raises(ProtectedError):
        topic.delete()


@pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Wagtail leaves its temporary files open
def test_a_picture_comes_in_small_formats_and_says_nothing_to_screen_readers(blog):
    file = BytesIO()
    Canvas.new("RGB", (900, 600), "teal").save(file, "JPEG")
    picture = Image.objects.create(title="teal.jpg", file=ImageFile(file, name="teal.jpg"))
    add_article(blog, picture=picture)
    for text in (read("/blog/on-rest/"), read("/blog/")):
        assert re.findall(r'<source[^>]*type="([^"]*)"', text) == ["image/avif", "image/webp"]
        images = re.findall(r"<img[^>]*>", text)
        assert len(images) == 1
        assert 'alt=""' in images[0]
        assert "teal.jpg" not in images[0]
    gc.collect()  # here, where the warning is expected


# --- Listings ---------------------------------------------------------------------------------------------


def test_the_newest_article_comes_first(blog):
    for day in (2, 9, 5):
        add_article(blog, f"Day {day}", published_on=date(2026, 2, day))
    assert listed() == ["Day 9", "Day 5", "Day 2"]


def test_an_article_without_a_date_stands_where_its_publication_puts_it(blog):
    add_article(blog, "Day 9", published_on=date(2026, 2, 9))
    add_article(blog, "Undated", first_published_at=datetime(2026, 2, 5, 12, tzinfo=UTC))
    add_article(blog, "Day 2", published_on=date(2026, 2, 2))
    assert listed() == ["Day 9", "Undated", "Day 2"]


def test_an_empty_blog_is_a_page(blog):
    assert listed() == []
    assert "<h1>Articles</h1>" in read("/blog/")


def test_a_topic_lists_its_own_articles(blog):
    add_article(blog, "Awake", topic=make_topic("Sleep"))
    add_article(blog, "Alone", topic=make_topic("Grief"))
    assert listed("/blog/topics/sleep/") == ["Awake"]
    assert "<h1>Sleep</h1>" in read("/blog/topics/sleep/")
    assert 'href="/blog/topics/sleep/" aria-current="page"' in read("/blog/topics/sleep/")
    assert 'href="/blog/" aria-current="page"' in read("/blog/")


def test_a_topic_with_nothing_to_read_is_no_page_and_no_link(blog):
    make_topic("Empty")
    add_article(blog, "Later", topic=make_topic("Drafts"), live=False)
    for slug in ("empty", "drafts", "unknown"):
        read(f"/blog/topics/{slug}/", 404)
        assert f"/topics/{slug}/" not in read("/blog/")
        assert f"/topics/{slug}/" not in read("/sitemap.xml")


def test_a_long_list_comes_in_pages(blog):
    for day in range(1, 21):
        add_article(blog, f"Day {day}", published_on=date(2026, 2, day))
    pages = [listed(f"/blog/?page={number}") for number in (1, 2, 3)]
    assert [len(page) for page in pages] == [9, 9, 2]
    assert [title for page in pages for title in page] == [f"Day {day}" for day in range(20, 0, -1)]
    first, second, third = (read(f"/blog/?page={number}") for number in (1, 2, 3))
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert ('rel="next"' in second, 'rel="prev"' in second) == (True, True)
    assert ('rel="next"' in third, 'rel="prev"' in third) == (False, True)
    assert "Page 2 of 3" in second


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "%00", "1e9", "٢"])
def test_a_page_that_does_not_exist_is_one_that_does(blog, number):
    for day in range(1, 12):
        add_article(blog, f"Day {day}", published_on=date(2026, 2, day))
    assert len(listed(f"/blog/?page={number}")) in (9, 2)


def test_a_listing_asks_the_database_as_often_for_nine_articles_as_for_one(blog, django_assert_max_num_queries):
    author, topic = builders.make_practitioner(), make_topic()
    add_article(blog, "Day 1", author=author, topic=topic)
    with django_assert_max_num_queries(100) as for_one:
        read("/blog/")
    for day in range(2, 10):
        add_article(blog, f"Day {day}", author=author, topic=topic)
    with django_assert_max_num_queries(len(for_one)):
        assert len(listed()) == 9


def test_other_pages_show_the_newest_and_those_of_one_author(blog):
    robin, kim = builders.make_practitioner(), builders.make_practitioner(name="Kim")
    for day, author in ((1, robin), (2, kim), (3, robin)):
        add_article(blog, f"Day {day}", author=author, published_on=date(2026, 2, day))
    add_article(blog, "Draft", author=robin, live=False)
    template = "{% load articles %}{% latest_articles 2 %}|{% articles_by author %}"
    newest, of_robin = Template(template).render(Context({"author": robin})).split("|")
    titles = [re.findall(r">(Day \d|Draft)</a>", part) for part in (newest, of_robin)]
    assert titles == [["Day 3", "Day 2"], ["Day 3", "Day 1"]]
    assert "Written by Robin Vale" in of_robin
