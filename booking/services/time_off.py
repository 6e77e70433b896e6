"""What stands in the way of time off."""

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
    claims = TimeClaim.objects.filter(
        practitioner=exception.practitioner_id, active=True, holder__status__in=HOLDING, ends_at__gt=now
    ).values_list("holder", "starts_at", "ends_at")
    holders = {holder for holder, starts_at, ends_at in claims if takes_away(exception, starts_at, ends_at, zone)}
    return Appointment.objects.filter(pk__in=holders).order_by("starts_at", "pk")


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
