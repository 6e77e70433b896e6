"""Appointments and what is agreed about them.

Names, addresses and words of patients are encrypted columns; beside those that staff must find again stands a
keyed hash.
"""

import re
import secrets

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from clinic.models import Mode

from .patients import PatientDetails, PatientQuerySet

REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread or misheard


def new_reference() -> str:
    """Return a reference to say on the telephone, like "K7QM-4RXB": 8 letters of 30, about 39 bits."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Status(models.TextChoices):
    """Where an appointment stands. `offered`, `requested` and `confirmed` hold their time."""

    OFFERED = "offered", _("Offered")
    REQUESTED = "requested", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    COMPLETED = "completed", _("Took place")
    NO_SHOW = "no_show", _("Did not come")


# The one table of what may follow what. Nothing follows a state that is not named here.
TRANSITIONS = {
    Status.OFFERED: {Status.CONFIRMED, Status.DECLINED, Status.CANCELLED, Status.EXPIRED},
    Status.REQUESTED: {Status.CONFIRMED, Status.DECLINED, Status.CANCELLED, Status.EXPIRED},
    Status.CONFIRMED: {Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW},
    # Staff may put right what they marked by mistake.
    Status.COMPLETED: {Status.NO_SHOW},
    Status.NO_SHOW: {Status.COMPLETED},
}

HOLDING = frozenset([Status.OFFERED, Status.REQUESTED, Status.CONFIRMED])  # while it is to come
TIME_KEPT = HOLDING | {Status.COMPLETED, Status.NO_SHOW}  # it was held: its claim stays active


class Escalation(models.IntegerChoices):
    """Who has been told that a promised answer is late."""

    NOBODY = 0, _("nobody")
    FRONT_DESK = 1, _("the front desk")
    MANAGER = 2, _("the manager")


class AppointmentQuerySet(PatientQuerySet):
    """Appointments as staff look for them."""

    def visible_to(self, user):
        """All of them for those who may view appointments; a practitioner's own for the practitioner."""
        if user.has_perm("booking.view_appointment"):
            return self
        return self.filter(practitioner__user=user)

    def matching(self, words: str):
        """Those whose reference is *words*, however it is spaced, or whose person `matching_person` finds."""
        letters = re.sub(r"[\s-]", "", words).upper()
        return self.filter(Q(reference=f"{letters[:4]}-{letters[4:]}") | self.matching_person(words))

    def waiting(self):
        """Requests that nobody has answered, the soonest promised answer first."""
        return self.filter(status=Status.REQUESTED).order_by("reply_by", "starts_at", "pk")

    def to_come(self, now):
        """Those that hold a time which is not over at *now* (aware)."""
        return self.filter(status__in=HOLDING, ends_at__gt=now)

    def unmarked(self, now):
        """Visits that are over at *now* (aware), and nobody has said whether they took place."""
        return self.filter(status=Status.CONFIRMED, ends_at__lte=now)


