"""What happens by itself: late answers are escalated, and what nobody answered ends kindly."""

from datetime import timedelta

import pytest

from booking.models import AppointmentEvent, Message, Status
from booking.services import (
    answer_entry,
    confirm_appointment,
    deadlines,
    keep_deadlines,
    mark_attendance,
    propose_move,
)
from booking.services.states import NotPossible
from clinic.models import ClinicDetails
from tests.booking.pages import mail_of
from tests.builders import NOW, ask, at, make_user, wish


@pytest.fixture
def request_(service, robin):
    """A request for Thursday at 10, made on Monday at 10, answered by 14."""
    ClinicDetails.objects.update(manager_email="manager@example.org")
    return ask(service=service, practitioner=robin, starts_at=at(5, 10))


def told(appointment, kind) -> list[str]:
    return list(appointment.messages.filter(kind=kind).order_by("pk").values_list("recipient", flat=True))


def test_until_the_promise_is_late_nobody_is_disturbed(request_):
    assert keep_deadlines(now=request_.reply_by - timedelta(seconds=1)) == 0


def test_a_late_answer_keeps_its_time_and_goes_to_the_front_desk_then_to_the_manager(request_):
    for now in (request_.reply_by, request_.reply_by, request_.reply_by + timedelta(minutes=59)):
        keep_deadlines(now=now)
    assert told(request_, Message.Kind.LATE_ANSWER) == ["front_desk"]

    for hours in (1, 2, 3):
        keep_deadlines(now=request_.reply_by + timedelta(hours=hours))
    assert told(request_, Message.Kind.LATE_ANSWER) == ["front_desk", "manager"]
    request_.refresh_from_db()
    assert request_.status == Status.REQUESTED
    assert request_.claims.filter(active=True).exists()


def test_an_answered_request_is_never_late(request_):
    confirm_appointment(appointment_id=request_.pk, user=make_user("a@example.org"), now=NOW)
    assert keep_deadlines(now=request_.reply_by + timedelta(hours=9)) == 0


def test_while_the_patient_considers_another_time_staff_are_not_late(request_, robin):
    user = make_user("a@example.org")
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    propose_move(appointment_id=request_.pk, user=user, now=request_.reply_by - timedelta(minutes=1), **where)
    keep_deadlines(now=request_.reply_by)

    assert told(request_, Message.Kind.LATE_ANSWER) == []


def test_a_request_that_nobody_answers_ends_two_hours_before_its_start_with_an_apology(request_, service, robin):
    keep_deadlines(now=at(5, 8) - timedelta(seconds=1))
    request_.refresh_from_db()
    assert request_.status == Status.REQUESTED

    keep_deadlines(now=at(5, 8))
    keep_deadlines(now=at(5, 8))
    request_.refresh_from_db()
    assert request_.status == Status.EXPIRED
    assert not request_.claims.filter(active=True).exists()
    assert told(request_, Message.Kind.EXPIRED) == ["patient"]
    assert "front_desk" in told(request_, Message.Kind.REQUEST_EXPIRED)
    last = request_.events.last()
    assert (last.kind, last.actor, last.reason) == ("expired", "system", AppointmentEvent.Reason.NOT_ANSWERED)


def test_a_visit_is_marked_once_it_has_begun_and_may_be_put_right(request_):
    user = make_user("a@example.org")
    confirm_appointment(appointment_id=request_.pk, user=user, now=NOW)
    with pytest.raises(NotPossible):
        mark_attendance(appointment_id=request_.pk, user=user, now=at(5, 9), came=True)

    assert mark_attendance(appointment_id=request_.pk, user=user, now=at(5, 11), came=False).status == Status.NO_SHOW
    assert mark_attendance(appointment_id=request_.pk, user=user, now=at(5, 12), came=True).status == Status.COMPLETED
    assert request_.claims.filter(active=True).exists()


