"""Who could suit somebody, with their next open times, for other apps' templates."""

from django import template
from django.contrib.humanize.templatetags.humanize import apnumber
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from booking import services
from booking.filters import PractitionerFilter
from clinic.models import Mode
from clinic.models.care import modes_in_words

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
            {"words": chosen[name], "query": form.query_without(name), "then": who_fits(number)}
            for name, number in services.ways_out(people, wishes).items()
        ],
        "call": next((service for service in offered if service.confirms_itself), None),
    }


@register.inclusion_tag("booking/includes/people.html", takes_context=True)
def practitioners_offering(context, service):
    """Everybody who offers *service*, with their next open times for it; a fixed number of queries."""
    people = services.everybody(service.practitioners.active())
    found = services.find_practitioners(people, services.Wishes(service=service), timezone.now())
    return {"request": context.get("request"), "found": found, "way": None, "eager": 0, "brief": True}


@register.inclusion_tag("booking/includes/people.html", takes_context=True)
def some_practitioners(context, count):
    """The first *count* people in the practice's own order, with their next open times; a fixed number of queries."""
    people = list(services.everybody())[:count]
    found = services.find_practitioners(people, services.Wishes(), timezone.now())
    return {"request": context.get("request"), "found": found, "way": None, "eager": 0, "brief": True}


@register.filter
def met(slot, way=None):
    """How one meets at that time: “in person at Riverside or by video”; only the one *way* that was asked for."""
    ways = [way] if way else slot.modes
    at_place = _("in person at %(place)s") % {"place": slot.location.name}
    return _(" or ").join(at_place if one == Mode.IN_PERSON else one.label.lower() for one in ways)


register.filter(modes_in_words)


@register.filter
def eager_until(counter, last):
    """How the picture of that number is loaded: the first *last* at once, the others when they come near."""
    return "eager" if counter <= last else "lazy"


def who_fits(number: int) -> str:
    """Return “one person fits”, “three people fit”, “12 people fit”."""
    return ngettext("%(number)s person fits", "%(number)s people fit", number) % {"number": apnumber(number)}


def count_in_words(number: int, chosen: bool) -> str:
    """Return the sentence above the list; *chosen* tells whether anything was asked for."""
    match (number, chosen):
        case (0, True):
            return _("Nobody here fits all of what you chose.")
        case (0, False):
            return _("Nobody is shown here yet.")
        case (_number, True):
            text = _("%(who_fits)s what you chose.") % {"who_fits": who_fits(number)}
        case _:
            words = ngettext("%(number)s person works here.", "%(number)s people work here.", number)
            text = words % {"number": apnumber(number)}
    return text[:1].upper() + text[1:]
