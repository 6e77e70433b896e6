"""The waiting list: somebody asks without a time, and staff answer."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.models import AppointmentNote, Message, WaitingListEntry
from clinic.models import ConsentText, Service, User

from .messages import tell_staff_of_entry, tell_waiting
from .offers import EntryClosed
from .promises import answer_promised_at
from .submissions import agreed_text, stored_before, submission_digest

WISHES = ("mode", "weekdays", "starts_from", "starts_until", "until")


def ask_without_time(
    *,
    entry: WaitingListEntry,
    submission_key: UUID,
    service: Service,
    now: datetime,
    consent_text: ConsentText | None,
    consent_seen: int | None = None,
) -> WaitingListEntry:
    """Put somebody on the waiting list and tell staff and patient; return the stored row.

    *entry* is unsaved and holds what the patient typed: PATIENT_FIELDS, WISHES and perhaps a practitioner. *now* is
    aware. The same *submission_key* again returns the row that was stored first. *consent_text* and *consent_seen* as
    in `request_appointment`. Raises SubmissionChanged when the key was used for something else, ConsentChanged when
    another consent text is in force by now.
    """
    asked = [getattr(entry, name) for name in WISHES]
    digest = submission_digest(entry, service.pk, entry.practitioner_id, *asked)
    with transaction.atomic():
        if earlier := stored_before(WaitingListEntry, submission_key, digest):
            return earlier
        entry.consent_text = agreed_text(consent_text, consent_seen)
        entry.submission_key = submission_key
        entry.submission_digest = digest
        entry.service = service
        entry.requested_at = entry.consented_at = now
        entry.reply_by = answer_promised_at(now)
        entry.set_hashes()
        entry.save(force_insert=True)
        tell_waiting(entry, Message.Kind.WISH_RECEIVED, now)
        tell_staff_of_entry(entry, Message.Kind.NEW_WISH, now)
    return entry


def answer_entry(*, entry_id: int, words: str, user: User, now: datetime) -> WaitingListEntry:
    """Answer somebody on the waiting list in *words*, which are kept encrypted; their place stays.

    *now* is aware. Raises EntryClosed where the place is closed; WaitingListEntry.DoesNotExist.
    """
    with transaction.atomic():
        entry = open_entry(entry_id)
        entry.answered_at, entry.answered_by = now, user
        entry.save(update_fields=["answered_at", "answered_by"])
        note = AppointmentNote.objects.create(waiting_list_entry=entry, text=words)
        tell_waiting(entry, Message.Kind.WISH_ANSWERED, now, note=note)
    return entry


def close_entry(*, entry_id: int, user: User | None, now: datetime) -> WaitingListEntry:
    """Take somebody off the waiting list; what is offered to them stays offered. *now* is aware.

    *user* is who of the staff does it, None the patient. A call that would confirm their wishes is not made any more;
    one with an answer is. Raises EntryClosed where the place is closed already; WaitingListEntry.DoesNotExist.
    """
    with transaction.atomic():
        entry = open_entry(entry_id)
        entry.state = WaitingListEntry.State.CLOSED if user else WaitingListEntry.State.WITHDRAWN
        entry.closed_at, entry.closed_by = now, user
        entry.save(update_fields=["state", "closed_at", "closed_by"])
        untrue = [call.pk for call in entry.messages.calls_to_make() if not call.still_true(now)]
        entry.messages.filter(pk__in=untrue).update(overtaken_at=now)
    return entry


def open_entry(entry_id: int) -> WaitingListEntry:
    """Return the locked place on the waiting list; raises EntryClosed where it is not open."""
    entry = WaitingListEntry.objects.select_for_update().get(pk=entry_id)
    if not entry.is_waiting():
        raise EntryClosed(entry.get_state_display())
    return entry
