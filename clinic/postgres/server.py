"""Start, share and stop the embedded server."""

import fcntl
import hashlib
import os
import secrets
import shutil
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg

from .installed import Owner, PostgresUnavailable, find_owner, programs_for, reachable

DATABASE = "clinic"
PORT = 5432  # names the socket file; nothing listens on a network port
SOCKET_PATH_LIMIT = 90  # bytes; systems allow 103 to 107, and Postgres puts a longer name beside the socket
START_LIMIT = 60  # seconds; a server that recovers after a crash may need some of them
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
SETTINGS = {
    "listen_addresses": "",
    "port": PORT,
    "unix_socket_permissions": "0700",
    "max_connections": 200,
    "shared_buffers": "128MB",
    "max_parallel_workers": 0,  # parallel queries need more shared memory than small containers have
    "jit": "off",  # our queries are short; compiling them takes longer than running them
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_min_error_statement": "panic",  # statements hold what people look for and write to us
}


@dataclass(frozen=True)
class Attempt:
    """One start of the server: where in the log its words begin."""

    log: Path
    log_start: int


_used: dict[Path, int] = {}  # home → descriptor of its `users` file, which this process holds locked


def serve(home: Path) -> str:
    """Make sure that the server of *home* runs and has its database; return the database's URL.

    Starts the server or shares the running one, also after `kill -9` of server or users. This process then
    counts as a user until it ends or calls `release`; so do its forked children. May be called again at any
    time, and restarts a server that has died.

    Raises PostgresUnavailable.
    """
    home = home.resolve()
    try:
        state = _state_folder(home)
        with _locked(state / "lock"):
            place = where(home)
            newcomer = home not in _used
            if newcomer:
                _used[home] = _open(state / "users")
                fcntl.flock(_used[home], fcntl.LOCK_SH)  # waits while the keeper stops the old server
            try:
                _ensure_server(home, place)
            except BaseException:
                if newcomer:
                    os.close(_used.pop(home))
                raise
    except OSError as error:
        raise PostgresUnavailable(_advice(error, home)) from error
    return f"postgresql://postgres@/{DATABASE}?host={quote(str(place))}&port={PORT}"


def serving(home: Path) -> bool:
    """Say whether this process uses the embedded server of *home*."""
    return home.resolve() in _used


def running(home: Path) -> bool:
    """Say whether the embedded server of *home* runs; cheap enough to ask every second."""
    return _running(where(home) / "data")


def release(home: Path) -> None:
    """Stop being a user of the server of *home*; if this process was the last one, wait until it has stopped.

    A process that just ends need not call this: the server stops a moment later by itself.
    """
    home = home.resolve()
    if home not in _used:
        return
    os.close(_used.pop(home))
    with suppress(FileNotFoundError), open(home / "postgres" / "users") as users:
        try:
            fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            fcntl.flock(users, fcntl.LOCK_SH)  # others use it: at once. The keeper is stopping it: waits.
            return
        _stop(where(home))


def where(home: Path) -> Path:
    """Return the folder of the server's data and socket (made by `serve`).

    It is `postgres/` in *home*; for root, whom Postgres refuses, it belongs to an unprivileged user and lies
    in /var/lib: no other user can put something there first, nothing there is deleted with age as in
    /var/tmp, the path to the socket is short, and it is reachable when the checkout is in a closed folder.
    Its name is a hash of the path of *home* and of a number made with *home*, so that a home that was deleted
    and made again, with new keys, does not meet the data that only the old keys can decrypt.
    """
    home = home.resolve()
    if os.geteuid() != 0:
        return home / "postgres"
    identity = f"{home}\n{_number(home / 'postgres' / 'number')}"
    return Path("/var/lib") / f"clinic-postgres-{hashlib.sha256(identity.encode()).hexdigest()[:16]}"


def programs(home: Path) -> Path:
    """Return the folder with the Postgres programs (`pg_dump`, `pg_restore` …) that fit the data of *home*.

    Raises PostgresUnavailable when there are none.
    """
    return programs_for(where(home) / "data").folder


# --- Where things are, and whose they are -----------------------------------------------------------------


