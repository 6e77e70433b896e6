"""Open times for other apps' templates."""

from itertools import groupby, islice

from django import template
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone

from booking import services
from booking.models import Schedule
from clinic.models import ClinicDetails, Mode, Practitioner
from clinic.models.care import modes_in_words

register = template.Library()
register.filter(modes_in_words)


@register.inclusion_tag("booking/includes/next_openings.html")
def next_openings(practitioner, count=3):
    """The next *count* open times of *practitioner*, for the service with which newcomers begin."""
    service = services.first_service(practitioner.services.all())
    if service is None:
        return {"slots": []}
    slots = services.open_slots(service=service, practitioner=practitioner, now=timezone.now())[:count]
    return {"slots": slots, "service": service, "practitioner": practitioner}


@register.inclusion_tag("booking/includes/openings_by_day.html", takes_context=True)
def openings_by_day(context, practitioner, days=3):
    """The open times of *practitioner* on the next *days* days that have any, for newcomers' first service."""
    service = services.first_service(practitioner.services.all())
    slots = services.open_slots(service=service, practitioner=practitioner, now=timezone.now()) if service else []
    shown = islice(groupby(slots, key=lambda slot: slot.day), days)
    return {
        "request": context.get("request"),
        "service": service,
        "practitioner": practitioner,
        "days": [{"day": day, "hours": alike(several)} for day, several in shown],
    }


def alike(slots) -> list[dict]:
    """Return the *slots* of one day by how and where they are: `first` stands for all in `slots`."""
    hours = [list(several) for _key, several in groupby(slots, key=lambda slot: (slot.location_id, slot.modes))]
    return [{"first": several[0], "slots": several} for several in hours]


@register.simple_tag
def times_instead(appointment, now):
    """Some open times for somebody whose *appointment* does not take place, as of *now* (aware)."""
    return services.times_instead(appointment, now=now)


@register.simple_tag
def first_service(practitioner):
    """The service with which a newcomer begins with *practitioner*, None where nothing can be booked."""
    return services.first_service(practitioner.services.all())


@register.simple_tag
def modes_of(practitioner):
    """How *practitioner* sees people, as a list of modes."""
    prefetch_related_objects([practitioner], services.hours_to_come())
    return services.modes_of(practitioner)


@register.inclusion_tag("booking/includes/people_at.html", takes_context=True)
def people_at(context, location):
    """Who can be met at *location*, and on which days of the week, by the hours that apply today."""
    today = timezone.localdate(timezone=ClinicDetails.load().zone)
    rows = (
        Schedule.objects.in_force(today)
        .filter(location=location, practitioner__active=True, modes__contains=[Mode.IN_PERSON])
        .prefetch_related(Prefetch("practitioner", services.with_portraits(Practitioner.objects.all())))
    )
    people = {}
    for row in rows.order_by("practitioner__sort_order", "practitioner__name", "weekday"):
        days = people.setdefault(row.practitioner, [])
        if row.get_weekday_display() not in days:
            days.append(row.get_weekday_display())
    return {
        "request": context.get("request"),
        "people": [{"person": person, "days": ", ".join(map(str, days))} for person, days in people.items()],
    }
