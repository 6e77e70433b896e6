"""Who must be told what: each function writes rows and defers their jobs in the caller's transaction."""

from datetime import datetime

from booking import notifications
from booking.models import AppointmentEvent, AppointmentNote, ContactBy, Message, WaitingListEntry
from clinic.models import ClinicDetails

Recipient, Channel = Message.Recipient, Message.Channel


def tell_patient(
    event: AppointmentEvent, kind: Message.Kind, now: datetime, not_before: datetime | None = None
) -> None:
    """Queue a message for the patient, to be sent from *not_before* on; without email it becomes a call to make."""
    appointment = event.appointment
    about = {"appointment": appointment, "event": event}
    queue_message(kind, Recipient.PATIENT, channel_to(appointment), now, not_before, **about)


def tell_staff(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the front desk, and one for the practitioner whose user has another address."""
    about = {"appointment": event.appointment, "event": event}
    for recipient in staff_concerned(event.appointment.practitioner):
        queue_message(kind, recipient, Channel.EMAIL, now, **about)


def tell_one(event: AppointmentEvent, kind: Message.Kind, recipient: Message.Recipient, now: datetime) -> None:
    """Queue a message for one of the staff: the front desk or the manager."""
    queue_message(kind, recipient, Channel.EMAIL, now, appointment=event.appointment, event=event)


def tell_waiting(
    entry: WaitingListEntry, kind: Message.Kind, now: datetime, note: AppointmentNote | None = None
) -> None:
    """Queue a message, with the words of *note*, for somebody on the waiting list; without email it becomes a call."""
    queue_message(kind, Recipient.PATIENT, channel_to(entry), now, waiting_list_entry=entry, note=note)


def tell_staff_of_entry(entry: WaitingListEntry, kind: Message.Kind, now: datetime) -> None:
    """Queue a message about a place on the waiting list for the front desk, and for the practitioner it names."""
    for recipient in staff_concerned(entry.practitioner):
        queue_message(kind, recipient, Channel.EMAIL, now, waiting_list_entry=entry)


def tell_one_of_entry(entry: WaitingListEntry, kind: Message.Kind, recipient: Message.Recipient, now: datetime) -> None:
    """Queue a message about a place on the waiting list for one of the staff."""
    queue_message(kind, recipient, Channel.EMAIL, now, waiting_list_entry=entry)


def channel_to(patient) -> Message.Channel:
    """Return how *patient* (an appointment or a place on the waiting list) is told."""
    return Channel.EMAIL if patient.contact_by == ContactBy.EMAIL else Channel.CALL


def staff_concerned(practitioner) -> list[Message.Recipient]:
    """Return the front desk, and the *practitioner* (or None) whose user has another address."""
    user = practitioner and practitioner.user
    if user and user.is_active and user.email.casefold() != ClinicDetails.load().front_desk_email.casefold():
        return [Recipient.FRONT_DESK, Recipient.PRACTITIONER]
    return [Recipient.FRONT_DESK]


def queue_message(kind, recipient, channel, now, not_before=None, **about) -> None:
    """Write the message's row and, for an email that may go out at once, defer the job that sends it.

    What must wait is found by the sweep when its time has come.
    """
    message = Message.objects.create(
        kind=kind,
        recipient=recipient,
        channel=channel,
        created_at=now,
        not_before=not_before or now,
        **about,
    )
    if channel == Channel.EMAIL and message.not_before <= now:
        notifications.defer_send(message.pk)
