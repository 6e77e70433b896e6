"""Admin screens for testimonials."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.viewsets.model import ModelViewSet

from testimonials.models import Testimonial


class TestimonialViewSet(ModelViewSet):
    """Stories and the consent to show them."""

    model = Testimonial
    icon = "openquote"
    menu_label = _("Testimonials")
    menu_order = 120
    add_to_admin_menu = True
    copy_view_enabled = False
    list_display = ["shown_name", "service", "given_on", "published"]
    list_filter = ["published", "service"]
