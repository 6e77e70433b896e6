"""Registers the admin screens of testimonials."""

from wagtail import hooks

from testimonials.viewsets import TestimonialViewSet


@hooks.register("register_admin_viewset")
def register_testimonials():
    return TestimonialViewSet()
