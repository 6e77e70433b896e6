"""The patient's own appointment, behind a secret link and without an account: see, move, cancel, answer an offer."""

from datetime import timedelta

from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from booking import services
from booking.calendars import appointment_calendar, calendar_links
from booking.days import days_shown, wanted_day, wanted_mode
from booking.filters import ClockForm, VisitorTimesFilter
from booking.link_views import of_own, opened
from booking.manage_words import answer_is_late, heading, how_it_stands, what_was_done, why_not
from booking.models import AppointmentEvent, Status
from booking.zones import known_zone
from clinic.models import ClinicDetails, Mode, Practitioner

Kind = AppointmentEvent.Kind
of_own_appointment = of_own("appointment")


@require_safe
@of_own_appointment
def manage(request, appointment):
    """The appointment, and all that can be done with it."""
    return show(request, appointment)


def show(request, appointment, *, problem: str = "", status: int = 200):
    """The page of the appointment, with a *problem* in plain words where something could not be done."""
    now = timezone.now()
    details = ClinicDetails.load(request)
    to_come = appointment.holds_time(now)
    move = appointment.open_move()
    context = {
        "appointment": appointment,
        "heading": heading(appointment),
        "only_offered": appointment.was_only_offered(),
        "move": move,
        "words": words_with(appointment, move),
        "problem": problem,
        "to_come": to_come,
        "answer_is_late": answer_is_late(appointment, move, now),
        "clocks": ClockForm({"zone": appointment.visitor_zone}) if to_come and appointment.mode == Mode.VIDEO else None,
        "may_change": to_come and not appointment.is_offered(),
        "links": calendar_links(appointment, details) if appointment.is_confirmed() else None,
        "done": what_was_done(request.GET.get("done", ""), appointment, move, to_come),
    }
    return render(request, "booking/manage.html", context, status=status)


def words_with(appointment, move) -> str:
    """Return what staff wrote with the time that they offer or propose, and that waits for the patient's answer."""
    if not (appointment.is_offered() or (move and move.waits_for_patient())):
        return ""
    asked = appointment.events.filter(kind__in=[Kind.OFFERED, Kind.MOVE_PROPOSED]).select_related("note").last()
    return asked.note.text if asked and asked.note else ""


def act(request, appointment, done: str, service, **values):
    """Call *service*, then go back to the page, which says what is *done*; or say why it could not be."""
    try:
        service(now=timezone.now(), **values)
    except services.NotPossible as why:
        return refused(request, appointment, why)
    return back(done)


def chosen_of(request, answers: dict):
    """Return the one of *answers* whose button was pressed; raises Http404 for none."""
    try:
        return answers[request.POST.get("answer")]
    except KeyError as none:
        raise Http404 from none


def refused(request, appointment, why: services.NotPossible):
    """Answer 409: say *why* something could not be done, beside the appointment as it is by now."""
    appointment.refresh_from_db()
    return show(request, appointment, problem=why_not(why, appointment, timezone.now()), status=409)


