"""What `make run` uses: DEBUG off, loopback only, secrets made once and kept in CLINIC_HOME."""

import os
import sys
from pathlib import Path

from clinic import postgres
from clinic.data_folder import HomeUnusable, local_secrets, open_home

try:
    CLINIC_HOME = open_home(Path(os.environ.get("CLINIC_HOME") or Path(__file__).resolve().parents[2] / "var"))
except HomeUnusable as error:
    sys.exit(str(error))

for name, value in local_secrets(CLINIC_HOME).items():
    os.environ.setdefault(name, value)

PORT = os.environ.get("PORT") or "8000"
os.environ.setdefault("SITE_URL", f"http://127.0.0.1:{PORT}")
os.environ.setdefault("ALLOWED_HOSTS", "127.0.0.1,localhost,[::1]")
os.environ.setdefault("CSRF_TRUSTED_ORIGINS", "")
os.environ.setdefault("EMAIL_URL", "consolemail://")
os.environ.setdefault("STATIC_ROOT", str(CLINIC_HOME / "static"))
os.environ.setdefault("MEDIA_ROOT", str(CLINIC_HOME / "media"))
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = postgres.serve(CLINIC_HOME)

from .base import *  # noqa: E402

DEMO_PASSWORD = env("DEMO_PASSWORD")
if env("EMAIL_URL") == "consolemail://":
    EMAIL_BACKEND = "clinic.mail.EmlFileBackend"
    EMAIL_FILE_PATH = CLINIC_HOME / "mail"
