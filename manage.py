#!/usr/bin/env python
"""The project's command line: `python manage.py up` starts the clinic."""

import os
import sys


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "clinic.settings.local")
    from django.core.management import execute_from_command_line

    from clinic.postgres import PostgresUnavailable

    try:
        execute_from_command_line(sys.argv)
    except PostgresUnavailable as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


if __name__ == "__main__":
    main()