def test_one_row_that_fails_keeps_no_other_from_its_deadline(request_, service, robin, monkeypatch, caplog):
    other = ask(service=service, practitioner=robin, starts_at=at(5, 12))
    expire = deadlines.expire_request

    def expire_but_one(pk, now):
        if pk == request_.pk:
            raise ValueError(request_.full_name)
        return expire(pk, now)

    expire_but_one.__name__ = expire.__name__
    monkeypatch.setattr(deadlines, "expire_request", expire_but_one)
    keep_deadlines(now=at(5, 10))

    other.refresh_from_db()
    assert other.status == Status.EXPIRED
    assert f"expire_request {request_.pk} failed: ValueError" in caplog.text
    assert request_.full_name not in caplog.text


def test_after_a_proposal_that_nobody_took_a_request_waits_anew_and_nobody_is_blamed(request_, robin):
    user = make_user("a@example.org")
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    move = propose_move(appointment_id=request_.pk, user=user, now=NOW, **where)
    assert request_.reply_by == move.expires_at  # both after four opening hours
    keep_deadlines(now=move.expires_at)

    assert told(request_, Message.Kind.LATE_ANSWER) == []
    request_.refresh_from_db()
    assert request_.reply_by > move.expires_at
    keep_deadlines(now=request_.reply_by)
    assert told(request_, Message.Kind.LATE_ANSWER) == ["front_desk"]


@pytest.mark.parametrize("told_the_patient", [True, False])
def test_a_request_that_ends_with_what_we_proposed_says_who_did_not_answer(request_, robin, told_the_patient):
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    user = make_user("a@example.org")
    move = propose_move(appointment_id=request_.pk, user=user, now=at(4, 20), **where)
    assert move.expires_at == at(5, 8)
    if told_the_patient:
        request_.messages.filter(kind=Message.Kind.MOVE_PROPOSED).update(sent_at=at(4, 20))
    keep_deadlines(now=at(5, 8))

    request_.refresh_from_db()
    last = request_.events.last()
    assert (request_.status, last.reason) == (Status.EXPIRED, AppointmentEvent.Reason.PROPOSED)
    assert not request_.claims.filter(active=True).exists()
    mail = mail_of(request_, Message.Kind.EXPIRED, "patient")
    assert ("We proposed another time and have not heard from you" in mail) is told_the_patient
    assert ("That was our mistake" in mail) is not told_the_patient
    staff = mail_of(request_, Message.Kind.REQUEST_EXPIRED, "front_desk")
    assert ("The patient did not answer the time that we proposed" in staff) is told_the_patient
    assert ("The patient could not be told of the time that we proposed" in staff) is not told_the_patient


def test_what_must_wait_for_the_manager_or_the_patient_keeps_no_other_from_its_turn(
    request_, service, robin, monkeypatch
):
    monkeypatch.setattr(deadlines, "AT_ONCE", 1)
    later = [ask(service=service, practitioner=robin, starts_at=at(5, hour)) for hour in (12, 14)]
    keep_deadlines(now=request_.reply_by)
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    propose_move(appointment_id=later[0].pk, user=make_user("a@example.org"), now=request_.reply_by, **where)
    keep_deadlines(now=request_.reply_by)

    assert [told(one, Message.Kind.LATE_ANSWER) for one in (request_, *later)] == [["front_desk"], [], ["front_desk"]]


def test_whoever_is_answered_while_the_worker_looks_is_not_late(service):
    entry = wish(service=service)
    answer_entry(entry_id=entry.pk, words="Soon.", user=make_user("a@example.org"), now=NOW)

    assert deadlines.remind_of_entry(entry.pk, entry.reply_by) is False


@pytest.mark.parametrize("nobody", ["front_desk_email", "manager_email"])
def test_the_history_names_only_those_who_could_be_told(request_, nobody):
    ClinicDetails.objects.update(**{nobody: ""})
    for hours in (0, 2):
        keep_deadlines(now=request_.reply_by + timedelta(hours=hours))
    reasons = set(request_.events.filter(kind="late_answer").values_list("reason", flat=True))
    everybody = {"front_desk_email": "front_desk", "manager_email": "manager"}
    assert reasons == set(everybody.values()) - {everybody[nobody]}
    assert told(request_, Message.Kind.LATE_ANSWER) == sorted(reasons)
