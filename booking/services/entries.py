"""The row of a place on the waiting list: locked, looked at, ended."""

from datetime import datetime

from booking.models import WaitingListEntry
from clinic.models import User

from .messages import overtake


class EntryClosed(Exception):
    """The place on the waiting list is not open any more, or has an offer already; the text says which."""


def open_entry(entry_id: int) -> WaitingListEntry:
    """Return the locked place on the waiting list; raises EntryClosed where it is not open."""
    entry = WaitingListEntry.objects.select_for_update(of=("self",)).select_related("service").get(pk=entry_id)
    if not entry.is_waiting():
        raise EntryClosed(entry.get_state_display())
    return entry


def end_place(entry: WaitingListEntry, state: WaitingListEntry.State, now: datetime, user: User | None = None) -> None:
    """End the locked place of *entry* at *now* (aware), by *user* of the staff if there is one.

    They are not told any more what is not true now, like that we have their wishes.
    """
    entry.state, entry.closed_at, entry.closed_by = state, now, user
    entry.save(update_fields=["state", "closed_at", "closed_by"])
    overtake(entry, now)
