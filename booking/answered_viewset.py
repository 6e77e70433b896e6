"""What the lists of appointments and of places on the waiting list share in the admin."""

from django.urls import path
from wagtail.admin.viewsets.model import ModelViewSet


class AnsweredViewSet(ModelViewSet):
    """Rows that are made on the site and answered here: no row is added, edited, copied or deleted by hand."""

    add_to_admin_menu = True
    add_to_reference_index = False
    inspect_view_enabled = True
    copy_view_enabled = False
    list_per_page = 30

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
            path("<int:pk>/", self.inspect_view, name="inspect"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        common = super().get_common_view_kwargs(**kwargs)
        for missing in ("add", "edit", "delete", "history", "usage"):
            common[f"{missing}_url_name"] = None
        return common
