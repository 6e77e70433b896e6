"""The table that `make verify` ends with: what was promised, what held, and what it took."""

from collections import defaultdict

import pytest

HELD = "clinic/promises-held"  # in pytest's cache: the tests that passed, with their seconds


class PromiseTable:
    """Collects the outcome of each test that is marked `@pytest.mark.promise("…")`.

    What held is kept in *cache* (pytest's; None keeps nothing) as it comes. With *resume*, tests that held in the
    run before are left out, and the table counts them from there.
    """

    def __init__(self, cache, *, resume: bool):
        self.cache = cache
        self.held: dict[str, float] = cache.get(HELD, {}) if cache and resume else {}
        self.of_test: dict[str, str] = {}
        self.outcomes: dict[str, list[tuple[str, float]]] = defaultdict(list)
        self.left_out = 0

    def pytest_collection_modifyitems(self, config, items):
        for item in items:
            if mark := item.get_closest_marker("promise"):
                self.of_test[item.nodeid] = mark.args[0]
        done = [item for item in items if item.nodeid in self.held]
        for item in done:
            self.outcomes[self.of_test[item.nodeid]].append(("passed", self.held[item.nodeid]))
        if done:
            self.left_out = len(done)
            items[:] = [item for item in items if item.nodeid not in self.held]
            config.hook.pytest_deselected(items=done)

    def pytest_runtest_logreport(self, report):
        promise = self.of_test.get(report.nodeid)
        if promise and (report.when == "call" or report.outcome != "passed"):
            self.outcomes[promise].append((report.outcome, report.duration))
            self.keep(report)

    def keep(self, report):
        """Note whether the test of *report* held, for a run that resumes this one."""
        if report.outcome == "passed":
            self.held[report.nodeid] = report.duration
        else:  # also the one that passed and then failed to clean up
            self.held.pop(report.nodeid, None)
        if self.cache:
            self.cache.set(HELD, self.held)

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session):
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.left_out:  # all held before
            session.exitstatus = pytest.ExitCode.OK

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_terminal_summary(self, terminalreporter):
        yield
        if self.outcomes:  # last of all, after pytest's own summary
            self.write(terminalreporter)

    def write(self, terminalreporter):
        """Write the table."""
        terminalreporter.section("promises")
        for promise, results in sorted(self.outcomes.items()):
            seconds = sum(duration for _, duration in results)
            terminalreporter.write_line(f"{state(results):<24} {len(results):>4} tests {seconds:>7.1f} s   {promise}")
        if self.left_out:
            terminalreporter.write_line(f"{self.left_out} of these tests held in the run before this one.")


def state(results: list[tuple[str, float]]) -> str:
    """Return what the (outcome, seconds) of a promise's tests say about it."""
    outcomes = {outcome for outcome, _ in results}
    if "failed" in outcomes:
        return "FALLS SHORT"
    return "NOT SHOWN (skipped)" if "skipped" in outcomes else "holds"
