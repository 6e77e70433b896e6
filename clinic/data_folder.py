"""The folder that holds all local state (`CLINIC_HOME`), and the secrets made there once."""

import fcntl
import os
import secrets
from pathlib import Path

from cryptography.fernet import Fernet

SECRETS = {
    "SECRET_KEY": lambda: secrets.token_urlsafe(50),
    "FIELD_ENCRYPTION_KEYS": lambda: Fernet.generate_key().decode(),
    "LOOKUP_HASH_KEY": lambda: secrets.token_urlsafe(32),
    "DEMO_PASSWORD": lambda: secrets.token_urlsafe(9),
}


class HomeUnusable(Exception):
    """The folder cannot be used; the message is one line that says what to do."""


def open_home(path: Path) -> Path:
    """Return *path* as an absolute folder that exists and only its owner can read.

    Raises HomeUnusable when it cannot be made or written.
    """
    path = path.expanduser().absolute()
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = path / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise HomeUnusable(
            f"The data folder {path} cannot be written ({error.strerror}). "
            "Make it writable, or choose another folder: CLINIC_HOME=/path/to/folder"
        ) from error
    return path


def local_secrets(home: Path) -> dict[str, str]:
    """Return the secrets kept in `home/secrets.env`, making those that are missing.

    Processes that start together agree on one set: the file is read and written under a lock.
    """
    descriptor = os.open(home / "secrets.env", os.O_RDWR | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "r+") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        known = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
        made = {name: make() for name, make in SECRETS.items() if name not in known}
        if text and not text.endswith("\n"):
            file.write("\n")  # somebody edited it
        file.writelines(f"{name}={value}\n" for name, value in made.items())
        return known | made
