"""The facts of care: what is offered, how, and by whom."""

from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.search import index

from clinic.blocks import QuestionBlock

from .practice import NAME_PANELS, PLAIN_FEATURES, POSITION_PANEL, Location, SearchableQuerySet

RESERVED_SERVICE_SLUGS = ("received", "manage", "find", "ask")  # addresses of their own below /book/


class Mode(models.TextChoices):
    """How an appointment is held."""

    IN_PERSON = "in_person", _("In person")
    VIDEO = "video", _("By video")
    PHONE = "phone", _("By phone")


def modes_in_words(modes) -> str:
    """Return *modes* in the order in which `Mode` lists them: “In person, by video”."""
    labels = [str(mode.label) for mode in Mode if mode in modes]
    return ", ".join([*labels[:1], *(label[:1].lower() + label[1:] for label in labels[1:])])


class ModesField(ArrayField):
    """A list of modes, edited as check boxes."""

    def __init__(self, **kwargs):
        kwargs["base_field"] = models.CharField(max_length=10, choices=Mode.choices)
        super().__init__(**kwargs)

    def deconstruct(self):
        name, path, args, kwargs = super().deconstruct()
        del kwargs["base_field"]
        return name, path, args, kwargs

    def formfield(self, **kwargs):
        options = {
            "form_class": forms.MultipleChoiceField,
            "choices": Mode.choices,
            "widget": forms.CheckboxSelectMultiple,
            **kwargs,
        }
        return models.Field.formfield(self, **options)


class Service(index.Indexed, models.Model):
    """Something the practice offers and, mostly, that can be booked."""

    class Confirmation(models.TextChoices):
        """Who says yes to a request."""

        STAFF = "staff", _("Staff confirm each request")
        AUTOMATIC = "automatic", _("It is confirmed at once")

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address on the site"), unique=True)
    summary = models.CharField(_("summary"), max_length=200)
    body = RichTextField(_("description"), features=PLAIN_FEATURES, blank=True)
    duration_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"), validators=[MinValueValidator(5), MaxValueValidator(480)]
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("pause after it, in minutes"), default=10, validators=[MaxValueValidator(120)]
    )
    fee = models.CharField(_("fee"), max_length=80, blank=True, help_text=_("As words: “$165 a session”."))
    modes = ModesField(verbose_name=_("how it is held"))
    questions = StreamField(
        [("question", QuestionBlock())],
        verbose_name=_("questions people ask"),
        blank=True,
        help_text=_("Shown on the service’s page, each with its answer folded below it."),
    )
    bookable_online = models.BooleanField(_("can be booked online"), default=True)
    confirmation = models.CharField(
        _("confirmation"), max_length=10, choices=Confirmation.choices, default=Confirmation.STAFF
    )
    late_cancellation_hours = models.PositiveSmallIntegerField(
        _("cancelling is late from, in hours before it"),
        default=24,
        validators=[MaxValueValidator(336)],
        help_text=_("0: it is never late."),
    )
    late_cancellation = models.CharField(
        _("what a late cancellation means"),
        max_length=160,
        blank=True,
        help_text=_("Told before somebody cancels late. Like “We charge half the fee.” Empty: nothing is charged."),
    )
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = SearchableQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=3),
        index.SearchField("summary", boost=2),
        index.SearchField("body"),
        index.SearchField("questions"),
    ]
    panels = [
        FieldRowPanel(NAME_PANELS),
        FieldPanel("summary", help_text=_("One or two sentences for lists and for the booking page.")),
        FieldPanel("body", help_text=_("For whom it is, what happens, and how to get ready.")),
        "questions",
        MultiFieldPanel(
            [
                FieldRowPanel(
                    [
                        "duration_minutes",
                        FieldPanel("buffer_minutes", help_text=_("Kept free. Patients don’t see it.")),
                        "fee",
                    ]
                ),
                "modes",
            ],
            heading=_("Length, fee and how it is held"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("bookable_online", help_text=_("Off: the page stays, and people call or text to book.")),
                "confirmation",
            ],
            heading=_("Booking"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "late_cancellation_hours",
                    heading=_("Hours before the visit from which cancelling is late"),
                    help_text=_("24: whoever cancels less than a day before cancels late. 0: it is never late."),
                ),
                FieldPanel(
                    "late_cancellation",
                    help_text=_(
                        "Shown before somebody cancels late, like “We charge half the fee.” Empty: nothing is charged."
                    ),
                ),
            ],
            heading=_("Late cancellation"),
        ),
        POSITION_PANEL,
    ]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("service")
        constraints = [
            models.CheckConstraint(
                name="service_slug_not_reserved",
                condition=~Q(slug__in=RESERVED_SERVICE_SLUGS),
                violation_error_message=_("This address is used by the site itself. Choose another."),
            ),
            models.CheckConstraint(name="service_duration_positive", condition=Q(duration_minutes__gte=5)),
            models.CheckConstraint(name="service_has_a_mode", condition=Q(modes__len__gt=0)),
        ]

    def __str__(self):
        return self.name

    @property
    def confirms_itself(self) -> bool:
        """Whether a request is confirmed at once, without staff."""
        return self.confirmation == self.Confirmation.AUTOMATIC

    @property
    def leaves_something_to_pay(self) -> bool:
        """Whether a plan may have a part in it: the fee names an amount, or nobody wrote a fee; “Free” does not."""
        return not self.fee or any(letter.isdigit() for letter in self.fee)

    @property
    def modes_in_words(self) -> str:
        """How it is held: “In person, by video”."""
        return modes_in_words(self.modes)


