"""How many bookings a second the site takes over HTTP, beside a bare insert under the same constraint."""

import json
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from uuid import uuid4

from tests.benchmarks.bare import TABLE
from tests.running import RunningClinic, free_port, wait_until
from tests.visitor import Visitor

CLIENTS = 8
BOOKINGS, WARM_UP = 320, 80  # of each kind, by all clients together
SERVICE = "first-visit"
PAUSE = timedelta(minutes=15)  # after a first visit of the demo


@dataclass(frozen=True)
class Measured:
    """What so many bookings took: the whole in seconds, and each in seconds, shortest first."""

    whole: float
    each: list[float]

    @property
    def rate(self) -> float:
        """Bookings a second."""
        return len(self.each) / self.whole

    def percentile(self, percent: int) -> float:
        """Return the milliseconds in which so many in a hundred were answered."""
        return self.each[min(len(self.each) * percent // 100, len(self.each) - 1)] * 1000


def measure() -> tuple[Measured, Measured]:
    """Start a clinic of its own and return what bookings cost there, and what bare inserts do.

    The worker stands still while it is measured: mails go out after an answer, and as fast as a mail server takes them.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home, ExitStack() as stack:
        clinic = RunningClinic(Path(home))
        stack.callback(clinic.stop)
        clinic.start()
        clinic.stop_worker()
        times = times_that_do_not_overlap(clinic)
        Random(1).shuffle(times)  # who books at the same moment seldom wants the same person
        assert len(times) >= BOOKINGS + WARM_UP, f"only {len(times)} times are open"
        crowd = [stack.enter_context(closing(Visitor(clinic.base))) for _ in range(CLIENTS)]
        forms = [visitor.open_form(times[0]["path"]) for visitor in crowd]
        requests = [
            (one["path"], {**forms[number % CLIENTS], "submission_key": str(uuid4())})
            for number, one in enumerate(times[: BOOKINGS + WARM_UP])
        ]
        send_all(crowd, requests[:WARM_UP])
        booked = send_all(crowd, requests[WARM_UP:])

        base = start_bare(clinic, stack)
        crowd = [stack.enter_context(closing(Visitor(base))) for _ in range(CLIENTS)]
        rows = [
            ("/", {"practitioner": number, "starts_at": one["start"], "ends_at": one["end"]})
            for number, one in enumerate(times[: BOOKINGS + WARM_UP])
        ]
        send_all(crowd, rows[:WARM_UP])
        return booked, send_all(crowd, rows[WARM_UP:])


def times_that_do_not_overlap(clinic: RunningClinic) -> list[dict]:
    """Return open times as `openings.json` tells them, no two of which stand in each other's way."""
    people = [slug for [slug] in clinic.sql("SELECT slug FROM clinic_practitioner WHERE active ORDER BY id")]
    chosen = []
    for slug in people:
        free_from = None
        with urllib.request.urlopen(f"{clinic.base}/book/{SERVICE}/openings.json?practitioner={slug}") as answer:
            openings = json.load(answer)["openings"]
        for one in openings:
            start = datetime.fromisoformat(one["start"])
            if free_from is None or start >= free_from:
                free_from = datetime.fromisoformat(one["end"]) + PAUSE
                chosen.append({**one, "path": one["url"].removeprefix(clinic.base)})
    return chosen


def send_all(crowd: list[Visitor], requests: list[tuple[str, dict]]) -> Measured:
    """Let each of the *crowd* send its share of (path, form), one after another; all must be answered with 303."""

    def send(number: int) -> list[float]:
        answers = [crowd[number].ask(path, form) for path, form in requests[number :: len(crowd)]]
        assert {answer.status for answer in answers} == {303}, {answer.status for answer in answers}
        return [answer.seconds for answer in answers]

    began = time.perf_counter()
    with ThreadPoolExecutor(len(crowd)) as threads:
        each = [seconds for share in threads.map(send, range(len(crowd))) for seconds in share]
    return Measured(time.perf_counter() - began, sorted(each))


def start_bare(clinic: RunningClinic, stack: ExitStack) -> str:
    """Start the bare application as the clinic's web server is started; return its address."""
    clinic.sql(TABLE)
    port = free_port()
    server = clinic.spawn(
        "-m", "granian", "--interface", "wsgi", "tests.benchmarks.bare:application",
        "--host", "127.0.0.1", "--port", str(port), "--workers", "2", "--blocking-threads", "2", log="bare.log",
    )  # fmt: skip
    stack.callback(server.wait)
    stack.callback(server.terminate)
    base = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        try:
            with closing(Visitor(base)) as one:
                form = {"practitioner": 0, "starts_at": "2026-01-01T00:00Z", "ends_at": "2026-01-01T01:00Z"}
                return one.ask("/", form).status in (303, 409)
        except ConnectionError:
            return False

    wait_until(answers, "the bare server")
    return base
