"""When we cannot answer, the page says so kindly, names a telephone, and needs nothing that may be broken."""

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client, RequestFactory

from clinic import errors
from tests import builders

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful(monkeypatch):
    monkeypatch.setattr(errors, "_known", {})


def answer_to(error):
    try:
        raise error
    except Exception:
        return errors.server_error(RequestFactory().get("/"))


def test_a_mistake_of_ours_answers_500_with_telephone_and_crisis_line(clinic_settings):
    answer = answer_to(ValueError("a secret word"))
    text = answer.content.decode()
    assert answer.status_code == 500
    for words in ("Quiet Room", "(202) 555-0100", 'href="tel:988"', "not your doing", "noindex"):
        assert words in text
    assert "secret" not in text


def test_a_database_that_is_away_answers_503_from_memory(clinic_settings):
    errors.remember_how_to_reach_us()
    before = len(connection.queries_log)
    answer = answer_to(OperationalError("server closed the connection"))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert "(202) 555-0100" in answer.content.decode()
    assert len(connection.queries_log) == before


def test_without_a_memory_the_page_is_still_whole():
    text = answer_to(OperationalError("never reached")).content.decode()
    assert 'href="tel:988"' in text
    assert "Call us" not in text


def test_what_is_remembered_is_no_older_than_the_last_mistake():
    details = builders.make_details()
    errors.remember_how_to_reach_us()
    details.telephone = "+12025550199"
    details.save()
    assert "555-0199" in answer_to(ValueError()).content.decode()


def test_the_site_uses_these_pages(clinic_settings, monkeypatch):
    def broken(request):
        raise OperationalError("away")

    monkeypatch.setattr("clinic.models.HomePage.serve", lambda self, request: broken(request))
    client = Client(raise_request_exception=False)
    assert client.get("/").status_code == 503


def test_a_connection_that_is_closed_already_leaves_the_page_whole(monkeypatch):
    def closed(*args, **kwargs):
        raise InterfaceError("the connection is closed")

    monkeypatch.setattr("clinic.models.ClinicDetails.load", closed)
    assert 'href="tel:988"' in answer_to(ValueError()).content.decode()
