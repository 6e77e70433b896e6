"""The staff's way: the ledger of testimonials, their consent, and its withdrawal."""

import django_filters
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn, TitleColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.permissions import policy_registry

from clinic.models import Service
from testimonials import services
from testimonials.forms import TestimonialForm
from testimonials.models import ConsentFile, State, Testimonial
from testimonials.panels import ConsentStatePanel, ConsentWordsPanel


class TestimonialFilterSet(WagtailFilterSet):
    """By what may be done with them now, and by service."""

    state = django_filters.ChoiceFilter(
        label=gettext_lazy("State"), choices=State.choices, method="filter_state", empty_label=gettext_lazy("All")
    )
    service = django_filters.ModelChoiceFilter(
        label=gettext_lazy("Service"), queryset=Service.objects.all(), empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Testimonial
        fields = []

    def filter_state(self, testimonials, name, value):
        return testimonials.in_state(value)


class LedgerView(generic.IndexView):
    """The list."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("service")


class ThroughServices:
    """Saves through `testimonials.services`; says so where consent was withdrawn while the form was open."""

    def form_valid(self, form):
        try:
            return super().form_valid(form)
        except ValidationError as refusal:
            form.add_error(None, refusal)
            self.produced_error_code = "validation_error"
            self.produced_error_message = self.get_error_message()
            return self.form_invalid(form)


class RecordView(ThroughServices, generic.CreateView):
    """A new testimonial."""

    def save_instance(self):
        return services.record_testimonial(
            testimonial=self.form.instance,
            user=self.request.user,
            now=timezone.now(),
            file=self.form.cleaned_data["file"],
        )


class ChangeView(ThroughServices, generic.EditView):
    """A stored testimonial."""

    def save_instance(self):
        return services.change_testimonial(
            testimonial=self.form.instance,
            user=self.request.user,
            file=self.form.cleaned_data["file"],
            remove_file=self.form.cleaned_data.get("remove_file", False),
        )


def testimonial_for(request, pk, *actions) -> Testimonial:
    """Return the testimonial if the user has one of the permissions *actions*; else PermissionDenied or Http404."""
    if not policy_registry.get_by_type(Testimonial).user_has_any_permission(request.user, actions):
        raise PermissionDenied
    return get_object_or_404(Testimonial, pk=pk)


@require_http_methods(["GET", "POST"])
def withdraw(request, pk):
    """Ask once, then withdraw consent: the story is gone from every page at the next request."""
    testimonial = testimonial_for(request, pk, "change")
    screen = reverse("testimonial:edit", args=[pk])
    if request.method == "GET":
        return render(request, "testimonials/admin/withdraw.html", {"testimonial": testimonial, "screen": screen})
    services.withdraw_consent(testimonial_id=pk, user=request.user, now=timezone.now())
    messages.success(request, _("Consent withdrawn. These words are not shown anywhere any more."))
    return redirect(screen)


@require_safe
def consent_file(request, pk):
    """The file that shows consent, for those who keep testimonials; a browser stores it nowhere and runs nothing."""
    testimonial = testimonial_for(request, pk, "add", "change", "delete", "view")
    file = get_object_or_404(ConsentFile, testimonial=testimonial)
    headers = {
        "Content-Disposition": content_disposition_header(True, file.name),
        "Cache-Control": "private, no-store",
    }
    return HttpResponse(file.content, content_type="application/octet-stream", headers=headers)


class TestimonialViewSet(ModelViewSet):
    """Testimonials in the admin."""

    model = Testimonial
    icon = "openquote"
    menu_label = gettext_lazy("Testimonials")
    menu_order = 120
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = LedgerView
    add_view_class = RecordView
    edit_view_class = ChangeView
    filterset_class = TestimonialFilterSet
    list_per_page = 50
    list_display = [
        TitleColumn(
            "shown_name",
            label=gettext_lazy("Name"),
            get_url=lambda one: reverse("testimonial:edit", args=[one.pk]),
        ),
        Column("pk", label=gettext_lazy("Number"), sort_key="pk"),
        Column("service", label=gettext_lazy("Service")),
        Column("given_on", label=gettext_lazy("Date"), sort_key="given_on"),
        StatusTagColumn(
            "state", label=gettext_lazy("State"), accessor=lambda one: one.state.label,
            primary=lambda one: one.state == State.SHOWN,
        ),
        Column("consent_given_on", label=gettext_lazy("Consent given"), sort_key="consent_given_on"),
        Column("consent_scope", label=gettext_lazy("May be shown"), accessor="get_consent_scope_display"),
        Column("consent_withdrawn_on", label=gettext_lazy("Withdrawn"), sort_key="consent_withdrawn_on"),
    ]  # fmt: skip
    edit_handler = ObjectList(
        [
            ConsentStatePanel(heading=gettext_lazy("Where it stands")),
            MultiFieldPanel(
                ["text", FieldRowPanel(["shown_name", "relation"]), FieldRowPanel(["service", "given_on"]), "source"],
                heading=gettext_lazy("The story"),
            ),
            MultiFieldPanel(
                [
                    ConsentWordsPanel(),
                    FieldRowPanel(["consent_given_on", "consent_scope"]),
                    "consent_text",
                    FieldPanel("file"),
                    FieldPanel("remove_file"),
                ],
                heading=gettext_lazy("Consent"),
            ),
            MultiFieldPanel(["published"], heading=gettext_lazy("On the site")),
        ],
        base_form_class=TestimonialForm,
    )

    def get_urlpatterns(self):
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/withdraw/", withdraw, name="withdraw"),
            path("<int:pk>/consent-file/", consent_file, name="consent_file"),
        ]
