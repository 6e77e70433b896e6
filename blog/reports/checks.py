"""Published pages with what is worth another look."""

from dataclasses import dataclass

import django_filters
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.models import Page

from blog.content_checks import Finding, Kind, findings
from blog.reports.base import PageColumn, RowsReport
from blog.review import clinic_today


@dataclass(frozen=True)
class CheckedPage:
    """A page with what to look at on it."""

    page: Page
    findings: list[Finding]

    @property
    def title(self) -> str:
        """The page's title."""
        return self.page.title

    @property
    def kind(self) -> str:
        """What kind of page it is."""
        return str(self.page._meta.verbose_name)

    @property
    def advice(self) -> list[str]:
        """The findings as lines."""
        return [f"{one.place}: {one.text}" if one.place else one.text for one in self.findings]


def checked_pages(kind: str = "") -> list[CheckedPage]:
    """Return the published pages on which something of *kind*, or anything, is to be looked at."""
    today = clinic_today()
    checked = []
    for page in Page.objects.live().filter(depth__gt=1).order_by("title").specific():
        found = [one for one in findings(page, today=today) if kind in ("", one.kind)]
        if found:
            checked.append(CheckedPage(page, found))
    return checked


class AdviceColumn(Column):
    """The findings as a list."""

    cell_template_name = "blog/admin/advice_cell.html"


class ContentChecksFilters(WagtailFilterSet):
    kind = django_filters.ChoiceFilter(
        label=gettext_lazy("What"), choices=Kind.choices, widget=RadioSelect, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = Page
        fields = []


class ContentChecksView(RowsReport):
    """Published pages with what is worth another look."""

    name = "content_checks"
    page_title = gettext_lazy("Content checks")
    header_icon = "glasses"
    no_results_message = gettext_lazy("There is nothing to look at.")
    filterset_class = ContentChecksFilters
    columns = [
        PageColumn(),
        Column("kind", label=gettext_lazy("Page")),
        AdviceColumn("advice", label=gettext_lazy("Worth another look")),
    ]
    list_export = ["title", "kind", "advice", "page.full_url"]
    export_headings = {
        "title": gettext_lazy("Title"),
        "kind": gettext_lazy("Page"),
        "advice": gettext_lazy("Worth another look"),
        "page.full_url": gettext_lazy("Address"),
    }

    def rows(self, kind):
        return checked_pages(kind)
