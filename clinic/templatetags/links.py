"""Links that lead to other sites, for templates; the rules stand in `clinic.links`."""

from django import template

from clinic import links

register = template.Library()

for rule in (links.is_sponsored, links.link_rel, links.mark_outside_links, links.outside_host):
    register.filter(rule.__name__, rule)
