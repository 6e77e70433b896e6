"""Articles for other apps' templates."""

from django import template
from django.utils.formats import date_format
from django.utils.html import format_html

from blog.models import ArticlePage

register = template.Library()


@register.inclusion_tag("blog/includes/article_cards.html", takes_context=True)
def latest_articles(context, count):
    """The newest *count* articles as cards."""
    articles = ArticlePage.objects.readable().newest_first()[:count]
    return {"articles": articles, "request": context.get("request")}


@register.inclusion_tag("blog/includes/article_cards.html", takes_context=True)
def articles_by(context, practitioner, count=3):
    """The newest *count* articles that *practitioner* wrote."""
    articles = ArticlePage.objects.readable().filter(author=practitioner).newest_first()[:count]
    return {"articles": articles, "request": context.get("request"), "heading": True, "author": practitioner}


@register.inclusion_tag("blog/includes/reviewed_articles.html")
def articles_reviewed_by(practitioner, count=5):
    """The newest *count* articles that *practitioner* reviewed and somebody else wrote, as lines."""
    reviewed = ArticlePage.objects.readable().filter(reviewed_by=practitioner).exclude(author=practitioner)
    return {"articles": reviewed.newest_first()[:count], "reviewer": practitioner}


@register.filter
def person_link(practitioner, team_address):
    """The name of *practitioner*, as a link where they work here and the team's page can be read."""
    if not practitioner.active or not team_address:
        return practitioner.title
    return format_html('<a href="{}{}/">{}</a>', team_address, practitioner.slug, practitioner.title)


@register.filter
def date_element(day):
    """The date *day* as people write it, in an element that programs can read."""
    return format_html('<time datetime="{}">{}</time>', day.isoformat(), date_format(day, "F j, Y"))
