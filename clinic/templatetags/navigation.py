"""What stands around every page: notices, menus, and the addresses of the pages on the top floor of the site."""

from dataclasses import dataclass
from datetime import datetime

from django import template
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.models import Page, Site

from clinic.links import outside_host
from clinic.models import Navigation, Notice
from clinic.models.site import FooterLink, TopMenuLink

register = template.Library()

# One page each, so a link can name the kind of page and survive a changed slug.
KINDS = {
    "blogindexpage": "articles",
    "testimonialspage": "testimonials",
    "teampage": "team",
    "servicespage": "services",
    "locationspage": "locations",
    "contactpage": "contact",
    "crisishelppage": "crisis_help",
}


@dataclass(frozen=True)
class Link:
    """Where a link leads. `current`: "page" for the page that is shown, "true" for one above it, or empty."""

    title: str
    url: str
    current: str = ""

    @property
    def host(self) -> str:
        """The name of the other site that it leads to; empty for one of ours."""
        return outside_host(self.url)


@dataclass(frozen=True)
class ShownNotice:
    """A notice that is shown now, with the page that says more, if there is one to read."""

    text: str
    page: Link | None


@register.simple_tag(takes_context=True)
def site_pages(context) -> dict:
    """Return what stands around the pages of this site; read once a request, however often it is asked.

    `notices` (ShownNotice), `menu` and `small_print` (Link), `menu_urls` and `small_print_urls` (where those lead, so
    that nothing stands beside them twice), `footer_note`, and `url` (address by kind of page).
    """
    request = context.get("request")
    if request is None:
        return nothing_around()
    if not hasattr(request, "_site_pages"):
        request._site_pages = load_site_pages(request, timezone.now())
    return request._site_pages


@register.simple_tag(takes_context=True)
def booking_address(context, service=None, practitioner=None) -> str:
    """Return where an invitation to book leads: open times, a person's own page, or the choice of a service.

    What cannot be booked any more is left out, so that a call in an old article still leads somewhere.
    """
    if practitioner and not practitioner.active:
        practitioner = None
    if service and service.bookable_online:
        times = reverse("booking:choose_time", args=[service.slug])
        return f"{times}?practitioner={practitioner.slug}" if practitioner else times
    team = site_pages(context)["url"].get("team")
    return f"{team}{practitioner.slug}/" if practitioner and team else reverse("booking:choose_service")


def nothing_around() -> dict:
    """Return what stands around the pages where there is no site."""
    empty = {name: [] for name in ("notices", "menu", "menu_urls", "small_print", "small_print_urls")}
    return {**empty, "footer_note": "", "url": {}}


def load_site_pages(request, now: datetime) -> dict:
    """Read the live children of the home page, what the practice chose for its menus, and the notices at *now*."""
    site = Site.find_for_request(request)
    around = nothing_around()
    if site is None:
        return around
    home = site.root_page
    chosen = choices(now)
    rows = [*chosen.menu, *chosen.footer, *chosen.notices]
    wanted = Page.objects.child_of_q(home) | Q(pk__in={row["page"] for row in rows if row["page"]})
    pages = Page.objects.live().public().filter(wanted).select_related("content_type")
    home_url = home.get_url(request, current_site=site)
    links = {}
    for page in pages:
        url = page.get_url(request, current_site=site) or ""  # empty where the page belongs to no site
        links[page.pk] = Link(page.title, url, place_of(url, request.path, home_url))
        if page.is_child_of(home):
            sort_in(around, page, links[page.pk])

    if "locations" in around["url"]:
        around["small_print"].append(Link(_("Locations"), around["url"]["locations"]))
    if chosen.menu:
        around["menu"] = chosen_links(chosen.menu, links, request.path)
    if chosen.footer:
        around["small_print"] = chosen_links(chosen.footer, links, request.path)
    for place in ("menu", "small_print"):
        around[f"{place}_urls"] = [link.url for link in around[place]]
    around["notices"] = [ShownNotice(row["text"], links.get(row["page"])) for row in chosen.notices]
    around["footer_note"] = chosen.footer_note
    return around


def choices(now: datetime) -> Navigation:
    """Return the menus with `menu`, `footer` and `notices` as lists of dictionaries, all of it in one query."""
    link = JSONObject(title="title", address="address", page="page")
    below = {"navigation": OuterRef("pk")}
    notice = JSONObject(text="text", page="link_page")
    rows = Navigation.objects.annotate(
        menu=ArraySubquery(TopMenuLink.objects.filter(**below).values(json=link)),
        footer=ArraySubquery(FooterLink.objects.filter(**below).values(json=link)),
        notices=ArraySubquery(Notice.objects.shown_at(now).values(json=notice)),
    )
    chosen = rows.first()
    if chosen is None:
        Navigation.load()  # makes the row
        chosen = rows.first()
    return chosen


def sort_in(around: dict, page: Page, link: Link) -> None:
    """Put a child of the home page where it stands unless the practice chooses otherwise."""
    kind = page.content_type.model
    if page.show_in_menus:
        around["menu"].append(link)
    elif kind == "standardpage":
        around["small_print"].append(link)
    if kind in KINDS:
        around["url"][KINDS[kind]] = link.url


def chosen_links(rows: list[dict], links: dict[int, Link], path: str) -> list[Link]:
    """Return the links that were chosen, without those to pages that visitors may not see."""
    chosen = []
    for row in rows:
        if row["address"]:
            chosen.append(Link(row["title"], row["address"], place_of(row["address"], path)))
        elif page := links.get(row["page"]):
            chosen.append(Link(row["title"] or page.title, page.url, page.current))
    return [link for link in chosen if link.url]


def place_of(url: str, path: str, home_url: str = "/") -> str:
    """Return what `aria-current` says of a link to *url* on the page at *path*; every page stands below *home_url*."""
    if url == path:
        return "page"
    return "true" if url.endswith("/") and url != home_url and path.startswith(url) else ""
