"""How to reach us: by text, by telephone, in person, and what to do when nobody is there."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.test import Client

from clinic.models import ClinicDetails, ContactPage, HomePage
from clinic.qr import QUIET, qr_code
from tests import builders
from tests.clinic.qr_reader import read_qr

NEW_YORK = ZoneInfo("America/New_York")
TEXT_US = "sms:+12025550101?&body=Hello%2C%20I%20have%20a%20question."


@pytest.fixture
def contact(clinic_settings):
    page = ContactPage(title="Contact", slug="contact")
    return HomePage.objects.get().add_child(instance=page)


def seen(contact, day=2, hour=10) -> BeautifulSoup:
    """The page as it is at *hour* on a day in March 2026; the 2nd is a Monday."""
    with time_machine.travel(datetime(2026, 3, day, hour, tzinfo=NEW_YORK), tick=False):
        response = Client().get(contact.url)
    assert response.status_code == 200
    return BeautifulSoup(response.content, "html.parser")


def text_of(element) -> str:
    """The words of a part of the page, as they are read."""
    return re.sub(r" (?=[.,])", "", re.sub(r"\s+", " ", element.get_text(" ", strip=True)))


def modules_of(path: str, size: int) -> list[list[bool]]:
    """The modules that a path of strokes draws, without the quiet zone, which must be empty."""
    drawn = set()
    for x, y, length in re.findall(r"M(\d+) (\d+)\.5h(\d+)", path):
        drawn |= {(int(y), int(x) + number) for number in range(int(length))}
    inside = range(QUIET, size - QUIET)
    assert all(row in inside and column in inside for row, column in drawn)
    return [[(row, column) in drawn for column in inside] for row in inside]


# --- The text box -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("day", "hour", "words"),
    [
        (2, 10, "We’re here on weekdays from 9 am to 9 pm. Open now, until 9 pm."),
        (6, 22, "We’re here on weekdays from 9 am to 9 pm. Closed now. We open Monday at 9 am. In a crisis"),
    ],
)
def test_the_box_the_footer_and_the_hours_tell_the_same_truth(contact, day, hour, words):
    page = seen(contact, day, hour)
    assert words in text_of(page.select_one(".text-us"))
    assert words.removesuffix(" In a crisis") in text_of(page.body.find("footer", recursive=False))
    assert "Monday to Friday 9 am to 9 pm" in text_of(page.select_one(".hours"))


def test_when_we_are_closed_the_box_leads_to_988(contact):
    closed, opened = seen(contact, hour=22).select_one(".text-us"), seen(contact).select_one(".text-us")
    assert "In a crisis call 988 or text 988." in text_of(closed)
    assert {"tel:988", "sms:988"} <= {link["href"] for link in closed.select("a")}
    assert "988" not in text_of(opened)


def test_a_closure_today_is_said_in_the_box_and_in_the_footer(contact):
    builders.close(ClinicDetails.load(), datetime(2026, 3, 2).date(), name="Presidents’ Day")
    page = seen(contact)
    for part in (page.select_one(".text-us"), page.body.find("footer", recursive=False)):
        assert "Closed today for Presidents’ Day. We open tomorrow at 9 am." in text_of(part)


def test_a_text_begins_with_neutral_words_that_both_kinds_of_phones_read(contact):
    link = seen(contact).select_one(".text-us a.number")
    assert (link["href"], text_of(link)) == (TEXT_US, "Text (202) 555-0101")
    assert "“Hello, I have a question.”" in text_of(seen(contact).select_one(".text-us"))


def test_the_code_says_what_it_is_and_holds_the_same_address(contact):
    code = seen(contact).select_one("svg.qr")
    assert code["role"] == "img"
    assert code.find(id=code["aria-labelledby"]).get_text() == "QR code that starts a text message to (202) 555-0101"
    assert code.path["stroke"] == "currentColor"
    _, _, size, _ = map(int, code["viewbox"].split())
    assert read_qr(modules_of(code.path["d"], size)) == TEXT_US


@pytest.mark.parametrize(
    "content", ["sms:+12025550101", TEXT_US, "sms:+4915112345678?&body=" + "%20" * 25, TEXT_US[:30], TEXT_US[:45]]
)
def test_what_is_drawn_is_what_was_meant(content):
    code = qr_code(content)
    assert read_qr(modules_of(code.path, code.size)) == content


def test_a_damaged_code_would_be_noticed():
    code = qr_code(TEXT_US)
    modules = modules_of(code.path, code.size)
    modules[20][20] = not modules[20][20]
    with pytest.raises(AssertionError, match="damaged"):
        read_qr(modules)


# --- What is not there ------------------------------------------------------------------------------------


def test_without_a_number_for_texts_the_hours_stand_with_the_telephone(contact):
    builders.make_details(text_number="")
    page = seen(contact, hour=22)
    assert not page.select(".text-us, svg.qr, main a[href^='sms:+']")
    main = text_of(page.main)
    assert "We’re here on weekdays from 9 am to 9 pm. Closed now. We open tomorrow at 9 am. In a crisis" in main


def test_without_hours_nothing_is_said_about_them(contact):
    details = ClinicDetails.load()
    details.opening_hours = []
    details.save()
    page = seen(contact)
    assert "We’re here" not in text_of(page)
    assert not page.select(".hours div, .open-now")
    assert page.select_one(".text-us a.number")


def test_a_practice_with_nothing_entered_has_a_page(contact):
    details = builders.make_details(telephone="", text_number="")
    details.opening_hours = []
    details.save()
    assert "Contact" in text_of(seen(contact).main)


# --- The rest ---------------------------------------------------------------------------------------------


def test_places_have_a_map_that_is_a_link_and_nothing_else(contact):
    builders.make_location(name="Riverside", slug="riverside")
    page = seen(contact)
    [link] = page.select("main a[href^='https://www.openstreetmap.org/']")
    assert (text_of(link), link["rel"]) == ("Find Riverside on openstreetmap.org", ["noopener", "noreferrer"])
    assert "1 Alder Street Washington, DC 20001" in text_of(page.main)
    assert not page.select("main :is(img, iframe, script)")


def test_staff_say_what_happens_when_nobody_answers(contact):
    assert "We get back to you during our hours." in text_of(seen(contact).main)
    ContactPage.objects.update(unanswered="Somebody calls back by noon.")
    assert "When nobody answers Somebody calls back by noon." in text_of(seen(contact).main)
    ContactPage.objects.update(unanswered="")
    assert "When nobody answers" not in text_of(seen(contact).main)


def test_only_the_next_closures_are_listed(contact):
    details = ClinicDetails.load()
    for month in range(1, 13):
        builders.close(details, datetime(2026, month, 20).date(), name=f"Day {month}.")
    text = text_of(seen(contact).main)
    assert [month for month in range(1, 13) if f"Day {month}." in text] == [3, 4, 5, 6, 7, 8]


def test_the_hours_are_asked_for_once_for_readers_and_once_for_search_engines(contact, django_assert_max_num_queries):
    Client().get(contact.url)
    with django_assert_max_num_queries(60) as asked:
        Client().get(contact.url)
    assert sum('FROM "clinic_openinghours"' in query["sql"] for query in asked.captured_queries) == 2
