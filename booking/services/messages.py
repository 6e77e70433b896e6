"""Who must be told what: each function writes rows and defers their jobs in the caller's transaction."""

from datetime import datetime

from booking import notifications
from booking.models import AppointmentEvent, AppointmentNote, ContactBy, Message, WaitingListEntry
from clinic.models import ClinicDetails

Recipient, Channel = Message.Recipient, Message.Channel


def tell_patient(
    event: AppointmentEvent,
    kind: Message.Kind,
    now: datetime,
    *,
    not_before: datetime | None = None,
    channel: Message.Channel | None = None,
) -> None:
    """Queue a message for the patient, to be sent from *not_before* on.

    Without a *channel* in the way they chose: those who did not choose email are called.
    """
    message = to_patient(event, kind)
    message.not_before = not_before
    message.channel = channel or message.channel
    queue([message], now)


def tell_staff(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the front desk, and one for the practitioner whose user has another address."""
    queue(to_staff(event, kind, *staff_concerned(event.appointment.practitioner)), now)


def tell_both(event: AppointmentEvent, patient: Message.Kind, staff: Message.Kind, now: datetime) -> None:
    """Do what `tell_patient` and `tell_staff` do, with the kinds of message for each."""
    concerned = staff_concerned(event.appointment.practitioner)
    queue([to_patient(event, patient), *to_staff(event, staff, *concerned)], now)


def tell_one(
    about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, recipient: Message.Recipient, now: datetime
) -> None:
    """Queue a message *about* an event or a place on the waiting list for one of the staff."""
    queue(to_staff(about, kind, recipient), now)


def tell_waiting(
    entry: WaitingListEntry, kind: Message.Kind, now: datetime, note: AppointmentNote | None = None
) -> None:
    """Queue a message, with the words of *note*, for somebody on the waiting list; without email it becomes a call."""
    message = Message(
        waiting_list_entry=entry, kind=kind, recipient=Recipient.PATIENT, channel=channel_to(entry), note=note
    )
    queue([message], now)


def tell_staff_of_entry(entry: WaitingListEntry, kind: Message.Kind, now: datetime) -> None:
    """Queue a message about a place on the waiting list for the front desk, and for the practitioner it names."""
    queue(to_staff(entry, kind, *staff_concerned(entry.practitioner)), now)


def channel_to(patient) -> Message.Channel:
    """Return how *patient* (an appointment or a place on the waiting list) is told."""
    return Channel.EMAIL if patient.contact_by == ContactBy.EMAIL else Channel.CALL


def staff_concerned(practitioner) -> list[Message.Recipient]:
    """Return the front desk, and the *practitioner* (or None) whose user has another address."""
    user = practitioner and practitioner.user
    front_desk = ClinicDetails.objects.values_list("front_desk_email", flat=True).first() or ""
    if user and user.is_active and user.email.casefold() != front_desk.casefold():
        return [Recipient.FRONT_DESK, Recipient.PRACTITIONER]
    return [Recipient.FRONT_DESK]


def to_patient(event: AppointmentEvent, kind: Message.Kind) -> Message:
    """Return the unsaved message for the patient."""
    channel = channel_to(event.appointment)
    return Message(appointment=event.appointment, event=event, kind=kind, recipient=Recipient.PATIENT, channel=channel)


def to_staff(about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, *recipients) -> list[Message]:
    """Return the unsaved messages *about* an event or a place on the waiting list for these *recipients*."""
    if isinstance(about, WaitingListEntry):
        subject = {"waiting_list_entry": about}
    else:
        subject = {"appointment": about.appointment, "event": about}
    return [Message(kind=kind, recipient=one, channel=Channel.EMAIL, **subject) for one in recipients]


def queue(messages: list[Message], now: datetime) -> None:
    """Write the rows of *messages* and defer the jobs that send those emails that may go out at once.

    What must wait is found by the sweep when its time has come.
    """
    for message in messages:
        message.created_at = now
        message.not_before = message.not_before or now
    Message.objects.bulk_create(messages)
    due = [one.pk for one in messages if one.channel == Channel.EMAIL and one.not_before <= now]
    if due:
        notifications.defer_sends(due)
