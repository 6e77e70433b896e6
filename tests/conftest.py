"""What every test may use. Data comes from `tests.builders`; a whole running clinic from `running_clinic`."""

import gc
import json
import os
import threading
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from tests.promises import PromiseTable
from tests.running import DemoToCopy, MigratedToCopy, RunningClinic

# The browser driver runs an event loop in this thread; Django would refuse database calls beside it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

# In a thread with such a loop Django would open a second connection beside the one that the database was made with.
# Here a thread has one connection, whether a browser is open or not.
connections._connections = threading.local()

FULL_SIZE = os.environ.get("CLINIC_TEST_SIZE") == "full"  # `make verify`
SEVERAL_WORKERS = "PYTEST_XDIST_WORKER" in os.environ
RESUME = bool(os.environ.get("CLINIC_TEST_RESUME"))  # `make verify RESUME=1`


def pytest_configure(config):
    if FULL_SIZE:
        config.pluginmanager.register(PromiseTable(getattr(config, "cache", None), resume=RESUME))


# The files that take longest come first, so that no worker is left alone with one of them in the end. While the first
# worker makes the demo, on which most of them wait, the others have one of their own.
LONG = ("tests/browser/test_every_page.py", "tests/clinic/test_up.py", "tests/clinic/test_demo.py", "tests/browser",
        "tests/running_clinic")  # fmt: skip


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: next((n for n, one in enumerate(LONG) if item.nodeid.startswith(one)), len(LONG)))


def pytest_collection_finish():
    """Leave what is loaded by now out of garbage collection, and collect seldom: it took a tenth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


@pytest.fixture(scope="session")
def full_size():
    """Whether the promises are shown at full size (`make verify`) or at small numbers (`make test`)."""
    return FULL_SIZE


@pytest.fixture(scope="module")
def put_back(django_db_setup, django_db_blocker):
    """For modules with transactional tests, which leave an empty database: puts back what the migrations made."""
    yield
    rows = json.loads(connection._test_serialized_contents)
    rows.sort(key=lambda row: row["model"] != "contenttypes.contenttype")  # first; what needs one makes it otherwise
    with django_db_blocker.unblock():
        connection.creation.deserialize_db_from_string(json.dumps(rows))


@pytest.fixture
def empty_queue(db):
    """Empties the queue when called, and after the test: the end of a test that commits empties our tables only."""

    def empty():
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM procrastinate_jobs")

    empty()
    yield empty
    empty()


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory):
    """A folder that all processes of this run of tests share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if SEVERAL_WORKERS else own


@pytest.fixture(scope="session")
def migrated(shared_folder):
    """A database with all migrations, to be copied."""
    migrated = MigratedToCopy(shared_folder / "migrated")
    yield migrated
    migrated.drop()


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings_parallel_suffix, django_db_keepdb, migrated):
    """With several workers only the first runs the migrations; the others copy what they made."""
    if SEVERAL_WORKERS and not django_db_keepdb:
        with migrated.made() as name:
            connection.settings_dict["TEST"]["TEMPLATE"] = name


@pytest.fixture(scope="session")
def running_clinic(tmp_path_factory, shared_folder, migrated):
    """The whole clinic as it runs: web server, worker, mail server and the demo clinic in a database of its own."""
    demo = DemoToCopy(shared_folder / "demo", migrated)
    clinic = RunningClinic(tmp_path_factory.mktemp("clinic"), demo=demo)
    clinic.start()
    yield clinic
    clinic.stop()
    demo.drop()


@pytest.fixture(scope="module")
def prepared_site(django_db_setup, django_db_blocker):
    """A new practice with its pages; made once for a module, which adds what it wants in a fixture of its own.

    A test that uses it also uses `db`: what the test changes is undone.
    """
    from tests import builders

    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        yield builders.make_details()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def roles(django_db_setup, django_db_blocker):
    """The groups of staff, made once for a module; a test that uses them also uses `db`."""
    from clinic.management.commands.prepare_site import create_roles
    from clinic.models import HomePage

    with django_db_blocker.unblock(), transaction.atomic():
        create_roles(HomePage.objects.get())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def clinic_settings(db):
    """Clinic details with hours on weekdays from 9 to 21, New York time."""
    from tests import builders

    return builders.make_details()
