"""Encrypted columns and keyed hashes: what a dump of the database must not show.

`EncryptedTextField` stores Fernet tokens (AES-128-CBC with HMAC-SHA256, https://github.com/fernet/spec)
under the key ring FIELD_ENCRYPTION_KEYS: the first key encrypts, every key decrypts, so a key is rotated by
putting a new one in front. Where equality must be searched, a second column holds `keyed_hash` of the value
under LOOKUP_HASH_KEY.
"""

import functools
import hashlib
import hmac
import re
import unicodedata

from cryptography.fernet import Fernet, MultiFernet
from django import forms
from django.conf import settings
from django.core import validators
from django.core.exceptions import FieldError
from django.db import models

HASH_BYTES = 32


def key_ring() -> MultiFernet:
    """Return the ring made of FIELD_ENCRYPTION_KEYS; raises ValueError for a key that is not a Fernet key."""
    return ring_of(tuple(settings.FIELD_ENCRYPTION_KEYS))


@functools.cache
def ring_of(keys: tuple[str, ...]) -> MultiFernet:
    """Return the ring made of these keys."""
    return MultiFernet([Fernet(key) for key in keys])


class EncryptedTextField(models.TextField):
    """Text that is encrypted before it reaches Postgres.

    Each value has its own nonce, so equal texts differ in the table and no lookup but `isnull` can work:
    any other raises FieldError instead of finding nothing.
    """

    description = "Encrypted text"

    def __init__(self, *args, form_class=forms.CharField, **kwargs):
        self.form_class = form_class
        super().__init__(*args, **kwargs)
        if self.max_length:
            self.validators = [*self.validators, validators.MaxLengthValidator(self.max_length)]

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value in (None, "") else key_ring().encrypt(value.encode()).decode()

    def from_db_value(self, value, expression, connection):
        return value if value in (None, "") else key_ring().decrypt(value.encode()).decode()

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted: search its hash column instead of using “{lookup_name}”.")
        return super().get_lookup(lookup_name)

    def formfield(self, **kwargs):
        widget = {} if self.form_class is not forms.CharField else {"widget": forms.TextInput}
        options = {"form_class": self.form_class, "max_length": self.max_length, **widget, **kwargs}
        return models.Field.formfield(self, **options)


class EncryptedBinaryField(models.BinaryField):
    """Bytes that are encrypted before they reach Postgres; like text, they can't be searched."""

    description = "Encrypted bytes"

    def get_prep_value(self, value):
        value = super().get_prep_value(value)
        return value if value is None else key_ring().encrypt(bytes(value))

    def from_db_value(self, value, expression, connection):
        return value if value is None else key_ring().decrypt(bytes(value))

    def get_lookup(self, lookup_name):
        if lookup_name != "isnull":
            raise FieldError(f"{self.name} is encrypted and can’t be searched.")
        return super().get_lookup(lookup_name)


def keyed_hash(kind: str, value: str) -> bytes:
    """Return HMAC-SHA256 of *value* under LOOKUP_HASH_KEY; *kind* keeps equal texts of two columns apart."""
    return hmac.digest(settings.LOOKUP_HASH_KEY.encode(), f"{kind}:{value}".encode(), hashlib.sha256)


def email_hash(email: str) -> bytes | None:
    """Return the search hash of an email address, whatever its case; None for an empty one."""
    email = email.strip().lower()
    return keyed_hash("email", email) if email else None


def phone_hash(e164: str) -> bytes | None:
    """Return the search hash of a telephone number in E.164 form ("+12025550100"); None for an empty one."""
    return keyed_hash("phone", e164) if e164 else None


def name_hashes(name: str) -> list[bytes]:
    """Return one search hash for each different word of a name, without case and accents, sorted."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    plain = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return sorted({keyed_hash("name", word) for word in re.findall(r"\w+", plain)})
