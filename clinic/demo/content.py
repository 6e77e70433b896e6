"""Puts the demo's words and pictures into an empty practice."""

import tomllib
from pathlib import Path

from django.core.files.images import ImageFile
from django.utils import timezone
from wagtail.images.models import Image
from wagtail.models import Page
from wagtail.rich_text import RichText

from blog.models import ArticlePage, BlogIndexPage, Topic
from booking.models import Schedule
from clinic.models import ClinicDetails, ConsentText, HomePage, Location, Practitioner, Service
from testimonials.models import Testimonial
from testimonials.services import record_testimonial

HERE = Path(__file__).parent


def read(name: str) -> dict:
    """Return one of the demo's TOML files."""
    return tomllib.loads((HERE / name).read_text())


def picture(name: str) -> Image:
    """Add the drawn picture *name*."""
    path = HERE / "pictures" / f"{name}.jpg"
    with path.open("rb") as file:
        return Image.objects.create(title=name, file=ImageFile(file, name=path.name))


def load_practice() -> None:
    """Clinic details, locations, services, practitioners and their weekly hours."""
    facts = read("clinic.toml")
    details = ClinicDetails.load()
    for name, value in facts["details"].items():
        if hasattr(details, name):
            setattr(details, name, value)
    details.opening_hours = [details.opening_hours.model(**row) for row in facts["opening_hours"]]
    details.closures = [details.closures.model(**row) for row in facts["closure"]]
    details.insurance_plans = [details.insurance_plans.model(**row) for row in facts["insurance_plan"]]
    details.full_clean()
    details.save()
    for position, row in enumerate(facts["location"]):
        Location.objects.create(**row, sort_order=position)
    for position, row in enumerate(read("services.toml")["service"]):
        questions = [("question", question) for question in row.pop("questions")]
        Service.objects.create(**row, questions=questions, sort_order=position)
    for position, row in enumerate(read("people.toml")["practitioner"]):
        load_practitioner(position, row)


def load_practitioner(position: int, row: dict) -> None:
    """One person with weekly hours."""
    schedule = row.pop("schedule")
    services, locations = row.pop("services"), row.pop("locations")
    portrait = picture(row.pop("portrait"))
    person = Practitioner.objects.create(**row, portrait=portrait, sort_order=position)
    person.services.set(Service.objects.filter(slug__in=services))
    person.locations.set(Location.objects.filter(slug__in=locations))
    for hours in schedule:
        location = Location.objects.get(slug=hours.pop("location"))
        Schedule.objects.create(practitioner=person, location=location, **hours)


def load_pages() -> None:
    """The demo's own words on the pages that `prepare_site` made."""
    details = read("clinic.toml")["details"]
    home = HomePage.objects.get()
    words = read("pages.toml")
    own = words.pop("home")
    update_page(home, {**own, "headline": details["tagline"], "introduction": details["summary"]})
    for slug, fields in words.items():
        update_page(Page.objects.child_of(home).get(slug=slug).specific, fields)


def update_page(page: Page, fields: dict) -> None:
    """Publish *page* with these fields."""
    for name, value in fields.items():
        setattr(page, name, value)
    page.save_revision().publish()


def load_articles() -> None:
    """Topics, and one article for each file."""
    for row in read("topics.toml")["topic"]:
        Topic.objects.create(**row)
    index = BlogIndexPage.objects.get()
    for path in sorted((HERE / "articles").glob("*.toml")):
        add_article(index, tomllib.loads(path.read_text()))


def add_article(index: BlogIndexPage, article: dict) -> None:
    """Publish one article below *index*."""
    plain = ("title", "slug", "introduction", "search_description", "published_on", "updated_on", "reviewed_on",
             "next_review_on", "crisis_card")  # fmt: skip
    page = ArticlePage(
        **{name: article[name] for name in plain if name in article},
        topic=Topic.objects.get(slug=article["topic"]),
        author=Practitioner.objects.get(slug=article["author"]),
        reviewed_by=Practitioner.objects.get(slug=article["reviewed_by"]),
        picture=picture(article["picture"]),
        body=[as_block(part) for part in article["body"]],
        sources=[("source", source) for source in article.get("source", [])],
    )
    page.further_topics = Topic.objects.filter(slug__in=article.get("further_topics", []))
    index.add_child(instance=page)
    page.save_revision().publish()


def as_block(part: dict):
    """Return (name, value) of the StoryBlock that a `[[body]]` table stands for."""
    match part:
        case {"heading": text}:
            return "heading", text
        case {"paragraph": html}:
            return "paragraph", html
        case {"quote": text}:
            return "quote", {"text": text, "attribution": part.get("attribution", "")}
        case {"callout": callout}:
            return "callout", {**callout, "text": RichText(callout["text"])}
        case {"checklist": checklist}:
            return "checklist", checklist
        case {"accordion": parts}:
            return "accordion", {"parts": [{**one, "answer": RichText(one["answer"])} for one in parts]}
        case {"crisis": True}:
            return "crisis_card", None
        case {"call": call}:
            return "booking_call", call
    raise ValueError(f"unknown part of an article: {sorted(part)}")


def load_testimonials() -> None:
    """The stories, each marked as a sample."""
    words = ConsentText.objects.current(ConsentText.Purpose.TESTIMONIAL)
    for row in read("testimonials.toml")["testimonial"]:
        story = Testimonial(
            text="\n\n".join(row.pop("paragraphs")),
            service=Service.objects.get(slug=row.pop("service")),
            consent_text=words,
            sample=True,
            published=True,
            **row,
        )
        record_testimonial(testimonial=story, user=None, now=timezone.now())
