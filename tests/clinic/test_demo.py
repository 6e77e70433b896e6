"""The demo clinic: complete, consistent with the rules of booking, and never mixed with real people."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from io import StringIO
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Page, Revision

import clinic
from blog.models import ArticlePage, Topic
from booking.models import (
    TIME_KEPT,
    Appointment,
    AppointmentEvent,
    Message,
    Move,
    Schedule,
    ScheduleException,
    Status,
    TimeClaim,
    WaitingListEntry,
)
from clinic.demo.appointments import load_appointments
from clinic.models import ClinicDetails, Location, Practitioner, Service, User
from testimonials.models import Testimonial as Story

CLINIC = Path(clinic.__file__).parent
TEXTS = [CLINIC / "starter.toml", *sorted((CLINIC / "demo").rglob("*.toml"))]
LINKS = sorted({link for file in TEXTS for link in re.findall(r'href="(/[^"]*)"', file.read_text())})
TABLES = (Practitioner, Service, Location, Schedule, Topic, Story, Image, Page, Revision, User, Appointment,
          TimeClaim, AppointmentEvent, Move, ScheduleException, WaitingListEntry)  # fmt: skip


@pytest.fixture(scope="module")
def loaded_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded_once, db):
    """The demo clinic; what a test changes is undone."""


@pytest.fixture
def without_pictures(demo):
    """The demo clinic without its pictures: making all their sizes would take half a minute."""
    Practitioner.objects.update(portrait=None)
    ArticlePage.objects.update(picture=None)


def load_demo(**options) -> str:
    """Run the command; return what it said."""
    said = StringIO()
    call_command("load_demo", stdout=said, **options)
    return said.getvalue()


def counts() -> dict:
    return {table: table.objects.count() for table in TABLES}


def inside_hours(claim: TimeClaim, about, zone) -> bool:
    """Whether the visit lies in weekly or extra hours at its place and in its mode, in no break and in no time off."""
    starts, ends = claim.starts_at.astimezone(zone), claim.ends_at.astimezone(zone)
    day = starts.date()
    exceptions = [one for one in claim.practitioner.schedule_exceptions.all() if one.starts_on <= day <= one.ends_on]
    weekly = [row for row in claim.practitioner.schedules.all() if row.weekday == day.weekday()]
    extra = [one for one in exceptions if one.kind == ScheduleException.Kind.EXTRA]
    inside = any(
        row.starts <= starts.time() < ends.time() <= row.ends
        and row.location_id == about.location_id
        and about.mode in row.modes
        for row in [*weekly, *extra]
    )
    in_a_break = any(
        row.break_starts and row.break_starts < ends.time() and starts.time() < row.break_ends for row in weekly
    )
    return inside and not in_a_break and len(exceptions) == len(extra)


def broken_rules(zone) -> list[str]:
    """Return what is wrong with the appointments that are stored."""
    details, wrong = ClinicDetails.load(), []
    claims = TimeClaim.objects.select_related("holder__service", "practitioner").prefetch_related(
        "practitioner__schedules", "practitioner__schedule_exceptions", "practitioner__services"
    )
    for one in claims:
        about = getattr(one, "move", one.holder)
        day = one.starts_at.astimezone(zone).date()
        checks = {
            "outside the hours": inside_hours(one, about, zone),
            "on a day that is closed": not any(day in closed for closed in details.closed_days()),
            "held although it is over or free although it is not": one.active is (one.holder.status in TIME_KEPT),
            "another length": one.holder.minutes == one.holder.service.duration_minutes,
            "a service of somebody else": one.holder.service in one.practitioner.services.all(),
            "a mode of another service": about.mode in one.holder.service.modes,
            "another time than the visit": (one.starts_at, one.ends_at) == (about.starts_at, about.ends_at),
        }
        wrong += [f"{one}: {what}" for what, right in checks.items() if not right]
    for person in Practitioner.objects.all():
        held = sorted(person.time_claims.filter(active=True).values_list("blocked_from", "blocked_until"))
        wrong += [f"{person}: {first} overlaps {second}" for first, second in pairwise(held) if first[1] > second[0]]
    return wrong


# --- What it consists of ----------------------------------------------------------------------------------


def test_the_practice_is_complete(demo):
    assert (Location.objects.count(), Practitioner.objects.count(), Service.objects.count()) == (2, 6, 6)
    for one in Practitioner.objects.all():
        assert all([one.portrait, one.biography, one.first_visit, one.services.exists(), one.schedules.exists()]), one
    for service in Service.objects.all():
        assert service.practitioners.exists(), service
        assert 3 <= len(service.questions) <= 5, service
    assert ClinicDetails.load().paying
    assert ClinicDetails.load().insurance_plans.count() == 2
    for fact in [*Location.objects.all(), *Practitioner.objects.all(), *Service.objects.all(), *Schedule.objects.all()]:
        fact.full_clean()
    assert User.objects.filter(groups__isnull=False).count() == 4


def test_people_wait_for_a_time_an_offer_and_moves(demo):
    assert WaitingListEntry.objects.waiting().count() == 4
    assert Appointment.objects.filter(status=Status.OFFERED, waiting_list_entry__isnull=False).count() == 1
    assert set(Move.objects.values_list("asked_by", "state")) == {("patient", "waiting"), ("staff", "waiting")}
    assert set(ScheduleException.objects.values_list("kind", flat=True)) == {"off", "extra"}


def test_each_article_has_headings_a_list_a_quote_and_ends_with_a_call_to_book(demo):
    articles = ArticlePage.objects.live()
    assert len(articles) >= 12
    for article in articles:
        kinds = Counter(block.block_type for block in article.body)
        assert kinds["heading"] >= 2, article
        assert kinds["quote"] >= 1, article
        assert any("<li>" in str(block.value) for block in article.body if block.block_type == "paragraph"), article
        assert [one.block_type for one in article.body if one.block_type != "crisis_card"][-1] == "booking_call"
        assert all([article.topic, article.author, article.picture, article.published_on]), article


def test_the_stories_are_marked_as_samples_wherever_they_are_shown(demo):
    assert Story.objects.count() == 8
    assert set(Story.objects.values_list("sample", "published", "consent_scope")) == {(True, True, "website")}
    text = Client().get("/testimonials/").content.decode()
    assert text.count("Sample, written for this demonstration") == 8


def test_there_are_about_two_hundred_appointments_and_somebody_waits(demo):
    assert 150 <= Appointment.objects.count() <= 220
    assert Appointment.objects.filter(demo=False).count() == 0
    waiting = Appointment.objects.waiting()
    assert waiting.exists()
    assert all(one.starts_at > timezone.now() for one in waiting)
    assert not Message.objects.exists()


def test_appointments_keep_every_rule_of_booking(demo):
    assert broken_rules(ClinicDetails.load().zone) == []


def test_the_check_of_the_rules_can_fail(demo):
    claim = TimeClaim.objects.filter(active=True).first()
    claim.starts_at = claim.blocked_from = claim.starts_at - timedelta(hours=12)
    claim.save()
    assert any("outside the hours" in one for one in broken_rules(ClinicDetails.load().zone))


@pytest.mark.parametrize(
    "now",
    [
        datetime(2026, 3, 7, 17, tzinfo=UTC),  # a Saturday before the clocks change
        datetime(2026, 11, 1, 6, tzinfo=UTC),  # in the hour that comes twice
        datetime(2026, 12, 29, 15, tzinfo=UTC),  # closed for a week
        datetime(2028, 2, 29, 3, tzinfo=UTC),
    ],
)
def test_whatever_the_day_there_are_past_and_coming_appointments_and_the_rules_hold(demo, now):
    Appointment.objects.all().delete()
    assert load_appointments(now=now, seed=1) >= 150
    assert broken_rules(ClinicDetails.load().zone) == []
    usual = {Status.REQUESTED, Status.CONFIRMED, Status.CANCELLED, Status.COMPLETED, Status.NO_SHOW}
    assert usual <= set(Appointment.objects.values_list("status", flat=True))
    for one in Appointment.objects.prefetch_related("events"):
        assert (one.status in (Status.COMPLETED, Status.NO_SHOW, Status.EXPIRED)) <= (one.ends_at <= now)
        assert (one.status == Status.REQUESTED) <= (one.starts_at > now and one.reply_by > one.requested_at)
        assert one.requested_at <= now
        assert all(event.at <= now for event in one.events.all())


def test_a_seed_makes_the_same_people_and_times_again(demo):
    def made(seed):
        Appointment.objects.all().delete()
        load_appointments(now=datetime(2026, 6, 3, 15, tzinfo=UTC), seed=seed)
        return [(one.full_name, one.starts_at, one.status) for one in Appointment.objects.all()]

    assert made(1) == made(1) != made(2)


# --- Loading it again, and where it must not be loaded ----------------------------------------------------


def test_a_second_time_changes_nothing_and_says_so(demo):
    before = counts()
    assert "loaded already" in load_demo()
    assert counts() == before


def test_it_is_never_mixed_with_another_practice(demo):
    Appointment.objects.all().delete()
    with pytest.raises(CommandError, match="practice of its own"):
        load_demo()
    assert not Appointment.objects.exists()


def test_where_people_are_entered_it_can_be_left_out(demo):
    Story.objects.all().delete()
    assert load_demo(if_empty=True) == ""
    assert not Story.objects.exists()


def test_it_is_never_mixed_with_real_appointments(demo):
    Story.objects.all().delete()
    Appointment.objects.filter(pk=Appointment.objects.first().pk).update(demo=False)
    with pytest.raises(CommandError, match="real appointments"):
        load_demo()
    assert not Story.objects.exists()


def test_without_the_password_of_local_use_it_is_refused(demo, settings):
    Story.objects.all().delete()
    del settings.DEMO_PASSWORD
    with pytest.raises(CommandError, match="local use only"):
        load_demo()
    assert not Story.objects.exists()


def test_the_accounts_of_the_demo_sign_in_with_its_password(demo, settings):
    for email in ("manager", "frontdesk", "editor", "clinician"):
        assert Client().login(username=f"{email}@example.org", password=settings.DEMO_PASSWORD)
    assert User.objects.get(email="clinician@example.org").practitioner.slug == "maya-lindqvist"
    assert not User.objects.filter(is_superuser=True).exists()


# --- Links ------------------------------------------------------------------------------------------------


def test_every_link_in_the_texts_leads_somewhere(without_pictures):
    assert len(LINKS) >= 10
    assert {link: Client().get(link).status_code for link in LINKS} == dict.fromkeys(LINKS, 200)


def test_every_page_is_reached_and_no_link_is_broken(without_pictures):
    found, waiting, broken = set(), ["/"], []
    while waiting:
        path = waiting.pop()
        response = Client().get(path)
        if response.status_code != 200:
            broken.append(path)
        for link in re.findall(r'<a[^>]* href="([^"]*)"', response.content.decode()):
            target = urlsplit(link)
            if not target.scheme and target.path and target.path not in found | {path} and target.path[:6] != "/book/":
                found.add(target.path)
                waiting.append(target.path)
    assert broken == []
    assert {page.url for page in Page.objects.live().filter(depth__gt=1)} <= found
