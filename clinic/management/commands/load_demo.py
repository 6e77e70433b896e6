"""`load_demo`: fills the clinic with a practice that does not exist."""

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from blog.models import BlogIndexPage
from booking.models import Appointment
from clinic.demo import appointments, content, people, waiting
from clinic.models import Practitioner, Service


class Command(BaseCommand):
    help = "Load the demo clinic. A second time changes nothing; refuses where real appointments are stored."

    def add_arguments(self, parser):
        parser.add_argument(
            "--if-empty", action="store_true", help="do nothing where practitioners are entered already"
        )
        parser.add_argument("--seed", type=int, default=1, help="another seed makes other appointments")

    def handle(self, *args, if_empty, seed, verbosity, **options):
        if if_empty and Practitioner.objects.exists():
            return
        password = getattr(settings, "DEMO_PASSWORD", "")
        if not password:
            raise CommandError("Demo accounts are for local use only: use the settings clinic.settings.local.")
        if Appointment.objects.filter(demo=False).exists():
            raise CommandError(
                "This database holds real appointments, so the demo clinic was not loaded. Use an empty one."
            )
        if Appointment.objects.filter(demo=True).exists():
            self.stdout.write("The demo clinic is loaded already; nothing was changed.")
            return
        if Practitioner.objects.exists() or Service.objects.exists():
            raise CommandError(
                "This database holds a practice of its own, so the demo clinic was not loaded. Use an empty one."
            )
        if not BlogIndexPage.objects.exists():
            call_command("prepare_site")
        now = timezone.now()
        with transaction.atomic():
            content.load_practice()
            waiting.load_days_that_differ(now=now)
            people.load_accounts(password)
            content.load_pages()
            content.load_articles()
            content.load_testimonials()
            made = appointments.load_appointments(now=now, seed=seed)
            waiting.load_waiting(now=now)
        if verbosity:
            self.stdout.write(f"The demo clinic is loaded, with {made} appointments.")
