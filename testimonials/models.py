"""What people who came here allow us to show of their story: the ledger of consent, and the page."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Q
from django.http import Http404
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from clinic.crypto import EncryptedBinaryField, EncryptedTextField
from clinic.models import ClinicDetails, ConsentText, Service
from clinic.models.pages import IntroducedPage

PER_PAGE = 12  # stories on one page


class Relation(models.TextChoices):
    """Who tells the story."""

    PATIENT = "patient", _("Came here themselves")
    PARENT = "parent", _("Parent")
    PARTNER = "partner", _("Partner")
    RELATIVE = "relative", _("Another relative or a friend")


class Source(models.TextChoices):
    """How the words came to us."""

    UNSOLICITED = "unsolicited", _("They wrote without being asked")
    ASKED = "asked", _("A former client whom we asked")


class Scope(models.TextChoices):
    """Where the story may be shown."""

    STORIES_PAGE = "stories_page", _("On the page of testimonials only")
    WEBSITE = "website", _("Anywhere on this website")


class State(models.TextChoices):
    """What may be done with the story now."""

    SHOWN = "shown", _("Shown")
    NOT_SHOWN = "not_shown", _("Not shown")
    WAITING = "waiting", _("Waiting for consent")
    WITHDRAWN = "withdrawn", _("Consent withdrawn")


class TestimonialQuerySet(models.QuerySet):
    """Testimonials as the site shows them, and as staff look for them."""

    def shown(self):
        """Those that may be shown on the page of testimonials, newest first."""
        return self.filter(published=True).select_related("service").order_by("-given_on", "-pk")

    def shown_anywhere(self):
        """Those that may be shown on any page, newest first."""
        return self.shown().filter(consent_scope=Scope.WEBSITE)

    def in_state(self, state):
        """Those whose `state` is *state*."""
        withdrawn = Q(consent_withdrawn_on__isnull=False)
        waiting = Q(consent_withdrawn_on__isnull=True, consent_given_on__isnull=True, sample=False)
        match state:
            case State.SHOWN:
                return self.filter(published=True)
            case State.WITHDRAWN:
                return self.filter(withdrawn)
            case State.WAITING:
                return self.filter(waiting)
            case State.NOT_SHOWN:
                return self.filter(published=False).exclude(withdrawn | waiting)
        return self.none()


class Testimonial(models.Model):
    """One story in the words of the person who told it, and what they allowed. Written by `services` only."""

    text = models.TextField(
        _("text"), max_length=6000, help_text=_("In their own words. An empty line begins a new paragraph.")
    )
    shown_name = models.CharField(
        _("name to show"), max_length=60, help_text=_("As they agreed to: a first name and an initial, or “A parent”.")
    )
    relation = models.CharField(_("who tells it"), max_length=10, choices=Relation.choices)
    service = models.ForeignKey(
        "clinic.Service",
        verbose_name=_("service"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="testimonials",
        help_text=_("It is shown on this service’s page, too."),
    )
    given_on = models.DateField(_("date"), help_text=_("When they told or wrote it. The newest stories come first."))
    source = models.CharField(
        _("how it came to us"),
        max_length=12,
        choices=Source.choices,
        help_text=_("Nobody who is in treatment here is ever asked for a testimonial."),
    )
    sample = models.BooleanField(_("sample"), default=False, editable=False)  # of the demo, and labelled so
    consent_given_on = models.DateField(
        _("consent given on"), null=True, blank=True, help_text=_("Empty as long as they have not said yes.")
    )
    consent_scope = models.CharField(_("may be shown"), max_length=12, choices=Scope.choices, blank=True)
    consent_text = models.ForeignKey(
        "clinic.ConsentText",
        verbose_name=_("words they agreed to"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        limit_choices_to={"purpose": ConsentText.Purpose.TESTIMONIAL},
        help_text=_("The version that was read to them, or that they signed."),
    )
    consent_withdrawn_on = models.DateField(_("consent withdrawn on"), null=True, blank=True, editable=False)
    published = models.BooleanField(
        _("show it on the site"), default=False, help_text=_("Possible once consent was given.")
    )
    recorded_at = models.DateTimeField(_("recorded"), null=True, editable=False)  # None: before there was a ledger
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("recorded by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = TestimonialQuerySet.as_manager()

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
            models.CheckConstraint(
                name="testimonial_not_shown_once_withdrawn",
                condition=Q(published=False) | Q(consent_withdrawn_on__isnull=True),
                violation_error_message=_(
                    "This can’t be shown: the person has withdrawn their consent. If they agree again, record it anew."
                ),
            ),
            models.CheckConstraint(
                name="testimonial_consent_says_where_and_to_what",
                condition=Q(consent_given_on__isnull=True)
                | (
                    ~Q(consent_scope="")
                    & (Q(sample=True) | Q(recorded_at__isnull=True) | Q(consent_text__isnull=False))
                ),
                violation_error_message=_("Say where it may be shown, and choose the words that they agreed to."),
            ),
        ]

    def __str__(self):
        return gettext("Testimonial %(number)s") % {"number": self.pk}  # words and name would stay in logs

    def clean(self):
        super().clean()
        today = timezone.localdate(timezone=ClinicDetails.load().zone)
        for name in ("given_on", "consent_given_on"):
            if (day := getattr(self, name)) and day > today:
                raise ValidationError({name: _("This day has not come yet.")})

    @property
    def state(self) -> State:
        """Where it stands between consent, the site and withdrawal."""
        if self.consent_withdrawn_on:
            return State.WITHDRAWN
        if self.published:
            return State.SHOWN
        return State.NOT_SHOWN if self.sample or self.consent_given_on else State.WAITING

    @property
    def teller(self) -> str:
        """Who tells it, as readers see it: nothing where it is the patient."""
        return "" if self.relation in ("", Relation.PATIENT) else self.get_relation_display()


class ConsentFile(models.Model):
    """The signed sheet, or whatever shows the consent. It lies encrypted in the database and has no address."""

    testimonial = models.OneToOneField(Testimonial, on_delete=models.CASCADE, related_name="consent_file")
    name = EncryptedTextField(max_length=200)
    content = EncryptedBinaryField()

    class Meta:
        default_permissions = ()  # whoever may see the testimonial

    def __str__(self):
        return f"consent file {self.pk}"


class TestimonialsPage(IntroducedPage):
    """All testimonials that may be shown; `?service=<slug>` shows those about one service."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def get_context(self, request, *args, **kwargs):
        """Raises Http404 for a service that does not exist."""
        shown = Testimonial.objects.shown()
        services = Service.objects.filter(pk__in=shown.order_by().values("service"))
        service = self.wanted_service(request.GET.get("service", ""))
        if service:
            shown = shown.filter(service=service)
        page_of_stories = Paginator(shown, PER_PAGE).get_page(request.GET.get("page"))
        own = {"services": services, "service": service, "stories": page_of_stories}
        return {**super().get_context(request, *args, **kwargs), **own}

    def wanted_service(self, slug: str) -> Service | None:
        """Return the service with this slug, None for an empty one; raises Http404 for an unknown one."""
        if not slug:
            return None
        for service in Service.objects.all():  # compared here: the words come from anybody
            if service.slug == slug:
                return service
        raise Http404
