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
from wagtail.models import Site

from clinic import redirects
from clinic.models import Location, LocationsPage, Practitioner, Service, ServicesPage, TeamPage


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


class KeepAddressEditView(generic.EditView):
    """Edits what has an address of its own below a page; when that changes, the old one leads to the new one."""

    page_type = None  # the page that shows it
    paths = ("{slug}/",)  # where, below that page

    def save_instance(self):
        old = type(self.object).objects.values_list("slug", flat=True).select_for_update().get(pk=self.object.pk)
        saved = super().save_instance()
        if saved.slug != old:
            self.keep_old_addresses(old, saved.slug)
        return saved

    def keep_old_addresses(self, old: str, new: str) -> None:
        """Leave redirects from the addresses that had the slug *old*."""
        for page in self.page_type.objects.all():
            for path in self.paths:
                redirects.keep_old_address(page, path.format(slug=old), path.format(slug=new))


class PractitionerEditView(KeepAddressEditView):
    page_type = TeamPage


class ServiceEditView(KeepAddressEditView):
    page_type = ServicesPage

    def keep_old_addresses(self, old, new):
        super().keep_old_addresses(old, new)
        redirects.keep_old_booking_address(Site.find_for_request(self.request), old, new)


class LocationEditView(KeepAddressEditView):
    page_type = LocationsPage


class PractitionerViewSet(ModelViewSet):
    """Who sees patients."""

    model = Practitioner
    icon = "user"
    menu_label = _("People")
    copy_view_enabled = False
    edit_view_class = PractitionerEditView
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
    edit_view_class = ServiceEditView
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
    edit_view_class = LocationEditView
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
