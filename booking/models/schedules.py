"""When practitioners see people, and the practice's rules for booking."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from clinic.models.care import ModesField
from clinic.models.practice import Weekday


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

    panels = [
        FieldRowPanel(["notice_hours", "horizon_days"]),
        MultiFieldPanel(["start_every_minutes", "reply_within_hours"]),
    ]

    class Meta:
        verbose_name = _("booking rules")

    def __str__(self):
        return str(self._meta.verbose_name)


class Schedule(models.Model):
    """Weekly hours in which one practitioner sees people at one place."""

    practitioner = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.CASCADE,
        related_name="schedules",
    )
    location = models.ForeignKey(
        "clinic.Location",
        verbose_name=_("location"),
        on_delete=models.CASCADE,
        related_name="schedules",
        help_text=_("Where the practitioner is during these hours, also for visits by video or phone."),
    )
    weekday = models.IntegerField(_("day"), choices=Weekday.choices)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    modes = ModesField(verbose_name=_("how people are seen"))

    panels = [
        "practitioner",
        "location",
        FieldRowPanel(["weekday", "starts", "ends"]),
        "modes",
    ]

    class Meta:
        ordering = ["practitioner", "weekday", "starts"]
        verbose_name = _("weekly hours")
        verbose_name_plural = _("weekly hours")
        constraints = [
            models.CheckConstraint(
                name="schedule_ends_after_start",
                condition=Q(ends__gt=F("starts")),
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                name="schedule_has_a_mode",
                condition=Q(modes__len__gt=0),
                violation_error_message=_("Choose at least one way in which people are seen."),
            ),
        ]

    def __str__(self):
        return f"{self.practitioner}, {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"
