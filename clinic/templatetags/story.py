"""Stories for templates; the rules are in `clinic.story`."""

from django import template
from django.utils.safestring import mark_safe
from wagtail.rich_text import expand_db_html

from clinic import story

register = template.Library()

register.filter("parts", story.parts_of)


@register.filter
def story_text(value, sources):
    """Rich text of a story, with “[1]” as a link to the first of the page's *sources* (a StreamValue, or nothing)."""
    html = expand_db_html(value.source if hasattr(value, "source") else value)
    return mark_safe(story.link_references(html, len(sources or ())))  # noqa: S308 - the editor's own HTML, as `richtext` gives it
