"""The least that a booking can cost: a WSGI application that inserts one row under the constraint of our claims."""

import os
from http import HTTPStatus
from threading import local
from urllib.parse import parse_qs

import psycopg

TABLE = """
    CREATE TABLE bare_claim (
        id bigserial PRIMARY KEY, practitioner_id bigint, starts_at timestamptz, ends_at timestamptz,
        EXCLUDE USING gist (practitioner_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
    )
"""
INSERT = "INSERT INTO bare_claim (practitioner_id, starts_at, ends_at) VALUES (%s, %s, %s)"
mine = local()  # a connection for each thread of the server


def application(environ, start_response):
    """Insert what the form holds; 303, or 409 where the time is taken."""
    if not hasattr(mine, "connection"):
        mine.connection = psycopg.connect(os.environ["DATABASE_URL"], autocommit=True)
    body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)).decode()
    form = {name: values[0] for name, values in parse_qs(body).items()}
    status = HTTPStatus.SEE_OTHER
    try:
        mine.connection.execute(INSERT, [form["practitioner"], form["starts_at"], form["ends_at"]])
    except psycopg.errors.ExclusionViolation:
        status = HTTPStatus.CONFLICT
    start_response(f"{status.value} {status.phrase}", [("Location", "/"), ("Content-Length", "0")])
    return [b""]
