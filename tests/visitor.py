"""A patient without a browser: what HTTP alone can do."""

import http.client
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from http.cookies import SimpleCookie
from urllib.parse import urlencode
from uuid import uuid4

from tests.running import PATIENCE

IDLE = 20  # seconds after which a web server may hang up on somebody who says nothing


@dataclass(frozen=True)
class Answer:
    """What the web server answered, and after how many seconds."""

    status: int
    location: str
    text: str
    seconds: float


class Visitor:
    """Somebody with cookies and no browser, on one connection that stays open."""

    def __init__(self, base: str):
        self.connection = http.client.HTTPConnection(base.removeprefix("http://"), timeout=PATIENCE)
        self.cookies: dict[str, str] = {}
        self.last_asked = time.monotonic()

    def ask(self, path: str, fields: dict | None = None) -> Answer:
        """GET *path*, or POST *fields* to it; redirects are not followed."""
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if fields is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        began = time.monotonic()
        if began - self.last_asked > IDLE:
            self.connection.close()  # the server has hung up by now; asking opens it again
        self.last_asked = began
        body = None if fields is None else urlencode(fields)
        self.connection.request("GET" if fields is None else "POST", path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        seconds = time.monotonic() - began
        for header in response.headers.get_all("Set-Cookie", []):
            self.cookies |= {name: cookie.value for name, cookie in SimpleCookie(header).items()}
        return Answer(response.status, response.headers.get("Location", ""), text, seconds)

    def open_form(self, path: str, **fields) -> dict:
        """Open the details form at *path* and fill it in; return what its button would send."""
        page = self.ask(path)
        assert page.status == 200, f"{path} answered {page.status}"
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|submission_key)" value="([^"]+)"', page.text))
        mine = {"full_name": "Ada Birch", "email": f"{uuid4().hex}@example.com", "contact_by": "email"}
        return {**hidden, **mine, "consent": "on", "website": "", **fields}

    def times(self, service: str, practitioner: str) -> Iterator[str]:
        """Yield the addresses of the open times, the earliest first, page after page."""
        query = f"?practitioner={practitioner}"
        while query:
            page = self.ask(f"/book/{service}/{query}").text
            yield from re.findall(rf'<li><a href="(/book/{service}/{practitioner}/[^"?]+)', page)
            later = re.search(r'<a href="([^"]+)">Later times', page)
            query = unescape(later[1]) if later else ""

    def book(self, path: str, **fields) -> str:
        """Ask for the time at *path*; return the reference."""
        answer = self.ask(path, self.open_form(path, **fields))
        assert answer.status == 303, f"{path} answered {answer.status}"
        return answer.location.split("/")[-2]

    def token(self, path: str) -> str:
        """Open *path*; return the token without which a form of it is refused."""
        return re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', self.ask(path).text)[1]

    def sign_in(self, email: str, password: str):
        """Enter the admin."""
        path = "/admin/login/"
        fields = {"csrfmiddlewaretoken": self.token(path), "username": email, "password": password}
        assert self.ask(path, fields).status == 302

    def close(self):
        """Hang up."""
        self.connection.close()
