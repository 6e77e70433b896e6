"""Testimonials for other apps' templates. Which may be shown is asked anew each time."""

from django import template

from testimonials.models import Testimonial

register = template.Library()


@register.inclusion_tag("testimonials/includes/testimonials.html")
def latest_testimonials(count):
    """The newest *count* that may be shown."""
    return {"testimonials": Testimonial.objects.shown_anywhere()[:count]}


@register.simple_tag
def testimonials_to_show(count):
    """Return the newest *count* that may be shown, for a page that has more to say around them."""
    return Testimonial.objects.shown_anywhere()[:count]


@register.inclusion_tag("testimonials/includes/about_service.html", takes_context=True)
def testimonials_about(context, service, count):
    """A section with the newest *count* about *service*; nothing, the heading included, where there are none."""
    stories = Testimonial.objects.shown_anywhere().filter(service=service)[:count]
    return {"testimonials": stories, "service": service, "request": context.get("request")}


@register.simple_tag
def testimonials_of_block(value):
    """Return those that a StoriesBlock's *value* chose and that may be shown, in its order; else the latest."""
    chosen = [story.pk for story in value["chosen"] if story]
    shown = Testimonial.objects.shown_anywhere()
    if not value["chosen"]:
        return shown[: value["count"]]
    found = {story.pk: story for story in shown.filter(pk__in=chosen)}
    return [found[pk] for pk in chosen if pk in found]
