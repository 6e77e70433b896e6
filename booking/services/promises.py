"""By when the clinic answers, and until when a request or an offer stands. All in opening hours of the clinic."""

from datetime import UTC, datetime, timedelta

from booking.models import BookingRules
from clinic import hours
from clinic.models import ClinicDetails

MARGIN = timedelta(minutes=15)  # of opening time between the last moment of a promise and the end of a request
A_YEAR = timedelta(days=366)


def request_expires(starts_at: datetime, rules: BookingRules | None = None) -> datetime:
    """Return when (UTC) a request that nobody has answered ends, for a visit that begins at *starts_at* (aware)."""
    rules = rules or BookingRules.load()
    return starts_at.astimezone(UTC) - timedelta(hours=rules.answer_until_hours)


def promised_answer(starts_at: datetime, now: datetime) -> datetime:
    """Return by when (UTC) a request made at *now* for a visit at *starts_at* (both aware) is answered.

    Some opening hours from *now* (`BookingRules.reply_within_hours`), and always before the request would end.
    """
    ends = request_expires(starts_at)
    return answer_promised_at(now, before=ends) or max(now.astimezone(UTC), ends - MARGIN)


def answer_promised_at(now: datetime, *, before: datetime | None = None) -> datetime | None:
    """Return by when (UTC) something asked at *now* (aware) is answered: some opening hours later.

    With *before* (aware) always sooner than that, while somebody is there; None where too little opening time is
    left until then.
    """
    within = timedelta(hours=BookingRules.load().reply_within_hours)
    promise = opening_time_after(now, within)
    if before is None or promise < before - MARGIN:
        return promise
    left = opening_time_between(now, before) - MARGIN
    return opening_time_after(now, left) if left > timedelta(0) else None


def offer_expires(told_at: datetime, starts_at: datetime) -> datetime:
    """Return until when (UTC) an offer stands of which the patient hears at *told_at*, for a visit at *starts_at*.

    Some opening hours (`BookingRules.offer_hours`), so longer over a night; never after a request would end.
    """
    rules = BookingRules.load()
    end = opening_time_after(told_at, timedelta(hours=rules.offer_hours))
    return min(end, request_expires(starts_at, rules))


def opening_again(now: datetime) -> datetime:
    """Return *now* (aware) while the practice is open or has no hours, else when (UTC) it opens next."""
    details = ClinicDetails.load()
    state = details.open_state(now)
    return now if state.is_open or state.changes_at is None else state.changes_at


def opening_time_after(at: datetime, amount: timedelta) -> datetime:
    """Return when (UTC) *amount* of opening time has passed since *at* (aware).

    A practice without opening hours is taken to be there at any hour.
    """
    details = ClinicDetails.load()
    weekly, closed = details.weekly_hours(), details.closed_days()
    after = hours.add_opening_time(at, amount, weekly, closed, details.zone)
    return after or at.astimezone(UTC) + amount


def opening_time_between(start: datetime, end: datetime) -> timedelta:
    """Return how much opening time there is from *start* to *end* (both aware)."""
    details = ClinicDetails.load()
    weekly = details.weekly_hours()
    if not weekly or end <= start:
        return max(end - start, timedelta(0))
    zone = details.zone
    first, last = (at.astimezone(zone).date() for at in (start - timedelta(days=1), min(end, start + A_YEAR)))
    ranges = hours.opening_ranges(weekly, details.closed_days(), zone, first, last)
    spans = (min(until, end) - max(begin, start) for begin, until in ranges)
    return sum((span for span in spans if span > timedelta(0)), timedelta(0))