def back(done: str):
    """Go back to the page of the appointment."""
    return HttpResponseRedirect(f"{reverse('booking:manage')}?done={done}", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_appointment
def cancel(request, appointment):
    """What cancelling means, then the button; a POST cancels, unless it has become late since that was said."""
    now = timezone.now()
    late = services.is_late(appointment, now)
    became_late = late and request.POST.get("late") == "no"
    if request.method == "POST" and not became_late:
        return act(request, appointment, "cancelled", services.cancel_own, appointment_id=appointment.pk)
    if not appointment.holds_time(now) or appointment.is_offered():
        return show(request, appointment, problem=how_it_stands(appointment, now), status=409)
    hours = appointment.service.late_cancellation_hours
    context = {
        "appointment": appointment,
        "late": late,
        "became_late": became_late,
        "late_from": appointment.starts_at - timedelta(hours=hours) if hours else None,
    }
    return render(request, "booking/cancel.html", context, status=409 if became_late else 200)


@require_POST
@of_own_appointment
def coming(request, appointment):
    """“I’m coming.”"""
    return act(request, appointment, "coming", services.confirm_attendance, appointment_id=appointment.pk)


@require_POST
@of_own_appointment
def choose_clock(request, appointment):
    """Whose clock is shown beside ours."""
    zone = known_zone(request.POST.get("zone"))
    services.set_patient_time_zone(appointment_id=appointment.pk, patient_time_zone=zone)
    return HttpResponseRedirect(reverse("booking:manage"), status=303)


@require_POST
@of_own_appointment
def answer_offer(request, appointment):
    """Take the time that the clinic offers, or leave it."""
    answers = {"accept": ("accepted", services.accept_offer), "decline": ("declined", services.decline_offer)}
    return act(request, appointment, *chosen_of(request, answers), appointment_id=appointment.pk)


@require_POST
@of_own_appointment
def see_place(request, appointment):
    """From a time that was offered, back to the place on the waiting list."""
    link = services.new_link(to=appointment.waiting_list_entry, now=timezone.now())
    return opened(link) if link else HttpResponseRedirect(reverse("booking:manage"), status=303)


@require_POST
@of_own_appointment
def answer_move(request, appointment, pk):
    """Take the other time that the clinic proposes, leave it, or take back one's own wish to move."""
    move = get_object_or_404(appointment.moves, pk=pk)
    answers = {
        "accept": ("moved", services.accept_move),
        "decline": ("kept", services.decline_move),
        "withdraw": ("kept", services.withdraw_move),
    }
    return act(request, appointment, *chosen_of(request, answers), move_id=move.pk)


@require_safe
@of_own_appointment
def choose_new_time(request, appointment):
    """The open times to which the appointment could move; its own time counts as open."""
    now = timezone.now()
    details = ClinicDetails.load(request)
    if not appointment.holds_time(now) or appointment.is_offered():
        return show(request, appointment, problem=how_it_stands(appointment, now), status=409)
    usual = {
        "practitioner": appointment.practitioner.slug,
        "mode": appointment.mode,
        "zone": appointment.patient_time_zone,
    }
    chosen = VisitorTimesFilter(
        request.GET or usual, service=appointment.service, known_zone=appointment.patient_time_zone
    )
    practitioner, mode = chosen.chosen()
    slots = services.open_slots(
        service=appointment.service, practitioner=practitioner, mode=mode, now=now, ignoring=appointment
    )
    slots = [slot for slot in slots if not is_same(slot, appointment, mode)]
    context = {
        "appointment": appointment,
        "filter": chosen,
        "practitioner": practitioner,
        "mode": mode,
        "needs_approval": services.needs_approval(appointment, now),
        **days_shown(slots, wanted_day(request), details, now),
    }
    return render(request, "booking/choose_new_time.html", context)


def is_same(slot, appointment, mode) -> bool:
    """Whether *slot* is what the appointment has already."""
    same = (slot.starts_at, slot.practitioner) == (appointment.starts_at, appointment.practitioner)
    return same and mode in (None, appointment.mode)


@require_http_methods(["GET", "HEAD", "POST"])
@of_own_appointment
def move(request, appointment, practitioner, starts_at):
    """Old and new time side by side, then the button; a POST moves, asks to, or asks for the new time instead."""
    practitioner = get_object_or_404(Practitioner.objects.active(), slug=practitioner, services=appointment.service)
    mode = wanted_mode(request)
    now = timezone.now()
    zone = known_zone(request.GET["zone"]) if "zone" in request.GET else None  # None: as they said before
    to = {"practitioner": practitioner, "starts_at": starts_at, "mode": mode, "now": now}
    if request.method == "POST":
        try:
            after = services.ask_to_move(appointment_id=appointment.pk, patient_time_zone=zone, **to)
        except services.TimeTaken:
            return time_taken(request, appointment)
        except services.NotPossible as why:
            return refused(request, appointment, why)
        if after.open_move():
            return back("asked")
        return back("changed" if after.is_waiting() else "moved")
    slot = services.find_slot(service=appointment.service, ignoring=appointment, **to)
    if slot is None:
        return time_taken(request, appointment)
    context = {
        "appointment": appointment,
        "slot": slot,
        "mode": services.mode_for(slot, mode, appointment.mode),
        "visitor_zone": appointment.patient_time_zone if zone is None else zone,
        "needs_approval": services.needs_approval(appointment, now),
        "reply_by": services.promised_answer(slot.starts_at, now, slot.practice) if appointment.is_waiting() else None,
        "late": services.is_late(appointment, now),
    }
    return render(request, "booking/move.html", context)


def time_taken(request, appointment):
    """Answer 409: the new time is gone, and nothing has changed."""
    problem = _("That time has just been taken. Your appointment is as it was; please choose another time.")
    appointment.refresh_from_db()
    return show(request, appointment, problem=problem, status=409)


@require_safe
@of_own_appointment
def calendar_file(request, appointment):
    """The visit as a file for a calendar."""
    if appointment.status not in (Status.CONFIRMED, Status.CANCELLED):
        raise Http404
    content = appointment_calendar(appointment, ClinicDetails.load(request), now=timezone.now())
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(content, content_type="text/calendar; charset=utf-8", headers=headers)
