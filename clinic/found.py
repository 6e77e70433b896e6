"""What a page says of itself to search engines and to whoever shares it: the facts behind its `<head>`."""

import json
from dataclasses import dataclass, field
from functools import cached_property
from urllib.parse import urljoin

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from wagtail.images.models import SourceImageIOError
from wagtail.models import Page, Site
from wagtail.rich_text import RichText

from clinic import structured_data
from clinic.cards import Card, card_address, card_of_practice
from clinic.models import ClinicDetails, ContactPage, HomePage, Location, LocationsPage, Practitioner, Service, TeamPage

LONGEST_DESCRIPTION = 200  # letters; search engines show about 160
PORTRAIT = "format-jpeg|fill-400x400"  # the size that the person's own page shows too
HARMLESS = str.maketrans({"<": "\\u003C", ">": "\\u003E", "&": "\\u0026"})


@dataclass(frozen=True)
class Surroundings:
    """What every head rests on: the practice, and *root*, the site's address without a slash at its end."""

    request: object
    site: Site | None
    details: ClinicDetails
    root: str

    @classmethod
    def of(cls, request) -> "Surroundings":
        """Those of the site that *request* asks."""
        site = Site.find_for_request(request) if request else Site.objects.filter(is_default_site=True).first()
        return cls(request, site, ClinicDetails.load(request), site.root_url if site else "")

    def absolute(self, address: str) -> str:
        """Return *address*, a path on this site or elsewhere, as a whole address."""
        return urljoin(f"{self.root}/", address)

    @cached_property
    def team(self) -> str:
        """The whole address of the page below which everybody has theirs, empty where there is none to read."""
        page = TeamPage.objects.live().public().first()
        return page.get_full_url(self.request) if page else ""

    def practice_card(self) -> tuple[Card, str]:
        """The card of the practice and its whole address."""
        card = card_of_practice(self.details)
        return card, self.absolute(card_address("practice_card", card))


@dataclass(frozen=True)
class Head:
    """The facts of one page's head. *address* is the canonical one, *kind* the type of Open Graph."""

    surroundings: Surroundings
    title: str
    description: str
    address: str
    nodes: list[dict]
    kind: str = "website"
    card: tuple[Card, str] | None = None
    times: dict[str, str] = field(default_factory=dict)

    @property
    def image(self) -> dict:
        """Address, width, height and words of the card."""
        card, address = self.card or self.surroundings.practice_card()
        return {"address": address, "width": card.size[0], "height": card.size[1], "alt": card.title}

    @property
    def data(self) -> SafeString:
        """The nodes as JSON that no text in it can break out of."""
        return mark_safe(json.dumps(structured_data.document(self.nodes), ensure_ascii=False).translate(HARMLESS))  # noqa: S308


# --- Words ------------------------------------------------------------------------------------------------


def shortened(text: str) -> str:
    """Return *text* on one line, cut after a word where it is too long."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    return text[:LONGEST_DESCRIPTION].rpartition(" ")[0].rstrip(" ,;:–—-") + "…"


def first_said(*candidates: str) -> str:
    """Return the first of *candidates* that says anything, shortened."""
    return next((text for text in map(shortened, candidates) if text), "")


def first_paragraph(body) -> str:
    """Return the first words of *body*: a story's first paragraph, or rich text; empty where there are none."""
    for block in body or ():
        if getattr(block, "block_type", "") == "paragraph" and isinstance(block.value, RichText):
            return structured_data.plain_text(block.value.source)
    return structured_data.plain_text(body) if isinstance(body, str) else ""


def description_of(page: Page, details: ClinicDetails, *others: str) -> str:
    """Return what search engines show below the title of *page*: never nothing."""
    return first_said(
        page.search_description,
        getattr(page, "introduction", ""),
        *others,
        first_paragraph(getattr(page, "body", "")),
        _("%(title)s. A page of %(name)s.") % {"title": page.title, "name": details.name},
    )


# --- The way from the home page ---------------------------------------------------------------------------


