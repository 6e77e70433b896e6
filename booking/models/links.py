"""Secret addresses: a patient's way to what is theirs, and a practitioner's calendar. Only hashes are stored."""

import hashlib
import secrets
from datetime import timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clinic.crypto import HASH_BYTES

from .appointments import Appointment

SECRET_BYTES = 32
LINK_OUTLIVES_VISIT = timedelta(hours=1)
LINK_OUTLIVES_WISH = timedelta(days=2)  # its last day has ended by then, in whatever time zone


def new_secret() -> str:
    """Return a secret of 256 bits, to stand in an address."""
    return secrets.token_urlsafe(SECRET_BYTES)


def secret_hash(secret: str) -> bytes:
    """Return what is stored of *secret*. It has 256 bits of chance in it, so a plain hash cannot be guessed back."""
    return hashlib.sha256(secret.encode()).digest()


class ManageLinkQuerySet(models.QuerySet):
    """Links as patients come with them."""

    def create_for(self, about, now) -> str:
        """Store a new link to *about*, an appointment or a place on the waiting list, made at *now* (aware).

        Return its secret, which is known to nobody else.
        """
        secret = new_secret()
        to = "appointment" if isinstance(about, Appointment) else "waiting_list_entry"
        self.create(**{to: about}, secret_hash=secret_hash(secret), created_at=now)
        return secret

    def usable(self, now):
        """Those that still lead somewhere at *now* (aware): until an hour after the visit, or the wish's last day."""
        return self.filter(
            Q(appointment__ends_at__gt=now - LINK_OUTLIVES_VISIT)
            | Q(waiting_list_entry__until__gt=(now - LINK_OUTLIVES_WISH).date())
        )

    def with_secret(self, secret: str):
        """Those with this *secret*: one or none."""
        return self.filter(secret_hash=secret_hash(secret))


class ManageLink(models.Model):
    """A way for a patient, without an account, to one appointment or to their place on the waiting list.

    Several are valid at once; reading uses up none.
    """

    appointment = models.ForeignKey("booking.Appointment", null=True, on_delete=models.CASCADE, related_name="links")
    waiting_list_entry = models.ForeignKey(
        "booking.WaitingListEntry", null=True, on_delete=models.CASCADE, related_name="links"
    )
    secret_hash = models.BinaryField(max_length=HASH_BYTES, unique=True)
    created_at = models.DateTimeField()

    objects = ManageLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="link_leads_to_one_thing",
                condition=Q(appointment__isnull=True) ^ Q(waiting_list_entry__isnull=True),
            ),
        ]

    def __str__(self):
        return f"link {self.pk}"


class CalendarFeed(models.Model):
    """The secret address of one practitioner's calendar. A new secret ends the old one."""

    practitioner = models.OneToOneField(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.CASCADE,
        related_name="calendar_feed",
    )
    secret_hash = models.BinaryField(max_length=HASH_BYTES, unique=True, editable=False)
    names = models.BooleanField(
        _("show patients’ names"),
        default=False,
        help_text=_("Off: initials only. Other people may see a calendar on a telephone or a shared screen."),
    )
    renewed_at = models.DateTimeField(_("renewed"), editable=False)

    class Meta:
        verbose_name = _("calendar feed")

    def __str__(self):
        return str(self.practitioner)
