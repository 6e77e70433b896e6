"""What several tests of booking start from."""

import pytest
import time_machine

from tests.builders import NOW, make_practitioner, make_service


@pytest.fixture
def clock(db):
    """The clock stands at NOW; `move_to` sets it."""
    with time_machine.travel(NOW, tick=False) as clock:
        yield clock


@pytest.fixture
def service(clinic_settings):
    """A service of 50 minutes at /book/talk/, which Robin offers."""
    service = make_service(slug="talk", name="Quokka sessions")
    make_practitioner(slug="robin", name="Robin Vale", services=[service])
    return service


@pytest.fixture
def robin(service):
    """Works on weekdays from 9 to 17."""
    return service.practitioners.get()
