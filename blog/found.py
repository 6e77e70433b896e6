"""What articles and their listings say of themselves to search engines and to whoever shares them."""

from django.utils.translation import gettext as _

from blog import structured_data
from clinic.cards import Card, card_address
from clinic.found import (
    Head,
    Surroundings,
    address_of_rendition,
    description_of,
    first_said,
    head_of_page,
    parts_trail,
    trail_to,
)
from clinic.models import ClinicDetails, Practitioner
from clinic.structured_data import breadcrumbs, person, practice_in_short

PICTURE = "format-jpeg|width-1200"  # a size that the article's page shows too


def card_of_article(article, details: ClinicDetails) -> Card:
    """Return the card beside links to *article*."""
    topic = article.topic.name if article.topic else ""
    return Card(key=f"article-{article.pk}", title=article.title, label=topic, foot=details.name)


def head_of_article(article, here: Surroundings) -> Head:
    """The head of an article's page."""
    address = article.get_full_url(here.request) or here.root
    description = description_of(article, here.details)
    card, card_url = card_and_address(article, here)
    zone = here.details.zone
    dates = {"published": article.published_at(zone), "updated": article.updated_at(zone)}
    trail = breadcrumbs(address, trail_to_article(article, here))
    practice = practice_in_short(here.details, here.root)
    post = structured_data.posting(
        article,
        address=address,
        description=description,
        dates=dates,
        images=[url for url in (card_url, address_of_rendition(article.picture, PICTURE, here)) if url],
        author=who(article.author, here) or practice,
        publisher=practice,
    )
    page = structured_data.page(
        article,
        address=address,
        description=description,
        reviewer=who(article.reviewed_by, here),
        trail=trail,
        post=post,
    )
    return Head(
        here,
        title=article.seo_title or article.title,
        description=description,
        address=address,
        nodes=[post, page, trail],
        kind="article",
        card=(card, card_url),
        times={
            f"article:{name}_time": structured_data.iso(dates[key])
            for name, key in (("published", "published"), ("modified", "updated"))
            if dates[key]
        },
    )


def card_and_address(article, here: Surroundings) -> tuple[Card, str]:
    """Return the card beside links to *article* and its whole address; that of the practice before it is stored."""
    if article.pk is None:
        return here.practice_card()
    card = card_of_article(article, here.details)
    return card, here.absolute(card_address("article_card", card, args=[article.pk]))


def who(practitioner: Practitioner | None, here: Surroundings) -> dict | None:
    """The node of somebody who wrote or reviewed, None for nobody."""
    if practitioner is None:
        return None
    address = f"{here.team}{practitioner.slug}/" if practitioner.active and here.team else ""
    return person(practitioner, here.details, here.root, address=address, image="")


def trail_to_article(article, here: Surroundings) -> list[tuple[str, str]]:
    """The way through the listing and, where there is one, the topic."""
    *above, own = trail_to(article, here)
    if article.topic and above:
        above.append((article.topic.name, f"{above[-1][1]}topics/{article.topic.slug}/"))
    return [*above, own]


def head_of_listing(index, topic, number: int, here: Surroundings) -> Head:
    """The head of page *number* of all articles, or of those of *topic*."""
    if topic is None:
        return head_of_page(index, here, number)
    own = f"{index.get_full_url(here.request)}topics/{topic.slug}/"
    words = {"topic": topic.name, "name": here.details.name}
    return Head(
        here,
        title=_("Articles on %(topic)s") % words,
        description=first_said(topic.summary, _("Articles on %(topic)s from %(name)s.") % words),
        address=own if number == 1 else f"{own}?page={number}",
        nodes=[breadcrumbs(own, parts_trail(index, here, topic.name, own))],
    )
