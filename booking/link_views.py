"""A patient's secret links: what opens them, and what a lost one is found again by.

Whoever opens a link gets a cookie that is good for an hour and an address without a secret. Reading uses nothing up
and changes nothing, since scanners of mail follow every link; changes are sent by POST.
"""

from datetime import timedelta
from functools import wraps

from django.conf import settings
from django.core import signing
from django.http import HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from booking import services
from booking.forms import FindLinkForm
from booking.models import ManageLink

COOKIE = "appointment"
COOKIE_AGE = timedelta(hours=1)
SALT = "booking.manage"


def link_closed(request):
    """The one answer to every link and cookie that leads nowhere, whatever the reason."""
    response = render(request, "booking/link_closed.html", status=404)
    response.delete_cookie(COOKIE, path=reverse("booking:manage"))
    return response


def page_of(link: ManageLink) -> str:
    """Return the address, without a secret, of what *link* leads to."""
    return reverse("booking:manage" if link.appointment_id else "booking:wish")


@require_safe
@never_cache
def open_link(request, secret):
    """From the secret address to the one without; changes nothing but the visitor's cookie."""
    link = services.link_with_secret(secret=secret, now=timezone.now())
    return link_closed(request) if link is None else opened(link)


def opened(link: ManageLink) -> HttpResponseRedirect:
    """Lead to what *link* leads to, with the cookie for it."""
    response = HttpResponseRedirect(page_of(link))
    response.set_cookie(
        COOKIE,
        signing.dumps(link.pk, salt=SALT),
        max_age=COOKIE_AGE,
        path=reverse("booking:manage"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",  # Strict would not be sent when a mail program opens the link
    )
    return response


def opened_link(request) -> ManageLink | None:
    """Return the link that the visitor's cookie stands for, with what it leads to; None for none."""
    try:
        link_id = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT, max_age=COOKIE_AGE)
    except signing.BadSignature:
        return None
    return services.usable_link(link_id=link_id, now=timezone.now())


def of_own(what: str):
    """Return a decorator that gives a view the visitor's own *what*: "appointment" or "waiting_list_entry".

    Without a cookie that leads to one it answers as `link_closed`. A form that was shown for something else changes
    nothing: another link has been opened in this browser since.
    """

    def decorator(view):
        @never_cache
        @wraps(view)
        def with_own(request, **kwargs):
            link = opened_link(request)
            if link is None:
                return link_closed(request)
            own = getattr(link, what)
            if own is None and request.method != "POST":
                return HttpResponseRedirect(page_of(link))
            if own is None or request.POST.get("shown", own.submission_key.hex) != own.submission_key.hex:
                return render(request, "booking/other_opened.html", {"now_open": page_of(link)}, status=409)
            return view(request, own, **kwargs)

        return with_own

    return decorator


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def find_link(request):
    """A lost link: the same words, after the same work, whether or not there is anything to find."""
    form = FindLinkForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        services.ask_for_links(**form.cleaned_data)
        return render(request, "booking/link_sent.html")
    return render(request, "booking/find_link.html", {"form": form}, status=422 if form.is_bound else 200)
