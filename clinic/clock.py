"""Times as people say them. Every function takes the zone: nothing is ever shown in the server's own."""

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.translation import gettext as _

from clinic.hours import OpenState


def spoken_time(value: time | datetime) -> str:
    """Return "9 am" or "9:30 am"."""
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes} {_('am') if value.hour < 12 else _('pm')}"


def as_zone(zone: ZoneInfo | str) -> ZoneInfo:
    """Return *zone*, given as a name or as the zone itself."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def clock(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "3:30 pm"."""
    return spoken_time(value.astimezone(as_zone(zone)))


def day(value: date | datetime, zone: ZoneInfo | str | None = None) -> str:
    """Return "Tuesday, November 24", with the year where it is not this one."""
    if isinstance(value, datetime):
        value = value.astimezone(as_zone(zone)).date()
    return dateformat.format(value, _("l, F j") if value.year == timezone.localtime().year else _("l, F j, Y"))


def moment(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "Tuesday, November 24 at 3:30 pm"."""
    return _("%(day)s at %(time)s") % {"day": day(value, zone), "time": clock(value, zone)}


def short_moment(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "Tue, Nov 24, 3:30 pm", with the year where it is not this one."""
    local = value.astimezone(as_zone(zone))
    pattern = _("D, M j") if local.year == timezone.localtime().year else _("D, M j, Y")
    return f"{dateformat.format(local.date(), pattern)}, {spoken_time(local)}"


def spoken_day(value: date, zone: ZoneInfo | str) -> str:
    """Return "Today, …", "Tomorrow, …", or the weekday and date alone."""
    today = timezone.now().astimezone(as_zone(zone)).date()
    match (value - today).days:
        case 0:
            return _("Today, %(day)s") % {"day": day(value)}
        case 1:
            return _("Tomorrow, %(day)s") % {"day": day(value)}
        case _:
            return day(value)


def zone_name(zone: ZoneInfo | str, at: datetime) -> str:
    """Return what the zone is called at that instant: "EST" or "EDT"."""
    return at.astimezone(as_zone(zone)).tzname()


def zone_city(zone: ZoneInfo | str) -> str:
    """Return the city that stands for the zone, the same in summer and winter: "New York"."""
    return as_zone(zone).key.rpartition("/")[2].replace("_", " ")


def opening_words(state: OpenState, now: datetime, zone: ZoneInfo) -> str:
    """Return "Open now, until 9 pm", "Closed now. We open Monday at 9 am" …"""
    if state.changes_at is None:
        return _("Open now") if state.is_open else _("Closed now")
    then = state.changes_at.astimezone(zone)
    words = {"time": spoken_time(then), "day": dateformat.format(then, "l")}
    if state.is_open:
        return _("Open now, until %(time)s") % words
    match (then.date() - now.astimezone(zone).date()).days:
        case 0:
            return _("Closed now. We open today at %(time)s") % words
        case 1:
            return _("Closed now. We open tomorrow at %(time)s") % words
        case days if days < 7:
            return _("Closed now. We open %(day)s at %(time)s") % words
        case _:
            return _("Closed now. We open %(day)s at %(time)s") % {**words, "day": day(then.date())}
