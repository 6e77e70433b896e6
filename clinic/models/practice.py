"""The facts of the practice: how to reach it, when it is open, and where it is."""

from urllib.parse import quote
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from phonenumber_field.modelfields import PhoneNumberField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, MultiFieldPanel, TitleFieldPanel
from wagtail.admin.widgets.slug import SlugInput
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.fields import RichTextField
from wagtail.models import Orderable
from wagtail.search import index
from wagtail.search.queryset import SearchableQuerySetMixin

from clinic import hours

PLAIN_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link"]


class NamePanel(TitleFieldPanel):
    """The name of a fact. While a new one is typed, its address is made from it; later the address stays as it is."""

    class BoundPanel(TitleFieldPanel.BoundPanel):
        def get_attrs(self):
            return {} if self.instance.pk else super().get_attrs()


NAME_PANELS = [
    NamePanel("name", placeholder=False, classname=""),
    FieldPanel(
        "slug", widget=SlugInput, help_text=_("The last part of its address: small letters, numbers and hyphens.")
    ),
]
POSITION_PANEL = FieldPanel("sort_order", help_text=_("In lists, small numbers come first."))


class Weekday(models.IntegerChoices):
    """Days as Python counts them: 0 is Monday."""

    MONDAY = 0, _("Monday")
    TUESDAY = 1, _("Tuesday")
    WEDNESDAY = 2, _("Wednesday")
    THURSDAY = 3, _("Thursday")
    FRIDAY = 4, _("Friday")
    SATURDAY = 5, _("Saturday")
    SUNDAY = 6, _("Sunday")


def validate_time_zone(value):
    """Refuse a name that is not in the IANA time zone database."""
    if value not in available_timezones():
        raise ValidationError(
            _("“%(value)s” is not a time zone. Write one like America/New_York."), params={"value": value}
        )


@register_setting(icon="home", order=100)
class ClinicDetails(ClusterableModel, BaseGenericSetting):
    """How to reach the practice. Edited once, shown on every page and in every message."""

    name = models.CharField(_("name of the practice"), max_length=80, default="Our practice")
    message_name = models.CharField(
        _("name in messages"),
        max_length=60,
        default="The office",
        help_text=_(
            "Sender, subject and calendar title of messages. Choose a name that does not tell what kind of "
            "practice this is: other people may see it on a telephone’s screen."
        ),
    )
    telephone = PhoneNumberField(_("telephone"), blank=True)
    text_number = PhoneNumberField(_("number for text messages"), blank=True)
    street = models.CharField(_("street"), max_length=120, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    region = models.CharField(_("state"), max_length=40, blank=True)
    postal_code = models.CharField(_("ZIP code"), max_length=12, blank=True)
    time_zone = models.CharField(
        _("time zone"), max_length=60, default="America/New_York", validators=[validate_time_zone]
    )
    front_desk_email = models.EmailField(
        _("front desk’s email"), blank=True, help_text=_("New requests for appointments are announced here.")
    )
    manager_email = models.EmailField(
        _("manager’s email"),
        blank=True,
        help_text=_("Told when a request still has no answer an opening hour after the time that was promised."),
    )
    paying = RichTextField(
        _("how paying works"),
        features=PLAIN_FEATURES,
        blank=True,
        help_text=_("Shown with fees: how to pay, a lower fee, receipts for insurance."),
    )

    panels = [
        MultiFieldPanel(["name", "message_name"], heading=_("Name")),
        MultiFieldPanel(
            [
                "telephone",
                FieldPanel(
                    "text_number",
                    help_text=_("Phones get a button that opens a message to it; larger screens get a code to scan."),
                ),
                FieldPanel(
                    "front_desk_email",
                    help_text=_(
                        "We announce requests for appointments here. Patients’ replies to our emails come here too."
                    ),
                ),
                FieldPanel(
                    "manager_email",
                    help_text=_(
                        "We write here when a request still has no answer one opening hour after the promised time."
                    ),
                ),
            ],
            heading=_("Reach us"),
        ),
        MultiFieldPanel(
            [
                "street",
                FieldRowPanel(["city", "region", "postal_code"]),
                FieldPanel("time_zone", help_text=_("Every time on the site is in this zone. Like America/New_York.")),
            ],
            heading=_("Address"),
        ),
        MultiFieldPanel(
            ["paying", InlinePanel("insurance_plans", label=_("Plan"), heading=_("Insurance plans we accept"))],
            heading=_("Paying"),
        ),
        InlinePanel(
            "opening_hours",
            label=_("Hours"),
            heading=_("Opening hours"),
            help_text=_("When somebody answers the telephone and text messages. A day may have several lines."),
        ),
        InlinePanel(
            "closures",
            label=_("Closure"),
            heading=_("Closures"),
            help_text=_("Days on which you are closed. No appointments are offered on them."),
        ),
    ]

    class Meta:
        verbose_name = _("clinic details")

    def __str__(self):
        return self.name

    @property
    def zone(self) -> ZoneInfo:
        """The clinic's time zone, which rules every local time on the site."""
        return ZoneInfo(self.time_zone)

    @property
    def sms_link(self) -> str:
        """`sms:` address of the text line with a neutral beginning, empty without a number.

        “?&body=” is the one form that both iOS and Android read.
        """
        if not self.text_number:
            return ""
        return f"sms:{self.text_number.as_e164}?&body={quote(self.text_beginning)}"

    @property
    def text_beginning(self) -> str:
        """What a text message begins with. It says nothing about anybody."""
        return gettext("Hello, I have a question.")

    def weekly_hours(self) -> list[hours.WeeklyHours]:
        """The opening hours as plain values for `clinic.hours`."""
        rows = self.opening_hours.all()
        return [hours.WeeklyHours(row.weekday, row.opens, row.closes) for row in rows]

    def closed_days(self) -> list[hours.ClosedDays]:
        """The closures as plain values for `clinic.hours`."""
        return [hours.ClosedDays(row.starts_on, row.ends_on, row.name) for row in self.closures.all()]

    def open_state(self, now=None) -> hours.OpenState:
        """Whether the practice is open at *now* (aware; default: this moment), and when that changes."""
        return hours.open_state(now or timezone.now(), self.weekly_hours(), self.closed_days(), self.zone)


class OpeningHours(models.Model):
    """Hours in which somebody answers, every week. Several rows a day are allowed."""

    details = ParentalKey(ClinicDetails, on_delete=models.CASCADE, related_name="opening_hours")
    weekday = models.IntegerField(_("day"), choices=Weekday.choices)
    opens = models.TimeField(_("opens"))
    closes = models.TimeField(_("closes"), help_text=_("Local time. 00:00 is midnight at the end of the day."))

    panels = [FieldRowPanel(["weekday", "opens", "closes"])]

    class Meta:
        ordering = ["weekday", "opens"]
        verbose_name = verbose_name_plural = _("opening hours")
        constraints = [
            models.CheckConstraint(
                name="opening_hours_end_after_start",
                condition=Q(closes__gt=F("opens")) | Q(closes="00:00"),
                violation_error_message=_("Closing time must be after opening time."),
            ),
        ]

    def __str__(self):
        return f"{self.get_weekday_display()} {self.opens:%H:%M}–{self.closes:%H:%M}"


class Closure(models.Model):
    """Days on which the practice is closed and no appointment is offered."""

    details = ParentalKey(ClinicDetails, on_delete=models.CASCADE, related_name="closures")
    name = models.CharField(_("reason"), max_length=80, help_text=_("Shown to visitors: “Closed for Thanksgiving”."))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))

    panels = ["name", FieldRowPanel(["starts_on", "ends_on"])]

    class Meta:
        ordering = ["starts_on"]
        verbose_name = _("closure")
        constraints = [
            models.CheckConstraint(
                name="closure_ends_on_or_after_start",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day must not be before the first."),
            ),
        ]

    def __str__(self):
        return self.name


