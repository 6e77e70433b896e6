"""What every request passes through before anything of ours."""

import re

from django.http import HttpResponseBadRequest
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import has_vary_header
from django.utils.translation import gettext

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
