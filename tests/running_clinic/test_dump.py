"""A stolen copy of the database, of a log or of an address tells nothing about a patient."""

import base64
import hashlib
import re
import shutil
import subprocess
from contextlib import closing

import psycopg
import pytest
from django.conf import settings
from psycopg import sql

from clinic import postgres
from tests.running import wait_until
from tests.running_clinic.conftest import put_right
from tests.visitor import Visitor

WHO = "daniel-okafor"
PATIENT = {
    "full_name": "Zephyrine Quackenbush",
    "email": "Zephyrine.Q+private@quackenbush-mail.example",
    "phone": "(202) 555-0198",
    "ask_for": "Aunt Bartholomea",
    "access_needs": "wheelchair-ramp-please",
    "note": "since-the-marmalade-incident",
}
TRIED = "SELECT count(*) FROM booking_message WHERE attempts > 0 AND sent_at IS NULL"
WORDS = "perhaps-the-grapefruit-group"  # what the front desk adds when it declines
SECRETS = [
    *PATIENT.values(), WORDS, "Zephyrine", "Quackenbush", "quackenbush-mail", "Bartholomea", "marmalade",
    "grapefruit", "+12025550198", "2025550198", "555-0198",
]  # fmt: skip


SHORTEST = 8  # fewer letters stand in any large dump by chance: what is encrypted is random text


def disguises(word: str) -> list[str]:
    """Return how *word* may stand in a text: clear, hexadecimal, base64 at each offset, or hashed without a key."""
    found = []
    for form in {word, word.lower(), word.upper()}:
        data = form.encode()
        found += [form, data.hex(), hashlib.sha256(data).hexdigest(), hashlib.md5(data).hexdigest()]
        for offset in range(3):  # the letters at both ends depend on what stands beside them
            encoded = base64.b64encode(b"\0" * offset + data).decode()
            found.append(encoded[4 if offset else 0 : len(encoded) // 4 * 4 - 4])
    return [form for form in found if len(form) >= SHORTEST]


def traces(words, text: str) -> list[str]:
    """Return those of *words* that stand in *text* in any disguise."""
    text = text.lower()
    return [word for word in words if any(form.lower() in text for form in disguises(word))]


def dump(clinic) -> str:
    """Return everything in the clinic's database as text, by `pg_dump` where it is there."""
    url = clinic.env["DATABASE_URL"]
    folder = postgres.programs(settings.CLINIC_HOME) if postgres.serving(settings.CLINIC_HOME) else None
    if program := shutil.which("pg_dump", path=folder):
        return subprocess.run([program, url], check=True, capture_output=True, text=True).stdout
    with psycopg.connect(url) as connection:
        tables = connection.execute("SELECT table_schema, table_name FROM information_schema.tables").fetchall()
        parts = []
        for table in tables:
            with connection.cursor().copy(
                sql.SQL("COPY (SELECT * FROM {}) TO STDOUT").format(sql.Identifier(*table))
            ) as rows:
                parts += [bytes(row).decode() for row in rows]
        return "".join(parts)


def decline(visitor, clinic, reference):
    """Sign in as the front desk and decline the appointment with WORDS."""
    visitor.sign_in("frontdesk@example.org", clinic.password)
    [[number]] = clinic.sql("SELECT id FROM booking_appointment WHERE reference = %s", reference)
    screen = f"/admin/appointments/{number}/"
    fields = {"csrfmiddlewaretoken": visitor.token(screen), "words": WORDS}
    assert visitor.ask(f"{screen}decline/", fields).status == 302
    assert WORDS in visitor.ask(screen).text


def submissions(visitor, service) -> list:
    """Send the form with mistakes, without its token, well, once more with a change, and for the taken time."""
    path = next(visitor.times(service, WHO))
    fields = visitor.open_form(path, **PATIENT)
    changes = [{"consent": ""}, {"csrfmiddlewaretoken": ""}, {}, {"note": PATIENT["note"] + "!"}]
    answers = [visitor.ask(path, {**fields, **change}) for change in changes]
    late = visitor.open_form(next(visitor.times(service, WHO)), **PATIENT)
    answers.append(visitor.ask(path, late))
    assert [answer.status for answer in answers if answer is not answers[3]] == [422, 403, 303, 409]
    return answers


@pytest.fixture(scope="module")
def stolen(running_clinic):
    """What a thief gets after a patient has booked, mistyped, come too late and been declined.

    One copy is taken while messages wait for a worker, one while no mail server takes them, one at the end.
    """
    clinic = running_clinic
    with closing(Visitor(clinic.base)) as visitor, put_right(clinic):
        clinic.stop_worker()
        answers = submissions(visitor, "first-visit") + submissions(visitor, "check-in-call")
        copies = {"the database while messages wait": dump(clinic)}

        clinic.mailbox.close()
        clinic.start_worker()
        wait_until(lambda: clinic.sql(TRIED)[0][0] >= 4, "the worker to find no mail server")
        copies["the database while mail fails"] = dump(clinic)

        clinic.mailbox.open()
        decline(visitor, clinic, answers[2].location.split("/")[-2])
        wait_until(lambda: clinic.mailbox.to(PATIENT["email"], WORDS), "the patient's mail", 90)
        copies["the database in the end"] = dump(clinic)

        copies["the received page"] = visitor.ask(answers[2].location).text
        copies["the addresses"] = " ".join(answer.location for answer in answers)
        for name in ("web.log", "worker.log"):
            copies[name] = (clinic.home / name).read_text()
    return copies


@pytest.mark.promise("A stolen dump, log or address tells nothing about a patient")
def test_nothing_stolen_tells_about_the_patient(stolen):
    assert {name: found for name, text in stolen.items() if (found := traces(SECRETS, text))} == {}


def test_the_dumps_hold_what_is_no_secret(stolen):
    for name in stolen:
        if "database" in name:
            assert traces(["frontdesk@example.org"], stolen[name]), name
    assert re.search(r"booking\.send_message.*message_id", stolen["the database while messages wait"])
    assert "not sent" in stolen["worker.log"]
    assert "/book/" in stolen["web.log"]


@pytest.mark.parametrize("hide", [str, str.upper, lambda word: word.encode().hex()], ids=["clear", "loud", "hex"])
def test_the_search_finds_a_secret_in_a_dump(running_clinic, hide):
    running_clinic.sql("CREATE TABLE leak AS SELECT %s::text AS words", f"before {hide(PATIENT['note'])} after")
    try:
        assert traces(SECRETS, dump(running_clinic)) == [PATIENT["note"], "marmalade"]
    finally:
        running_clinic.sql("DROP TABLE leak")


@pytest.mark.parametrize("before", ["", "a", "ab", "abc"])
def test_the_search_finds_a_secret_in_base64(before):
    hidden = base64.b64encode(f"{before}{PATIENT['full_name']} after".encode()).decode()
    assert PATIENT["full_name"] in traces(SECRETS, hidden)
