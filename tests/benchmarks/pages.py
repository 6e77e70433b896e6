"""What pages cost, as ratios to a static file that the same server sends in the same run."""

import statistics
import tempfile
import time
import urllib.request
from pathlib import Path

from tests.running import RunningClinic

ROUNDS, REQUESTS = 5, 20
STATIC = "/static/clinic/css/tokens.css"
PAGES = [
    ("static file", STATIC),
    ("home", "/"),
    ("article", "/blog/on-your-own-side/"),
    ("team", "/team/"),
    ("open times, one person", "/book/first-visit/?practitioner=maya-lindqvist"),
    ("open times, anyone", "/book/first-visit/"),
]


def measure() -> list[tuple[str, float]]:
    """Start a clinic of its own and return (name, milliseconds) of each page, the static file first."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        clinic = RunningClinic(Path(home))
        try:
            clinic.start()
            for _, path in PAGES:
                milliseconds(clinic.base, path)  # pictures are made on first use
            # interleaved rounds: a busy neighbour slows all of them alike
            rounds = [[milliseconds(clinic.base, path) for _, path in PAGES] for _ in range(ROUNDS)]
        finally:
            clinic.stop()
    medians = [statistics.median(column) for column in zip(*rounds, strict=True)]
    return [(name, median) for (name, _), median in zip(PAGES, medians, strict=True)]


def milliseconds(base: str, path: str) -> float:
    """Return the mean time of one request, one after another."""
    begin = time.perf_counter()
    for _ in range(REQUESTS):
        with urllib.request.urlopen(base + path) as response:
            response.read()
    return (time.perf_counter() - begin) / REQUESTS * 1000
