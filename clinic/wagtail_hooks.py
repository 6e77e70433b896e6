"""Registers the admin screens of the facts."""

from wagtail import hooks

from clinic.userbar import check_what_editors_wrote
from clinic.viewsets import PracticeGroup


@hooks.register("register_admin_viewset")
def register_practice():
    return PracticeGroup()


hooks.register("construct_wagtail_userbar", check_what_editors_wrote)
