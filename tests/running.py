"""A whole clinic for tests, made of the real parts: Postgres, web server, worker, mail server."""

import fcntl
import os
import re
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import closing, contextmanager
from email import message_from_bytes, policy
from pathlib import Path

import psycopg
from aiosmtpd.controller import Controller
from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 60  # seconds that anything here may take before the test gives up
DRAWINGS = """
    SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'clinic.draw_pictures' AND status IN ('todo', 'doing')
"""


def free_port() -> int:
    """Return a port that nothing uses at this moment."""
    with closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(check, what: str, seconds: float = PATIENCE):
    """Return what *check* returns as soon as it is true; fails with *what* after *seconds*."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := check():
            return found
        time.sleep(0.1)
    raise AssertionError(f"still waiting after {seconds} seconds: {what}")


class Mailbox:
    """A real SMTP server on the loopback that keeps what arrives.

    `hold` makes it wait inside DATA, so many seconds; `reject` makes it say "later" to everything.
    """

    def __init__(self, port: int):
        self.port = port
        self.arrived: list = []
        self.entered = self.rejected = 0
        self.hold = 0.0
        self.reject = False
        self.controller: Controller | None = None

    async def handle_DATA(self, server, session, envelope):
        import asyncio

        self.entered += 1
        if self.hold:
            await asyncio.sleep(self.hold)
        if self.reject:
            self.rejected += 1
            return "451 try again later"
        message = message_from_bytes(envelope.content, policy=policy.default)
        message.envelope_to = envelope.rcpt_tos
        self.arrived.append(message)
        return "250 kept"

    def open(self):
        """Start to listen."""
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def close(self):
        """Stop listening: the mail server is down."""
        if self.controller:
            self.controller.stop(no_assert=True)
            self.controller = None

    def to(self, address: str, containing: str = "") -> list:
        """Return the messages to *address* whose text holds *containing*, oldest first."""
        return [
            message
            for message in list(self.arrived)
            if address in message.envelope_to
            and containing in message.get_body(("plain",)).get_content() + str(message["subject"])
        ]


class DatabaseToCopy:
    """A database that is made once for a whole run of tests and copied by whoever needs it.

    *folder* is shared by all processes of the run. Whoever comes first makes it, and drops it in the end; whoever
    comes after that makes it anew.
    """

    def __init__(self, folder: Path):
        self.folder = folder
        self.database = f"{folder.name}_{secrets.token_hex(4)}"

    def make(self):
        """Make it."""
        raise NotImplementedError

    @contextmanager
    def made(self):
        """Hold it still; yields its name."""
        self.folder.mkdir(exist_ok=True)
        mark = self.folder / "database"
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not mark.exists():
                self.make()
                mark.write_text(self.database)
            yield mark.read_text()

    def drop(self):
        """Remove it where this process made it."""
        mark = self.folder / "database"
        if not self.folder.exists():
            return
        with (self.folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if mark.exists() and mark.read_text() == self.database:
                mark.unlink()
                drop_database(self.database)


class MigratedToCopy(DatabaseToCopy):
    """An empty practice: what the migrations make, which take half a minute."""

    def make(self):
        clinic = RunningClinic(self.folder, database=self.database)
        create_database(self.database)
        clinic.manage("migrate", "--verbosity=0")


class DemoToCopy(DatabaseToCopy):
    """The demo clinic; its folder holds its `media` and `static`. Begins with a copy of *migrated*."""

    def __init__(self, folder: Path, migrated: MigratedToCopy):
        super().__init__(folder)
        self.migrated = migrated

    def make(self):
        with self.migrated.made() as template:
            create_database(self.database, template)
        clinic = RunningClinic(self.folder, database=self.database)
        clinic.load()
        # Draws the pictures, once for all copies. One at a time, so --one-shot would end after the first.
        clinic.start_worker("--fetch-job-polling-interval", "0.2")
        wait_until(lambda: clinic.sql(DRAWINGS) == [(0,)], "the pictures of the demo", 4 * PATIENCE)
        clinic.stop_worker()


def create_database(name: str, template: str = "template0") -> None:
    """Create the database *name* as a copy of *template*."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def drop_database(name: str) -> None:
    """Drop the database *name*, whoever is connected to it."""
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as connection:
        connection.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")


