"""What the lists of appointments and of places on the waiting list share in the admin."""

from django.urls import path

from clinic.kept_viewset import KeptViewSet


class AnsweredViewSet(KeptViewSet):
    """Rows that are made on the site and answered here."""

    add_to_admin_menu = True
    inspect_view_enabled = True
    list_per_page = 30

    def get_urlpatterns(self):
        return [*super().get_urlpatterns(), path("<int:pk>/", self.inspect_view, name="inspect")]
