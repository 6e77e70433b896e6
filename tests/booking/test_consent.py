"""The form shows the consent text in force, and an appointment keeps the very version that the patient saw."""

import pytest
from django.test import Client
from django.urls import reverse

from booking.models import Appointment
from clinic import consent
from clinic.models import ConsentText
from tests.booking.pages import address, reads_plainly, soup
from tests.builders import NOW, ask, at, filled_in, make_user, stored

pytestmark = pytest.mark.usefixtures("clock", "service")

CHANGED = "We have changed these words since you opened this page."


def write(text) -> ConsentText:
    """Put *text* in force."""
    return consent.write_version(purpose=ConsentText.Purpose.BOOKING, text=text, user=None, now=NOW)


@pytest.fixture
def first(service):
    """The version in force."""
    return write("You may store this for my visit.")


def box(response):
    """The box to tick: its words, whether it is ticked, and the version that the form will send."""
    page = soup(response)
    label = page.find("label", attrs={"for": "id_consent"}).get_text(strip=True)
    return label, page.find(id="id_consent").has_attr("checked"), page.find(id="id_consent_version").get("value")


def as_shown(response, **fields) -> dict:
    """The form as a browser sends it after *response*, filled in and ticked."""
    page = soup(response)
    hidden = {one["name"]: one.get("value", "") for one in page.select("form input[type=hidden]")}
    return {**filled_in(), **hidden, **fields}


# --- What is shown and stored -----------------------------------------------------------------------------


def test_the_form_shows_the_words_in_force_without_a_tick(client, first):
    assert box(client.get(address())) == ("You may store this for my visit.", False, "1")
    write("Newer words.")
    assert box(client.get(address())) == ("Newer words.", False, "2")


def test_words_are_shown_as_text(client, service):
    write("<b>Bold</b> & “quoted” %s {{ x }}")
    assert box(client.get(address()))[0] == "<b>Bold</b> & “quoted” %s {{ x }}"


def test_the_appointment_keeps_the_version_that_the_patient_agreed_to(client, first):
    client.post(address(), as_shown(client.get(address())))
    write("Newer words.")

    appointment = Appointment.objects.get()
    assert (appointment.consent_text, appointment.consented_at) == (first, NOW)


def test_a_form_that_names_no_version_agrees_to_the_one_in_force(client, first):
    assert client.post(address(), filled_in()).status_code == 303
    assert Appointment.objects.get().consent_text == first


def test_a_practice_without_consent_texts_shows_the_words_of_the_form(client):
    response = client.get(address())
    assert box(response) == ("You may store what I wrote here to arrange an appointment.", False, None)
    assert client.post(address(), as_shown(response)).status_code == 303
    assert Appointment.objects.get().consent_text is None


# --- Words that change meanwhile --------------------------------------------------------------------------


def test_words_that_changed_meanwhile_are_shown_and_agreed_to_anew(client, first):
    form = as_shown(client.get(address()))
    second, before = write("Newer words."), stored()
    response = client.post(address(), form)

    assert (response.status_code, stored()) == (422, before)
    assert box(response) == ("Newer words.", False, "2")
    assert CHANGED in reads_plainly(response)
    assert [link["href"] for link in soup(response).select("#errors a")] == ["#id_consent"]
    again = as_shown(response, consent="")
    assert client.post(address(), again).status_code == 422  # the tick is not taken for granted
    assert client.post(address(), {**again, "consent": "on"}).status_code == 303
    assert Appointment.objects.get().consent_text == second


def test_what_was_typed_is_kept(client, first):
    form = as_shown(client.get(address()), full_name="Ada <Birch>", note="two\nlines")
    write("Newer words.")
    page = soup(client.post(address(), form))

    assert page.find(id="id_full_name")["value"] == "Ada <Birch>"
    assert page.find(id="id_note").text.strip() == "two\nlines"
    assert page.find(id="id_submission_key")["value"] == form["submission_key"]


def test_other_mistakes_are_named_together_with_the_changed_words(client, first):
    form = as_shown(client.get(address()), full_name="")
    write("Newer words.")
    response = client.post(address(), form)

    assert box(response) == ("Newer words.", False, "2")
    assert [link["href"] for link in soup(response).select("#errors a")] == ["#id_full_name", "#id_consent"]


def test_a_time_that_is_gone_while_the_words_changed_shows_no_tick_either(client, first, service, robin):
    form = as_shown(client.get(address()))
    ask(service=service, practitioner=robin, starts_at=at(5, 10))
    write("Newer words.")
    response = client.post(address(), form)

    assert response.status_code == 409
    assert box(response) == ("Newer words.", False, "2")
    assert CHANGED in reads_plainly(response)


def test_a_form_that_arrived_before_the_words_changed_is_answered_as_before(client, first):
    form = as_shown(client.get(address()))
    sent = client.post(address(), form)
    write("Newer words.")
    before = stored()
    again = client.post(address(), form)

    assert (again.status_code, again["Location"], stored()) == (303, sent["Location"], before)
    assert Appointment.objects.get().consent_text == first


@pytest.mark.parametrize("version", ["0", "-1", "7", "nonsense", "1.5", "9" * 400, "9" * 5000, "\x00", "\ufffd", "1 2"])
def test_a_version_that_nobody_saw_is_not_agreed_to(client, first, version):
    response = client.post(address(), filled_in(consent_version=version))

    assert response.status_code == 422
    assert box(response) == ("You may store this for my visit.", False, "1")
    assert reads_plainly(response)
    assert not any(stored().values())
    assert client.post(address(), as_shown(response)).status_code == 303


def test_a_tick_is_needed_whatever_the_version(client, first):
    response = client.post(address(), as_shown(client.get(address()), consent=""))

    assert response.status_code == 422
    assert "We need your yes to this" in reads_plainly(response)
    assert not any(stored().values())


# --- For staff --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("known", [True, False])
def test_staff_see_which_version_was_agreed_to(first, service, robin, known):
    appointment = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    if not known:
        Appointment.objects.update(consent_text=None)  # from before texts had versions
    write("Newer words.")
    client = Client()
    client.force_login(make_user(is_superuser=True))
    text = soup(client.get(reverse("appointments:inspect", args=[appointment.pk]))).get_text(" ", strip=True)

    assert "Agreed Monday, March 2 at 10 am" in text
    assert ("version 1 : “You may store this for my visit.”" in text.replace("1:", "1 :")) is known
    assert "Newer words." not in text
