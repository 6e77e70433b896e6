"""What holds a practitioner's time."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q

from .appointments import Appointment


class TsTzRange(Func):
    """`tstzrange(from, until)`: the end is not included, so one visit may begin when another ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class TimeClaim(models.Model):
    """A practitioner's time that an appointment holds, with the pause after it.

    The bounds are plain columns, computed when the claim is made: a pause that staff change later rewrites
    nothing. Two active claims of different appointments on one practitioner can never overlap.
    """

    holder = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="claims")
    practitioner = models.ForeignKey("clinic.Practitioner", on_delete=models.PROTECT, related_name="time_claims")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["blocked_from"]
        constraints = [
            ExclusionConstraint(
                name="time_claim_no_overlap",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("blocked_from", "blocked_until"), RangeOperators.OVERLAPS),
                    ("holder", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(active=True),
            ),
            models.CheckConstraint(
                name="time_claim_blocks_the_visit",
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(blocked_from__lte=F("starts_at"))
                & Q(blocked_until__gte=F("ends_at")),
            ),
        ]

    def __str__(self):
        return f"{self.blocked_from:%Y%m%dT%H%MZ}–{self.blocked_until:%H%MZ}"