class InsurancePlan(Orderable):
    """A plan that pays for visits here."""

    details = ParentalKey(ClinicDetails, on_delete=models.CASCADE, related_name="insurance_plans")
    name = models.CharField(_("name"), max_length=80)
    note = models.CharField(_("what to know"), max_length=120, blank=True, help_text=_("Like “PPO plans only”."))

    panels = [FieldRowPanel(["name", "note"])]

    class Meta(Orderable.Meta):
        verbose_name = _("insurance plan")

    def __str__(self):
        return self.name


class SearchableQuerySet(SearchableQuerySetMixin, models.QuerySet):
    """Rows that the site's search finds."""


class Location(index.Indexed, models.Model):
    """A place where people are seen."""

    name = models.CharField(_("name"), max_length=80)
    slug = models.SlugField(_("address on the site"), unique=True)
    street = models.CharField(_("street"), max_length=120)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("state"), max_length=40)
    postal_code = models.CharField(_("ZIP code"), max_length=12)
    telephone = PhoneNumberField(_("telephone"), blank=True)
    directions = RichTextField(_("how to find us"), features=PLAIN_FEATURES, blank=True)
    sort_order = models.PositiveSmallIntegerField(_("position"), default=0)
    changed_at = models.DateTimeField(_("last changed"), auto_now=True)

    objects = SearchableQuerySet.as_manager()

    search_fields = [
        index.SearchField("name", boost=2),
        index.SearchField("street"),
        index.SearchField("city"),
        index.SearchField("directions"),
    ]
    panels = [
        FieldRowPanel(NAME_PANELS),
        MultiFieldPanel(["street", FieldRowPanel(["city", "region", "postal_code"])], heading=_("Address")),
        FieldPanel("telephone", help_text=_("Only if this place has a number of its own.")),
        FieldPanel(
            "directions",
            help_text=_("The way from bus, train and parking; steps, elevator, what the door looks like."),
        ),
        POSITION_PANEL,
    ]

    class Meta:
        ordering = ["sort_order", "name"]
        verbose_name = _("location")

    def __str__(self):
        return self.name

    @property
    def address(self) -> str:
        """The whole address in one line."""
        return f"{self.street}, {self.city}, {self.region} {self.postal_code}"

    @property
    def map_link(self) -> str:
        """Where a map can be opened. A link only: the site itself loads nothing from there."""
        return f"https://www.openstreetmap.org/search?query={quote(self.address)}"
