"""Every address of the site. Wagtail's pages catch all that is left, so they come last."""

from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.contrib.sitemaps.views import sitemap
from wagtail.documents import urls as wagtaildocs_urls

from clinic import health
from clinic.search.views import search

urlpatterns = [
    path("health/live", health.live),
    path("health/ready", health.ready),
    path("robots.txt", health.robots),
    path(".well-known/security.txt", health.security_txt),
    path("sitemap.xml", sitemap),
    path("admin/", include(wagtailadmin_urls)),
    path("documents/", include(wagtaildocs_urls)),
    path("book/", include("booking.urls")),
    path("search/", search, name="search"),
    path("", include(wagtail_urls)),
]
