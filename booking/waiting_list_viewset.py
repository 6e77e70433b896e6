"""The waiting list in the admin: in fair order, each place with its wishes, an answer, and an offer."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Q, Value, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic

from booking import services
from booking.answered_viewset import AnsweredViewSet
from booking.models import Appointment, Message, Status, WaitingListEntry
from booking.permissions import waiting_list_policy
from booking.staff_actions import WORDS_LIMIT, act, back_to, choose_time, chosen_slot, record_call, words_of
from clinic.clock import short_moment
from clinic.models import ClinicDetails


class WaitingListView(generic.IndexView):
    """Those who wait, whoever came first on top: the order of offers. Then who must be called, then the rest."""

    page_title = gettext_lazy("Waiting list")

    def get_base_queryset(self):
        rows = WaitingListEntry.objects.visible_to(self.request.user).select_related("service", "practitioner")
        about_entry = Q(waiting_list_entry=OuterRef("pk")) | Q(
            appointment__waiting_list_entry=OuterRef("pk"), appointment__status=Status.OFFERED
        )
        return rows.annotate(
            zone=Value(ClinicDetails.load(self.request).time_zone),
            to_call=Exists(Message.objects.calls_to_make().filter(about_entry)),
            to_answer=Exists(WaitingListEntry.objects.unanswered().filter(pk=OuterRef("pk"))),
        )

    def order_queryset(self, queryset):
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        waiting = queryset.model.State.WAITING
        group = Case(When(state=waiting, then=0), When(to_call=True, then=1), default=2)
        return queryset.order_by(group, "requested_at", "pk")


class EntryView(generic.InspectView):
    """One place on the list: wishes, who, and what may be done."""

    page_title = gettext_lazy("Waiting list")

    def get_page_subtitle(self):
        return ""  # the number of the row tells nobody anything

    def get_object(self, queryset=None):
        rows = WaitingListEntry.objects.visible_to(self.request.user)
        return get_object_or_404(rows.select_related("service", "practitioner", "consent_text"), pk=self.pk)

    def get_context_data(self, **kwargs):
        entry, offers = self.object, self.object.offers.select_related("practitioner").order_by("requested_at")
        calls = list(entry.messages.calls_to_make().select_related("note"))
        may_change = waiting_list_policy.user_has_permission_for_instance(self.request.user, "change", entry)
        return super().get_context_data(
            entry=entry,
            zone=ClinicDetails.load(self.request).zone,
            may_change=may_change and entry.is_waiting(),
            calls=calls,
            words_to_tell=[one.note for one in calls if one.note],
            offers=offers,
            may_see={one.pk for one in offers & Appointment.objects.visible_to(self.request.user)},
            promised=entry.reply_by if entry.needs_answer() else None,
            offer=entry.open_offer(),
            notes=entry.notes.order_by("pk"),
            mails=entry.messages.filter(channel=Message.Channel.EMAIL).select_related("practitioner").order_by("pk"),
            words_limit=WORDS_LIMIT,
            **kwargs,
        )


def entry_to_change(request, pk) -> WaitingListEntry:
    """Return the place on the list if the user may act on it; raises Http404 or PermissionDenied."""
    entry = get_object_or_404(WaitingListEntry.objects.visible_to(request.user), pk=pk)
    if not waiting_list_policy.user_has_permission_for_instance(request.user, "change", entry):
        raise PermissionDenied
    return entry


@require_http_methods(["GET", "POST"])
def offer(request, pk):
    """Choose a time that fits and offer it."""
    entry = entry_to_change(request, pk)
    if request.method == "POST":
        slot = chosen_slot(request, entry.service)
        if slot is None:
            messages.error(request, _("Choose one of the open times."))
            return HttpResponseRedirect(request.get_full_path())
        done = _("Offered. The time is held until they answer or the offer ends.")
        return act(request, entry, done, services.offer_time, entry_id=pk, words=words_of(request), **slot)
    usual = {"practitioner": entry.practitioner.slug if entry.practitioner else "", "mode": entry.mode}
    return choose_time(request, entry.service, usual, {"back": reverse("waiting-list:inspect", args=[pk])}, entry=entry)


@require_POST
def answer(request, pk):
    """Answer in words, without a time."""
    entry, words = entry_to_change(request, pk), words_of(request)
    if not words:
        messages.error(request, _("Nothing was sent: please write an answer."))
        return back_to(entry, request.user)
    return act(request, entry, _("Answered."), services.answer_entry, entry_id=pk, words=words)


@require_POST
def close(request, pk):
    """Take somebody off the list."""
    entry, done = entry_to_change(request, pk), _("Taken off the list.")
    return act(request, entry, done, services.close_entry, told=False, entry_id=pk)


@require_POST
def called(request, pk, message):
    """Note that the patient was told by telephone."""
    return record_call(request, entry_to_change(request, pk), message)


def to_do(entry) -> str:
    """Return all that the list asks staff to do about *entry*, an empty text for nothing."""
    asked = {_("Tell them"): entry.to_call, _("Answer the wishes"): entry.to_answer}
    return "; ".join(words for words, needed in asked.items() if needed)


class WaitingListViewSet(AnsweredViewSet):
    """Places on the waiting list in the admin."""

    model = WaitingListEntry
    name = "waiting-list"
    icon = "list-ul"
    menu_label = gettext_lazy("Waiting list")
    menu_order = 55
    index_view_class = WaitingListView
    inspect_view_class = EntryView
    inspect_template_name = "booking/admin/waiting_list_entry.html"
    list_filter = ["state", "practitioner", "service", "mode"]
    list_display = [
        TitleColumn(
            "full_name",
            label=gettext_lazy("Name"),
            get_url=lambda one: reverse("waiting-list:inspect", args=[one.pk]),
        ),
        Column("service", label=gettext_lazy("Service")),
        Column("practitioner", label=gettext_lazy("With"), accessor=lambda one: one.practitioner or _("Anyone")),
        Column(
            "requested_at",
            label=gettext_lazy("Since"),
            accessor=lambda one: short_moment(one.requested_at, one.zone),
        ),
        Column("until", label=gettext_lazy("Until")),
        StatusTagColumn("get_state_display", label=gettext_lazy("State"), primary=lambda one: one.is_waiting()),
        Column("to_do", label=gettext_lazy("To do"), accessor=lambda one: to_do(one)),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/offer/", offer, name="offer"),
            path("<int:pk>/answer/", answer, name="answer"),
            path("<int:pk>/close/", close, name="close"),
            path("<int:pk>/called/<int:message>/", called, name="called"),
        ]
