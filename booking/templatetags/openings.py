"""Open times for other apps' templates."""

from django import template
from django.utils import timezone

from booking.services import next_slots
from clinic.models import Service

register = template.Library()


@register.inclusion_tag("booking/includes/next_openings.html")
def next_openings(practitioner, count=3):
    """The next *count* open times of *practitioner*, for the first service that they confirm themselves."""
    service = practitioner.services.filter(bookable_online=True, confirmation=Service.Confirmation.STAFF).first()
    if service is None:
        return {"slots": []}
    slots = next_slots(service=service, practitioner=practitioner, now=timezone.now())[:count]
    return {"slots": slots, "service": service, "practitioner": practitioner}


@register.inclusion_tag("booking/includes/next_openings.html")
def next_openings_of(service, count=3):
    """The next *count* open times of *service* with anybody."""
    slots = next_slots(service=service, now=timezone.now())[:count]
    return {"slots": slots, "service": service}
