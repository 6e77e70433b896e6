"""Links that lead nowhere, and those to other sites."""

import django_filters
from django.forms import RadioSelect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.admin_url_finder import AdminURLFinder
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.models import Page

from blog.link_checks import Target, check_links
from blog.own_site import OwnSite
from blog.reports.base import RowsReport

MOST_USES = 10  # of one link, in the table; a spreadsheet has them all


class UsesColumn(Column):
    """Where a link stands, each place with a way to its form."""

    cell_template_name = "blog/admin/uses_cell.html"

    def get_cell_context_data(self, instance, parent_context):
        edit_url = AdminURLFinder(parent_context["request"].user).get_edit_url
        shown = instance.uses[:MOST_USES]
        uses = [{"url": edit_url(one.holder) or one.url, "title": one.title, "place": place} for one, place in shown]
        more = len(instance.uses) - len(uses)
        return {**super().get_cell_context_data(instance, parent_context), "uses": uses, "more": more}


class LinkFilters(WagtailFilterSet):
    show = django_filters.ChoiceFilter(
        label=gettext_lazy("Show"),
        choices=[("broken", gettext_lazy("Broken")), ("outside", gettext_lazy("To other sites"))],
        widget=RadioSelect,
        empty_label=gettext_lazy("All"),
    )

    class Meta:
        model = Page
        fields = []


def in_words(target: Target) -> str:
    """Return what is wrong with a link."""
    return _("Another site: not checked") if target.outside else target.problem


class BrokenLinksView(RowsReport):
    """Links that lead nowhere, and those to other sites, which are listed but never asked."""

    name = "broken_links"
    page_title = gettext_lazy("Broken links")
    header_icon = "link"
    no_results_message = gettext_lazy("Every link leads somewhere.")
    filterset_class = LinkFilters
    columns = [
        Column("address", label=gettext_lazy("Leads to")),
        Column("problem", label=gettext_lazy("State"), accessor=in_words),
        Column("count", label=gettext_lazy("Times"), accessor=lambda target: len(target.uses)),
        UsesColumn("uses", label=gettext_lazy("Where")),
    ]
    list_export = ["address", "problem_in_words", "count", "places"]
    export_headings = {
        "address": gettext_lazy("Leads to"),
        "problem_in_words": gettext_lazy("State"),
        "count": gettext_lazy("Times"),
        "places": gettext_lazy("Where"),
    }

    def rows(self, show):
        targets = check_links(OwnSite(self.request))
        return [one for one in targets if show in ("", "outside" if one.outside else "broken")]

    def to_row_dict(self, item):
        places = [f"{source.title} ({place})" for source, place in item.uses]
        return {
            "address": item.address,
            "problem_in_words": in_words(item),
            "count": len(item.uses),
            "places": places,
        }
