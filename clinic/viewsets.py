"""Admin screens for the facts of the practice."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from clinic.models import Location, Practitioner, Service


class PractitionerViewSet(ModelViewSet):
    """Who sees patients."""

    model = Practitioner
    icon = "user"
    menu_label = _("People")
    copy_view_enabled = False
    list_display = ["name", "credentials", "active"]
    list_filter = ["active", "services"]
    search_fields = ["name"]
    search_backend_name = None


class ServiceViewSet(ModelViewSet):
    """What is offered."""

    model = Service
    icon = "list-ul"
    menu_label = _("Services")
    copy_view_enabled = False
    list_display = ["name", "duration_minutes", "fee", "bookable_online", "confirmation"]
    search_fields = ["name"]
    search_backend_name = None


class LocationViewSet(ModelViewSet):
    """Where people are seen."""

    model = Location
    icon = "site"
    menu_label = _("Locations")
    copy_view_enabled = False
    list_display = ["name", "street", "city"]
    search_fields = ["name"]
    search_backend_name = None


class PracticeGroup(ViewSetGroup):
    """The practice's facts in one menu."""

    menu_label = _("Practice")
    menu_icon = "group"
    menu_order = 110
    items = (PractitionerViewSet, ServiceViewSet, LocationViewSet)
