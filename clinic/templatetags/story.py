"""Stories for templates; the rules are in `clinic.story`."""

from django import template
from django.utils.safestring import mark_safe
from wagtail.templatetags.wagtailcore_tags import richtext

from clinic import story

register = template.Library()

register.filter("parts", story.parts_of)


@register.simple_tag(takes_context=True)
def story_text(context, value):
    """Rich text of a story, with “[1]” as a link to the first source of the page that is shown, if it has any."""
    sources = getattr(context.get("page"), "sources", ())
    html = story.link_references(str(richtext(value)), len(sources))
    return mark_safe(html)  # noqa: S308 - the editor's own text as `richtext` made it safe, and links of ours
