"""`manage.py up`: the whole clinic on this machine, from an empty folder to a page in the browser."""

import hashlib
import http.client
import os
import socket
import sys
import time
from pathlib import Path

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connections

from clinic import postgres
from clinic.supervisor import Child, interrupted_by_signals, noted_signals, stop

HOST = "127.0.0.1"  # and never another: this server has demo accounts and no TLS
DEMO_ACCOUNTS = ("manager", "frontdesk", "editor", "clinician")
READY_LIMIT = 60  # seconds for the web server's first answer
OTHERS_READY_LIMIT = 10  # seconds that its other processes may take longer
STOP_LIMIT = 25  # seconds; web server and worker give what is in progress 20
STOP_LIMIT_BEFORE_READY = 3  # seconds; nobody waits for an answer yet
THREADS = 2  # requests at a time in one process of the web server; with more they wait for each other (`make bench`)


class Command(BaseCommand):
    help = "Serve the clinic on this machine: database, demo clinic, web server and worker together."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--port", default=getattr(settings, "PORT", "8000"), help="web port")
        parser.add_argument("--workers", type=int, default=2, help="processes of the web server")
        parser.add_argument("--no-demo", action="store_true", help="begin with an empty clinic")

    def handle(self, *, port, workers, no_demo, **options):
        if not hasattr(settings, "CLINIC_HOME"):
            raise CommandError("`up` is for local use, with DJANGO_SETTINGS_MODULE=clinic.settings.local.")
        try:
            with interrupted_by_signals():
                port = usable_port(port)
                self.prepare(port, demo=not no_demo)
                self.serve(port, workers)
        except KeyboardInterrupt:
            self.say("Stopped.")
        except OperationalError as error:
            raise CommandError(f"The database does not answer: {first_line(error)}") from error
        except OSError as error:
            path = error.filename or settings.CLINIC_HOME
            raise CommandError(f"Cannot use {path}: {error.strerror}. Make it usable to this user.") from error
        finally:
            connections.close_all()
            with noted_signals():
                postgres.release(settings.CLINIC_HOME)

    def prepare(self, port, *, demo):
        """Bring database and files to what this checkout needs; a second time there is little to do."""
        self.say("Preparing the database…")
        call_command("migrate", interactive=False, verbosity=0)
        call_command("prepare_site", address=site_url(port), verbosity=0)
        if demo:
            if not get_user_model().objects.exists():
                self.say("Loading the demo clinic…")
            call_command("load_demo", if_empty=True, verbosity=0)
        self.collect_static_files()
        for folder in (Path(settings.MEDIA_ROOT), logs()):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)

    def collect_static_files(self):
        """Copy and compress the static files unless they are those of the last time."""
        mark = Path(settings.STATIC_ROOT) / ".collected"
        found = fingerprint_of_static_files()
        if not mark.exists() or mark.read_text() != found:
            self.say("Collecting static files…")
            call_command("collectstatic", interactive=False, clear=True, verbosity=0)
            mark.write_text(found)

    def serve(self, port, workers):
        """Run web server and worker until we are told to stop."""
        self.say("Starting web server and worker…")
        usable_port(port)  # the web server would share it with one that has come in the meantime
        children = web, worker = web_server(port, workers), queue_worker(port)
        connections.close_all()
        patience = STOP_LIMIT_BEFORE_READY
        try:
            with noted_signals() as received:
                web.start()
                worker.start()
                wait_until_ready(port, web, workers, received)
                if not received:
                    self.say_where_everything_is(port)
                    patience = STOP_LIMIT
                while not received:
                    time.sleep(0.5)
                    self.keep_running(children)
            self.say("Stopping…")
        finally:
            stop(children, patience)
        self.say("Stopped.")

    def keep_running(self, children):
        """Start again what has died."""
        if postgres.serving(settings.CLINIC_HOME) and not postgres.running(settings.CLINIC_HOME):
            self.say("The database has stopped; starting it again now.")
            postgres.serve(settings.CLINIC_HOME)
        for child in children:
            child.start_again_if_dead(self.say)

    def say_where_everything_is(self, port):
        self.say(f"Ready: http://{HOST}:{port}/")
        self.say(f"Admin: http://{HOST}:{port}/admin/")
        users = get_user_model().objects
        accounts = [f"{name}@example.org" for name in DEMO_ACCOUNTS]
        if users.filter(email__in=accounts).exists():
            self.say(f"Demo accounts, all with the password {settings.DEMO_PASSWORD}")
            for account in accounts:
                self.say(f"  {account}")
        elif not users.exists():
            self.say("No accounts yet. Make the first one, with the same CLINIC_HOME if you set it:")
            self.say("  .venv/bin/python manage.py createsuperuser")
        connections.close_all()
        if mail := getattr(settings, "EMAIL_FILE_PATH", None):
            self.say(f"Mail:     {mail}{os.sep}, one file a message")
        if postgres.serving(settings.CLINIC_HOME):
            self.say(f"Database: {postgres.where(settings.CLINIC_HOME)}")
        else:
            self.say("Database: that of DATABASE_URL")
        self.say(f"Logs:     {logs()}{os.sep}")
        self.say("Press Ctrl-C to stop")

    def say(self, line):
        try:
            self.stdout.write(line)
            self.stdout.flush()
        except BrokenPipeError:  # whoever read our output has gone; we are still needed
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# --- The two programs -------------------------------------------------------------------------------------


