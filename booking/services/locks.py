"""Advisory locks of the transaction: who waits for whom, and in which order.

The order is the same everywhere, so that nobody waits in a circle: the submission; then the row of the appointment;
then all practitioners involved, in the order of their ids; then rows of the waiting list.
"""

from django.db import connection

# The first number of a two-number advisory lock tells what is locked, the second which one. 3 are pages that change
# (`clinic.turns`).
SUBMISSION_LOCK, PRACTITIONER_LOCK = 1, 2


def lock(kind: int, number: int) -> None:
    """Wait for the advisory lock of this transaction; Postgres frees it at commit or rollback."""
    signed = (number + 2**31) % 2**32 - 2**31
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [kind, signed])


def lock_practitioners(*ids: int) -> None:
    """Wait for the locks of all these practitioners, in the order of their *ids*."""
    for pk in sorted(set(ids)):
        lock(PRACTITIONER_LOCK, pk)
