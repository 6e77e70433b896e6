"""What was stored before there was a ledger stays as it was: shown where it was shown."""

from datetime import date

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from testimonials.models import State
from testimonials.models import Testimonial as Story
from testimonials.services import withdraw_consent
from tests.builders import NOW


def migrate(name):
    """Bring testimonials to migration *name*, inside the test's transaction; return the models of that moment."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    return executor.migrate([("testimonials", name)]).apps


def test_old_stories_keep_their_consent_and_their_place(clinic_settings):
    old = migrate("0001_initial").get_model("testimonials", "Testimonial").objects
    fields = {"text": "A talk.", "given_on": date(2026, 2, 1)}
    old.create(shown_name="sample", sample=True, published=True, **fields)
    old.create(shown_name="agreed", consent_given_on=date(2026, 2, 2), published=True, **fields)
    old.create(shown_name="hidden", consent_given_on=date(2026, 2, 2), **fields)
    old.create(shown_name="waiting", **fields)
    migrate("0002_ledger")

    stories = {story.shown_name: story for story in Story.objects.all()}
    assert {story.shown_name for story in Story.objects.shown_anywhere()} == {"sample", "agreed"}
    assert stories["hidden"].state == State.NOT_SHOWN
    assert (stories["waiting"].state, stories["waiting"].consent_scope) == (State.WAITING, "")
    for story in stories.values():
        assert withdraw_consent(testimonial_id=story.pk, user=None, now=NOW).state == State.WITHDRAWN
