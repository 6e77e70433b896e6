"""Settings: production guesses nothing, and a checkout keeps its own secrets. Each test starts real processes."""

import fcntl
import os
import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from clinic.data_folder import SECRETS, HomeUnusable, local_secrets, open_home

ROOT = Path(__file__).resolve().parents[2]
PRODUCTION = {
    "SECRET_KEY": "production-" + "k3y." * 20,
    "FIELD_ENCRYPTION_KEYS": Fernet.generate_key().decode(),
    "LOOKUP_HASH_KEY": "another secret of production",
    "ALLOWED_HOSTS": "clinic.example.org",
    "CSRF_TRUSTED_ORIGINS": "https://clinic.example.org",
    "SITE_URL": "https://clinic.example.org",
    "EMAIL_URL": "smtp+tls://user:secret@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "office@clinic.example.org",
}
LOCAL_SECRETS = """
import sys
from pathlib import Path
from clinic.data_folder import local_secrets
print(sorted(local_secrets(Path(sys.argv[1])).items()))
"""


def run(*words, **environment) -> subprocess.CompletedProcess:
    """Run Python in a plain environment: what the test settings have put into ours must not reach it."""
    return subprocess.run(
        [sys.executable, *map(str, words)],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
    )


def production(*words, **changed) -> subprocess.CompletedProcess:
    """Run a management command in production; a variable that is *changed* to None is not set."""
    variables = {**PRODUCTION, "DATABASE_URL": os.environ["DATABASE_URL"], **changed}
    given = {name: value for name, value in variables.items() if value is not None}
    return run("manage.py", *words, DJANGO_SETTINGS_MODULE="clinic.settings.production", **given)


def setting(name: str, **changed) -> str:
    """Return a setting of production as it prints."""
    script = f"from django.conf import settings; print(settings.{name})"
    variables = {**PRODUCTION, "DATABASE_URL": os.environ["DATABASE_URL"], **changed}
    done = run("-c", script, DJANGO_SETTINGS_MODULE="clinic.settings.production", **variables)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


# --- Production -------------------------------------------------------------------------------------------


