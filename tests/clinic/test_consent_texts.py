"""What people agree to is written as versions: the newest is in force, and none is ever changed."""

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.db.models import ProtectedError
from django.test import Client
from django.urls import NoReverseMatch, reverse

from booking.forms import AppointmentForm
from clinic import consent
from clinic.models import ConsentText, User
from tests import builders
from tests.builders import NOW

BOOKING, TESTIMONIAL = ConsentText.Purpose
LIST = "/admin/consent-texts/"
NEW = "/admin/consent-texts/new/booking/"


@pytest.fixture(scope="module")
def clock():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def prepared(clock, prepared_site, db):
    """A new practice that has words for bookings only; the clock stands at NOW."""
    ConsentText.objects.filter(purpose=TESTIMONIAL).delete()


def signed_in(role="Managers") -> Client:
    client = Client()
    client.force_login(builders.make_user(groups=[role]))
    return client


def write(text="Other words.", purpose=BOOKING) -> ConsentText:
    return consent.write_version(purpose=purpose, text=text, user=None, now=NOW)


def versions(purpose=BOOKING) -> list[int]:
    return sorted(ConsentText.objects.filter(purpose=purpose).values_list("version", flat=True))


# --- Versions ---------------------------------------------------------------------------------------------


def test_a_new_practice_begins_with_the_words_of_the_form(prepared):
    [first] = ConsentText.objects.all()
    assert (first.purpose, first.version, first.written_by, first.written_at) == (BOOKING, 1, None, NOW)
    assert first.text == AppointmentForm.base_fields["consent"].label


def test_preparing_the_site_again_writes_only_what_is_missing(prepared):
    write("Our own words.")
    call_command("prepare_site", verbosity=0)
    assert versions(TESTIMONIAL) == [1]
    assert versions() == [1, 2]
    assert ConsentText.objects.current(BOOKING).text == "Our own words."


def test_each_purpose_counts_its_own_versions(prepared):
    assert [write().version, write().version, write(purpose=TESTIMONIAL).version] == [2, 3, 1]
    assert ConsentText.objects.current(TESTIMONIAL).version == 1


def test_words_that_somebody_agreed_to_cannot_be_deleted(prepared):
    service = builders.make_service()
    builders.ask(
        service=service, practitioner=builders.make_practitioner(services=[service]), starts_at=builders.at(4, 10)
    )
    with pytest.raises(ProtectedError):
        ConsentText.objects.get().delete()


# --- The screens ------------------------------------------------------------------------------------------


def test_a_manager_writes_the_next_version_beginning_with_the_words_in_force(prepared):
    client = signed_in()
    form = BeautifulSoup(client.get(NEW).content, "html.parser")
    assert form.find("textarea", attrs={"name": "text"}).text.strip() == ConsentText.objects.get().text
    response = client.post(NEW, {"text": "  You may store this.  "})

    second = ConsentText.objects.current(BOOKING)
    assert response["Location"] == LIST
    assert (second.version, second.text, second.written_at) == (2, "You may store this.", NOW)
    assert second.written_by == User.objects.get()


def test_the_list_shows_every_version_and_marks_the_one_in_force(prepared):
    write("Newer words.")
    write("Words for stories.", TESTIMONIAL)
    page = BeautifulSoup(signed_in().get(LIST).content, "html.parser")
    rows = [row.get_text(" ", strip=True) for row in page.select(".listing tbody tr")]

    assert [("in force" in row, "replaced" in row) for row in rows] == [(True, False), (False, True), (True, False)]
    assert "Newer words." in rows[0]
    assert "the site itself" in rows[1]
    assert "Words for stories." in rows[2]


@pytest.mark.parametrize("text", ["", "   ", "x" * 601, "the same"])
def test_words_that_are_none_or_too_many_or_no_others_are_refused(prepared, text):
    if text == "the same":
        text = f" {ConsentText.objects.get().text} "
    assert signed_in().post(NEW, {"text": text}).status_code == 200
    assert versions() == [1]


def test_a_purpose_without_words_begins_empty_and_an_unknown_one_is_no_page(prepared):
    client = signed_in()
    form = BeautifulSoup(client.get("/admin/consent-texts/new/testimonial/").content, "html.parser")
    assert form.find("textarea", attrs={"name": "text"}).text.strip() == ""
    assert client.get("/admin/consent-texts/new/nonsense/").status_code == 404


@pytest.mark.parametrize("role", ["Front desk", "Editors", "Clinicians"])
def test_nobody_but_managers_may_write_or_see_the_list(prepared, role):
    client = signed_in(role)
    assert client.get(LIST).status_code == client.post(NEW, {"text": "Mine."}).status_code == 302
    assert versions() == [1]
    assert LIST not in client.get("/admin/", follow=True).text


@pytest.mark.parametrize("action", ["edit", "delete", "copy", "history", "usage", "inspect"])
def test_there_is_no_way_to_change_or_delete_a_version_even_for_those_who_may_everything(prepared, action):
    client, pk = Client(), ConsentText.objects.get().pk
    client.force_login(builders.make_user(is_superuser=True))
    for address in (f"{LIST}{action}/{pk}/", f"{LIST}{pk}/{action}/", f"{LIST}{pk}/"):
        assert client.get(address).status_code == client.post(address, {"text": "Forged."}).status_code == 404
    with pytest.raises(NoReverseMatch):
        reverse(f"consent-texts:{action}", args=[pk])
    assert ConsentText.objects.get().text != "Forged."
