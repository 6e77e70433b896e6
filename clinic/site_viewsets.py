"""Admin screens for what stands around the pages: notices, and the words that people agree to."""

from django.db.models import Exists, OuterRef
from django.http import Http404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.admin.ui.tables import Column, StatusTagColumn
from wagtail.admin.views import generic
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.widgets import HeaderButton
from wagtail.log_actions import log

from clinic import consent
from clinic.clock import short_moment
from clinic.kept_viewset import KeptViewSet
from clinic.models import ClinicDetails, ConsentText, Notice


class PracticeTimeMixin:
    """A screen on which times are those of the practice, whatever zone the person who works on it is in."""

    def dispatch(self, request, *args, **kwargs):
        with timezone.override(ClinicDetails.load(request).zone):
            response = super().dispatch(request, *args, **kwargs)
            return response.render() if hasattr(response, "render") else response

    @property
    def zone(self):
        """The practice's time zone."""
        return ClinicDetails.load(self.request).zone


# --- Notices ----------------------------------------------------------------------------------------------


class NoticeIndexView(PracticeTimeMixin, generic.IndexView):
    """All notices, with whether visitors see them now."""

    @cached_property
    def columns(self):
        now = timezone.now()
        return [
            self._get_title_column("text"),
            StatusTagColumn("state", accessor=lambda one: state_of(one, now), label=_("Now"),
                            primary=lambda one: one.is_shown_at(now)),
            Column("starts_at", label=_("Shown from"), accessor=lambda one: short_moment(one.starts_at, self.zone)),
            Column("ends_at", label=_("Until"),
                   accessor=lambda one: short_moment(one.ends_at, self.zone) if one.ends_at else _("you delete it")),
        ]  # fmt: skip


def state_of(notice: Notice, now) -> str:
    """Return how *notice* stands at *now* (aware), in a word or two."""
    if notice.is_shown_at(now):
        return _("shown")
    return _("not yet") if notice.starts_at > now else _("over")


class NoticeCreateView(PracticeTimeMixin, generic.CreateView):
    """A new notice, which begins now unless another time is chosen."""

    def get_initial(self):
        return {"starts_at": timezone.now().replace(second=0, microsecond=0)}


class NoticeEditView(PracticeTimeMixin, generic.EditView):
    """A notice and its times."""


class NoticeViewSet(ModelViewSet):
    """Lines above every page."""

    model = Notice
    name = "notices"
    icon = "info-circle"
    menu_label = gettext_lazy("Notices")
    menu_order = 125
    add_to_admin_menu = True
    copy_view_enabled = False
    index_view_class = NoticeIndexView
    add_view_class = NoticeCreateView
    edit_view_class = NoticeEditView
    edit_handler = ObjectList(
        [
            "text",
            "link_page",
            FieldRowPanel(
                [FieldPanel("starts_at", help_text=gettext_lazy("In the practice’s own time.")), "ends_at"],
                heading=gettext_lazy("When visitors see it"),
            ),
        ]
    )


# --- Consent texts ----------------------------------------------------------------------------------------


class ConsentTextForm(WagtailAdminModelForm):
    """The words of a new version, which differ from those in force."""

    def clean_text(self):
        text = self.cleaned_data["text"].strip()
        if text == self.initial.get("text"):
            self.add_error("text", _("These are the words that are in force already."))
        return text


class ConsentTextIndexView(PracticeTimeMixin, generic.IndexView):
    """Every version for each purpose, the one in force marked."""

    @cached_property
    def header_buttons(self):
        if not self.user_has_permission("add"):
            return []
        label = _("Write a new version: %(purpose)s")
        return [
            HeaderButton(label % {"purpose": purpose.label}, url=new_version_url(purpose), icon_name="edit")
            for purpose in ConsentText.Purpose
        ]

    def get_base_queryset(self):
        newer = ConsentText.objects.filter(purpose=OuterRef("purpose"), version__gt=OuterRef("version"))
        return ConsentText.objects.annotate(in_force=~Exists(newer)).select_related("written_by")

    @cached_property
    def columns(self):
        return [
            Column("get_purpose_display", label=_("For")),
            Column("version", label=_("Version")),
            StatusTagColumn("in_force", accessor=lambda one: _("in force") if one.in_force else _("replaced"),
                            label=_("State"), primary=lambda one: one.in_force),
            Column("text", label=_("Words")),
            Column("written_at", label=_("Since"), accessor=lambda one: short_moment(one.written_at, self.zone)),
            Column("written_by", label=_("Written by"), accessor=lambda one: one.written_by or _("the site itself")),
        ]  # fmt: skip


class NewVersionView(generic.CreateView):
    """Writes the next version for one purpose, beginning with the words in force."""

    page_title = gettext_lazy("New version")
    success_message = gettext_lazy("“%(object)s” is in force from now on.")
    submit_button_label = gettext_lazy("Put these words in force")
    submit_button_active_label = gettext_lazy("Putting them in force…")

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if kwargs["purpose"] not in ConsentText.Purpose.values:
            raise Http404
        self.purpose = ConsentText.Purpose(kwargs["purpose"])

    def get_page_subtitle(self):
        return self.purpose.label

    def get_add_url(self):
        return new_version_url(self.purpose)

    def get_initial(self):
        current = ConsentText.objects.current(self.purpose)
        return {"text": current.text if current else ""}

    def save_instance(self):
        version = consent.write_version(
            purpose=self.purpose, text=self.form.cleaned_data["text"], user=self.request.user, now=timezone.now()
        )
        log(version, "wagtail.create", user=self.request.user)
        return version

    def get_success_buttons(self):
        return []


def new_version_url(purpose: ConsentText.Purpose) -> str:
    """Return the address at which the next version for *purpose* is written."""
    return reverse("consent-texts:add", args=[purpose.value])


class ConsentTextViewSet(KeptViewSet):
    """What people agree to. Versions are added; none is edited or deleted, because consent refers to its words."""

    model = ConsentText
    name = "consent-texts"
    icon = "clipboard-list"
    menu_label = gettext_lazy("Consent texts")
    menu_order = 320
    add_to_settings_menu = True
    index_view_class = ConsentTextIndexView
    add_view_class = NewVersionView
    edit_handler = ObjectList(
        [
            HelpPanel(
                gettext_lazy(
                    "Your words are in force as soon as you save them. Whoever agreed before stays with the words that "
                    "they read: older versions are kept, and none can be changed."
                )
            ),
            "text",
        ],
        base_form_class=ConsentTextForm,
    )

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("new/<str:purpose>/", self.add_view, name="add")]

    def get_permissions_to_register(self):
        return super().get_permissions_to_register().filter(codename="add_consenttext")
