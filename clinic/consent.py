"""Consent texts: what people agree to, version by version. A version is written once and never changed."""

from datetime import datetime

from django.db import connection, transaction

from clinic.models import ConsentText, User


def write_version(*, purpose: str, text: str, user: User | None, now: datetime) -> ConsentText:
    """Put *text* in force for *purpose* as the next version; return it. *now* is aware; *user* None: the site itself.

    Of two that are written at once both are kept, the later as the newer.
    """
    with transaction.atomic():
        lock()
        version = newest_version(purpose) + 1
        return ConsentText.objects.create(purpose=purpose, version=version, text=text, written_at=now, written_by=user)


def newest_version(purpose: str) -> int:
    """Return the number of the version in force, 0 where none was written."""
    current = ConsentText.objects.current(purpose)
    return current.version if current else 0


def lock() -> None:
    """Let nobody else write a version until this transaction ends; reading, and referring to one, goes on."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {ConsentText._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
