"""`manage.py up`: one command serves everything, mends what breaks, and leaves nothing behind."""

import http.client
import os
import queue
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from django.core.management import CommandError

from clinic import postgres
from clinic.management.commands.up import usable_port
from tests.running import free_port, wait_until

ROOT = Path(__file__).resolve().parents[2]
PROC = Path("/proc/self/environ")
needs_proc = pytest.mark.skipif(not PROC.exists(), reason="finds the processes of the clinic in /proc")
pytestmark = pytest.mark.promise("One command starts everything, mends what dies and leaves nothing behind")


def command(port, *options):
    return [sys.executable, "manage.py", "up", "--port", str(port), *options]


def environment(home):
    """A plain environment: what the test settings have put into ours must not reach the clinic."""
    return {"PATH": os.environ["PATH"], "CLINIC_HOME": str(home)}


def processes_of(home):
    """Return {number: command} of the living processes that were started for *home*."""
    found = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if f"CLINIC_HOME={home}\0".encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue  # it has ended meanwhile
    return {number: words for number, words in found.items() if words}  # zombies have no words


class Clinic:
    """`manage.py up` in a home and on a port of its own, started when it is needed."""

    def __init__(self, home):
        self.home = home
        self.port = free_port()
        self.process = None

    def start(self, *options):
        """Start, and return all lines printed until everything is said."""
        self.process = subprocess.Popen(
            command(self.port, *options),
            cwd=ROOT,
            env=environment(self.home),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,  # as a terminal does
        )
        self._lines = queue.Queue()
        threading.Thread(target=self._read, args=[self.process, self._lines], daemon=True).start()
        return self.lines_until("Press Ctrl-C to stop")

    def is_running(self):
        return self.process is not None and self.process.poll() is None

    def lines_until(self, start_of_line):
        lines = []
        while not lines or not lines[-1].startswith(start_of_line):
            lines.append(self._lines.get(timeout=180))
            assert lines[-1] is not None, f"`up` has ended: {lines}"
        return lines

    def stop(self, number=signal.SIGINT):
        """Press Ctrl-C and return the exit code."""
        os.killpg(self.process.pid, number)
        return self.process.wait(60)

    def get(self, path):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        body = answer.read()
        connection.close()
        return answer.status, body

    def answers(self):
        try:
            return self.get("/health/live")[0] == 200
        except (OSError, http.client.HTTPException):
            return False

    def ask_database(self, question):
        url = f"postgresql://postgres@/clinic?host={postgres.where(self.home)}"
        with psycopg.connect(url) as connection:
            return connection.execute(question).fetchone()

    def numbers(self, words):
        """Return the numbers of the processes whose command has *words*."""
        return {number for number, line in processes_of(self.home).items() if words in line}

    @staticmethod
    def _read(process, lines):
        for line in process.stdout:
            lines.put(line.rstrip("\n"))
        process.stdout.close()
        lines.put(None)


@contextmanager
def temporary_home():
    home = Path(tempfile.mkdtemp(prefix="clinic-"))
    try:
        yield home
    finally:
        if (home / "postgres").exists():
            wait_until(lambda: not postgres.running(home), "the end of Postgres")
            shutil.rmtree(postgres.where(home), ignore_errors=True)
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def own():
    with temporary_home() as home:
        clinic = Clinic(home)
        yield clinic
        if clinic.is_running():
            clinic.stop()


@pytest.fixture
def clinic(own):
    """The clinic of this module, running."""
    if not own.is_running():
        own.start("--no-demo")
    return own


@pytest.fixture
def stopped(own):
    """The clinic of this module, not running."""
    if own.is_running():
        own.stop()
    return own


def refusal(home, port, *options, **variables):
    """Run `up` where it must refuse; return what it printed to the standard output and its one line."""
    done = subprocess.run(
        command(port, *options),
        cwd=ROOT,
        env=environment(home) | variables,
        capture_output=True,
        text=True,
        timeout=180,
    )
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1, done.stderr
    return done.stdout, done.stderr.strip()


# --- What runs --------------------------------------------------------------------------------------------


def test_ready_means_that_pages_are_served(clinic):
    assert clinic.get("/health/live")[0] == 200
    assert clinic.get("/")[0] == 200


def test_it_listens_on_loopback_only(clinic):
    with socket.socket() as probe:
        probe.bind(("127.0.0.2" if sys.platform == "linux" else "0.0.0.0", clinic.port))


def test_wagtail_knows_the_address(clinic):
    site = clinic.ask_database("SELECT hostname, port FROM wagtailcore_site WHERE is_default_site")
    assert site == ("127.0.0.1", clinic.port)


