"""Times as people say them. Every function takes the zone: nothing is ever shown in the server's own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.utils import dateformat, timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from clinic.hours import MIDNIGHT, OpenState, SameHours

WHOLE_DAY = (MIDNIGHT, MIDNIGHT)
PLURALS = [
    gettext_lazy("Mondays"), gettext_lazy("Tuesdays"), gettext_lazy("Wednesdays"), gettext_lazy("Thursdays"),
    gettext_lazy("Fridays"), gettext_lazy("Saturdays"), gettext_lazy("Sundays"),
]  # fmt: skip


def spoken_time(value: time | datetime) -> str:
    """Return "9 am" or "9:30 am"."""
    hour = value.hour % 12 or 12
    minutes = f":{value.minute:02}" if value.minute else ""
    return f"{hour}{minutes} {_('am') if value.hour < 12 else _('pm')}"


def as_zone(zone: ZoneInfo | str) -> ZoneInfo:
    """Return *zone*, given as a name or as the zone itself."""
    return zone if isinstance(zone, ZoneInfo) else ZoneInfo(zone)


def clock(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "3:30 pm"; in the night in which clocks show a time twice, which of both is meant: "1:30 am EDT"."""
    local = value.astimezone(as_zone(zone))
    the_other = local.replace(fold=1 - local.fold)
    if the_other.utcoffset() == local.utcoffset():
        return spoken_time(local)
    return _("%(time)s %(zone)s") % {"time": spoken_time(local), "zone": zone_name(zone, value)}


def day(value: date | datetime, zone: ZoneInfo | str | None = None) -> str:
    """Return "Tuesday, November 24", with the year where it is not this one in *zone*."""
    if isinstance(value, datetime):
        value = value.astimezone(as_zone(zone)).date()
    this_year = timezone.localtime(timezone=as_zone(zone) if zone else None).year
    return dated(value, this_year)


def dated(value: date, this_year: int) -> str:
    """Return "Tuesday, November 24", with the year where it is not *this_year*."""
    return dateformat.format(value, _("l, F j") if value.year == this_year else _("l, F j, Y"))


