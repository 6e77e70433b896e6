"""Articles as readers meet them: listed newest first, by topic, and never before they are published."""

import gc
import re
from datetime import UTC, date, datetime
from io import BytesIO

import pytest
from django.core.exceptions import ValidationError
from django.core.files.images import ImageFile
from django.db import IntegrityError
from django.db.models import ProtectedError
from django.template import Context, Template
from django.test import Client
from django.utils import timezone
from PIL import Image as Canvas
from wagtail.images.models import Image
from wagtail.models import PageViewRestriction

from blog.models import ArticlePage, BlogIndexPage, Topic
from clinic.models import HomePage, OutboundLinks, TeamPage
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
    further = fields.pop("further_topics", [])
    article = ArticlePage(title=title, live=live, **{**values, **fields})
    article.further_topics = further
    return blog.add_child(instance=article)


def read(path: str, status=200) -> str:
    response = Client().get(path)
    assert response.status_code == status
    return response.content.decode()


def listed(path="/blog/") -> list[str]:
    """Return the titles on a listing, in order, the featured one first."""
    return re.findall(r'<h[23]><a href="[^"]*">([^<]*)</a></h[23]>', read(path))


# --- One article ------------------------------------------------------------------------------------------


def test_an_article_shows_its_parts_in_order(blog):
    add_article(blog, topic=make_topic(), author=builders.make_practitioner(), published_on=date(2026, 2, 1))
    text = read("/blog/on-rest/").partition("<main")[2]
    parts = ["<h1>On rest</h1>", "Robin Vale, LCSW</a>", "1 minute to read", "February 1, 2026",
             '<h2 id="what-helps">What helps</h2>', "<li>Or two</li>", "<blockquote>", 'class="crisis"', "Talk to us",
             "Choose a time", "Written by"]  # fmt: skip
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


def test_an_article_says_who_reviewed_it_and_when_it_will_be_again(blog):
    reviewer = builders.make_practitioner(name="Kim Lowe", credentials="PhD")
    dates = {"reviewed_on": date(2026, 1, 30), "next_review_on": date(2027, 1, 30), "updated_on": date(2026, 2, 3)}
    add_article(blog, reviewed_by=reviewer, published_on=date(2025, 5, 1), **dates)
    text = " ".join(read("/blog/on-rest/").split())
    assert re.search(r"Clinically reviewed by <a [^>]*>Kim Lowe, PhD</a> on <time [^>]*>January 30, 2026", text)
    assert "Next review January 2027" in text
    assert re.search(r"Updated <time [^>]*>February 3, 2026", text)


@pytest.mark.parametrize(
    "fields",
    [{"reviewed_on": None}, {"reviewed_on": date(2026, 2, 1), "next_review_on": date(2026, 2, 1)}],
    ids=["a review without a day", "the next review on the day of the last"],
)
def test_the_database_refuses_a_review_that_makes_no_sense(blog, fields):
    article = add_article(blog, reviewed_by=builders.make_practitioner(), reviewed_on=date(2026, 2, 1))
    with pytest.raises(IntegrityError):
        ArticlePage.objects.filter(pk=article.pk).update(**fields)


def test_three_headings_make_a_list_of_contents_that_leads_to_them(blog):
    headings = [("heading", one) for one in ("First", "Second", "First")]
    add_article(blog, body=headings, sources=[("source", {"text": "A book, 2020", "url": ""})])
    text = read("/blog/on-rest/")
    for anchor in ("first", "second", "first-2", "sources"):
        assert f'href="#{anchor}"' in text
        assert f'id="{anchor}"' in text
    add_article(blog, "Short", body=headings[:2])
    assert "On this page" not in read("/blog/short/")


def test_a_number_in_the_text_leads_to_its_source(blog):
    source = {"text": "A book, 2020", "url": "https://example.org/book"}
    add_article(blog, body=[("paragraph", "<p>So it is. [1] [2]</p>")], sources=[("source", source)])
    text = read("/blog/on-rest/")
    assert 'href="#source-1">[1]</a> [2]</p>' in text
    assert 'id="source-1">A book, 2020 <a href="https://example.org/book" rel="noopener">example.org/book</a>' in text


def test_the_crisis_card_stands_above_the_text_where_it_was_asked_for(blog):
    add_article(blog, crisis_card=True, body=BODY[:2])
    text = read("/blog/on-rest/").partition("<main")[2]
    assert text.index('class="crisis"') < text.index("One thing.")
    add_article(blog, "Light", body=BODY[:2])
    assert 'class="crisis"' not in read("/blog/light/")


