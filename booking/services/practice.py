"""What holds for every visit: zone, opening hours, closures and the rules, and what follows from them."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db import connection

from booking.models import BookingRules
from clinic import hours
from clinic.models import ClinicDetails, Service

ONE_OPENING_HOUR = timedelta(hours=1)

# Plain SQL, here and in `timetables`: building these queries would take several times as long as they themselves.
FACTS = """
    SELECT
        details.time_zone,
        (SELECT coalesce(json_agg(json_build_array(weekday, opens, closes)), '[]')
           FROM clinic_openinghours WHERE details_id = details.id) AS opening,
        (SELECT coalesce(json_agg(json_build_array(starts_on, ends_on, name)), '[]')
           FROM clinic_closure WHERE details_id = details.id) AS closures,
        (SELECT row_to_json(rules) FROM booking_bookingrules rules ORDER BY id LIMIT 1) AS rules
    FROM clinic_clinicdetails details ORDER BY id LIMIT 1
"""


def fetch(statement: str, values: dict | None = None) -> list[tuple]:
    """Return the rows of *statement* with these named *values*."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall()


def fetch_with_facts(statement: str, values: dict | None = None) -> list[tuple]:
    """Return the rows of a *statement* whose first columns are those of FACTS; there is at least one.

    A new practice gets its rows of settings, as they are made wherever settings are read.
    """
    rows = fetch(statement, values)
    if not rows or rows[0][3] is None:
        ClinicDetails.load()
        BookingRules.load()
        rows = fetch(statement, values)
    return rows


class OwnRules(NamedTuple):
    """Where one practitioner's rules differ from the practice's; None: as the practice."""

    start_every_minutes: int | None = None
    notice_hours: int | None = None
    horizon_days: int | None = None
    most_a_day: int | None = None


@dataclass(frozen=True)
class Practice:
    """The facts and rules of the practice."""

    zone: ZoneInfo
    weekly: list[hours.WeeklyHours]
    closed: list[hours.ClosedDays]
    rules: BookingRules

    @classmethod
    def load(cls) -> "Practice":
        """Return what is stored now. One query."""
        return cls.of_row(*fetch_with_facts(FACTS)[0])

    @classmethod
    def of_row(cls, zone: str, opening: list[list], closures: list[list], rules: dict) -> "Practice":
        """Return what a row of FACTS tells."""
        return cls(
            ZoneInfo(zone),
            [hours.WeeklyHours(weekday, time_of(opens), time_of(closes)) for weekday, opens, closes in opening],
            [hours.ClosedDays(date_of(first), date_of(last), name) for first, last, name in closures],
            BookingRules(**rules),
        )

    def local_day(self, at: datetime) -> date:
        """Return the day on which *at* falls where the practice is."""
        return at.astimezone(self.zone).date()

    def window(self, own: OwnRules, now: datetime, answerable: datetime | None) -> tuple[datetime, datetime]:
        """Return the earliest and the latest start (UTC) that can be booked at *now* with whoever has *own* rules.

        *answerable* is the earliest start that can be answered in time; None where nobody has to answer.
        """
        earliest = now + timedelta(hours=self.rule("notice_hours", own))
        latest = now + timedelta(days=self.rule("horizon_days", own))
        return max(earliest, answerable or earliest).astimezone(UTC), latest.astimezone(UTC)

    def rule(self, name: str, own: OwnRules) -> int:
        """Return the rule of that *name*: the practitioner's *own*, or the practice's."""
        value = getattr(own, name)
        return getattr(self.rules, name) if value is None else value

    def answerable(self, service: Service, now: datetime) -> datetime | None:
        """Return the earliest start of *service* that staff can answer, None where nobody has to answer.

        From *now* until a request for it ends there is at least one opening hour.
        """
        if service.confirms_itself:
            return None
        return self.after(now, ONE_OPENING_HOUR) + timedelta(hours=self.rules.answer_until_hours)

    # --- Opening time. A practice that entered no opening hours is taken to answer at any hour. ---------------

    def after(self, now: datetime, amount: timedelta) -> datetime:
        """Return when *amount* of opening time has passed since *now* (UTC).

        Of plain time where the practice opens no day in a year.
        """
        then = hours.add_opening_time(now, amount, self.weekly, self.closed, self.zone) if self.weekly else None
        return then or now.astimezone(UTC) + amount

    def between(self, since: datetime, until: datetime) -> timedelta:
        """Return how much opening time there is from *since* to *until*."""
        if not self.weekly:
            return max(until - since, timedelta(0))
        return hours.opening_time_between(since, until, self.weekly, self.closed, self.zone)


def time_of(text: str | None) -> time | None:
    """Return the local time that a row of JSON holds, if it holds one."""
    return time.fromisoformat(text) if text else None


def date_of(text: str | None) -> date | None:
    """Return the day that a row of JSON holds, if it holds one."""
    return date.fromisoformat(text) if text else None
