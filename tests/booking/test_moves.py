"""Moving never loses a place: the old time stays until the new one is sure."""

from contextlib import nullcontext
from datetime import timedelta

import pytest

from booking.models import AppointmentEvent, Message, Move, Status, TimeClaim
from booking.services import (
    NotPossible,
    TimeTaken,
    accept_move,
    ask_to_move,
    cancel_own,
    confirm_appointment,
    decline_move,
    keep_deadlines,
    move_agreed,
    propose_move,
    withdraw_move,
)
from clinic.models import Mode, Service, User
from tests.booking.pages import mail_of, soup
from tests.builders import NOW, ask, at, make_practitioner, make_service, make_user, signed_in

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def user(db):
    return make_user("desk@example.org")


@pytest.fixture
def confirmed(service, robin, user):
    """A visit on Thursday at 10."""
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    return confirm_appointment(appointment_id=asked.pk, user=user, now=NOW)


def to(person, day, hour, minute=0, now=LATER):
    """Where to move."""
    return {"practitioner": person, "starts_at": at(day, hour, minute), "mode": None, "now": now}


def held(appointment) -> set:
    """The starts that the appointment holds."""
    return set(appointment.claims.filter(active=True).values_list("starts_at", flat=True))


def told(appointment, recipient="patient") -> list[str]:
    """What was queued for the patient, in order."""
    return list(appointment.messages.filter(recipient=recipient).order_by("pk").values_list("kind", flat=True))


def test_a_move_that_needs_approval_holds_both_times(confirmed, robin):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))

    confirmed.refresh_from_db()
    assert confirmed.starts_at == at(5, 10)
    assert held(confirmed) == {at(5, 10), at(6, 11)}
    assert told(confirmed)[-1] == Message.Kind.MOVE_ASKED
    assert confirmed.open_move().reply_by < confirmed.open_move().expires_at == at(5, 8)


def test_accepted_the_new_time_is_taken_and_the_old_one_is_free(confirmed, robin, service, user):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    after = accept_move(move_id=confirmed.open_move().pk, user=user, now=LATER)

    after.refresh_from_db()
    assert (after.status, after.starts_at, held(after)) == (Status.CONFIRMED, at(6, 11), {at(6, 11)})
    assert after.sequence > confirmed.sequence
    assert told(after)[-1] == Message.Kind.MOVED
    assert ask(service=service, practitioner=robin, starts_at=at(5, 10)).pk  # somebody else may have the old time


def test_declined_the_old_time_stays_and_the_new_one_is_free(confirmed, robin, service, user):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    decline_move(move_id=confirmed.open_move().pk, user=user, now=LATER, words="Robin is full.")

    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.starts_at, held(confirmed)) == (Status.CONFIRMED, at(5, 10), {at(5, 10)})
    assert told(confirmed)[-1] == Message.Kind.MOVE_DECLINED
    assert ask(service=service, practitioner=robin, starts_at=at(6, 11)).pk


def test_withdrawn_the_old_time_stays(confirmed, robin):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    withdraw_move(move_id=confirmed.open_move().pk, now=LATER)

    assert held(confirmed) == {at(5, 10)}
    assert confirmed.moves.get().state == Move.State.WITHDRAWN


def test_not_answered_in_time_the_old_time_stays(confirmed, robin):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    keep_deadlines(now=at(5, 8))

    confirmed.refresh_from_db()
    assert (confirmed.status, confirmed.starts_at, held(confirmed)) == (Status.CONFIRMED, at(5, 10), {at(5, 10)})
    assert confirmed.moves.get().state == Move.State.EXPIRED
    assert told(confirmed)[-1] == told(confirmed, "front_desk")[-1] == Message.Kind.MOVE_EXPIRED
    apology, note = mail_of(confirmed, "move_expired", "patient"), mail_of(confirmed, "move_expired", "front_desk")
    assert "We are sorry. You asked for another time, and nobody here answered" in apology
    assert "Thursday, March 5 at 10 am" in apology
    assert "Nobody answered this wish to move" in note
    assert "The patient has been sent an apology." in note


