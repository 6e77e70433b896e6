"""The patient's way: choose a service, choose a time, tell us how to reach you. Works without JavaScript."""

from django.core.exceptions import BadRequest
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import services
from booking.days import days_shown, wanted_day, wanted_mode
from booking.filters import VisitorTimesFilter
from booking.forms import AppointmentForm, AskForm
from booking.manage_words import answer_is_late
from booking.models import Appointment, WaitingListEntry
from booking.zones import known_zone
from clinic.models import ClinicDetails, ConsentText, Practitioner, Service

OTHER_TIMES = 6
OPEN_NOW = 3  # open times above the form of those who found none


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
    chosen = VisitorTimesFilter(request.GET, service=service)
    practitioner, mode = chosen.chosen()
    slots = services.open_slots(service=service, practitioner=practitioner, mode=mode, now=now)
    context = {
        "service": service,
        "filter": chosen,
        "practitioner": practitioner,
        "mode": mode,
        **days_shown(slots, wanted_day(request), details, now),
    }
    return render(request, "booking/choose_time.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def request_appointment(request, service, practitioner, starts_at):
    """Step 3: how to reach you; a POST asks for the time."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    practitioner = get_object_or_404(
        Practitioner.objects.active().select_related("user"), slug=practitioner, services=service
    )
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
        sent = {"submission_key": form.cleaned_data["submission_key"], "consent_text": consent_text,
                "consent_seen": form.cleaned_data["consent_version"], "patient_time_zone": zone}  # fmt: skip
        try:
            stored = services.request_appointment(appointment=form.save(commit=False), **sent, **visit)
        except services.TimeTaken:
            return time_taken(request, page)
        except services.SubmissionChanged as change:
            page["first_request"] = change.stored
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
    page["mode"] = mode or slot.modes[0]
    form.show_mode(page["mode"])
    page |= {"slot": slot, "reply_by": services.promised_answer(slot.starts_at, page["now"], slot.practice)}
    status = 422 if form.is_bound else 200
    return render(request, "booking/request_appointment.html", page, status=status)


@require_safe
@never_cache
def request_received(request, reference):
    """What happens next. Whoever has the address learns no name and no time."""
    appointment = get_object_or_404(Appointment, reference=reference)
    move = appointment.open_move()
    late = answer_is_late(appointment, move, timezone.now())
    context = {"appointment": appointment, "move": move, "answer_is_late": late}
    return render(request, "booking/request_received.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def ask_without_time(request, service):
    """None of these times suits: which would, and a place on the waiting list."""
    service = get_object_or_404(Service, slug=service, bookable_online=True)
    refuse_bad_bytes(request)
    consent_text = ConsentText.objects.current(ConsentText.Purpose.BOOKING)
    wanted = service.practitioners.active().filter(slug=request.GET.get("practitioner", "").replace("\x00", "")).first()
    mode = wanted_mode(request)
    mode = mode if mode in service.modes else None
    now = timezone.now()
    wish = WaitingListEntry(practitioner=wanted, mode=mode or "")
    data = request.POST if request.method == "POST" else None
    form = AskForm(data, instance=wish, service=service, consent_text=consent_text)
    page = {"service": service, "form": form, "practitioner": wanted, "mode": mode}
    if not form.is_bound:  # who has written their wishes has seen what is open
        page["open_now"] = services.open_slots(service=service, practitioner=wanted, mode=mode, now=now)[:OPEN_NOW]
    if form.is_bound and form.is_valid():
        sent = {"submission_key": form.cleaned_data["submission_key"], "consent_text": consent_text,
                "consent_seen": form.cleaned_data["consent_version"]}  # fmt: skip
        try:
            services.ask_without_time(entry=form.save(commit=False), service=service, now=now, **sent)
        except services.SubmissionChanged:
            return render(request, "booking/wish_sent_before.html", page, status=422)
        except services.ConsentChanged as change:
            form.ask_for_consent(change.text)
        else:
            return HttpResponseRedirect(reverse("booking:wish_received"), status=303)
    return render(request, "booking/ask.html", page, status=422 if form.is_bound else 200)


@require_safe
@never_cache
def wish_received(request):
    """What happens next; says nothing about anybody."""
    return render(request, "booking/wish_received.html")


def time_taken(request, page):
    """Answer 409: the time is gone, what was typed is kept, and these times are still open."""
    zone = ClinicDetails.load(request).zone
    today, day = page["now"].astimezone(zone).date(), page["starts_at"].astimezone(zone).date()
    wishes = [
        {"practitioner": page["practitioner"], "mode": page["mode"], "first": max(day, today)},
        {"practitioner": page["practitioner"], "mode": page["mode"]},
        {"mode": page["mode"]},
        {},
    ]  # the first of these that has open times is the nearest to what was wanted
    others = []
    for wish in wishes:
        others = services.open_slots(service=page["service"], now=page["now"], **wish)[:OTHER_TIMES]
        if others:
            break
    page |= {"slot": None, "others": others}
    return render(request, "booking/request_appointment.html", page, status=409)


def refuse_bad_bytes(request) -> None:
    """Raise BadRequest for a form that is not encoded as browsers do: Django would take its bytes for Latin-1."""
    if request.content_type == "application/x-www-form-urlencoded" and not request.body.isascii():
        raise BadRequest("a form with bytes that are not ASCII")
