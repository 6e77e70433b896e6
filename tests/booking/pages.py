"""Opens and reads pages and mails of the booking flow."""

import re

from bs4 import BeautifulSoup

from booking.mails import compose
from tests.builders import at

WHAT_NOBODY_SHOULD_READ = re.compile("Traceback|Exception|Error at|DataError|psycopg|ValueError|IntegrityError")


def address(start="20260305T150000Z", service="talk", practitioner="robin", mode="") -> str:
    """The address of the details form; without arguments that of Thursday at ten with Robin."""
    return f"/book/{service}/{practitioner}/{start}/" + (f"?mode={mode}" if mode else "")


def soup(response) -> BeautifulSoup:
    """The page as a tree."""
    return BeautifulSoup(response.content, "html.parser")


def reads_plainly(response) -> str:
    """Return the page's text, after a look that it speaks to people."""
    page = soup(response)
    text = page.get_text(" ", strip=True)
    assert page.h1, text
    assert not WHAT_NOBODY_SHOULD_READ.search(text)
    return text


def mail_of(appointment, kind, recipient) -> str:
    """The text of the one mail of this *kind*, as it reads early on March 5."""
    mail = compose(appointment.messages.get(kind=kind, recipient=recipient), now=at(5, 8))
    return " ".join(mail.body.split())


def to_do(staff, address: str) -> dict[str, str]:
    """What the list at *address* asks *staff* to do, by name."""
    rows = [row.find_all("td") for row in soup(staff.get(address)).select("table.listing tbody tr")]
    return {cells[0].get_text(strip=True): cells[-1].get_text(strip=True) for cells in rows if cells}
