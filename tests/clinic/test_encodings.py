"""What says that it is in another encoding than UTF-8 is answered in plain words, whatever Python knows of it."""

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import RequestFactory

from clinic.encodings import only_utf8


def welcome(environ, start_response) -> list[bytes]:
    """An application that takes everything."""
    start_response("200 OK", [])
    return []


def sent_as(content_type: str) -> dict:
    """What a web server hands on of a form, with an address of bytes that are not ASCII."""
    environ = RequestFactory().generic("POST", "/health/live", b"a=%e9", content_type).environ
    return {**environ, "QUERY_STRING": "a=%e9"}


def status_of(application, environ) -> str:
    statuses = []
    b"".join(application(environ, lambda status, headers: statuses.append(status)))
    return statuses[0]


@pytest.mark.parametrize("charset", ["rot13", "hex", "idna", "latin-1", "utf-7", "nonsense", '"utf-16"'])
def test_another_encoding_is_refused(charset):
    assert status_of(only_utf8(welcome), sent_as(f"text/plain; charset={charset}")) == "400 Bad Request"


@pytest.mark.parametrize("ending", ["", "; charset=utf-8", '; charset="UTF-8"', "; charset=utf8", "; boundary=x"])
def test_what_browsers_send_comes_in(ending):
    assert status_of(only_utf8(welcome), sent_as(f"text/plain{ending}")) == "200 OK"


def test_control_django_alone_fails():
    with pytest.raises(LookupError):
        WSGIRequest(sent_as("text/plain; charset=rot13"))
