"""Testimonials for other apps' templates."""

from django import template

from testimonials.models import Testimonial

register = template.Library()


@register.inclusion_tag("testimonials/includes/testimonials.html")
def latest_testimonials(count):
    """The newest *count* that may be shown."""
    return {"testimonials": Testimonial.objects.shown()[:count]}
