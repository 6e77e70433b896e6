"""Search over pages, people, services and places."""

from django.shortcuts import render
from django.views.decorators.http import require_safe
from wagtail.models import Page

from clinic.models import Location, Practitioner, Service

LONGEST_QUERY = 200
MOST_RESULTS = 20


@require_safe
def search(request):
    """Show what matches `q`; an empty query shows the form alone."""
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    context = {"query": query}
    if query:
        pages = Page.objects.live().public().filter(depth__gt=2)
        context["results"] = list(pages.search(query)[:MOST_RESULTS])
        context["practitioners"] = list(Practitioner.objects.active().search(query)[:MOST_RESULTS])
        context["services"] = list(Service.objects.search(query)[:MOST_RESULTS])
        context["locations"] = list(Location.objects.search(query)[:MOST_RESULTS])
        context["found"] = sum(len(context[name]) for name in ("results", "practitioners", "services", "locations"))
    return render(request, "clinic/search.html", context)
