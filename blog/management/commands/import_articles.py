"""Bring articles from files into the blog."""

import os
from collections import Counter
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.importers.draft import Batch, DraftArticle, UnreadableFile
from blog.importers.formats import read_file
from blog.importers.pictures import PictureFolder
from blog.importers.report import contents, reason
from blog.importers.store import StoredArticle, Target, indexing_once, store_article
from blog.models import BlogIndexPage, Topic
from clinic.models import ClinicDetails, Practitioner

BAR = 30


class Command(BaseCommand):
    help = _(
        "Import articles from plain text (.txt), Markdown (.md), HTML files (.html) and WordPress exports (.xml), "
        "as drafts unless --publish is given."
    )

    def add_arguments(self, parser):
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path)
        parser.add_argument("--topic", metavar="T", help=_("address or name of a topic"))
        parser.add_argument("--author", metavar="A", help=_("address or name of a practitioner"))
        parser.add_argument(
            "--publish",
            action="store_true",
            help=_("put the articles on the site at once; of an export only what was public there"),
        )
        parser.add_argument(
            "--media",
            metavar="FOLDER",
            type=Path,
            help=_("folder with the pictures, such as a copy of wp-content/uploads"),
        )

    def handle(self, *, files, topic, author, publish, media, **options):
        blog = BlogIndexPage.objects.first()
        if blog is None:
            raise CommandError(_("There is no blog to import into. Add a blog page below the home page first."))
        self.target = Target(
            blog=blog,
            topic=find_by_slug_or_name(Topic, topic),
            author=find_by_slug_or_name(Practitioner, author),
            publish=publish,
            pictures=find_pictures(media),
            index_once=True,
        )
        zone = ClinicDetails.load().zone
        failures = 0
        for path in files:
            name = os.fsencode(path).decode(errors="replace")
            try:
                with path.open("rb") as file:
                    batch = read_file(file, filename=name, zone=zone)
            except (UnreadableFile, OSError) as error:
                failures += 1
                self.refuse(name, error)
            else:
                with indexing_once():
                    failures += bool(self.import_batch(name, batch)["failed"])
        if failures:
            raise CommandError(
                ngettext(
                    "%(count)s of %(all)s file was not imported.",
                    "%(count)s of %(all)s files were not imported.",
                    len(files),
                )
                % {"count": failures, "all": len(files)}
            )

    def import_batch(self, name: str, batch: Batch) -> Counter[str]:
        """Import what one file holds; return how many articles came to what."""
        counts: Counter[str] = Counter()
        for number, entry in enumerate(batch.entries, start=1):
            called = f"{name}: {entry.name}" if batch.is_export else name
            # One bad article must never stop the others, whatever is wrong with it.
            try:
                draft = entry.read()
                stored = store_article(draft, self.target)
            except Exception as error:
                counts["failed"] += 1
                self.refuse(called, error)
            else:
                counts["new" if stored.is_new else "known"] += 1
                counts["published"] += stored.is_new and stored.page.live
                counts["to look at"] += stored.is_new and bool(draft.needs_a_look)
                self.report(name, draft, stored)
            if batch.is_export:
                self.draw_bar(number, len(batch.entries))
        if batch.is_export:
            self.sum_up(name, batch, counts)
        return counts

    def report(self, name: str, draft: DraftArticle, stored: StoredArticle):
        page = stored.page
        facts = {"file": name, "title": page.title, "slug": page.slug}
        if not stored.is_new:
            self.say(_("%(file)s: “%(title)s” is already there as %(slug)s; skipped.") % facts)
            return
        facts |= {"state": _("published") if page.live else _("draft"), "contents": contents(draft)}
        self.say(_("%(file)s: “%(title)s” imported as %(slug)s (%(state)s): %(contents)s.") % facts)
        if page.slug != stored.wanted_slug:
            facts["wanted"] = stored.wanted_slug
            self.say("  " + _("needs a look: The address %(wanted)s is taken; it became %(slug)s.") % facts)
        for note in draft.repaired:
            self.say("  " + _("repaired: %(note)s") % {"note": note})
        for note in draft.needs_a_look:
            self.say("  " + _("needs a look: %(note)s") % {"note": note})

    def refuse(self, name: str, error: Exception):
        self.clear_bar()
        self.stderr.write(_("%(file)s: not imported. %(why)s") % {"file": name, "why": reason(error)})

    def sum_up(self, name: str, batch: Batch, counts: Counter[str]):
        """Say in one last line what came of an export, and above it what it holds beside articles."""
        for line in batch.left_behind:
            self.say(f"{name}: {line}")
        facts = {
            "file": name,
            "all": ngettext("%d post", "%d posts", len(batch.entries)) % len(batch.entries),
            **{key.replace(" ", "_"): counts[key] for key in ("new", "published", "known", "failed", "to look at")},
        }
        self.say(
            _(
                "%(file)s: %(all)s: %(new)d imported (%(published)d published), %(known)d already there, "
                "%(failed)d not imported; %(to_look_at)d need a look."
            )
            % facts
        )

    def say(self, line: str):
        self.clear_bar()
        self.stdout.write(line)

    def draw_bar(self, done: int, of: int):
        """Show how far the import is; on a terminal only."""
        if self.stderr.isatty():
            filled = BAR * done // of
            self.stderr.write(f"\r[{'#' * filled}{'.' * (BAR - filled)}] {done}/{of}", ending="")
            self.stderr.flush()

    def clear_bar(self):
        if self.stderr.isatty():
            self.stderr.write("\r\x1b[K", ending="")


def find_pictures(folder: Path | None) -> PictureFolder | None:
    """Return the folder with pictures, None if none is given; raises CommandError."""
    try:
        return folder and PictureFolder(folder)
    except NotADirectoryError as error:
        raise CommandError(_("There is no folder %(folder)s.") % {"folder": folder}) from error


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