def web_server(port, workers):
    command = [sys.executable, "-m", "granian", "clinic.wsgi:application", "--interface", "wsgi"]
    command += ["--host", HOST, "--port", str(port), "--no-ws", "--blocking-threads", str(THREADS)]
    command += ["--workers", str(workers), "--respawn-failed-workers", "--workers-kill-timeout", "20"]
    command += ["--static-path-route", "/media", "--static-path-mount", str(settings.MEDIA_ROOT)]
    return Child("web server", command, logs() / "web.log", environment(port), settings.BASE_DIR)


def queue_worker(port):
    command = [sys.executable, "manage.py", "procrastinate", "worker"]
    return Child("worker", command, logs() / "worker.log", environment(port), settings.BASE_DIR)


def environment(port):
    """Return the environment of both: ours, with what was decided here."""
    decided = {
        "CLINIC_HOME": str(settings.CLINIC_HOME),
        "PORT": str(port),
        "SITE_URL": site_url(port),
        "PYTHONUNBUFFERED": "1",
    }
    inherited = dict(os.environ)
    if postgres.serving(settings.CLINIC_HOME):
        inherited.pop("DATABASE_URL", None)  # so that they count as users of the embedded server themselves
    return inherited | decided


def site_url(port):
    """Return the address that readers use: ours, unless SITE_URL names another (a proxy before us)."""
    ours = f"http://{HOST}:{settings.PORT}"
    return f"http://{HOST}:{port}" if ours == settings.SITE_URL else settings.SITE_URL


def logs():
    return settings.CLINIC_HOME / "logs"


def wait_until_ready(port, web, workers, received):
    """Wait for the web server's first answer; stop waiting when a signal has been *received*.

    Then wait a little for its other processes too: granian's take no notice of a signal while they start.
    """
    deadline = time.monotonic() + READY_LIMIT
    while not received and not answers(port):
        if web.has_died():
            raise CommandError(f"The web server did not start ({web.last_words()}). See {web.log}.")
        if time.monotonic() > deadline:
            raise CommandError(f"The web server has not answered for {READY_LIMIT} s. See {web.log}.")
        time.sleep(0.1)
    deadline = min(deadline, time.monotonic() + OTHERS_READY_LIMIT)
    while not received and time.monotonic() < deadline:
        if web.log.read_text(errors="replace").count("Started worker-") >= workers:
            return
        time.sleep(0.05)


def answers(port):
    """Say whether the web server is alive."""
    connection = http.client.HTTPConnection(HOST, port, timeout=10)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


# --- Port, address and files ------------------------------------------------------------------------------


def usable_port(port):
    """Return *port* as a number; raise CommandError when another program has it.

    The web server itself would share it with a second one in silence.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # connections just closed do not count
        try:
            number = int(port)
            if number < 1:  # 0 would be any port
                raise ValueError
            probe.bind((HOST, number))
        except (ValueError, OverflowError, PermissionError) as error:
            raise CommandError(f"Port {port} cannot be used. Choose one from 1024 to 65535.") from error
        except OSError as error:
            advice = f"Stop the other program or choose another port: make run PORT={number + 1}"
            raise CommandError(f"Port {number} is in use. {advice}") from error
    return number


def fingerprint_of_static_files():
    """Return a text that changes when a static file is added, changed or removed, or their storage is."""
    digest = hashlib.sha256(settings.STORAGES["staticfiles"]["BACKEND"].encode())
    for finder in get_finders():
        for path, storage in finder.list([]):
            found = os.stat(storage.path(path))
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\n".encode())
    return digest.hexdigest()


def first_line(error):
    return str(error).strip().splitlines()[0]
