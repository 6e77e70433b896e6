"""Where links stand: the published pages, the facts that the site shows, and what is around every page."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from wagtail.models import Page

from clinic.contents import Address, Choice, Link, pieces
from clinic.models import (
    ClinicDetails,
    Location,
    LocationsPage,
    Navigation,
    Notice,
    Practitioner,
    Service,
    ServicesPage,
    TeamPage,
)

FACTS = [(Service.objects, ServicesPage), (Practitioner.objects.active(), TeamPage), (Location.objects, LocationsPage)]


@dataclass(frozen=True)
class Source:
    """Something that holds links: the row, its name, where readers see it ("" for: on several pages)."""

    holder: Model
    title: str
    url: str = ""

    def links(self) -> Iterator[Link | Address | Choice]:
        """Yield all that leads somewhere."""
        match self.holder:
            case Navigation():
                for one in [*self.holder.menu_links.all(), *self.holder.footer_links.all()]:
                    yield Link(one.title, one.title or _("Link"), href=one.address, page=str(one.page_id or ""))
            case Notice():
                yield Link("", capfirst(_("link")), page=str(self.holder.link_page_id))
            case _:
                yield from (one for one in pieces(self.holder) if isinstance(one, Link | Address | Choice))


def sources() -> Iterator[Source]:
    """Yield all of them."""
    for page in Page.objects.live().filter(depth__gt=1).specific():
        yield Source(page, page.title, page.url or "")
    for facts, page_type in FACTS:
        page = page_type.objects.live().first()
        for fact in facts.all():
            yield Source(fact, fact.name, f"{page.url}{fact.slug}/" if page else "")
    yield Source(ClinicDetails.load(), _("Clinic details"))
    yield Source(Navigation.load(), _("Menus"))
    for notice in Notice.objects.filter(link_page__isnull=False):
        yield Source(notice, notice.text)
