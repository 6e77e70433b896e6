"""The waiting list: fair, one exclusive offer at a time, and nobody is woken at night."""

from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, Message, Status, WaitingListEntry
from booking.services import (
    EntryClosed,
    NotPossible,
    SubmissionChanged,
    TimeTaken,
    accept_offer,
    answer_entry,
    ask_to_move,
    cancel_appointment,
    cancel_own,
    close_entry,
    confirm_appointment,
    decline_offer,
    find_slot,
    keep_deadlines,
    offer_time,
)
from tests.booking.pages import soup
from tests.builders import NOW, ask, at, filled_in, make_practitioner, make_user, wish


@pytest.fixture
def user(db):
    return make_user("desk@example.org")


def wait(service, minutes=0, key=None, **fields) -> WaitingListEntry:
    """Put somebody on the list, *minutes* after NOW."""
    values = {"email": f"wren{minutes}@example.com", **fields}
    return wish(service=service, key=key, now=NOW + timedelta(minutes=minutes), **values)


@pytest.fixture
def taken(service, robin):
    """Somebody else's visit on Thursday at 10."""
    return ask(service=service, practitioner=robin, starts_at=at(5, 10))


def offers_to(entry):
    return list(entry.offers.order_by("pk"))


def test_whoever_asks_is_told_and_so_are_staff(service):
    entry = wait(service)

    kinds = set(entry.messages.values_list("kind", "recipient"))
    assert kinds == {(Message.Kind.WISH_RECEIVED, "patient"), (Message.Kind.NEW_WISH, "front_desk")}
    assert entry.reply_by == at(2, 14)


def test_the_same_form_twice_is_one_place_and_a_changed_one_is_refused(service):
    key = uuid4()
    first = wait(service, key=key, weekdays=[1])

    assert wait(service, key=key, weekdays=[1]) == first
    with pytest.raises(SubmissionChanged):
        wait(service, key=key, weekdays=[2])
    assert WaitingListEntry.objects.count() == 1


def test_a_freed_time_goes_to_whoever_came_first_and_is_theirs_alone(service, robin, taken):
    first, second = wait(service, 1), wait(service, 2)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    [offer] = offers_to(first)
    assert offers_to(second) == []
    assert (offer.status, offer.starts_at, offer.practitioner) == (Status.OFFERED, at(5, 10), robin)
    assert find_slot(service=service, practitioner=robin, starts_at=at(5, 10), now=NOW) is None
    with pytest.raises(TimeTaken):
        ask(service=service, practitioner=robin, starts_at=at(5, 10))


def test_declined_it_goes_to_the_next_and_the_first_keeps_the_place(service, robin, taken):
    first, second = wait(service, 1), wait(service, 2)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))
    decline_offer(appointment_id=offers_to(first)[0].pk, now=NOW + timedelta(minutes=20))

    assert [one.status for one in offers_to(first)] == [Status.DECLINED]
    assert [one.status for one in offers_to(second)] == [Status.OFFERED]
    first.refresh_from_db()
    assert first.is_waiting()


def test_an_offer_that_nobody_answers_ends_and_goes_to_the_next(service, robin, taken):
    first, second = wait(service, 1), wait(service, 2)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))
    end = offers_to(first)[0].offer_expires_at
    assert end == at(2, 14, 10)  # four opening hours
    keep_deadlines(now=end - timedelta(seconds=1))
    assert offers_to(second) == []
    keep_deadlines(now=end)

    assert [one.status for one in offers_to(first)] == [Status.EXPIRED]
    assert [one.status for one in offers_to(second)] == [Status.OFFERED]
    with pytest.raises(NotPossible):
        accept_offer(appointment_id=offers_to(first)[0].pk, now=end)


def test_accepted_it_is_confirmed_and_the_place_is_done_with(service, robin, taken):
    first = wait(service, 1)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))
    offer = accept_offer(appointment_id=offers_to(first)[0].pk, now=NOW + timedelta(minutes=20))

    first.refresh_from_db()
    assert (offer.status, first.state) == (Status.CONFIRMED, WaitingListEntry.State.PLACED)
    assert offer.claims.get(active=True).starts_at == at(5, 10)


@pytest.mark.parametrize(
    "wishes",
    [
        {"weekdays": [0, 1]},  # Thursday is not one of them
        {"starts_from": time(12)},
        {"starts_until": time(9, 0)},
        {"until": date(2026, 3, 4)},
        {"mode": "phone"},
    ],
    ids=str,
)
def test_whom_the_time_does_not_suit_is_passed_over(service, robin, taken, wishes):
    first, second = wait(service, 1, **wishes), wait(service, 2)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    assert offers_to(first) == []
    assert len(offers_to(second)) == 1