def test_media_are_served(clinic):
    (clinic.home / "media" / "hello.txt").write_text("hello")
    assert clinic.get("/media/hello.txt") == (200, b"hello")


def test_a_worker_waits_for_jobs(clinic):
    wait_until(lambda: clinic.ask_database("SELECT count(*) FROM procrastinate_workers")[0], "a worker")


def test_a_port_that_is_in_use_is_refused_before_any_work(clinic):
    printed, message = refusal(clinic.home, clinic.port)
    assert f"Port {clinic.port} is in use" in message
    assert f"make run PORT={clinic.port + 1}" in message
    assert printed == ""
    assert clinic.answers()


# --- What breaks is mended --------------------------------------------------------------------------------


@needs_proc
def test_a_killed_web_server_is_started_again_without_its_old_workers(clinic):
    before = clinic.numbers("granian")
    os.kill(min(before), signal.SIGKILL)
    clinic.lines_until("The web server has stopped (SIGKILL)")
    wait_until(lambda: clinic.numbers("granian") - before and clinic.answers(), "the new web server")
    assert not clinic.numbers("granian") & before


@needs_proc
def test_a_killed_worker_is_started_again(clinic):
    before = clinic.numbers("procrastinate worker")
    for number in before:
        os.kill(number, signal.SIGKILL)
    clinic.lines_until("The worker has stopped (SIGKILL)")
    wait_until(lambda: clinic.numbers("procrastinate worker") - before, "the new worker")


def test_a_killed_database_is_started_again(clinic):
    pid_file = postgres.where(clinic.home) / "data" / "postmaster.pid"
    before = pid_file.read_text()
    os.kill(int(before.split("\n")[0]), signal.SIGKILL)
    wait_until(lambda: postgres.running(clinic.home) and pid_file.read_text() != before, "the new Postgres")
    wait_until(lambda: clinic.get("/")[0] == 200, "a page from the new Postgres")


# --- Stopping and starting again --------------------------------------------------------------------------------


@needs_proc
def test_ctrl_c_stops_all_that_it_started_and_nothing_else(clinic):
    stranger = subprocess.Popen(["sleep", "600"], env=environment("/elsewhere"), start_new_session=True)
    try:
        with temporary_home() as other:
            postgres.serve(other)
            assert len(processes_of(clinic.home)) > 5
            assert clinic.stop() == 0
            assert processes_of(clinic.home) == {}
            assert postgres.running(other)
            postgres.release(other)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_the_first_start_with_the_demo_loads_it_and_tells_its_accounts(stopped):
    lines = stopped.start()
    assert "Loading the demo clinic…" in lines
    check_that_all_is_told(stopped, lines)


@needs_proc
def test_a_signal_to_terminate_stops_it_as_well(clinic):
    clinic.process.terminate()
    assert clinic.process.wait(60) == 0
    assert processes_of(clinic.home) == {}


def test_a_later_start_does_nothing_twice_and_tells_all_again(stopped):
    lines = stopped.start()
    assert "Loading the demo clinic…" not in lines
    assert "Collecting static files…" not in lines
    check_that_all_is_told(stopped, lines)


def check_that_all_is_told(clinic, lines):
    assert f"Ready: http://127.0.0.1:{clinic.port}/" in lines
    assert f"Admin: http://127.0.0.1:{clinic.port}/admin/" in lines
    password = re.search(r"DEMO_PASSWORD=(\S+)", (clinic.home / "secrets.env").read_text())[1]
    mail, database = clinic.home / "mail", postgres.where(clinic.home)
    for words in (password, f"{mail}/", str(database)):
        assert any(words in line for line in lines)
    for name in ("manager", "frontdesk", "editor", "clinician"):
        assert f"  {name}@example.org" in lines


@needs_proc
def test_nothing_is_left_running_when_it_is_killed(clinic):
    clinic.process.kill()
    clinic.process.wait()
    wait_until(lambda: not processes_of(clinic.home), "the end of all processes")


# --- Clear refusals ---------------------------------------------------------------------------------------


def test_a_home_that_cannot_be_used_is_named():
    _, message = refusal("/dev/null/home", free_port())
    assert "/dev/null/home" in message
    assert "CLINIC_HOME" in message


@pytest.mark.parametrize("port", ["70000", "0", "http"])
def test_a_port_that_does_not_exist_is_refused(port):
    with pytest.raises(CommandError, match=f"^Port {port} cannot be used"):
        usable_port(port)


def test_a_database_that_does_not_answer_is_named(own):
    url = "postgresql://nobody@127.0.0.1:1/clinic"
    _, message = refusal(own.home, free_port(), DATABASE_URL=url)
    assert "database does not answer" in message
