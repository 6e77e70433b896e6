"""The outside judges. They come from npm into node_modules/ here (`make judges`) and only `make verify` asks them."""

import shutil
from pathlib import Path

import pytest

from tests.browser.conftest import CHROMIUM, browser_context_args, browser_type_launch_args  # noqa: F401
from tests.conftest import FULL_SIZE

HERE = Path(__file__).parent
PROGRAMS = HERE / "node_modules"


def why_not(program: str) -> str:
    """Return why the judge that *program* runs cannot be asked; an empty string if it can."""
    if not CHROMIUM:
        return "needs Chromium: sudo apt install chromium-headless-shell"
    if not shutil.which(program) or not (PROGRAMS / "installed").exists():
        return f"needs {program} and what `make judges` installs; it says what is missing"
    return ""


def pytest_collection_modifyitems(config, items):
    for item in list(items):
        if not (mark := item.get_closest_marker("judge")):
            continue
        if not FULL_SIZE:
            items.remove(item)
            config.hook.pytest_deselected(items=[item])
        elif reason := why_not(*mark.args):
            item.add_marker(pytest.mark.skip(reason=reason))
