"""What the worker does for articles. Each task delegates; nobody imports this module."""

from django.utils import timezone
from procrastinate.contrib.django import app

from blog.models import ArticleUpload

EVERY_HOUR = "23 * * * *"


@app.periodic(cron=EVERY_HOUR)
@app.task(name="blog.forget_uploads", queueing_lock="blog.forget_uploads")
def forget_uploads(timestamp: int):
    """Delete uploads that nobody came back to: they may hold what an old site kept private."""
    ArticleUpload.objects.too_old(timezone.now()).delete()
