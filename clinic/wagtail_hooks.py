"""Registers the admin screens of the facts."""

from wagtail import hooks

from clinic.viewsets import PracticeGroup


@hooks.register("register_admin_viewset")
def register_practice():
    return PracticeGroup()
