"""The only writer of testimonials: record, change, withdraw. What happened is logged, never what was said."""

from datetime import datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from wagtail.log_actions import log

from clinic.models import ClinicDetails
from testimonials.models import ConsentFile, Testimonial

# What staff enter. The day of withdrawal is not among them: a form that was opened before it can't undo it.
ENTERED = (
    "text", "shown_name", "relation", "service", "given_on", "source",
    "consent_given_on", "consent_scope", "consent_text", "published",
)  # fmt: skip


@transaction.atomic
def record_testimonial(
    *, testimonial: Testimonial, user, now: datetime, file: UploadedFile | None = None
) -> Testimonial:
    """Store a new testimonial that *user* (None: the site itself) took down, with the *file* that shows consent.

    Raises ValidationError, with words for staff, where it must not be shown.
    """
    testimonial.recorded_by = user
    testimonial.recorded_at = now
    testimonial.validate_constraints()
    testimonial.save(force_insert=True)
    keep_file(testimonial, file)
    log(testimonial, "wagtail.create", user=user)
    if testimonial.published:
        log(testimonial, "testimonials.show", user=user)
    return testimonial


@transaction.atomic
def change_testimonial(
    *, testimonial: Testimonial, user, file: UploadedFile | None = None, remove_file: bool = False
) -> Testimonial:
    """Store what was changed on *testimonial*; a new *file* replaces the old one.

    Raises ValidationError, with words for staff, where it must not be shown, also when consent was withdrawn
    since *testimonial* was read.
    """
    stored = locked(testimonial.pk)
    testimonial.consent_withdrawn_on = stored.consent_withdrawn_on
    testimonial.validate_constraints()
    testimonial.save(update_fields=ENTERED)
    if remove_file or file:
        ConsentFile.objects.filter(testimonial=testimonial).delete()
    keep_file(testimonial, file)
    log(testimonial, "wagtail.edit", user=user, content_changed=True)
    if testimonial.published != stored.published:
        log(testimonial, "testimonials.show" if testimonial.published else "testimonials.hide", user=user)
    return testimonial


@transaction.atomic
def withdraw_consent(*, testimonial_id: int, user, now: datetime) -> Testimonial:
    """Note that consent was withdrawn, on the clinic's day of *now*, and take the story off the site.

    A second time changes nothing.
    """
    testimonial = locked(testimonial_id)
    if not testimonial.consent_withdrawn_on:
        testimonial.consent_withdrawn_on = now.astimezone(ClinicDetails.load().zone).date()
        testimonial.published = False
        testimonial.save(update_fields=["consent_withdrawn_on", "published"])
        log(testimonial, "testimonials.withdraw", user=user)
    return testimonial


def locked(pk: int) -> Testimonial:
    """Return the stored row; until the transaction ends nobody else writes it."""
    return Testimonial.objects.select_for_update().get(pk=pk)


def keep_file(testimonial: Testimonial, file: UploadedFile | None) -> None:
    """Store *file* beside its testimonial."""
    if file:
        ConsentFile.objects.create(testimonial=testimonial, name=file.name, content=file.read())
