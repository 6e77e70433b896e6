"""Registers the admin screens of articles."""

from wagtail import hooks

from blog.viewsets import TopicViewSet


@hooks.register("register_admin_viewset")
def register_topics():
    return TopicViewSet()
