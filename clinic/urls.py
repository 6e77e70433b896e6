"""Every address of the site. Wagtail's pages catch all that is left, so they come last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from blog.views import article_card
from booking.feeds import calendar_feed
from clinic import health
from clinic.cards import practice_card
from clinic.search.views import search

handler500 = "clinic.errors.server_error"

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("robots.txt", health.robots),
    path(".well-known/security.txt", health.security_txt),
    path("sitemap.xml", sitemap),
    path("cards/clinic.png", practice_card, name="practice_card"),
    path("cards/article-<int:pk>.png", article_card, name="article_card"),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("book/", include("booking.urls")),
    path("calendars/<str:token>.ics", calendar_feed, name="calendar_feed"),
    path("search/", search, name="search"),
    path("", include(wagtail_urls)),
]
