"""A WordPress export: its posts become drafts, and everything else in it is counted or listed."""

import re
from collections import Counter
from datetime import UTC, date, datetime, tzinfo
from email.utils import parsedate_to_datetime
from functools import partial
from html import escape, unescape
from typing import Any, BinaryIO
from urllib.parse import unquote

from django.utils.translation import gettext as _

from . import shortcodes
from .decoding import CONTROL, MAX_BYTES
from .draft import MAX_INTRODUCTION, Batch, DraftArticle, Entry, UnreadableFile
from .html_article import fill_from_html
from .html_source import parse_html, split_address, text_of
from .wordpress_file import Part, read_parts

DROPPED_STATUSES = ("trash", "auto-draft", "inherit")
NO_DATE = "0000-00-00 00:00:00"
DESCRIPTIONS = ("_yoast_wpseo_metadesc", "rank_math_description", "_aioseo_description", "_aioseop_description")


def read_wordpress(file: BinaryIO, *, zone: tzinfo) -> Batch:
    """Return the posts of an export; the days of their publication are those in `zone`.

    Raises UnreadableFile, with one line that says why, for what is no sound export.
    """
    export = Export(file, zone)
    entries = []
    seen: Counter[str] = Counter()
    for post in export.posts:
        number = post.get("wp:post_id") or post.get("guid") or post.get("link")
        seen[number] += 1
        external_id = number if seen[number] == 1 else f"{number}/{seen[number]}"
        name = plain(post.get("title")) or post.get("wp:post_name") or _("post %(number)s") % {"number": number}
        entries.append(Entry(name, partial(export.read_post, post, external_id)))
    return Batch(entries, is_export=True, left_behind=export.left_behind())


