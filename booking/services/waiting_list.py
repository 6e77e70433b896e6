"""The waiting list: somebody asks without a time, staff answer or take them off it, or they leave it themselves."""

from contextlib import suppress
from datetime import datetime
from uuid import UUID

from django.db import transaction

from booking.models import Appointment, AppointmentNote, Message, Status, WaitingListEntry
from clinic.models import ConsentText, Service, User

from .entries import EntryClosed, end_place, open_entry
from .messages import tell_staff_of_entry, tell_waiting
from .promises import answer_promised_at
from .states import NotPossible
from .submissions import agreed_text, stored_before, submission_digest
from .visits import decline_offer

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


def close_entry(*, entry_id: int, user: User, now: datetime) -> WaitingListEntry:
    """Take somebody off the waiting list; what is offered to them stays offered. *now* is aware.

    Raises EntryClosed where the place is closed already; WaitingListEntry.DoesNotExist.
    """
    with transaction.atomic():
        entry = open_entry(entry_id)
        end_place(entry, WaitingListEntry.State.CLOSED, now, user)
    return entry


def leave_list(*, entry_id: int, now: datetime) -> None:
    """Take a patient off the waiting list who does not look any more; what is offered to them goes to the next.

    *now* is aware. Whoever is off the list already stays as they are. Two transactions, one after the other: the end of
    the place locks nothing else, so nobody waits in a circle, and whoever made an offer meanwhile has committed it.
    """
    with transaction.atomic(), suppress(EntryClosed):
        end_place(open_entry(entry_id), WaitingListEntry.State.WITHDRAWN, now)
    left = {"waiting_list_entry": entry_id, "waiting_list_entry__state": WaitingListEntry.State.WITHDRAWN}
    offers = Appointment.objects.filter(**left, status=Status.OFFERED)
    for pk in list(offers.values_list("pk", flat=True)):
        with suppress(NotPossible):  # it has ended meanwhile
            decline_offer(appointment_id=pk, now=now)
