"""Stories for templates; the rules are in `clinic.story`."""

from django import template
from django.utils.safestring import mark_safe
from wagtail.templatetags.wagtailcore_tags import richtext

from clinic import story

register = template.Library()

register.filter("parts", story.parts_of)


@register.filter
def story_text(value, sources):
    """Rich text of a story, with “[1]” as a link to the first of the page's *sources* (a StreamValue, or nothing)."""
    html = story.link_references(str(richtext(value)), len(sources or ()))
    return mark_safe(html)  # noqa: S308 - the editor's own text as `richtext` made it safe, and links of ours
