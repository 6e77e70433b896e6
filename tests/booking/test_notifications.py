"""What people are told: that it goes out once, is tried again, and says no more than it should."""

import re
from datetime import date, timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from booking import notifications
from booking.mails import OVER, compose
from booking.models import Message, ScheduleException
from booking.services import (
    answer_entry,
    ask_to_move,
    cancel_appointment,
    cancel_own,
    confirm_appointment,
    decline_appointment,
    decline_move,
    keep_deadlines,
    offer_time,
    propose_move,
)
from clinic.models import ClinicDetails, Practitioner, Service
from tests.builders import NOW, ask, at, make_user, one_message_of_each_kind, wish

SECRETS = {"full_name": "Zebulon Quartz", "email": "zeb@quartz.example", "phone": "+12025550143",
           "note": "the cellar door", "ask_for": "Bertrand", "access_needs": "a wide lift"}  # fmt: skip
OWN_LINK = re.compile(r"http://[^\s\"]+/book/manage/[\w-]{43}/")
CLINIC_WORDS = ("Quiet Room", "Quokka", "Panic")  # the clinic's name, the service, a speciality


class BrokenServer(BaseEmailBackend):
    """A mail server that is away, and whose error repeats what it was given."""

    def send_messages(self, email_messages):
        raise OSError(f"no route to {email_messages[0].to}")


@pytest.fixture
def staff(db):
    return make_user("robin@example.org")


@pytest.fixture
def visit(service, robin, staff):
    Practitioner.objects.update(user=staff, specialities=["Panic"])
    robin.refresh_from_db()
    return {"service": service, "practitioner": robin, "starts_at": at(5, 10), **SECRETS}


def message(kind, recipient="patient") -> Message:
    return Message.objects.get(kind=kind, recipient=recipient)


def sent(kind, recipient="patient"):
    """Send the message and return what went out."""
    assert notifications.send(message(kind, recipient).pk, now=NOW)
    return mail.outbox[-1]


def everything(one) -> str:
    """Headers, both bodies and every attachment as text."""
    headers = [str(value) for value in one.message().values()]
    return "\n".join([*headers, one.body, *(content for content, _ in one.alternatives), *files(one)])


def files(one) -> list[str]:
    """What is attached, as text."""
    return [content if isinstance(content, str) else content.decode() for _, content, _ in one.attachments]


def test_a_message_is_sent_once_and_marked(visit):
    ask(**visit)
    row = message("request_received")

    assert notifications.send(row.pk, now=NOW) is True
    assert notifications.send(row.pk, now=NOW + timedelta(days=1)) is False
    row.refresh_from_db()
    assert (row.sent_at, row.attempts, row.last_error) == (NOW, 1, "")
    assert [one.to for one in mail.outbox] == [["zeb@quartz.example"]]


def test_a_call_to_make_and_a_row_that_is_gone_are_no_mail(visit):
    ask(**{**visit, "contact_by": "call"})

    assert notifications.send(message("request_received").pk, now=NOW) is False
    assert notifications.send(10**9, now=NOW) is False
    assert mail.outbox == []


def test_while_the_mail_server_is_away_the_waits_grow_up_to_ten_minutes(visit, settings):
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    ask(**visit)
    row, now, waits = message("request_received"), NOW, []
    for attempt in range(1, 10):
        assert notifications.send(row.pk, now=now) is False
        row.refresh_from_db()
        assert (row.attempts, row.sent_at) == (attempt, None)
        waits.append((row.not_before - now).total_seconds())
        now = row.not_before

    assert waits == [10, 20, 40, 80, 160, 320, 600, 600, 600]
    assert row.last_error == "OSError"  # never the text: it may hold an address


def test_a_message_that_failed_goes_out_when_the_server_is_back(visit, settings):
    ask(**visit)
    row, works = message("request_received"), settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{__name__}.BrokenServer"
    notifications.send(row.pk, now=NOW)
    settings.EMAIL_BACKEND = works

    assert notifications.send(row.pk, now=NOW + timedelta(seconds=10)) is True
    assert Message.objects.filter(pk=row.pk, attempts=2, last_error="", sent_at__isnull=False).exists()


