"""The staff's screens for secret addresses: whose calendar has one, and a new one."""

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.viewsets.base import ViewSet
from wagtail.log_actions import log

from booking.models import CalendarFeed
from booking.permissions import appointment_policy, practitioners_for
from booking.services.feeds import renew_feed
from clinic.models import ClinicDetails


class FeedForm(forms.ModelForm):
    """What the calendar shows."""

    class Meta:
        model = CalendarFeed
        fields = ["names"]


class FeedsMenuItem(MenuItem):
    """Shown to those who may subscribe to a calendar."""

    def is_shown(self, request):
        return appointment_policy.user_has_permission(request.user, "change")


def practitioners_to_show(request):
    """Return whose calendars the user may subscribe to; raises PermissionDenied for those who may to none."""
    if not appointment_policy.user_has_permission(request.user, "change"):
        raise PermissionDenied
    return practitioners_for(request.user)


@require_safe
def feeds(request):
    """Whose calendar has a secret address, and since when."""
    people = practitioners_to_show(request).select_related("calendar_feed")
    context = {"people": people, "zone": ClinicDetails.load(request).zone}
    return render(request, "booking/admin/feeds.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def renew(request, pk):
    """Ask once, then make a new secret address and show it: here and now, and never again."""
    person = get_object_or_404(practitioners_to_show(request).select_related("calendar_feed"), pk=pk)
    feed = getattr(person, "calendar_feed", None)
    form = FeedForm(request.POST or None, instance=feed)
    page = {"person": person, "feed": feed, "form": form, "zone": ClinicDetails.load(request).zone}
    if request.method != "POST":
        return render(request, "booking/admin/feed_renew.html", page)
    names = form.is_valid() and form.cleaned_data["names"]  # one box to tick: there is nothing to get wrong
    with transaction.atomic():
        secret = renew_feed(practitioner=person, names=names, now=timezone.now())
        log(CalendarFeed.objects.get(practitioner=person), "wagtail.edit", user=request.user)
    page["address"] = settings.SITE_URL + reverse("calendar_feed", args=[secret])
    return render(request, "booking/admin/feed_address.html", page)


class FeedViewSet(ViewSet):
    """Calendars for the calendar programs of those who see patients."""

    name = "calendar-feeds"
    icon = "calendar"
    menu_label = gettext_lazy("Calendars")
    menu_order = 90
    menu_hook = "register_hours_menu_item"
    menu_item_class = FeedsMenuItem

    def get_urlpatterns(self):
        return [
            path("", feeds, name="index"),
            path("<int:pk>/new/", renew, name="renew"),
        ]
