"""Articles, and the page that lists them."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.db import models
from django.db.models import Case, F, Max, Q, When
from django.db.models.functions import Coalesce, TruncDate
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import path
from wagtail.fields import StreamField
from wagtail.models import Page, PageManager
from wagtail.query import PageQuerySet
from wagtail.search import index

from blog.editor import ContentChecksPanel
from blog.feeds import ArticleAtomFeed, feed_response
from clinic.blocks import SourceBlock, StoryBlock
from clinic.models.pages import PROMOTE_PANELS, STORY_HELP, IntroducedPage, PartsPage
from clinic.models.practice import NAME_PANELS
from clinic.story import reading_minutes


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


TAKEN_BY_THE_BLOG = frozenset(["feed", "topics"])  # addresses below the blog that are not articles


class BlogIndexPage(PartsPage):
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
        articles = self.articles().values("pk")
        return Topic.objects.filter(Q(articles__in=articles) | Q(further_articles__in=articles)).distinct()

    def featured_article(self):
        """The article that stands first: the chosen one while it can be read, else the newest; None without any."""
        chosen = self.articles().filter(pk=self.featured_id).first() if self.featured_id else None
        return chosen or self.articles().first()

    @path("")
    def newest(self, request):
        """All of them, the featured one apart."""
        featured = self.featured_article()
        others = self.articles().exclude(pk=featured.pk) if featured else self.articles()
        return self.render(request, context_overrides={"featured": featured, **self.listing(request, others)})

    @path("topics/<slug:slug>/", name="topic")
    def topic(self, request, slug):
        """Those of one topic; 404 where there is nothing to read."""
        topic = get_object_or_404(self.topics(), slug=slug)
        articles = self.articles().about(topic)
        return self.render(request, context_overrides={"topic": topic, **self.listing(request, articles)})

    @path("feed/")
    @path("topics/<slug:slug>/feed/")
    def feed(self, request, slug=None):
        """All of them, or those of one topic, as RSS."""
        return feed_response(request, self, self.topic_called(slug))

    @path("feed/atom/")
    @path("topics/<slug:slug>/feed/atom/")
    def atom_feed(self, request, slug=None):
        """The same as Atom."""
        return feed_response(request, self, self.topic_called(slug), kind=ArticleAtomFeed)

    def topic_called(self, slug):
        """Return the topic, None for no *slug*; raises Http404 where there is nothing to read."""
        return get_object_or_404(self.topics(), slug=slug) if slug else None

    def listing(self, request, articles):
        """Return the template's context for one page of *articles*."""
        paginator = Paginator(articles, self.PER_PAGE)
        page = paginator.get_page(request.GET.get("page"))
        return {"articles": page, "numbers": paginator.get_elided_page_range(page.number, on_each_side=1, on_ends=1)}

    def parts(self):
        """The topics, each as new as the newest of its articles."""
        readable = self.articles().order_by()
        newest = {}
        for slugs in ("topic__slug", "further_topics__slug"):
            dates = readable.exclude(**{slugs: None}).values_list(slugs).annotate(newest=Max("last_published_at"))
            for slug, changed_at in dates:
                newest[slug] = max(filter(None, [changed_at, newest.get(slug)]), default=None)
        return [(f"topics/{slug}/", changed_at) for slug, changed_at in sorted(newest.items())]

    def get_route_paths(self):
        paths = super().get_route_paths()
        return [*paths, *(f"{path}{feed}" for path in paths for feed in ("feed/", "feed/atom/"))]


SHOWN_DATE = Coalesce("published_on", TruncDate("first_published_at"))


class ArticleQuerySet(PageQuerySet):
    """Articles as readers meet them."""

    def readable(self):
        """Published, and open to everybody; with what a listing shows of each."""
        return self.live().public().select_related("topic", "author", "picture").prefetch_related("picture__renditions")

    def about(self, *topics):
        """Those filed under one of *topics*, as their own or as a further one."""
        filed_further = self.model.objects.filter(further_topics__in=topics).values("pk")
        return self.filter(Q(topic__in=topics) | Q(pk__in=filed_further))  # `distinct` would fail: decisions/0012

    def newest_first(self):
        """Ordered by the date that readers see, or else that of the first publication."""
        return self.order_by(SHOWN_DATE.desc(nulls_last=True), "-first_published_at", "-pk")


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

    def clean(self):
        super().clean()
        if self.slug in TAKEN_BY_THE_BLOG:
            raise ValidationError({"slug": _("This address is used by the blog itself. Choose another.")})

    def reading_minutes(self) -> int:
        """How long it takes to read, in minutes."""
        return reading_minutes(self.body)

    def has_contents(self) -> bool:
        """Whether a list of its headings helps: from three on."""
        return sum(block.block_type == "heading" for block in self.body) >= 3

    def topics(self):
        """All its topics, its own first."""
        further = [topic for topic in self.further_topics.all() if topic != self.topic]
        return [self.topic, *further] if self.topic else further

    def related(self):
        """Up to three others: first those that share its own topic, then its further ones; the newest first."""
        topics = self.topics()
        others = ArticlePage.objects.sibling_of(self, inclusive=False).readable().about(*topics)
        same = Case(When(topic=self.topic, then=0), default=1)
        return others.order_by(same, SHOWN_DATE.desc(nulls_last=True), "-pk")[:3] if topics else others.none()

    def neighbours(self) -> dict:
        """Return the `older` and the `newer` article, each None where this one is the last."""
        order = list(ArticlePage.objects.sibling_of(self).live().public().newest_first().values_list("pk", flat=True))
        if self.pk not in order:  # a preview
            return {"older": None, "newer": None}
        here = order.index(self.pk)
        wanted = {"newer": order[here - 1] if here else None, "older": (*order, None)[here + 1]}
        pages = ArticlePage.objects.in_bulk([pk for pk in wanted.values() if pk])
        return {name: pages.get(pk) for name, pk in wanted.items()}

    def published_at(self, zone: ZoneInfo) -> datetime | None:
        """The beginning, in *zone*, of the day that readers see, or else the instant of the first publication."""
        if self.published_on:
            return datetime.combine(self.published_on, time(), zone)
        return self.first_published_at and self.first_published_at.astimezone(zone)

    def updated_at(self, zone: ZoneInfo) -> datetime | None:
        """When the content last changed, never before it was published."""
        published = self.published_at(zone)
        updated = self.updated_on and datetime.combine(self.updated_on, time(), zone)
        return max(filter(None, [published, updated]), default=None)

    search_fields = [
        *Page.search_fields,
        index.SearchField("introduction"),
        index.SearchField("body"),
        index.FilterField("published_on"),
    ]
