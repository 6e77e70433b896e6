"""A form that is sent twice is stored once."""

import hashlib
import hmac
import json
import zlib
from uuid import UUID

from django.conf import settings

from booking.models import PATIENT_FIELDS
from clinic.models import ConsentText

from .locks import SUBMISSION_LOCK, lock


class SubmissionChanged(Exception):
    """The same form was sent before with other content; `stored` is what was stored then."""

    def __init__(self, stored):
        super().__init__(str(stored))
        self.stored = stored


class ConsentChanged(Exception):
    """The patient agreed to words that are not in force any more; `text` is the version that is."""

    def __init__(self, text: ConsentText):
        super().__init__(text.version)
        self.text = text


def stored_before(model, submission_key: UUID, digest: bytes):
    """Return the row of *model* that came with *submission_key*, None for a new key.

    Holds the key's lock from then on, so that of several at once only the first is new. Raises SubmissionChanged
    where the row has another *digest*.
    """
    lock(SUBMISSION_LOCK, zlib.crc32(submission_key.bytes))
    rows = model.objects.filter(submission_key=submission_key)
    if not rows.exists():  # nearly always; naming every column of a row that is not there costs several times as much
        return None
    earlier = rows.get()
    if bytes(earlier.submission_digest) != digest:
        raise SubmissionChanged(earlier)
    return earlier


def submission_digest(patient, *asked) -> bytes:
    """Return a keyed digest of what *patient* typed and *asked* for, to tell a repeated form from a changed one."""
    typed = [str(getattr(patient, name)) for name in PATIENT_FIELDS]
    content = json.dumps([*typed, *asked], default=str).encode()
    return hmac.digest(settings.LOOKUP_HASH_KEY.encode(), content, hashlib.sha256)


def agreed_text(current: ConsentText | None, seen: int | None) -> ConsentText | None:
    """Return the text in force, *current*, unless the patient has *seen* another version; None: nobody said which.

    Raises ConsentChanged.
    """
    if current and seen not in (None, current.version):
        raise ConsentChanged(current)
    return current
