"""About two hundred appointments around today, in every state, that keep the rules of time.

They are written straight to the tables: `booking.services` would send a message about each of them.
"""

import random
from datetime import datetime, timedelta
from uuid import UUID

from booking.availability import bookable_starts, work_blocks
from booking.models import Appointment, AppointmentEvent, Status, TimeClaim
from booking.services.timetables import load_timetables
from clinic import hours
from clinic.models import ClinicDetails, Mode, Practitioner, Service

TOTAL = 200
DAYS_BACK, DAYS_AHEAD = 21, 28
HOLDING = {Status.REQUESTED, Status.CONFIRMED, Status.COMPLETED, Status.NO_SHOW}
PAST = [
    (Status.COMPLETED, 78),
    (Status.NO_SHOW, 8),
    (Status.CANCELLED, 9),
    (Status.DECLINED, 3),
    (Status.EXPIRED, 2),
]
FUTURE = [(Status.CONFIRMED, 82), (Status.REQUESTED, 9), (Status.CANCELLED, 6), (Status.DECLINED, 3)]

FIRST_NAMES = """Ada Amir Bea Caleb Dana Eli Esme Farah Gus Hana Idris Joy Kai Lena Mateo Nia Omar Petra Quinn
Rafi Sana Tomas Uma Vera Wes Yara Zeke Ines Noor Otto""".split()
LAST_NAMES = """Abara Birch Calder Dunmore Eastley Fenwick Garrow Hollis Ibarra Jessop Kestrel Lowry Marlow
Nakato Ostrander Pellam Quillon Rosedale Sundby Tarrant Underhay Vasko Wickham Yoxall Zeller""".split()
NOTES = [
    "I have not done this before and feel a bit nervous.",
    "I would like to sit near the door, please.",
    "Evenings are easier for me if this changes.",
    "We would come together.",
    "I have been sleeping badly since the summer.",
]


def load_appointments(*, now: datetime, seed: int) -> int:
    """Add about TOTAL appointments around *now* (aware); return how many.

    The same *seed* on the same day gives the same people and times.
    """
    chance = random.Random(f"{seed}:{now:%Y%m%d}")  # noqa: S311 - nothing secret
    starts = [start for person in Practitioner.objects.active() for start in starts_of(person, now, chance)]
    chosen = sorted(chance.sample(starts, min(TOTAL, len(starts))), key=lambda one: one[0].at)
    for start, service, person in chosen:
        add_appointment(start, service, person, now, chance)
    ensure_waiting(now)
    return len(chosen)


def starts_of(person: Practitioner, now: datetime, chance: random.Random) -> list[tuple]:
    """Return (start, service, person) that can all be held together: one after another through each block."""
    details = ClinicDetails.load()
    today = now.astimezone(details.zone).date()
    first, last = today - timedelta(days=DAYS_BACK), today + timedelta(days=DAYS_AHEAD)
    blocks = [
        block
        for table in load_timetables(first=first, people=[person.pk])[1]
        for block in work_blocks(
            table.weekly, details.closed_days(), details.zone, first, last, extra=table.extra, off=table.off
        )
    ]
    services = list(person.services.all())
    result, taken = [], []
    for block in blocks:
        for _turn in range(4):
            service = chance.choice(services)
            if not set(service.modes) & block.modes:
                continue
            duration = timedelta(minutes=service.duration_minutes)
            buffer = timedelta(minutes=service.buffer_minutes)
            free = list(
                bookable_starts(
                    [block], taken, duration=duration, buffer=buffer, every=timedelta(minutes=30),
                    earliest=block.starts, latest=block.ends,
                )
            )  # fmt: skip
            if free:
                start = chance.choice(free)
                taken.append((start.at, start.at + duration + buffer))
                result.append((start, service, person))
    return result