def test_a_patient_who_was_not_told_of_a_proposal_is_not_blamed(confirmed, robin, user):
    propose_move(appointment_id=confirmed.pk, user=user, **to(robin, 6, 11))
    keep_deadlines(now=at(5, 8))

    assert "could not tell you in time. We are sorry." in mail_of(confirmed, "move_expired", "patient")
    assert "The patient could not be told" in mail_of(confirmed, "move_expired", "front_desk")


def test_an_old_time_that_stays_is_not_told_once_it_has_moved(confirmed, robin, user):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    decline_move(move_id=confirmed.open_move().pk, user=user, now=LATER)
    late = confirmed.messages.get(kind="move_declined")
    assert late.still_true(LATER)
    move_agreed(appointment_id=confirmed.pk, user=user, **to(robin, 6, 14))
    assert not Message.objects.get(pk=late.pk).still_true(LATER)


def test_a_request_that_ends_with_the_proposal_is_told_once(service, robin, user):
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    move = propose_move(appointment_id=asked.pk, user=user, **to(robin, 6, 11))
    Move.objects.filter(pk=move.pk).update(expires_at=at(5, 8))
    keep_deadlines(now=at(5, 8))

    asked.refresh_from_db()
    assert asked.status == Status.EXPIRED
    assert [kind for kind in told(asked) if kind in ("move_expired", "expired")] == ["expired"]


def test_staff_read_which_time_a_patient_keeps_who_declines_a_proposal(confirmed, robin, user):
    move = propose_move(appointment_id=confirmed.pk, user=user, **to(robin, 6, 11))
    decline_move(move_id=move.pk, now=LATER)
    words = mail_of(confirmed, "offer_declined", "front_desk")
    assert "The patient keeps the time below" in words
    assert "Thursday, March 5 at 10 am" in words


def test_of_what_the_patient_left_unanswered_nobody_says_sorry(confirmed, robin, user):
    propose_move(appointment_id=confirmed.pk, user=user, **to(robin, 6, 11))
    confirmed.messages.update(sent_at=LATER)
    keep_deadlines(now=at(5, 8))

    assert "have not heard from you" in mail_of(confirmed, "move_expired", "patient")
    assert "The patient did not answer the time that we proposed." in mail_of(confirmed, "move_expired", "front_desk")


def test_a_move_that_needs_no_approval_is_one_step(robin, user):
    service = make_service(confirmation=Service.Confirmation.AUTOMATIC)
    robin.services.add(service)
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    after = ask_to_move(appointment_id=visit.pk, **to(robin, 6, 11))

    assert (after.status, after.starts_at, held(after)) == (Status.CONFIRMED, at(6, 11), {at(6, 11)})
    assert told(after)[-1] == Message.Kind.MOVED
    assert "moved_by_patient" in told(after, "front_desk")


def test_late_a_move_needs_approval_even_where_the_service_confirms_itself(robin):
    service = make_service(confirmation=Service.Confirmation.AUTOMATIC, late_cancellation_hours=72)
    robin.services.add(service)
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    ask_to_move(appointment_id=visit.pk, **to(robin, 6, 11, now=at(3, 9)))

    assert held(visit) == {at(5, 10), at(6, 11)}


def test_a_request_without_an_answer_simply_asks_for_another_time(service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    after = ask_to_move(appointment_id=visit.pk, **to(robin, 6, 11))

    assert (after.status, after.starts_at, held(after)) == (Status.REQUESTED, at(6, 11), {at(6, 11)})
    assert told(after)[-1] == Message.Kind.CHANGED


def test_a_move_by_half_an_hour_that_overlaps_the_old_time_works(confirmed, robin, user):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 5, 10, 30))
    after = accept_move(move_id=confirmed.open_move().pk, user=user, now=LATER)

    assert (after.starts_at, held(after)) == (at(5, 10, 30), {at(5, 10, 30)})


def test_a_move_to_another_person_works(confirmed, service, user):
    other = make_practitioner(services=[service], name="Noor Hale")
    ask_to_move(appointment_id=confirmed.pk, **to(other, 5, 10))
    after = accept_move(move_id=confirmed.open_move().pk, user=user, now=LATER)

    after.refresh_from_db()
    assert after.practitioner == other
    assert list(TimeClaim.objects.filter(active=True).values_list("practitioner", flat=True)) == [other.pk]


