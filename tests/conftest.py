"""What every test may use. Data comes from `tests.builders`; a whole running clinic from `running_clinic`."""

import os

import pytest

from tests.promises import PromiseTable
from tests.running import RunningClinic

# The browser driver runs an event loop in this thread; Django would refuse database calls beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

FULL_SIZE = os.environ.get("CLINIC_TEST_SIZE") == "full"  # `make verify`
RESUME = bool(os.environ.get("CLINIC_TEST_RESUME"))  # `make verify RESUME=1`


def pytest_configure(config):
    if FULL_SIZE:
        config.pluginmanager.register(PromiseTable(getattr(config, "cache", None), resume=RESUME))


@pytest.fixture(scope="session")
def full_size():
    """Whether the promises are shown at full size (`make verify`) or at small numbers (`make test`)."""
    return FULL_SIZE


@pytest.fixture(scope="session")
def running_clinic(tmp_path_factory):
    """The whole clinic as it runs: web server, worker, mail server and the demo clinic in a database of its own."""
    clinic = RunningClinic(tmp_path_factory.mktemp("clinic"))
    clinic.start()
    yield clinic
    clinic.stop()


@pytest.fixture
def clinic_settings(db):
    """Clinic details with hours on weekdays from 9 to 21, New York time."""
    from tests import builders

    return builders.make_details()
