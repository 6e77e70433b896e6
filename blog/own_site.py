"""Asks the site itself, inside this process, what it answers to somebody who is not signed in."""

import re
from io import BytesIO
from urllib.parse import unquote_to_bytes

from django.core.handlers.base import BaseHandler
from django.core.handlers.wsgi import WSGIRequest

AN_ID = re.compile(rb"""\sid=["']?([^"'\s>]+)""")
# How the person who looks at the report reached the site is how readers reach it.
KEPT = ("SERVER_NAME", "SERVER_PORT", "HTTP_HOST", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "REMOTE_ADDR")


class OwnSite:
    """The site as a reader would see it who comes the same way as *request*, without its cookies."""

    def __init__(self, request):
        self.environ = {name: request.META[name] for name in KEPT if name in request.META}
        self.environ["wsgi.url_scheme"] = request.META.get("wsgi.url_scheme", "http")
        self.handler = BaseHandler()
        self.handler.load_middleware()

    def __call__(self, path: str) -> tuple[int, set[str]]:
        """Return the status that a GET of *path* (with its query) is answered with, and the ids on that page."""
        path, _mark, query = path.partition("?")
        environ = {
            **self.environ,
            "REQUEST_METHOD": "GET",
            "SCRIPT_NAME": "",
            "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
            "QUERY_STRING": query,
            "wsgi.input": BytesIO(),
        }
        response = self.handler.get_response(WSGIRequest(environ))
        content = b"" if response.streaming else response.content
        return response.status_code, {one.decode("utf-8", "replace") for one in AN_ID.findall(content)}
