"""The patient's way: choose a service, choose a time, tell us how to reach you. Works without JavaScript."""

from datetime import date, timedelta

from django.core.exceptions import BadRequest
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import services
from booking.filters import TimesFilter
from booking.forms import AppointmentForm
from booking.models import Appointment, BookingRules
from booking.zones import known_zone
from clinic.models import ClinicDetails, ConsentText, Mode, Practitioner, Service

DAYS_SHOWN = 7
OTHER_TIMES = 6


@require_safe
def choose_service(request):
    """Step 1: what brings you here."""
    bookable = Service.objects.filter(bookable_online=True)
    return render(request, "booking/choose_service.html", {"services": bookable})


@require_safe
@never_cache
def choose_time(request, service):
    """Step 2: the open times, by day."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    now = timezone.now()
    details = ClinicDetails.load(request)
    chosen = TimesFilter(request.GET, service=service)
    practitioner, mode = chosen.chosen()
    slots = services.next_slots(service=service, practitioner=practitioner, mode=mode, now=now)
    first = first_day_shown(wanted_day(request), now.astimezone(details.zone).date(), slots)
    before = [slot for slot in slots if slot.day < first]
    after = [slot for slot in slots if slot.day >= first + timedelta(days=DAYS_SHOWN)]
    context = {
        "service": service,
        "filter": chosen,
        "practitioner": practitioner,
        "mode": mode,
        "days": by_day(slots, first, details),
        "next_slot": slots[0] if slots else None,
        "earlier": before[-1].day - timedelta(days=DAYS_SHOWN - 1) if before else None,
        "later": after[0].day if after else None,
        "zone": details.zone,
    }
    return render(request, "booking/choose_time.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_appointment(request, service, practitioner, starts_at):
    """Step 3: how to reach you; a POST asks for the time."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    practitioner = get_object_or_404(Practitioner.objects.active(), slug=practitioner, services=service)
    mode = wanted_mode(request)
    visit = {
        "service": service,
        "practitioner": practitioner,
        "starts_at": starts_at,
        "mode": mode,
        "now": timezone.now(),
    }
    refuse_bad_bytes(request)
    consent_text = ConsentText.objects.current(ConsentText.Purpose.BOOKING)
    zone = known_zone(request.GET.get("zone"))
    data = request.POST if request.method == "POST" else None
    form = AppointmentForm(data, consent_text=consent_text, patient_time_zone=zone)
    page = {**visit, "form": form, "visitor_zone": zone}
    if form.is_bound and form.is_valid():
        sent = {"submission_key": form.cleaned_data["submission_key"],
                "consent_seen": form.cleaned_data["consent_version"], "patient_time_zone": zone}  # fmt: skip
        try:
            stored = services.request_appointment(appointment=form.save(commit=False), **sent, **visit)
        except services.TimeTaken:
            return time_taken(request, page)
        except services.SubmissionChanged as change:
            page["first_request"] = change.appointment
            return render(request, "booking/sent_before.html", page, status=422)
        except services.ConsentChanged as change:
            form.ask_for_consent(change.text)
        except services.NumberNeeded:
            form.ask_for_number()
        else:
            return HttpResponseRedirect(reverse("booking:received", args=[stored.reference]), status=303)

    slot = services.find_slot(**visit)
    if slot is None:
        return time_taken(request, page)
    form.mode = page["mode"] = mode or slot.modes[0]
    page |= {"slot": slot, "reply_by": services.promised_answer(slot, page["now"])}
    status = 422 if form.is_bound else 200
    return render(request, "booking/request_appointment.html", page, status=status)


@require_safe
@never_cache
def request_received(request, reference):
    """What happens next. Whoever has the address learns no name and no time."""
    appointment = get_object_or_404(Appointment, reference=reference)
    return render(request, "booking/request_received.html", {"appointment": appointment})


def time_taken(request, page):
    """Answer 409: the time is gone, what was typed is kept, and these times are still open."""
    today = page["now"].astimezone(ClinicDetails.load(request).zone).date()
    day = page["starts_at"].astimezone(ClinicDetails.load(request).zone).date()
    wishes = [
        {"practitioner": page["practitioner"], "mode": page["mode"], "first": max(day, today)},
        {"practitioner": page["practitioner"], "mode": page["mode"]},
        {"mode": page["mode"]},
        {},
    ]  # the first of these that has open times is the nearest to what was wanted
    others = []
    for wish in wishes:
        others = services.next_slots(service=page["service"], now=page["now"], **wish)[:OTHER_TIMES]
        if others:
            break
    page |= {"slot": None, "others": others}
    return render(request, "booking/request_appointment.html", page, status=409)


def refuse_bad_bytes(request) -> None:
    """Raise BadRequest for a form that is not encoded as browsers do: Django would take its bytes for Latin-1."""
    if request.content_type == "application/x-www-form-urlencoded" and not request.body.isascii():
        raise BadRequest("a form with bytes that are not ASCII")


def wanted_mode(request) -> Mode | None:
    """Return the mode that the address names, None where it names none; raises Http404 for an unknown one."""
    wanted = request.GET.get("mode", "")
    if wanted and wanted not in Mode.values:
        raise Http404
    return Mode(wanted) if wanted else None


def wanted_day(request) -> date | None:
    """Return the day that `from` names, if it names one."""
    try:
        return parse_date(request.GET.get("from", ""))
    except ValueError:  # well formed, but no such day
        return None


def first_day_shown(wanted: date | None, today: date, slots) -> date:
    """Return where the page begins: the wanted day, moved so that it never shows nothing while something is open."""
    horizon = today + timedelta(days=BookingRules.load().horizon_days)
    first = min(max(wanted or today, today), horizon)
    later = [slot.day for slot in slots if slot.day >= first]
    if later and later[0] >= first + timedelta(days=DAYS_SHOWN):
        return later[0]
    return first


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
