"""The facts of the practice as search engines read them: schema.org in plain dictionaries.

Each function returns one node. Addresses are absolute; *root* is the site's own, without a slash at its end.
Nobody is rated here: a practice does not review itself.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date, time
from html import unescape

from django.conf import settings
from django.utils.html import strip_tags

from clinic.models import ClinicDetails, Location, Practitioner, Service

BLOCK_TAG = re.compile(r"<(/?(?:p|li|ul|ol|h\d|div)|br)\b[^>]*>", re.IGNORECASE)
MIDNIGHT = time(0)
DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


def node(kind: str, **properties) -> dict:
    """Return a node of type *kind* with those of *properties* that say something."""
    return {"@type": kind, **{name: value for name, value in properties.items() if value not in ("", None, [], {})}}


def named(kind: str, identity: str, **properties) -> dict:
    """Return a node that others can refer to by its *identity*."""
    return {"@id": identity, **node(kind, **properties)}


def reference(one: dict) -> dict:
    """Return what stands for *one* in another node of the same page."""
    return {"@id": one["@id"]}


def practice_in_short(details: ClinicDetails, root: str) -> dict:
    """The practice where it is named only as employer, publisher or provider."""
    return named("MedicalClinic", f"{root}/#clinic", name=details.name, url=f"{root}/")


def practice(details: ClinicDetails, root: str, *, place: Location | None, image: str, today: date) -> dict:
    """The practice with all that is known of it; *place* stands in where no address was entered."""
    where = details if details.street else place
    return {
        **practice_in_short(details, root),
        **node(
            "MedicalClinic",
            telephone=details.telephone.as_e164 if details.telephone else "",
            address=postal_address(where) if where else None,
            image=image,
            openingHoursSpecification=weekly_hours(details),
            specialOpeningHoursSpecification=closures(details, today),
        ),
    }


def postal_address(where: ClinicDetails | Location) -> dict:
    """The address of the practice or of one of its places."""
    return node(
        "PostalAddress",
        streetAddress=where.street,
        addressLocality=where.city,
        addressRegion=where.region,
        postalCode=where.postal_code,
        addressCountry=settings.PHONENUMBER_DEFAULT_REGION,  # the country whose telephone numbers are written as local
    )


def weekly_hours(details: ClinicDetails) -> list[dict]:
    """The opening hours, one node for the days that share them."""
    days: dict[tuple[time, time], list[str]] = {}
    for row in details.weekly_hours():
        days.setdefault((row.opens, row.closes), []).append(f"https://schema.org/{DAYS[row.weekday]}")
    return [
        node("OpeningHoursSpecification", dayOfWeek=names, opens=f"{opens:%H:%M}", closes=closing_time(opens, closes))
        for (opens, closes), names in days.items()
    ]


def closing_time(opens: time, closes: time) -> str:
    """Return *closes* as it is understood there: from 00:00 to 00:00 would be a day that is closed."""
    return "23:59" if opens == closes == MIDNIGHT else f"{closes:%H:%M}"


def closures(details: ClinicDetails, today: date) -> list[dict]:
    """The closures that are not over on *today*, as hours of no length."""
    return [
        node(
            "OpeningHoursSpecification",
            validFrom=closed.first.isoformat(),
            validThrough=closed.last.isoformat(),
            opens="00:00",
            closes="00:00",
        )
        for closed in details.closed_days()
        if closed.last >= today
    ]


def website(details: ClinicDetails, root: str) -> dict:
    """The site itself; its name is what search engines show above its addresses."""
    return named("WebSite", f"{root}/#website", name=details.name, url=f"{root}/", publisher={"@id": f"{root}/#clinic"})


def person(practitioner: Practitioner, details: ClinicDetails, root: str, *, address: str, image: str) -> dict:
    """Somebody who works here; *address* is that of their page, empty where they have none any more."""
    return named(
        "Person",
        f"{root}/#person-{practitioner.pk}",
        name=practitioner.name,
        honorificSuffix=practitioner.credentials,
        description=practitioner.summary,
        knowsLanguage=practitioner.languages,
        knowsAbout=practitioner.specialities,
        url=address,
        image=image,
        worksFor=practice_in_short(details, root) if practitioner.active else None,
    )


def service(one: Service, details: ClinicDetails, root: str, *, address: str) -> dict:
    """Something the practice offers."""
    return named(
        "Service",
        f"{address}#service",
        name=one.name,
        description=one.summary,
        url=address,
        provider=practice_in_short(details, root),
    )


def questions(one: Service, *, address: str) -> dict | None:
    """The questions that people ask about a service, None where none were written."""
    asked = [
        node("Question", name=part.value["question"], acceptedAnswer=node("Answer", text=text))
        for part in one.questions
        if part.value["question"] and (text := plain_text(part.value["answer"].source))
    ]
    return named("FAQPage", f"{address}#questions", url=address, mainEntity=asked) if asked else None


def location(one: Location, details: ClinicDetails, root: str, *, address: str) -> dict:
    """One of the practice's places. When somebody answers is a fact of the practice, not of the place."""
    return named(
        "MedicalClinic",
        f"{address}#place",
        name=f"{details.name}, {one.name}",
        url=address,
        address=postal_address(one),
        telephone=one.telephone.as_e164 if one.telephone else "",
        hasMap=one.map_link,
        parentOrganization=practice_in_short(details, root),
    )


def breadcrumbs(address: str, trail: Sequence[tuple[str, str]]) -> dict:
    """The way from the home page to *address*, as (name, address) each."""
    steps = [
        node("ListItem", position=position, name=name, item=item)
        for position, (name, item) in enumerate(trail, start=1)
    ]
    return named("BreadcrumbList", f"{address}#trail", itemListElement=steps)


def plain_text(html: str) -> str:
    """Return the words of *html* on one line."""
    return " ".join(unescape(strip_tags(BLOCK_TAG.sub(" ", html))).split())


def document(nodes: Iterable[dict]) -> dict:
    """Return *nodes* as one document."""
    return {"@context": "https://schema.org", "@graph": list(nodes)}
