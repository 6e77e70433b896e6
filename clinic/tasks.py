"""What the worker does for the pages. Each task delegates; nobody imports this module."""

from django.core.management import call_command
from procrastinate.contrib.django import app

EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="clinic.publish_scheduled", queueing_lock="clinic.publish_scheduled")
def publish_scheduled(timestamp: int):
    """Publish the pages whose time has come, and take down those whose time is over."""
    call_command("publish_scheduled")
