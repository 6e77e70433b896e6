"""The calendar that a practitioner's calendar program subscribes to, by an address that is a secret."""

from django.http import HttpResponse, HttpResponseNotFound
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from booking.calendars import practitioner_calendar
from booking.services.feeds import appointments_in_feed, find_feed

NOT_KEPT = {"Cache-Control": "private, no-store"}


@csrf_exempt  # calendar programs try other methods first and must hear 405; nothing is changed here
@require_safe
def calendar_feed(request, token):
    """The visits of the practitioner whose secret is *token*; one and the same 404 for all other tokens."""
    feed = find_feed(token)
    if feed is None:
        words = _("There is no such calendar.")
        return HttpResponseNotFound(words, content_type="text/plain; charset=utf-8", headers=NOT_KEPT)
    now = timezone.now()
    calendar = practitioner_calendar(appointments_in_feed(feed, now=now), names=feed.names, now=now)
    # Without a name of its own, a file that a browser saves would be called by the secret.
    headers = {**NOT_KEPT, "Content-Disposition": 'inline; filename="appointments.ics"'}
    return HttpResponse(calendar, content_type="text/calendar; charset=utf-8", headers=headers)
