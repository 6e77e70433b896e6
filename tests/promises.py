"""The table that `make verify` ends with: what was promised, what held, and what it took."""

from collections import defaultdict

import pytest


class PromiseTable:
    """Collects the outcome of each test that is marked `@pytest.mark.promise("…")`."""

    def __init__(self):
        self.of_test: dict[str, str] = {}
        self.outcomes: dict[str, list[tuple[str, float]]] = defaultdict(list)

    def pytest_collection_modifyitems(self, items):
        for item in items:
            if mark := item.get_closest_marker("promise"):
                self.of_test[item.nodeid] = mark.args[0]

    def pytest_runtest_logreport(self, report):
        promise = self.of_test.get(report.nodeid)
        if promise and (report.when == "call" or report.outcome != "passed"):
            self.outcomes[promise].append((report.outcome, report.duration))

    @pytest.hookimpl(trylast=True)
    def pytest_terminal_summary(self, terminalreporter):
        if not self.outcomes:
            return
        terminalreporter.section("promises")
        for promise, results in sorted(self.outcomes.items()):
            bad = [outcome for outcome, _ in results if outcome != "passed"]
            state = f"FALLS SHORT ({', '.join(sorted(set(bad)))})" if bad else "holds"
            seconds = sum(duration for _, duration in results)
            terminalreporter.write_line(f"{state:<24} {len(results):>4} tests {seconds:>7.1f} s   {promise}")
