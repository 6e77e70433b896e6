"""The staff's screens for hours: the week, time off and extra hours, and rules of one practitioner."""

import django_filters
from django.urls import reverse
from django.utils import dateformat, timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from wagtail.admin import messages
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet
from wagtail.admin.panels import ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import AdminDateInput

from booking.models import Appointment, PractitionerRules, Schedule, ScheduleException
from booking.schedule_forms import PractitionerRulesForm, ScheduleExceptionForm, ScheduleForm
from booking.services.time_off import visits_in_time_off
from clinic.clock import spoken_edge
from clinic.models.care import modes_in_words

LINKS = 10  # to appointments in time off; more would fill the screen


class HoursIndexView(generic.IndexView):
    """A list with the people and places that it names."""

    def get_base_queryset(self):
        related = [name for name in ("practitioner", "location") if hasattr(self.model, name)]
        return super().get_base_queryset().select_related(*related)


class PlainWords:
    """Says in plain words how saving went."""

    success_message = gettext_lazy("Saved: %(object)s.")
    error_message = gettext_lazy("This is not saved yet. Please look at what is marked below.")


class HoursCreateView(PlainWords, generic.CreateView):
    """A new row."""


class HoursEditView(PlainWords, generic.EditView):
    """A row that is stored."""


def hours_words(starts, ends) -> str:
    """Return "9 am – noon" that stays on one line, or "all day" without hours."""
    return f"{spoken_edge(starts)} – {spoken_edge(ends)}".replace(" ", "\N{NO-BREAK SPACE}") if starts else _("all day")


def short_day(value) -> str:
    """Return "Tue, Mar 3, 2026"."""
    return dateformat.format(value, _("D, M j, Y"))


# --- The week ---------------------------------------------------------------------------------------------


class ScheduleFilterSet(WagtailFilterSet):
    """By person, place and day, and by when they apply."""

    on = django_filters.DateFilter(label=gettext_lazy("In force on"), method="filter_on", widget=AdminDateInput)

    class Meta:
        model = Schedule
        fields = ["practitioner", "location", "weekday"]

    def filter_on(self, schedules, name, day):
        return schedules.in_force(day)


def validity_words(row: Schedule) -> str:
    """Return when the hours apply, from and until, as far as that is limited."""
    first, last = (day and short_day(day) for day in (row.valid_from, row.valid_until))
    match bool(first), bool(last):
        case True, True:
            return _("%(first)s to %(last)s") % {"first": first, "last": last}
        case True, False:
            return _("from %(first)s") % {"first": first}
        case False, True:
            return _("until %(last)s") % {"last": last}
    return _("always")


class ScheduleViewSet(ModelViewSet):
    """When practitioners see people."""

    model = Schedule
    name = "weekly-hours"
    icon = "date"
    menu_label = gettext_lazy("Weekly hours")
    copy_view_enabled = False
    index_view_class = HoursIndexView
    add_view_class = HoursCreateView
    edit_view_class = HoursEditView
    edit_handler = ObjectList(Schedule.panels, base_form_class=ScheduleForm)
    list_per_page = 50
    filterset_class = ScheduleFilterSet
    list_display = [
        "practitioner",
        Column("weekday", label=gettext_lazy("Day"), accessor="get_weekday_display", sort_key="weekday"),
        Column("hours", label=gettext_lazy("Hours"), accessor=lambda one: hours_words(one.starts, one.ends)),
        Column(
            "pause",
            label=gettext_lazy("Break"),
            accessor=lambda one: hours_words(one.break_starts, one.break_ends) if one.break_starts else "",
        ),
        Column("location", label=gettext_lazy("Where")),
        Column("modes", label=gettext_lazy("How"), accessor=lambda one: modes_in_words(one.modes)),
        Column("valid", label=gettext_lazy("In force"), accessor=validity_words, sort_key="valid_from"),
    ]


# --- Days that differ -------------------------------------------------------------------------------------


class ScheduleExceptionFilterSet(WagtailFilterSet):
    """By person and kind, and by days: whatever touches one of them."""

    days = django_filters.DateFromToRangeFilter(
        label=gettext_lazy("Days"), method="filter_days", widget=DateRangePickerWidget
    )

    class Meta:
        model = ScheduleException
        fields = ["practitioner", "kind"]

    def filter_days(self, exceptions, name, days):
        if days.start:
            exceptions = exceptions.filter(ends_on__gte=days.start.date())
        if days.stop:
            exceptions = exceptions.filter(starts_on__lte=days.stop.date())
        return exceptions


