"""Appointments at times when nobody is here any more: in time off, or while the practice is closed."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from booking.models import HOLDING, Appointment, ScheduleException, TimeClaim
from clinic.hours import MIDNIGHT, instant
from clinic.models import ClinicDetails


def visits_in_time_off(exception: ScheduleException, *, now: datetime) -> QuerySet[Appointment]:
    """Return the appointments that hold time which *exception* takes away and are not over at *now* (aware).

    An appointment whose move to such a time waits for an answer is among them. Empty for extra hours.
    """
    if exception.kind != ScheduleException.Kind.OFF:
        return Appointment.objects.none()
    zone = ClinicDetails.load().zone
    claims = claims_to_come(now).filter(practitioner=exception.practitioner_id)
    return holders_of(one for one in claims if takes_away(exception, one.starts_at, one.ends_at, zone))


def visits_when_nobody_is_here(*, now: datetime) -> QuerySet[Appointment]:
    """Return the appointments not over at *now* (aware) in a closure or in time off of whom they are with.

    They were made before that was entered, and keep their time until somebody moves or cancels them.
    """
    details = ClinicDetails.load()
    zone = details.zone
    to_come = {"ends_on__gte": now.astimezone(zone).date()}
    closed = [
        ScheduleException(starts_on=one.starts_on, ends_on=one.ends_on) for one in details.closures.filter(**to_come)
    ]
    off = defaultdict(lambda: list(closed))
    for one in ScheduleException.objects.filter(kind=ScheduleException.Kind.OFF, **to_come):
        off[one.practitioner_id].append(one)
    if not (closed or off):
        return Appointment.objects.none()
    claims = claims_to_come(now)
    return holders_of(
        claim
        for claim in claims
        if any(takes_away(one, claim.starts_at, claim.ends_at, zone) for one in off[claim.practitioner_id])
    )


def claims_to_come(now: datetime) -> QuerySet[TimeClaim]:
    """Return the claims that hold time which is not over at *now* (aware)."""
    return TimeClaim.objects.filter(active=True, holder__status__in=HOLDING, ends_at__gt=now)


def holders_of(claims: Iterable[TimeClaim]) -> QuerySet[Appointment]:
    """Return the appointments that *claims* hold time for, the soonest first."""
    return Appointment.objects.filter(pk__in={one.holder_id for one in claims}).order_by("starts_at", "pk")


def takes_away(exception: ScheduleException, starts_at: datetime, ends_at: datetime, zone: ZoneInfo) -> bool:
    """Whether some of *starts_at* to *ends_at* (aware) falls into the time off, whose days and hours are in *zone*."""
    first, last = starts_at.astimezone(zone).date(), ends_at.astimezone(zone).date()
    for offset in range((last - first).days + 1):
        day = first + timedelta(days=offset)
        if not exception.starts_on <= day <= exception.ends_on:
            continue
        begins = instant(day, exception.starts or MIDNIGHT, zone)
        ends = (
            instant(day, exception.ends, zone) if exception.ends else instant(day + timedelta(days=1), MIDNIGHT, zone)
        )
        if begins < ends_at and starts_at < ends:
            return True
    return False
