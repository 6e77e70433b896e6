"""The table of `make verify` says what was seen, and a run that is resumed shows only what did not hold yet."""

import os
import subprocess
import sys

import pytest

from tests.running import ROOT

PLUGIN = """
import os
from tests.promises import PromiseTable

def pytest_configure(config):
    config.addinivalue_line("markers", "promise(text): shows a promise")
    config.pluginmanager.register(PromiseTable(config.cache, resume=bool(os.environ["RESUME"])))
"""
TESTS = """
import os
import pytest

@pytest.mark.promise("A")
@pytest.mark.parametrize("number", [1, 2])
def test_a(number):
    assert number == 1 or os.environ["MENDED"]

@pytest.mark.promise("B")
def test_b():
    pass

@pytest.mark.promise("C")
def test_c():
    if not os.environ["MENDED"]:
        pytest.skip("something is missing")
"""


@pytest.fixture
def verify(tmp_path):
    """Run the tests above; return the exit code, the lines of the table, and pytest's closing line."""
    (tmp_path / "conftest.py").write_text(PLUGIN)
    (tmp_path / "test_all.py").write_text(TESTS)

    def run(*, mended: bool, resume: bool):
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "--rootdir=.", "-p", "no:django", "-p", "no:playwright", "-c", os.devnull],
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT), "MENDED": "1" * mended, "RESUME": "1" * resume},
            capture_output=True,
            text=True,
        )
        *table, last = done.stdout.partition("= promises =")[2].splitlines()[1:]
        return done.returncode, [" ".join(line.split()) for line in table if line], last

    return run


def test_table_says_what_holds_what_falls_short_and_what_was_not_shown(verify):
    code, table, _ = verify(mended=False, resume=False)
    assert code == 1
    assert [line.split(" 0.0 s ") for line in table] == [
        ["FALLS SHORT 2 tests", "A"], ["holds 1 tests", "B"], ["NOT SHOWN (skipped) 1 tests", "C"],
    ]  # fmt: skip


def test_resumed_run_shows_only_what_did_not_hold_yet(verify):
    verify(mended=False, resume=False)
    code, table, last = verify(mended=True, resume=True)
    assert code == 0
    assert [line.split()[0] for line in table] == ["holds", "holds", "holds", "2"]
    assert "2 passed, 2 deselected" in last
    code, _, last = verify(mended=True, resume=True)
    assert code == 0
    assert "4 deselected" in last
    _, _, last = verify(mended=True, resume=False)
    assert "4 passed" in last
