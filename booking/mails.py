"""The words of a message: who gets which mail, from whom, with what in it."""

import re
from datetime import datetime
from email.utils import formataddr, parseaddr
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from booking.calendars import calendar_file
from booking.models import AppointmentEvent, ManageLink, Message, Move, TimeClaim
from clinic.models import ClinicDetails

Reason = AppointmentEvent.Reason

# After these a patient looks for another time.
OVER = frozenset([Message.Kind.DECLINED, Message.Kind.CANCELLED, Message.Kind.EXPIRED, Message.Kind.OFFER_EXPIRED])
ASKING = frozenset([Message.Kind.OFFER, Message.Kind.MOVE_PROPOSED])
BLANK_LINES = re.compile(r"\n\s*\n\s*\n+")


class NoAddress(Exception):
    """Nobody has entered where this message should go."""


def compose(message: Message, *, now: datetime) -> EmailMultiAlternatives:
    """Return the mail that tells *message*, with a link of its own for the patient. Raises NoAddress.

    The link is stored, so this belongs into a transaction that fails where the mail does: nobody else has it. Neither
    sender nor subject names the service or the kind of practice; a patient who asked for discretion sees no name at
    all. *now* is aware.
    """
    details = ClinicDetails.load()
    address = address_of(message, details)
    if not address:
        raise NoAddress
    context = context_of(message, details, now)
    audience = "patient" if for_patient(message) else "staff"
    template = f"booking/email/{audience}_{message.kind}"
    context["subject"] = " ".join(render_to_string(f"{template}_subject.txt", context).split())
    context["lead"] = render_to_string(f"{template}.txt", context).strip()
    mail = EmailMultiAlternatives(
        subject=context["subject"],
        body=BLANK_LINES.sub("\n\n", render_to_string(f"booking/email/{audience}.txt", context)).strip() + "\n",
        from_email=sender(context["message_name"]),
        to=[address],
        reply_to=reply_to(message, details),
        headers={
            "Message-ID": f"<message-{message.pk}-{message.about.submission_key.hex}@{sender_domain()}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    mail.attach_alternative(render_to_string(f"booking/email/{audience}.html", context), "text/html")
    if for_patient(message) and changes_calendars(message):
        mail.attach(*calendar_file(message.appointment, details, now=now))
    return mail


def for_patient(message: Message) -> bool:
    """Whether the patient gets it, and not staff."""
    return message.recipient == Message.Recipient.PATIENT


def context_of(message: Message, details: ClinicDetails, now: datetime) -> dict:
    """Return what the templates of a message may use."""
    appointment, about, to_patient = message.appointment, message.about, for_patient(message)
    discreet = to_patient and about.discreet
    note = message.note or (message.event and message.event.note)
    return {
        "appointment": appointment,
        "entry": message.waiting_list_entry,
        "about": about,
        "move": appointment and move_of(message),
        "details": details,
        "message_name": "" if discreet else details.message_name,
        "words": note.text if note else "",
        "book_url": "" if discreet else settings.SITE_URL + reverse("booking:choose_service"),
        "manage_url": manage_url(about, now) if to_patient and message.kind not in OVER else "",
        "manage_words": manage_words(message),
        "late": message.event and message.event.reason in (Reason.LATE, Reason.ASKED_LATE),
        "by_patient": message.event and message.event.is_by_patient(),
        "time_left": time_left(message),
        "agreed": message.event and message.event.reason == Reason.AGREED,
        "proposed": message.event and message.event.reason == Reason.PROPOSED,
        "was_asked": was_asked(message),
        "over": message.kind in OVER,
        "only_offered": appointment is not None and appointment.was_only_offered(),
        "now": now,
        "call": about.messages.calls_to_make().exists(),
        "admin_url": settings.SITE_URL + admin_address(message),
    }


def move_of(message: Message) -> Move | None:
    """Return the move that waits for an answer; where *message* says that one ended without, that one."""
    if message.kind == Message.Kind.MOVE_EXPIRED:
        ended = message.appointment.moves.filter(state=Move.State.EXPIRED, expires_at__lte=message.event.at)
        return ended.order_by("pk").last()
    return message.appointment.open_move()


def was_asked(message: Message) -> bool:
    """Whether the patient has been told of what we asked them last."""
    asked = message.about.messages.filter(kind__in=ASKING, recipient=Message.Recipient.PATIENT).order_by("pk").last()
    return asked is not None and asked.sent_at is not None


def time_left(message: Message) -> TimeClaim | None:
    """Return the time that the practitioner who gets *message* had for the visit, None for whoever has it still."""
    if not message.tells_of_leaving():
        return None
    had = Q(move=None) | Q(move__state=Move.State.ACCEPTED)  # a time that was only proposed was never theirs
    return message.appointment.claims.filter(had, practitioner=message.practitioner).order_by("pk").last()


def manage_words(message: Message) -> str:
    """Return what stands on the link of *message* to the patient's own page."""
    if entry := message.waiting_list_entry:
        return _("See what you asked for, or leave the list") if entry.is_waiting() else _("See what you asked for")
    return _("Answer here") if message.kind in ASKING else _("See, move or cancel it")


def manage_url(about, now: datetime) -> str:
    """Return a new address that leads the patient to what the message is *about*; nobody else can know it."""
    secret = ManageLink.objects.create_for(about, now)
    return settings.SITE_URL + reverse("booking:open_link", args=[secret])


def admin_address(message: Message) -> str:
    """Return where staff see what the message is about."""
    if message.appointment_id:
        return reverse("appointments:inspect", args=[message.appointment_id])
    return reverse("waiting-list:inspect", args=[message.waiting_list_entry_id])


def changes_calendars(message: Message) -> bool:
    """Whether a calendar should hear of it: what is confirmed or moved, and the end of what was confirmed once."""
    if message.kind in (Message.Kind.CONFIRMED, Message.Kind.MOVED):
        return True
    return message.kind == Message.Kind.CANCELLED and message.appointment.was_confirmed()


def address_of(message: Message, details: ClinicDetails) -> str:
    """Return where the message goes now, or an empty string."""
    match message.recipient:
        case Message.Recipient.PATIENT:
            return message.about.email
        case Message.Recipient.FRONT_DESK:
            return details.front_desk_email
        case Message.Recipient.MANAGER:
            return details.manager_email
        case _:
            practitioner = message.practitioner or message.about.practitioner
            user = practitioner and practitioner.user
            return user.email if user and user.is_active else ""


def reply_to(message: Message, details: ClinicDetails) -> list[str]:
    """Return where the answer of whoever gets *message* goes: a patient's to the front desk, others' to the sender.

    The front desk's address may tell what a discreet mail must not.
    """
    wanted = for_patient(message) and not message.about.discreet and details.front_desk_email
    return [details.front_desk_email] if wanted else []


def sender(name: str) -> str:
    """Return the From header: the operator's address with *name* in front."""
    return formataddr((" ".join(name.split()), parseaddr(settings.DEFAULT_FROM_EMAIL)[1]))


def sender_domain() -> str:
    """Return the domain for Message-IDs, which tells nothing that the sender's address does not tell."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].partition("@")[2] or urlsplit(settings.SITE_URL).hostname
