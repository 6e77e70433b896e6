"""Admin screens for the facts of the practice."""

from django.contrib import messages
from django.db.models import ProtectedError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views import generic
from wagtail.admin.viewsets.base import ViewSetGroup
from wagtail.admin.viewsets.model import ModelViewSet

from clinic.models import Location, Practitioner, Service


class KeepUsedDeleteView(generic.DeleteView):
    """Deletes what nothing refers to; what appointments refer to stays, and the person is told why."""

    def post(self, request, *args, **kwargs):
        try:
            return super().post(request, *args, **kwargs)
        except ProtectedError:
            pass  # answered outside this block: a chained error would name patients' rows in a log
        messages.error(
            request,
            gettext(
                "“%(name)s” was not deleted: appointments refer to it. "
                "You can take it off the site instead, by its switch on this page or by its weekly hours."
            )
            % {"name": self.object},
        )
        return HttpResponseRedirect(reverse(self.edit_url_name, args=[self.object.pk]))


class PractitionerViewSet(ModelViewSet):
    """Who sees patients."""

    model = Practitioner
    icon = "user"
    menu_label = _("People")
    copy_view_enabled = False
    delete_view_class = KeepUsedDeleteView
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
    delete_view_class = KeepUsedDeleteView
    list_display = ["name", "duration_minutes", "fee", "bookable_online", "confirmation"]
    search_fields = ["name"]
    search_backend_name = None


class LocationViewSet(ModelViewSet):
    """Where people are seen."""

    model = Location
    icon = "site"
    menu_label = _("Locations")
    copy_view_enabled = False
    delete_view_class = KeepUsedDeleteView
    list_display = ["name", "street", "city"]
    search_fields = ["name"]
    search_backend_name = None


class PracticeGroup(ViewSetGroup):
    """The practice's facts in one menu."""

    menu_label = _("Practice")
    menu_icon = "group"
    menu_order = 110
    items = (PractitionerViewSet, ServiceViewSet, LocationViewSet)