class RunningClinic:
    """The clinic in a database of its own; `base` is its address, `mailbox` what it sent.

    With *demo* it copies what that loaded, else it loads the demo itself.
    """

    password = "demo-password-of-the-tests"

    def __init__(self, home: Path, *, demo: DemoToCopy | None = None, database: str = ""):
        self.home = home
        self.demo = demo
        self.port = free_port()
        self.base = f"http://127.0.0.1:{self.port}"
        self.mailbox = Mailbox(free_port())
        self.database = database or f"running_{secrets.token_hex(4)}"
        self.env = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "DJANGO"))},
            "DJANGO_SETTINGS_MODULE": "clinic.settings.local",
            "CLINIC_HOME": str(home),
            "PORT": str(self.port),
            "SITE_URL": self.base,
            "EMAIL_URL": f"smtp://127.0.0.1:{self.mailbox.port}",
            "DEMO_PASSWORD": self.password,
            "RATE_LIMITS": "off",  # all visitors of these tests come from one address
            "DATABASE_URL": self.database_url(self.database),
            "SECRET_KEY": settings.SECRET_KEY,
            "FIELD_ENCRYPTION_KEYS": ",".join(settings.FIELD_ENCRYPTION_KEYS),
            "LOOKUP_HASH_KEY": settings.LOOKUP_HASH_KEY,
        }
        self.web = self.worker = None

    @staticmethod
    def database_url(name: str) -> str:
        """Return the address of the database *name* on the server that the tests use."""
        url = os.environ["DATABASE_URL"]
        return re.sub(r"(?<=[^/]/)[^/?]+(?=\?|$)", name, url, count=1) if "///" not in url else url

    def sql(self, query: str, *values):
        """Run one statement in the clinic's database; return its rows."""
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def manage(self, *words: str) -> str:
        """Run a management command in the clinic; return what it prints."""
        return subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, check=True, capture_output=True, text=True
        ).stdout

    def load(self):
        """Load the demo into a database that is up to date."""
        self.manage("load_demo")
        self.manage("collectstatic", "--noinput", "--verbosity=0")
        (self.home / "media").mkdir(exist_ok=True)

    def copy(self):
        """Make the database and the files those of the demo that is loaded already."""
        with self.demo.made() as database:
            create_database(self.database, database)
            for name in ("media", "static"):
                shutil.copytree(self.demo.folder / name, self.home / name)
        self.sql("UPDATE wagtailcore_site SET port = %s", self.port)

    def start(self):
        """Make the clinic and start everything."""
        self.mailbox.open()
        if self.demo:
            self.copy()
        else:
            create_database(self.database)
            self.manage("migrate", "--verbosity=0")
            self.load()
        self.start_web()
        self.start_worker()

    def start_web(self):
        """Start the web server and wait for its first answer."""
        self.web = self.spawn(
            "-m", "granian", "--interface", "wsgi", "clinic.wsgi:application",
            "--host", "127.0.0.1", "--port", str(self.port), "--workers", "2", "--blocking-threads", "2",
            "--backlog", "1024", "--static-path-route", "/media", "--static-path-mount", str(self.home / "media"),
            log="web.log",
        )  # fmt: skip
        wait_until(self.answers, f"the web server, see {self.home}/web.log")

    def start_worker(self, *options: str):
        """Start the worker."""
        self.worker = self.spawn("manage.py", "procrastinate", "worker", *options, log="worker.log")

    def stop_worker(self):
        """Let the worker finish and end."""
        os.killpg(self.worker.pid, signal.SIGTERM)
        self.worker.wait(PATIENCE)

    def kill_worker(self):
        """Kill the worker as a power cut would."""
        os.killpg(self.worker.pid, signal.SIGKILL)
        self.worker.wait()

    def spawn(self, *words: str, log: str) -> subprocess.Popen:
        """Start a program of this checkout in a process group of its own."""
        with (self.home / log).open("ab") as output:
            return subprocess.Popen(
                [sys.executable, *words], cwd=ROOT, env=self.env, stdout=output, stderr=output, start_new_session=True
            )

    def answers(self) -> bool:
        """Whether the web server is there."""
        try:
            with urllib.request.urlopen(f"{self.base}/health/live", timeout=5) as response:
                return response.status == 200
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return False

    def stop(self):
        """Stop everything and drop the database."""
        for process in (self.web, self.worker):
            if process and process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
        for process in (self.web, self.worker):
            if process:
                try:
                    process.wait(30)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
        self.mailbox.close()
        drop_database(self.database)
