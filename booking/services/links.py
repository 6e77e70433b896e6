"""A patient's own way to an appointment or a place on the waiting list, without an account."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from booking.models import Appointment, ManageLink, Message, WaitingListEntry
from clinic.crypto import email_hash, phone_hash

from .events import Actor, Kind, record
from .messages import tell_patient, tell_waiting

PAUSE_BETWEEN_LINKS = timedelta(minutes=10)  # for one thing; whoever asks again has the last one


def link_with_secret(*, secret: str, now: datetime) -> ManageLink | None:
    """Return the link that *secret* opens at *now* (aware); None where there is none, or it has ended."""
    return ManageLink.objects.usable(now).with_secret(secret).first()


def usable_link(*, link_id: int, now: datetime) -> ManageLink | None:
    """Return the link *link_id*, with what it leads to, if it still leads somewhere at *now* (aware)."""
    about = ("appointment__service", "appointment__practitioner", "appointment__location",
             "waiting_list_entry__service", "waiting_list_entry__practitioner")  # fmt: skip
    return ManageLink.objects.usable(now).select_related(*about).filter(pk=link_id).first()


def new_link(*, to: Appointment | WaitingListEntry | None, now: datetime) -> ManageLink | None:
    """Return a new link, made at *now* (aware), for somebody who is here by a link to what belongs with it.

    From a place on the waiting list to the time that is offered, and back. None for nothing, and for what a link does
    not lead to any more.
    """
    return link_with_secret(secret=ManageLink.objects.create_for(to, now), now=now) if to else None


def ask_for_links(*, email: str = "", phone: str = "") -> None:
    """Queue the search for what belongs to whoever has this *email* or *phone* (E.164).

    Does the same work whether or not there are any, so that the answer's time tells nothing. The job holds keyed
    hashes only.
    """
    hashes = {"email": email_hash(email), "phone": phone_hash(phone)}
    task = app.configure_task("booking.send_fresh_links", allow_unknown=False)
    task.defer(**{name: value.hex() if value else "" for name, value in hashes.items()})


def send_fresh_links(*, email: bytes, phone: bytes, now: datetime) -> int:
    """Send fresh links to what was made with one of these hashes: appointments to come, places on the waiting list.

    Each in the way they chose: an email address that stands beside "call me" may be read by somebody else.
    *email* and *phone* are keyed hashes, empty for none; *now* is aware. Returns how many were told.
    """
    person = Q(pk=None)
    if email:
        person |= Q(email_hash=email)
    if phone:
        person |= Q(phone_hash=phone)
    told = 0
    for pk in list(WaitingListEntry.objects.waiting().filter(person).values_list("pk", flat=True)):
        with transaction.atomic():
            entry = WaitingListEntry.objects.select_for_update(of=("self",)).get(pk=pk)
            lately = entry.messages.filter(kind=Message.Kind.LINK, created_at__gt=now - PAUSE_BETWEEN_LINKS)
            if entry.is_waiting() and not lately.exists():
                tell_waiting(entry, Message.Kind.LINK, now)
                told += 1
    for pk in list(Appointment.objects.to_come(now).filter(person).values_list("pk", flat=True)):
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update().get(pk=pk)
            lately = appointment.events.filter(kind=Kind.LINK_ASKED, at__gt=now - PAUSE_BETWEEN_LINKS)
            if not lately.exists():
                event = record(appointment, Kind.LINK_ASKED, Actor.PATIENT, now)
                tell_patient(event, Message.Kind.LINK, now)
                told += 1
    return told
