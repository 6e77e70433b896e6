"""The worker's entry points. Each loads by id and delegates; nobody imports this module."""

from django.utils import timezone
from procrastinate.contrib.django import app

from booking import notifications, services

EVERY_TEN_SECONDS = "* * * * * */10"  # the sixth field counts seconds


@app.task(name="booking.send_message", pass_context=False)
def send_message(*, message_id: int):
    """Send one message, unless it was sent already."""
    notifications.send(message_id, now=timezone.now())


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="booking.sweep_messages", queueing_lock="booking.sweep_messages")
def sweep_messages(timestamp: int):
    """Queue again every message that is due: the mail server was away, or a worker died."""
    notifications.requeue_due(now=timezone.now())


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="booking.retry_stalled", queueing_lock="booking.retry_stalled", pass_context=True)
async def retry_stalled(context, timestamp: int):
    """Give the jobs of a worker that died to one that lives."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=15):
        await manager.retry_job(job)


@app.periodic(cron=EVERY_TEN_SECONDS)
@app.task(name="booking.keep_deadlines", queueing_lock="booking.keep_deadlines")
def keep_deadlines(timestamp: int):
    """Remind of promises that are late, and end requests, offers and moves whose time is up."""
    services.keep_deadlines(now=timezone.now())


@app.task(name="booking.send_fresh_links", pass_context=False)
def send_fresh_links(*, email: str, phone: str):
    """Send fresh links to whoever has these keyed hashes (hexadecimal, empty for none)."""
    services.send_fresh_links(email=bytes.fromhex(email), phone=bytes.fromhex(phone), now=timezone.now())
