"""Makes what tests need, with as few words as possible. Everything has a sensible default."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from uuid import uuid4

from django.test import Client

from booking.models import Appointment, Message, Schedule, WaitingListEntry
from booking.services import ask_without_time, propose_move, request_appointment
from clinic.models import ClinicDetails, ConsentText, Location, Practitioner, Service, User

NOW = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # a Monday, 10 am in New York; the clocks change on March 8
NEW_YORK = "America/New_York"
number = count(1)


def make_details(**fields) -> ClinicDetails:
    """The clinic's details, open on weekdays from 9 to 21."""
    details = ClinicDetails.load()
    values = {
        "name": "Quiet Room",
        "message_name": "The office",
        "telephone": "+12025550100",
        "text_number": "+12025550101",
        "time_zone": NEW_YORK,
        "front_desk_email": "desk@example.org",
        **fields,
    }
    for name, value in values.items():
        setattr(details, name, value)
    row = details.opening_hours.model
    details.opening_hours = [row(weekday=day, opens=time(9), closes=time(21)) for day in range(5)]
    details.save()
    return details


def close(details: ClinicDetails, first: date, last: date | None = None, name: str = "Holiday"):
    """Close the clinic from *first* to *last*."""
    return details.closures.model.objects.create(details=details, name=name, starts_on=first, ends_on=last or first)


def make_location(**fields) -> Location:
    values = {
        "name": "Riverside", "slug": f"place-{next(number)}", "street": "1 Alder Street", "city": "Washington",
        "region": "DC", "postal_code": "20001",
    }  # fmt: skip
    return Location.objects.create(**{**values, **fields})


def make_service(**fields) -> Service:
    values = {
        "name": "First visit", "slug": f"service-{next(number)}", "summary": "A talk.", "duration_minutes": 50,
        "buffer_minutes": 10, "modes": ["in_person", "video"],
    }  # fmt: skip
    return Service.objects.create(**{**values, **fields})


def make_practitioner(*, services=(), location=None, weekdays=range(5), hours=(9, 17), user=None, **fields):
    """Somebody who works on *weekdays* from and to *hours*, local time, in every mode."""
    values = {"name": "Robin Vale", "slug": f"person-{next(number)}", "credentials": "LCSW", "user": user}
    person = Practitioner.objects.create(**{**values, **fields})
    person.services.set(services)
    location = location or make_location()
    person.locations.add(location)
    week = {"starts": time(hours[0]), "ends": time(hours[1]), "modes": ["in_person", "video", "phone"]}
    Schedule.objects.bulk_create(
        Schedule(practitioner=person, location=location, weekday=weekday, **week) for weekday in weekdays
    )
    return person


def make_user(email="someone@example.org", *, groups=(), **fields) -> User:
    from django.contrib.auth.models import Group

    user = User.objects.create_user(email, "a long password", **fields)
    user.groups.set(Group.objects.filter(name__in=groups))
    return user


def signed_in(*roles: str, email: str = "") -> Client:
    """A browser in which somebody with these *roles* has signed in."""
    client = Client()
    first_words = "-".join(role.split()[0].lower() for role in roles) or "nobody"
    client.force_login(make_user(email or f"{first_words}@example.org", groups=roles))
    return client


def filled_in(**fields) -> dict:
    """The details form as a patient fills it in."""
    values = {
        "full_name": "Ada Birch",
        "email": "ada@example.com",
        "phone": "",
        "contact_by": "email",
        "note": "",
        "consent": "on",
        "submission_key": str(uuid4()),
        "website": "",
    }
    return {**values, **fields}


def unsaved_appointment(**fields) -> Appointment:
    """What the form makes of it: an appointment without a time."""
    values = {"full_name": "Ada Birch", "email": "ada@example.com", "contact_by": "email"}
    return Appointment(**{**values, **fields})


def consent_in_force() -> ConsentText | None:
    """The words that patients agree to."""
    return ConsentText.objects.current(ConsentText.Purpose.BOOKING)


def ask(
    *, service, practitioner, starts_at, now=NOW, mode=None, submission_key=None, patient_time_zone="", **fields
) -> Appointment:
    """Request an appointment as the site does."""
    return request_appointment(
        appointment=unsaved_appointment(**fields),
        consent_text=consent_in_force(),
        submission_key=submission_key or uuid4(),
        service=service,
        practitioner=practitioner,
        starts_at=starts_at,
        mode=mode,
        now=now,
        patient_time_zone=patient_time_zone,
    )


def wish(*, service, now=NOW, key=None, **fields) -> WaitingListEntry:
    """Ask without a time, as the site does."""
    values = {"full_name": "Wren Ash", "email": "wren@example.com", "contact_by": "email", "until": date(2026, 4, 1)}
    entry = WaitingListEntry(**{**values, **fields})
    return ask_without_time(
        entry=entry, submission_key=key or uuid4(), service=service, now=now, consent_text=consent_in_force()
    )


def at(day: int, hour: int, minute: int = 0, *, month: int = 3) -> datetime:
    """An instant in March 2026, New York winter time (before the 8th): local hour plus five is UTC."""
    return datetime(2026, month, day, tzinfo=UTC) + timedelta(hours=hour + 5, minutes=minute)


def stored() -> dict[str, int]:
    """How many rows each table of a booking holds, and how many jobs wait: unchanged where nothing was stored."""
    from procrastinate.contrib.django.models import ProcrastinateJob

    from booking.models import AppointmentEvent, AppointmentNote, Message, TimeClaim

    tables = (Appointment, TimeClaim, AppointmentEvent, AppointmentNote, Message, ProcrastinateJob)
    return {table.__name__: table.objects.count() for table in tables}


def row_as_text(row) -> str:
    """The row as a dump of the database shows it."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(f"SELECT to_jsonb(r)::text FROM {row._meta.db_table} r WHERE id = %s", [row.pk])
        return cursor.fetchone()[0]


def one_message_of_each_kind(*, service, practitioner, user) -> list[Message]:
    """A message of each kind for each who gets it, about a request with a proposed move, or a place on the list."""
    visit = ask(service=service, practitioner=practitioner, starts_at=at(5, 10))
    where = {"practitioner": practitioner, "starts_at": at(6, 11), "mode": None}
    propose_move(appointment_id=visit.pk, user=user, now=NOW, words="First line.\nSecond line.", **where)
    visit.offer_expires_at = at(3, 10)
    visit.save()
    move = visit.open_move()
    move.reply_by = at(3, 10)
    move.save()
    entry = wish(service=service)
    Message.objects.all().delete()
    about_visit = {"appointment": visit, "event": visit.events.last()}
    for kind in Message.Kind:
        about = {"waiting_list_entry": entry} if "wish" in kind else about_visit
        for recipient in ("patient", "front_desk"):
            if kind in {"patient": FOR_PATIENTS, "front_desk": FOR_STAFF}[recipient]:
                told = {"kind": kind, "recipient": recipient, "channel": "email", "created_at": NOW, "not_before": NOW}
                Message.objects.create(**told, **about)
    return list(Message.objects.order_by("pk"))


FOR_PATIENTS = """request_received confirmed declined cancelled expired offer offer_expired changed move_asked
move_proposed moved move_declined move_expired link wish_received wish_answered""".split()
FOR_STAFF = {*Message.Kind} - {*FOR_PATIENTS} | {"moved", "cancelled", "move_expired"}
