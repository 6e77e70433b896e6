"""The WSGI entry point: `granian --interface wsgi clinic.wsgi:application`."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.production")
application = get_wsgi_application()
