"""Who must be told what: each function writes rows and defers their jobs in the caller's transaction."""

from datetime import datetime

from booking import notifications
from booking.models import Appointment, AppointmentEvent, Message
from clinic.models import ClinicDetails


def tell_patient(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the patient; without email it becomes a call for the front desk to make."""
    by_email = event.appointment.contact_by == Appointment.ContactBy.EMAIL
    channel = Message.Channel.EMAIL if by_email else Message.Channel.CALL
    queue_message(event, kind, Message.Recipient.PATIENT, channel, now)


def tell_staff(event: AppointmentEvent, kind: Message.Kind, now: datetime) -> None:
    """Queue a message for the front desk, and one for the practitioner whose user has another address."""
    queue_message(event, kind, Message.Recipient.FRONT_DESK, Message.Channel.EMAIL, now)
    user = event.appointment.practitioner.user
    if user and user.is_active and user.email.casefold() != ClinicDetails.load().front_desk_email.casefold():
        queue_message(event, kind, Message.Recipient.PRACTITIONER, Message.Channel.EMAIL, now)


def queue_message(event, kind, recipient, channel, now) -> None:
    """Write the message's row and, for an email, defer the job that sends it."""
    message = Message.objects.create(
        appointment=event.appointment,
        event=event,
        kind=kind,
        recipient=recipient,
        channel=channel,
        created_at=now,
        not_before=now,
    )
    if channel == Message.Channel.EMAIL:
        notifications.defer_send(message.pk)