def _state_folder(home: Path) -> Path:
    """Make the folder of our lock files, which is also that of the data unless we are root."""
    socket = home / "postgres" / f".s.PGSQL.{PORT}"
    length = len(os.fsencode(socket))
    if os.geteuid() != 0 and length > SOCKET_PATH_LIMIT:
        raise PostgresUnavailable(
            f"The path of the database socket is too long ({length} bytes, at most {SOCKET_PATH_LIMIT}): "
            f"{socket}. Set CLINIC_HOME to a folder with a shorter path."
        )
    if "," in str(home):  # Postgres would read two folders
        raise PostgresUnavailable(f"The path {home} has a comma. Set CLINIC_HOME to a folder without one.")
    state = home / "postgres"
    state.mkdir(parents=True, exist_ok=True)
    state.chmod(0o700)
    return state


def _make_place(place: Path, owner: Owner) -> None:
    """Make the folder of data and socket, or check that what we find is the owner's and closed to others."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        place.mkdir(mode=0o700)
    if os.geteuid() == 0 and place.lstat().st_uid == 0:
        os.chown(place, owner.uid, owner.gid, follow_symlinks=False)
    found = place.lstat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner.uid or found.st_mode & 0o077:
        raise PostgresUnavailable(
            f"{place} is not a closed folder of the user that runs Postgres. "
            "Find out who made it, move it away and start again."
        )


def _number(path: Path) -> str:
    """Return the random number kept in *path*, making it once; processes that start together get the same."""
    if not path.exists():
        fresh = path.with_name(f"{path.name}-{os.getpid()}")
        fresh.write_text(secrets.token_hex(8))
        with suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


def _open(path: Path) -> int:
    """Open a lock file; programs that we start do not get the descriptor, forked children do."""
    return os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    descriptor = _open(path)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _advice(error: OSError, home: Path) -> str:
    return (
        f"Postgres cannot use {error.filename or home}: {error.strerror}. "
        f"Make it usable for this user, or set CLINIC_HOME to a folder that you can write to."
    )


# --- Starting and stopping --------------------------------------------------------------------------------


def _ensure_server(home: Path, place: Path) -> None:
    """Start the server unless it answers, and make the database. Needs the start lock and a user's lock."""
    deadline = time.monotonic() + START_LIMIT
    attempt = None
    while True:
        try:
            return _ensure_database(place)
        except psycopg.OperationalError as error:
            if time.monotonic() > deadline:
                reason = _one_line(str(error))
                log = home / "logs" / "postgres.log"
                raise PostgresUnavailable(f"Postgres does not answer ({reason}). See {log}.") from error
        if not _running(place / "data") and not _kept(home):
            if attempt:
                _refuse_unless_passing(attempt)
                time.sleep(0.2)
            attempt = _start(home, place)
        time.sleep(0.03)


def _ensure_database(place: Path) -> None:
    with psycopg.connect(
        host=str(place), port=PORT, user="postgres", dbname="postgres", connect_timeout=10, autocommit=True
    ) as connection:
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(f"CREATE DATABASE {DATABASE}")


def _start(home: Path, place: Path) -> Attempt:
    """Start the server, and first make its data folder if there is none."""
    owner = find_owner()
    _make_place(place, owner)
    data = place / "data"
    folder = reachable(programs_for(data), place, owner)
    if not (data / "PG_VERSION").exists():
        _make_data(data, folder, owner)
    settings = SETTINGS | {"unix_socket_directories": '"{}"'.format(str(place).replace('"', '""'))}
    command = [folder / "postgres", "-D", data]
    for name, value in settings.items():
        command += ["-c", f"{name}={value}"]
    log = _open_log(home)
    log_start = log.stat().st_size
    users, alive = _open(home / "postgres" / "users"), _open(home / "postgres" / "keeper")
    fcntl.flock(alive, fcntl.LOCK_EX)  # held from now on by the keeper
    keeper = Path(__file__).with_name("keeper.py")
    try:
        with log.open("ab") as output:
            subprocess.run(
                [sys.executable, "-I", "-S", keeper, str(users), str(owner.uid), str(owner.gid), *command],
                pass_fds=[users, alive],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=_environment(data),
                start_new_session=True,  # Ctrl-C in the terminal is not for the database
            )
    finally:
        os.close(users)
        os.close(alive)
    return Attempt(log, log_start)


