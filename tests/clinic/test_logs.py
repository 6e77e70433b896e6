"""What stays out of the logs."""

import logging

import pytest

from clinic.logs import NoSecretAddresses


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("Not Found: /calendars/abc_-9.ics", "Not Found: /calendars/…"),
        ('"GET /book/manage/abc/ HTTP/1.1" 404', '"GET /book/manage/…/ HTTP/1.1" 404'),
        ("Forbidden (Referer): /book/manage/abc", "Forbidden (Referer): /book/manage/…"),
        ("Not Found: /book/manage/", "Not Found: /book/manage/"),
        ("100% of /calendars/ is fine", "100% of /calendars/ is fine"),
    ],
)
def test_only_the_secret_part_of_a_line_is_left_out(line, kept):
    record = logging.LogRecord("django.request", logging.WARNING, "", 0, "%s", (line,), None)

    assert NoSecretAddresses().filter(record)
    assert record.getMessage() == kept


def test_django_writes_no_secret_of_a_link_that_is_refused(client, db, capsys, settings):
    """With the handler of the settings; the control writes the same line without its filter."""
    secret = "s3cret" * 7
    handler = next(one for one in logging.getLogger("django").handlers if one.filters)
    written, stream = [], handler.stream
    handler.stream = type("Lines", (), {"write": lambda self, text: written.append(text), "flush": lambda self: None})()
    unfiltered = logging.Handler()
    unfiltered.emit = lambda record: control.append(record.getMessage())
    control = []
    logging.getLogger("django").handlers.insert(0, unfiltered)
    try:
        client.get(f"/book/manage/{secret}/")
    finally:
        handler.stream = stream
        logging.getLogger("django").handlers.remove(unfiltered)

    assert secret in "".join(control)
    assert "/book/manage/…/" in "".join(written)
    assert secret not in "".join(written)
