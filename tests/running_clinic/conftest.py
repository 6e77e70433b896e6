"""Tests of the whole running clinic over HTTP: one process runs them all, together with those of the browser."""

from contextlib import closing

import pytest

from tests.visitor import Visitor


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/running_clinic" in str(item.path):
            item.add_marker(pytest.mark.xdist_group("running_clinic"))


@pytest.fixture
def visitor(running_clinic):
    """A patient without a browser."""
    with closing(Visitor(running_clinic.base)) as one:
        yield one
