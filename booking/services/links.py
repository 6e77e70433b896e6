"""A patient's own way to an appointment, without an account."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from procrastinate.contrib.django import app

from booking.models import Appointment, ManageLink, Message
from clinic.crypto import email_hash, phone_hash

from .events import Actor, Kind, record
from .messages import tell_patient

PAUSE_BETWEEN_LINKS = timedelta(minutes=10)  # for one appointment; whoever asks again has the last one


def link_with_secret(*, secret: str, now: datetime) -> ManageLink | None:
    """Return the link that *secret* opens at *now* (aware); None where there is none, or its visit is long over."""
    return ManageLink.objects.usable(now).with_secret(secret).first()


def usable_link(*, link_id: int, now: datetime) -> ManageLink | None:
    """Return the link *link_id*, with its appointment, if it still leads somewhere at *now* (aware)."""
    about = ("appointment__service", "appointment__practitioner", "appointment__location")
    return ManageLink.objects.usable(now).select_related(*about).filter(pk=link_id).first()


def ask_for_links(*, email: str = "", phone: str = "") -> None:
    """Queue the search for appointments of whoever has this *email* or *phone* (E.164).

    Does the same work whether or not there are any, so that the answer's time tells nothing. The job holds keyed
    hashes only.
    """
    hashes = {"email": email_hash(email), "phone": phone_hash(phone)}
    task = app.configure_task("booking.send_fresh_links", allow_unknown=False)
    task.defer(**{name: value.hex() if value else "" for name, value in hashes.items()})


def send_fresh_links(*, email: bytes, phone: bytes, now: datetime) -> int:
    """Tell each appointment's patient a fresh link to it, where it is to come and was made with one of these hashes.

    *email* and *phone* are keyed hashes, empty for none; *now* is aware. Returns how many were told.
    """
    person = Q(pk=None)
    if email:
        person |= Q(email_hash=email)
    if phone:
        person |= Q(phone_hash=phone)
    told = 0
    for pk in list(Appointment.objects.to_come(now).filter(person).values_list("pk", flat=True)):
        with transaction.atomic():
            appointment = Appointment.objects.select_for_update().get(pk=pk)
            lately = appointment.events.filter(kind=Kind.LINK_ASKED, at__gt=now - PAUSE_BETWEEN_LINKS)
            if not lately.exists():
                event = record(appointment, Kind.LINK_ASKED, Actor.PATIENT, now)
                # Whoever asks with their address wants it there, however else they like to be reached.
                by_email = bool(email) and bytes(appointment.email_hash or b"") == email
                tell_patient(event, Message.Kind.LINK, now, channel=Message.Channel.EMAIL if by_email else None)
                told += 1
    return told
