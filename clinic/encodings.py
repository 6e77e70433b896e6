"""Only UTF-8 comes in."""

from django.utils.http import parse_header_parameters
from django.utils.translation import gettext


def only_utf8(application):
    """Return the WSGI *application*, which answers 400 to whatever says that it is in another encoding than UTF-8.

    Browsers send none. Django would try it on form and address before any middleware is asked, and fails where Python
    knows such a codec that is none of text, like rot13.
    """

    def answer(environ, start_response):
        _type, parameters = parse_header_parameters(environ.get("CONTENT_TYPE", ""))
        if parameters.get("charset", "utf-8").strip("\"' ").lower() in ("utf-8", "utf8"):
            return application(environ, start_response)
        words = gettext("We could not read what was sent. Please go back and try once more.").encode()
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(words)))]
        start_response("400 Bad Request", headers)
        return [words]

    return answer
