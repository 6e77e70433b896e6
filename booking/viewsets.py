"""The staff's way: the inbox of requests, and one request with its two answers."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Q, When
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import HeaderButton

from booking import services
from booking.models import Appointment, Message, Status
from booking.permissions import appointment_policy
from clinic.clock import short_moment
from clinic.models import ClinicDetails

WORDS_LIMIT = 2000
MOST_FOUND = 50


class InboxView(generic.IndexView):
    """Requests that wait for an answer, the earliest promise on top; then what is coming; then all the rest."""

    page_title = gettext_lazy("Appointments")

    @cached_property
    def header_buttons(self):
        return [HeaderButton(_("Find a person"), url=reverse("appointments:find"), icon_name="search")]

    def get_base_queryset(self):
        rows = Appointment.objects.visible_to(self.request.user).select_related("service", "practitioner")
        return rows.annotate(to_call=Exists(Message.objects.calls_to_make().filter(appointment=OuterRef("pk"))))

    def order_queryset(self, queryset):
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        waiting = Q(status=Status.REQUESTED)
        coming = Q(status=Status.CONFIRMED, starts_at__gte=timezone.now())
        group = Case(When(waiting | Q(to_call=True), then=0), When(coming, then=1), default=2)
        promise = Case(When(waiting, then="reply_by"))
        soonest_first = Case(When(waiting | coming, then="starts_at"))
        return queryset.order_by(group, promise, soonest_first, "-starts_at", "pk")


class AppointmentView(generic.InspectView):
    """One appointment: what was asked for, what may be answered, what happened."""

    template_name = "booking/admin/appointment.html"
    page_title = gettext_lazy("Appointment")

    def get_object(self, queryset=None):
        rows = Appointment.objects.visible_to(self.request.user)
        rows = rows.select_related("service", "practitioner", "location", "consent_text")
        return get_object_or_404(rows, pk=self.pk)

    def get_context_data(self, **kwargs):
        appointment = self.object
        return super().get_context_data(
            appointment=appointment,
            may_answer=appointment.is_waiting()
            and appointment_policy.user_has_permission_for_instance(self.request.user, "change", appointment),
            may_cancel=appointment.is_confirmed()
            and appointment.starts_at > timezone.now()
            and appointment_policy.user_has_permission_for_instance(self.request.user, "change", appointment),
            call=appointment.messages.calls_to_make().select_related("event__note").last(),
            events=appointment.events.select_related("user", "note"),
            mails=appointment.messages.filter(channel=Message.Channel.EMAIL),
            words_limit=WORDS_LIMIT,
            **kwargs,
        )


class WaitingPanel(Component):
    """On the first screen after signing in: who waits for an answer."""

    name = "waiting"
    order = 50
    template_name = "booking/admin/waiting_panel.html"
    SHOWN = 5

    def get_context_data(self, parent_context):
        request = parent_context["request"]
        mine = Appointment.objects.visible_to(request.user).select_related("service", "practitioner")
        waiting = mine.waiting()
        return {
            "waiting": waiting[: self.SHOWN],
            "count": waiting.count(),
            "to_call": mine.filter(messages__in=Message.objects.calls_to_make()).distinct(),
            "not_told": mine.filter(messages__in=Message.objects.in_trouble()).distinct(),
            "no_front_desk": not ClinicDetails.load(request).front_desk_email,
        }


@require_http_methods(["GET", "POST"])
def find(request):
    """Find by name, email, telephone or reference. The words travel in a POST: an address would be logged."""
    if not appointment_policy.user_has_permission(request.user, "view"):
        raise PermissionDenied
    words = request.POST.get("words", "").replace("\x00", "")[:254]
    found = Appointment.objects.visible_to(request.user).matching(words)
    found = found.select_related("service", "practitioner").order_by("-starts_at")
    context = {"words": words, "found": found[:MOST_FOUND], "asked": request.method == "POST"}
    return render(request, "booking/admin/find.html", context)


def appointment_to_change(request, pk) -> Appointment:
    """Return the appointment if the user may act on it; raises Http404 or PermissionDenied."""
    appointment = get_object_or_404(Appointment.objects.visible_to(request.user), pk=pk)
    if not appointment_policy.user_has_permission_for_instance(request.user, "change", appointment):
        raise PermissionDenied
    return appointment


def back_to(appointment) -> HttpResponseRedirect:
    """Redirect to the appointment's own screen."""
    return HttpResponseRedirect(reverse("appointments:inspect", args=[appointment.pk]))