class WarnOfVisits:
    """Says after saving which appointments are in the time off."""

    def save_action(self):
        response = super().save_action()
        visits = visits_in_time_off(self.object, now=timezone.now())
        if visits:
            seen = Appointment.objects.visible_to(self.request.user).filter(pk__in=visits)[:LINKS]
            links = [messages.button(reverse("appointments:inspect", args=[one.pk]), one.reference) for one in seen]
            if len(visits) > len(links) > 0:
                theirs = f"{reverse('appointments:index')}?practitioner={self.object.practitioner_id}"
                links.append(messages.button(theirs, _("All appointments")))
            messages.warning(self.request, visits_words(len(visits)), buttons=links)
        return response


def visits_words(count: int) -> str:
    """Return what to know of appointments in time off."""
    return ngettext(
        "%(count)s appointment is in this time; it stays. Please move or cancel it if it cannot take place.",
        "%(count)s appointments are in this time; they stay. Please move or cancel those that cannot take place.",
        count,
    ) % {"count": count}


class ScheduleExceptionCreateView(WarnOfVisits, HoursCreateView):
    """New time off or extra hours."""


class ScheduleExceptionEditView(WarnOfVisits, HoursEditView):
    """Time off or extra hours that are stored."""


def days_words(row: ScheduleException) -> str:
    """Return the one day, or the first and the last."""
    if row.starts_on == row.ends_on:
        return short_day(row.starts_on)
    return _("%(first)s to %(last)s") % {"first": short_day(row.starts_on), "last": short_day(row.ends_on)}


class ScheduleExceptionViewSet(ModelViewSet):
    """Days that differ from the week."""

    model = ScheduleException
    name = "time-off"
    icon = "calendar-alt"
    menu_label = gettext_lazy("Time off and extra hours")
    copy_view_enabled = False
    index_view_class = HoursIndexView
    add_view_class = ScheduleExceptionCreateView
    edit_view_class = ScheduleExceptionEditView
    edit_handler = ObjectList(ScheduleException.panels, base_form_class=ScheduleExceptionForm)
    list_per_page = 50
    filterset_class = ScheduleExceptionFilterSet
    list_display = [
        "practitioner",
        StatusTagColumn(
            "kind",
            label=gettext_lazy("What"),
            accessor="get_kind_display",
            primary=lambda one: one.kind == ScheduleException.Kind.EXTRA,
        ),
        Column("days", label=gettext_lazy("Days"), accessor=days_words, sort_key="starts_on"),
        Column("hours", label=gettext_lazy("Hours"), accessor=lambda one: hours_words(one.starts, one.ends)),
        Column("location", label=gettext_lazy("Where"), accessor=lambda one: one.location or ""),
    ]


# --- Rules of one practitioner ----------------------------------------------------------------------------


def own_or_practice(pattern: str, value) -> str:
    """Return *value* in words, or that the practice's rule holds."""
    return pattern % {"number": value} if value else _("as the practice")


class PractitionerRulesViewSet(ModelViewSet):
    """Where one person's booking differs from the practice's."""

    model = PractitionerRules
    name = "practitioner-rules"
    icon = "sliders"
    menu_label = gettext_lazy("Rules of practitioners")
    copy_view_enabled = False
    index_view_class = HoursIndexView
    add_view_class = HoursCreateView
    edit_view_class = HoursEditView
    edit_handler = ObjectList(PractitionerRules.panels, base_form_class=PractitionerRulesForm)
    list_display = [
        "practitioner",
        Column(
            "notice_hours",
            label=gettext_lazy("Notice"),
            accessor=lambda one: own_or_practice(_("%(number)s hours"), one.notice_hours),
        ),
        Column(
            "horizon_days",
            label=gettext_lazy("How far ahead"),
            accessor=lambda one: own_or_practice(_("%(number)s days"), one.horizon_days),
        ),
        Column(
            "start_every_minutes",
            label=gettext_lazy("Starts are offered"),
            accessor=lambda one: one.get_start_every_minutes_display() or _("as the practice"),
        ),
        Column(
            "most_a_day",
            label=gettext_lazy("Visits a day at most"),
            accessor=lambda one: one.most_a_day or _("as many as fit"),
        ),
    ]


class HoursGroup(ViewSetGroup):
    """All of them in one menu."""

    menu_label = gettext_lazy("Hours")
    menu_icon = "date"
    menu_order = 60
    submenu_hook = "register_hours_menu_item"
    items = (ScheduleViewSet, ScheduleExceptionViewSet, PractitionerRulesViewSet)
