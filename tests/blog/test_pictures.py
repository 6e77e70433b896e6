"""Pictures of imported articles are found in a folder beside the file, or listed; none is fetched."""

from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image as Drawing
from wagtail.images.models import Image

from blog.importers.draft import DraftArticle
from blog.importers.pictures import PictureFolder, place_pictures

UPLOADS = "https://larchhill.example/wp-content/uploads/2021/03/"


def png(colour: str) -> bytes:
    data = BytesIO()
    Drawing.new("RGB", (8, 6), colour).save(data, "PNG")
    return data.getvalue()


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.MEDIA_ROOT = str(tmp_path / "media")
    for name, colour in [("2021/03/hill.png", "green"), ("2020/01/hill.png", "blue"), ("2021/03/lake.png", "navy")]:
        path = tmp_path / "export" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png(colour))
    return tmp_path / "export"


def draft_with(address: str, alt="A hill", caption="") -> DraftArticle:
    return DraftArticle(
        body=[("heading", "Outside"), ("picture", {"addresses": [address], "alt": alt, "caption": caption})]
    )


@pytest.mark.parametrize(
    ("address", "found"),
    [
        (UPLOADS + "hill.png", "2021/03/hill.png"),
        (UPLOADS + "hill-300x200.png?w=604", "2021/03/hill.png"),
        ("https://cdn.example/x/lake.png", "2021/03/lake.png"),
        ("LAKE.png", "2021/03/lake.png"),
        ("https://cdn.example/x/hill.png", None),  # two files have this name
        ("../../../etc/passwd", None),
        ("", None),
        ("https://larchhill.example/", None),
    ],
)
def test_a_file_is_found_by_its_path_below_the_uploads_or_by_its_name(folder, address, found):
    assert PictureFolder(folder).find([address]) == (found and folder / found)


def test_a_picture_that_is_there_becomes_a_block_with_its_description_and_caption(db, folder):
    draft = draft_with(UPLOADS + "hill.png", caption="Our hill")
    (_heading, (name, value)) = place_pictures(draft, PictureFolder(folder))
    assert (name, value["caption"], value["image"]["alt_text"]) == ("image", "Our hill", "A hill")
    assert Image.objects.get().title == "A hill"
    assert not draft.needs_a_look


def test_the_same_file_again_makes_no_second_picture(db, folder):
    for alt in ["A hill", "The hill again"]:
        place_pictures(draft_with(UPLOADS + "hill.png", alt), PictureFolder(folder))
    assert Image.objects.count() == 1


def test_a_picture_without_description_is_pointed_out(db, folder):
    draft = draft_with(UPLOADS + "hill.png", alt="")
    place_pictures(draft, PictureFolder(folder))
    assert draft.needs_a_look == ["This picture has no description: hill"]


def test_a_picture_that_is_not_there_is_listed_with_its_words_and_its_place():
    draft = draft_with(UPLOADS + "door.png", caption="Our door")
    assert place_pictures(draft, None) == [("heading", "Outside")]
    assert draft.needs_a_look == [
        f"A picture has to be uploaded by hand: {UPLOADS}door.png · description: “A hill” · caption: “Our door” · "
        "below: “Outside”"
    ]


@pytest.mark.parametrize("data", [b"no picture", b"", b"\x89PNG\r\n\x1a\n" + bytes(50)])
def test_a_file_that_is_no_picture_is_listed_with_the_reason(db, folder, data):
    (folder / "2021/03/door.png").write_bytes(data)
    draft = draft_with(UPLOADS + "door.png")
    assert len(place_pictures(draft, PictureFolder(folder))) == 1
    assert "door.png" in draft.needs_a_look[0]
    assert not Image.objects.exists()


def test_a_folder_that_is_none_is_refused(tmp_path):
    with pytest.raises(NotADirectoryError):
        PictureFolder(tmp_path / "missing")
