"""Registers the admin screens of articles."""

from functools import partial

from django.urls import include, path
from wagtail import hooks

from blog import importers_admin
from blog.editor import tell_findings
from blog.reports import REPORTS, menu_item, report_urls
from blog.reports.base import writes
from blog.reports.review import DueForReviewPanel
from blog.viewsets import ArticleViewSet, TopicViewSet


@hooks.register("register_admin_viewset")
def register_articles():
    return ArticleViewSet()


@hooks.register("register_admin_viewset")
def register_topics():
    return TopicViewSet()


@hooks.register("register_admin_urls")
def register_import():
    return importers_admin.urlpatterns


@hooks.register("register_reports_menu_item")
def register_import_menu_item():
    return importers_admin.menu_item()


hooks.register("after_create_page", tell_findings)
hooks.register("after_edit_page", tell_findings)


@hooks.register("register_admin_urls")
def register_reports():
    return [path("", include((report_urls(), "blog_reports")))]


for order, view in enumerate(REPORTS):
    hooks.register("register_reports_menu_item", partial(menu_item, view, order))


@hooks.register("construct_homepage_panels")
def show_due_reviews(request, panels):
    if writes(request.user):
        panels.append(DueForReviewPanel())
