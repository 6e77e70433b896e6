"""Lists in the admin of rows that stay as they were made."""

from django.urls import path
from wagtail.admin.viewsets.model import ModelViewSet


class KeptViewSet(ModelViewSet):
    """Rows that nobody edits, copies or deletes by hand; how new ones come is for the list that inherits it."""

    add_to_reference_index = False
    copy_view_enabled = False

    def get_urlpatterns(self):
        return [
            path("", self.index_view, name="index"),
            path("results/", self.index_results_view, name="index_results"),
        ]

    def get_common_view_kwargs(self, **kwargs):
        common = super().get_common_view_kwargs(**kwargs)
        for missing in ("add", "edit", "delete", "history", "usage"):
            common[f"{missing}_url_name"] = None
        return common
