"""What every request passes through before anything of ours."""

from django.http import HttpResponseBadRequest
from django.utils.translation import gettext

from clinic.links import reading_once


class OnlyUtf8Middleware:
    """Refuses a body that says it is in another encoding than UTF-8: browsers send none, and Django would try it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        charset = request.content_params.get("charset", "utf-8")
        if charset.strip("\"' ").lower() not in ("utf-8", "utf8"):
            words = gettext("We could not read what was sent. Please go back and try once more.")
            return HttpResponseBadRequest(words, content_type="text/plain; charset=utf-8")
        return self.get_response(request)


class OutboundLinksMiddleware:
    """Reads the list of commercial sites once a request: rich text knows no request that could remember it."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        with reading_once():
            return self.get_response(request)