def test_a_call_to_book_leads_to_what_its_author_chose_while_it_can_be_booked(blog):
    service = builders.make_service(slug="sleep-talk")
    robin = builders.make_practitioner(services=[service], slug="robin")
    call = {"heading": "Talk", "text": "", "button": "Go on"}

    def leads_to(**choice):
        BlogIndexPage.objects.get().get_children().delete()
        add_article(blog, body=[("booking_call", {**call, **choice})])
        return re.search(r'href="([^"]*)">Go on', read("/blog/on-rest/"))[1]

    assert leads_to() == "/book/"
    assert leads_to(service=service) == "/book/sleep-talk/"
    assert leads_to(service=service, practitioner=robin) == "/book/sleep-talk/?practitioner=robin"
    assert leads_to(practitioner=robin) == "/team/robin/"
    robin.active = False
    robin.save()
    assert leads_to(practitioner=robin) == "/book/"
    service.bookable_online = False
    service.save()
    assert leads_to(service=service) == "/book/"


def test_related_articles_share_a_topic_and_the_own_one_counts_most(blog):
    sleep, grief = make_topic(), make_topic("Grief")
    for day, (title, topic, further) in enumerate(
        [("Old sleep", sleep, []), ("New sleep", sleep, []), ("Both", grief, [sleep]), ("Grief alone", grief, [])], 1
    ):
        add_article(blog, title, topic=topic, further_topics=further, published_on=date(2026, 2, day))
    article = add_article(blog, topic=sleep)
    assert [one.title for one in article.related()] == ["New sleep", "Old sleep", "Both"]
    assert list(add_article(blog, "Filed nowhere").related()) == []


def test_the_neighbours_are_the_next_ones_by_date(blog):
    first, second, third = (add_article(blog, f"Day {day}", published_on=date(2026, 2, day)) for day in (1, 2, 3))
    add_article(blog, "Draft", published_on=date(2026, 2, 2), live=False)
    assert second.neighbours() == {"older": first, "newer": third}
    assert third.neighbours() == {"older": second, "newer": None}
    text = read(second.url)
    assert f'rel="prev" href="{first.url}"' in text
    assert f'rel="next" class="newer" href="{third.url}"' in text


def test_the_chosen_article_is_featured_as_long_as_it_can_be_read(blog):
    old = add_article(blog, "Old", published_on=date(2026, 1, 1))
    add_article(blog, "New", published_on=date(2026, 2, 1))
    assert listed() == ["New", "Old"]
    blog.featured = old
    blog.save()
    assert listed() == ["Old", "New"]
    old.unpublish()
    assert listed() == ["New"]


def test_a_further_topic_lists_an_article_too_and_once(blog):
    sleep, grief = make_topic(), make_topic("Grief")
    add_article(blog, topic=sleep, further_topics=[sleep, grief])
    assert listed("/blog/topics/grief/") == listed("/blog/topics/sleep/") == ["On rest"]


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
    assert author.name not in read("/blog/on-rest/")
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
    assert [len(page) for page in pages] == [10, 9, 1]  # the featured one stands above the first nine
    assert [title for page in pages for title in page] == [f"Day {day}" for day in range(20, 0, -1)]
    first, second, third = (read(f"/blog/?page={number}") for number in (1, 2, 3))
    assert ('rel="next"' in first, 'rel="prev"' in first) == (True, False)
    assert ('rel="next"' in second, 'rel="prev"' in second) == (True, True)
    assert ('rel="next"' in third, 'rel="prev"' in third) == (False, True)
    assert re.search(r'aria-current="page"><span class="visually-hidden">Page </span>2<', second)
    assert ("featured" in first, "featured" in second) == (True, False)


@pytest.mark.parametrize("number", ["0", "-1", "99", "abc", "", "%00", "1e9", "٢"])
def test_a_page_that_does_not_exist_is_one_that_does(blog, number):
    for day in range(1, 12):
        add_article(blog, f"Day {day}", published_on=date(2026, 2, day))
    assert len(listed(f"/blog/?page={number}")) in (10, 1)


def test_a_listing_asks_the_database_as_often_for_nine_articles_as_for_one(blog, django_assert_max_num_queries):
    author, topic = builders.make_practitioner(), make_topic()
    add_article(blog, "Day 1", author=author, topic=topic)
    with django_assert_max_num_queries(100) as for_one:
        read("/blog/")
    for day in range(2, 11):
        add_article(blog, f"Day {day}", author=author, topic=topic)
    with django_assert_max_num_queries(len(for_one) + 1):  # the renditions of all pictures together
        assert len(listed()) == 10


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


@pytest.mark.parametrize("slug", ["feed", "topics"])
def test_an_article_cannot_take_an_address_of_the_blog_itself(blog, slug):
    with pytest.raises(ValidationError, match="used by the blog itself"):
        add_article(blog, slug=slug)


def test_a_source_on_a_commercial_site_is_marked_like_any_link(blog):
    OutboundLinks.objects.create(commercial_sites="shop.example.com")
    sources = [("source", {"text": "A book, 2020", "url": "https://shop.example.com/book"})]
    add_article(blog, sources=sources)
    text = read("/blog/on-rest/")
    assert 'rel="sponsored noopener">shop.example.com/book</a><small class="sponsored">' in text
