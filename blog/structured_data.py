"""Articles as search engines read them: a post, and the page on which it stands and which was reviewed."""

from clinic.structured_data import named, node, reference


def posting(article, *, address: str, description: str, dates: dict, images: list[str], author: dict, publisher: dict):
    """The article itself. *dates* holds `published` and `updated` (aware, None where unknown); *author* is a node."""
    return named(
        "BlogPosting",
        f"{address}#article",
        headline=article.title,
        description=description,
        url=address,
        image=images,
        datePublished=iso(dates["published"]),
        dateModified=iso(dates["updated"]),
        author=author,
        publisher=publisher,
        articleSection=article.topic.name if article.topic else "",
        citation=[source(part.value) for part in article.sources],
        mainEntityOfPage={"@id": address},
    )


def page(article, *, address: str, description: str, reviewer: dict | None, trail: dict, post: dict) -> dict:
    """The page, with who reviewed it and when."""
    return named(
        "MedicalWebPage",
        address,
        name=article.title,
        description=description,
        url=address,
        breadcrumb=reference(trail),
        mainEntity=reference(post),
        reviewedBy=reviewer,
        lastReviewed=article.reviewed_on.isoformat() if reviewer and article.reviewed_on else "",
    )


def source(value) -> dict:
    """Something that the article rests on."""
    return node("CreativeWork", name=value["text"], url=value["url"])


def iso(instant) -> str:
    """Return *instant* with its offset, empty where it is not known."""
    return instant.isoformat(timespec="seconds") if instant else ""
