"""Tests: the real Postgres, fixed secrets, fast passwords."""

import os
import tempfile
from pathlib import Path

from clinic import postgres
from clinic.data_folder import open_home

os.environ["SECRET_KEY"] = "tests-only-" + "x" * 50
os.environ["FIELD_ENCRYPTION_KEYS"] = "ZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmZmY="
os.environ["LOOKUP_HASH_KEY"] = "tests-only-lookup-key"
os.environ["DEMO_PASSWORD"] = "tests-only-demo-password"
os.environ["SITE_URL"] = "http://127.0.0.1:8000"
os.environ["ALLOWED_HOSTS"] = "*"
os.environ["CSRF_TRUSTED_ORIGINS"] = ""
os.environ["EMAIL_URL"] = "memorymail://"
CLINIC_HOME = open_home(Path(os.environ.get("CLINIC_HOME") or Path(__file__).resolve().parents[2] / "var"))
if not os.environ.get("DATABASE_URL"):
    os.environ["DATABASE_URL"] = postgres.serve(CLINIC_HOME)

from .base import *  # noqa: E402

DATABASES["default"]["CONN_MAX_AGE"] = 0
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
MEDIA_ROOT = tempfile.mkdtemp(prefix="clinic-test-media-")
DEMO_PASSWORD = env("DEMO_PASSWORD")