class PractitionerQuerySet(SearchableQuerySet):
    """Practitioners as the site shows them."""

    def active(self):
        """Those who work here now."""
        return self.filter(active=True)


class Practitioner(index.Indexed, models.Model):
    """Somebody who sees patients."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address on the site"), unique=True)
    credentials = models.CharField(_("credentials"), max_length=80, blank=True, help_text=_("Like LCSW, PhD."))
    pronouns = models.CharField(_("pronouns"), max_length=30, blank=True)
    portrait = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("portrait"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    summary = models.CharField(_("summary"), max_length=200, blank=True)
    biography = RichTextField(_("in their own words"), features=PLAIN_FEATURES, blank=True)
    first_visit = RichTextField(_("how a first visit goes"), features=PLAIN_FEATURES, blank=True)
    specialities = ArrayField(
        models.CharField(max_length=60),
        verbose_name=_("specialities"),
        default=list,
        blank=True,
        help_text=_("In plain words, with commas between: Worry and anxiety, Sleep."),
    )
    languages = ArrayField(
        models.CharField(max_length=40),
        verbose_name=_("languages"),
        default=list,
        blank=True,
        help_text=_("With commas between: English, Spanish."),
    )
    services = models.ManyToManyField(Service, verbose_name=_("services"), blank=True, related_name="practitioners")
    locations = models.ManyToManyField(Location, verbose_name=_("locations"), blank=True, related_name="practitioners")
    user = models.OneToOneField(
        "clinic.User",
        verbose_name=_("user who signs in"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="practitioner",
        help_text=_("New requests for this person are announced to this user’s email address."),
    )
    active = models.BooleanField(_("works here now"), default=True)
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = PractitionerQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=3),
        index.SearchField("summary", boost=2),
        index.SearchField("biography"),
        index.SearchField("first_visit"),
        index.SearchField("specialities_text"),
        index.FilterField("active"),
    ]
    panels = [
        MultiFieldPanel(
            [
                FieldRowPanel(NAME_PANELS),
                FieldRowPanel(["credentials", FieldPanel("pronouns", help_text=_("Like she/her. May stay empty."))]),
                FieldPanel("portrait", help_text=_("A calm picture of the face. It is cut to a square.")),
            ],
            heading=_("Who"),
        ),
        MultiFieldPanel(
            [
                FieldPanel("summary", help_text=_("One or two sentences for lists: whom you help, and with what.")),
                FieldPanel("biography", help_text=_("What you would say to somebody who wonders whether to come.")),
                "first_visit",
            ],
            heading=_("Words"),
        ),
        MultiFieldPanel(["specialities", "languages"], heading=_("Finding the right person")),
        MultiFieldPanel(
            [
                FieldPanel("services", widget=forms.CheckboxSelectMultiple),
                FieldPanel("locations", widget=forms.CheckboxSelectMultiple),
            ],
            heading=_("What and where"),
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "user",
                    help_text=_(
                        "New requests for this person are announced to this user’s email address. Articles that the "
                        "user approves name this person as their reviewer."
                    ),
                ),
                FieldPanel(
                    "active",
                    help_text=_("Off: the page and the open times go; articles by this person stay and keep the name."),
                ),
                POSITION_PANEL,
            ],
            heading=_("Office"),
        ),
    ]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("practitioner")

    def __str__(self):
        return self.name

    def specialities_text(self) -> str:
        """The specialities as one text, for the search."""
        return ", ".join([*self.specialities, *self.languages])

    @property
    def title(self) -> str:
        """Name with credentials: “Maya Lindqvist, LCSW”."""
        return f"{self.name}, {self.credentials}" if self.credentials else self.name
