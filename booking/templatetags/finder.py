"""Who could suit somebody, with their next open times, for other apps' templates."""

from django import template
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import services
from booking.filters import PractitionerFilter
from clinic.models import Mode

register = template.Library()


@register.inclusion_tag("booking/includes/finder.html", takes_context=True)
def find_practitioners(context, query):
    """The form to find somebody, and those who fit what *query* (a QueryDict) says; a fixed number of queries."""
    people = services.everybody()
    form = PractitionerFilter(query or {}, people=people)
    wishes = form.wishes()
    found = services.find_practitioners(people, wishes, timezone.now())
    chosen = form.chosen()
    offered = [service for person in people for service in person.services.all() if service.bookable_online]
    return {
        "request": context.get("request"),
        "form": form,
        "chosen": chosen,
        "found": found,
        "count": count_in_words(len(found), bool(chosen)),
        "way": wishes.way,
        "ways_out": [
            {"words": chosen[name], "query": form.query_without(name), "count": people_in_words(number)}
            for name, number in services.ways_out(people, wishes).items()
        ]
        if not found
        else [],
        "call": next((service for service in offered if service.confirms_itself), None),
    }


@register.inclusion_tag("booking/includes/people.html", takes_context=True)
def practitioners_offering(context, service):
    """Everybody who offers *service*, with their next open times for it; a fixed number of queries."""
    people = services.everybody(service.practitioners.active())
    found = services.find_practitioners(people, services.Wishes(service=service), timezone.now())
    return {"request": context.get("request"), "found": found}


@register.filter
def met(slot, way=None):
    """How one meets at that time: “in person at Riverside or by video”; only the one *way* that was asked for."""
    ways = [way] if way else slot.modes
    at_place = _("in person at %(place)s") % {"place": slot.location.name}
    return _(" or ").join(at_place if one == Mode.IN_PERSON else one.label.lower() for one in ways)


@register.filter
def in_words(modes):
    """Modes as a sentence has them: “In person, by video”."""
    return ", ".join(mode.label for mode in modes).capitalize()


@register.filter
def eager_until(counter, last=None):
    """How the picture of that number is loaded: the first *last* at once, the others when they come near."""
    return "eager" if counter <= (last or 0) else "lazy"


def people_in_words(number: int) -> str:
    """Return “one person”, “three people”, “12 people”."""
    return ngettext("%(number)s person", "%(number)s people", number) % {"number": apnumber(number)}


def count_in_words(number: int, chosen: bool) -> str:
    """Return the sentence above the list; *chosen* tells whether anything was asked for."""
    if not chosen:
        text = ngettext("%(number)s person works here.", "%(number)s people work here.", number)
    elif number:
        text = ngettext("%(number)s person fits what you chose.", "%(number)s people fit what you chose.", number)
    else:
        return _("Nobody here fits all of what you chose.")
    words = text % {"number": apnumber(number)}
    return words[:1].upper() + words[1:]
