"""One row for every message that somebody must get, written together with the fact that it tells."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .appointments import Status

TROUBLE = 4  # failed tries after which staff are shown that something is wrong: about a minute


class MessageQuerySet(models.QuerySet):
    """Messages as the worker and the front desk look for them."""

    def due(self, now):
        """Those the worker should send at *now* (aware): not sent, and not put off until later."""
        return self.unsent_emails().filter(not_before__lte=now)

    def unsent_emails(self):
        """Those the worker still has to send, now or later."""
        return self.filter(channel=Message.Channel.EMAIL, sent_at__isnull=True, overtaken_at__isnull=True)

    def calls_to_make(self):
        """Those that a person must deliver by telephone."""
        return self.filter(channel=Message.Channel.CALL, sent_at__isnull=True)

    def in_trouble(self):
        """Emails that have been tried several times and have not gone out."""
        return self.unsent_emails().filter(attempts__gte=TROUBLE)


class Message(models.Model):
    """What to tell whom about an appointment. The words are made when it is sent, never stored."""

    class Kind(models.TextChoices):
        """What the message says."""

        REQUEST_RECEIVED = "request_received", _("We have your request")
        NEW_REQUEST = "new_request", _("A new request")
        CONFIRMED = "confirmed", _("The appointment is confirmed")
        DECLINED = "declined", _("We cannot offer this time")
        CANCELLED = "cancelled", _("The appointment is cancelled")
        NEW_BOOKING = "new_booking", _("A new booking")

    class Recipient(models.TextChoices):
        """Who gets it; the address is looked up when it is sent."""

        PATIENT = "patient", _("Patient")
        FRONT_DESK = "front_desk", _("Front desk")
        PRACTITIONER = "practitioner", _("Practitioner")

    class Channel(models.TextChoices):
        """How it is delivered."""

        EMAIL = "email", _("Email")
        CALL = "call", _("Telephone call by the front desk")

    appointment = models.ForeignKey("booking.Appointment", on_delete=models.CASCADE, related_name="messages")
    event = models.ForeignKey("booking.AppointmentEvent", on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    recipient = models.CharField(max_length=12, choices=Recipient.choices)
    channel = models.CharField(max_length=5, choices=Channel.choices)
    created_at = models.DateTimeField()
    not_before = models.DateTimeField()
    attempts = models.PositiveIntegerField(default=0)
    last_error = models.CharField(max_length=80, blank=True)  # the name of the error, never its text
    sent_at = models.DateTimeField(null=True)
    overtaken_at = models.DateTimeField(null=True)  # not sent: by then it was not true any more

    objects = MessageQuerySet.as_manager()

    class Meta:
        ordering = ["created_at", "pk"]
        indexes = [
            models.Index(fields=["not_before"], name="message_due", condition=Q(sent_at__isnull=True)),
        ]
        constraints = [
            models.UniqueConstraint(name="message_once", fields=["event", "kind", "recipient"]),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    def still_true(self) -> bool:
        """Whether what it tells a patient still holds; what staff are told stays worth knowing."""
        if self.recipient != Message.Recipient.PATIENT:
            return True
        return self.appointment.status == TRUE_WHILE.get(self.kind, self.appointment.status)


TRUE_WHILE = {
    Message.Kind.REQUEST_RECEIVED: Status.REQUESTED,
    Message.Kind.CONFIRMED: Status.CONFIRMED,
}
