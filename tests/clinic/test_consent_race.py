"""Of two who write a consent text at once none is lost, and patients wait for neither."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier, BrokenBarrierError

import pytest
from django.db import IntegrityError, connection, transaction

from clinic import consent
from clinic.models import ConsentText
from tests import builders
from tests.builders import NOW
from tests.running import PATIENCE

pytestmark = [pytest.mark.usefixtures("put_back"), pytest.mark.django_db(transaction=True, serialized_rollback=True)]


def write(text="Other words.") -> ConsentText:
    return consent.write_version(purpose=ConsentText.Purpose.BOOKING, text=text, user=None, now=NOW)


def versions() -> list[int]:
    return sorted(ConsentText.objects.values_list("version", flat=True))


def both_write() -> list:
    """Two people put words in force in one moment; return what became of each."""
    gate = Barrier(2)

    def run(text):
        try:
            connection.ensure_connection()
            gate.wait(PATIENCE)
            return write(text).version
        except Exception as error:  # judged by the test
            return type(error)
        finally:
            connection.close()

    with ThreadPoolExecutor(2) as pool:
        return list(pool.map(run, ["One.", "Two."]))


@pytest.fixture
def held_between(monkeypatch):
    """Whoever has looked for the newest version waits a moment for the other to look too."""
    both, newest = Barrier(2), consent.newest_version

    def look_then_wait(purpose):
        version = newest(purpose)
        with suppress(BrokenBarrierError):  # the other waits for the lock
            both.wait(1)
        return version

    monkeypatch.setattr(consent, "newest_version", look_then_wait)


def test_of_two_that_are_written_at_once_both_are_kept(held_between):
    assert sorted(both_write()) == versions() == [1, 2]


def test_control_without_the_lock_one_of_two_is_lost(held_between, monkeypatch):
    monkeypatch.setattr(consent, "lock", lambda: None)
    assert sorted(both_write(), key=str) == [1, IntegrityError]
    assert versions() == [1]


def test_while_a_version_is_written_patients_can_agree_to_the_one_in_force(empty_queue):
    builders.make_details()
    first = write()
    service = builders.make_service()
    person = builders.make_practitioner(services=[service])

    def patient():
        try:
            return builders.ask(service=service, practitioner=person, starts_at=builders.at(4, 10)).consent_text
        finally:
            connection.close()

    with transaction.atomic(), ThreadPoolExecutor(1) as pool:
        consent.lock()
        assert pool.submit(patient).result(PATIENCE) == first
