"""Times as people say them, for templates; the words are made in `clinic.clock`."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import clock
from clinic.hours import closure_on, open_state, weekly_summary
from clinic.models import ClinicDetails
from clinic.models.practice import Weekday

register = template.Library()

for words in (
    clock.clock,
    clock.day,
    clock.moment,
    clock.short_moment,
    clock.spoken_day,
    clock.spoken_edge,
    clock.zone_city,
    clock.zone_name,
):
    register.filter(words.__name__, words)


register.simple_tag(clock.elsewhere)
register.simple_tag(clock.moment_for)


@register.simple_tag(takes_context=True)
def opening_state(context) -> dict:
    """The hours in words: `sentence` tells the week, `words` whether it `is_open` now; both empty without hours."""
    details, hours, closures = opening_facts(context.get("request"))
    if not hours:
        return {"is_open": False, "sentence": "", "words": ""}
    now = timezone.now()
    state = open_state(now, hours, closures, details.zone)
    closure = closure_on(now.astimezone(details.zone).date(), closures)
    return {
        "is_open": state.is_open,
        "sentence": clock.week_words(weekly_summary(hours)),
        "words": clock.opening_words(state, now, details.zone, closure.name if closure else ""),
    }


def opening_facts(request) -> tuple:
    """Return (clinic details, weekly hours, closures); asked of the database once a request."""
    details = ClinicDetails.load(request)
    if request is None:
        return details, details.weekly_hours(), details.closed_days()
    if not hasattr(request, "_opening_facts"):
        request._opening_facts = details, details.weekly_hours(), details.closed_days()
    return request._opening_facts


@register.simple_tag(takes_context=True)
def week(context) -> list[dict]:
    """The opening hours as lines: days, and spans of time."""
    from_to = _("%(from)s to %(to)s")
    lines = []
    for line in weekly_summary(opening_facts(context.get("request"))[1]):
        days = Weekday(line.first).label
        if line.last > line.first:
            days = from_to % {"from": days, "to": Weekday(line.last).label}
        spans = [
            _("all day")
            if span == clock.WHOLE_DAY
            else from_to % {"from": clock.spoken_edge(span[0]), "to": clock.spoken_edge(span[1])}
            for span in line.spans
        ]
        lines.append({"days": days, "hours": ", ".join(spans)})
    return lines
