"""The patient's own place on the waiting list, behind a secret link: see it, go on to an offer, leave."""

from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from booking import services
from booking.link_views import of_own, opened
from clinic.models import ClinicDetails

of_own_entry = of_own("waiting_list_entry")


@require_safe
@of_own_entry
def wish(request, entry):
    """The place on the list, how it stands, and the button to leave."""
    promised = entry.reply_by if entry.needs_answer() else None
    context = {
        "entry": entry,
        "zone": ClinicDetails.load(request).zone,
        "promised": promised,
        "late": bool(promised) and promised <= timezone.now(),
        "answer": entry.notes.order_by("pk").last(),
        "offer": entry.open_offer(),
    }
    return render(request, "booking/wish.html", context)


@require_POST
@of_own_entry
def see_offer(request, entry):
    """Go on to the time that is offered, to answer."""
    link = services.new_link(to=entry.open_offer(), now=timezone.now())
    return opened(link) if link else HttpResponseRedirect(reverse("booking:wish"), status=303)


@require_POST
@of_own_entry
def leave(request, entry):
    """Leave the list; whoever is off it already reads so on the page."""
    services.leave_list(entry_id=entry.pk, now=timezone.now())
    return HttpResponseRedirect(reverse("booking:wish"), status=303)
