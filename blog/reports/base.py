"""What the reports on pages have in common."""

from django.urls import reverse
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.tables import TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.models import Page
from wagtail.permissions import policy_registry

WRITERS = ["add", "change", "publish"]  # who may do one of these with some page


def writes(user) -> bool:
    """Whether *user* has to do with pages."""
    return policy_registry.get_by_type(Page).user_has_any_permission(user, WRITERS)


class WritersMenuItem(MenuItem):
    """An entry of a menu, for those who write."""

    def is_shown(self, request):
        return writes(request.user)


class PageColumn(TitleColumn):
    """A title that leads to the form of the page, or to the page for those who may not edit it."""

    def __init__(self):
        super().__init__("title", label=gettext_lazy("Title"))

    def get_link_url(self, instance, parent_context):
        page = getattr(instance, "page", instance)
        return AdminURLFinder(parent_context["request"].user).get_edit_url(page) or page.url


class WritersReport(ReportView):
    """What the three have in common."""

    model = Page
    any_permission_required = WRITERS
    name = ""

    def get_index_url(self):
        return reverse(f"blog_reports:{self.name}")

    def get_index_results_url(self):
        return reverse(f"blog_reports:{self.name}_results")

    def get_filename(self):
        return self.name


class RowsReport(WritersReport):
    """A report whose rows are made by Python, not by the database."""

    def get_filtered_queryset(self):
        return self.rows(**self.filters.form.cleaned_data) if self.filters.is_valid() else []