def moment(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "Tuesday, November 24 at 3:30 pm"."""
    return _("%(day)s at %(time)s") % {"day": day(value, zone), "time": clock(value, zone)}


def short_moment(value: datetime, zone: ZoneInfo | str) -> str:
    """Return "Tue, Nov 24, 3:30 pm", with the year where it is not this one."""
    local = value.astimezone(as_zone(zone))
    pattern = _("D, M j") if local.year == timezone.localtime().year else _("D, M j, Y")
    return f"{dateformat.format(local.date(), pattern)}, {clock(value, zone)}"


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
    """Return what the zone is called at that instant: "EST" or "EDT"; "UTC-3" or "UTC+13:45" where it has no name."""
    local = at.astimezone(as_zone(zone))
    name = local.tzname()
    if name[0].isalpha():
        return name
    minutes = local.utcoffset() // timedelta(minutes=1)
    hours, minutes = divmod(abs(minutes), 60)
    return f"UTC{name[0]}{hours}" + (f":{minutes:02}" if minutes else "")


def zone_city(zone: ZoneInfo | str) -> str:
    """Return the city that stands for the zone, the same in summer and winter: "New York"."""
    return as_zone(zone).key.rpartition("/")[2].replace("_", " ")


def elsewhere(value: datetime, zone: ZoneInfo | str, there: ZoneInfo | str) -> str:
    """Return "4 pm in Berlin", the day too where it is another one: "Tue, 1 am in Tokyo".

    Empty where clocks *there* show the same time as those in *zone*, and where *there* is nowhere.
    """
    if not there:
        return ""
    here, local = value.astimezone(as_zone(zone)), value.astimezone(as_zone(there))
    if local.replace(tzinfo=None) == here.replace(tzinfo=None):
        return ""
    words = {"time": clock(value, there), "city": zone_city(there), "day": WEEKDAYS_ABBR[local.weekday()]}
    if local.date() == here.date():
        return _("%(time)s in %(city)s") % words
    return _("%(day)s, %(time)s in %(city)s") % words


def moment_for(value: datetime, zone: ZoneInfo | str, there: ZoneInfo | str) -> str:
    """Return `moment`, and what clocks *there* show if that is another time: "… at 3:30 pm (9:30 pm in Berlin)"."""
    words = {"moment": moment(value, zone), "there": elsewhere(value, zone, there)}
    return _("%(moment)s (%(there)s)") % words if words["there"] else words["moment"]


# --- Opening hours ----------------------------------------------------------------------------------------


def spoken_edge(value: time | datetime) -> str:
    """Return "9 am", "noon" or "midnight": at an edge of opening hours nobody should wonder which twelve is meant."""
    match (value.hour, value.minute):
        case (0, 0):
            return _("midnight")
        case (12, 0):
            return _("noon")
    return spoken_time(value)


def opening_words(state: OpenState, now: datetime, zone: ZoneInfo, closed_for: str = "") -> str:
    """Return "Open now, until 9 pm", "Closed now. We open Monday at 9 am", "Closed today for Thanksgiving. …".

    *closed_for* is the name of the closure that covers the day of *now*, if there is one.
    """
    local = now.astimezone(zone)
    then = state.changes_at and state.changes_at.astimezone(zone)
    if state.is_open:
        return _("Open now, until %(when)s") % {"when": until_words(then, local)} if then else _("Open now")
    closed = _("Closed today for %(reason)s") % {"reason": closed_for} if closed_for else _("Closed now")
    if not then:
        return closed
    words = {"closed": closed, "day": relative_day(then.date(), local.date()), "time": spoken_edge(then)}
    return _("%(closed)s. We open %(day)s at %(time)s") % words


def until_words(then: datetime, now: datetime) -> str:
    """Return "9 pm", or "Friday at 9 pm" where the clock on the wall shows 9 pm before that; both are local."""
    if then.replace(tzinfo=None) - now.replace(tzinfo=None) < timedelta(days=1):
        return spoken_edge(then)
    return _("%(day)s at %(time)s") % {"day": relative_day(then.date(), now.date()), "time": spoken_edge(then)}


def relative_day(value: date, today: date) -> str:
    """Return "today", "tomorrow", "Monday", or from a week on "Monday, March 9"."""
    match (value - today).days:
        case 0:
            return _("today")
        case 1:
            return _("tomorrow")
        case days if days < 7:
            return str(WEEKDAYS[value.weekday()])
    return dated(value, today.year)


def week_words(lines: Sequence[SameHours]) -> str:
    """Return "We’re here on weekdays from 9 am to 9 pm and on Saturdays from 10 am to 2 pm"; empty without hours."""
    by_spans: dict[tuple, list[int]] = {}
    for line in lines:
        by_spans.setdefault(line.spans, []).extend(range(line.first, line.last + 1))
    if not by_spans:
        return ""
    if by_spans == {(WHOLE_DAY,): list(range(7))}:
        return _("We’re here day and night, every day")
    parts = [f"{days_words(days)} {joined(map(span_words, spans))}" for spans, days in by_spans.items()]
    several_spans = any(len(spans) > 1 for spans in by_spans)
    return _("We’re here %(when)s") % {"when": joined(parts, comma=several_spans)}


def days_words(days: list[int]) -> str:
    """Return "every day", "on weekdays", "on Mondays and Fridays", "Monday to Thursday" … for *days* in order."""
    match days:
        case [0, 1, 2, 3, 4, 5, 6]:
            return _("every day")
        case [0, 1, 2, 3, 4]:
            return _("on weekdays")
        case [5, 6]:
            return _("on weekends")
    runs: list[list[int]] = []
    for number in days:
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    if all(len(run) < 3 for run in runs):
        return _("on %(days)s") % {"days": joined(PLURALS[number] for number in days)}
    return joined(name for run in runs for name in run_words(run))


def run_words(run: list[int]) -> list[str]:
    """Return ["Monday to Wednesday"] for days in a row, and the names of one or two days."""
    names = [str(WEEKDAYS[number]) for number in run]
    return names if len(run) < 3 else [_("%(from)s to %(to)s") % {"from": names[0], "to": names[-1]}]


def span_words(span: tuple[time, time]) -> str:
    """Return "from 9 am to noon" or "all day"."""
    if span == WHOLE_DAY:
        return _("all day")
    return _("from %(from)s to %(to)s") % {"from": spoken_edge(span[0]), "to": spoken_edge(span[1])}


def joined(words: Iterable[str], *, comma: bool = False) -> str:
    """Return "one", "one and two", "one, two and three"; with *comma* "one, and two"."""
    *first, last = map(str, words)
    if not first:
        return last
    pattern = _("%(first)s, and %(last)s") if comma else _("%(first)s and %(last)s")
    return pattern % {"first": ", ".join(first), "last": last}
