"""Registers the admin screens of the facts and of what stands around the pages."""

from django import forms
from django.db import models
from django.templatetags.static import static
from django.urls import path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.forms.models import register_form_field_override
from wagtail.admin.menu import MenuItem

from clinic.site_viewsets import ConsentTextViewSet, NoticeViewSet
from clinic.style_guide import StyleGuideView, sample
from clinic.userbar import check_what_editors_wrote
from clinic.viewsets import PracticeGroup

# The browser's own field takes times as people there write them; Wagtail's makes the present time of "5 pm".
register_form_field_override(
    models.TimeField, override={"widget": forms.TimeInput(format="%H:%M", attrs={"type": "time"})}
)


@hooks.register("register_admin_viewset")
def register_practice():
    return PracticeGroup()


@hooks.register("register_admin_viewset")
def register_notices():
    return NoticeViewSet()


@hooks.register("register_admin_viewset")
def register_consent_texts():
    return ConsentTextViewSet()


@hooks.register("register_admin_urls")
def register_style_guide():
    return [
        path("style-guide/", StyleGuideView.as_view(), name="style_guide"),
        path("style-guide/sample/", sample, name="style_guide_sample"),
    ]


@hooks.register("register_help_menu_item")
def show_style_guide_in_menu():
    return MenuItem(_("Style guide"), reverse("style_guide"), name="style-guide", icon_name="view", order=900)


hooks.register("construct_wagtail_userbar", check_what_editors_wrote)


@hooks.register("insert_global_admin_css")
def our_styles_for_the_admin():
    """What its own styles lack."""
    return format_html('<link rel="stylesheet" href="{}">', static("clinic/css/admin.css"))
