"""Production: nothing is guessed. A missing variable stops the start and is named."""

import os

from cryptography.fernet import Fernet
from django.core.exceptions import ImproperlyConfigured

REQUIRED = (
    "SECRET_KEY",
    "FIELD_ENCRYPTION_KEYS",
    "LOOKUP_HASH_KEY",
    "ALLOWED_HOSTS",
    "CSRF_TRUSTED_ORIGINS",
    "SITE_URL",
    "DATABASE_URL",
    "EMAIL_URL",
    "DEFAULT_FROM_EMAIL",
)

missing = [name for name in REQUIRED if not os.environ.get(name)]
if missing:
    raise ImproperlyConfigured(
        f"Set these environment variables, then start again: {', '.join(missing)}. "
        "docs/operations.md says what each one is."
    )
if os.environ.get("DEMO_PASSWORD"):
    raise ImproperlyConfigured("DEMO_PASSWORD is for local use only. Unset it, then start again.")

from .base import *  # noqa: E402

try:
    for key in FIELD_ENCRYPTION_KEYS:
        Fernet(key)
except ValueError as error:
    raise ImproperlyConfigured("FIELD_ENCRYPTION_KEYS holds something that is not a Fernet key.") from error
if not SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("SITE_URL must begin with https:// in production.")

SECURE_SSL_REDIRECT = True
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # the load balancer asks over plain HTTP
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
if env.bool("BEHIND_TLS_PROXY", default=True):
    # The proxy must set this header itself and drop it from what clients send (docs/operations.md).
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