def test_who_waits_for_somebody_else_is_passed_over(service, robin, taken):
    other = make_practitioner(services=[service], name="Noor Hale")
    first, second = wait(service, 1, practitioner=other), wait(service, 2, practitioner=robin)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    assert (len(offers_to(first)), len(offers_to(second))) == (0, 1)


def test_who_has_an_offer_gets_no_second_one(service, robin, taken):
    other = ask(service=service, practitioner=robin, starts_at=at(6, 10))
    first = wait(service, 1)
    for visit in (taken, other):
        cancel_own(appointment_id=visit.pk, now=NOW + timedelta(minutes=10))

    assert len(offers_to(first)) == 1


def test_at_night_the_offer_is_made_at_once_and_told_in_the_morning(service, robin, taken):
    first = wait(service, 1)
    cancel_own(appointment_id=taken.pk, now=at(2, 23))

    [offer] = offers_to(first)
    message = offer.messages.get(recipient="patient")
    assert message.not_before == at(3, 9)
    assert offer.offer_expires_at == at(3, 13)


def test_no_offer_where_too_little_time_is_left_to_answer(service, robin, taken):
    first = wait(service, 1)
    confirm_appointment(appointment_id=taken.pk, user=make_user("a@example.org"), now=NOW)
    cancel_own(appointment_id=taken.pk, now=at(5, 9, 30))

    assert offers_to(first) == []


def test_staff_offer_a_time_in_their_own_words(service, robin, user):
    entry = wait(service, 1)
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}
    offer = offer_time(entry_id=entry.pk, user=user, now=NOW, words="Would this do?", **where)

    assert (offer.status, offer.full_name) == (Status.OFFERED, entry.full_name)
    assert offer.events.get().note.text == "Would this do?"
    with pytest.raises(EntryClosed):
        offer_time(entry_id=entry.pk, user=user, now=NOW, **{**where, "starts_at": at(6, 14)})


def test_staff_answer_twice_and_both_answers_stay(service, user):
    entry = wait(service, 1)
    for words in ("First.", "Second."):
        answer_entry(entry_id=entry.pk, words=words, user=user, now=NOW)

    messages = entry.messages.filter(kind=Message.Kind.WISH_ANSWERED).order_by("pk")
    assert [one.note.text for one in messages] == ["First.", "Second."]


def test_a_late_answer_is_escalated_and_an_answered_one_is_not(service, user):
    entry, answered = wait(service, 1), wait(service, 2)
    answer_entry(entry_id=answered.pk, words="Soon.", user=user, now=NOW)
    keep_deadlines(now=entry.reply_by + timedelta(minutes=10))

    late = Message.objects.filter(kind=Message.Kind.LATE_ANSWER)
    assert [one.waiting_list_entry for one in late] == [entry]


def test_after_its_last_day_a_place_ends(service):
    entry = wait(service, 1, until=date(2026, 3, 10))
    keep_deadlines(now=at(10, 22))
    entry.refresh_from_db()
    assert entry.is_waiting()
    keep_deadlines(now=at(11, 1))
    entry.refresh_from_db()
    assert entry.state == WaitingListEntry.State.ENDED


def test_whoever_is_taken_off_the_list_gets_no_offer(service, robin, taken, user):
    entry = wait(service, 1)
    close_entry(entry_id=entry.pk, user=user, now=NOW)
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    assert not Appointment.objects.filter(status=Status.OFFERED).exists()
    with pytest.raises(EntryClosed):
        close_entry(entry_id=entry.pk, user=user, now=NOW)


def test_a_visit_by_phone_is_offered_to_those_who_can_be_called(service, robin, taken):
    service.modes = ["in_person", "phone"]
    service.save()
    silent, called = wait(service, 1, mode="phone"), wait(service, 2, mode="phone", phone="+12025550143")
    cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    assert (len(offers_to(silent)), len(offers_to(called))) == (0, 1)


def test_the_form_asks_for_the_number_of_a_visit_by_phone(service, client, clock):
    service.modes = ["phone"]
    service.save()
    form = filled_in(mode="phone", until="2026-04-01")
    response = client.post("/book/talk/ask/", form)
    assert response.status_code == 422
    assert soup(response).select_one(".error-summary a")["href"] == "#id_phone"

    response = client.post("/book/talk/ask/", {**form, "phone": "202 555 0143"})
    assert (response.status_code, WaitingListEntry.objects.count()) == (303, 1)
    assert client.get(response.headers["Location"]).status_code == 200


