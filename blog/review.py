"""The clinical review: a step between author and reader, and the note that it leaves on the article."""

from datetime import date

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import AbstractGroupApprovalTask, Page

from clinic.models import ClinicDetails, Practitioner, User


class ClinicalReviewTask(AbstractGroupApprovalTask):
    """A step of a workflow: somebody in the chosen groups reads the article and approves it or asks for changes."""

    class Meta:
        verbose_name = _("clinical review")
        verbose_name_plural = _("clinical reviews")

    @classmethod
    def get_description(cls):
        return _(
            "Members of the chosen groups read the article. Approval by a practitioner who signs in is noted on it: "
            "by whom, on which day, and when the next review is due."
        )

    @transaction.atomic
    def on_action(self, task_state, user, action_name, **kwargs):
        if action_name == "approve":
            record_review(task_state.workflow_state.content_object, user)
        super().on_action(task_state, user, action_name, **kwargs)


def record_review(page: Page, user: User) -> None:
    """Save a draft of *page* that says who reviewed it today. Without a practitioner who is *user*, nothing is said."""
    practitioner = Practitioner.objects.filter(user=user).first()
    draft = page.get_latest_revision_as_object()
    if practitioner is None or not hasattr(draft, "next_review_on"):
        return
    published = type(draft).objects.filter(pk=page.pk, first_published_at__isnull=False).first()
    note_review(draft, published=published, practitioner=practitioner, today=clinic_today())
    draft.save_revision(user=user, log_action=True, clean=False)
    page.refresh_from_db(fields=["latest_revision"])  # it is this very object whose latest revision is published next


def note_review(draft, *, published, practitioner: Practitioner, today: date) -> None:
    """Enter the review on *draft*. What differs from *published* (None: never was) was entered by hand and stays."""

    def by_hand(name):
        return getattr(draft, name) and getattr(draft, name) != getattr(published, name, None)

    if by_hand("reviewed_by_id") or by_hand("reviewed_on"):
        draft.reviewed_by = draft.reviewed_by or practitioner
        draft.reviewed_on = draft.reviewed_on or today
    else:
        draft.reviewed_by, draft.reviewed_on = practitioner, today
    if not by_hand("next_review_on") or draft.next_review_on <= draft.reviewed_on:
        draft.next_review_on = a_year_after(draft.reviewed_on)


def a_year_after(day: date) -> date:
    """Return the same day of the next year; of February 29, the 28th."""
    try:
        return day.replace(year=day.year + 1)
    except ValueError:
        return day.replace(year=day.year + 1, day=28)


def clinic_today() -> date:
    """Return the day that it is in the clinic's zone."""
    return timezone.now().astimezone(ClinicDetails.load().zone).date()
