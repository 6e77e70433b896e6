"""The child processes of `manage.py up`: each in a session of its own, watched, started again, stopped."""

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

GRACE_FOR_LEFTOVERS = 3  # seconds for the workers of a main process that has died
STEADY_AFTER = 60  # seconds; a child that lived so long is started again at once
LONGEST_PAUSE = 30  # seconds between two attempts
PR_SET_PDEATHSIG = 1

# A hang-up that our caller ignores (nohup) is none of our business.
STOP_SIGNALS = [signal.SIGINT, signal.SIGTERM]
if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
    STOP_SIGNALS.append(signal.SIGHUP)

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """One program that has to run as long as we do.

    `name` is how people call it ("web server"), `log` the file for all that it prints (the log of the
    previous run is kept beside it as `.log.1`), `environment` replaces ours.
    """

    def __init__(self, name: str, command: list[str], log: Path, environment: dict[str, str], folder: Path):
        self.name = name
        self.log = log
        self._command = command
        self._environment = environment
        self._folder = folder
        self._process: subprocess.Popen | None = None
        self._started = 0.0
        self._quick_deaths = 0
        self._start_again_at: float | None = None

    def start(self) -> None:
        """Start the program, in a new session: Ctrl-C in the terminal reaches only us, and we stop it."""
        if self._process is None and self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as output:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_end_with_parent if _libc else None,  # safe: we have no threads
            )
        self._started = time.monotonic()
        self._start_again_at = None

    def has_died(self) -> bool:
        """Say whether the program has been started and has ended since."""
        return self._process is not None and self._process.poll() is not None

    def last_words(self) -> str:
        """Return the last line of the log that says something."""
        lines = [line.strip() for line in self.log.read_text(errors="replace").splitlines() if line.strip()]
        return lines[-1] if lines else "it printed nothing"

    def start_again_if_dead(self, say: Callable[[str], None]) -> None:
        """Start a program that has died: at once the first time, then after ever longer pauses."""
        if not self.has_died():
            return
        now = time.monotonic()
        if self._start_again_at is None:
            self._end_group()
            self._quick_deaths = self._quick_deaths + 1 if now - self._started < STEADY_AFTER else 1
            pause = 0 if self._quick_deaths == 1 else min(2 ** (self._quick_deaths - 2), LONGEST_PAUSE)
            self._start_again_at = now + pause
            when = f"in {pause} s" if pause else "now"
            say(f"The {self.name} has stopped ({self._ending()}); starting it again {when}. Log: {self.log}")
        if now >= self._start_again_at:
            self.start()

    def ask_to_stop(self) -> None:
        """Ask the program to finish what it is doing and end."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for the program's end, but not longer than *seconds*."""
        if self._process:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(max(0, seconds))

    def end(self) -> None:
        """End at once whatever is left of the program and its children."""
        if self._process:
            self._signal_group(signal.SIGKILL)
            self._process.wait()

    def _ending(self) -> str:
        code = self._process.returncode
        return f"exit code {code}" if code >= 0 else signal.Signals(-code).name

    def _end_group(self) -> None:
        """End the workers of a main process that was killed: they would go on serving beside the new ones."""
        deadline = time.monotonic() + GRACE_FOR_LEFTOVERS
        alive = self._signal_group(signal.SIGTERM)
        while alive and time.monotonic() < deadline:
            time.sleep(0.05)
            alive = self._signal_group(0)
        self._signal_group(signal.SIGKILL)

    def _signal_group(self, number: int) -> bool:
        """Send the signal to the program and all its children; say whether there was any."""
        try:
            os.killpg(self._process.pid, number)
        except (ProcessLookupError, PermissionError):  # macOS says the latter of processes that have ended
            return False
        return True


def stop(children: Iterable[Child], seconds: float) -> None:
    """Stop all *children* together: ask them, wait up to *seconds*, then end what is still there.

    An exception while waiting (a second Ctrl-C) ends them at once.
    """
    deadline = time.monotonic() + seconds
    try:
        for child in children:
            child.ask_to_stop()
        for child in children:
            child.wait(deadline - time.monotonic())
    finally:
        for child in children:
            child.end()


def _end_with_parent() -> None:
    """Let Linux ask the new program to stop if we are killed with `kill -9`."""
    _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


@contextmanager
def interrupted_by_signals() -> Iterator[None]:
    """Raise KeyboardInterrupt where we are when somebody wants us to stop."""
    with _handling(signal.default_int_handler):
        yield


@contextmanager
def noted_signals() -> Iterator[list[int]]:
    """Only note in the list that somebody wants us to stop; nothing is left half done."""
    received: list[int] = []
    with _handling(lambda number, frame: received.append(number)):
        yield received


@contextmanager
def _handling(handler) -> Iterator[None]:
    before = {number: signal.signal(number, handler) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)
