"""What a visitor sees when we cannot answer. The pages stand alone: no database, no session, no hashed file names."""

import sys
from http import HTTPStatus

from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpResponse
from django.template.loader import render_to_string

from clinic.models import ClinicDetails

RETRY_AFTER = 60  # seconds

_known: dict[str, str] = {}  # what these pages say of the practice, from the last time that the database could be asked


def remember_how_to_reach_us() -> None:
    """Note name and telephone of the practice for pages that cannot ask the database any more."""
    try:
        details = ClinicDetails.load()
    except (DatabaseError, InterfaceError):  # away, or not migrated yet: what was known before stays
        return
    telephone = details.telephone
    _known.update(
        name=details.name,
        telephone=str(telephone) if telephone else "",
        telephone_link=telephone.as_rfc3966 if telephone else "",
    )


def server_error(request) -> HttpResponse:
    """Answer an exception that nothing caught: 503 while the database is away, else 500. Called while it is handled."""
    if isinstance(sys.exception(), (OperationalError, InterfaceError)):
        words = render_to_string("503.html", _known)
        return HttpResponse(words, status=HTTPStatus.SERVICE_UNAVAILABLE, headers={"Retry-After": str(RETRY_AFTER)})
    remember_how_to_reach_us()
    return HttpResponse(render_to_string("500.html", _known), status=HTTPStatus.INTERNAL_SERVER_ERROR)