class Appointment(PatientDetails):
    """One visit, asked for, offered or agreed on. Written by `booking.services` only."""

    reference = models.CharField(_("reference"), max_length=9, unique=True, default=new_reference)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)

    practitioner = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    service = models.ForeignKey(
        "clinic.Service", verbose_name=_("service"), on_delete=models.PROTECT, related_name="appointments"
    )
    location = models.ForeignKey(
        "clinic.Location", verbose_name=_("location"), on_delete=models.PROTECT, related_name="appointments"
    )
    mode = models.CharField(_("how"), max_length=10, choices=Mode.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60)  # the clinic's when it was booked
    patient_time_zone = models.CharField(_("patient’s time zone"), max_length=60, blank=True, editable=False)

    reply_by = models.DateTimeField(_("answer promised by"), null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(choices=Escalation.choices, default=Escalation.NOBODY, editable=False)
    offer_expires_at = models.DateTimeField(_("offer ends"), null=True, editable=False)
    waiting_list_entry = models.ForeignKey(
        "booking.WaitingListEntry", null=True, editable=False, on_delete=models.SET_NULL, related_name="offers"
    )
    attendance_confirmed_at = models.DateTimeField(_("said they are coming"), null=True, editable=False)
    # How often its time or state changed since calendars first heard of it (RFC 5545, SEQUENCE).
    sequence = models.PositiveIntegerField(default=0, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("appointment")
        indexes = [
            models.Index(fields=["status", "reply_by"], name="appointment_waiting"),
            models.Index(fields=["practitioner", "starts_at"], name="appointment_by_person"),
            models.Index(fields=["email_hash"], name="appointment_by_email"),
            models.Index(fields=["phone_hash"], name="appointment_by_phone"),
            GinIndex(fields=["name_hashes"], name="appointment_by_name"),
        ]
        constraints = [
            models.CheckConstraint(name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="appointment_can_be_reached",
                condition=Q(email_hash__isnull=False) | Q(phone_hash__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_request_has_reply_by",
                condition=~Q(status=Status.REQUESTED) | Q(reply_by__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_offer_ends",
                condition=~Q(status=Status.OFFERED) | Q(offer_expires_at__isnull=False),
            ),
            models.UniqueConstraint(
                name="appointment_one_offer_at_a_time",
                fields=["waiting_list_entry"],
                condition=Q(status="offered"),
            ),
        ]

    def __str__(self):
        return self.reference

    def validate_constraints(self, exclude=None):
        """Ask nothing: no form holds the columns that the constraints are about; the database watches over them."""

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def visitor_zone(self) -> str:
        """The zone whose clock the patient reads during a visit by video, where they chose one; else empty."""
        return self.patient_time_zone if self.mode == Mode.VIDEO else ""

    def is_waiting(self) -> bool:
        """Whether staff may still confirm or decline it."""
        return self.status == Status.REQUESTED

    def is_offered(self) -> bool:
        """Whether the patient may still accept or decline it."""
        return self.status == Status.OFFERED

    def was_only_offered(self) -> bool:
        """Whether it is a time that the clinic offers, or offered and nobody took."""
        return self.offer_expires_at is not None and not self.was_confirmed()

    def was_confirmed(self) -> bool:
        """Whether it is confirmed, or was once."""
        return self.events.filter(kind=Status.CONFIRMED).exists()

    def is_confirmed(self) -> bool:
        """Whether both sides agreed on it."""
        return self.status == Status.CONFIRMED

    def holds_time(self, now) -> bool:
        """Whether it is still to come at *now* (aware) and keeps its time."""
        return self.status in HOLDING and self.starts_at > now

    def open_move(self):
        """The move that waits for somebody's answer, None where there is none."""
        return self.moves.filter(state=Move.State.WAITING).select_related("practitioner", "location").first()


class Move(models.Model):
    """Another time for an appointment, held beside the old one until the other side has answered.

    A patient asks the clinic, or the clinic proposes to the patient. Declined, withdrawn or expired, the old time
    stays; accepted, the appointment takes the new one, in one transaction.
    """

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting")
        ACCEPTED = "accepted", _("Accepted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        EXPIRED = "expired", _("Expired")

    class AskedBy(models.TextChoices):
        """Who would like it."""

        PATIENT = "patient", _("Patient")
        STAFF = "staff", _("Staff")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="moves")
    asked_by = models.CharField(max_length=7, choices=AskedBy.choices)
    state = models.CharField(max_length=9, choices=State.choices, default=State.WAITING)
    practitioner = models.ForeignKey("clinic.Practitioner", on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey("clinic.Location", on_delete=models.PROTECT, related_name="+")
    mode = models.CharField(max_length=10, choices=Mode.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(max_length=60)
    claim = models.OneToOneField("booking.TimeClaim", on_delete=models.CASCADE, related_name="move")
    asked_at = models.DateTimeField()
    reply_by = models.DateTimeField(_("answer promised by"), null=True)  # where the clinic answers
    escalation = models.PositiveSmallIntegerField(choices=Escalation.choices, default=Escalation.NOBODY)
    expires_at = models.DateTimeField()

    class Meta:
        ordering = ["asked_at", "pk"]
        verbose_name = _("move")
        constraints = [
            models.CheckConstraint(name="move_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.UniqueConstraint(name="move_one_at_a_time", fields=["appointment"], condition=Q(state="waiting")),
        ]

    def __str__(self):
        return f"move {self.pk}"

    @property
    def visitor_zone(self) -> str:
        """As that of an appointment."""
        return self.appointment.patient_time_zone if self.mode == Mode.VIDEO else ""

    def waits_for_staff(self) -> bool:
        """Whether the clinic must answer."""
        return self.state == Move.State.WAITING and self.asked_by == Move.AskedBy.PATIENT

    def waits_for_patient(self) -> bool:
        """Whether the patient must answer."""
        return self.state == Move.State.WAITING and self.asked_by == Move.AskedBy.STAFF
