"""Admin screens around articles."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.pages.listing import IndexView
from wagtail.admin.viewsets.model import ModelViewSet
from wagtail.admin.viewsets.pages import PageListingViewSet

from blog.models import ArticlePage, BlogIndexPage, Topic
from blog.reports.base import WritersMenuItem
from clinic.viewsets import KeepAddressEditView


class TopicEditView(KeepAddressEditView):
    page_type = BlogIndexPage
    paths = ("topics/{slug}/", "topics/{slug}/feed/", "topics/{slug}/feed/atom/")


class ArticlesView(IndexView):
    """The list of articles."""

    def get_base_queryset(self):
        return super().get_base_queryset().select_related("topic", "author")


class ArticleViewSet(PageListingViewSet):
    """All articles in one list, one press away from a new one."""

    model = ArticlePage
    index_view_class = ArticlesView
    name = "articles"
    icon = "doc-full-inverse"
    menu_label = _("Articles")
    menu_order = 120
    menu_item_class = WritersMenuItem
    add_to_admin_menu = True
    list_filter = ["topic", "author", "live"]
    columns = [
        *ArticlesView.base_columns[:2],
        Column("topic", label=_("Topic"), sort_key="topic__name"),
        Column("author", label=_("Author"), sort_key="author__name"),
        Column("next_review_on", label=_("Next review on"), sort_key="next_review_on"),
        *ArticlesView.base_columns[-2:],
    ]


class TopicViewSet(ModelViewSet):
    """What articles are about."""

    model = Topic
    icon = "tag"
    menu_label = _("Topics")
    menu_order = 130
    add_to_admin_menu = True
    copy_view_enabled = False
    edit_view_class = TopicEditView
    list_display = ["name", "summary"]
