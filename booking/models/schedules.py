"""When practitioners see people."""

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel

from clinic.models.care import ModesField
from clinic.models.practice import Weekday


class ScheduleQuerySet(models.QuerySet):
    """Weekly hours by when they apply."""

    def not_over(self, day):
        """Those that apply on the local *day* or later."""
        return self.exclude(valid_until__lt=day)

    def in_force(self, day):
        """Those that apply on the local *day*."""
        return self.not_over(day).exclude(valid_from__gt=day)


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
    break_starts = models.TimeField(_("break from"), null=True, blank=True)
    break_ends = models.TimeField(_("break until"), null=True, blank=True)
    modes = ModesField(verbose_name=_("how people are seen"))
    valid_from = models.DateField(_("first day"), null=True, blank=True, help_text=_("Empty: since always."))
    valid_until = models.DateField(_("last day"), null=True, blank=True, help_text=_("Empty: until further notice."))

    objects = ScheduleQuerySet.as_manager()

    panels = [
        "practitioner",
        "location",
        FieldRowPanel(["weekday", "starts", "ends"]),
        MultiFieldPanel(
            [FieldRowPanel(["break_starts", "break_ends"])],
            heading=_("Break"),
            help_text=_("No visit reaches into it. May stay empty."),
        ),
        "modes",
        MultiFieldPanel(
            [FieldRowPanel(["valid_from", "valid_until"])],
            heading=_("When these hours apply"),
            help_text=_("To change hours from a day on, end these with the day before and add new ones."),
        ),
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
            models.CheckConstraint(
                name="schedule_break_inside",
                condition=Q(break_starts__isnull=True, break_ends__isnull=True)
                | Q(
                    break_starts__isnull=False,
                    break_ends__isnull=False,  # a comparison with nothing is not false, and would pass
                    break_ends__gt=F("break_starts"),
                    starts__lte=F("break_starts"),
                    ends__gte=F("break_ends"),
                ),
                violation_error_message=_("A break needs a start and an end after it, both inside these hours."),
            ),
            models.CheckConstraint(
                name="schedule_last_day_after_first",
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def __str__(self):
        return f"{self.practitioner}, {self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class ScheduleException(models.Model):
    """Days on which one practitioner's hours differ from the week: time off, or extra hours."""

    class Kind(models.TextChoices):
        """Less time than usual, or more."""

        OFF = "off", _("Time off")
        EXTRA = "extra", _("Extra hours")

    practitioner = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.CASCADE,
        related_name="schedule_exceptions",
    )
    kind = models.CharField(_("what"), max_length=5, choices=Kind.choices, default=Kind.OFF)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    starts = models.TimeField(_("from"), null=True, blank=True)
    ends = models.TimeField(_("until"), null=True, blank=True)
    location = models.ForeignKey(
        "clinic.Location",
        verbose_name=_("location"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        help_text=_("For extra hours: where the practitioner is."),
    )
    modes = ModesField(verbose_name=_("how people are seen"), blank=True, default=list)

    panels = [
        FieldRowPanel(["practitioner", "kind"]),
        FieldRowPanel(["starts_on", "ends_on"]),
        MultiFieldPanel(
            [FieldRowPanel(["starts", "ends"])],
            heading=_("Hours on each of these days"),
            help_text=_("Time off without hours means the whole day."),
        ),
        MultiFieldPanel(["location", "modes"], heading=_("For extra hours only")),
    ]

    class Meta:
        ordering = ["-starts_on", "practitioner"]
        verbose_name = _("time off or extra hours")
        verbose_name_plural = _("time off and extra hours")
        indexes = [models.Index(fields=["practitioner", "ends_on"], name="exception_by_person")]
        constraints = [
            models.CheckConstraint(
                name="exception_last_day_after_first",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not be before the first."),
            ),
            models.CheckConstraint(
                name="exception_hours_in_order",
                condition=Q(starts__isnull=True, ends__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False, ends__gt=F("starts")),
                violation_error_message=_("Enter both a start and an end after it, or neither."),
            ),
            models.CheckConstraint(
                name="exception_extra_is_whole",
                condition=~Q(kind="extra") | Q(starts__isnull=False, location__isnull=False, modes__len__gt=0),
                violation_error_message=_("Extra hours need a start and an end, a place, and how people are seen."),
            ),
        ]

    def __str__(self):
        return f"{self.practitioner}, {self.get_kind_display()} {self.starts_on} – {self.ends_on}"