class Export:
    """The parts of an export, and what one has to know of the others to read a post."""

    def __init__(self, file: BinaryIO, zone: tzinfo):
        channel, parts = read_parts(file)
        self.zone = zone
        address = split_address(channel.get("wp:base_blog_url") or channel.get("link") or "")
        self.folder = address.path.rstrip("/")
        self.source = f"{(address.hostname or 'wordpress').removeprefix('www.')}{self.folder}"
        self.authors = {part.get("wp:author_login"): part for part in parts if part.name == "wp:author"}
        self.items = [part for part in parts if part.name == "item"]
        self.by_id = {
            item.get("wp:post_id"): item for item in self.items if item.get("wp:post_type") != "nav_menu_item"
        }
        self.posts = [item for item in self.items if _is_post(item)]
        self.pictures: dict[str, list[Part]] = {}
        for item in self.items:
            if item.get("wp:post_type") == "attachment":
                self.pictures.setdefault(item.get("wp:post_parent"), []).append(item)

    def left_behind(self) -> list[str]:
        """Return what the export holds beside the posts, one plain line each."""
        rest = [item for item in self.items if not _is_post(item)]
        pages = [item for item in rest if item.get("wp:post_type") == "page"]
        kinds = Counter(_kind(item) for item in rest if item.get("wp:post_type") != "page")
        lines = []
        if pages:
            told = " · ".join(f"{plain(page.get('title')) or '?'} ({page.get('link')})" for page in pages)
            lines.append(
                _("Pages are not imported, only posts: %(count)d: %(pages)s") % {"count": len(pages), "pages": told}
            )
        if kinds:
            told = ", ".join(f"{kind} {count}" for kind, count in sorted(kinds.items()))
            lines.append(_("Skipped: %(kinds)s.") % {"kinds": told})
        if comments := sum(item.comments for item in self.items):
            lines.append(_("Comments are not imported: %(count)d.") % {"count": comments})
        return lines

    def read_post(self, post: Part, external_id: str) -> DraftArticle:
        """Return the draft of one post; raises UnreadableFile."""
        content = post.fields.get("content:encoded", "")
        if len(content) > MAX_BYTES:
            raise UnreadableFile(_("The post is longer than 2 million letters."))
        draft = DraftArticle(
            title=plain(post.get("title")),
            slug=CONTROL.sub("", unquote(post.get("wp:post_name"))),
            search_description=next((d for key in DESCRIPTIONS if (d := post.meta.get(key)) and "%%" not in d), ""),
            source=self.source,
            external_id=external_id,
            picture=self._picture(self.by_id.get(post.meta.get("_thumbnail_id", ""))),
        )
        self._take_status(post, draft)
        self._take_author(post, draft)
        self._take_categories(post, draft)
        self._take_old_address(post, draft)
        self._take_excerpt(post, draft)
        _list_rest(post, draft)
        content = shortcodes.expand(content, gallery=partial(self._gallery, post), reused=self._reused)
        content = shortcodes.take_shortcodes(content, draft.needs_a_look)
        root = parse_html(content)
        fill_from_html(root, draft, filename=draft.slug or "", line_breaks="<!-- wp:" not in content)
        if not draft.body and not draft.introduction:
            draft.may_publish = False
            draft.needs_a_look.append(_("It has no text, so it stays a draft."))
        return draft

    def _take_status(self, post: Part, draft: DraftArticle) -> None:
        status = post.get("wp:status")
        if status in ("publish", "private"):
            draft.published_on = self._day(post, draft)
        if post.get("wp:post_password"):
            draft.may_publish = False
            draft.needs_a_look.append(_("It was protected by a password there, so it stays a draft."))
        if status != "publish":
            draft.may_publish = False
            told = {
                "private": _("It was private there, so it stays a draft."),
                "pending": _("It waited for a review there, so it stays a draft."),
                "future": _("It was scheduled there for %(when)s, so it stays a draft."),
                "draft": _("It was a draft there, and stays one."),
            }.get(status, _("Its state there was “%(status)s”, so it stays a draft."))
            draft.needs_a_look.append(told % {"when": post.get("wp:post_date"), "status": status})
        if post.get("wp:is_sticky") == "1":
            draft.needs_a_look.append(_("It stood on top of all others there."))

    def _day(self, post: Part, draft: DraftArticle) -> date | None:
        """Return the day on which it was published; the clock of the site there counts where no other is told."""
        if moment := _moment(post.get("wp:post_date_gmt")):
            return moment.replace(tzinfo=UTC).astimezone(self.zone).date()
        if moment := _moment(post.get("wp:post_date")):
            return moment.date()
        try:
            return parsedate_to_datetime(post.get("pubDate")).astimezone(self.zone).date()
        except (ValueError, OverflowError):
            told = post.get("wp:post_date") or post.get("pubDate") or _("none")
            draft.needs_a_look.append(_("Its date cannot be read: %(date)s") % {"date": told})
            return None

    def _take_author(self, post: Part, draft: DraftArticle) -> None:
        login = post.get("dc:creator")
        author = self.authors.get(login) or Part("wp:author")
        full = f"{author.get('wp:author_first_name')} {author.get('wp:author_last_name')}".strip()
        draft.authors = list(dict.fromkeys(filter(None, [author.get("wp:author_display_name"), full, login])))

    def _take_categories(self, post: Part, draft: DraftArticle) -> None:
        others: dict[str, list[str]] = {}
        for domain, nicename, name in post.categories:
            if domain == "category" and "uncategorized" not in (nicename, name.lower()):
                draft.topics.append((CONTROL.sub("", unquote(nicename)), CONTROL.sub("", unescape(name))))
            elif domain not in ("category", "post_format"):
                others.setdefault(domain, []).append(unescape(name))
        for domain, names in others.items():
            kind = _("Tags") if domain == "post_tag" else domain
            draft.needs_a_look.append(
                _("%(kind)s were not imported: %(names)s") % {"kind": kind, "names": ", ".join(names)}
            )

    def _take_old_address(self, post: Part, draft: DraftArticle) -> None:
        link = split_address(post.get("link"))
        if link.path.strip("/") and not link.query:
            draft.old_paths.append(link.path)
        if self.folder and post.get("wp:post_id"):
            # Without a folder the path is that of the home page, which answers by itself: no redirect is asked then.
            draft.old_paths.append(f"{self.folder}/?p={post.get('wp:post_id')}")

    def _take_excerpt(self, post: Part, draft: DraftArticle) -> None:
        excerpt = plain(post.get("excerpt:encoded"))
        if len(excerpt) <= MAX_INTRODUCTION:
            draft.introduction = excerpt
        else:
            draft.needs_a_look.append(_("Its excerpt is too long for an introduction: %(text)s") % {"text": excerpt})

    def _picture(self, item: Part | None) -> dict[str, Any] | None:
        if item is None:
            return None
        address = item.get("wp:attachment_url") or item.get("guid")
        alt = item.meta.get("_wp_attachment_image_alt", "")
        return {"addresses": [address], "alt": alt, "caption": ""}

    def _gallery(self, post: Part, ids: list[str]) -> str:
        """Return the HTML of a gallery; empty where the export does not hold its pictures."""
        items = [self.by_id.get(one) for one in ids] if ids else self.pictures.get(post.get("wp:post_id"), [])
        if not items or not all(item and item.get("wp:post_type") == "attachment" for item in items):
            return ""
        html = []
        for item in items:
            picture = self._picture(item)
            image = f'<img src="{escape(picture["addresses"][0])}" alt="{escape(picture["alt"])}">'
            html.append(f"<figure>{image}<figcaption>{item.get('excerpt:encoded')}</figcaption></figure>")
        return "".join(html)

    def _reused(self, ref: str) -> str:
        item = self.by_id.get(ref)
        return item.get("content:encoded") if item and item.get("wp:post_type") == "wp_block" else ""


def plain(html: str) -> str:
    """Return the words of a title or excerpt, which may hold markup."""
    return text_of(parse_html(html)) if re.search("[<&]", html) else " ".join(html.split())


def _is_post(item: Part) -> bool:
    return item.get("wp:post_type") == "post" and item.get("wp:status") not in DROPPED_STATUSES


def _kind(item: Part) -> str:
    kind = item.get("wp:post_type") or "?"
    return f"{kind} ({item.get('wp:status')})" if kind == "post" else kind


def _moment(text: str) -> datetime | None:
    if text == NO_DATE:
        return None
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S")
    except ValueError:
        return None


def _list_rest(post: Part, draft: DraftArticle) -> None:
    """List comments and the custom fields that people filled in; those that begin with “_” are the programs' own."""
    if post.comments:
        draft.needs_a_look.append(_("Comments there were not imported: %(count)d.") % {"count": post.comments})
    fields = [f"{key}: {value}" for key, value in post.meta.items() if not key.startswith("_") and value.strip()]
    if fields:
        draft.needs_a_look.append(_("Custom fields found no place: %(fields)s") % {"fields": " · ".join(fields)})
