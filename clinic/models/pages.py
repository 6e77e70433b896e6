"""The practice's own pages. Articles and testimonials have theirs in their own apps."""

from django.db import models
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page
from wagtail.search import index

from clinic.blocks import HelpLineBlock, StepBlock, StoryBlock

from .care import Practitioner, Service
from .practice import PLAIN_FEATURES, ClinicDetails, Location

STORY_HELP = _("Press the plus sign to add a piece: text, a heading, a picture, a call to book.")
TOP_PAGES = [
    "blog.BlogIndexPage",
    "testimonials.TestimonialsPage",
    "clinic.TeamPage",
    "clinic.ServicesPage",
    "clinic.LocationsPage",
    "clinic.ContactPage",
    "clinic.CrisisHelpPage",
    "clinic.StandardPage",
]


# The tab “Promote” of every page, in plain words.
PROMOTE_PANELS = [
    MultiFieldPanel(
        [
            FieldPanel(
                "search_description",
                heading=_("Description"),
                help_text=_(
                    "One or two sentences, about 150 letters. People read them in search results and where a link to "
                    "the page is shared, before they decide to come."
                ),
            ),
            FieldPanel(
                "seo_title",
                heading=_("Title in search results"),
                help_text=_("Empty: the title of the page. Fill it in only where that is long or unclear."),
            ),
            FieldPanel(
                "slug",
                heading=_("Address"),
                help_text=_("The last part of the page’s address: small letters, numbers and hyphens."),
            ),
        ],
        heading=_("For search engines"),
    ),
    MultiFieldPanel(
        [FieldPanel("show_in_menus", help_text=_("Only where no links are chosen under Settings, Menus."))],
        heading=_("In the menu"),
    ),
]


class HomePage(Page):
    """The front door. One a site."""

    parent_page_types = ["wagtailcore.Page"]
    subpage_types = TOP_PAGES
    max_count = 1

    headline = models.CharField(_("headline"), max_length=120, default="A quiet place to talk things through")
    introduction = models.TextField(_("introduction"), blank=True)
    steps = StreamField(
        [("step", StepBlock())],
        verbose_name=_("how it works"),
        blank=True,
        max_num=4,
        help_text=_("They are numbered by themselves."),
    )

    content_panels = [
        *Page.content_panels,
        FieldPanel("headline", help_text=_("The large words at the top: in one sentence, what this place is.")),
        FieldPanel("introduction", help_text=_("One or two sentences below them.")),
        "steps",
    ]
    promote_panels = PROMOTE_PANELS
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    def services(self):
        """Everything that is offered."""
        return Service.objects.all()

    def locations(self):
        """Every location."""
        return Location.objects.all()


class IntroducedPage(Page):
    """What the listing pages share: a sentence or two above the list."""

    introduction = models.TextField(_("introduction"), blank=True)

    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction", help_text=_("A sentence or two below the title. May stay empty.")),
    ]
    promote_panels = PROMOTE_PANELS
    search_fields = [*Page.search_fields, index.SearchField("introduction")]

    class Meta:
        abstract = True


class PartsPage(RoutablePageMixin, IntroducedPage):
    """A page that shows facts of the practice at addresses below its own."""

    class Meta:
        abstract = True

    def parts(self):
        """Path below this page, and the instant of the last change, of all that is shown there."""
        raise NotImplementedError

    def get_sitemap_urls(self, request=None):
        own = super().get_sitemap_urls(request)
        address = self.get_full_url(request)
        return own + [{"location": f"{address}{path}", "lastmod": changed_at} for path, changed_at in self.parts()]

    def get_route_paths(self):
        """What Wagtail leaves redirects for when this page's own address changes."""
        return [*super().get_route_paths(), *(f"/{path}" for path, _changed_at in self.parts())]


def shown_below(facts):
    """Return the parts that the rows of *facts* are, each under its slug."""
    return [(f"{slug}/", changed_at) for slug, changed_at in facts.values_list("slug", "changed_at")]