def test_a_message_without_an_address_waits_until_there_is_one(visit, clinic_settings):
    clinic_settings.front_desk_email = ""
    clinic_settings.save()
    ask(**visit)
    assert notifications.send(message("new_request", "front_desk").pk, now=NOW) is False
    row = message("new_request", "front_desk")
    assert (row.attempts, row.last_error, row.sent_at) == (1, "NoAddress", None)

    clinic_settings.front_desk_email = "new@example.org"
    clinic_settings.save()
    assert sent("new_request", "front_desk").to == ["new@example.org"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_sweep_queues_what_is_due_unsent_and_held_by_nobody_and_nothing_twice(put_back, visit, empty_queue):
    for hour in (9, 11, 13, 15):
        ask(**{**visit, "starts_at": at(5, hour)})
    Message.objects.exclude(recipient="patient").delete()
    empty_queue()
    due, is_sent, later, held = Message.objects.order_by("pk")
    Message.objects.filter(pk=is_sent.pk).update(sent_at=NOW)
    Message.objects.filter(pk=later.pk).update(not_before=NOW + timedelta(hours=1))
    now = NOW + timedelta(minutes=1)

    worker = connection.copy()
    try:
        worker.set_autocommit(False)
        with worker.cursor() as cursor:
            cursor.execute("SELECT 1 FROM booking_message WHERE id = %s FOR UPDATE", [held.pk])
        assert notifications.send(held.pk, now=now) is False
        for _ in range(2):
            notifications.requeue_due(now=now)
            assert [job.args for job in ProcrastinateJob.objects.all()] == [{"message_id": due.pk}]
    finally:
        worker.rollback()
        worker.close()
    notifications.requeue_due(now=now)
    assert {job.args["message_id"] for job in ProcrastinateJob.objects.all()} == {due.pk, held.pk}
    assert mail.outbox == []


def test_the_sweep_leaves_a_job_that_has_just_been_queued_alone(visit):
    ask(**visit)

    assert notifications.requeue_due(now=NOW + timedelta(seconds=19)) == 0


def test_what_is_not_true_any_more_is_not_sent(visit, staff):
    confirmed = confirm_appointment(appointment_id=ask(**visit).pk, user=staff, now=NOW)
    cancel_appointment(appointment_id=confirmed.pk, user=staff, now=NOW)

    outcomes = {kind: notifications.send(message(kind).pk, now=NOW)
                for kind in ("request_received", "confirmed", "cancelled")}  # fmt: skip
    assert outcomes == {"request_received": False, "confirmed": False, "cancelled": True}
    assert [one.subject for one in mail.outbox] == ["The office: Your appointment is cancelled"]
    overtaken = Message.objects.filter(overtaken_at=NOW).values_list("kind", flat=True)
    assert set(overtaken) == {"request_received", "confirmed"}
    assert {row.recipient for row in Message.objects.due(NOW + timedelta(hours=1))} == {"front_desk", "practitioner"}


def late_answer_to(asked):
    """The mail that the answer to it is late."""
    keep_deadlines(now=asked.reply_by)
    return Message.objects.get(kind=Message.Kind.LATE_ANSWER)


def test_a_late_answer_is_not_told_once_it_is_given_or_the_patient_has_to_answer(visit, robin, staff):
    asked = ask(**visit)
    late = late_answer_to(asked)

    def is_true(now) -> bool:
        return Message.objects.get(pk=late.pk).still_true(now)

    promised = asked.reply_by
    assert is_true(promised)
    assert not is_true(promised - timedelta(minutes=1))
    to = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    move = propose_move(appointment_id=asked.pk, user=staff, now=promised, **to)
    assert not is_true(promised)
    decline_move(move_id=move.pk, now=promised)
    assert not is_true(promised)  # a new promise stands
    asked.refresh_from_db()
    assert is_true(asked.reply_by)

    confirm_appointment(appointment_id=asked.pk, user=staff, now=promised)
    assert not is_true(asked.reply_by)
    ask_to_move(appointment_id=asked.pk, now=promised, **to)
    assert is_true(asked.open_move().reply_by)


def test_a_late_answer_on_the_waiting_list_is_not_told_once_it_is_given(service, staff):
    entry = wish(service=service)
    late = late_answer_to(entry)
    assert late.still_true(NOW)
    answer_entry(entry_id=entry.pk, words="Soon.", user=staff, now=NOW)

    assert notifications.send(late.pk, now=NOW) is False


def test_an_offer_that_has_ended_is_not_sent(service, robin, staff):
    entry = wish(service=service)
    to = {"practitioner": robin, "starts_at": at(6, 11), "mode": None, "now": NOW}
    offer = offer_time(entry_id=entry.pk, user=staff, **to)
    row = offer.messages.get()

    assert row.still_true(offer.offer_expires_at - timedelta(seconds=1))
    assert notifications.send(row.pk, now=offer.offer_expires_at) is False


def every_mail(visit, staff):
    """All mails that one patient and the staff can get, by kind and recipient."""
    confirmed = confirm_appointment(appointment_id=ask(**visit).pk, user=staff, now=NOW)
    cancel_appointment(appointment_id=confirmed.pk, user=staff, now=NOW, words="Robin is ill.")
    declined = ask(**{**visit, "starts_at": at(5, 12)})
    Message.objects.filter(appointment=declined).delete()
    decline_appointment(appointment_id=declined.pk, user=staff, now=NOW, words="Robin is away <then>.")
    Service.objects.update(confirmation=Service.Confirmation.AUTOMATIC)
    visit["service"].refresh_from_db()
    automatic = ask(**{**visit, "starts_at": at(5, 14)})
    Message.objects.filter(appointment=automatic, recipient="patient").delete()
    mails = {}
    for row in Message.objects.select_related("appointment"):
        mails[row.kind, row.recipient] = one = compose(row, now=NOW)
        one.row, one.about = row, row.appointment
    assert len(mails) == 8
    return mails


def title_of(one) -> str:
    """What shows on a telephone that is locked: sender and subject, and the calendar's title."""
    return "\n".join([one.from_email, one.subject, *re.findall("SUMMARY:.*", "".join(files(one)))])


def test_no_sender_subject_or_title_tells_what_it_is_about(visit, staff):
    for one in every_mail(visit, staff).values():
        assert "The office" in title_of(one)
        assert not [word for word in (*CLINIC_WORDS, *SECRETS.values()) if word in title_of(one)]


def test_a_discreet_patient_reads_no_name_of_ours_anywhere(visit, staff):
    visit["discreet"] = True
    for (_, recipient), one in every_mail(visit, staff).items():
        hidden = (*CLINIC_WORDS, "The office", "Robin Vale", "Alder", "http") if recipient == "patient" else ()
        words = OWN_LINK.sub("", everything(one))  # its host tells no more than the sender's address does
        assert not [word for word in hidden if word in words]


def test_staff_read_reference_service_time_and_link_and_nothing_about_the_patient(visit, staff):
    mails = [one for (_, recipient), one in every_mail(visit, staff).items() if recipient != "patient"]

    assert {one.to[0] for one in mails} == {"desk@example.org", "robin@example.org"}
    for one in mails:
        for body in (one.body, one.alternatives[0][0]):
            for word in (one.about.reference, "Quokka sessions", "Thursday, March 5 at", "EST",
                         f"/admin/appointments/{one.about.pk}/"):  # fmt: skip
                assert word in body
        secrets = (*SECRETS.values(), "Zebulon", "555-0143", "5550143")
        assert not [word for word in secrets if word in everything(one)]


def test_the_patient_reads_by_when_we_answer_and_how_to_reach_us(visit):
    ask(**visit)
    one = sent("request_received")

    for body in (one.body, one.alternatives[0][0]):
        assert "We reply by Monday, March 2 at 2 pm" in body
        assert "Thursday, March 5 at 10 am" in body
        assert "(202) 555-0100" in body
        assert "Quokka" not in body


def test_the_words_of_a_refusal_reach_the_patient_as_they_were_written(visit, staff):
    one = every_mail(visit, staff)["declined", "patient"]

    assert "Robin is away <then>." in one.body
    assert "Robin is away &lt;then&gt;." in one.alternatives[0][0]
    assert "/book/" in one.body


def test_whoever_loses_a_time_reads_which_are_open_now(visit, staff, robin):
    one = every_mail(visit, staff)["declined", "patient"]

    for body in (one.body, one.alternatives[0][0]):
        for open_day in ("Tuesday, March 3 at 10 am", "Wednesday, March 4 at 9 am", "Thursday, March 5 at 9 am"):
            assert open_day in body
    always_away = {"kind": ScheduleException.Kind.OFF, "starts_on": date(2026, 3, 1), "ends_on": date(2026, 12, 31)}
    ScheduleException.objects.create(practitioner=robin, **always_away)
    assert "open right now" not in compose(one.row, now=NOW).body


@pytest.mark.parametrize(("when", "words"), [(NOW, "You were in time"), (at(5, 9), "it counts as a late cancellation")])
def test_who_cancels_themselves_is_thanked_and_told_whether_it_was_late(visit, staff, when, words):
    confirmed = confirm_appointment(appointment_id=ask(**visit).pk, user=staff, now=NOW)
    cancel_own(appointment_id=confirmed.pk, now=when)
    body = sent("cancelled").body

    assert "Thank you for telling us." in body
    assert words in body
    assert "sorry" not in body


def test_a_cancellation_by_the_clinic_says_sorry(visit, staff):
    body = every_mail(visit, staff)["cancelled", "patient"].body

    assert "We are sorry" in body
    assert "Thank you for telling us" not in body


@pytest.mark.parametrize(
    ("contact_by", "words"), [("email", "has been sent an apology"), ("text", "Please text them."),
                              ("call", "Please call them.")]
)  # fmt: skip
def test_staff_read_whether_they_must_tell_the_patient_that_a_request_has_ended(visit, contact_by, words):
    asked = ask(**visit, contact_by=contact_by)
    Message.objects.filter(appointment=asked).exclude(kind="new_request").delete()
    Message.objects.filter(recipient="front_desk").update(kind="request_expired")
    body = compose(message("request_expired", "front_desk"), now=NOW).body

    assert words in body
    assert ("apology" in body) == (contact_by == "email")


def test_a_calendar_file_comes_with_what_calendars_must_hear_of(visit, staff):
    for (kind, recipient), one in every_mail(visit, staff).items():
        expected = ["appointment.ics"] if recipient == "patient" and kind in ("confirmed", "cancelled") else []
        assert [name for name, _, _ in one.attachments] == expected


def test_headers_tell_machines_what_this_is_and_stay_the_same_when_it_is_sent_again(visit, staff, settings):
    settings.DEFAULT_FROM_EMAIL = "Clinic <office@clinic.example>"
    ids = set()
    for start in (at(5, 10), at(5, 12)):
        row = ask(**{**visit, "starts_at": start}).messages.first()
        first, second = (compose(row, now=NOW + timedelta(days=days)) for days in (0, 1))
        assert first.extra_headers == second.extra_headers
        assert first.message()["Auto-Submitted"] == "auto-generated"
        assert re.fullmatch(r"<[^<>@\s]+@clinic\.example>", first.message()["Message-ID"])
        assert first.message()["From"] == "The office <office@clinic.example>"
        ids.add(first.message()["Message-ID"])
    assert len(ids) == 2


@pytest.mark.parametrize(("discreet", "replies"), [(False, ["desk@example.org"]), (True, [])])
def test_a_reply_reaches_the_front_desk_unless_its_address_would_tell_too_much(visit, discreet, replies):
    ask(**visit, discreet=discreet)
    assert sent("request_received").reply_to == replies
    assert compose(message("new_request", "front_desk"), now=NOW).reply_to == []


def test_without_a_front_desk_a_reply_goes_to_the_sender(visit):
    ClinicDetails.objects.update(front_desk_email="")
    ask(**visit)
    assert sent("request_received").reply_to == []


def test_a_name_of_two_lines_makes_no_mail_fail(visit):
    ClinicDetails.objects.update(message_name="The\n office")
    ask(**visit)
    assert sent("request_received").message()["From"].startswith("The office <")


def test_nothing_that_is_typed_becomes_a_header(visit, staff):
    visit |= {name: f"{SECRETS[name]}\r\nBcc: evil@example.com\r\n\r\nBuy" for name in ("full_name", "note", "ask_for")}
    allowed = {"Content-Type", "MIME-Version", "Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"}
    for one in every_mail(visit, staff).values():
        assert set(one.message().keys()) - {"Reply-To"} == allowed
        assert one.message().get("Reply-To") in (None, "desk@example.org")
        assert one.recipients() == one.to


def test_html_part_has_the_subject_as_its_title(visit):
    ask(**visit)
    one = sent("request_received")
    assert f"<title>{one.subject}</title>" in one.alternatives[0].content


def test_a_mail_that_goes_out_late_promises_nothing_that_is_past(service, robin, staff):
    late = set()
    for row in one_message_of_each_kind(service=service, practitioner=robin, user=staff):
        body = " ".join(compose(row, now=at(4, 10)).body.split())
        assert "We reply by" not in body
        if "We are late with our answer" in body:
            late.add(row.kind)
    assert late == {"request_received", "changed", "move_asked", "wish_received"}


def test_every_kind_of_message_has_words_and_no_title_tells_what_it_is_about(service, robin, staff):
    Practitioner.objects.update(specialities=["Panic"])
    for row in one_message_of_each_kind(service=service, practitioner=robin, user=staff):
        one = compose(row, now=NOW)
        assert one.subject.startswith("The office: ")
        assert not [word for word in (*CLINIC_WORDS, "Ada", "Wren", "First line") if word in title_of(one)]
        assert "None" not in one.body
        assert "{{" not in everything(one)
        if row.recipient == "patient" and row.appointment and row.kind not in OVER:
            assert OWN_LINK.search(one.body)
