"""Articles whose clinical review is over, nearly so, or missing."""

from datetime import timedelta

import django_filters
from django.db.models import Case, F, QuerySet, TextChoices, Value, When
from django.forms import RadioSelect
from django.utils.translation import gettext_lazy
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.components import Component
from wagtail.admin.ui.tables import Column

from blog.models import ArticlePage
from blog.reports.base import PageColumn, WritersReport
from blog.review import clinic_today

SOON = timedelta(days=30)


class ReviewState(TextChoices):
    """How it stands with the review of an article."""

    OVERDUE = "overdue", gettext_lazy("Over")
    SOON = "soon", gettext_lazy("Within 30 days")
    NEVER = "never", gettext_lazy("Never reviewed")
    NO_DATE = "no_date", gettext_lazy("No date for the next review")


def due_for_review() -> QuerySet[ArticlePage]:
    """Published articles whose review is over or nearly so, or that have none; `state` says which. The oldest first."""
    today = clinic_today()
    state = Case(
        When(next_review_on__lte=today, then=Value(ReviewState.OVERDUE)),
        When(reviewed_on__isnull=True, then=Value(ReviewState.NEVER)),
        When(next_review_on__lte=today + SOON, then=Value(ReviewState.SOON)),
        When(next_review_on__isnull=True, then=Value(ReviewState.NO_DATE)),
    )
    articles = ArticlePage.objects.live().annotate(state=state).filter(state__isnull=False)
    return articles.select_related("author", "reviewed_by").order_by(F("next_review_on").asc(nulls_last=True), "title")


class DueForReviewFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=gettext_lazy("Review"), choices=ReviewState.choices, widget=RadioSelect, empty_label=gettext_lazy("All")
    )

    class Meta:
        model = ArticlePage
        fields = ["state", "reviewed_by", "author"]


def state_in_words(article_or_state) -> str:
    """Return the label of a review's state."""
    return str(ReviewState(getattr(article_or_state, "state", article_or_state)).label)


class DueForReviewView(WritersReport):
    """Articles whose clinical review is over, nearly so, or missing."""

    name = "due_for_review"
    page_title = gettext_lazy("Articles due for review")
    header_icon = "calendar-check"
    no_results_message = gettext_lazy("No article is due for review.")
    filterset_class = DueForReviewFilters
    columns = [
        PageColumn(),
        Column("state", label=gettext_lazy("Review"), accessor=state_in_words),
        Column("next_review_on", label=gettext_lazy("Due on")),
        Column("reviewed_on", label=gettext_lazy("Last reviewed on")),
        Column("reviewed_by", label=gettext_lazy("by")),
        Column("author", label=gettext_lazy("Author")),
    ]
    list_export = ["title", "state", "next_review_on", "reviewed_on", "reviewed_by", "author", "full_url"]
    export_headings = {"state": gettext_lazy("Review"), "full_url": gettext_lazy("Address")}
    custom_field_preprocess = {"state": dict.fromkeys(WritersReport.FORMATS, state_in_words)}

    def get_queryset(self):
        self.queryset = due_for_review()
        return super().get_queryset()


class DueForReviewPanel(Component):
    """On the first screen after signing in: how many articles wait for a review."""

    name = "due_for_review"
    order = 60
    template_name = "blog/admin/due_panel.html"

    def get_context_data(self, parent_context):
        states = list(due_for_review().values_list("state", flat=True))
        return {"over": states.count(ReviewState.OVERDUE), "count": len(states)}
