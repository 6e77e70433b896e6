"""The rules for booking, of the practice and of each person."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Min
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting


@register_setting(icon="calendar-alt", order=200)
class BookingRules(BaseGenericSetting):
    """What staff may change about booking."""

    class Grid(models.IntegerChoices):
        """How far apart starts are offered."""

        QUARTER = 15, _("every 15 minutes")
        HALF = 30, _("every 30 minutes")
        HOUR = 60, _("every hour")

    notice_hours = models.PositiveSmallIntegerField(
        _("notice, in hours"),
        default=24,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("Nothing can be booked sooner than this."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how far ahead, in days"),
        default=60,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
    )
    start_every_minutes = models.PositiveSmallIntegerField(
        _("starts are offered"), choices=Grid.choices, default=Grid.HALF
    )
    reply_within_hours = models.PositiveSmallIntegerField(
        _("we reply within, in opening hours"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(80)],
        help_text=_("Each request is told a time by which you reply. Only hours when you are open count."),
    )
    answer_until_hours = models.PositiveSmallIntegerField(
        _("a request ends, in hours before its start"),
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(72)],
        help_text=_("A request that nobody has answered by then ends with an apology, and its time is free again."),
    )
    offer_hours = models.PositiveSmallIntegerField(
        _("an offer stands, in opening hours"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(80)],
        help_text=_("How long a time that you offer is kept for the patient. Only hours when you are open count."),
    )

    panels = [
        MultiFieldPanel(
            [FieldRowPanel(["notice_hours", "horizon_days"]), "start_every_minutes"],
            heading=_("Which times can be booked"),
            help_text=_("A practitioner may have rules of their own."),
        ),
        MultiFieldPanel(
            ["reply_within_hours", FieldRowPanel(["answer_until_hours", "offer_hours"])],
            heading=_("Answers and offers"),
        ),
    ]

    class Meta:
        verbose_name = _("booking rules")

    def __str__(self):
        return str(self._meta.verbose_name)

    def clean(self):
        """A request must be answerable before it ends, for every notice that somebody has."""
        super().clean()
        own = PractitionerRules.objects.aggregate(shortest=Min("notice_hours"))["shortest"]
        shortest = min(filter(None, [self.notice_hours, own]), default=None)
        if shortest and self.answer_until_hours and self.answer_until_hours >= shortest:
            text = _("This must be shorter than every notice; the shortest is %(hours)s hours.")
            raise ValidationError({"answer_until_hours": text % {"hours": shortest}})


class PractitionerRules(models.Model):
    """Where one practitioner's booking differs from the practice's; an empty field means: as the practice."""

    practitioner = models.OneToOneField(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.CASCADE,
        related_name="booking_rules",
    )
    start_every_minutes = models.PositiveSmallIntegerField(
        _("starts are offered"), choices=BookingRules.Grid.choices, null=True, blank=True
    )
    notice_hours = models.PositiveSmallIntegerField(
        _("notice, in hours"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(720)],
        help_text=_("Nothing can be booked sooner than this. Empty: as the practice."),
    )
    horizon_days = models.PositiveSmallIntegerField(
        _("how far ahead, in days"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(365)],
        help_text=_("Empty: as the practice."),
    )
    most_a_day = models.PositiveSmallIntegerField(
        _("visits a day at most"),
        null=True,
        blank=True,
        validators=[MinValueValidator(1), MaxValueValidator(48)],
        help_text=_("Empty: as many as fit."),
    )

    panels = [
        "practitioner",
        FieldRowPanel(["notice_hours", "horizon_days"]),
        FieldRowPanel(["start_every_minutes", "most_a_day"]),
    ]

    class Meta:
        ordering = ["practitioner"]
        verbose_name = _("rules of one practitioner")
        verbose_name_plural = _("rules of practitioners")

    def __str__(self):
        return str(self.practitioner)

    def clean(self):
        """The notice must leave time to answer."""
        super().clean()
        answer_until = BookingRules.load().answer_until_hours
        if self.notice_hours and self.notice_hours <= answer_until:
            text = _("This must be longer than %(hours)s hours: that long before its start a request ends.")
            raise ValidationError({"notice_hours": text % {"hours": answer_until}})