def test_a_visit_cancelled_inside_the_notice_reaches_the_waiting_list(service, robin, taken):
    entry = wait(service, 1)
    cancel_own(appointment_id=taken.pk, now=at(4, 12))  # 22 hours before; the notice is 24

    [offer] = offers_to(entry)
    assert (offer.starts_at, offer.offer_expires_at) == (at(5, 10), at(4, 16))


@pytest.mark.parametrize(("by_patient", "offered"), [(True, 1), (False, 0)])
def test_what_the_practice_cannot_hold_is_offered_to_nobody(service, robin, taken, user, by_patient, offered):
    wait(service)
    confirm_appointment(appointment_id=taken.pk, user=user, now=NOW)
    cancel_appointment(appointment_id=taken.pk, user=user, now=NOW, by_patient=by_patient)
    assert Appointment.objects.filter(status=Status.OFFERED).count() == offered


def test_staff_offer_a_time_inside_the_notice_while_it_can_be_answered(service, robin, user):
    entry = wait(service, 1)
    where = {"entry_id": entry.pk, "practitioner": robin, "mode": None, "user": user}
    for now in (at(5, 10), at(5, 8)):  # it has begun; two hours before, offers have ended
        with pytest.raises((TimeTaken, EntryClosed)):
            offer_time(**where, starts_at=at(5, 10), now=now)

    assert offer_time(**where, starts_at=at(5, 16), now=at(5, 10)).offer_expires_at == at(5, 14)


def test_staff_offer_times_of_a_service_that_nobody_books_online(service, robin, user):
    service.bookable_online = False
    service.save()
    entry = wait(service, 1)
    where = {"practitioner": robin, "starts_at": at(6, 11), "mode": None}

    assert find_slot(service=service, practitioner=robin, starts_at=at(6, 11), now=NOW) is None
    assert offer_time(entry_id=entry.pk, user=user, now=NOW, **where).status == Status.OFFERED


def test_two_times_of_two_people_freed_at_once_lock_those_who_wait_once_and_in_order(service, robin, taken, user):
    other = make_practitioner(services=[service], name="Noor Hale")
    confirm_appointment(appointment_id=taken.pk, user=user, now=NOW)
    ask_to_move(appointment_id=taken.pk, practitioner=other, starts_at=at(6, 11), mode=None, now=NOW)
    late, early = wait(service, 2, practitioner=robin), wait(service, 1, practitioner=other)
    with CaptureQueriesContext(connection) as queries:
        cancel_own(appointment_id=taken.pk, now=NOW + timedelta(minutes=10))

    locks = [one["sql"] for one in queries if "FOR UPDATE" in one["sql"] and "ORDER BY" in one["sql"]]
    [lock] = [sql for sql in locks if "waitinglistentry" in sql]
    assert 'ORDER BY "booking_waitinglistentry"."id" ASC' in lock
    assert [(one.practitioner, one.starts_at) for one in offers_to(late) + offers_to(early)] == [
        (robin, at(5, 10)),
        (other, at(6, 11)),
    ]


def test_whoever_found_no_time_sees_what_is_open_before_they_write(service, robin, clock, client):
    page = soup(client.get("/book/talk/ask/?practitioner=robin&mode=video"))
    assert page.find(id="next-open").text == "Next open times"
    links = [one["href"] for one in page.select(".call .times a")]
    assert len(links) == 3
    for link in links:
        assert link.startswith("/book/talk/robin/")
        assert link.endswith("?mode=video")
        assert client.get(link).status_code == 200

    sent_back = soup(client.post("/book/talk/ask/", {}))
    assert sent_back.find(id="next-open") is None


def test_where_nothing_is_open_the_form_stands_alone(service, robin, clock, client):
    robin.schedules.all().delete()
    assert soup(client.get("/book/talk/ask/")).find(id="next-open") is None


def test_a_freed_time_costs_as_many_queries_however_many_it_comes_too_late_for(service, robin, user):
    costs = []
    for hour in (14, 16):
        soon = ask(service=service, practitioner=robin, starts_at=at(5, hour))
        for number in range(hour):
            wait(service, number)
        with CaptureQueriesContext(connection) as queries:
            cancel_own(appointment_id=soon.pk, now=at(5, hour) - timedelta(minutes=100))
        costs.append(len(queries))
        assert not Appointment.objects.filter(status=Status.OFFERED).exists()

    assert costs[0] == costs[1]
