"""The WSGI entry point: `granian --interface wsgi clinic.wsgi:application`."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.production")
application = get_wsgi_application()

from clinic.encodings import only_utf8  # noqa: E402 - the apps are ready only now
from clinic.errors import remember_how_to_reach_us  # noqa: E402

application = only_utf8(application)
remember_how_to_reach_us()

# What is loaded by now stays for good: the collector need not look through all of it again and again.
gc.collect()
gc.freeze()
