"""Registers the admin screens of testimonials and what the log says of them."""

from django.utils.translation import gettext_lazy as _
from wagtail import hooks

from testimonials.viewsets import TestimonialViewSet


@hooks.register("register_admin_viewset")
def register_testimonials():
    return TestimonialViewSet()


@hooks.register("register_log_actions")
def register_log_actions(actions):
    actions.register_action("testimonials.show", _("Show"), _("Shown on the site"))
    actions.register_action("testimonials.hide", _("Hide"), _("Taken off the site"))
    actions.register_action("testimonials.withdraw", _("Withdraw consent"), _("Consent withdrawn; taken off the site"))
