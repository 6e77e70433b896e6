"""Those who change one page take turns: each holds a lock of the session in Postgres while it reads and writes.

Wagtail saves a draft by itself while somebody writes, and writes the whole row. Without turns, a draft that was read
before the page was published, and written after, would take the page from its readers again. Publication by the clock
needs no turn: nobody can edit a page that is scheduled.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

PAGE_LOCK = 3  # the first number of the lock; `booking.services.locks` has 1 and 2


@contextmanager
def turn_to_change(page_id: int) -> Iterator[None]:
    """Wait until nobody else changes the page, and keep others waiting until the block ends."""
    lock = [PAGE_LOCK, (page_id + 2**31) % 2**32 - 2**31]  # whatever number somebody writes into an address
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s::int, %s::int)", lock)
        try:
            yield
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s::int, %s::int)", lock)
