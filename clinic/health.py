"""Health checks for whatever watches the site, and the few addresses that machines ask for."""

from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@require_safe
@never_cache
def live(request):
    """The process answers; asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@require_safe
@never_cache
def ready(request):
    """Database, queue and cache can be used; 503 with what cannot."""
    checks = {"database": "ok", "queue": "ok"}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        checks = {"database": "unavailable", "queue": "unavailable"}
    else:
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM procrastinate_jobs LIMIT 1")
        except DatabaseError:
            checks["queue"] = "unavailable"
    try:
        cache.set("health", "ok", 10)
        checks["cache"] = "ok" if cache.get("health") == "ok" else "unavailable"
    except Exception:  # whatever the cache's client raises
        checks["cache"] = "unavailable"
    failed = any(value != "ok" for value in checks.values())
    return JsonResponse(checks, status=503 if failed else 200)


@require_safe
def robots(request):
    """robots.txt: everything but the admin; pages below /book/ carry noindex themselves."""
    lines = ["User-agent: *", "Disallow: /admin/", f"Sitemap: {settings.SITE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def security_txt(request):
    """RFC 9116: where to report a weakness."""
    expires = timezone.now().replace(month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    expires = expires.replace(year=expires.year + 1)
    lines = [f"Contact: {settings.SITE_URL}/contact/", f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")
