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

    def some_practitioners(self):
        """The first three people, in the practice's own order."""
        return Practitioner.objects.active().select_related("portrait")[:3]

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


class TeamPage(RoutablePageMixin, IntroducedPage):
    """Who you could see, and one page for each of them below it."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def practitioners(self):
        """Everybody who works here now."""
        return Practitioner.objects.active().select_related("portrait")

    @path("")
    def everybody(self, request):
        """The list."""
        return self.render(request)

    @path("<slug:slug>/", name="practitioner")
    def practitioner(self, request, slug):
        """One person; 404 for anybody who does not work here now."""
        person = get_object_or_404(Practitioner.objects.active().select_related("portrait"), slug=slug)
        return self.render(request, context_overrides={"practitioner": person}, template="clinic/practitioner.html")

    def get_sitemap_urls(self, request=None):
        people = Practitioner.objects.active().values_list("slug", flat=True)
        return routable_sitemap(self, request, people)


class ServicesPage(RoutablePageMixin, IntroducedPage):
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
        people = service.practitioners.active().select_related("portrait")
        return self.render(
            request,
            context_overrides={"service": service, "practitioners": people},
            template="clinic/service.html",
        )

    def get_sitemap_urls(self, request=None):
        return routable_sitemap(self, request, Service.objects.values_list("slug", flat=True))


class LocationsPage(RoutablePageMixin, IntroducedPage):
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
        people = location.practitioners.active()
        return self.render(
            request,
            context_overrides={"location": location, "practitioners": people},
            template="clinic/location.html",
        )

    def get_sitemap_urls(self, request=None):
        return routable_sitemap(self, request, Location.objects.values_list("slug", flat=True))


def routable_sitemap(page, request, slugs):
    """Return the sitemap entries of *page* and of the addresses `<slug>/` below it."""
    own = Page.get_sitemap_urls(page, request)
    return own + [{**own[0], "location": f"{own[0]['location']}{slug}/"} for slug in slugs if own]


class ContactPage(IntroducedPage):
    """How to reach us; hours, numbers and address come from the clinic details."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = []
    max_count = 1

    def locations(self):
        """Every location."""
        return Location.objects.all()

    def get_context(self, request, *args, **kwargs):
        details = ClinicDetails.load(request)
        today = timezone.now().astimezone(details.zone).date()
        closures = [closure for closure in details.closures.all() if closure.ends_on >= today]
        return {**super().get_context(request, *args, **kwargs), "closures": closures}


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
