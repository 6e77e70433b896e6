"""What a patient tells us of themselves, whatever they ask for: encrypted, found again by keyed hashes."""

import uuid

from django import forms
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from phonenumber_field.formfields import PhoneNumberField
from phonenumber_field.phonenumber import PhoneNumber, to_python
from phonenumbers import country_code_for_region

from clinic.crypto import HASH_BYTES, EncryptedTextField, email_hash, name_hashes, phone_hash

HOME_COUNTRY_CODE = country_code_for_region(settings.PHONENUMBER_DEFAULT_REGION)

# What a patient types, and what may be copied from a wish for a time to the appointment that answers it.
PATIENT_FIELDS = (
    "full_name", "email", "phone", "contact_by", "discreet", "voicemail_ok", "text_ok",
    "ask_for", "access_needs", "first_visit", "note",
)  # fmt: skip


class ContactBy(models.TextChoices):
    """How the patient wants to hear from us."""

    EMAIL = "email", _("Email")
    TEXT = "text", _("Text message")
    CALL = "call", _("Telephone call")


class PatientQuerySet(models.QuerySet):
    """Rows as staff look for the people in them."""

    def matching(self, words: str):
        """Those that `matching_person` finds."""
        return self.filter(self.matching_person(words))

    def matching_person(self, words: str) -> Q:
        """The condition that email, telephone or name (whole words, in any order) is *words*.

        All are compared by their hashes; nothing is decrypted. Without words it finds nobody.
        """
        if not words.strip():
            return Q(pk__in=[])
        condition = Q(email_hash=email_hash(words))
        if number := to_python(words):
            condition |= Q(phone_hash=phone_hash(str(number.as_e164)))
        if hashes := name_hashes(words):
            condition |= Q(name_hashes__contains=hashes)
        return condition


class PatientDetails(models.Model):
    """Who asks, how to reach them safely, what they agreed to, and the form that it came with."""

    ContactBy = ContactBy

    submission_key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    submission_digest = models.BinaryField(max_length=HASH_BYTES, editable=False)

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
        null=True,  # stored before texts had versions, or of the demo
        editable=False,
        on_delete=models.PROTECT,
        related_name="+",
    )
    requested_at = models.DateTimeField(_("requested"), editable=False)
    demo = models.BooleanField(default=False, editable=False)

    class Meta:
        abstract = True

    @property
    def by_text(self) -> bool:
        """Whether the patient wants text messages; choosing them allows them."""
        return self.contact_by == ContactBy.TEXT

    @property
    def phone_display(self) -> str:
        """The telephone number as people write it."""
        if not self.phone:
            return ""
        number = PhoneNumber.from_string(self.phone)
        return number.as_national if number.country_code == HOME_COUNTRY_CODE else number.as_international

    def set_hashes(self):
        """Derive the search hashes from the encrypted fields; every writer of those calls this."""
        self.name_hashes = name_hashes(self.full_name)
        self.email_hash = email_hash(self.email)
        self.phone_hash = phone_hash(self.phone)
