"""Registers the admin screens of articles."""

from wagtail import hooks

from blog import importers_admin
from blog.viewsets import TopicViewSet


@hooks.register("register_admin_viewset")
def register_topics():
    return TopicViewSet()


@hooks.register("register_admin_urls")
def register_import():
    return importers_admin.urlpatterns


@hooks.register("register_reports_menu_item")
def register_import_menu_item():
    return importers_admin.menu_item()
