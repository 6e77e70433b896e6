"""The cards beside shared links: drawn for any words, kept once, and out of use when the words change."""

from concurrent.futures import ThreadPoolExecutor
from io import BytesIO

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from PIL import Image, ImageChops, ImageFont

from clinic import card_drawing, cards
from clinic.card_drawing import draw_card
from clinic.models import ClinicDetails

TITLES = [
    "On rest",
    "When your mind starts the night shift",
    "What to do when worry loops, and loops again: a long and patient guide for all who have tried everything else",
    "word " * 500,
    "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 4,
    "",
    "   ",
    "Когда не спится",
    "眠れない夜に",
    "😀" * 300,
    "Żółw, ő, ﬁ → “déjà vu”\u202e \u200b\u00ad\x07 Ω",
    "a\nb\tc\r\n",
    "<b>& “quotes” </b>",
]


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """A storage of the test's own."""
    storage = FileSystemStorage(tmp_path)
    monkeypatch.setattr(cards, "default_storage", storage)
    return tmp_path


@pytest.fixture
def card() -> cards.Card:
    return cards.Card(key="article-1", title="On rest", label="Sleep", foot="Quiet Room")


def opened(png: bytes) -> Image.Image:
    with Image.open(BytesIO(png)) as image:
        image.load()
        return image.convert("RGB")


def ink(image: Image.Image) -> tuple[int, int, int, int] | None:
    """The box around everything that is as dark as the letters of a title, above the hills."""
    sky = image.crop((0, 0, image.width, 400)).convert("L").point(lambda value: 255 if value < 70 else 0)
    return sky.getbbox()


# --- The drawing ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("title", TITLES)
def test_any_title_makes_a_card_of_the_size_that_networks_want(title):
    png = draw_card(title, title[:60], title[:80], "seed")
    image = opened(png)
    assert image.size == (1200, 630)
    assert png.startswith(b"\x89PNG")
    assert len(png) < 100_000
    if box := ink(image):
        assert box[0] >= 60
        assert box[2] <= 1200 - 76


@pytest.mark.parametrize("title", ["", " ", "Когда не спится", "眠れない夜に", "😀😀"])
def test_what_cannot_be_drawn_gives_way_to_the_name_of_the_practice(title):
    assert draw_card(title, "", "Quiet Room", "seed") == draw_card("Quiet Room", "", "", "seed")


def test_a_few_letters_that_the_typeface_lacks_are_spelled_plainly():
    assert draw_card("Żółw ő 😀 Øre", "", "", "seed") == draw_card("Zólw o Øre", "", "", "seed")


def test_letters_with_marks_that_the_typeface_has_stay():
    assert draw_card("déjà", "", "", "seed") != draw_card("deja", "", "", "seed")


def test_the_same_words_make_the_same_card_and_others_another():
    assert draw_card("On rest", "Sleep", "Room", "1") == draw_card("On rest", "Sleep", "Room", "1")
    drawings = {draw_card(*words) for words in (("A", "B", "C", "1"), ("X", "B", "C", "1"), ("A", "X", "C", "1"),
                                                ("A", "B", "X", "1"), ("A", "B", "C", "2"))}  # fmt: skip
    assert len(drawings) == 5


@pytest.mark.parametrize("title", TITLES[1:3])
def test_the_lines_of_a_title_are_about_even_and_none_is_lost(title):
    lines, face = card_drawing.laid_out(title)
    assert " ".join(lines) == title
    widths = [face.getlength(line) for line in lines]
    assert max(widths) <= card_drawing.COLUMN
    assert min(widths) > 0.6 * max(widths)


def test_a_title_that_is_too_long_says_so():
    lines, _face = card_drawing.laid_out("word " * 100)
    assert len(lines) == card_drawing.MOST_LINES
    assert lines[-1].endswith("word…")


def test_a_short_title_is_larger_than_a_long_one():
    assert card_drawing.laid_out("On rest")[1].size > card_drawing.laid_out(TITLES[2])[1].size


def test_without_the_typefaces_there_is_a_card_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(card_drawing, "FONTS", tmp_path)
    with pytest.raises(OSError, match="cannot open"):
        ImageFont.truetype(tmp_path / "head.woff2", 40)
    blank = opened(draw_card("", "", "", "seed"))
    assert ImageChops.difference(opened(draw_card("On rest", "Sleep", "Quiet Room", "seed")), blank).getbbox()


# --- Keeping it -------------------------------------------------------------------------------------------


def test_a_card_is_drawn_once(shelf, card, monkeypatch):
    first = cards.kept_or_drawn(card)
    monkeypatch.setattr(cards, "draw_card", lambda *words: pytest.fail("drawn again"))
    assert cards.kept_or_drawn(card) == first
    assert len(list(shelf.rglob("*.png"))) == 1


def test_other_words_replace_the_card_and_leave_those_of_others(shelf, card):
    cards.kept_or_drawn(cards.Card(key="article-11", title="Mine", label="", foot=""))
    cards.kept_or_drawn(card)
    cards.kept_or_drawn(cards.Card(key="article-1", title="On sleep", label="Sleep", foot="Quiet Room"))
    assert sorted(path.name.partition(".")[0] for path in shelf.rglob("*.png")) == ["article-1", "article-11"]


@pytest.mark.parametrize("rest", [b"", b"\x89PNG\r\n", b"half"])
def test_a_file_that_was_cut_short_is_not_shown(shelf, card, rest):
    cards.default_storage.save(card.file_name, ContentFile(rest))
    assert opened(cards.kept_or_drawn(card)).size == (1200, 630)
    assert opened((shelf / card.file_name).read_bytes()).size == (1200, 630)


def test_several_at_once_all_get_the_card_and_one_file_stays(shelf, card):
    with ThreadPoolExecutor(8) as pool:
        answers = set(pool.map(lambda _number: cards.kept_or_drawn(card), range(16)))
    assert len(answers) == 1
    assert [path.relative_to(shelf).as_posix() for path in shelf.rglob("*.png")] == [card.file_name]


def test_the_address_does_not_tell_where_the_card_is_kept(card):
    assert card.version not in card.file_name
    assert len({card.version, cards.Card("article-1", "Other", "Sleep", "Quiet Room").version}) == 2


# --- Answering --------------------------------------------------------------------------------------------


def test_the_card_of_the_practice_is_answered_and_may_be_kept(clinic_settings):
    card = cards.card_of_practice(ClinicDetails.load())
    response = Client().get(f"/cards/clinic.png?v={card.version}")
    assert (response.status_code, response["Content-Type"]) == (200, "image/png")
    assert response["Cache-Control"] == "public, max-age=2592000"
    assert not response.cookies
    assert opened(response.content).size == (1200, 630)
    again = Client().get("/cards/clinic.png", headers={"If-None-Match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again["ETag"] == response["ETag"]


def test_an_address_without_todays_version_is_not_kept_for_long(clinic_settings):
    for query in ("", "?v=", "?v=old", "?v=%00"):
        assert Client().get(f"/cards/clinic.png{query}")["Cache-Control"] == "public, max-age=3600"


def test_another_name_makes_another_card(clinic_settings):
    before = Client().get("/cards/clinic.png")
    ClinicDetails.objects.update(name="Another Room")
    after = Client().get("/cards/clinic.png", headers={"If-None-Match": before["ETag"]})
    assert after.status_code == 200
    assert after.content != before.content
    assert default_storage.exists(cards.card_of_practice(ClinicDetails.load()).file_name)


def test_a_card_is_only_looked_at(clinic_settings):
    assert Client().post("/cards/clinic.png").status_code == 405
