"""`prepare_site`: the address, pages and roles that every clinic begins with. Run it after each `migrate`."""

import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from django.apps import apps
from django.conf import settings
from django.contrib.auth.management import create_permissions
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import transaction
from django.utils import timezone
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    Page,
    Site,
    Workflow,
    WorkflowPage,
    WorkflowTask,
)

from blog.models import BlogIndexPage
from blog.review import ClinicalReviewTask
from booking.forms import AppointmentForm
from clinic import consent
from clinic.models import (
    ConsentText,
    ContactPage,
    CrisisHelpPage,
    HomePage,
    LocationsPage,
    SearchWord,
    ServicesPage,
    StandardPage,
    TeamPage,
)
from testimonials.models import TestimonialsPage

STARTER = Path(__file__).resolve().parents[2] / "starter.toml"

# name in starter.toml, page type, in the main menu
PAGES = [
    ("blog", BlogIndexPage, True),
    ("team", TeamPage, True),
    ("services", ServicesPage, True),
    ("testimonials", TestimonialsPage, True),
    ("contact", ContactPage, True),
    ("locations", LocationsPage, False),
    ("crisis", CrisisHelpPage, False),
    ("privacy", StandardPage, False),
    ("accessibility", StandardPage, False),
]

FACTS = [f"clinic.{action}_{model}" for model in ("practitioner", "service", "location")
         for action in ("add", "change", "delete", "view")]  # fmt: skip
HOURS = [f"booking.{action}_{model}" for model in ("schedule", "scheduleexception", "practitionerrules")
         for action in ("add", "change", "delete", "view")]  # fmt: skip
NOTICES = [f"clinic.{action}_notice" for action in ("add", "change", "delete", "view")]
AROUND = ["clinic.change_navigation", "clinic.change_outboundlinks"]
STORIES = [f"{name}.{action}_{model}" for name, model in (("testimonials", "testimonial"), ("blog", "topic"))
           for action in ("add", "change", "delete", "view")]  # fmt: skip
PROMOTED = [f"wagtailsearchpromotions.{action}_searchpromotion" for action in ("add", "change", "delete")]
ANSWERS = ["booking.view_appointment", "booking.change_appointment"]
FILES = [f"{name}.{action}_{model}" for name, model in (("wagtailimages", "image"), ("wagtaildocs", "document"))
         for action in ("add", "choose")]  # fmt: skip

# role: (permissions, page permissions on the whole site, image and document permissions)
ROLES = {
    "Managers": (
        [
            *FACTS,
            *HOURS,
            *STORIES,
            *PROMOTED,
            *ANSWERS,
            *NOTICES,
            *AROUND,
            "clinic.add_consenttext",
            "clinic.change_clinicdetails",
            "booking.change_bookingrules",
        ],
        ["add_page", "change_page", "publish_page", "lock_page", "unlock_page"],
        True,
    ),
    "Front desk": (
        [*HOURS, *ANSWERS, *NOTICES, "clinic.change_clinicdetails", "clinic.view_practitioner"],
        [],
        False,
    ),
    "Editors": ([*STORIES, *PROMOTED, *NOTICES, *AROUND], ["add_page", "change_page", "publish_page"], True),
    "Clinicians": ([], ["add_page"], True),
}


class Command(BaseCommand):
    help = "Make the pages, roles and review that are missing, and note the site's address. Run it after each migrate."

    def add_arguments(self, parser):
        parser.add_argument("--address", default=settings.SITE_URL, help="where the site is seen; default: SITE_URL")

    @transaction.atomic
    def handle(self, *args, address, **options):
        write_address(address)
        if not SearchWord.objects.exists():
            call_command("update_index", verbosity=0)  # it was made before the search knew words and word endings
        starter = tomllib.loads(STARTER.read_text())
        home = HomePage.objects.get()
        first_time = home.latest_revision_id is None  # nobody, nor this command, has edited it yet
        if first_time:
            fill_home(home, starter["home"])
        for name, page_type, in_menu in PAGES:
            # A page that may be there only once is known by its type, whatever its address has become.
            missing = first_time if page_type is StandardPage else not page_type.objects.exists()
            if missing:
                add_page(home, page_type, starter[name], in_menu)
        create_roles(home)
        booking = str(AppointmentForm.base_fields["consent"].label)
        write_first_consent_text(ConsentText.Purpose.BOOKING, booking)
        write_first_consent_text(ConsentText.Purpose.TESTIMONIAL, starter["consent"]["testimonial"]["text"])
        create_article_review()


