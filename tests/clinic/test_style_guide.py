"""The style guide shows what the site is made of, and the colours are strong enough to be read."""

import pytest
from bs4 import BeautifulSoup
from django.template import TemplateDoesNotExist
from django.template.loader import get_template
from django.test import Client

from clinic import style_guide
from clinic.blocks import StoryBlock
from tests import builders

PIECES = [".button", ".button.quiet", ".button.alert", ".card.link", ".quote", ".call", ".crisis", ".notices",
          ".times a", ".field textarea", ".field select", ".choice input", ".has-error", ".error-summary"]  # fmt: skip
SCREEN, SAMPLE = "/admin/style-guide/", "/admin/style-guide/sample/"


@pytest.fixture
def staff(prepared_site, db):
    """A browser in which somebody who may use the admin and no more has signed in."""
    client = Client()
    client.force_login(builders.make_user(groups=["Clinicians"]))
    return client


def tree(response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


@pytest.mark.parametrize("scheme", style_guide.SCHEMES)
def test_every_colour_is_seen_well_enough_on_what_it_stands_on(scheme):
    assert [pair for pair in style_guide.pairs(scheme) if not pair.suffices] == []


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000000", "#ffffff", 21.0),
        ("#ffffff", "#ffffff", 1.0),
        ("#767676", "#ffffff", 4.54),
        ("#777777", "#ffffff", 4.48),
    ],
)
def test_contrast_is_computed_as_the_guidelines_do(one, other, ratio):
    assert round(style_guide.contrast(one, other), 2) == round(style_guide.contrast(other, one), 2) == ratio


def test_everybody_in_the_admin_may_open_it_and_nobody_else(staff):
    assert staff.get(SCREEN).status_code == staff.get(SAMPLE).status_code == 200
    assert Client().get(SCREEN).status_code == Client().get(SAMPLE).status_code == 302
    assert SCREEN in staff.get("/admin/").text  # the menu leads there


def test_the_screen_shows_light_and_dark_side_by_side(staff):
    frames = [frame["src"] for frame in tree(staff.get(SCREEN)).select("iframe[title]")]
    assert frames == [f"{SAMPLE}?scheme=light", f"{SAMPLE}?scheme=dark"]
    assert [tree(staff.get(frame)).html["class"] for frame in frames] == [["only-light"], ["only-dark"]]


@pytest.mark.parametrize("scheme", ["light", "dark", "", "%00", "<script>"])
def test_the_sample_shows_every_token_and_piece(staff, scheme):
    page = tree(staff.get(f"{SAMPLE}?scheme={scheme}"))
    declared = set(style_guide.re.findall(r"--([\w-]+):", style_guide.TOKENS.read_text()))
    shown = page.select_one("main").get_text(" ").split()
    assert declared <= set(shown)
    for piece in PIECES:
        assert page.select(piece), piece


def test_the_sample_uses_the_style_of_the_site_and_nothing_inline(staff):
    page = tree(staff.get(SAMPLE))
    site = {link["href"] for link in tree(Client().get("/nowhere/")).select("link[rel=stylesheet]")}
    assert site <= {link["href"] for link in page.select("link[rel=stylesheet]")}
    assert not page.select("style, script, [style]")
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))


NEED_MORE = ("stories", "image", "video")  # which come from the database


def test_every_block_that_needs_no_file_is_in_the_guide():
    for name, block in StoryBlock().child_blocks.items():
        if hasattr(block.meta, "preview_value") and name not in NEED_MORE:
            try:
                get_template(block.meta.template)
            except TemplateDoesNotExist:
                continue
            assert name in style_guide.BLOCKS
