"""Tests of the whole running clinic over HTTP."""

from contextlib import closing, contextmanager

import pytest

from tests.visitor import Visitor


@pytest.fixture
def visitor(running_clinic):
    """A patient without a browser."""
    with closing(Visitor(running_clinic.base)) as one:
        yield one


@contextmanager
def put_right(clinic):
    """Leave the clinic with a mail server and a worker, whatever happens inside."""
    try:
        yield
    finally:
        clinic.mailbox.hold, clinic.mailbox.reject = 0.0, False
        if not clinic.mailbox.controller:
            clinic.mailbox.open()
        if clinic.worker.poll() is not None:
            clinic.start_worker()