def write_address(address: str) -> None:
    """Tell Wagtail under which address its pages are seen: sitemap and canonical links begin with it."""
    parts = urlsplit(address)
    place = {"hostname": parts.hostname, "port": parts.port or (443 if parts.scheme == "https" else 80)}
    site = Site.objects.get(is_default_site=True)
    if any(getattr(site, name) != value for name, value in place.items()):
        for name, value in place.items():
            setattr(site, name, value)
        site.save()  # not update(): the caches of addresses listen


def fill_home(home: HomePage, words: dict) -> None:
    """Give a home page that nobody has edited its first words."""
    home.headline = words["headline"]
    home.introduction = words["introduction"]
    home.search_description = words["search_description"]
    home.steps = [("step", step) for step in words["steps"]]
    home.save_revision().publish()


def add_page(home: HomePage, page_type: type[Page], words: dict, in_menu: bool) -> None:
    """Add one page below the home page."""
    fields = {name: words[name] for name in ("title", "slug", "introduction", "search_description")}
    if "body" in words:
        rich = page_type is CrisisHelpPage
        fields["body"] = words["body"] if rich else [("paragraph", words["body"])]
    page = home.add_child(instance=page_type(**fields, show_in_menus=in_menu))
    page.save_revision().publish()


def create_roles(home: HomePage) -> None:
    """Make the groups that are missing. A group that exists keeps what the practice gave it."""
    for config in apps.get_app_configs():
        create_permissions(config, verbosity=0)  # after a first migrate they are there; after a flush they are not
    root = Collection.get_first_root_node()
    for role, (names, page_actions, files) in ROLES.items():
        group, created = Group.objects.get_or_create(name=role)
        if not created and group.permissions.filter(content_type__app_label__in=["clinic", "booking", "blog"]).exists():
            continue
        if not created and role != "Editors":  # Wagtail's own migration makes a group of this name
            continue
        group.permissions.add(*permissions(["wagtailadmin.access_admin", *names]))
        for permission in permissions([f"wagtailcore.{action}" for action in page_actions]):
            GroupPagePermission.objects.get_or_create(group=group, page=home, permission=permission)
        if files:
            for permission in permissions(FILES):
                GroupCollectionPermission.objects.get_or_create(group=group, collection=root, permission=permission)


def write_first_consent_text(purpose: ConsentText.Purpose, text: str) -> None:
    """Put *text* in force for *purpose* where the practice has written none of its own."""
    if not ConsentText.objects.current(purpose):
        consent.write_version(purpose=purpose, text=text, user=None, now=timezone.now())


def create_article_review() -> None:
    """Let clinicians read articles before they are published. What the practice does with it later stays."""
    if ClinicalReviewTask.objects.exists():
        return
    task = ClinicalReviewTask.objects.create(name="Clinical review")
    task.groups.add(Group.objects.get(name="Clinicians"))
    workflow = Workflow.objects.create(name="Article review")
    WorkflowTask.objects.create(workflow=workflow, task=task)
    WorkflowPage.objects.update_or_create(page=BlogIndexPage.objects.get(), defaults={"workflow": workflow})
    # Wagtail's own workflow waits, on every page, for a group in which nobody is.
    WorkflowPage.objects.filter(
        page__depth=1, workflow__workflow_tasks__task__groupapprovaltask__groups__user__isnull=True
    ).delete()


def permissions(names: list[str]) -> list[Permission]:
    """Return the permissions with these names ("app.codename"); raises Permission.DoesNotExist for a wrong one."""
    return [
        Permission.objects.get(content_type__app_label=label, codename=codename)
        for label, codename in (name.split(".") for name in names)
    ]
