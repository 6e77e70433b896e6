"""Redirects from addresses that have changed, so that links, bookmarks and search results go on leading there.

Wagtail leaves them when a page's own address changes. People, services, places and topics are no pages: what edits
them calls `keep_old_address`.
"""

from django.db.models import Q
from django.http import HttpResponsePermanentRedirect
from django.urls import NoReverseMatch, reverse
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site


def keep_old_address(page: Page, old: str, new: str) -> None:
    """Lead permanently from the path *old* below *page* to the path *new* below it ("ada/": no slash in front).

    What led to *old* leads straight to *new*. Call it in the transaction that changes the slug.
    """
    site = page.get_site()
    if site is None:
        return
    own = page.get_url_parts()[2]
    leading_there = Redirect.objects.filter(redirect_page=page, redirect_page_route_path=f"/{old}")
    target = {"redirect_page": page, "redirect_page_route_path": f"/{new}", "redirect_link": ""}
    lead(site, leading_there, f"{own}{old}", f"{own}{new}", target)


def keep_old_booking_address(site: Site, old: str, new: str) -> None:
    """Lead permanently from the booking pages of the service with the slug *old* to those of *new*."""
    before, after = booking_address(old), booking_address(new)
    target = {"redirect_page": None, "redirect_page_route_path": "", "redirect_link": after}
    lead(site, Redirect.objects.filter(redirect_link=before), before, after, target)


def lead(site: Site, leading_there, old: str, new: str, target: dict) -> None:
    """Lead from the address *old* to *target*, which is at *new*, and *leading_there* likewise.

    An address that is in use again leads nowhere else.
    """
    by_itself = Q(automatically_created=True) | Q(pk__in=leading_there.values("pk"))
    Redirect.objects.filter(by_itself, old_path=Redirect.normalise_path(new)).delete()
    leading_there.update(**target)
    Redirect.objects.update_or_create(
        site=site,
        old_path=Redirect.normalise_path(old),
        defaults={**target, "is_permanent": True, "automatically_created": True},
    )


def booking_address(slug: str) -> str:
    """Return the path below which the service with *slug* is booked."""
    return reverse("booking:choose_time", args=[slug])


def moved_booking(request) -> HttpResponsePermanentRedirect | None:
    """Return the answer that leads from any address of a renamed service's booking to the same one under its new name.

    The rest of the path, the query and what was sent stay as they are. None for any other address.
    """
    start = reverse("booking:choose_service")
    slug, _slash, rest = request.path.removeprefix(start).partition("/")
    try:
        before = booking_address(slug) if request.path.startswith(start) else ""
    except NoReverseMatch:
        return None
    if not before:
        return None
    here = Redirect.get_for_site(Site.find_for_request(request))
    found = here.filter(old_path=Redirect.normalise_path(before), redirect_link__startswith=start).first()
    if found is None:
        return None
    query = f"?{request.META['QUERY_STRING']}" if request.META.get("QUERY_STRING") else ""
    keep = request.method not in ("GET", "HEAD")
    return HttpResponsePermanentRedirect(f"{found.redirect_link}{rest}{query}", preserve_request=keep)
