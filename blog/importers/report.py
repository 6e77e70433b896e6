"""What came of an import, in words; the same for the command and for the screen."""

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .draft import DraftArticle


def contents(draft: DraftArticle) -> str:
    """Say in words what the body holds."""
    names = [name for name, _value in draft.body]
    paragraphs = sum(value.count("<p>") for name, value in draft.body if name == "paragraph")
    counts = [
        ngettext("%d heading", "%d headings", names.count("heading")) % names.count("heading"),
        ngettext("%d paragraph", "%d paragraphs", paragraphs) % paragraphs,
    ]
    if pictures := names.count("picture"):
        counts.append(ngettext("%d picture", "%d pictures", pictures) % pictures)
    if "booking_call" in names:
        counts.append(_("booking link"))
    return ", ".join(counts)


def reason(error: Exception) -> str:
    """Return the reason of a failure as one line."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.strerror}."
    words = " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
    return " ".join(words.split()) or type(error).__name__
