"""Makes testimonials as staff record them, and walks through the whole site."""

from datetime import date
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone

from clinic.models import ConsentText
from testimonials.models import Testimonial
from testimonials.services import record_testimonial
from tests import builders

GIVEN = date(2026, 2, 1)
AGREED = date(2026, 2, 2)


def make_words(version=1) -> ConsentText:
    """A version of what people agree to."""
    purpose = ConsentText.Purpose.TESTIMONIAL
    found = ConsentText.objects.filter(purpose=purpose, version=version).first()
    return found or ConsentText.objects.create(
        purpose=purpose, version=version, text="You may show my words.", written_at=builders.NOW
    )


def unsaved_story(**fields) -> Testimonial:
    """Words that somebody sent, and nothing more."""
    values = {"text": "The first visit was a talk.", "shown_name": "M. R.", "given_on": GIVEN, "relation": "patient",
              "source": "unsolicited"}  # fmt: skip
    return Testimonial(**{**values, **fields})


def consent(**fields) -> dict:
    """What is noted when somebody says yes."""
    return {"consent_given_on": AGREED, "consent_scope": "website", "consent_text": make_words(), **fields}


def make_story(user=None, file=None, **fields) -> Testimonial:
    """Record a story that nobody has agreed to yet."""
    return record_testimonial(testimonial=unsaved_story(**fields), user=user, now=timezone.now(), file=file)


def make_shown_story(**fields) -> Testimonial:
    """Record a story that is shown, with consent for the whole site."""
    return make_story(**{**consent(), "published": True, **fields})


def entered(**fields) -> dict:
    """The staff's form as they fill it in, without consent."""
    values = {
        "text": "A talk.", "shown_name": "M. R.", "given_on": "2026-02-01", "relation": "patient", "source": "asked",
        "service": "", "consent_given_on": "", "consent_scope": "", "consent_text": "",
    }  # fmt: skip
    return {**values, **fields}


def entered_consent(**fields) -> dict:
    """The same with consent."""
    agreed = {"consent_given_on": "2026-02-02", "consent_scope": "website", "consent_text": make_words().pk}
    return entered(**{**agreed, **fields})


def text_of(response) -> str:
    """The words of a page, without its tags."""
    return BeautifulSoup(response.content, "html.parser").get_text(" ", strip=True)


def walk(*starts: str) -> dict[str, str]:
    """Return the body of every address of the site that can be reached from *starts*, the feeds included.

    Booking is left out past its first page: it has an address for each open time, and shows no page's words.
    """
    seen, waiting, client = {}, list(starts), Client()
    while waiting:
        address = waiting.pop()
        if address in seen or address.startswith(("/admin/", "/static/", "/media/")) or address.count("/") > 9:
            continue
        response = client.get(address)
        if response.status_code in (301, 302, 303):
            waiting.append(response["Location"])
            continue
        body = b"".join(response) if response.streaming else response.content
        seen[address] = body.decode(errors="replace")
        if response.status_code == 200 and "html" in response["Content-Type"] and not address.startswith("/book/"):
            waiting += links_of(seen[address], address)
    return seen


def links_of(body: str, address: str) -> list[str]:
    """Return the addresses on this site that a page links to."""
    page = BeautifulSoup(body, "html.parser")
    hrefs = [one["href"] for one in page.select("a[href], link[rel=alternate][href]")]
    targets = [urlsplit(urljoin(f"http://testserver{address}", href)) for href in hrefs]
    return [
        f"{one.path}?{one.query}" if one.query else one.path
        for one in targets
        if one.scheme in ("http", "https") and one.hostname in ("testserver", "localhost", "127.0.0.1")
    ]
