"""Which times are open, in a fixed number of queries."""

from collections.abc import Mapping
from datetime import date, datetime
from itertools import chain

from booking.models import Appointment
from clinic.models import Location, Mode, Practitioner, Service

from .slots import Calendar, Known, Slot, a_day_before
from .timetables import load_claims, load_timetables


def open_slots(
    *,
    service: Service,
    now: datetime,
    first: date | None = None,
    days: int | None = None,
    practitioner: Practitioner | None = None,
    mode: Mode | None = None,
    ignoring: Appointment | None = None,
    by_staff: bool = False,
) -> list[Slot]:
    """Return what can be booked of *service*, in order of time.

    On the *days* local days (default: up to the horizon) from *first* (default: today). *now* is aware. With
    *practitioner* or *mode* only theirs; without a practitioner one slot a start, with whoever has the least booked in
    that week, Monday to Sunday. Time that the appointment *ignoring* holds counts as free: it is about to leave it.
    *by_staff*: whatever has not begun, also inside the notice and of a service that nobody books online, for staff and
    for what the clinic offers. At most four queries, whatever the size.
    """
    if not (service.bookable_online or by_staff):
        return []
    calendar = Calendar.load(
        service=service,
        now=now,
        first=first,
        days=days,
        practitioner=practitioner,
        ignoring=ignoring,
        by_staff=by_staff,
    )
    found = calendar.starts(mode)
    return calendar.slots(found, Known.load(found, listed(practitioner)))


def open_slots_by_mode(
    *,
    service: Service,
    now: datetime,
    first: date,
    days: int,
    practitioner: Practitioner | None = None,
    mode: Mode | None = None,
) -> dict[Mode, list[Slot]]:
    """Return, for each mode of *service* or for the one *mode*, what `open_slots` returns for it.

    At most four queries for all of them.
    """
    if not service.bookable_online:
        return {}
    calendar = Calendar.load(service=service, now=now, first=first, days=days, practitioner=practitioner)
    found = {one: calendar.starts(one) for one in Mode if one in service.modes and mode in (None, one)}
    known = Known.load(list(chain(*found.values())), listed(practitioner))
    return {one: calendar.slots(starts, known) for one, starts in found.items()}


def times_instead(appointment: Appointment, *, now: datetime, count: int = 3) -> list[Slot]:
    """Return times that somebody whose visit does not take place may like: the first of each of *count* days.

    *now* is aware. With the same practitioner in the same mode where they have any, else with whoever is free; never
    the time that they do not have any more.
    """
    wish = {"service": appointment.service, "mode": Mode(appointment.mode), "now": now}
    for practitioner in (appointment.practitioner, None):
        slots = open_slots(practitioner=practitioner, **wish)
        slots = [one for one in slots if one.ends_at <= appointment.starts_at or appointment.ends_at <= one.starts_at]
        if slots:
            break
    first_of_day = {slot.day: slot for slot in reversed(slots)}
    return [first_of_day[day] for day in sorted(first_of_day)[:count]]


def find_slot(
    *,
    service: Service,
    practitioner: Practitioner,
    starts_at: datetime,
    now: datetime,
    mode: Mode | None = None,
    ignoring: Appointment | None = None,
    by_staff: bool = False,
) -> Slot | None:
    """Return the slot that begins at *starts_at* (aware), None where that time is not open (in *mode*) at *now*.

    Time that the appointment *ignoring* holds counts as free. *by_staff* as in `open_slots`. Two queries, and one for
    the place.
    """
    if not (service.bookable_online or by_staff):
        return None
    calendar = Calendar.load(
        service=service, now=now, at=starts_at, practitioner=practitioner, ignoring=ignoring, by_staff=by_staff
    )
    found = [one for one in calendar.starts(mode) if one[0].at == starts_at]
    return next(iter(calendar.slots(found, Known.load(found, [practitioner]))), None)


def next_slots_of_each(
    visits: Mapping[Practitioner, Service],
    *,
    now: datetime,
    count: int,
    mode: Mode | None = None,
    location: Location | None = None,
) -> dict[Practitioner, list[Slot]]:
    """Return the next *count* open slots of each practitioner, for the service of theirs that *visits* names.

    *now* is aware; with *mode* or *location* only times in that mode and at that place. The times are those of
    `open_slots`. At most four queries, whatever the number of practitioners.
    """
    practice, tables = load_timetables(first=a_day_before(now), people=[person.pk for person in visits])
    first = practice.local_day(now)
    of = {table.practitioner: table for table in tables}
    calendars = {
        person: Calendar.of_tables([of[person.pk]], service=service, practice=practice, now=now, first=first)
        for person, service in visits.items()
        if person.pk in of and service.bookable_online
    }
    last = max((calendar.last for calendar in calendars.values()), default=first)
    load_claims(tables, first, last, practice.zone)
    found = {person: calendar.first_starts(count, mode, location) for person, calendar in calendars.items()}
    known = Known.load(list(chain(*found.values())), visits)
    return {person: calendars[person].slots(found[person], known) if person in found else [] for person in visits}


def listed(practitioner: Practitioner | None) -> list[Practitioner]:
    """Return a list of the one practitioner, an empty one for None."""
    return [practitioner] if practitioner else []
