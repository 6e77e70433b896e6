"""Pictures of imported articles: found in a folder beside the file, or listed. None is fetched from elsewhere."""

import os
import re
from collections import defaultdict
from io import BytesIO
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils.translation import gettext as _
from wagtail.images import get_image_model
from wagtail.images.forms import get_image_form
from wagtail.models import Collection
from wagtail.utils.file import hash_filelike

from .draft import DraftArticle
from .html_source import split_address

UPLOADS = re.compile(r".*/(?:wp-content/uploads|files)/")
RESIZED = re.compile(r"-\d{2,5}x\d{2,5}(?=\.\w+$)")
MAX_PICTURE = 10 * 1024 * 1024


class PictureFolder:
    """A folder with the files of the site that the articles come from."""

    def __init__(self, folder: Path):
        """Raises NotADirectoryError if `folder` is none."""
        if not folder.is_dir():
            raise NotADirectoryError(folder)
        self._by_name: dict[str, list[Path]] = defaultdict(list)
        for place, _folders, names in os.walk(folder):
            for name in names:
                self._by_name[name.lower()].append(Path(place, name))

    def find(self, addresses: list[str]) -> Path | None:
        """Return the file for the first of the addresses that has one: by its path below the uploads, or by its name.

        A name that several files share is no answer. The original is preferred to a smaller copy.
        """
        for address in addresses:
            path = PurePosixPath(unquote(split_address(address).path))
            for name in dict.fromkeys([RESIZED.sub("", path.name), path.name]):
                if found := self._match(path.with_name(name) if path.name else path):
                    return found
        return None

    def _match(self, path: PurePosixPath) -> Path | None:
        files = [file for file in self._by_name.get(path.name.lower(), []) if file.is_file()]
        below_uploads = PurePosixPath(UPLOADS.sub("", str(path)).lstrip("/"))
        exact = [file for file in files if file.as_posix().lower().endswith(f"/{below_uploads}".lower())]
        found = exact or files
        return found[0] if len(found) == 1 else None


def place_pictures(draft: DraftArticle, folder: PictureFolder | None, *, user=None) -> list[tuple[str, Any]]:
    """Return the body with the pictures that were found as blocks; list the others in `needs_a_look`."""
    body, heading = [], ""
    for name, value in draft.body:
        if name != "picture":
            heading = value if name == "heading" else heading
            body.append((name, value))
        elif image := find_picture(value, folder, draft, where=heading, user=user):
            picture = {"image": image, "alt_text": value["alt"], "decorative": False}
            body.append(("image", {"image": picture, "caption": value["caption"]}))
            if not value["alt"]:
                draft.needs_a_look.append(_("This picture has no description: %(name)s") % {"name": image.title})
    return body


def find_picture(picture: dict[str, Any], folder: PictureFolder | None, draft: DraftArticle, *, where: str, user=None):
    """Return the image of the site for `picture`, made if need be; list it and return None if there is no file."""
    why = ""
    if folder and (file := folder.find(picture["addresses"])):
        try:
            return _image_of(file, picture, user)
        except (ValidationError, OSError) as error:
            why = " ".join(error.messages) if isinstance(error, ValidationError) else str(error.strerror)
    draft.needs_a_look.append(describe_picture(picture, where, why))
    return None


def describe_picture(picture: dict[str, Any], where: str = "", why: str = "") -> str:
    """Return the line that lists a picture which is not here."""
    parts = [" ".join(picture["addresses"]) or _("inside the file itself")]
    for label, words in ((_("description"), picture["alt"]), (_("caption"), picture["caption"]), (_("below"), where)):
        if words:
            parts.append(f"{label}: “{words}”")
    return _("A picture has to be uploaded by hand: %(picture)s") % {
        "picture": " · ".join([*parts, *([why] * bool(why))])
    }


def _image_of(file: Path, picture: dict[str, Any], user):
    """Return the image with the file's content: the one that is there already, or a new one.

    Raises ValidationError if it is no picture that the site takes, and OSError.
    """
    with file.open("rb") as opened:
        data = opened.read(MAX_PICTURE + 1)
    model = get_image_model()
    if known := model.objects.filter(file_hash=hash_filelike(BytesIO(data))).first():
        return known
    words = {"title": (picture["alt"] or file.stem)[:255], "description": picture["alt"][:255]}
    words["collection"] = Collection.get_first_root_node().pk
    form = get_image_form(model)(
        words, {"file": SimpleUploadedFile(file.name, data)}, instance=model(uploaded_by_user=user), user=user
    )
    if not form.is_valid():
        raise ValidationError([message for messages in form.errors.values() for message in messages])
    return form.save()
