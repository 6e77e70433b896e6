"""Everything that happened to appointments.

Events hold codes, ids and times only, so that they may be kept, counted and shown without care; free words are
encrypted notes that an event points to.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from clinic.crypto import EncryptedTextField

from .appointments import Appointment


class AppointmentNote(models.Model):
    """Free words about an appointment, or to somebody on the waiting list. Encrypted."""

    appointment = models.ForeignKey(Appointment, null=True, on_delete=models.CASCADE, related_name="notes")
    waiting_list_entry = models.ForeignKey(
        "booking.WaitingListEntry", null=True, on_delete=models.CASCADE, related_name="notes"
    )
    text = EncryptedTextField(max_length=2000)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="note_is_about_one_thing",
                condition=models.Q(appointment__isnull=True) ^ models.Q(waiting_list_entry__isnull=True),
            ),
        ]

    def __str__(self):
        return f"note {self.pk}"


class AppointmentEvent(models.Model):
    """Something that happened to an appointment. Only ever added: the database refuses to rewrite one."""

    class Kind(models.TextChoices):
        """What happened."""

        REQUESTED = "requested", _("Asked for this time")
        OFFERED = "offered", _("Offered this time")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")
        EXPIRED = "expired", _("Expired")
        COMPLETED = "completed", _("Took place")
        NO_SHOW = "no_show", _("Did not come")
        CHANGED = "changed", _("Changed the time asked for")
        MOVE_ASKED = "move_asked", _("Asked to move")
        MOVE_PROPOSED = "move_proposed", _("Proposed another time")
        MOVED = "moved", _("Moved")
        MOVE_DECLINED = "move_declined", _("Declined the move; the old time stays")
        MOVE_WITHDRAWN = "move_withdrawn", _("Took the move back; the old time stays")
        MOVE_EXPIRED = "move_expired", _("The move expired; the old time stays")
        COMING = "coming", _("Said they are coming")
        LATE_ANSWER = "late_answer", _("The promised answer is late")
        LINK_ASKED = "link_asked", _("Asked for a new link")
        TOLD = "told", _("Told by telephone")

    class Actor(models.TextChoices):
        """Who did it."""

        PATIENT = "patient", _("Patient")
        STAFF = "staff", _("Staff")
        SYSTEM = "system", _("The site itself")

    class Reason(models.TextChoices):
        """Why, or how, as a code."""

        IN_TIME = "in_time", _("in time")
        LATE = "late", _("late")
        NOT_ANSWERED = "not_answered", _("nobody answered in time")
        PROPOSED = "proposed", _("while another time was proposed")
        FRONT_DESK_TOLD = "front_desk", _("the front desk was told")
        MANAGER_TOLD = "manager", _("the manager was told")
        TIME_FREED = "time_freed", _("a time was freed")
        AGREED = "agreed", _("agreed with the patient")
        ASKED = "asked", _("the patient asked for it in time")
        ASKED_LATE = "asked_late", _("the patient asked for it late")
        PRACTICE = "practice", _("the practice cannot hold it")
        ELSEWHERE = "elsewhere", _("other help suits better")
        OTHER = "other", _("another reason")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=14, choices=Kind.choices)
    actor = models.CharField(max_length=7, choices=Actor.choices)
    reason = models.CharField(max_length=12, choices=Reason.choices, blank=True)
    user = models.ForeignKey("clinic.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.ForeignKey(AppointmentNote, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.kind} {self.at:%Y-%m-%dT%H:%MZ}"

    def is_by_patient(self) -> bool:
        """Whether the patient did it, or asked staff to."""
        return self.actor == self.Actor.PATIENT or self.reason in (self.Reason.ASKED, self.Reason.ASKED_LATE)


# What staff choose from when they say no to a request; the first where they do not.
REASONS_TO_DECLINE = (
    AppointmentEvent.Reason.PRACTICE,
    AppointmentEvent.Reason.ELSEWHERE,
    AppointmentEvent.Reason.OTHER,
)
