"""Sends one message, and records that it was sent.

A message is sent at least once: its row is locked while it is sent, and marked after the mail server took it.
A worker that dies in between leaves the row unmarked, and the sweep finds it. No message is sent twice unless
the worker dies in the moment between the server's yes and the commit; both copies then carry one Message-ID.
"""

import logging
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from booking.mails import address_of, compose
from booking.models import Message
from clinic.models import ClinicDetails

log = logging.getLogger(__name__)

FIRST_WAIT, LONGEST_WAIT = timedelta(seconds=10), timedelta(minutes=10)
# A job that has just been queued gets this long before the sweep queues it again.
GRACE = timedelta(seconds=20)
ABOUT = (
    "note", "event__note",
    "appointment__service", "appointment__practitioner", "appointment__location",
    "waiting_list_entry__service", "waiting_list_entry__practitioner", "practitioner__user",
)  # fmt: skip


def send(message_id: int, *, now: datetime) -> bool:
    """Send the message if it still has to be; return whether it went out now. *now* is aware.

    What is not true any more (a mail server was away, and the visit was cancelled meanwhile) is not sent: the
    row notes when it was overtaken, and the later message tells how things stand.

    A fault of the mail server is recorded on the row with the time of the next try; it raises nothing.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True, of=("self",))
            .select_related(*ABOUT)
            .unsent_emails()
            .filter(pk=message_id)
            .first()
        )
        if message is None:
            return False
        if not message.still_true(now) or reader_has_left(message):
            message.overtaken_at = now
            message.save(update_fields=["overtaken_at"])
            return False
        message.attempts += 1
        try:
            with transaction.atomic():  # no link is kept that nobody got
                compose(message, now=now).send()
        except Exception as error:  # whatever it is, the row must say so and be tried again
            wait = min(FIRST_WAIT * 2 ** min(message.attempts - 1, 10), LONGEST_WAIT)
            message.not_before = now + wait
            message.last_error = type(error).__name__
            log.warning("message %s not sent (%s), next try in %s", message.pk, message.last_error, wait)
        else:
            message.sent_at = now
            message.last_error = ""
        message.save(update_fields=["attempts", "not_before", "last_error", "sent_at"])
        return message.sent_at is not None


def requeue_due(*, now: datetime) -> int:
    """Queue a job for each message that is due at *now* (aware) and that no worker holds; return how many."""
    with transaction.atomic():
        due = Message.objects.due(now - GRACE).select_for_update(skip_locked=True)
        ids = list(due.values_list("pk", flat=True)[:500])
    for message_id in ids:
        with suppress(AlreadyEnqueued):
            defer_sends([message_id])
    return len(ids)


def defer_sends(message_ids: list[int]) -> None:
    """Queue a job for each message that sends it, all in one statement, in the caller's transaction if there is one.

    Raises AlreadyEnqueued where a job for one of them waits already.
    """
    app.job_manager.batch_defer_jobs(
        jobs=[
            app.configure_task(
                "booking.send_message", allow_unknown=False, queueing_lock=f"booking.send_message:{message_id}"
            ).make_new_job(message_id=message_id)
            for message_id in message_ids
        ]
    )


def reader_has_left(message: Message) -> bool:
    """Whether it is for a practitioner who cannot sign in any more; whoever took over sees all in the admin."""
    return message.recipient == Message.Recipient.PRACTITIONER and not address_of(message, ClinicDetails.load())
