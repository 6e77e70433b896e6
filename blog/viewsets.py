"""Admin screens around articles."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from blog.models import Topic


class TopicViewSet(ModelViewSet):
    """What articles are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["name", "summary"]
