"""Open times as JSON, for programs: what the page of open times shows, one entry for each start and mode."""

from datetime import date

from django import forms
from django.http import JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from booking import services
from booking.filters import TimesFilter
from clinic.models import ClinicDetails, Mode, Service

MOST_DAYS = 62


class OpeningsFilter(TimesFilter):
    """Whose times, how, and on which days: `practitioner`, `mode`, `from` and `to`, all of which may be left out."""

    def __init__(self, data, *, service, today: date):
        super().__init__(data, service=service)
        for name in ("from", "to"):
            self.fields[name] = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
        self.today = today
        self.full_clean()

    def days(self) -> tuple[date, int]:
        """Return the first day (default: today) and how many (default: as many as may be asked for)."""
        first = self.cleaned_data.get("from") or self.today
        last = self.cleaned_data.get("to")
        return first, (last - first).days + 1 if last else MOST_DAYS

    def mistake(self) -> str:
        """Return what is wrong with the address; empty where nothing is."""
        if self.errors:
            wrong = ", ".join(sorted(self.errors))
            return gettext("Not known here: %(names)s. Days are written like 2026-12-01.") % {"names": wrong}
        _first, days = self.days()
        if days < 1:
            return gettext("“to” is before “from”.")
        if days > MOST_DAYS:
            words = ngettext("Ask for at most %(days)s day.", "Ask for at most %(days)s days.", MOST_DAYS)
            return words % {"days": MOST_DAYS}
        return ""


@require_safe
@never_cache
def openings_json(request, service):
    """The open times of one service; 400 with the reason where the address asks for what is not there."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    now, zone = timezone.now(), ClinicDetails.load(request).zone
    asked = OpeningsFilter(request.GET, service=service, today=now.astimezone(zone).date())
    if mistake := asked.mistake():
        return JsonResponse({"error": mistake}, status=400)
    first, days = asked.days()
    practitioner, mode = asked.chosen()
    found = services.open_slots_by_mode(
        service=service, practitioner=practitioner, mode=mode, now=now, first=first, days=days
    )
    entries = [(slot, one) for one, slots in found.items() for slot in slots]
    entries.sort(key=lambda entry: entry[0].starts_at)  # of one start, modes stay in their order
    site = request.build_absolute_uri("/").rstrip("/")
    return JsonResponse(
        {"timezone": zone.key, "openings": [{**opening(*entry), "url": site + address(*entry)} for entry in entries]}
    )


def opening(slot: services.Slot, mode: Mode) -> dict:
    """Return what is told of *slot* in *mode*; a place only where one goes there."""
    return {
        "start": slot.starts_at.astimezone(slot.zone).isoformat(),
        "end": slot.ends_at.astimezone(slot.zone).isoformat(),
        "practitioner": slot.practitioner.slug,
        "location": slot.location.slug if mode == Mode.IN_PERSON else None,
        "mode": mode,
    }


def address(slot: services.Slot, mode: Mode) -> str:
    """Return where *slot* is asked for in *mode*."""
    names = [slot.service.slug, slot.practitioner.slug, slot.starts_at]
    return f"{reverse('booking:request_appointment', args=names)}?mode={mode}"
