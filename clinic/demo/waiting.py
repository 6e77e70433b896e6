"""What waits in the demo beside requests: wishes without a time, an offer, two moves; and days that differ.

Written straight to the tables, as `appointments` does, so that no message goes out.
"""

from datetime import datetime, time, timedelta
from uuid import UUID, uuid5

from booking.models import (
    Appointment,
    AppointmentEvent,
    AppointmentNote,
    Move,
    Schedule,
    ScheduleException,
    Status,
    WaitingListEntry,
)
from booking.services.events import record
from booking.services.moves import hold
from booking.services.offers import store_offer
from booking.services.openings import open_slots
from booking.services.promises import answer_promised_at
from clinic.models import ClinicDetails, Mode, Practitioner, Service

KEYS = UUID("6f0c1c7e-6b1c-4f0e-9a53-2a1f6c1f3d11")  # where the submission keys below come from
WISHES = [
    {
        "full_name": "Wren Ashby", "email": "wren.ashby@example.com", "contact_by": "email",
        "service": "individual-therapy", "weekdays": [1, 3], "starts_from": time(17), "mode": Mode.VIDEO,
        "note": "I work until half past four, so only evenings are possible.", "asked_hours_ago": 70,
    },
    {
        "full_name": "Tobias Hale", "phone": "+12025550163", "contact_by": "call", "voicemail_ok": True,
        "service": "individual-therapy", "practitioner": "maya-lindqvist", "starts_until": time(12),
        "asked_hours_ago": 49, "answer": "Maya has a morning free from the week after next. We call you then.",
    },
    {
        "full_name": "Ingrid Solheim", "email": "ingrid.solheim@example.com", "contact_by": "email",
        "service": "couples-therapy", "asked_hours_ago": 26, "discreet": True, "offered": True,
    },
    {
        "full_name": "Pia Lund", "email": "pia.lund@example.com", "contact_by": "email", "first_visit": True,
        "service": "first-visit", "weekdays": [4], "access_needs": "I use a wheelchair.", "asked_hours_ago": 1,
    },
]  # fmt: skip


def load_days_that_differ(*, now: datetime) -> None:
    """Add a week of vacation and a Saturday of extra hours in the weeks after *now* (aware)."""
    today = now.astimezone(ClinicDetails.load().zone).date()
    monday = today + timedelta(days=14 - today.weekday())
    off, extra = ScheduleException.Kind.OFF, ScheduleException.Kind.EXTRA
    away, here = (Practitioner.objects.get(slug=slug) for slug in ("theo-marsh", "daniel-okafor"))
    ScheduleException.objects.create(practitioner=away, kind=off, starts_on=monday, ends_on=monday + timedelta(days=4))
    saturday = monday + timedelta(days=5)
    ScheduleException.objects.create(
        practitioner=here, kind=extra, starts_on=saturday, ends_on=saturday, starts=time(10), ends=time(13),
        location=Schedule.objects.filter(practitioner=here).first().location, modes=[Mode.IN_PERSON, Mode.VIDEO],
    )  # fmt: skip


def load_waiting(*, now: datetime) -> None:
    """Add four people who found no time that suits, one of whom is offered one, and two moves; *now* is aware."""
    for wish in WISHES:
        add_wish(dict(wish), now)
    confirmed = Appointment.objects.filter(
        demo=True, status=Status.CONFIRMED, service__confirmation=Service.Confirmation.STAFF,
        starts_at__gt=now + timedelta(days=4), contact_by="email",
    ).order_by("starts_at")  # fmt: skip
    kinds = AppointmentEvent.Kind
    for appointment, asked_by, kind in zip(
        confirmed[:2],
        (Move.AskedBy.PATIENT, Move.AskedBy.STAFF),
        (kinds.MOVE_ASKED, kinds.MOVE_PROPOSED),
        strict=False,
    ):
        add_move(appointment, asked_by, kind, now)


def add_wish(wish: dict, now: datetime) -> None:
    """Write a place on the waiting list, its answer and its offer."""
    answer, offered = wish.pop("answer", ""), wish.pop("offered", False)
    asked_at = now - timedelta(hours=wish.pop("asked_hours_ago"))
    key = uuid5(KEYS, wish["full_name"])
    service = Service.objects.get(slug=wish.pop("service"))
    entry = WaitingListEntry(
        service=service,
        practitioner=Practitioner.objects.filter(slug=wish.pop("practitioner", "")).first(),
        submission_key=key,
        submission_digest=key.bytes * 2,
        requested_at=asked_at,
        consented_at=asked_at,
        until=(now + timedelta(weeks=8)).date(),
        reply_by=answer_promised_at(now if not answer else asked_at),
        answered_at=asked_at + timedelta(hours=2) if answer else None,
        demo=True,
        **wish,
    )
    entry.set_hashes()
    entry.save()
    if answer:
        AppointmentNote.objects.create(waiting_list_entry=entry, text=answer)
    slots = open_slots(service=service, now=now + timedelta(days=2)) if offered else []
    if slots:
        store_offer(entry, slots[0], now)


def add_move(appointment: Appointment, asked_by: Move.AskedBy, kind: AppointmentEvent.Kind, now: datetime) -> None:
    """Hold another open time for *appointment*, as *asked_by* would like, where one is open."""
    slots = open_slots(
        service=appointment.service, practitioner=appointment.practitioner, now=now + timedelta(days=3),
        ignoring=appointment,
    )  # fmt: skip
    others = [slot for slot in slots if slot.day != appointment.starts_at.astimezone(slot.zone).date()]
    if others:
        slot = others[0]
        mode = appointment.mode if appointment.mode in slot.modes else slot.modes[0]
        hold(appointment, slot, mode, asked_by, now)
        record(appointment, kind, asked_by, now)