def trail_to(page: Page, here: Surroundings) -> list[tuple[str, str]]:
    """Return name and address of each page from the home page to *page*."""
    home = here.site.root_page if here.site else page
    if page.depth == home.depth + 1:
        pages = [home, page]
    else:
        above = page.get_ancestors().filter(depth__gte=home.depth)
        pages = [*above.live().public(), page]
    return [
        (_("Home") if one.pk == home.pk else one.title, one.get_full_url(here.request) or here.root) for one in pages
    ]


def parts_trail(page: Page, here: Surroundings, name: str, address: str) -> list[tuple[str, str]]:
    """Return the way to what *page* shows under *address*, an address below its own."""
    return [*trail_to(page, here), (name, address)]


# --- Heads ------------------------------------------------------------------------------------------------


def head_of_page(page: Page, here: Surroundings, number: int = 1) -> Head:
    """The head of any page; *number* is that of the part of its list which is shown."""
    own = page.get_full_url(here.request) or here.root
    address = own if number == 1 else f"{own}?page={number}"
    is_home = isinstance(page, HomePage)
    nodes = [] if is_home else [structured_data.breadcrumbs(own, trail_to(page, here))]
    if is_home or isinstance(page, ContactPage | LocationsPage):
        nodes.insert(0, whole_practice(here))
    if is_home:
        nodes.append(structured_data.website(here.details, here.root))
    return Head(
        here,
        title=here.details.name if is_home else page.seo_title or page.title,
        description=description_of(page, here.details, getattr(page, "headline", "")),
        address=address,
        nodes=nodes,
    )


def whole_practice(here: Surroundings) -> dict:
    """The practice with its hours and closures."""
    details = here.details
    return structured_data.practice(
        details,
        here.root,
        place=None if details.street else Location.objects.first(),
        image=here.practice_card()[1],
        today=timezone.now().astimezone(details.zone).date(),
    )


def head_of_practitioner(page: Page, practitioner: Practitioner, here: Surroundings) -> Head:
    """The head of a person's page, which *page* shows."""
    address = f"{page.get_full_url(here.request)}{practitioner.slug}/"
    portrait = address_of_rendition(practitioner.portrait, PORTRAIT, here)
    nodes = [
        structured_data.person(practitioner, here.details, here.root, address=address, image=portrait),
        structured_data.breadcrumbs(address, parts_trail(page, here, practitioner.name, address)),
    ]
    said = first_said(
        practitioner.summary,
        structured_data.plain_text(practitioner.biography),
        _("%(name)s sees people at %(practice)s.") % {"name": practitioner.title, "practice": here.details.name},
    )
    return Head(here, practitioner.title, said, address, nodes, kind="profile")


def address_of_rendition(image, size: str, here: Surroundings) -> str:
    """Return the whole address of *image* in *size*, empty where there is no image or its file is missing."""
    try:
        return here.absolute(image.get_rendition(size).url) if image else ""
    except SourceImageIOError:
        return ""


def head_of_service(page: Page, service: Service, here: Surroundings) -> Head:
    """The head of a service's page, which *page* shows."""
    address = f"{page.get_full_url(here.request)}{service.slug}/"
    nodes = [
        structured_data.service(service, here.details, here.root, address=address),
        structured_data.questions(service, address=address),
        structured_data.breadcrumbs(address, parts_trail(page, here, service.name, address)),
    ]
    said = first_said(service.summary, structured_data.plain_text(service.body), service.name)
    return Head(here, service.name, said, address, [node for node in nodes if node])


def head_of_location(page: Page, location: Location, here: Surroundings) -> Head:
    """The head of a place's page, which *page* shows."""
    address = f"{page.get_full_url(here.request)}{location.slug}/"
    nodes = [
        structured_data.location(location, here.details, here.root, address=address),
        structured_data.breadcrumbs(address, parts_trail(page, here, location.name, address)),
    ]
    return Head(here, location.name, shortened(f"{location.name}: {location.address}"), address, nodes)


def head_of_view(path: str, title: str, description: str, here: Surroundings) -> Head:
    """The head of what is not a page: the first step of booking."""
    return Head(here, title, shortened(description), here.absolute(path), [])
