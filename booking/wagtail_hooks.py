"""Registers the staff's screens of booking."""

from wagtail import hooks
from wagtail.permissions import register_permission_policy

from booking.feed_viewsets import FeedViewSet
from booking.models import Appointment, WaitingListEntry
from booking.permissions import appointment_policy, waiting_list_policy
from booking.schedule_viewsets import HoursGroup
from booking.viewsets import AppointmentViewSet, WaitingPanel
from booking.waiting_list_viewset import WaitingListViewSet

register_permission_policy(Appointment, appointment_policy)
register_permission_policy(WaitingListEntry, waiting_list_policy)


@hooks.register("register_admin_viewset")
def register_appointments():
    return AppointmentViewSet()


@hooks.register("register_admin_viewset")
def register_waiting_list():
    return WaitingListViewSet()


@hooks.register("register_admin_viewset")
def register_hours():
    return HoursGroup()


@hooks.register("register_admin_viewset")
def register_feeds():
    return FeedViewSet()


@hooks.register("construct_homepage_panels")
def show_waiting_requests(request, panels):
    if appointment_policy.user_has_permission(request.user, "view"):
        panels.append(WaitingPanel())
