"""Links that lead away say so to browsers, and those that are paid for say so to readers and search engines."""

from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db import connection
from django.template import Context, Template
from django.test import Client
from django.test.utils import CaptureQueriesContext
from wagtail.models import Page
from wagtail.rich_text import RichText

from clinic import links
from clinic.blocks import StoryBlock
from clinic.models import OutboundLinks, StandardPage
from tests import builders

SHOP = '<p>Read <a href="https://shop.example.com/book?a=1&amp;b=2">this <b>book</b></a>.</p>'


@pytest.fixture
def commercial(db):
    """example.com pays us; a line that people write, and lines that they paste."""
    return OutboundLinks.objects.create(
        commercial_sites="Example.com\nhttps://www.paste.example/shop?x=1\n\n  spaces.example "
    )


def as_read(html: str):
    """The rich text *html* as readers get it, as a tree."""
    return BeautifulSoup(str(RichText(html)), "html.parser")


def rel_of(url: str):
    return as_read(f'<p><a href="{url}">x</a></p>').a.get("rel")


# --- Rich text --------------------------------------------------------------------------------------------


def test_a_link_to_a_commercial_site_is_marked_for_readers_and_for_search_engines(commercial):
    tree = as_read(SHOP)
    assert tree.a["rel"] == ["sponsored", "noopener"]
    assert tree.a["href"] == "https://shop.example.com/book?a=1&b=2"
    assert tree.a.decode_contents() == "this <b>book</b>"
    assert " ".join(tree.get_text().split()) == "Read this book (sponsored)."
    assert tree.small["class"] == ["sponsored"]


@pytest.mark.parametrize(
    "url",
    ["https://example.com", "https://EXAMPLE.com/x", "http://www.example.com/", "https://a.b.example.com/",
     "https://example.com./", "https://example.com:8443/", "https://user@example.com/", "https://paste.example/",
     "https://www.spaces.example/"],
)  # fmt: skip
def test_every_spelling_of_a_commercial_site_is_marked(commercial, url):
    assert rel_of(url) == ["sponsored", "noopener"]


@pytest.mark.parametrize(
    "url",
    ["https://example.org/", "https://notexample.com/", "https://example.com.example.org/",
     "https://example.org/?to=example.com", "https://example.org/example.com/", "https://example.org/#example.com"],
)  # fmt: skip
def test_other_outside_links_are_not_called_sponsored(commercial, url):
    assert rel_of(url) == ["noopener"]
    assert "sponsored" not in str(as_read(f'<a href="{url}">x</a>'))


@pytest.mark.parametrize(
    "html",
    ['<p><a href="/contact/">x</a></p>', '<p><a href="#later">x</a></p>', '<p><a href="mailto:a@example.com">x</a></p>',
     '<p><a href="tel:988">x</a></p>', '<p><a href="http://127.0.0.1:8000/contact/">x</a></p>', '<p><a id="n"></a></p>',
     "<p>example.com and https://example.com/ in words</p>", "<p><abbr>x</abbr></p>",
     '<p><a href="http://[">x</a></p>'],
)  # fmt: skip
def test_what_leads_nowhere_else_stays_as_it_is(commercial, html):
    assert str(RichText(html)) == html


def test_a_link_to_a_page_of_ours_stays_a_link_to_that_page(commercial):
    call_command("prepare_site", stdout=StringIO())
    page = Page.objects.get(slug="contact")
    assert str(RichText(f'<a linktype="page" id="{page.pk}">x</a>')) == '<a href="/contact/">x</a>'


def test_several_links_in_one_text_are_told_apart(commercial):
    tree = as_read(f'{SHOP}<p><a href="https://example.org/">a</a> <a href="/b/">b</a></p>{SHOP}')
    assert [link.get("rel") for link in tree.find_all("a")] == [
        ["sponsored", "noopener"], ["noopener"], None, ["sponsored", "noopener"],
    ]  # fmt: skip
    assert len(tree.find_all("small")) == 2


def test_a_rel_that_was_there_is_replaced(db):
    assert as_read('<a rel="opener" href="https://example.org/">x</a>').a["rel"] == ["noopener"]


def test_the_words_in_the_database_stay_as_they_were(commercial):
    text = RichText(SHOP)
    str(text)
    assert text.source == SHOP


def test_blocks_of_a_story_are_marked_without_a_request_as_in_a_feed(commercial):
    block = StoryBlock()
    html = str(block.to_python([{"type": "paragraph", "value": SHOP}]).render_as_block())
    assert 'rel="sponsored noopener"' in html
    assert "(sponsored)" in html


def test_the_filter_for_fields_marks_too(commercial):
    html = Template("{% load wagtailcore_tags %}{{ text|richtext }}").render(Context({"text": SHOP}))
    assert 'rel="sponsored noopener"' in html


# --- For templates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://shop.example.com/", "True|sponsored noopener|shop.example.com"),
        ("https://www.example.org/", "False|noopener|example.org"),
        ("/contact/", "False||"),
        ("", "False||"),
    ],
)
def test_templates_can_ask_what_a_link_is(commercial, url, expected):
    template = Template("{% load links %}{{ url|is_sponsored }}|{{ url|link_rel }}|{{ url|outside_host }}")
    assert template.render(Context({"url": url})) == expected


def test_a_template_can_say_that_a_link_is_paid_for(commercial):
    template = Template("{% load links %}{{ url|link_rel:True }}")
    assert template.render(Context({"url": "https://example.org/"})) == "sponsored noopener"


# --- What it costs ----------------------------------------------------------------------------------------


def times_read(queries) -> int:
    return sum("clinic_outboundlinks" in query["sql"] for query in queries)


def test_the_list_is_read_once_a_page_however_many_links_it_has(commercial):
    call_command("prepare_site", stdout=StringIO())
    builders.make_details()
    page = StandardPage.objects.get(slug="privacy")
    page.body = [("paragraph", SHOP * 5)] * 10
    page.save_revision().publish()
    with CaptureQueriesContext(connection) as queries:
        html = Client().get("/privacy/").text
    assert html.count("(sponsored)") == 50
    assert times_read(queries) == 1


def test_a_page_without_outside_links_does_not_read_the_list(db):
    call_command("prepare_site", stdout=StringIO())
    builders.make_details()
    with CaptureQueriesContext(connection) as queries:
        Client().get("/blog/")
    assert times_read(queries) == 0


def test_a_change_of_the_list_counts_from_the_next_request(commercial):
    with links.reading_once():
        assert links.is_sponsored("https://example.com/")
    OutboundLinks.objects.update(commercial_sites="")
    with links.reading_once():
        assert not links.is_sponsored("https://example.com/")
