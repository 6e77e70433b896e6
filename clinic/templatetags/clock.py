"""Times as people say them, for templates; the words are made in `clinic.clock`."""

from django import template
from django.utils import timezone
from django.utils.translation import gettext as _

from clinic import clock
from clinic.models import ClinicDetails
from clinic.models.practice import Weekday

register = template.Library()

for words in (
    clock.clock,
    clock.day,
    clock.moment,
    clock.short_moment,
    clock.spoken_day,
    clock.zone_city,
    clock.zone_name,
):
    register.filter(words.__name__, words)


@register.simple_tag(takes_context=True)
def opening_state(context) -> dict:
    """Whether the practice is open now, and the words for it; no words where no hours were entered."""
    details = ClinicDetails.load(context.get("request"))
    if not details.weekly_hours():
        return {"is_open": False, "words": ""}
    now = timezone.now()
    state = details.open_state(now)
    return {"is_open": state.is_open, "words": clock.opening_words(state, now, details.zone)}


@register.simple_tag(takes_context=True)
def week(context) -> list[dict]:
    """The opening hours as lines: days, and spans of time."""
    from_to = _("%(from)s to %(to)s")
    lines = []
    for line in ClinicDetails.load(context.get("request")).weekly_summary():
        days = Weekday(line.first).label
        if line.last > line.first:
            days = from_to % {"from": days, "to": Weekday(line.last).label}
        spans = [
            from_to % {"from": clock.spoken_time(opens), "to": clock.spoken_time(closes)}
            for opens, closes in line.spans
        ]
        lines.append({"days": days, "hours": ", ".join(spans)})
    return lines
