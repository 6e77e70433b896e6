"""Offers: the clinic proposes a time to somebody who asked for one, and holds it until they have answered."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext

from booking.models import PATIENT_FIELDS, Appointment, AppointmentEvent, Message, Status, TimeClaim, WaitingListEntry
from clinic.models import Mode, Practitioner, Service, User

from .claims import TimeTaken, claim_time, put_at
from .entries import EntryClosed, open_entry
from .events import Actor, Kind, Reason, record
from .locks import lock_practitioners
from .messages import tell_patient
from .openings import find_slot, open_slots
from .promises import SHORTEST_OFFER, offer_expires, opening_again
from .slots import Slot


def offer_time(
    *,
    entry_id: int,
    practitioner: Practitioner,
    starts_at: datetime,
    mode: Mode | None,
    user: User,
    now: datetime,
    words: str = "",
) -> Appointment:
    """Offer a time to somebody on the waiting list, hold it and tell them; return the appointment, in state offered.

    *starts_at* and *now* are aware; *words* are added to the message and kept encrypted. Raises TimeTaken when the
    time is not open, EntryClosed when the place is closed or has an offer, or when too little time is left to answer;
    WaitingListEntry.DoesNotExist.
    """
    with transaction.atomic():
        lock_practitioners(practitioner.pk)
        entry = open_entry(entry_id)
        if entry.open_offer():
            raise EntryClosed(gettext("a time is offered already"))
        slot = find_slot(
            service=entry.service, practitioner=practitioner, starts_at=starts_at, mode=mode, now=now, by_staff=True
        )
        if slot is None:
            raise TimeTaken
        if offer_expires(now, slot.starts_at, slot.practice) - now < SHORTEST_OFFER:
            raise EntryClosed(gettext("too little time is left to answer; please call them"))
        if (mode or slot.modes[0]) == Mode.PHONE and not entry.phone:
            raise EntryClosed(gettext("there is no telephone number for a visit by phone"))
        return make_offer(entry, slot, now, mode=mode, user=user, words=words)


def offer_freed_times(claims: Sequence[TimeClaim], *, now: datetime) -> None:
    """Offer each time that one of *claims* held to the first on the waiting list whom it suits.

    To be called under the locks of all their practitioners, when no claim is active any more. *now* is aware. Whoever
    has an offer already, or was offered this very time before, is passed over and keeps their place. The message waits
    until the practice is open; the offer stands in opening hours.
    """
    # Locked first and looked at after that: whoever made one of them an offer meanwhile has committed by now.
    # All of them at once, in the order of their ids: two who free times at once never wait for each other.
    suits = [waiting_for(claim.practitioner) for claim in claims]
    entries = WaitingListEntry.objects.waiting().filter(reduce(or_, suits, Q(pk__in=[])))
    ids = [entry.pk for entry in entries.order_by("pk").select_for_update(of=("self",))]
    for claim in claims:
        if claim.ends_at > now and ids:
            offer_freed_time(claim, ids, now)


def waiting_for(practitioner: Practitioner) -> Q:
    """Return the condition that somebody on the waiting list would come to *practitioner*."""
    services = practitioner.services.through.objects.filter(practitioner=practitioner).values("service")
    return (Q(practitioner=None) | Q(practitioner=practitioner)) & Q(service__in=services)


def offer_freed_time(claim: TimeClaim, ids: list[int], now: datetime) -> Appointment | None:
    """Offer the time that *claim* held to the first of the locked entries *ids* whom it suits; return the offer."""
    before = {"offers__starts_at__lt": claim.ends_at, "offers__ends_at__gt": claim.starts_at,
              "offers__practitioner": claim.practitioner}  # fmt: skip
    fitting = (
        WaitingListEntry.objects.filter(waiting_for(claim.practitioner), pk__in=ids)
        .without_an_offer()
        .exclude(pk__in=WaitingListEntry.objects.filter(pk__in=ids, **before).values("pk"))
    )
    freed: dict[tuple, list[Slot]] = {}  # many wait for the same
    for entry in fitting.waiting().select_related("service"):
        mode = Mode(entry.mode) if entry.mode else None
        key = (entry.service, mode)
        if key not in freed:
            freed[key] = freed_slots(entry.service, mode, claim, now)
        for slot in freed[key]:
            by_phone = (mode or slot.modes[0]) == Mode.PHONE
            if by_phone and not entry.phone:
                continue
            if entry.fits(slot.starts_at.astimezone(slot.zone)):
                return make_offer(entry, slot, now, mode=mode)
    return None


def freed_slots(service: Service, mode: Mode | None, claim: TimeClaim, now: datetime) -> list[Slot]:
    """Return the slots that are open because *claim* is gone and can be offered at *now* (aware), the nearest first."""
    day = claim.starts_at.astimezone(UTC).date()  # the local day is this one or a neighbour
    slots = open_slots(
        service=service,
        practitioner=claim.practitioner,
        mode=mode,
        now=now,
        first=day - timedelta(days=1),
        days=3,
        by_staff=True,
    )
    freed = [slot for slot in slots if slot.starts_at < claim.blocked_until and slot.ends_at > claim.blocked_from]
    freed = [slot for slot in freed if offer_end(slot, now)]
    return sorted(freed, key=lambda slot: abs(slot.starts_at - claim.starts_at))


def offer_end(slot: Slot, now: datetime) -> datetime | None:
    """Return until when (UTC) an offer of *slot* made at *now* stands; None where it would be too short to answer."""
    told_at = opening_again(now, slot.practice)
    end = offer_expires(told_at, slot.starts_at, slot.practice)
    return end if end - told_at >= SHORTEST_OFFER else None


def make_offer(
    entry: WaitingListEntry,
    slot: Slot,
    now: datetime,
    *,
    mode: Mode | None = None,
    user: User | None = None,
    words: str = "",
) -> Appointment:
    """Store the offer of *slot* to *entry*, hold the time, and tell the patient as soon as the practice is open."""
    event = store_offer(entry, slot, now, mode=mode, user=user, words=words)
    # Staff who offer a time themselves are there now, whatever the hours say.
    tell_patient(event, Message.Kind.OFFER, now, not_before=None if user else opening_again(now, slot.practice))
    return event.appointment


def store_offer(
    entry: WaitingListEntry,
    slot: Slot,
    now: datetime,
    *,
    mode: Mode | None = None,
    user: User | None = None,
    words: str = "",
) -> AppointmentEvent:
    """Store the offer of *slot* to *entry* and hold the time; return the event of which the patient must be told."""
    appointment = Appointment(
        status=Status.OFFERED,
        service=entry.service,
        waiting_list_entry=entry,
        submission_digest=entry.submission_digest,
        consented_at=entry.consented_at,
        consent_text_id=entry.consent_text_id,
        requested_at=now,
        offer_expires_at=offer_end(slot, now) or offer_expires(now, slot.starts_at, slot.practice),
        demo=entry.demo,
        **{name: getattr(entry, name) for name in PATIENT_FIELDS},
    )
    put_at(appointment, slot, mode or slot.modes[0])
    appointment.set_hashes()
    appointment.save(force_insert=True)
    claim_time(appointment, slot)
    return record(
        appointment,
        Kind.OFFERED,
        Actor.STAFF if user else Actor.SYSTEM,
        now,
        user=user,
        words=words,
        reason="" if user else Reason.TIME_FREED,
    )
