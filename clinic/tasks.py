"""What the worker does for the pages, and what asks for it. Each task delegates; nobody imports this module.

Procrastinate loads it in every process, so whatever publishes a page (an editor, the clock, a command) is heard here.
"""

from django.core.management import call_command
from procrastinate.contrib.django import app
from wagtail.signals import page_published

from clinic import pictures

EVERY_MINUTE = "* * * * *"


@app.periodic(cron=EVERY_MINUTE)
@app.task(name="clinic.publish_scheduled", queueing_lock="clinic.publish_scheduled")
def publish_scheduled(timestamp: int):
    """Publish the pages whose time has come, and take down those whose time is over."""
    call_command("publish_scheduled")


@app.task(name="clinic.draw_pictures")
def draw_pictures(page_id: int):
    """Draw the pictures of a page that was published."""
    pictures.draw(page_id)


page_published.connect(pictures.draw_soon)