def add_appointment(start, service, person, now, chance) -> None:
    """Write one appointment with its claim and its events."""
    ends_at = start.at + timedelta(minutes=service.duration_minutes)
    states = FUTURE if start.at > now + timedelta(days=2) else PAST if ends_at < now else [(Status.CONFIRMED, 1)]
    status = chance.choices([one for one, _ in states], [weight for _, weight in states])[0]
    if service.confirms_itself and status in (Status.REQUESTED, Status.DECLINED, Status.EXPIRED):
        status = Status.CONFIRMED if start.at > now else Status.COMPLETED
    requested_at = min(now, start.at) - timedelta(hours=chance.randint(30, 200))
    if status == Status.REQUESTED:
        requested_at = now - timedelta(minutes=chance.randint(5, 120))
    name = f"{chance.choice(FIRST_NAMES)} {chance.choice(LAST_NAMES)}"
    by_phone = chance.random() < 0.2
    key = UUID(int=chance.getrandbits(128), version=4)
    appointment = Appointment(
        submission_key=key,
        submission_digest=key.bytes * 2,
        status=status,
        practitioner=person,
        service=service,
        location_id=start.work.location,
        mode=chance.choice([mode for mode in Mode if mode in service.modes and mode in start.work.modes]),
        starts_at=start.at,
        ends_at=ends_at,
        time_zone=ClinicDetails.load().time_zone,
        full_name=name,
        email="" if by_phone else f"{name.lower().replace(' ', '.')}@example.com",
        phone=f"+120255501{chance.randint(10, 99)}" if by_phone else "",
        contact_by="call" if by_phone else "email",
        voicemail_ok=by_phone and chance.random() < 0.5,
        discreet=chance.random() < 0.1,
        first_visit=service.slug in ("check-in-call", "first-visit"),
        note=chance.choice(NOTES) if chance.random() < 0.25 else "",
        consented_at=requested_at,
        requested_at=requested_at,
        reply_by=reply_by(requested_at, start.at),
        demo=True,
    )
    appointment.set_hashes()
    appointment.save()
    TimeClaim.objects.create(
        holder=appointment,
        practitioner=person,
        starts_at=start.at,
        ends_at=ends_at,
        blocked_from=start.at,
        blocked_until=ends_at + timedelta(minutes=service.buffer_minutes),
        active=status in HOLDING,
    )
    add_events(appointment)


def add_events(appointment: Appointment) -> None:
    """Write what must have happened for the appointment to stand where it stands."""
    kinds = AppointmentEvent.Kind
    happened = [(kinds.REQUESTED, AppointmentEvent.Actor.PATIENT, appointment.requested_at)]
    answered_at = appointment.requested_at + timedelta(hours=2)
    if appointment.status == Status.DECLINED:
        happened.append((kinds.DECLINED, AppointmentEvent.Actor.STAFF, answered_at))
    elif appointment.status not in (Status.REQUESTED, Status.EXPIRED):
        happened.append((kinds.CONFIRMED, AppointmentEvent.Actor.STAFF, answered_at))
    for kind, actor, at in happened:
        AppointmentEvent.objects.create(appointment=appointment, kind=kind, actor=actor, at=at)


def reply_by(requested_at: datetime, starts_at: datetime) -> datetime:
    """Return a promise as the booking app would have made it."""
    details = ClinicDetails.load()
    promise = hours.add_opening_time(
        requested_at, timedelta(hours=4), details.weekly_hours(), details.closed_days(), details.zone
    )
    return min(promise, starts_at - timedelta(hours=2)) if promise else starts_at - timedelta(hours=2)


def ensure_waiting(now: datetime) -> None:
    """Make sure that the inbox is not empty: there is always somebody to answer."""
    if Appointment.objects.filter(demo=True, status=Status.REQUESTED).exists():
        return
    later = Appointment.objects.filter(
        demo=True,
        status=Status.CONFIRMED,
        service__confirmation=Service.Confirmation.STAFF,
        starts_at__gt=now + timedelta(days=3),
    ).order_by("starts_at")
    for appointment in later[:3]:
        appointment.events.exclude(kind=AppointmentEvent.Kind.REQUESTED).delete()
        appointment.status = Status.REQUESTED
        appointment.requested_at = now - timedelta(minutes=30)
        appointment.reply_by = reply_by(appointment.requested_at, appointment.starts_at)
        appointment.save(update_fields=["status", "requested_at", "reply_by"])
