"""Admin screens around articles."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from blog.models import BlogIndexPage, Topic
from clinic.viewsets import KeepAddressEditView


class TopicEditView(KeepAddressEditView):
    page_type = BlogIndexPage
    paths = ("topics/{slug}/", "topics/{slug}/feed/", "topics/{slug}/feed/atom/")


class TopicViewSet(ModelViewSet):
    """What articles are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    edit_view_class = TopicEditView
    list_display = ["name", "summary"]