def test_production_passes_every_check_of_deployment():
    done = production("check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr
    assert "no issues" in done.stdout


def test_without_variables_production_names_all_that_are_missing():
    done = run("manage.py", "check", DJANGO_SETTINGS_MODULE="clinic.settings.production")
    assert done.returncode != 0
    last_line = done.stderr.strip().splitlines()[-1]
    for name in (*PRODUCTION, "DATABASE_URL"):
        assert name in last_line


@pytest.mark.parametrize("name", [*PRODUCTION, "DATABASE_URL"])
@pytest.mark.parametrize("value", [None, ""], ids=["unset", "empty"])
def test_production_does_not_start_without(name, value):
    script = "import clinic.settings.production"
    variables = {**PRODUCTION, "DATABASE_URL": "postgres:///clinic", name: value}
    done = run("-c", script, **{key: given for key, given in variables.items() if given is not None})
    assert done.returncode != 0
    last_line = done.stderr.strip().splitlines()[-1]
    assert last_line.split("start again: ")[1].split(".")[0] == name


@pytest.mark.parametrize(
    ("name", "value"),
    [("DEMO_PASSWORD", "demo"), ("SITE_URL", "http://clinic.example.org"), ("SITE_URL", "clinic.example.org")],
)
def test_production_refuses_what_is_for_local_use(name, value):
    done = production("check", **{name: value})
    assert done.returncode != 0
    assert name in done.stderr.strip().splitlines()[-1]


def test_a_secret_may_begin_with_any_letter():
    assert setting("SECRET_KEY", SECRET_KEY="$" + PRODUCTION["SECRET_KEY"]) == "$" + PRODUCTION["SECRET_KEY"]


def test_several_encryption_keys_are_a_ring():
    first, second = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    assert setting("FIELD_ENCRYPTION_KEYS", FIELD_ENCRYPTION_KEYS=f"{first},{second}") == str([first, second])


def test_an_encryption_key_that_is_none_is_found_before_the_first_booking():
    done = production("check", "--deploy", "--fail-level", "WARNING", FIELD_ENCRYPTION_KEYS="not a key")
    assert done.returncode != 0
    assert "FIELD_ENCRYPTION_KEYS" in done.stderr


# --- Local ------------------------------------------------------------------------------------------------


def test_secrets_are_made_once(tmp_path):
    made = local_secrets(tmp_path)
    assert made.keys() == SECRETS.keys()
    assert all(len(value) >= 12 for value in made.values())
    assert Fernet(made["FIELD_ENCRYPTION_KEYS"])
    assert local_secrets(tmp_path) == made


def test_two_homes_have_different_secrets(tmp_path):
    first, second = open_home(tmp_path / "one"), open_home(tmp_path / "two")
    assert not set(local_secrets(first).values()) & set(local_secrets(second).values())


def test_a_secret_that_a_newer_version_needs_is_added_to_the_others(tmp_path):
    file = tmp_path / "secrets.env"
    file.write_text("SECRET_KEY=mine\n")
    made = local_secrets(tmp_path)
    assert made["SECRET_KEY"] == "mine"
    assert local_secrets(tmp_path) == made


def test_a_file_that_was_edited_without_a_last_line_break_keeps_its_secrets(tmp_path):
    (tmp_path / "secrets.env").write_text("DEMO_PASSWORD=mine")
    made = local_secrets(tmp_path)
    assert local_secrets(tmp_path) == made
    assert made["DEMO_PASSWORD"] == "mine"


def test_only_the_owner_reads_home_and_secrets(tmp_path):
    home = open_home(tmp_path / "clinic")
    umask = os.umask(0)
    try:
        local_secrets(home)
    finally:
        os.umask(umask)
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert stat.S_IMODE((home / "secrets.env").stat().st_mode) == 0o600


def test_processes_that_start_together_agree_on_the_secrets(tmp_path):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: run("-c", LOCAL_SECRETS, tmp_path), range(4)))
    assert [one.stderr for one in done] == [""] * 4
    assert len({one.stdout for one in done}) == 1
    assert len((tmp_path / "secrets.env").read_text().splitlines()) == len(SECRETS)


def test_a_process_waits_while_another_one_makes_the_secrets(tmp_path):
    with (tmp_path / "secrets.env").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        waiting = subprocess.Popen([sys.executable, "-c", LOCAL_SECRETS, tmp_path], cwd=ROOT, stdout=subprocess.PIPE)
        try:
            with pytest.raises(subprocess.TimeoutExpired):
                waiting.wait(1)
        finally:
            file.writelines(f"{name}=mine\n" for name in SECRETS)
            file.close()
            answer, _ = waiting.communicate()
    assert answer.decode().strip() == str(sorted(dict.fromkeys(SECRETS, "mine").items()))


def test_a_home_that_cannot_be_used_is_one_line_that_says_what_to_do(tmp_path):
    file = tmp_path / "file"
    file.touch()
    done = run("manage.py", "check", CLINIC_HOME=str(file / "home"))
    assert done.returncode != 0
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1
    assert str(file / "home") in done.stderr
    assert "CLINIC_HOME=" in done.stderr


def test_a_home_that_is_a_file_is_refused(tmp_path):
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(HomeUnusable, match="CLINIC_HOME"):
        open_home(file)


def test_locally_nothing_is_left_to_set_and_errors_show_no_code(tmp_path):
    script = "from django.conf import settings; print(settings.DEBUG, settings.ALLOWED_HOSTS, settings.MEDIA_ROOT)"
    home = {"CLINIC_HOME": str(tmp_path), "DATABASE_URL": os.environ["DATABASE_URL"]}
    done = run("-c", script, DJANGO_SETTINGS_MODULE="clinic.settings.local", **home)
    assert done.stdout.strip() == f"False ['127.0.0.1', 'localhost', '[::1]'] {tmp_path}/media", done.stderr
