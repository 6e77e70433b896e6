"""Mail: files for local use, a connection that breaks nothing else, and a log that names nobody."""

import logging
import uuid
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from django.conf import settings
from django.core.mail.backends import smtp
from django.core.mail.backends.base import BaseEmailBackend


class EmlFileBackend(BaseEmailBackend):
    """Writes each message to `settings.EMAIL_FILE_PATH` as a file that sorts by time."""

    def send_messages(self, email_messages):
        """Write *email_messages* and return how many were written."""
        folder = Path(settings.EMAIL_FILE_PATH)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for message in email_messages:
            name = f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{uuid.uuid4().hex[:8]}.eml"
            (folder / name).write_bytes(message.message().as_bytes())
        return len(email_messages)


class SmtpBackend(smtp.EmailBackend):
    """SMTP that fails where messages are sent, never where a connection is opened ahead.

    Wagtail opens one ahead, inside the transaction in which an article is approved, and then sends message by message
    and survives each that fails. A server that cannot be reached is not tried again for the next message.
    """

    away = None  # why the server could not be reached

    def open(self):
        """Connect; return whether that was necessary. What went wrong is kept for `send_messages`."""
        try:
            return super().open()
        except OSError as error:  # unknown host, refused, timed out, and whatever smtplib calls its own
            self.away = error
            return False

    def send_messages(self, email_messages):
        """Send *email_messages* and return how many were sent; raises what `open` met."""
        met_ahead = self.away
        sent = super().send_messages(email_messages) if met_ahead is None else 0
        error, self.away = self.away, met_ahead  # the next message of a connection that was not opened ahead tries anew
        if error is not None and not self.fail_silently:
            raise error
        return sent

    def close(self):
        """Hang up, whatever the server says to that; the next `open` tries again."""
        self.away = None
        with suppress(OSError):
            super().close()


class NoAddresses(logging.Filter):
    """Keeps the addresses of staff and the titles of drafts out of Wagtail's line about a mail that was not sent."""

    def filter(self, record):
        if record.exc_info:
            record.msg, record.args = "A notification was not sent: %s", (record.exc_info[0].__name__,)
            record.exc_info = record.exc_text = None
        return True