def test_a_time_of_somebody_else_is_refused_and_nothing_changes(confirmed, service, robin):
    ask(service=service, practitioner=robin, starts_at=at(6, 11))
    with pytest.raises(TimeTaken):
        ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))

    confirmed.refresh_from_db()
    assert (confirmed.starts_at, held(confirmed)) == (at(5, 10), {at(5, 10)})


def test_a_second_wish_waits_until_the_first_is_answered(confirmed, robin):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    with pytest.raises(NotPossible):
        ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 14))


def test_cancelling_lets_go_of_both_times(confirmed, robin):
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 6, 11))
    cancel_own(appointment_id=confirmed.pk, now=LATER)

    assert held(confirmed) == set()
    assert confirmed.open_move() is None


def test_what_staff_propose_is_taken_by_the_patient_and_confirms_a_request(service, robin, user):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    move = propose_move(appointment_id=visit.pk, user=user, words="Would Friday do?", **to(robin, 6, 11))
    with pytest.raises(NotPossible):
        accept_move(move_id=move.pk, user=user, now=LATER)  # not for staff to accept
    after = accept_move(move_id=move.pk, now=LATER)

    after.refresh_from_db()
    assert (after.status, after.starts_at, held(after)) == (Status.CONFIRMED, at(6, 11), {at(6, 11)})


def test_what_staff_propose_may_be_left_and_the_request_waits_anew(service, robin, user):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    move = propose_move(appointment_id=visit.pk, user=user, **to(robin, 6, 11))
    after = decline_move(move_id=move.pk, now=LATER + timedelta(hours=3))

    assert (after.status, held(after)) == (Status.REQUESTED, {at(5, 10)})
    assert after.reply_by > visit.reply_by


def test_agreed_on_the_telephone_staff_move_at_once(service, robin, user):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10))
    after = move_agreed(appointment_id=visit.pk, user=user, **to(robin, 6, 11))

    assert (after.status, after.starts_at, held(after)) == (Status.CONFIRMED, at(6, 11), {at(6, 11)})
    kinds = list(after.events.values_list("kind", flat=True))
    assert kinds == [AppointmentEvent.Kind.REQUESTED, AppointmentEvent.Kind.CONFIRMED, AppointmentEvent.Kind.MOVED]


def test_whoever_said_they_come_is_asked_anew_after_a_move(confirmed, robin, user):
    confirmed.attendance_confirmed_at = NOW
    confirmed.save()
    after = move_agreed(appointment_id=confirmed.pk, user=user, **to(robin, 6, 11))

    assert after.attendance_confirmed_at is None


def test_nobody_moves_to_a_visit_by_phone_without_a_number(confirmed, robin, service):
    service.modes = ["in_person", "phone"]
    service.save()
    by_phone = {**to(robin, 6, 11), "mode": Mode.PHONE}
    with pytest.raises(NotPossible, match="telephone number"):
        ask_to_move(appointment_id=confirmed.pk, **by_phone)
    assert held(confirmed) == {at(5, 10)}

    confirmed.phone = "+12025550143"
    confirmed.set_hashes()
    confirmed.save()
    ask_to_move(appointment_id=confirmed.pk, **by_phone)
    assert held(confirmed) == {at(5, 10), at(6, 11)}


@pytest.fixture
def by_video(service, robin, user):
    """A visit by video on Thursday at 10."""
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10), mode=Mode.VIDEO)
    return confirm_appointment(appointment_id=asked.pk, user=user, now=NOW)


@pytest.mark.parametrize("move", [move_agreed, propose_move, ask_to_move])
def test_a_visit_by_video_stays_one_at_another_time(by_video, robin, user, move):
    who = {} if move is ask_to_move else {"user": user}
    move(appointment_id=by_video.pk, **who, **to(robin, 6, 11))

    by_video.refresh_from_db()
    assert (by_video.open_move() or by_video).mode == Mode.VIDEO


