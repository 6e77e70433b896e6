"""Open times laid out by day, for pages that let people choose one."""

from datetime import date, datetime, timedelta

from django.http import Http404
from django.utils.dateparse import parse_date

from clinic.models import ClinicDetails, Mode

DAYS_SHOWN = 7


def wanted_mode(request) -> Mode | None:
    """Return the mode that the address names, None where it names none; raises Http404 for an unknown one."""
    wanted = request.GET.get("mode", "")
    if wanted and wanted not in Mode.values:
        raise Http404
    return Mode(wanted) if wanted else None


def wanted_day(request) -> date | None:
    """Return the day that `from` names, if it names one."""
    try:
        return parse_date(request.GET.get("from", ""))
    except ValueError:  # well formed, but no such day
        return None


def days_shown(slots, wanted: date | None, details: ClinicDetails, now: datetime) -> dict:
    """Return what a page of times shows of *slots*: the days from *wanted* on, and where to go from there."""
    first = first_day_shown(wanted, now.astimezone(details.zone).date(), slots)
    before = [slot for slot in slots if slot.day < first]
    after = [slot for slot in slots if slot.day >= first + timedelta(days=DAYS_SHOWN)]
    return {
        "days": by_day(slots, first, details),
        "next_slot": slots[0] if slots else None,
        "earlier": before[-1].day - timedelta(days=DAYS_SHOWN - 1) if before else None,
        "later": after[0].day if after else None,
        "zone": details.zone,
    }


def first_day_shown(wanted: date | None, today: date, slots) -> date:
    """Return where the page begins: the wanted day, moved so that it never shows nothing while something is open."""
    first = min(max(wanted or today, today), slots[-1].day if slots else today)
    later = [slot.day for slot in slots if slot.day >= first]
    if later and later[0] >= first + timedelta(days=DAYS_SHOWN):
        return later[0]
    return first


def by_day(slots, first: date, details: ClinicDetails) -> list[dict]:
    """Return the days from *first* that have open times or are closed, with both."""
    days = []
    closures = list(details.closures.all())
    for offset in range(DAYS_SHOWN):
        day = first + timedelta(days=offset)
        closure = next((one for one in closures if one.starts_on <= day <= one.ends_on), None)
        open_then = [slot for slot in slots if slot.day == day]
        if open_then or closure:
            days.append({"day": day, "slots": open_then, "closure": closure})
    return days
