"""The pages that stand on the top floor of the site, for header, footer and links between them."""

from dataclasses import dataclass

from django import template
from django.urls import reverse
from wagtail.models import Page, Site

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
    """A page's name and its address."""

    title: str
    url: str
    current: bool


@register.simple_tag(takes_context=True)
def site_pages(context) -> dict:
    """Return `menu` and `small_print` (lists of Link) and `url` (address by kind of page) of this site.

    One query a request, however often it is asked.
    """
    request = context.get("request")
    if request is None:
        return {"menu": [], "small_print": [], "url": {}}
    if not hasattr(request, "_site_pages"):
        request._site_pages = load_site_pages(request)
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


def load_site_pages(request) -> dict:
    """Read the live children of the home page."""
    site = Site.find_for_request(request)
    pages = {"menu": [], "small_print": [], "url": {}}
    if site is None:
        return pages
    children = Page.objects.live().public().child_of(site.root_page).select_related("content_type")
    for page in children:
        url = page.get_url(request, current_site=site)
        link = Link(page.title, url, request.path.startswith(url))
        if page.show_in_menus:
            pages["menu"].append(link)
        kind = page.content_type.model
        if kind in KINDS:
            pages["url"][KINDS[kind]] = url
        elif kind == "standardpage" and not page.show_in_menus:
            pages["small_print"].append(link)
    return pages