def test_where_it_cannot_be_by_video_the_first_way_is_taken_and_a_wanted_one_before_all(by_video, service, robin, user):
    wanted = {**to(robin, 6, 11), "mode": Mode.IN_PERSON}
    assert move_agreed(appointment_id=by_video.pk, user=user, **wanted).mode == Mode.IN_PERSON

    move_agreed(appointment_id=by_video.pk, user=user, **{**to(robin, 6, 12), "mode": Mode.VIDEO})
    robin.schedules.filter(weekday=0).update(modes=["in_person"])
    assert move_agreed(appointment_id=by_video.pk, user=user, **to(robin, 9, 10)).mode == Mode.IN_PERSON


def test_a_visit_by_video_never_becomes_one_by_phone_unasked(by_video, service, robin, user):
    service.modes = ["phone", "video"]  # the first way would need a number
    service.save()
    assert move_agreed(appointment_id=by_video.pk, user=user, **to(robin, 6, 11)).mode == Mode.VIDEO


def test_staff_who_move_a_visit_by_video_see_times_by_video_first(by_video, admin_client, clock):
    page = soup(admin_client.get(f"/admin/appointments/{by_video.pk}/move/"))
    assert page.select_one("select[name=mode] option[selected]")["value"] == "video"
    assert {one["value"].split()[2] for one in page.select("input[name=slot]")} == {"video"}


@pytest.mark.parametrize("move", [move_agreed, propose_move])
def test_staff_move_inside_the_notice_and_patients_do_not(confirmed, robin, user, move):
    soon = to(robin, 4, 16, now=at(4, 10))
    with pytest.raises(TimeTaken):
        ask_to_move(appointment_id=confirmed.pk, **soon)
    move(appointment_id=confirmed.pk, user=user, **soon)

    assert at(4, 16) in held(confirmed)


def test_staff_see_times_inside_the_notice_but_none_that_has_begun(confirmed, admin_client, clock):
    page = soup(admin_client.get(f"/admin/appointments/{confirmed.pk}/move/"))
    starts = [one["value"].split()[1] for one in page.select("input[name=slot]")]
    assert starts[0] == at(2, 10, 30).isoformat()  # it is 10 sharp


def test_the_time_it_has_already_changes_nothing(confirmed, service, robin, user):
    service.confirmation = Service.Confirmation.AUTOMATIC
    service.save()
    events, messages = confirmed.events.count(), confirmed.messages.count()
    ask_to_move(appointment_id=confirmed.pk, **to(robin, 5, 10))
    for move in (propose_move, move_agreed):
        with pytest.raises(NotPossible, match="the time that the visit has already"):
            move(appointment_id=confirmed.pk, user=user, **to(robin, 5, 10))

    assert (confirmed.events.count(), confirmed.messages.count()) == (events, messages)
    assert held(confirmed) == {at(5, 10)}


def test_another_way_to_meet_at_the_same_time_is_a_move(confirmed, robin, user):
    moved = move_agreed(appointment_id=confirmed.pk, user=user, **{**to(robin, 5, 10), "mode": Mode.VIDEO})
    assert (moved.mode, moved.starts_at) == (Mode.VIDEO, at(5, 10))


@pytest.mark.parametrize(("minutes_left", "possible"), [(59, False), (60, True)])
def test_nobody_is_asked_who_has_no_hour_to_answer(confirmed, robin, user, minutes_left, possible):
    last = at(5, 8)  # two hours before the visit
    now = last - timedelta(minutes=minutes_left)
    refused = nullcontext() if possible else pytest.raises(NotPossible, match="too little time is left to answer")
    with refused:
        propose_move(appointment_id=confirmed.pk, user=user, **to(robin, 6, 11, now=now))
    assert bool(confirmed.open_move()) is possible


def test_a_practitioner_who_gives_a_visit_away_lands_on_the_list(confirmed, service, robin, roles, clock):
    clinician = signed_in("Clinicians", email="robin@example.net")
    robin.user = User.objects.get(email="robin@example.net")
    robin.save()
    make_practitioner(slug="noor", name="Noor Hale", services=[service])
    slot = {"slot": f"noor {at(6, 11).isoformat()} in_person", "agreed": "yes"}
    response = clinician.post(f"/admin/appointments/{confirmed.pk}/move/", slot, follow=True)
    assert response.status_code == 200
    assert response.redirect_chain == [("/admin/appointments/", 302)]
    assert "Moved." in response.content.decode()
