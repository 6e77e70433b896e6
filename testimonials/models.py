"""What people who came here allow us to show of their story."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldRowPanel, MultiFieldPanel

from clinic.models.pages import IntroducedPage


class TestimonialQuerySet(models.QuerySet):
    """Testimonials as the site shows them."""

    def shown(self):
        """Those that may be shown, newest first."""
        return self.filter(published=True).select_related("service").order_by("-given_on", "-pk")


class Testimonial(models.Model):
    """One story, in the words of the person who told it, shown only with their consent."""

    text = models.TextField(_("text"), help_text=_("An empty line begins a new paragraph."))
    shown_name = models.CharField(_("name to show"), max_length=60, help_text=_("First name and initial."))
    service = models.ForeignKey(
        "clinic.Service",
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="testimonials",
    )
    given_on = models.DateField(_("date"))
    sample = models.BooleanField(
        _("sample"), default=False, help_text=_("Written for a demonstration; labelled so where it is shown.")
    )
    consent_given_on = models.DateField(_("consent given on"), null=True, blank=True)
    published = models.BooleanField(_("shown on the site"), default=False)

    objects = TestimonialQuerySet.as_manager()

    panels = [
        "text",
        FieldRowPanel(["shown_name", "service", "given_on"]),
        MultiFieldPanel(["consent_given_on", "sample", "published"], heading=_("Consent")),
    ]

    class Meta:
        ordering = ["-given_on", "-pk"]
        verbose_name = _("testimonial")
        constraints = [
            models.CheckConstraint(
                name="testimonial_shown_only_with_consent",
                condition=Q(published=False) | Q(sample=True) | Q(consent_given_on__isnull=False),
                violation_error_message=_(
                    "This can be shown only with consent. Enter the day on which it was given, or do not show it."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.shown_name}, {self.given_on:%Y-%m-%d}"


class TestimonialsPage(IntroducedPage):
    """All testimonials that may be shown."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def testimonials(self):
        """The ones that may be shown, newest first."""
        return Testimonial.objects.shown()
