"""By when the clinic answers, and until when a request or an offer stands. All in opening hours of the clinic."""

from datetime import UTC, datetime, timedelta

from booking.models import BookingRules
from clinic import hours

from .practice import Practice

SHORTEST_OFFER = timedelta(hours=1)  # nobody can be expected to answer sooner
MARGIN = timedelta(minutes=15)  # of opening time between the last moment of a promise and the end of a request


def request_expires(starts_at: datetime, rules: BookingRules | None = None) -> datetime:
    """Return when (UTC) a request that nobody has answered ends, for a visit that begins at *starts_at* (aware)."""
    rules = rules or BookingRules.load()
    return starts_at.astimezone(UTC) - timedelta(hours=rules.answer_until_hours)


def promised_answer(starts_at: datetime, now: datetime, practice: Practice | None = None) -> datetime:
    """Return by when (UTC) a request made at *now* for a visit at *starts_at* (both aware) is answered.

    Some opening hours from *now* (`BookingRules.reply_within_hours`), and always before the request would end.
    *practice* saves loading it.
    """
    practice = practice or Practice.load()
    ends = request_expires(starts_at, practice.rules)
    return answer_promised_at(now, before=ends, practice=practice) or max(now.astimezone(UTC), ends - MARGIN)


def answer_promised_at(
    now: datetime, *, before: datetime | None = None, practice: Practice | None = None
) -> datetime | None:
    """Return by when (UTC) something asked at *now* (aware) is answered: some opening hours later.

    With *before* (aware) always sooner than that, while somebody is there; None where too little opening time is
    left until then. *practice* saves loading it.
    """
    practice = practice or Practice.load()
    promise = practice.after(now, timedelta(hours=practice.rules.reply_within_hours))
    if before is None or promise < before - MARGIN:
        return promise
    left = practice.between(now, before) - MARGIN
    return practice.after(now, left) if left > timedelta(0) else None


def offer_expires(told_at: datetime, starts_at: datetime, practice: Practice) -> datetime:
    """Return until when (UTC) an offer stands of which the patient hears at *told_at*, for a visit at *starts_at*.

    Both are aware. Some opening hours (`BookingRules.offer_hours`), so longer over a night; never after a request
    would end.
    """
    end = practice.after(told_at, timedelta(hours=practice.rules.offer_hours))
    return min(end, request_expires(starts_at, practice.rules))


def opening_again(now: datetime, practice: Practice) -> datetime:
    """Return *now* (aware) while *practice* is open or has no hours, else when (UTC) it opens next.

    A practice that opens no day in a year is taken to be open.
    """
    state = hours.open_state(now, practice.weekly, practice.closed, practice.zone)
    return now if state.is_open or state.changes_at is None else state.changes_at


def opening_time_after(at: datetime, amount: timedelta) -> datetime:
    """Return when (UTC) *amount* of opening time has passed since *at* (aware)."""
    return Practice.load().after(at, amount)
