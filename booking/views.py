"""The patient's way: choose a service, choose a time, tell us how to reach you. Works without JavaScript."""

from datetime import date, timedelta

from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods

from booking import services
from booking.forms import AppointmentForm, TimesFilter
from booking.models import Appointment, BookingRules
from clinic.models import ClinicDetails, Mode, Practitioner, Service

DAYS_SHOWN = 7
OTHER_TIMES = 6


@require_GET
def choose_service(request):
    """Step 1: what brings you here."""
    bookable = Service.objects.filter(bookable_online=True)
    return render(request, "booking/choose_service.html", {"services": bookable})


@require_GET
@never_cache
def choose_time(request, service):
    """Step 2: the open times, by day."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    now = timezone.now()
    details = ClinicDetails.load(request)
    today = now.astimezone(details.zone).date()
    last_day = today + timedelta(days=BookingRules.load(request).horizon_days)
    chosen = TimesFilter(request.GET, service=service)
    practitioner, mode = chosen.chosen()
    first = min(max(wanted_day(request, today), today), last_day)

    upcoming = services.next_slots(
        service=service, practitioner=practitioner, mode=mode, now=now, first=first, count=None
    )
    next_slot = upcoming[0] if upcoming else None
    if next_slot and next_slot.day >= first + timedelta(days=DAYS_SHOWN):
        first = next_slot.day  # never an empty page while there is something to show
    context = {
        "service": service,
        "filter": chosen,
        "practitioner": practitioner,
        "mode": mode,
        "days": by_day(upcoming, first, details),
        "next_slot": next_slot,
        "earlier": max(first - timedelta(days=DAYS_SHOWN), today) if first > today else None,
        "later": later_day(upcoming, first),
        "zone": details.zone,
    }
    return render(request, "booking/choose_time.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_appointment(request, service, practitioner, starts_at):
    """Step 3: how to reach you; a POST asks for the time."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    practitioner = get_object_or_404(Practitioner.objects.active(), slug=practitioner, services=service)
    visit = {"service": service, "practitioner": practitioner, "starts_at": starts_at, "now": timezone.now()}
    mode = wanted_mode(request)
    form = AppointmentForm(request.POST if request.method == "POST" else None)
    page = {**visit, "form": form}
    if form.is_bound and form.is_valid():
        key = form.cleaned_data["submission_key"]
        appointment = form.save(commit=False)
        try:
            stored = services.request_appointment(appointment=appointment, submission_key=key, mode=mode, **visit)
        except services.TimeTaken:
            return time_taken(request, page)
        except services.SubmissionChanged as change:
            page["sent_before"] = change.appointment
        else:
            return HttpResponseRedirect(reverse("booking:received", args=[stored.reference]), status=303)

    slot = services.find_slot(**visit)
    if slot is None or (mode and mode not in slot.modes):
        return time_taken(request, page)
    reply_by = services.promised_answer(slot, page["now"])
    page |= {"slot": slot, "mode": mode or slot.modes[0], "reply_by": reply_by}
    status = 422 if form.is_bound else 200
    return render(request, "booking/request_appointment.html", page, status=status)


@require_GET
@never_cache
def request_received(request, reference):
    """What happens next. Whoever has the address learns no name and no time."""
    appointment = get_object_or_404(Appointment, reference=reference)
    return render(request, "booking/request_received.html", {"appointment": appointment})


def time_taken(request, page):
    """Answer 409: the time is gone, what was typed is kept, and these times are still open."""
    zone = ClinicDetails.load(request).zone
    around = {
        "service": page["service"],
        "now": page["now"],
        "first": page["starts_at"].astimezone(zone).date(),
        "count": OTHER_TIMES,
    }
    others = services.next_slots(practitioner=page["practitioner"], **around) or services.next_slots(**around)
    page |= {"slot": None, "others": others, "mode": wanted_mode(request)}
    return render(request, "booking/request_appointment.html", page, status=409)


def wanted_mode(request) -> Mode | None:
    """Return the mode that the address names; None where it names none that we know."""
    wanted = request.GET.get("mode", "")
    return Mode(wanted) if wanted in Mode.values else None


def wanted_day(request, today: date) -> date:
    """Return the day that `from` names, or today."""
    try:
        return parse_date(request.GET.get("from", "")) or today
    except ValueError:  # well formed, but no such day
        return today


def by_day(slots, first: date, details: ClinicDetails) -> list[dict]:
    """Return the days from *first* that have open times or are closed, with both."""
    days = []
    closures = list(details.closures.all())
    for offset in range(DAYS_SHOWN):
        day = first + timedelta(days=offset)
        closure = next((one for one in closures if one.starts_on <= day <= one.ends_on), None)
        open_then = [slot for slot in slots if slot.day == day]
        if open_then or closure:
            days.append({"day": day, "slots": open_then, "closure": closure})
    return days


def later_day(slots, first: date) -> date | None:
    """Return the day on which the next page begins, or None where nothing is open after this one."""
    end = first + timedelta(days=DAYS_SHOWN)
    return end if any(slot.day >= end for slot in slots) else None
