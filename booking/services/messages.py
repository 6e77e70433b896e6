"""Who must be told what: each function writes rows and defers their jobs in the caller's transaction.

*now* is aware everywhere.
"""

from datetime import datetime

from booking import notifications
from booking.models import Appointment, AppointmentEvent, AppointmentNote, ContactBy, Message, WaitingListEntry
from clinic.models import ClinicDetails, Practitioner

Recipient, Channel = Message.Recipient, Message.Channel


def tell_patient(
    event: AppointmentEvent,
    kind: Message.Kind,
    now: datetime,
    *,
    not_before: datetime | None = None,
) -> None:
    """Queue a message for the patient, to be sent from *not_before* (aware; None: at once) on, in the way they chose.

    Those who did not choose email are called.
    """
    message = to_patient(event, kind)
    message.not_before = not_before
    queue([message], now)


def tell_staff(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the front desk, and one for the practitioner whose user has another address."""
    queue(to_staff(event, kind, event.appointment.practitioner), now)


def tell_both(
    event: AppointmentEvent,
    patient: Message.Kind,
    staff: Message.Kind,
    now: datetime,
    *,
    before: Practitioner | None = None,
) -> None:
    """Do what `tell_patient` and `tell_staff` do, with the kinds of message for each; also tell who had it *before*."""
    concerned = to_staff(event, staff, event.appointment.practitioner, before)
    queue([to_patient(event, patient), *concerned], now)


def tell_practitioners(
    event: AppointmentEvent, kind: Message.Kind, now: datetime, *, before: Practitioner | None = None
) -> None:
    """Queue what staff did for the practitioner, and whoever had the visit *before*, unless they did it themselves."""
    people = [one for one in (event.appointment.practitioner, before) if one and one.user_id != event.user_id]
    queue([to_one(event, kind, Recipient.PRACTITIONER, practitioner=one) for one in who_sign_in(people)], now)


def tell_one(
    about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, recipient: Message.Recipient, now: datetime
) -> None:
    """Queue a message *about* an event or a place on the waiting list for one of the staff."""
    queue([to_one(about, kind, recipient)], now)


def tell_waiting(
    entry: WaitingListEntry,
    kind: Message.Kind,
    now: datetime,
    *,
    note: AppointmentNote | None = None,
) -> None:
    """Queue a message, with the words of *note*, for somebody on the waiting list, in the way they chose."""
    channel = channel_to(entry)
    message = Message(waiting_list_entry=entry, kind=kind, recipient=Recipient.PATIENT, channel=channel, note=note)
    queue([message], now)


def tell_staff_of_entry(entry: WaitingListEntry, kind: Message.Kind, now: datetime) -> None:
    """Queue a message about a place on the waiting list for the front desk, and for the practitioner it names."""
    queue(to_staff(entry, kind, entry.practitioner), now)


def overtake(about, now: datetime) -> None:
    """Let the patient not be told any more what is not true of *about* (a row that has just changed) at *now* (aware).

    What a worker is sending at this moment is left to it: it has looked for itself.
    """
    untold = about.messages.to_patients().filter(sent_at=None, overtaken_at=None)
    untrue = [one.pk for one in untold.select_for_update(skip_locked=True, of=("self",)) if not one.still_true(now)]
    if untrue:
        Message.objects.filter(pk__in=untrue).update(overtaken_at=now)


def never_told(appointment: Appointment, kind: Message.Kind) -> bool:
    """Whether the patient has not heard what the last message of this *kind* says, and will not: it was overtaken.

    Whoever has not heard of a time need not hear that it is gone.
    """
    last = appointment.messages.to_patients().filter(kind=kind).order_by("pk").last()
    return last is not None and last.sent_at is None and last.overtaken_at is not None


def channel_to(patient) -> Message.Channel:
    """Return how *patient* (an appointment or a place on the waiting list) is told."""
    return Channel.EMAIL if patient.contact_by == ContactBy.EMAIL else Channel.CALL


def to_patient(event: AppointmentEvent, kind: Message.Kind) -> Message:
    """Return the unsaved message for the patient."""
    channel = channel_to(event.appointment)
    # Whoever agreed on the telephone knows; an email still has the file and the link.
    told_at = event.at if channel == Channel.CALL and event.reason == event.Reason.AGREED else None
    return Message(
        appointment=event.appointment,
        event=event,
        kind=kind,
        recipient=Recipient.PATIENT,
        channel=channel,
        sent_at=told_at,
    )


def to_staff(about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, *people) -> list[Message]:
    """Return the unsaved messages for the front desk and for these *people* (practitioners, or None)."""
    return [to_one(about, kind, Recipient.FRONT_DESK), *to_practitioners(about, kind, people)]


def to_practitioners(about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, people) -> list[Message]:
    """Return the unsaved messages for those of *people* who sign in and have another address than the front desk."""
    reached = who_sign_in(people)
    if not reached:
        return []
    # One column: each booking asks, and reading all details takes several times as long.
    front_desk = ClinicDetails.objects.values_list("front_desk_email", flat=True).first() or ""
    return [
        to_one(about, kind, Recipient.PRACTITIONER, practitioner=one)
        for one in reached
        if one.user.email.casefold() != front_desk.casefold()
    ]


def who_sign_in(people) -> list[Practitioner]:
    """Return those of *people* (practitioners, or None) who can be reached, each once."""
    return list({one.pk: one for one in people if one and one.user and one.user.is_active}.values())


def to_one(about: AppointmentEvent | WaitingListEntry, kind: Message.Kind, recipient: Recipient, **more) -> Message:
    """Return the unsaved message for one of the staff, with *more* fields."""
    if isinstance(about, WaitingListEntry):
        more["waiting_list_entry"] = about
    else:
        more |= {"appointment": about.appointment, "event": about}
    return Message(kind=kind, recipient=recipient, channel=Channel.EMAIL, **more)


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
