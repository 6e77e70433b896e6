"""What the tests of articles share."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import transaction

from tests import builders


@pytest.fixture(scope="module")
def prepared_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        builders.make_details()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def prepared(prepared_once, db):
    """A new site with its pages, roles and review, and clinic details; what a test changes is undone."""
