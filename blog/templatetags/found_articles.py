"""The part of an article's `<head>` that search engines and social networks read."""

from django import template

from blog import found
from clinic.found import Surroundings

register = template.Library()


@register.inclusion_tag("includes/head_meta.html", takes_context=True)
def found_article(context, article):
    """Of an article."""
    return {"head": found.head_of_article(article, Surroundings.of(context.get("request")))}


@register.inclusion_tag("includes/head_meta.html", takes_context=True)
def found_listing(context, index, topic, number):
    """Of page *number* of the listing of all articles, or of those of *topic*."""
    here = Surroundings.of(context.get("request"))
    return {"head": found.head_of_listing(index, topic or None, number, here)}
