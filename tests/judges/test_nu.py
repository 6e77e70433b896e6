"""The Nu HTML checker finds nothing to say about any page or mail, in any state, nor about the style sheets."""

import json
import subprocess

import pytest

from booking.mails import compose
from booking.models import Message
from tests import builders
from tests.browser import pages
from tests.judges.conftest import PROGRAMS
from tests.running import ROOT

pytestmark = [
    pytest.mark.judge("java"),
    pytest.mark.promise("The Nu HTML checker finds no error and nothing to warn of in any page or state"),
]


def complaints(*words, text: bytes = b"") -> list[str]:
    """Run the checker with *words*, give it *text* to read; return all that it says, the least remark included."""
    command = ["java", "-Xss1m", "-jar", PROGRAMS / "vnu-jar/build/dist/vnu.jar", "--format", "json", "--stdout"]
    done = subprocess.run([*command, *words], input=text, capture_output=True, timeout=120)
    assert done.stdout.startswith(b"{"), done.stderr.decode()
    return [
        f"{one.get('subType', one['type'])}, line {one.get('lastLine')}: {one['message']} {one.get('extract', '')}"
        for one in json.loads(done.stdout)["messages"]
    ]


@pytest.fixture
def source(page):
    """Return the HTML of the page that the browser shows as the server sent it, whatever happened to it since."""
    answers = []

    def note(response):
        if response.frame == page.main_frame and response.request.is_navigation_request():
            answers.append(response)

    page.on("response", note)
    return lambda: answers[-1].body()


@pytest.mark.parametrize("name", pages.NAMES)
def test_nothing_to_say_about_the_page(name, page, source, running_clinic):
    pages.open_page(name, page, running_clinic)
    html = source()
    assert html.lstrip().lower().startswith(b"<!doctype html>")
    assert complaints("-", text=html) == []


@pytest.mark.parametrize("path", sorted((ROOT / "clinic/static/clinic/css").glob("*.css")), ids=lambda one: one.name)
def test_nothing_to_say_about_the_style_sheet(path):
    assert complaints("--css", path) == []


def test_nothing_to_say_about_any_mail(clinic_settings, tmp_path):
    service = builders.make_service()
    person = builders.make_practitioner(services=[service])
    for message in builders.one_message_of_each_kind(service=service, practitioner=person, user=builders.make_user()):
        [(html, _)] = compose(message, now=builders.NOW).alternatives
        (tmp_path / f"{message.kind}-{message.pk}.html").write_text(html)
    assert {path.name.split("-")[0] for path in tmp_path.iterdir()} == set(Message.Kind.values)
    assert complaints(tmp_path) == []


def test_checker_finds_what_is_wrong():
    wrong = b"<!doctype html><html lang=en><title>Page</title><p><div align=left>A</div>"
    assert any("align" in one for one in complaints("-", text=wrong))
