"""Bring articles from files into the blog."""

import os
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.importers.decoding import MAX_BYTES
from blog.importers.draft import DraftArticle, UnreadableFile
from blog.importers.plain_text import read_plain_text
from blog.importers.store import StoredArticle, store_article
from blog.models import BlogIndexPage, Topic
from clinic.models import Practitioner

READERS = {".txt": read_plain_text}


class Command(BaseCommand):
    help = _("Import articles from plain text files (.txt), as drafts unless --publish is given.")

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--topic", metavar="T", help=_("address or name of a topic"))
        parser.add_argument("--author", metavar="A", help=_("address or name of a practitioner"))
        parser.add_argument("--publish", action="store_true", help=_("put the articles on the site at once"))

    def handle(self, *, files, topic, author, publish, **options):
        target = {
            "blog": BlogIndexPage.objects.first(),
            "topic": find_by_slug_or_name(Topic, topic),
            "author": find_by_slug_or_name(Practitioner, author),
        }
        if target["blog"] is None:
            raise CommandError(_("There is no blog to import into. Add a blog page below the home page first."))
        failures = 0
        for path in files:
            name = os.fsencode(path).decode(errors="replace")
            try:
                draft = read_article(path, name)
                stored = store_article(draft, **target, publish=publish)
            except (UnreadableFile, OSError, ValidationError) as error:
                failures += 1
                self.stderr.write(_("%(file)s: not imported. %(why)s") % {"file": name, "why": reason(error)})
            else:
                self.report(name, draft, stored)
        if failures:
            raise CommandError(
                ngettext(
                    "%(count)s of %(all)s file was not imported.",
                    "%(count)s of %(all)s files were not imported.",
                    len(files),
                )
                % {"count": failures, "all": len(files)}
            )

    def report(self, name: str, draft: DraftArticle, stored: StoredArticle):
        page = stored.page
        facts = {"file": name, "title": page.title, "slug": page.slug}
        if not stored.is_new:
            self.stdout.write(_("%(file)s: “%(title)s” is already there as %(slug)s; skipped.") % facts)
            return
        facts |= {"state": _("published") if page.live else _("draft"), "contents": contents(draft)}
        self.stdout.write(_("%(file)s: “%(title)s” imported as %(slug)s (%(state)s): %(contents)s.") % facts)
        if page.slug != stored.wanted_slug:
            facts["wanted"] = stored.wanted_slug
            self.stdout.write("  " + _("needs a look: The address %(wanted)s is taken; it became %(slug)s.") % facts)
        for note in draft.repaired:
            self.stdout.write("  " + _("repaired: %(note)s") % {"note": note})
        for note in draft.needs_a_look:
            self.stdout.write("  " + _("needs a look: %(note)s") % {"note": note})


def read_article(path: Path, name: str) -> DraftArticle:
    """Read one file; raises UnreadableFile or OSError."""
    reader = READERS.get(path.suffix.lower())
    if reader is None:
        raise UnreadableFile(
            _("%(kind)s files are not yet supported: only .txt.") % {"kind": path.suffix or _("Other")}
        )
    with path.open("rb") as file:
        return reader(file.read(MAX_BYTES + 1), filename=name)


def find_by_slug_or_name(model, wanted: str | None):
    """Return the one object with that slug or name, None if none is wanted; raises CommandError."""
    if not wanted:
        return None
    found = list(model.objects.filter(slug=wanted)) or list(model.objects.filter(name__iexact=wanted))
    if len(found) == 1:
        return found[0]
    facts = {
        "wanted": wanted,
        "kind": model._meta.verbose_name,
        "known": ", ".join(f"{item.slug} ({item.name})" for item in model.objects.all()) or _("none"),
    }
    if found:
        raise CommandError(_("Several have the name “%(wanted)s”; give the address: %(known)s") % facts)
    raise CommandError(_("There is no %(kind)s “%(wanted)s”. There are: %(known)s") % facts)


def contents(draft: DraftArticle) -> str:
    """Say in words what the body holds."""
    names = [name for name, _value in draft.body]
    paragraphs = sum(value.count("<p>") for name, value in draft.body if name == "paragraph")
    counts = [
        ngettext("%d heading", "%d headings", names.count("heading")) % names.count("heading"),
        ngettext("%d paragraph", "%d paragraphs", paragraphs) % paragraphs,
    ]
    if "booking_call" in names:
        counts.append(_("booking link"))
    return ", ".join(counts)


def reason(error: Exception) -> str:
    """Return the reason of a failure as one line."""
    if isinstance(error, OSError):
        return f"{error.strerror}."
    return " ".join(error.messages) if isinstance(error, ValidationError) else str(error)
