"""The staff's way: the inbox, one appointment with all that may be done, the first screen, finding a person."""

from django.core.exceptions import PermissionDenied
from django.db.models import Case, Exists, OuterRef, Q, When
from django.shortcuts import get_object_or_404, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.widgets import HeaderButton

from booking import services, staff_actions
from booking.answered_viewset import AnsweredViewSet
from booking.models import REASONS_TO_DECLINE, Appointment, Message, Move, Status, WaitingListEntry
from booking.permissions import appointment_policy
from booking.services.time_off import visits_when_nobody_is_here
from clinic.clock import short_moment
from clinic.models import ClinicDetails

MOST_FOUND = 50
MARKED = (Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW)  # what may be marked once it has begun


class InboxView(generic.IndexView):
    """What waits for an answer or a call, the earliest promise on top; then what nobody has marked; then the rest."""

    page_title = gettext_lazy("Appointments")

    @cached_property
    def header_buttons(self):
        return [HeaderButton(_("Find a person"), url=reverse("appointments:find"), icon_name="search")]

    def get_base_queryset(self):
        rows = Appointment.objects.visible_to(self.request.user).select_related("service", "practitioner")
        moves = Move.objects.filter(state=Move.State.WAITING, appointment=OuterRef("pk"))
        return rows.annotate(
            to_call=Exists(Message.objects.calls_to_make().filter(appointment=OuterRef("pk"))),
            to_move=Exists(moves.filter(asked_by=Move.AskedBy.PATIENT)),
            proposed=Exists(moves.filter(asked_by=Move.AskedBy.STAFF)),
        )

    def order_queryset(self, queryset):
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        now = timezone.now()
        waiting = Q(status=Status.REQUESTED) | Q(to_move=True)
        coming = Q(status__in=[Status.CONFIRMED, Status.OFFERED], ends_at__gte=now)
        unmarked = Q(status=Status.CONFIRMED, ends_at__lt=now)
        group = Case(When(waiting | Q(to_call=True), then=0), When(unmarked, then=1), When(coming, then=2), default=3)
        promise = Case(When(status=Status.REQUESTED, then="reply_by"))
        soonest_first = Case(When(waiting | coming, then="starts_at"))
        return queryset.order_by(group, promise, soonest_first, "-starts_at", "pk")


class AppointmentView(generic.InspectView):
    """One appointment: what was asked for, what may be answered, what happened."""

    page_title = gettext_lazy("Appointment")

    def get_object(self, queryset=None):
        rows = Appointment.objects.visible_to(self.request.user)
        rows = rows.select_related("service", "practitioner", "location", "consent_text")
        return get_object_or_404(rows, pk=self.pk)

    def get_context_data(self, **kwargs):
        appointment, now = self.object, timezone.now()
        may_change = appointment_policy.user_has_permission_for_instance(self.request.user, "change", appointment)
        to_come = appointment.starts_at > now
        calls = list(appointment.messages.calls_to_make().select_related("event__note"))
        return super().get_context_data(
            appointment=appointment,
            move=appointment.open_move(),
            may_change=may_change,
            may_answer=may_change and appointment.is_waiting(),
            kept_until=services.request_expires(appointment.starts_at) if appointment.is_waiting() else None,
            may_answer_offer=may_change and appointment.is_offered(),
            may_cancel=may_change and to_come and (appointment.is_confirmed() or appointment.is_offered()),
            may_move=may_change and to_come and (appointment.is_confirmed() or appointment.is_waiting()),
            may_mark=may_change and not to_come and appointment.status in MARKED,
            calls=calls,
            notes=[one.event.note for one in calls if one.event.note],
            events=appointment.events.select_related("user", "note"),
            mails=appointment.messages.filter(channel=Message.Channel.EMAIL).select_related("practitioner"),
            words_limit=staff_actions.WORDS_LIMIT,
            reasons_to_decline=REASONS_TO_DECLINE,
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
        proposed = Move.objects.filter(state=Move.State.WAITING, asked_by=Move.AskedBy.STAFF)
        waiting = mine.waiting().exclude(moves__in=proposed)  # those whom staff have proposed another time must answer
        on_the_list = WaitingListEntry.objects.visible_to(request.user).select_related("service", "practitioner")
        wishes = on_the_list.unanswered()
        return {
            "wishes": wishes[: self.SHOWN],
            "count_of_wishes": wishes.count(),
            "entries_to_call": on_the_list.filter(messages__in=Message.objects.calls_to_make()).distinct(),
            "zone": ClinicDetails.load(request).zone,
            "waiting": waiting[: self.SHOWN],
            "count": waiting.count(),
            "to_move": mine.filter(moves__state=Move.State.WAITING, moves__asked_by=Move.AskedBy.PATIENT),
            "nobody_here": mine.filter(pk__in=visits_when_nobody_is_here(now=timezone.now())).order_by("starts_at"),
            "unmarked": mine.unmarked(timezone.now()).count(),
            "to_call": mine.filter(messages__in=Message.objects.calls_to_make()).distinct(),
            "not_told": mine.filter(messages__in=Message.objects.in_trouble().to_patients()).distinct(),
            "entries_not_told": on_the_list.filter(messages__in=Message.objects.in_trouble().to_patients()).distinct(),
            "staff_not_told": staff_not_told() if request.user.has_perm("booking.view_appointment") else [],
            "no_front_desk": not ClinicDetails.load(request).front_desk_email,
        }


def staff_not_told() -> list[str]:
    """Return who of the staff cannot be reached: messages to them could not be sent."""
    unsent = Message.objects.in_trouble().to_staff().values_list("practitioner__name", "recipient")
    return sorted({name or str(Message.Recipient(recipient).label) for name, recipient in unsent})


@require_http_methods(["GET", "POST"])
def find(request):
    """Find by name, email, telephone or reference. The words travel in a POST: an address would be logged."""
    if not appointment_policy.user_has_permission(request.user, "view"):
        raise PermissionDenied
    words = request.POST.get("words", "").replace("\x00", "")[:254]
    found = Appointment.objects.visible_to(request.user).matching(words)
    found = found.select_related("service", "practitioner").order_by("-starts_at")
    listed = WaitingListEntry.objects.visible_to(request.user).matching(words)
    listed = listed.select_related("service").order_by("-requested_at")
    context = {
        "words": words,
        "found": found[:MOST_FOUND],
        "listed": listed[:MOST_FOUND],
        "zone": ClinicDetails.load(request).zone,
        "asked": request.method == "POST",
    }
    return render(request, "booking/admin/find.html", context)


def to_do(appointment) -> str:
    """Return all that the inbox asks staff to do with *appointment*, an empty text for nothing."""
    over = appointment.status == Status.CONFIRMED and appointment.ends_at <= timezone.now()
    asked = {
        _("Tell them"): appointment.to_call,
        _("Answer the request"): appointment.is_waiting() and not appointment.proposed,
        _("Answer the move"): appointment.to_move,
        _("Did they come?"): over,
    }
    return "; ".join(words for words, needed in asked.items() if needed)


class AppointmentViewSet(AnsweredViewSet):
    """Appointments in the admin."""

    model = Appointment
    name = "appointments"
    icon = "calendar-check"
    menu_label = gettext_lazy("Appointments")
    menu_order = 50
    index_view_class = InboxView
    inspect_view_class = AppointmentView
    inspect_template_name = "booking/admin/appointment.html"
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
        Column("to_do", label=gettext_lazy("To do"), accessor=lambda one: to_do(one)),
    ]

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("find/", find, name="find"),
            *staff_actions.urlpatterns,
        ]
