"""Text is sent compressed, and nothing that would suffer by it."""

import gzip

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.test import RequestFactory
from django.utils.cache import patch_vary_headers

from clinic.middleware import CompressedTextMiddleware

WORDS = b"It is all right to ask for help. " * 100


def answered(response, accepts="gzip, deflate, br"):
    """Return *response* as the middleware lets it out to a browser that accepts *accepts*."""
    request = RequestFactory().get("/", headers={"Accept-Encoding": accepts})
    return CompressedTextMiddleware(lambda _: response)(request)


def page(content_type="text/html; charset=utf-8"):
    return HttpResponse(WORDS, content_type=content_type)


def page_for_one_person():
    response = page()
    patch_vary_headers(response, ["Cookie"])
    return response


@pytest.mark.parametrize(
    "content_type", ["text/html; charset=utf-8", "application/rss+xml; charset=utf-8", "application/json"]
)
def test_text_is_compressed(content_type):
    response = answered(page(content_type))
    assert response["Content-Encoding"] == "gzip"
    assert response["Vary"] == "Accept-Encoding"
    assert int(response["Content-Length"]) == len(response.content) < len(WORDS) / 10
    assert gzip.decompress(response.content) == WORDS


def test_who_does_not_take_it_compressed_gets_it_plain():
    response = answered(page(), accepts="")
    assert response.content == WORDS
    assert response["Vary"] == "Accept-Encoding"


def test_the_same_page_has_many_lengths():
    assert len({len(answered(page()).content) for _ in range(30)}) > 3


@pytest.mark.parametrize(
    "response",
    [page("image/jpeg"), page("application/pdf"), page_for_one_person(), StreamingHttpResponse([WORDS])],
    ids=["picture", "document", "for one person", "stream"],
)
def test_the_rest_goes_out_as_it_is(response):
    response = answered(response)
    assert "Content-Encoding" not in response
    assert b"".join(response) == WORDS


def test_site_compresses_its_pages_but_not_the_admin(client, db):
    accepts = {"Accept-Encoding": "gzip"}
    assert client.get("/search/", headers=accepts)["Content-Encoding"] == "gzip"
    assert client.get("/book/", headers=accepts)["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in client.get("/admin/login/", headers=accepts)
