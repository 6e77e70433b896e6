"""What the site shows around its pages: notices, menus, consent texts, and how it treats links that lead away."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import FieldRowPanel, InlinePanel
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable

MOST_MENU_LINKS = 5


class NoticeQuerySet(models.QuerySet):
    """Notices as the site shows them."""

    def shown_at(self, now):
        """Those that are shown at *now* (aware), the newest first."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=now), starts_at__lte=now).order_by("-starts_at")


class Notice(models.Model):
    """A line above every page for some time: a closure, a change of telephone number."""

    text = models.CharField(_("text"), max_length=200, help_text=_("One sentence. It stands above every page."))
    link_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page with more about it"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    starts_at = models.DateTimeField(_("shown from"))
    ends_at = models.DateTimeField(_("until"), null=True, blank=True, help_text=_("Empty: until you delete it."))

    objects = NoticeQuerySet.as_manager()

    panels = ["text", "link_page", FieldRowPanel(["starts_at", "ends_at"])]

    class Meta:
        ordering = ["-starts_at"]
        verbose_name = _("notice")
        constraints = [
            models.CheckConstraint(
                name="notice_ends_after_start",
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self):
        return self.text

    def is_shown_at(self, now) -> bool:
        """Whether visitors see it at *now* (aware)."""
        return self.starts_at <= now and (self.ends_at is None or now < self.ends_at)


class MenuLink(Orderable):
    """One entry of a menu: a page of the site, or any address."""

    title = models.CharField(_("words"), max_length=40, blank=True, help_text=_("Empty: the title of the page."))
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    address = models.CharField(
        _("or an address"),
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"\A(/|https://)\S*\Z", _("Begin with / or https://"))],
        help_text=_("For what is not a page: /search/ or https://example.org/"),
    )

    panels = ["page", "address", "title"]

    class Meta(Orderable.Meta):
        abstract = True

    def clean(self):
        super().clean()
        if bool(self.page_id) == bool(self.address):
            raise ValidationError(_("Choose a page or write an address, one of the two."))
        if self.address and not self.title:
            raise ValidationError({"title": _("Write what the link says.")})


@register_setting(icon="list-ul", order=300)
class Navigation(ClusterableModel, BaseGenericSetting):
    """The menu at the top and the links at the bottom. Where none are chosen, pages decide by “show in menus”."""

    footer_note = models.CharField(
        _("line at the bottom"), max_length=200, blank=True, help_text=_("License number, legal name and the like.")
    )

    panels = [
        InlinePanel(
            "menu_links",
            label=_("Link"),
            heading=_("Menu at the top"),
            max_num=MOST_MENU_LINKS,
            help_text=_(
                "Five links at most. Without any, the menu shows the pages that are ticked “Show in menus”. "
                "A page that is a draft or private is left out until it can be read."
            ),
        ),
        InlinePanel(
            "footer_links",
            label=_("Link"),
            heading=_("Links at the bottom"),
            help_text=_(
                "Without any: privacy, accessibility and other pages that stand in no menu, and the locations. "
                "If you choose your own, keep privacy and accessibility among them. Search is always there."
            ),
        ),
        "footer_note",
    ]

    class Meta:
        verbose_name = _("menus")

    def __str__(self):
        return str(self._meta.verbose_name)


class TopMenuLink(MenuLink):
    """An entry of the menu at the top."""

    navigation = ParentalKey(Navigation, on_delete=models.CASCADE, related_name="menu_links")


class FooterLink(MenuLink):
    """An entry at the bottom of every page."""

    navigation = ParentalKey(Navigation, on_delete=models.CASCADE, related_name="footer_links")


@register_setting(icon="link-external", order=310)
class OutboundLinks(BaseGenericSetting):
    """Which other sites pay us or sell something: links to them say so, to readers and to search engines."""

    commercial_sites = models.TextField(
        _("commercial sites"),
        blank=True,
        help_text=_(
            "One a line, like example.com. Every link to them, or to an address below them, is marked "
            "“sponsored” for readers and for search engines."
        ),
    )

    panels = ["commercial_sites"]

    class Meta:
        verbose_name = _("links to other sites")

    def __str__(self):
        return str(self._meta.verbose_name)

    def is_commercial(self, host: str) -> bool:
        """Whether links to *host* are marked: it is one of the sites, or lies below one."""
        host = host.lower().rstrip(".")
        sites = (site_name(line) for line in self.commercial_sites.splitlines())
        return any(host == site or host.endswith(f".{site}") for site in sites if site)


def site_name(line: str) -> str:
    """Return "example.com" for what people write or paste: "Example.com", "https://www.example.com/shop"."""
    line = line.strip().lower()
    host = (line.partition("//")[2] or line).partition("/")[0].partition(":")[0]
    return host.strip(".").removeprefix("www.")


class ConsentTextQuerySet(models.QuerySet):
    """Versions of consent texts."""

    def current(self, purpose):
        """The version in force for *purpose*, None where none was written yet."""
        return self.filter(purpose=purpose).order_by("-version").first()


class ConsentText(models.Model):
    """One version of what people agree to. A version is never changed: consent refers to these very words."""

    class Purpose(models.TextChoices):
        """What is agreed to."""

        BOOKING = "booking", _("Asking for an appointment")
        TESTIMONIAL = "testimonial", _("Showing a testimonial")

    purpose = models.CharField(_("for"), max_length=20, choices=Purpose.choices)
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    text = models.TextField(
        _("text"), max_length=600, help_text=_("Plain words, as the person reads them beside the box to tick.")
    )
    written_at = models.DateTimeField(_("in force since"), editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("written by"),
        null=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
    )

    objects = ConsentTextQuerySet.as_manager()

    panels = ["purpose", "text"]

    class Meta:
        ordering = ["purpose", "-version"]
        verbose_name = _("consent text")
        constraints = [models.UniqueConstraint(fields=["purpose", "version"], name="consent_text_version_once")]

    def __str__(self):
        return f"{self.get_purpose_display()}, {self.version}"
