"""The cards beside shared links: what stands on them, where they are kept, and how they are answered.

A card is drawn when it is first asked for and kept in the media storage. Its address carries a version, a hash of all
that is on it, so what other sites and browsers have kept goes out of use when the words change.
"""

from dataclasses import astuple, dataclass

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.http import HttpResponse
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from clinic.card_drawing import SIZE, draw_card
from clinic.models import ClinicDetails

FOLDER = "cards"
DRAWING = 1  # raise it when the drawing changes, so that kept cards are drawn anew
HOUR, MONTH = 3600, 30 * 24 * 3600  # seconds
END_OF_PNG = b"IEND\xaeB`\x82"


@dataclass(frozen=True)
class Card:
    """What stands on a card. *key* names whose card it is, in letters, digits and hyphens."""

    key: str
    title: str
    label: str
    foot: str

    @property
    def version(self) -> str:
        """A hash of all that is on the card."""
        return hashed("version", self)

    @property
    def size(self) -> tuple[int, int]:
        """Width and height in pixels."""
        return SIZE

    @property
    def file_name(self) -> str:
        """Where the card is kept. It cannot be guessed: the storage also serves what is no longer published."""
        return f"{FOLDER}/{self.key}.{hashed('file', self)}.png"


def hashed(purpose: str, card: Card) -> str:
    """Return 20 hexadecimal digits that stand for *card*, others for each *purpose*."""
    return salted_hmac(f"clinic.cards.{purpose}", repr((DRAWING, astuple(card)))).hexdigest()[:20]


def card_of_practice(details: ClinicDetails) -> Card:
    """Return the card of every page that has none of its own."""
    place = ", ".join(part for part in (details.city, details.region) if part)
    return Card(key="clinic", title=details.name, label="", foot=place)


def card_address(view: str, card: Card, args=()) -> str:
    """Return the path of *card*, which *view* (a name of the URL configuration) answers."""
    return f"{reverse(view, args=args)}?v={card.version}"


@require_safe
def practice_card(request):
    """The one card of the practice."""
    return card_response(request, card_of_practice(ClinicDetails.load(request)))


def card_response(request, card: Card) -> HttpResponse:
    """Answer with the picture of *card*, or 304 to who has it."""
    etag = f'"{card.version}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = HttpResponse(kept_or_drawn(card), content_type="image/png")
    response["ETag"] = etag
    # An address with the version of today never shows anything else; any other shows what is on the card today.
    patch_cache_control(response, public=True, max_age=MONTH if request.GET.get("v") == card.version else HOUR)
    return response


def kept_or_drawn(card: Card) -> bytes:
    """Return the PNG of *card*, from the storage or else drawn and kept there.

    Several may draw the same card at once: one file stays. A file that is cut short, because its writer is still at it
    or was killed, is not used.
    """
    kept = read(card.file_name)
    if kept and kept.endswith(END_OF_PNG):
        return kept
    drawn = draw_card(card.title, card.label, card.foot, card.key)
    if kept is not None:
        default_storage.delete(card.file_name)
    stored = default_storage.save(card.file_name, ContentFile(drawn))
    if stored != card.file_name:  # another was faster
        default_storage.delete(stored)
    forget_older(card)
    return drawn


def read(name: str) -> bytes | None:
    """Return the bytes of a stored file, None where there is no such file."""
    try:
        with default_storage.open(name) as file:
            return file.read()
    except FileNotFoundError:
        return None


def forget_older(card: Card) -> None:
    """Delete the cards that *card* replaces."""
    for name in default_storage.listdir(FOLDER)[1]:
        path = f"{FOLDER}/{name}"
        if name.startswith(f"{card.key}.") and path != card.file_name:
            default_storage.delete(path)
