"""Reports in the admin: articles due for review, content checks, broken links. For everybody who writes."""

from django.urls import path, reverse

from .base import WritersMenuItem
from .checks import ContentChecksView
from .links import BrokenLinksView
from .review import DueForReviewView

REPORTS = [DueForReviewView, ContentChecksView, BrokenLinksView]


def report_urls() -> list:
    """The addresses of the reports below /admin/."""
    return [
        path(f"reports/{view.name.replace('_', '-')}/{ending}", view.as_view(results_only=bool(ending)), name=name)
        for view in REPORTS
        for ending, name in (("", view.name), ("results/", f"{view.name}_results"))
    ]


def menu_item(view, order: int) -> WritersMenuItem:
    """The entry of *view* in the menu Reports."""
    url = reverse(f"blog_reports:{view.name}")
    return WritersMenuItem(view.page_title, url, name=view.name, icon_name=view.header_icon, order=order)