def _kept(home: Path) -> bool:
    """Say whether a keeper lives: a server that it has started may not have written its number yet."""
    descriptor = _open(home / "postgres" / "keeper")
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(descriptor)
    return False


def _make_data(data: Path, folder: Path, owner: Owner) -> None:
    """Make the data folder; one that was interrupted is never taken for a whole one."""
    fresh = data.with_name("data-unfinished")
    shutil.rmtree(fresh, ignore_errors=True)
    done = subprocess.run(
        [
            folder / "initdb",
            *("-D", fresh, "-U", "postgres", "-A", "trust", "-E", "UTF8", f"--locale={LOCALE}"),
            *("--data-checksums", "--no-instructions"),
        ],
        cwd=data.parent,
        env=_environment(data),
        capture_output=True,
        text=True,
        **owner.as_arguments(),
    )
    if done.returncode:
        raise PostgresUnavailable(f"Postgres could not make {data}: {_one_line(done.stderr)}")
    fresh.rename(data)


def _environment(data: Path) -> dict[str, str]:
    """Return our environment without what would change the server, and with what lets it start after a crash.

    After `kill -9` or a restart of the machine the number in postmaster.pid may belong to another process,
    and Postgres would believe that it still runs. It takes no notice of a number that is its grandparent's;
    its second safeguard, the shared memory that the old server's processes hold, stays in force.
    """
    cleaned = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    cleaned["LC_ALL"] = LOCALE
    if (pid := _postmaster_pid(data)) and not _running(data):
        cleaned["PG_GRANDPARENT_PID"] = str(pid)
    return cleaned


def _postmaster_pid(data: Path) -> int | None:
    try:
        return int((data / "postmaster.pid").read_text().split("\n")[0])
    except (OSError, ValueError):
        return None


def _running(data: Path) -> bool:
    """Say whether the server of *data* is alive: starting, answering or stopping."""
    pid = _postmaster_pid(data)
    if pid is None:
        return False
    if sys.platform == "linux":
        try:
            command = Path(f"/proc/{pid}/cmdline").read_bytes()  # empty for a zombie
        except OSError:
            return False
    else:
        command = subprocess.run(["ps", "-ww", "-o", "command=", "-p", str(pid)], capture_output=True).stdout
    return os.fsencode(data) in command


def _stop(place: Path) -> None:
    """Stop the server and wait for it. Needs the exclusive lock on the users."""
    data = place / "data"
    if not _running(data):
        return
    owner = find_owner()
    pg_ctl = reachable(programs_for(data), place, owner) / "pg_ctl"
    # As the owner and not as root: the number in postmaster.pid must not let us stop anybody else's process.
    subprocess.run(
        [pg_ctl, "stop", "--silent", "-m", "fast", "-t", str(START_LIMIT), "-D", data],
        cwd=place,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        **owner.as_arguments(),
    )


# --- The server's log -------------------------------------------------------------------------------------


def _open_log(home: Path) -> Path:
    """Return the log file, with one older one kept beside it."""
    log = home / "logs" / "postgres.log"
    log.parent.mkdir(exist_ok=True)
    if log.exists() and log.stat().st_size > 5_000_000:
        log.replace(log.with_suffix(".log.1"))
    log.touch(mode=0o600)
    return log


def _refuse_unless_passing(failed: Attempt) -> None:
    """Raise unless the reason why the server did not start will pass.

    For a second or two after `kill -9`, the dead server's processes still hold its memory: that passes.
    """
    with failed.log.open("rb") as file:
        file.seek(failed.log_start)
        written = file.read().decode(errors="replace")
    fatal = [line.split("FATAL:", 1)[1].strip() for line in written.splitlines() if "FATAL:" in line]
    reason = fatal[-1] if fatal else _one_line(written)
    if "shared memory block" not in reason and "lock file" not in reason:
        raise PostgresUnavailable(f"Postgres did not start ({reason}). See {failed.log}.")


def _one_line(text: str) -> str:
    """Return the line of *text* that tells most: the first that speaks of an error, or just the first."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return next((line for line in lines if "error" in line.lower()), lines[0] if lines else "it gave no reason")
