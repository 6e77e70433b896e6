"""Where the links of the site lead, and which lead nowhere. No other site is asked anything."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from urllib.parse import SplitResult, unquote, urljoin, urlsplit

from django.conf import settings
from django.core.files.storage import default_storage
from django.core.validators import validate_email
from django.db.models import Model
from django.forms import ValidationError
from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _
from wagtail.documents.models import Document
from wagtail.models import Page, Site

from blog.link_sources import Source, sources
from clinic.contents import Address, Choice, Link

A_NUMBER = re.compile(r"[+(]?\d[\d\s().\-/]{1,24}([,;]?(ext=)?[\d*#]+)*", re.IGNORECASE)
ALWAYS_THERE = {"", "top", "main"}  # the top of every page, and its main part
NOT_CHECKED = "outside"


@dataclass
class Target:
    """What one or more links lead to. `problem` is a plain sentence, or `NOT_CHECKED` for another site."""

    address: str
    problem: str
    uses: list[tuple[Source, str]] = field(default_factory=list)  # each with the place in it

    @property
    def outside(self) -> bool:
        """Whether it is another site's."""
        return self.problem == NOT_CHECKED


# What the site itself answers on a path: the status, and the ids of the elements on that page.
Ask = Callable[[str], tuple[int, set[str]]]


def check_links(ask: Ask) -> list[Target]:
    """Return what is broken, then what is outside, each with all the links to it. *ask* is called once for a path."""
    links = [(source, one) for source in sources() for one in source.links()]
    judge = Judge(ask, [one for _source, one in links])
    targets = {}
    for source, one in links:
        address, problem = judge.judge(one, source.url)
        if problem:
            target = targets.setdefault((address, problem), Target(address, problem))
            target.uses.append((source, one.place))
    return sorted(targets.values(), key=lambda target: (target.outside, target.address))


class Judge:
    """Knows what there is, fetched once for all links, and says of each link what is wrong with it."""

    def __init__(self, ask: Ask, links: Iterable[Link | Address | Choice]):
        self.ask = ask
        self.answers: dict[str, tuple[int, set[str]]] = {}
        self.pages = {page.pk: page for page in Page.objects.only("title", "live", "url_path")}
        self.addresses = {page.url for page in self.pages.values() if page.live}
        self.hosts = {(site.hostname, site.port) for site in Site.objects.all()}
        wanted = defaultdict(set)
        for one in links:
            if isinstance(one, Choice):
                wanted[one.model].add(one.pk)
            elif isinstance(one, Link) and one.document.isdecimal():
                wanted[Document].add(int(one.document))
        self.things: dict[type[Model], dict] = {
            model: model._default_manager.in_bulk(pks) for model, pks in wanted.items()
        }

    def judge(self, one: Link | Address | Choice, base: str) -> tuple[str, str]:
        """Return where the link leads, in words, and what is wrong: empty where nothing is."""
        match one:
            case Choice(model=model, pk=pk) if issubclass(model, Page):
                return self.judge_page(pk)
            case Choice(model=model, pk=pk) if issubclass(model, Document):
                return self.judge_document(pk)
            case Choice(model=model, pk=pk):
                gone = pk not in self.things[model]
                return f"{model._meta.verbose_name} {pk}", _("It was deleted.") if gone else ""
            case Link(page=page) if page:
                return self.judge_page(int(page) if page.isdecimal() else 0)
            case Link(document=document) if document:
                return self.judge_document(int(document) if document.isdecimal() else 0)
        return one.href, self.judge_address(one.href.strip(), base)

    def judge_page(self, pk: int) -> tuple[str, str]:
        """A link to a page of ours by its id."""
        page = self.pages.get(pk)
        if page is None:
            return _("page %s") % pk, _("The page was deleted.")
        return f"“{page.title}”", "" if page.live else _("The page is not published.")

    def judge_document(self, pk: int) -> tuple[str, str]:
        """A link to a document of ours by its id."""
        document = self.things.get(Document, {}).get(pk) or Document.objects.filter(pk=pk).first()
        if document is None:
            return _("document %s") % pk, _("The document was deleted.")
        there = document.file.storage.exists(document.file.name)
        return f"“{document.title}”", "" if there else _("The document’s file is gone.")

    def judge_address(self, href: str, base: str) -> str:
        """A link by its address; *base* is the page on which it stands, empty where that is not known."""
        try:
            parts = urlsplit(urljoin(base, href))
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError:
            return _("This is not an address.")
        match parts.scheme:
            case "mailto":
                return (
                    "" if all(is_email(one) for one in unquote(parts.path).split(",")) else _("Not an email address.")
                )
            case "tel" | "sms":
                return "" if A_NUMBER.fullmatch(unquote(parts.path)) else _("Not a telephone number.")
            case "http" | "https" if not parts.hostname:
                return _("This is not an address.")
            case "" | "http" | "https":
                ours = not parts.netloc or (parts.hostname, port) in self.hosts
                return self.judge_path(parts) if ours else NOT_CHECKED
        return _("Browsers don’t know what to do with “%s:”.") % parts.scheme

    def judge_path(self, parts: SplitResult) -> str:
        """A link to a path of ours, with or without an anchor."""
        if not parts.path:
            return "" if parts.fragment else _("The link has no address.")
        anchor = unquote(parts.fragment.partition(":~:")[0])
        if parts.path.startswith(settings.STATIC_URL):
            return ""
        if parts.path.startswith(settings.MEDIA_URL):
            there = default_storage.exists(unquote(parts.path.removeprefix(settings.MEDIA_URL)))
            return "" if there else _("The file is gone.")
        if document := document_of(parts.path):
            return self.judge_document(document)[1]
        if anchor in ALWAYS_THERE and parts.path in self.addresses:
            return ""  # a published page; no need to make it
        status, ids = self.answer(parts._replace(scheme="", netloc="", fragment="").geturl())
        if status in (404, 410):
            return _("There is no such page.")
        if status >= 400:
            return _("The page answers with an error (%s).") % status
        if anchor not in ALWAYS_THERE and status == 200 and anchor not in ids:
            return _("The page has no place called “#%s”.") % anchor
        return ""

    def answer(self, path: str) -> tuple[int, set[str]]:
        """Ask the site itself, once for a path."""
        if path not in self.answers:
            self.answers[path] = self.ask(path)
        return self.answers[path]


def document_of(path: str) -> int:
    """Return the id of the document that *path* serves, 0 where it serves none."""
    try:
        match = resolve(path)
    except Resolver404:
        return 0
    return int(match.args[0]) if match.view_name == "wagtaildocs_serve" else 0


def is_email(address: str) -> bool:
    """Whether *address* can be an email address."""
    try:
        validate_email(address)
    except ValidationError:
        return False
    return True
