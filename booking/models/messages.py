"""One row for every message that somebody must get, written together with the fact that it tells."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .appointments import Move, Status
from .events import AppointmentEvent
from .waiting_list import WaitingListEntry

TROUBLE = 4  # failed tries after which staff are shown that something is wrong: about a minute


class MessageQuerySet(models.QuerySet):
    """Messages as the worker and the front desk look for them."""

    def due(self, now):
        """Those the worker should send at *now* (aware): not sent, and not put off until later."""
        return self.unsent_emails().filter(not_before__lte=now)

    def unsent_emails(self):
        """Those the worker still has to send, now or later."""
        return self.filter(channel=Message.Channel.EMAIL, sent_at__isnull=True, overtaken_at__isnull=True)

    def calls_not_made(self):
        """Those for the telephone that nobody has delivered, true by now or not."""
        return self.filter(channel=Message.Channel.CALL, sent_at__isnull=True)

    def calls_to_make(self):
        """Those that a person must deliver by telephone."""
        return self.calls_not_made().filter(overtaken_at__isnull=True)

    def to_patients(self):
        """Those for patients, not for staff."""
        return self.filter(recipient=Message.Recipient.PATIENT)

    def to_staff(self):
        """Those for staff."""
        return self.exclude(recipient=Message.Recipient.PATIENT)

    def in_trouble(self):
        """Emails that have been tried several times and have not gone out."""
        return self.unsent_emails().filter(attempts__gte=TROUBLE)


class Message(models.Model):
    """What to tell whom about an appointment or a place on the waiting list. The words are made when it is sent."""

    class Kind(models.TextChoices):
        """What the message says."""

        REQUEST_RECEIVED = "request_received", _("We have your request")
        NEW_REQUEST = "new_request", _("A new request")
        CONFIRMED = "confirmed", _("The appointment is confirmed")
        DECLINED = "declined", _("We cannot offer this time")
        CANCELLED = "cancelled", _("The appointment is cancelled")
        EXPIRED = "expired", _("The request has ended")
        OFFER = "offer", _("We offer a time")
        OFFER_EXPIRED = "offer_expired", _("The offer has ended")
        CHANGED = "changed", _("We have your changed request")
        MOVE_ASKED = "move_asked", _("We have your wish to move")
        MOVE_PROPOSED = "move_proposed", _("We propose another time")
        MOVED = "moved", _("The appointment is moved")
        MOVE_DECLINED = "move_declined", _("Your old time stays")
        MOVE_EXPIRED = "move_expired", _("A move has ended unanswered; the old time stays")
        LINK = "link", _("A new link")
        WISH_RECEIVED = "wish_received", _("We have your wishes for a time")
        WISH_ANSWERED = "wish_answered", _("An answer to wishes for a time")
        NEW_BOOKING = "new_booking", _("A new booking")
        REQUEST_CHANGED = "request_changed", _("A request asks for another time")
        NEW_MOVE = "new_move", _("Somebody would like to move")
        MOVED_BY_PATIENT = "moved_by_patient", _("A patient moved an appointment")
        CANCELLED_BY_PATIENT = "cancelled_by_patient", _("A patient cancelled")
        OFFER_ACCEPTED = "offer_accepted", _("An offer was accepted")
        OFFER_DECLINED = "offer_declined", _("An offer was not taken")
        NEW_WISH = "new_wish", _("Somebody found no time that suits")
        LATE_ANSWER = "late_answer", _("A promised answer is late")
        REQUEST_EXPIRED = "request_expired", _("A request has ended unanswered")

    class Recipient(models.TextChoices):
        """Who gets it; the address is looked up when it is sent."""

        PATIENT = "patient", _("Patient")
        FRONT_DESK = "front_desk", _("Front desk")
        PRACTITIONER = "practitioner", _("Practitioner")
        MANAGER = "manager", _("Manager")

    class Channel(models.TextChoices):
        """How it is delivered."""

        EMAIL = "email", _("Email")
        CALL = "call", _("Telephone call by the front desk")

    appointment = models.ForeignKey("booking.Appointment", null=True, on_delete=models.CASCADE, related_name="messages")
    event = models.ForeignKey("booking.AppointmentEvent", null=True, on_delete=models.CASCADE, related_name="messages")
    waiting_list_entry = models.ForeignKey(
        "booking.WaitingListEntry", null=True, on_delete=models.CASCADE, related_name="messages"
    )
    note = models.ForeignKey("booking.AppointmentNote", null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    recipient = models.CharField(max_length=12, choices=Recipient.choices)
    practitioner = models.ForeignKey(  # who gets it, where it goes to one; null: whoever has the visit when it is sent
        "clinic.Practitioner", null=True, on_delete=models.CASCADE, related_name="+"
    )
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
            models.UniqueConstraint(
                name="message_once",
                fields=["event", "kind", "recipient", "practitioner"],
                nulls_distinct=False,
                condition=Q(event__isnull=False),
            ),
            models.CheckConstraint(
                name="message_is_about_one_thing",
                condition=Q(appointment__isnull=False, event__isnull=False, waiting_list_entry__isnull=True)
                | Q(appointment__isnull=True, event__isnull=True, waiting_list_entry__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.kind} {self.pk}"

    @property
    def about(self):
        """The appointment or the place on the waiting list that it is about."""
        return self.appointment or self.waiting_list_entry

    def tells_of_leaving(self) -> bool:
        """Whether it goes to a practitioner who does not have the visit any more."""
        return bool(self.practitioner_id and self.appointment) and (
            self.practitioner_id != self.appointment.practitioner_id
        )

    def still_true(self, now) -> bool:
        """Whether what it tells still holds at *now* (aware); what has happened for good stays worth knowing."""
        if self.tells_of_leaving():
            return self.kind in MOVING
        if self.waiting_list_entry:
            if self.kind == Message.Kind.LATE_ANSWER:
                return self.waiting_list_entry.needs_answer()
            wanted = ENTRY_TRUE_WHILE.get(self.kind)
            return wanted is None or self.waiting_list_entry.state in wanted
        waiting = self.appointment.moves.filter(state=Move.State.WAITING)
        match self.kind:
            case Message.Kind.MOVE_ASKED | Message.Kind.NEW_MOVE:  # that one, not another that was asked for since
                return waiting.filter(asked_by=Move.AskedBy.PATIENT, asked_at=self.event.at).exists()
            case Message.Kind.MOVE_PROPOSED:
                proposed = waiting.filter(asked_by=Move.AskedBy.STAFF, asked_at=self.event.at)
                return proposed.filter(expires_at__gt=now).exists()
            case Message.Kind.OFFER_DECLINED if self.event.kind == AppointmentEvent.Kind.MOVE_DECLINED:
                return self.appointment.status in COMING and not self.has_moved_since()
            case Message.Kind.OFFER:
                return self.appointment.is_offered() and self.appointment.offer_expires_at > now
            case Message.Kind.LATE_ANSWER:  # it is for staff to answer a patient's move, or a request without a move
                late = waiting.first() or self.appointment
                open_still = late.waits_for_staff() if isinstance(late, Move) else late.is_waiting()
                return open_still and late.reply_by <= now
            case Message.Kind.MOVE_DECLINED | Message.Kind.MOVE_EXPIRED if self.has_moved_since():
                return False
        wanted = TRUE_WHILE.get(self.kind)
        return wanted is None or self.appointment.status in wanted

    def has_moved_since(self) -> bool:
        """Whether the appointment has another time than when this was written, or another one is asked for by now."""
        return self.appointment.events.filter(kind__in=NEW_TIME, pk__gt=self.event_id).exists()


NEW_TIME = frozenset([
    AppointmentEvent.Kind.MOVED, AppointmentEvent.Kind.CHANGED,
    AppointmentEvent.Kind.MOVE_ASKED, AppointmentEvent.Kind.MOVE_PROPOSED,
])  # fmt: skip
MOVING = frozenset([Message.Kind.MOVED, Message.Kind.MOVED_BY_PATIENT, Message.Kind.REQUEST_CHANGED])
COMING = frozenset([Status.REQUESTED, Status.CONFIRMED])
TRUE_WHILE = {
    Message.Kind.REQUEST_RECEIVED: {Status.REQUESTED},
    Message.Kind.CHANGED: {Status.REQUESTED},
    Message.Kind.CONFIRMED: {Status.CONFIRMED},
    Message.Kind.MOVED: {Status.CONFIRMED},
    Message.Kind.MOVE_DECLINED: COMING,
    Message.Kind.MOVE_EXPIRED: COMING,
    Message.Kind.LINK: {Status.OFFERED, *COMING},
    Message.Kind.NEW_REQUEST: COMING,
    Message.Kind.REQUEST_CHANGED: COMING,
    Message.Kind.DECLINED: {Status.DECLINED},
    Message.Kind.NEW_BOOKING: {Status.CONFIRMED},
    Message.Kind.MOVED_BY_PATIENT: {Status.CONFIRMED},
    Message.Kind.OFFER_ACCEPTED: {Status.CONFIRMED},
}
ENTRY_TRUE_WHILE = {
    Message.Kind.WISH_RECEIVED: {WaitingListEntry.State.WAITING},
    Message.Kind.NEW_WISH: {WaitingListEntry.State.WAITING},
    Message.Kind.LINK: {WaitingListEntry.State.WAITING},
}
