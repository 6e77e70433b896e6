"""What people wish for who found no time that suits them: the waiting list."""

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.models import Mode
from clinic.models.practice import Weekday

from .appointments import Status
from .patients import PatientDetails, PatientQuerySet


class WaitingListQuerySet(PatientQuerySet):
    """Wishes as staff and the waiting list look for them."""

    def visible_to(self, user):
        """All of them for those who may view appointments; else those for the practitioner who is *user*."""
        if user.has_perm("booking.view_appointment"):
            return self
        return self.filter(practitioner__user=user)

    def waiting(self):
        """Those that are still open, in the order in which people came: that is the order of offers."""
        return self.filter(state=WaitingListEntry.State.WAITING).order_by("requested_at", "pk")

    def unanswered(self):
        """Those that wait and to whom staff have said nothing yet: no words, no offer ever."""
        return self.filter(state=WaitingListEntry.State.WAITING, answered_at=None, offers=None)

    def without_an_offer(self):
        """Those to whom no time is offered at the moment."""
        return self.exclude(offers__status=Status.OFFERED)


class WaitingListEntry(PatientDetails):
    """A place on the waiting list: which days and hours would suit somebody. Written by `booking.services` only."""

    class State(models.TextChoices):
        """Where it stands."""

        WAITING = "waiting", _("Waiting")
        PLACED = "placed", _("Has a time now")
        WITHDRAWN = "withdrawn", _("Left the list")
        ENDED = "ended", _("Its last day has passed")
        CLOSED = "closed", _("Closed by staff")

    state = models.CharField(_("state"), max_length=9, choices=State.choices, default=State.WAITING, editable=False)
    service = models.ForeignKey(
        "clinic.Service", verbose_name=_("service"), on_delete=models.PROTECT, related_name="waiting_list"
    )
    practitioner = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("With"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="waiting_list",
    )
    mode = models.CharField(_("How"), max_length=10, choices=Mode.choices, blank=True)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(choices=Weekday.choices), verbose_name=_("days"), default=list, blank=True
    )
    starts_from = models.TimeField(_("not before"), null=True, blank=True)
    starts_until = models.TimeField(_("starts no later than"), null=True, blank=True)
    until = models.DateField(_("Until when are you looking?"))
    answered_at = models.DateTimeField(_("answered"), null=True, editable=False)
    answered_by = models.ForeignKey(
        "clinic.User", null=True, editable=False, on_delete=models.SET_NULL, related_name="+"
    )
    reply_by = models.DateTimeField(_("answer promised by"), null=True, editable=False)
    escalation = models.PositiveSmallIntegerField(default=0, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    closed_by = models.ForeignKey("clinic.User", null=True, editable=False, on_delete=models.SET_NULL, related_name="+")

    objects = WaitingListQuerySet.as_manager()

    class Meta:
        ordering = ["requested_at", "pk"]
        verbose_name = _("place on the waiting list")
        verbose_name_plural = _("places on the waiting list")
        indexes = [
            models.Index(fields=["state", "requested_at"], name="waiting_list_waiting"),
            models.Index(fields=["email_hash"], name="waiting_list_by_email"),
            models.Index(fields=["phone_hash"], name="waiting_list_by_phone"),
            GinIndex(fields=["name_hashes"], name="waiting_list_by_name"),
        ]
        constraints = [
            models.CheckConstraint(
                name="waiting_list_can_be_reached",
                condition=Q(email_hash__isnull=False) | Q(phone_hash__isnull=False),
            ),
            models.CheckConstraint(
                name="waiting_list_hours_in_order",
                condition=Q(starts_from__isnull=True)
                | Q(starts_until__isnull=True)
                | Q(starts_until__gte=F("starts_from")),
                violation_error_message=_("The latest time must not be before the earliest."),
            ),
        ]

    def __str__(self):
        return f"waiting list entry {self.pk}"

    def is_waiting(self) -> bool:
        """Whether it is still open."""
        return self.state == WaitingListEntry.State.WAITING

    def needs_answer(self) -> bool:
        """Whether it is open and staff have neither answered nor offered a time."""
        return self.is_waiting() and self.answered_at is None and not self.offers.exists()

    def open_offer(self):
        """Return the appointment that is offered to them and that they have not answered yet, None for none."""
        return self.offers.filter(status=Status.OFFERED).first()

    @property
    def days_in_words(self) -> str:
        """Which days suit: “any day”, or their names."""
        if not self.weekdays:
            return gettext("any day")
        return ", ".join(str(Weekday(day).label) for day in sorted(self.weekdays))

    def fits(self, local_start) -> bool:
        """Whether a visit that begins at *local_start* (in the clinic's zone) would suit."""
        at = local_start.time()
        return (
            local_start.date() <= self.until
            and (not self.weekdays or local_start.weekday() in self.weekdays)
            and (self.starts_from is None or at >= self.starts_from)
            and (self.starts_until is None or at <= self.starts_until)
        )
