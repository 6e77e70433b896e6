"""Appointments, the time they hold, and everything that happened to them.

Names, addresses and words of patients are encrypted columns; beside those that staff must find again stands a
keyed hash. Events hold codes, ids and times only, so that they may be kept, counted and shown without care.
"""

import secrets
import uuid

from django import forms
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateTimeRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber, to_python
from phonenumbers import country_code_for_region

from clinic.crypto import HASH_BYTES, EncryptedTextField, email_hash, name_hashes, phone_hash
from clinic.models import Mode

HOME_COUNTRY_CODE = country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)
REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # nothing that is misread or misheard


def new_reference() -> str:
    """Return a reference to say on the telephone, like "K7QM-4RXB": 8 letters of 30, about 39 bits."""
    letters = "".join(secrets.choice(REFERENCE_ALPHABET) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


class Status(models.TextChoices):
    """Where an appointment stands. `requested` and `confirmed` hold their time."""

    REQUESTED = "requested", _("Waiting")
    CONFIRMED = "confirmed", _("Confirmed")
    DECLINED = "declined", _("Declined")
    CANCELLED = "cancelled", _("Cancelled")
    EXPIRED = "expired", _("Expired")
    COMPLETED = "completed", _("Took place")
    NO_SHOW = "no_show", _("Did not come")


class AppointmentQuerySet(models.QuerySet):
    """Appointments as staff look for them."""

    def visible_to(self, user):
        """All of them for those who may view appointments; a practitioner's own for the practitioner."""
        if user.has_perm("booking.view_appointment"):
            return self
        return self.filter(practitioner__user=user)

    def matching(self, words: str):
        """Those whose reference, email, telephone or name (whole words, in any order) is *words*.

        Names, addresses and numbers are compared by their hashes; nothing is decrypted.
        """
        words = words.strip()
        if not words:
            return self.none()
        condition = Q(reference__iexact=words) | Q(email_hash=email_hash(words))
        if number := to_python(words):
            condition |= Q(phone_hash=phone_hash(str(number.as_e164)))
        if hashes := name_hashes(words):
            condition |= Q(name_hashes__contains=hashes)
        return self.filter(condition)

    def waiting(self):
        """Requests that nobody has answered, the soonest promised answer first."""
        return self.filter(status=Status.REQUESTED).order_by("reply_by", "starts_at", "pk")


class Appointment(models.Model):
    """One visit, asked for or agreed on. Written by `booking.services` only."""

    class ContactBy(models.TextChoices):
        """How the patient wants to hear from us."""

        EMAIL = "email", _("Email")
        TEXT = "text", _("Text message")
        CALL = "call", _("Telephone call")

    reference = models.CharField(_("reference"), max_length=9, unique=True, default=new_reference)
    submission_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    submission_digest = models.BinaryField(max_length=HASH_BYTES, editable=False)
    status = models.CharField(_("status"), max_length=10, choices=Status.choices)

    practitioner = models.ForeignKey(
        "clinic.Practitioner",
        verbose_name=_("practitioner"),
        on_delete=models.PROTECT,
        related_name="appointments",
    )
    service = models.ForeignKey(
        "clinic.Service", verbose_name=_("service"), on_delete=models.PROTECT, related_name="appointments"
    )
    location = models.ForeignKey(
        "clinic.Location", verbose_name=_("location"), on_delete=models.PROTECT, related_name="appointments"
    )
    mode = models.CharField(_("how"), max_length=10, choices=Mode.choices)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    time_zone = models.CharField(_("time zone"), max_length=60)  # the clinic's when it was booked

    full_name = EncryptedTextField(_("Your name"), max_length=120)
    name_hashes = ArrayField(models.BinaryField(max_length=HASH_BYTES), default=list, editable=False)
    email = EncryptedTextField(_("Email"), max_length=254, blank=True, form_class=forms.EmailField)
    email_hash = models.BinaryField(max_length=HASH_BYTES, null=True, editable=False)
    phone = EncryptedTextField(_("Telephone"), max_length=40, blank=True, form_class=PhoneNumberField)
    phone_hash = models.BinaryField(max_length=HASH_BYTES, null=True, editable=False)
    contact_by = models.CharField(_("How should we reach you?"), max_length=5, choices=ContactBy.choices)
    discreet = models.BooleanField(_("Leave the name of the practice out of messages"), default=False)
    voicemail_ok = models.BooleanField(_("You may leave a voicemail"), default=False)
    text_ok = models.BooleanField(_("You may text me"), default=False)
    ask_for = EncryptedTextField(_("Who should we ask for?"), max_length=120, blank=True)
    access_needs = EncryptedTextField(_("Anything we should prepare?"), max_length=300, blank=True)
    first_visit = models.BooleanField(_("This is my first visit here"), default=False)
    note = EncryptedTextField(_("Anything you want us to know"), max_length=1000, blank=True)

    consented_at = models.DateTimeField(_("consented"), editable=False)
    consent_text = models.ForeignKey(
        "clinic.ConsentText",
        verbose_name=_("consented to"),
        null=True,  # an appointment from before texts had versions, or of the demo
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("requested"), editable=False)
    reply_by = models.DateTimeField(_("answer promised by"), null=True, editable=False)
    demo = models.BooleanField(default=False, editable=False)

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        verbose_name = _("appointment")
        indexes = [
            models.Index(fields=["status", "reply_by"], name="appointment_waiting"),
            models.Index(fields=["practitioner", "starts_at"], name="appointment_by_person"),
            models.Index(fields=["email_hash"], name="appointment_by_email"),
            models.Index(fields=["phone_hash"], name="appointment_by_phone"),
            GinIndex(fields=["name_hashes"], name="appointment_by_name"),
        ]
        constraints = [
            models.CheckConstraint(name="appointment_ends_after_start", condition=Q(ends_at__gt=F("starts_at"))),
            models.CheckConstraint(
                name="appointment_can_be_reached",
                condition=Q(email_hash__isnull=False) | Q(phone_hash__isnull=False),
            ),
            models.CheckConstraint(
                name="appointment_request_has_reply_by",
                condition=~Q(status=Status.REQUESTED) | Q(reply_by__isnull=False),
            ),
        ]

    def __str__(self):
        return self.reference

    @property
    def by_text(self) -> bool:
        """Whether the patient wants text messages; choosing them allows them."""
        return self.contact_by == self.ContactBy.TEXT

    @property
    def minutes(self) -> int:
        """How long it takes."""
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

    @property
    def phone_display(self) -> str:
        """The telephone number as people write it."""
        if not self.phone:
            return ""
        number = PhoneNumber.from_string(self.phone)
        return number.as_national if number.country_code == HOME_COUNTRY_CODE else number.as_international

    def is_waiting(self) -> bool:
        """Whether staff may still confirm or decline it."""
        return self.status == Status.REQUESTED

    def is_confirmed(self) -> bool:
        """Whether both sides agreed on it."""
        return self.status == Status.CONFIRMED

    def set_hashes(self):
        """Derive the search hashes from the encrypted fields; every writer of those calls this."""
        self.name_hashes = name_hashes(self.full_name)
        self.email_hash = email_hash(self.email)
        self.phone_hash = phone_hash(self.phone)


class TsTzRange(Func):
    """`tstzrange(from, until)`: the end is not included, so one visit may begin when another ends."""

    function = "TSTZRANGE"
    output_field = DateTimeRangeField()


class TimeClaim(models.Model):
    """A practitioner's time that an appointment holds, with the pause after it.

    The bounds are plain columns, computed when the claim is made: a pause that staff change later rewrites
    nothing. Two active claims of different appointments on one practitioner can never overlap.
    """

    holder = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="claims")
    practitioner = models.ForeignKey("clinic.Practitioner", on_delete=models.PROTECT, related_name="time_claims")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_from = models.DateTimeField()
    blocked_until = models.DateTimeField()
    active = models.BooleanField(default=True)

    class Meta:
        ordering = ["blocked_from"]
        constraints = [
            ExclusionConstraint(
                name="time_claim_no_overlap",
                expressions=[
                    ("practitioner", RangeOperators.EQUAL),
                    (TsTzRange("blocked_from", "blocked_until"), RangeOperators.OVERLAPS),
                    ("holder", RangeOperators.NOT_EQUAL),
                ],
                condition=Q(active=True),
            ),
            models.CheckConstraint(
                name="time_claim_blocks_the_visit",
                condition=Q(ends_at__gt=F("starts_at"))
                & Q(blocked_from__lte=F("starts_at"))
                & Q(blocked_until__gte=F("ends_at")),
            ),
        ]

    def __str__(self):
        return f"{self.blocked_from:%Y%m%dT%H%MZ}–{self.blocked_until:%H%MZ}"


class AppointmentNote(models.Model):
    """Free words about an appointment, encrypted; an event points to them."""

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="notes")
    text = EncryptedTextField(max_length=2000)

    def __str__(self):
        return f"note {self.pk}"


class AppointmentEvent(models.Model):
    """Something that happened to an appointment. Only ever added."""

    class Kind(models.TextChoices):
        """What happened."""

        REQUESTED = "requested", _("Asked for this time")
        CONFIRMED = "confirmed", _("Confirmed")
        DECLINED = "declined", _("Declined")
        CANCELLED = "cancelled", _("Cancelled")
        TOLD = "told", _("Told by telephone")

    class Actor(models.TextChoices):
        """Who did it."""

        PATIENT = "patient", _("Patient")
        STAFF = "staff", _("Staff")
        SYSTEM = "system", _("The site itself")

    appointment = models.ForeignKey(Appointment, on_delete=models.CASCADE, related_name="events")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    actor = models.CharField(max_length=7, choices=Actor.choices)
    user = models.ForeignKey("clinic.User", null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField()
    note = models.ForeignKey(AppointmentNote, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self):
        return f"{self.kind} {self.at:%Y-%m-%dT%H:%MZ}"
