"""When each practitioner works and what they have already: rows of tables as `booking.availability` takes them."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from zoneinfo import ZoneInfo

from booking.availability import (
    ExtraWork,
    Start,
    TimeOff,
    WeeklyWork,
    bookable_starts,
    on_days_with_room,
    work_blocks,
)
from booking.models import Appointment, ScheduleException
from clinic import hours
from clinic.models import Location, Service

from .practice import FACTS, OwnRules, Practice, date_of, fetch, fetch_with_facts, time_of

ONE_DAY = timedelta(days=1)
LONGEST_REACH = timedelta(days=1)  # no visit, with the pause after it, reaches further into the days that follow

PEOPLE = f"""
    SELECT facts.*, people.*
    FROM ({FACTS}) facts
    LEFT JOIN (
        SELECT
            person.id,
            (SELECT json_build_array(start_every_minutes, notice_hours, horizon_days, most_a_day)
               FROM booking_practitionerrules WHERE practitioner_id = person.id) AS own,
            (SELECT coalesce(json_agg(json_build_array(
                        weekday, starts, ends, location_id, modes, valid_from, valid_until, break_starts, break_ends
                    ) ORDER BY weekday, starts, id), '[]')
               FROM booking_schedule WHERE practitioner_id = person.id) AS weekly,
            (SELECT coalesce(json_agg(json_build_array(
                        kind, starts_on, ends_on, starts, ends, location_id, modes
                    ) ORDER BY id), '[]')
               FROM booking_scheduleexception
              WHERE practitioner_id = person.id AND ends_on >= %(first)s) AS exceptions
        FROM clinic_practitioner person
        WHERE person.active
          AND (%(people)s::bigint[] IS NULL OR person.id = ANY(%(people)s::bigint[]))
          AND (%(service)s::bigint IS NULL OR person.id IN (
                SELECT practitioner_id FROM clinic_practitioner_services WHERE service_id = %(service)s))
    ) people ON true
    ORDER BY people.id
"""  # noqa: S608 - one constant inside another
# Seconds since 1970, because the driver takes longer to read a time than everything that is reckoned with it.
CLAIMS = """
    SELECT
        practitioner_id,
        holder_id,
        date_part('epoch', starts_at),
        date_part('epoch', blocked_from),
        date_part('epoch', blocked_until)
    FROM booking_timeclaim
    WHERE active
      AND practitioner_id = ANY(%(people)s::bigint[])
      AND tstzrange(blocked_from, blocked_until) && tstzrange(%(since)s, %(until)s)  -- the index of the constraint
      AND holder_id IS DISTINCT FROM %(ignoring)s
"""


@dataclass(frozen=True)
class Timetable:
    """One practitioner's weekly hours, extra hours, time off and own rules, and the claims on their time.

    `visits` are (appointment, when it begins), `taken` are the ranges that they block; all in UTC.
    """

    practitioner: int
    own: OwnRules
    weekly: list[WeeklyWork]
    extra: list[ExtraWork]
    off: list[TimeOff]
    visits: list[tuple[int, datetime]] = field(default_factory=list)
    taken: list[tuple[datetime, datetime]] = field(default_factory=list)

    def starts(
        self,
        service: Service,
        practice: Practice,
        window: tuple[datetime, datetime],
        first: date,
        last: date,
        *,
        modes: Iterable[str],
        place: Location | None = None,
    ) -> list[Start]:
        """Return when a visit of *service* may begin on the local days *first* to *last*, in order of time.

        *window* is the earliest and the latest start (UTC). Only hours in one of *modes* count, and at *place*
        where one is given.
        """
        wanted = frozenset(modes)
        weekly, extra = (
            [row for row in rows if wanted & row.modes and (place is None or row.location == place.pk)]
            for rows in (self.weekly, self.extra)
        )
        starts = bookable_starts(
            work_blocks(weekly, practice.closed, practice.zone, first, last, extra=extra, off=self.off),
            self.taken,
            duration=timedelta(minutes=service.duration_minutes),
            buffer=timedelta(minutes=service.buffer_minutes),
            every=timedelta(minutes=practice.rule("start_every_minutes", self.own)),
            earliest=window[0],
            latest=window[1],
        )
        if self.own.most_a_day is not None:
            starts = on_days_with_room(starts, self.visits, self.own.most_a_day, practice.zone)
        return sorted(starts, key=attrgetter("at"))  # hours at two places may overlap


def load_timetables(
    *, first: date, people: Iterable[int] | None = None, service: Service | None = None
) -> tuple[Practice, list[Timetable]]:
    """Return the practice, and the timetables of those who work here now, in the order of their ids, without claims.

    With *people* (ids) only theirs, with *service* only of those who offer it. Exceptions that are over before the
    local day *first* are left out. One query.
    """
    values = {
        "first": first,
        "people": None if people is None else list(people),
        "service": service and service.pk,
    }
    rows = fetch_with_facts(PEOPLE, values)
    return Practice.of_row(*rows[0][:4]), [timetable(*row[4:]) for row in rows if row[4] is not None]


def timetable(practitioner: int, own: list | None, weekly: list[list], exceptions: list[list]) -> Timetable:
    """Return the timetable that a row of PEOPLE holds."""
    table = Timetable(practitioner, OwnRules(*(own or ())), [as_work(*row) for row in weekly], [], [])
    for kind, *days, starts, ends, place, modes in exceptions:
        first, last = map(date_of, days)
        if kind == ScheduleException.Kind.OFF:
            table.off.append(TimeOff(first, last, time_of(starts), time_of(ends)))
        else:
            table.extra.append(ExtraWork(first, last, time_of(starts), time_of(ends), place, frozenset(modes)))
    return table


def as_work(weekday, starts, ends, place, modes, valid_from, valid_until, break_starts, break_ends) -> WeeklyWork:
    """Return the weekly hours of a row of PEOPLE."""
    return WeeklyWork(
        weekday,
        time_of(starts),
        time_of(ends),
        place,
        frozenset(modes),
        date_of(valid_from),
        date_of(valid_until),
        time_of(break_starts),
        time_of(break_ends),
    )


def load_claims(
    tables: Iterable[Timetable], first: date, last: date, zone: ZoneInfo, ignoring: Appointment | None = None
) -> None:
    """Add to *tables* what is taken on the local days *first* to *last* by active claims, but not by those of
    *ignoring*. One query.
    """
    of = {table.practitioner: table for table in tables}
    values = {
        "people": list(of),
        "since": hours.instant(first, hours.MIDNIGHT, zone),
        "until": hours.instant(last + ONE_DAY, hours.MIDNIGHT, zone) + LONGEST_REACH,
        "ignoring": ignoring and ignoring.pk,
    }
    for practitioner, holder, *instants in fetch(CLAIMS, values):
        starts_at, since, until = (datetime.fromtimestamp(seconds, UTC) for seconds in instants)
        of[practitioner].visits.append((holder, starts_at))
        of[practitioner].taken.append((since, until))