class TeamPage(PartsPage):
    """Who you could see, and one page for each of them below it."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    @path("")
    def everybody(self, request):
        """The list."""
        return self.render(request)

    @path("<slug:slug>/", name="practitioner")
    def practitioner(self, request, slug):
        """One person; 404 for anybody who does not work here now."""
        person = get_object_or_404(Practitioner.objects.active().select_related("portrait"), slug=slug)
        return self.render(request, context_overrides={"practitioner": person}, template="clinic/practitioner.html")

    def parts(self):
        return shown_below(Practitioner.objects.active())


class ServicesPage(PartsPage):
    """What is offered, and one page for each service below it."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def services(self):
        """Every service, in the practice's own order."""
        return Service.objects.all()

    @path("")
    def everything(self, request):
        """The list."""
        return self.render(request)

    @path("<slug:slug>/", name="service")
    def service(self, request, slug):
        """One service."""
        service = get_object_or_404(Service, slug=slug)
        people = service.practitioners.active()
        return self.render(
            request,
            context_overrides={"service": service, "practitioners": people},
            template="clinic/service.html",
        )

    def parts(self):
        return shown_below(Service.objects.all())


class LocationsPage(PartsPage):
    """Where we are, and one page for each place below it."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def locations(self):
        """Every location."""
        return Location.objects.all()

    @path("")
    def everywhere(self, request):
        """The list."""
        return self.render(request)

    @path("<slug:slug>/", name="location")
    def location(self, request, slug):
        """One place with directions."""
        location = get_object_or_404(Location, slug=slug)
        return self.render(request, context_overrides={"location": location}, template="clinic/location.html")

    def parts(self):
        return shown_below(Location.objects.all())


class ContactPage(IntroducedPage):
    """How to reach us; hours, numbers and address come from the clinic details."""

    CLOSURES_SHOWN = 6

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    unanswered = models.TextField(
        _("when nobody answers"),
        blank=True,
        default=(
            "We may be with somebody, or it may be late. Leave your name and a number, or send us a text. "
            "We get back to you during our hours."
        ),
        help_text=_("What people can expect then: who calls back, and by when. Promise only what you keep."),
    )

    content_panels = [*IntroducedPage.content_panels, "unanswered"]

    def locations(self):
        """Every location."""
        return Location.objects.all()

    def get_context(self, request, *args, **kwargs):
        details = ClinicDetails.load(request)
        today = timezone.now().astimezone(details.zone).date()
        ahead = [closure for closure in details.closures.all() if closure.ends_on >= today]
        return {**super().get_context(request, *args, **kwargs), "closures": ahead[: self.CLOSURES_SHOWN]}


class CrisisHelpPage(IntroducedPage):
    """Where to turn right now."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    lines = StreamField(
        [("line", HelpLineBlock())],
        verbose_name=_("more lines to call or text"),
        blank=True,
        help_text=_("911 and 988 stand above them by themselves."),
    )
    body = RichTextField(_("text"), features=PLAIN_FEATURES, blank=True)

    content_panels = [*IntroducedPage.content_panels, "lines", "body"]
    search_fields = [*IntroducedPage.search_fields, index.SearchField("body")]


class StandardPage(IntroducedPage):
    """Any other page: privacy, accessibility, whatever the practice wants to say."""

    parent_page_types = ["clinic.HomePage", "clinic.StandardPage"]
    subpage_types = ["clinic.StandardPage"]

    body = StreamField(StoryBlock(), verbose_name=_("text"), blank=True)

    content_panels = [*IntroducedPage.content_panels, FieldPanel("body", help_text=STORY_HELP)]
    search_fields = [*IntroducedPage.search_fields, index.SearchField("body")]

    def page_above(self):
        """The page of this kind below which this one stands, None for a page right below the home page."""
        return StandardPage.objects.parent_of(self).live().public().first() if self.pk else None
