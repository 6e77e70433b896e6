"""The storeys of the house: imports go down only, and a wrong one is found. The floor: versions without known holes."""

import re
import shutil
import subprocess
import sysconfig
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("clinic", "blog", "booking", "testimonials")


def lint_imports(folder: Path) -> subprocess.CompletedProcess:
    """Check the contracts of *folder*'s pyproject.toml against the code in it."""
    program = Path(sysconfig.get_path("scripts")) / "lint-imports"
    return subprocess.run([program, "--no-cache"], cwd=folder, capture_output=True, text=True)


@pytest.fixture(scope="module")
def copy(tmp_path_factory) -> Path:
    """A copy of the code and its contracts."""
    folder = tmp_path_factory.mktemp("house")
    left_out = shutil.ignore_patterns("*.jpg", "static", "__pycache__")
    shutil.copy(ROOT / "pyproject.toml", folder)
    for package in PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=left_out)
    return folder


def test_imports_go_down_only():
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout


@pytest.mark.parametrize(
    ("module", "wrong_import", "contract"),
    [
        ("blog/models/articles.py", "booking.models", "Rooms stand on the ground"),
        ("clinic/models/care.py", "booking.models", "The ground imports no app"),
        ("booking/views.py", "clinic.health", "Rooms do not climb"),
        ("booking/services/openings.py", "booking.forms", "Inside booking"),
        ("clinic/hours.py", "django.utils.timezone", "Pure rules"),
    ],
)
def test_a_wrong_import_is_found(copy, module, wrong_import, contract):
    file = copy / module
    before = file.read_text()
    file.write_text(f"{before}\nimport {wrong_import}\n")
    done = lint_imports(copy)
    file.write_text(before)
    assert done.returncode != 0
    broken = [line for line in done.stdout.splitlines() if line.endswith("BROKEN")]
    assert [line for line in broken if line.startswith(contract)], done.stdout


def test_the_copy_itself_keeps_the_contracts(copy):
    assert lint_imports(copy).returncode == 0


def test_no_import_is_exempt():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    assert not [one["name"] for one in contracts if one.get("ignore_imports")]


def number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", text)[:3])


@pytest.mark.parametrize(("package", "floor"), [("Django", "5.2.19"), ("wagtail", "8.0.1"), ("Pillow", "13.0.0")])
def test_what_is_installed_is_new_enough_and_nothing_older_is_allowed(package, floor):
    assert number(version(package)) >= number(floor)
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    allowed = next(one for one in wanted if one.startswith(f"{package}>="))
    assert number(allowed.split(",")[0]) >= number(floor)
    pinned = re.search(rf"^{package}==(\S+)", (ROOT / "requirements.txt").read_text(), re.MULTILINE | re.IGNORECASE)
    assert number(pinned[1]) >= number(floor)
