"""Times as people say them. Every filter takes the zone: nothing is ever shown in the server's own."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django import template
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from clinic.models import ClinicDetails
from clinic.models.practice import Weekday

register = template.Library()


def spoken_time(value: time | datetime) -> str:
    """Return "9 am" or "9:30 am"."""
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes} {_('am') if value.hour < 12 else _('pm')}"


def as_zone(zone) -> ZoneInfo:
    """Return *zone*, given as a name or as the zone itself."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


@register.filter
def clock(value: datetime, zone) -> str:
    """3:30 pm"""
    return spoken_time(value.astimezone(as_zone(zone)))


@register.filter
def day(value: date | datetime, zone=None) -> str:
    """Tuesday, November 24"""
    if isinstance(value, datetime):
        value = value.astimezone(as_zone(zone)).date()
    return dateformat.format(value, _("l, F j"))


@register.filter
def moment(value: datetime, zone) -> str:
    """Tuesday, November 24 at 3:30 pm"""
    return _("%(day)s at %(time)s") % {"day": day(value, zone), "time": clock(value, zone)}


@register.filter
def short_moment(value: datetime, zone) -> str:
    """Tue, Nov 24, 3:30 pm"""
    local = value.astimezone(as_zone(zone))
    return f"{dateformat.format(local.date(), _('D, M j'))}, {spoken_time(local)}"


@register.filter
def spoken_day(value: date, zone) -> str:
    """Today, Tomorrow, or the weekday and date."""
    today = timezone.now().astimezone(as_zone(zone)).date()
    match (value - today).days:
        case 0:
            return _("Today, %(day)s") % {"day": day(value)}
        case 1:
            return _("Tomorrow, %(day)s") % {"day": day(value)}
        case _:
            return day(value)


@register.filter
def zone_name(zone, at=None) -> str:
    """Eastern Standard Time has no plain name in the database; its abbreviation has: EST."""
    return (at or timezone.now()).astimezone(as_zone(zone)).tzname()


@register.simple_tag(takes_context=True)
def opening_state(context) -> dict:
    """Whether the practice is open now, and the words for it, in the clinic's zone."""
    details = ClinicDetails.load(context.get("request"))
    now = timezone.now()
    state = details.open_state(now)
    return {
        "is_open": state.is_open,
        "words": opening_words(state, now.astimezone(details.zone), details.zone),
    }


def opening_words(state, now: datetime, zone: ZoneInfo) -> str:
    """Return "Open now, until 9 pm", "Opens Monday at 9 am" …; *now* is local to *zone*."""
    if state.changes_at is None:
        return _("Open now") if state.is_open else _("Closed now")
    then = state.changes_at.astimezone(zone)
    words = {"time": spoken_time(then), "day": dateformat.format(then, "l")}
    if state.is_open:
        return _("Open now, until %(time)s") % words
    match (then.date() - now.date()).days:
        case 0:
            return _("Closed now. We open today at %(time)s") % words
        case 1:
            return _("Closed now. We open tomorrow at %(time)s") % words
        case days if days < 7:
            return _("Closed now. We open %(day)s at %(time)s") % words
        case _:
            return _("Closed now. We open %(day)s at %(time)s") % {**words, "day": day(then.date())}


@register.simple_tag(takes_context=True)
def week(context) -> list[dict]:
    """The opening hours as lines: days, and spans of time."""
    from_to = _("%(from)s to %(to)s")
    lines = []
    for line in ClinicDetails.load(context.get("request")).weekly_summary():
        days = Weekday(line.first).label
        if line.last > line.first:
            days = from_to % {"from": days, "to": Weekday(line.last).label}
        spans = [from_to % {"from": spoken_time(a), "to": spoken_time(b)} for a, b in line.spans]
        lines.append({"days": days, "hours": ", ".join(spans)})
    return lines
