"""What every request and every answer passes through."""

import re
from urllib.parse import urlsplit

from django.middleware.gzip import GZipMiddleware
from django.urls import reverse
from django.utils.cache import has_vary_header
from wagtail.contrib.redirects.middleware import RedirectMiddleware as WagtailRedirects

from clinic.links import reading_once
from clinic.redirects import moved_booking
from clinic.turns import turn_to_change

TEXT = re.compile(r"text/|application/(.+\+)?(json|xml)\b")


class CompressedTextMiddleware(GZipMiddleware):
    """Sends pages, feeds and other text compressed to whoever takes it so.

    Pictures and films would only grow; what is streamed (documents) keeps its length and goes out as it is. So does
    what is answered to somebody known by a cookie, as in the admin: it may show patients' data, and from the length of
    a compressed answer that also repeats words of its address, those who watch the line could guess at the rest
    (BREACH). Django's padding of random length makes that slow, not impossible.
    """

    def process_response(self, request, response):
        personal = has_vary_header(response, "Cookie")
        if response.streaming or personal or not TEXT.match(response.get("Content-Type", "")):
            return response
        return super().process_response(request, response)


class OutboundLinksMiddleware:
    """Reads the list of commercial sites once a request: rich text knows no request that could remember it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with reading_once():
            return self.get_response(request)


class PageChangesInTurnMiddleware:
    """Lets whoever changes a page in the editor wait for their turn. Changes of many pages at once take none.

    Stands last: it calls the view itself, so whatever stands behind it would see no `process_view`.
    """

    PAGE = ("page_id", "page_to_move_id")  # how Wagtail's addresses name the page that they change

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_view(self, request, view, args, kwargs):
        """Return what *view* answers to a change of a page, once it is its turn; None for all other requests."""
        page_id = next((kwargs[name] for name in self.PAGE if name in kwargs), None)
        match = request.resolver_match
        if request.method != "POST" or match.namespace != "wagtailadmin_pages" or page_id is None:
            return None
        if match.url_name.startswith("preview"):  # changes nothing
            return None
        with turn_to_change(page_id):
            return view(request, *args, **kwargs)


class NotIndexedMiddleware:
    """Keeps what belongs to one visit, and what is for staff, out of search engines, whatever form the answer has."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        if self.is_of_the_moment(request.path):
            response["X-Robots-Tag"] = "noindex"
        return response

    def is_of_the_moment(self, path: str) -> bool:
        """Whether *path* is such an address. The first page of booking is not: people look for it."""
        booking = reverse("booking:choose_service")
        below = (booking, reverse("search"), reverse("wagtailadmin_home"), "/calendars/", "/health/")
        return path.startswith(below) and path != booking


class RedirectMiddleware(WagtailRedirects):
    """Wagtail's redirects; besides, all addresses of a renamed service's booking move along."""

    def process_response(self, request, response):
        if response.status_code != 404:
            return response
        answer = moved_booking(request) or super().process_response(request, response)
        # A page that took its old address back and was unpublished then would lead to itself for ever.
        target = urlsplit(answer.get("Location", ""))
        to_itself = target.path == request.path and target.netloc in ("", request.get_host())
        return response if to_itself else answer
