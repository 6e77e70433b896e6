"""The patient's addresses, below /book/."""

from datetime import UTC, datetime

from django.urls import path, register_converter

from booking import link_views, manage_views, views, wish_views
from booking.openings_api import openings_json


class StartConverter:
    """A start in UTC, like 20261201T150000Z; anything else is no such page."""

    regex = r"\d{8}T\d{6}Z"

    def to_python(self, value):
        start = datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
        if not 2000 <= start.year <= 2100:
            raise ValueError("no appointment book reaches that far")
        return start

    def to_url(self, value):
        return f"{value.astimezone(UTC):%Y%m%dT%H%M%SZ}"


register_converter(StartConverter, "start")

app_name = "booking"
urlpatterns = [
    path("", views.choose_service, name="choose_service"),
    path("received/<slug:reference>/", views.request_received, name="received"),
    path("find/", link_views.find_link, name="find_link"),
    path("manage/", manage_views.manage, name="manage"),
    path("manage/cancel/", manage_views.cancel, name="cancel"),
    path("manage/coming/", manage_views.coming, name="coming"),
    path("manage/clock/", manage_views.choose_clock, name="choose_clock"),
    path("manage/offer/", manage_views.answer_offer, name="answer_offer"),
    path("manage/place/", manage_views.see_place, name="see_place"),
    path("manage/move/", manage_views.choose_new_time, name="choose_new_time"),
    path("manage/move/<int:pk>/", manage_views.answer_move, name="answer_move"),
    path("manage/move/<slug:practitioner>/<start:starts_at>/", manage_views.move, name="move"),
    path("manage/appointment.ics", manage_views.calendar_file, name="calendar_file"),
    path("manage/wish/", wish_views.wish, name="wish"),
    path("manage/wish/offer/", wish_views.see_offer, name="see_offer"),
    path("manage/wish/leave/", wish_views.leave, name="leave"),
    path("manage/<str:secret>/", link_views.open_link, name="open_link"),
    path("ask/received/", views.wish_received, name="wish_received"),
    path("<slug:service>/ask/", views.ask_without_time, name="ask"),
    path("<slug:service>/", views.choose_time, name="choose_time"),
    path("<slug:service>/openings.json", openings_json, name="openings_json"),
    path(
        "<slug:service>/<slug:practitioner>/<start:starts_at>/",
        views.request_appointment,
        name="request_appointment",
    ),
]
