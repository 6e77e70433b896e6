"""Articles, and the page that lists them."""

from django import forms
from django.core.paginator import Paginator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Coalesce, TruncDate
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from blog.editor import ContentChecksPanel
from blog.review import ClinicalReviewTask  # noqa: F401  (a model; Django looks for models here)
from clinic.blocks import SourceBlock, StoryBlock
from clinic.models.pages import PROMOTE_PANELS, STORY_HELP, IntroducedPage, routable_sitemap
from clinic.models.practice import NAME_PANELS


class Topic(models.Model):
    """What an article is about."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    slug = models.SlugField(_("address on the site"), unique=True)
    summary = models.CharField(_("summary"), max_length=200, blank=True)

    panels = [
        FieldRowPanel(NAME_PANELS),
        FieldPanel("summary", help_text=_("One sentence for the page that lists its articles.")),
    ]

    class Meta:
        ordering = ["name"]
        verbose_name = _("topic")

    def __str__(self):
        return self.name


class BlogIndexPage(RoutablePageMixin, IntroducedPage):
    """All articles, newest first, and the same by topic."""

    parent_page_types = ["clinic.HomePage"]
    subpage_types = ["blog.ArticlePage"]
    max_count = 1
    PER_PAGE = 9

    featured = models.ForeignKey(
        "blog.ArticlePage",
        verbose_name=_("featured article"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Stands first and larger. Empty: the newest."),
    )

    content_panels = [*IntroducedPage.content_panels, "featured"]

    def articles(self):
        """The articles that anybody may read, newest first."""
        return ArticlePage.objects.child_of(self).readable().newest_first()

    def topics(self):
        """The topics that have an article to read."""
        return Topic.objects.filter(articles__in=self.articles()).distinct()

    @path("")
    def newest(self, request):
        """All of them."""
        return self.render(request, context_overrides=self.listing(request, self.articles()))

    @path("topics/<slug:slug>/", name="topic")
    def topic(self, request, slug):
        """Those of one topic; 404 where there is nothing to read."""
        topic = get_object_or_404(self.topics(), slug=slug)
        articles = self.articles().filter(topic=topic)
        return self.render(request, context_overrides={"topic": topic, **self.listing(request, articles)})

    def listing(self, request, articles):
        """Return the template's context for one page of *articles*."""
        return {"articles": Paginator(articles, self.PER_PAGE).get_page(request.GET.get("page"))}

    def get_sitemap_urls(self, request=None):
        return routable_sitemap(self, request, [f"topics/{topic.slug}" for topic in self.topics()])


class ArticleQuerySet(PageQuerySet):
    """Articles as readers meet them."""

    def readable(self):
        """Published, and open to everybody; with what a listing shows of each."""
        return self.live().public().select_related("topic", "author", "picture")

    def newest_first(self):
        """Ordered by the date that readers see, or else that of the first publication."""
        shown = Coalesce("published_on", TruncDate("first_published_at"))
        return self.order_by(shown.desc(nulls_last=True), "-first_published_at")


class ArticlePage(Page):
    """One article. Drafts may miss anything but a title; templates cope with that."""

    parent_page_types = ["blog.BlogIndexPage"]
    subpage_types = []

    introduction = models.TextField(
        _("introduction"), max_length=300, blank=True, help_text=_("One or two sentences below the title.")
    )
    body = StreamField(StoryBlock(), verbose_name=_("text"), blank=True)
    topic = models.ForeignKey(
        Topic,
        verbose_name=_("topic"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="articles",
        help_text=_("The one that stands above the title."),
    )
    further_topics = ParentalManyToManyField(
        Topic, verbose_name=_("further topics"), blank=True, related_name="further_articles"
    )
    author = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("author"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="articles",
    )
    published_on = models.DateField(_("date shown to readers"), null=True, blank=True)
    updated_on = models.DateField(
        _("updated on"), null=True, blank=True, help_text=_("When the content last changed, typing errors aside.")
    )
    reviewed_by = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("clinically reviewed by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reviewed_articles",
    )
    reviewed_on = models.DateField(_("reviewed on"), null=True, blank=True)
    next_review_on = models.DateField(_("next review on"), null=True, blank=True)
    crisis_card = models.BooleanField(
        _("crisis card above the text"),
        default=False,
        help_text=_("For subjects that weigh heavily: self-harm, suicide, violence, loss of a child."),
    )
    sources = StreamField(
        [("source", SourceBlock())],
        verbose_name=_("sources"),
        blank=True,
        help_text=_("Numbered by their order. Write [1] in the text to refer to the first."),
    )
    picture = models.ForeignKey(
        "wagtailimages.Image",
        verbose_name=_("picture"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("Shown above the text and in lists. It is decoration: say what matters in words."),
    )

    objects = PageManager.from_queryset(ArticleQuerySet)()

    content_panels = [
        ContentChecksPanel(),
        *Page.content_panels,
        FieldPanel("introduction", help_text=_("One or two sentences. They stand below the title and in lists.")),
        FieldRowPanel(
            [
                FieldPanel("topic", help_text=_("The main one. It stands above the title.")),
                FieldPanel("author", help_text=_("Shown with a picture, and the next open times.")),
            ],
            heading=_("Topic and author"),
        ),
        "picture",
        "crisis_card",
        FieldPanel("body", help_text=STORY_HELP),
        "sources",
        MultiFieldPanel(
            [
                FieldPanel(
                    "further_topics",
                    widget=forms.CheckboxSelectMultiple,
                    help_text=_("The article is listed under these as well."),
                ),
                FieldRowPanel(
                    [
                        FieldPanel("published_on", help_text=_("Shown below the title. Empty: no date is shown.")),
                        "updated_on",
                    ]
                ),
            ],
            heading=_("Further topics and dates"),
        ),
        MultiFieldPanel(
            ["reviewed_by", FieldRowPanel(["reviewed_on", "next_review_on"])],
            heading=_("Clinical review"),
            help_text=_(
                "Fills itself in when a practitioner approves the article, with the next review a year later. Enter "
                "it by hand for a review that was done in another way; what you enter stays."
            ),
        ),
    ]
    promote_panels = PROMOTE_PANELS

    class Meta:
        verbose_name = _("article")
        constraints = [
            models.CheckConstraint(
                name="article_review_has_a_date",
                condition=Q(reviewed_by__isnull=True) | Q(reviewed_on__isnull=False),
                violation_error_message=_("Enter the day of the review."),
            ),
            models.CheckConstraint(
                name="article_next_review_after_review",
                condition=Q(next_review_on__isnull=True)
                | Q(reviewed_on__isnull=True)
                | Q(next_review_on__gt=F("reviewed_on")),
                violation_error_message=_("The next review must be after the last one."),
            ),
        ]

    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