@require_POST
def confirm(request, pk):
    """Say yes."""
    return act(request, pk, services.confirm_appointment, _("Confirmed."))


@require_POST
def decline(request, pk):
    """Say no, with a few kind words if wanted."""
    done = _("Declined. The time is open again.")
    return act(request, pk, services.decline_appointment, done, words=words_of(request))


@require_POST
def cancel(request, pk):
    """Cancel what was confirmed, with a few kind words if wanted."""
    done = _("Cancelled. The time is open again.")
    return act(request, pk, services.cancel_appointment, done, words=words_of(request))


def words_of(request) -> str:
    """Return the words that staff want to add to the message."""
    return request.POST.get("words", "").replace("\x00", "").strip()


def act(request, pk, service, done: str, **words):
    """Call *service* for the appointment, say what came of it, and go back to its screen."""
    appointment = appointment_to_change(request, pk)
    if len(words.get("words", "")) > WORDS_LIMIT:
        messages.error(request, _("Nothing was sent: please use at most %s letters.") % WORDS_LIMIT)
        return back_to(appointment)
    try:
        service(appointment_id=pk, user=request.user, now=timezone.now(), **words)
    except services.AnswerNotPossible as why:
        messages.warning(request, _("Nothing was changed, this is not possible any more: %s.") % why)
    else:
        call = appointment.messages.calls_to_make().exists()
        told = _("Now please tell the patient; see below how.") if call else _("The patient is being told by email.")
        messages.success(request, f"{done} {told}")
    return back_to(appointment)


@require_POST
def called(request, pk, message):
    """Note that the patient was told by telephone."""
    appointment = appointment_to_change(request, pk)
    get_object_or_404(appointment.messages, pk=message)
    services.record_call(message_id=message, user=request.user, now=timezone.now())
    messages.success(request, _("Noted."))
    return back_to(appointment)


class AppointmentViewSet(ModelViewSet):
    """Appointments in the admin. They are made on the site and answered here; no row is edited by hand."""

    model = Appointment
    name = "appointments"
    icon = "calendar-check"
    menu_label = gettext_lazy("Appointments")
    menu_order = 50
    add_to_admin_menu = True
    add_to_reference_index = False
    index_view_class = InboxView
    inspect_view_class = AppointmentView
    inspect_view_enabled = True
    inspect_template_name = "booking/admin/appointment.html"
    copy_view_enabled = False
    list_per_page = 30
    list_filter = ["status", "practitioner", "service", "mode"]
    list_display = [
        TitleColumn(
            "full_name",
            label=gettext_lazy("Name"),
            get_url=lambda one: reverse("appointments:inspect", args=[one.pk]),
        ),
        Column(
            "starts_at",
            label=gettext_lazy("When"),
            accessor=lambda one: short_moment(one.starts_at, one.time_zone),
            sort_key="starts_at",
        ),
        Column("service", label=gettext_lazy("Service")),
        Column("practitioner", label=gettext_lazy("With")),
        StatusTagColumn(
            "get_status_display",
            label=gettext_lazy("State"),
            primary=lambda one: one.status == Status.REQUESTED,
        ),
        Column(
            "reply_by",
            label=gettext_lazy("Answer promised by"),
            accessor=lambda one: short_moment(one.reply_by, one.time_zone) if one.is_waiting() else "",
        ),
        Column("to_call", label=gettext_lazy("To do"), accessor=lambda one: _("Tell them") if one.to_call else ""),
    ]

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("find/", find, name="find"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
            path("<int:pk>/confirm/", confirm, name="confirm"),
            path("<int:pk>/decline/", decline, name="decline"),
            path("<int:pk>/cancel/", cancel, name="cancel"),
            path("<int:pk>/called/<int:message>/", called, name="called"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        common = super().get_common_view_kwargs(**kwargs)
        for missing in ("add", "edit", "delete", "history", "usage"):
            common[f"{missing}_url_name"] = None
        return common
