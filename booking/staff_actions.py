"""What staff do with one appointment: each address checks who asks, calls one service, and goes back to the screen.

What the screens of the waiting list do in the same way stands here too: `act`, `choose_time`, `record_call`.
"""

from datetime import datetime, timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from booking import services
from booking.days import by_day, first_day_shown, wanted_day
from booking.filters import TimesFilter
from booking.models import REASONS_TO_DECLINE, Appointment, AppointmentEvent, ContactBy
from booking.permissions import appointment_policy
from clinic.models import ClinicDetails, Mode, Practitioner, Service, User

WORDS_LIMIT = 2000
WEEK = timedelta(days=7)


def appointment_to_change(request, pk) -> Appointment:
    """Return the appointment if the user may act on it; raises Http404 or PermissionDenied."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    if not appointment_policy.user_has_permission_for_instance(request.user, "change", appointment):
        raise PermissionDenied
    return appointment


def back_to(about, user: User) -> HttpResponseRedirect:
    """Redirect to the own screen of an appointment or of a place on the waiting list.

    To the list where *user* does not see it any more, as who has given a visit to a colleague.
    """
    screens = "appointments" if isinstance(about, Appointment) else "waiting-list"
    if not type(about).objects.visible_to(user).filter(pk=about.pk).exists():
        return HttpResponseRedirect(reverse(f"{screens}:index"))
    return HttpResponseRedirect(reverse(f"{screens}:inspect", args=[about.pk]))


@require_POST
def confirm(request, pk):
    """Say yes."""
    appointment = appointment_to_change(request, pk)
    return act(request, appointment, _("Confirmed."), services.confirm_appointment, appointment_id=pk)


@require_POST
def decline(request, pk):
    """Say no, with a few kind words if wanted."""
    appointment = appointment_to_change(request, pk)
    reason = request.POST.get("reason")
    reason = reason if reason in REASONS_TO_DECLINE else REASONS_TO_DECLINE[0]
    if reason == AppointmentEvent.Reason.PRACTICE:
        done = _("Declined. The time is open again; enter time off if nobody is here then.")
    else:
        done = _("Declined. The time is open again, or offered to whoever waits for it.")
    values = {"appointment_id": pk, "words": words_of(request), "reason": reason}
    return act(request, appointment, done, services.decline_appointment, **values)


@require_POST
def cancel(request, pk):
    """Cancel what was confirmed or offered, for the patient or for us, with a few kind words if wanted."""
    appointment, by_patient = appointment_to_change(request, pk), request.POST.get("by") == "patient"
    if by_patient:
        done = _("Cancelled. The time is open again, or offered to whoever waits for it.")
    else:
        done = _("Cancelled. The time is open again; enter time off if nobody is here then.")
    values = {"appointment_id": pk, "words": words_of(request), "by_patient": by_patient}
    return act(request, appointment, done, services.cancel_appointment, **values)


@require_POST
def attendance(request, pk):
    """Say whether the visit took place."""
    appointment, came = appointment_to_change(request, pk), request.POST.get("came")
    if came not in ("yes", "no"):
        raise Http404
    values = {"appointment_id": pk, "came": came == "yes"}
    return act(request, appointment, _("Noted."), services.mark_attendance, told=False, **values)


@require_POST
def answer_move(request, pk, move):
    """Say yes or no to a move that the patient asked for; take back what was proposed, or note what they said to it."""
    appointment = appointment_to_change(request, pk)
    move = get_object_or_404(appointment.moves, pk=move)
    match request.POST.get("answer"):
        case "accept":
            return act(request, appointment, _("Moved."), services.accept_move, move_id=move.pk)
        case "decline":
            done = _("Declined. The old time stays.")
            return act(request, appointment, done, services.decline_move, move_id=move.pk, words=words_of(request))
        case "agreed":
            return act(request, appointment, _("Moved."), services.accept_move, move_id=move.pk, for_patient=True)
        case "refused":
            values = {"move_id": move.pk, "for_patient": True, "told": False}
            return act(request, appointment, _("Noted. The old time stays."), services.decline_move, **values)
        case "withdraw":
            done = _("Taken back. The old time stays.")
            return act(request, appointment, done, services.withdraw_move, move_id=move.pk)
    raise Http404


@require_POST
def answer_offer(request, pk):
    """Note what the patient said to the time that is offered to them."""
    appointment = appointment_to_change(request, pk)
    answer = request.POST.get("answer")
    if answer == "agreed":
        return act(request, appointment, _("Confirmed."), services.accept_offer, appointment_id=pk)
    if answer != "refused":
        raise Http404
    done = _("Noted. The time is open again, or offered to whoever waits for it.")
    return act(request, appointment, done, services.decline_offer, told=False, appointment_id=pk)


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """Choose another time; propose it to the patient, or move at once where the patient has agreed."""
    appointment = appointment_to_change(request, pk)
    if request.method == "POST":
        slot = chosen_slot(request, appointment.service)
        if slot is None:
            messages.error(request, _("Choose one of the open times."))
            return HttpResponseRedirect(request.get_full_path())
        agreed = request.POST.get("agreed") == "yes"
        done = _("Moved.") if agreed else _("Both times are held until the patient answers or the proposal ends.")
        service = services.move_agreed if agreed else services.propose_move
        return act(request, appointment, done, service, appointment_id=pk, words=words_of(request), **slot)
    usual = {"practitioner": appointment.practitioner.slug, "mode": appointment.mode}
    context = {"back": reverse("appointments:inspect", args=[pk])}
    return choose_time(request, appointment.service, usual, context, appointment=appointment)


def choose_time(request, service: Service, usual: dict, context: dict, appointment=None, entry=None):
    """Show the open times of *service*, at first those of *usual*, as a form that sends one of them.

    For a place on the waiting list, *entry*, those that fit its wishes, until staff want to see all.
    """
    now, details = timezone.now(), ClinicDetails.load(request)
    all_times = entry is None or "all" in request.GET
    asked = {name: value for name, value in request.GET.items() if name != "all"}
    chosen = TimesFilter(asked or usual, service=service)
    practitioner, mode = chosen.chosen()
    wish = {"service": service, "practitioner": practitioner, "mode": mode}
    slots = services.open_slots(**wish, now=now, ignoring=appointment, by_staff=True)
    if not all_times:
        slots = [slot for slot in slots if entry.fits(slot.starts_at.astimezone(slot.zone))]
    first = first_day_shown(wanted_day(request), slots[0].day, slots) if slots else None
    later = next((slot.day for slot in slots if slot.day >= first + WEEK), None) if first else None
    days = by_day(slots, first, details) if first else []
    for day in days:
        usual_mode = (appointment or entry).mode
        day["choices"] = [(slot, services.mode_for(slot, mode, usual_mode)) for slot in day["slots"]]
    context |= {
        "appointment": appointment,
        "entry": entry,
        "all_times": all_times,
        "filter": chosen,
        "mode": mode,
        "days": [day for day in days if day["slots"]],
        "later": later,
        "practitioner": practitioner,
        "words_limit": WORDS_LIMIT,
    }
    return render(request, "booking/admin/choose_time.html", context)


def chosen_slot(request, service: Service) -> dict | None:
    """Return practitioner, start and mode that the form of `choose_time` sent; None where it sent none that can be."""
    slug, start, mode = (*request.POST.get("slot", "").replace("\x00", "").split(" "), "", "", "")[:3]
    person = Practitioner.objects.active().filter(slug=slug, services=service).first()
    try:
        starts_at = datetime.fromisoformat(start)
    except ValueError:
        return None
    if person is None or starts_at.tzinfo is None or not 2000 <= starts_at.year <= 2100:
        return None
    return {"practitioner": person, "starts_at": starts_at, "mode": Mode(mode) if mode in Mode.values else None}


def words_of(request) -> str:
    """Return the words that staff want to add to the message."""
    return request.POST.get("words", "").replace("\x00", "").strip()


def act(request, about, done: str, service, *, told: bool = True, **values):
    """Call *service*, say what came of it, and go back to the screen of *about*, which the user may change.

    *told*: whether the patient hears of it.
    """
    if len(values.get("words", "")) > WORDS_LIMIT:
        messages.error(request, _("Nothing was sent: please use at most %s letters.") % WORDS_LIMIT)
        return back_to(about, request.user)
    try:
        after = service(user=request.user, now=timezone.now(), **values)
    except (services.NotPossible, services.EntryClosed) as why:
        messages.warning(request, _("Nothing was changed, this is not possible any more: %s.") % why)
    except services.TimeTaken:
        messages.warning(request, _("Nothing was changed: that time has just been taken."))
    else:
        concerned = after if isinstance(after, Appointment) else about  # of an offer the appointment's messages tell
        messages.success(request, f"{done} {how_told(concerned)}" if told else done)
    return back_to(about, request.user)


def how_told(about) -> str:
    """Return how the patient hears of it: by itself, or by somebody here."""
    if about.messages.calls_to_make().exists():
        return _("Now please tell the patient; the yellow line at the appointment or here says how.")
    if about.messages.to_patients().last().overtaken_at:
        return _("The patient has not heard of it yet, so there is nothing to tell.")
    if about.contact_by == ContactBy.EMAIL:
        return _("The patient is being told by email.")
    return _("The patient knows it from you.")


@require_POST
def called(request, pk, message):
    """Note that the patient was told by telephone."""
    return record_call(request, appointment_to_change(request, pk), message)


def record_call(request, about, message: int):
    """Note that the patient was told *message*, one of those about *about*."""
    get_object_or_404(about.messages, pk=message)
    return act(request, about, _("Noted."), services.record_call, told=False, message_id=message)


urlpatterns = [
    path("<int:pk>/confirm/", confirm, name="confirm"),
    path("<int:pk>/decline/", decline, name="decline"),
    path("<int:pk>/cancel/", cancel, name="cancel"),
    path("<int:pk>/attendance/", attendance, name="attendance"),
    path("<int:pk>/offer/", answer_offer, name="answer_offer"),
    path("<int:pk>/move/", move, name="move"),
    path("<int:pk>/move/<int:move>/", answer_move, name="answer_move"),
    path("<int:pk>/called/<int:message>/", called, name="called"),
]
