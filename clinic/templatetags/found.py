"""The part of a page's `<head>` that search engines and social networks read."""

from django import template
from wagtail.models import Page

from clinic import found

register = template.Library()


def as_context(head: found.Head | None) -> dict:
    """Return the context of the template that writes *head*."""
    return {"head": head}


def in_head(function):
    """Register *function* (context, …), which returns a Head, as a tag that writes it."""
    return register.inclusion_tag("includes/head_meta.html", takes_context=True)(function)


@in_head
def found_page(context, number=1):
    """Of the page that is shown, if it is one; *number* is that of the part of its list."""
    page = context.get("page")
    return as_context(found.head_of_page(page, surroundings(context), number) if isinstance(page, Page) else None)


@in_head
def found_practitioner(context, practitioner):
    """Of a person's page."""
    return as_context(found.head_of_practitioner(context["page"], practitioner, surroundings(context)))


@in_head
def found_service(context, service):
    """Of a service's page."""
    return as_context(found.head_of_service(context["page"], service, surroundings(context)))


@in_head
def found_location(context, location):
    """Of a place's page."""
    return as_context(found.head_of_location(context["page"], location, surroundings(context)))


@in_head
def found_view(context, path, title, description):
    """Of an address that is not a page."""
    return as_context(found.head_of_view(path, title, description, surroundings(context)))


def surroundings(context) -> found.Surroundings:
    """Return what the request of *context* stands in."""
    return found.Surroundings.of(context.get("request"))
