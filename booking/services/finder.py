"""Who fits what somebody wishes for, and when they could meet; a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from django.db.models import Prefetch, QuerySet
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.images.models import Filter

from booking.models import Schedule
from clinic.models import ClinicDetails, Location, Mode, Practitioner, Service

from .openings import next_slots_of_each
from .slots import Slot

TIMES_SHOWN = 3
# What the cards ask for (templates/booking/includes/people.html); fetched for all of them at once.
PORTRAITS = Filter.expand_spec("format-{avif,webp,jpeg} fill-{128x128,256x256}")
FAR_AWAY = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Wishes:
    """What somebody looks for; empty fields do not matter to them."""

    concern: str = ""
    service: Service | None = None
    language: str = ""
    location: Location | None = None
    mode: Mode | None = None
    soonest: bool = False

    @property
    def way(self) -> Mode | None:
        """How they want to meet: to choose a place is to come there."""
        return self.mode or (Mode.IN_PERSON if self.location else None)


@dataclass(frozen=True)
class Found:
    """Somebody who fits, with the service and the times that are shown with them."""

    practitioner: Practitioner
    service: Service | None
    modes: list[Mode]
    places: list[Location]
    slots: list[Slot]


def everybody(people: QuerySet[Practitioner] | None = None) -> list[Practitioner]:
    """Return *people* (default: all who work here now) in the practice's order, with all that a card shows."""
    people = Practitioner.objects.active() if people is None else people
    return list(with_portraits(people).prefetch_related("services", "locations", hours_to_come()))


def hours_to_come() -> Prefetch:
    """What fetches the weekly hours of people, with their places, but not those whose last day is over."""
    today = timezone.localdate(timezone=ClinicDetails.load().zone)
    return Prefetch("schedules", Schedule.objects.not_over(today).select_related("location"))


def with_portraits(people: QuerySet[Practitioner]) -> QuerySet[Practitioner]:
    """Return *people* with the sizes of their portraits that cards show, so that no template asks for each."""
    images = get_image_model().objects.prefetch_renditions(*PORTRAITS)
    return people.prefetch_related(Prefetch("portrait", queryset=images))


def find_practitioners(people: Iterable[Practitioner], wishes: Wishes, now: datetime) -> list[Found]:
    """Return those of *people* (from `everybody`) who fit, with the next open times; *now* is aware.

    In the order of *people*, or with the next open time first; whoever has none comes last then.
    """
    fitting = [person for person in people if fits(person, wishes)]
    services = {person: service_shown(person, wishes) for person in fitting}
    visits = {person: service for person, service in services.items() if service}
    slots = next_slots_of_each(visits, now=now, count=TIMES_SHOWN, mode=wishes.way, location=wishes.location)
    found = [
        Found(person, services[person], modes_of(person), places_of(person), slots.get(person, []))
        for person in fitting
    ]
    if wishes.soonest:
        found.sort(key=lambda one: one.slots[0].starts_at if one.slots else FAR_AWAY)
    return found


def ways_out(people: Iterable[Practitioner], wishes: Wishes) -> dict[str, int]:
    """Return how many of *people* would fit without the one wish of that name; empty where somebody fits already."""
    people, counts = list(people), {}
    if any(fits(person, wishes) for person in people):
        return counts
    for name in ("concern", "service", "language", "location", "mode"):
        if getattr(wishes, name):
            less = replace(wishes, **{name: getattr(Wishes, name)})
            counts[name] = sum(fits(person, less) for person in people)
    return {name: count for name, count in counts.items() if count}


def fits(person: Practitioner, wishes: Wishes) -> bool:
    """Whether *person* is somebody of that kind; whether they have time is another question."""
    rows = [row for row in person.schedules.all() if wishes.location in (None, row.location)]
    checks = (
        not wishes.concern or same_word(wishes.concern, person.specialities),
        not wishes.language or same_word(wishes.language, person.languages),
        not wishes.service or wishes.service in person.services.all(),
        not wishes.way or any(wishes.way in row.modes for row in rows),
    )
    service = service_shown(person, wishes)
    return all(checks) and (not wishes.way or (service is not None and wishes.way in service.modes))


def same_word(word: str, words: Iterable[str]) -> bool:
    """Whether *word* is one of *words*, however it is capitalised."""
    return word.casefold() in {one.casefold() for one in words}


def service_shown(person: Practitioner, wishes: Wishes) -> Service | None:
    """Return the service for which *person*'s times are shown: the wished one, or where a newcomer begins."""
    return wishes.service or first_service(person.services.all(), wishes.way)


def first_service(services: Iterable[Service], mode: Mode | None = None) -> Service | None:
    """Return where a newcomer begins: the first of *services*, in the practice's order, that staff confirm.

    Where there is none, or it is not held in *mode*, it is the first that can be booked and is; or None.
    """
    bookable = [service for service in services if service.bookable_online]
    usual = [service for service in bookable if not service.confirms_itself][:1]
    return next((service for service in usual + bookable if mode is None or mode in service.modes), None)


def modes_of(person: Practitioner) -> list[Mode]:
    """Return how *person*, who comes with `hours_to_come`, sees people at some hour of the week."""
    used = {mode for row in person.schedules.all() for mode in row.modes}
    return [mode for mode in Mode if mode in used]


def places_of(person: Practitioner) -> list[Location]:
    """Return where *person* can be met, in the practice's order."""
    places = {*person.locations.all(), *(row.location for row in person.schedules.all())}
    return sorted(places, key=lambda place: (place.sort_order, place.name))
