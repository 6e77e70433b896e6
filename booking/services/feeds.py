"""The secret address of a practitioner's calendar: made, renewed, and read by whoever has it."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from booking.models import TIME_KEPT, Appointment, CalendarFeed, new_secret, secret_hash
from clinic.models import Practitioner

LOOK_BACK, LOOK_AHEAD = timedelta(days=60), timedelta(days=365)


def renew_feed(*, practitioner: Practitioner, names: bool, now: datetime) -> str:
    """Give the practitioner's calendar a new secret and return it, once: only its hash is stored.

    The address with the old secret ends at once. *names*: whether titles are whole names; *now* is aware.
    """
    secret = new_secret()
    CalendarFeed.objects.update_or_create(
        practitioner=practitioner,
        defaults={"secret_hash": secret_hash(secret), "names": names, "renewed_at": now},
    )
    return secret


def find_feed(secret: str) -> CalendarFeed | None:
    """Return the feed with this *secret* of somebody who works here now, None for any other. One query."""
    feeds = CalendarFeed.objects.filter(practitioner__active=True)
    return feeds.filter(secret_hash=secret_hash(secret)).first()


def appointments_in_feed(feed: CalendarFeed, *, now: datetime) -> QuerySet[Appointment]:
    """Return the visits that the feed shows at *now* (aware): 60 days back to a year ahead. One query.

    Those that hold their time, and past ones that held it: what took place stays in the calendar when staff have
    marked it. Only what a calendar shows is read, and so decrypted.
    """
    return (
        Appointment.objects.filter(
            practitioner=feed.practitioner_id,
            status__in=TIME_KEPT,
            starts_at__gte=now - LOOK_BACK,
            starts_at__lte=now + LOOK_AHEAD,
        )
        .select_related("location")
        .only("submission_key", "sequence", "status", "reference", "full_name", "mode", "starts_at", "ends_at",
              "location__name", "location__street", "location__city", "location__region", "location__postal_code")
        .order_by("starts_at", "pk")
    )  # fmt: skip
