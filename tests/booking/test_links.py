"""A patient's own link: nobody else can make one, reading changes nothing, and a lost one is sent anew."""

import base64
import random
from datetime import timedelta
from urllib.parse import urljoin

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from procrastinate.contrib.django.models import ProcrastinateJob

from booking import notifications, tasks
from booking.models import Appointment, ManageLink, Message, Status
from booking.services import (
    NotPossible,
    TimeTaken,
    ask_for_links,
    confirm_appointment,
    offer_time,
    propose_move,
    send_fresh_links,
    withdraw_move,
)
from clinic.crypto import email_hash, phone_hash
from tests.booking.pages import reads_plainly, soup
from tests.builders import NOW, ask, at, make_user, stored, wish

MANAGE = "/book/manage/"


@pytest.fixture
def confirmed(clock, service, robin):
    asked = ask(service=service, practitioner=robin, starts_at=at(5, 10), note="the cellar door")
    return confirm_appointment(appointment_id=asked.pk, user=make_user("desk@example.org"), now=NOW)


@pytest.fixture
def secret(confirmed):
    return ManageLink.objects.create_for(confirmed, NOW)


@pytest.fixture
def patient(secret) -> Client:
    """Somebody who has opened the link."""
    client = Client()
    client.get(f"{MANAGE}{secret}/")
    return client


def test_every_message_has_a_link_of_its_own_and_all_work(confirmed, client):
    secrets = set()
    for message in Message.objects.filter(recipient="patient", appointment=confirmed):
        Message.objects.filter(pk=message.pk).update(sent_at=None, overtaken_at=None)
        if notifications.send(message.pk, now=NOW):
            secrets.add(mail.outbox[-1].body.split(MANAGE)[1].split("/")[0])
    secrets |= {ManageLink.objects.create_for(confirmed, NOW) for _ in range(2)}

    assert len(secrets) == 3
    for one in secrets:
        assert client.get(f"{MANAGE}{one}/").headers["Location"] == MANAGE
        assert client.get(MANAGE).status_code == 200
    assert not [link for link in ManageLink.objects.all() if bytes(link.secret_hash) in map(str.encode, secrets)]


def test_a_link_leaves_a_short_cookie_and_an_address_without_a_secret(client, secret):
    response = client.get(f"{MANAGE}{secret}/")
    cookie = response.cookies["appointment"]

    assert (response.status_code, response.headers["Location"]) == (302, MANAGE)
    assert (cookie["path"], cookie["httponly"], cookie["samesite"], cookie["max-age"]) == (MANAGE, True, "Lax", 3600)
    assert secret not in cookie.value
    assert "no-store" in response.headers["Cache-Control"]


def test_a_hundred_visits_of_scanners_change_nothing_and_lock_nobody_out(confirmed, secret, client):
    before, row = stored(), ManageLink.objects.get()
    for _ in range(100):
        for method in (client.get, client.head):
            assert method(f"{MANAGE}{secret}/").status_code == 302
    for path in ("", "cancel/", "move/", "appointment.ics", "coming/", "offer/"):
        client.get(f"{MANAGE}{path}")

    confirmed.refresh_from_db()
    assert (stored(), confirmed.status) == (before, Status.CONFIRMED)
    assert ManageLink.objects.get() == row
    assert client.get(f"{MANAGE}{secret}/").status_code == 302


@pytest.mark.promise("Forged or altered links open nothing, and all get one and the same answer")
def test_forged_and_altered_links_get_one_and_the_same_answer(secret, client, full_size):
    chance = random.Random(7)
    answers = set()
    for number in range(10_000 if full_size else 100):
        if number % 2:
            forged = base64.urlsafe_b64encode(chance.randbytes(32)).decode().rstrip("=")
        else:
            at_letter = chance.randrange(len(secret))
            other = chance.choice("abcXYZ019-_")
            forged = secret[:at_letter] + other + secret[at_letter + 1 :]
        if forged == secret:
            continue
        response = client.get(f"{MANAGE}{forged}/")
        answers.add((response.status_code, response.content))
        assert response.cookies["appointment"].value == ""
    assert len(answers) == 1
    assert client.get(MANAGE).status_code == 404
    assert client.get(f"{MANAGE}{secret}/").status_code == 302  # the control: the true one opens


@pytest.mark.parametrize("value", ["", "1", "1:abc", "MQ:1vKz:forged"])
def test_a_forged_cookie_opens_nothing(confirmed, client, value):
    client.cookies["appointment"] = value
    for path in ("", "cancel/", "move/", "appointment.ics"):
        response = client.get(f"{MANAGE}{path}")
        assert response.status_code == 404
        assert "This link is closed" in reads_plainly(response)


def test_an_hour_after_the_visit_the_link_is_closed(confirmed, secret, client, clock):
    clock.move_to(confirmed.ends_at + timedelta(minutes=59))
    assert client.get(f"{MANAGE}{secret}/").status_code == 302
    clock.move_to(confirmed.ends_at + timedelta(minutes=61))
    assert client.get(f"{MANAGE}{secret}/").status_code == 404


def test_after_an_hour_the_page_closes_by_itself(patient, clock):
    assert patient.get(MANAGE).status_code == 200
    clock.move_to(NOW + timedelta(minutes=61))
    assert patient.get(MANAGE).status_code == 404


def test_the_page_shows_this_appointment_and_no_word_of_the_note(patient):
    text = reads_plainly(patient.get(MANAGE))

    assert "Thursday, March 5 at 10 am" in text
    assert "It is confirmed" in text
    assert "cellar" not in text


def test_cancelling_says_what_it_means_and_is_sent_by_post(confirmed, patient):
    page = patient.get(f"{MANAGE}cancel/")
    assert "You can, at no cost. Please tell us by Wednesday, March 4 at 10 am" in reads_plainly(page)
    confirmed.refresh_from_db()
    assert confirmed.status == Status.CONFIRMED

    response = patient.post(f"{MANAGE}cancel/")
    confirmed.refresh_from_db()
    assert (response.status_code, confirmed.status) == (303, Status.CANCELLED)
    assert "is cancelled" in reads_plainly(patient.get(response.headers["Location"]))
    assert patient.post(f"{MANAGE}cancel/").status_code == 409


def test_what_became_late_while_the_page_was_open_is_said_before_it_counts(confirmed, client, clock):
    def send(page):
        form = soup(page).find("form", method="post")
        return client.post(f"{MANAGE}cancel/", {one["name"]: one["value"] for one in form.select("input")})

    limit = confirmed.starts_at - timedelta(hours=confirmed.service.late_cancellation_hours)
    clock.move_to(limit)
    client.get(f"{MANAGE}{ManageLink.objects.create_for(confirmed, limit)}/")
    page = client.get(f"{MANAGE}cancel/")
    assert "at no cost. Please tell us by" in reads_plainly(page)

    clock.move_to(limit + timedelta(minutes=1))
    page = send(page)
    assert page.status_code == 409
    assert "Nothing is cancelled yet" in reads_plainly(page)
    assert "It is later than we ask for" in reads_plainly(page)
    confirmed.refresh_from_db()
    assert confirmed.is_confirmed()

    assert send(page).status_code == 303
    assert confirmed.events.get(kind="cancelled").reason == "late"


def test_late_the_rule_stands_before_the_click(confirmed, patient, clock):
    service = confirmed.service
    service.late_cancellation = "We charge half the fee."
    service.save()
    clock.move_to(at(5, 9))
    secret = ManageLink.objects.create_for(confirmed, at(5, 9))
    patient.get(f"{MANAGE}{secret}/")

    text = reads_plainly(patient.get(f"{MANAGE}cancel/"))
    assert "Cancelling now counts as late: the limit was Wednesday, March 4 at 10 am" in text
    assert "We charge half the fee." in text
    patient.post(f"{MANAGE}cancel/")
    assert confirmed.events.last().reason == "late"


def test_i_am_coming_is_noted_once(confirmed, patient):
    for _ in range(2):
        assert patient.post(f"{MANAGE}coming/").status_code == 303
    assert list(confirmed.events.values_list("kind", flat=True)).count("coming") == 1


def test_moving_keeps_the_old_time_until_we_answer(confirmed, patient):
    times = patient.get(f"{MANAGE}move/")
    first = soup(times).select_one(".times a")["href"]
    page = patient.get(first)
    assert "Ask to move" in reads_plainly(page)
    response = patient.post(first)

    assert response.status_code == 303
    assert "both times are kept for you" in reads_plainly(patient.get(response.headers["Location"]))
    confirmed.refresh_from_db()
    assert confirmed.starts_at == at(5, 10)
    assert confirmed.claims.filter(active=True).count() == 2


@pytest.fixture
def request_of_ada(clock, service, robin) -> Appointment:
    """Asked for by video, by somebody who reads the clock of Berlin; nobody has answered."""
    where = {"mode": "video", "patient_time_zone": "Europe/Berlin"}
    return ask(service=service, practitioner=robin, starts_at=at(5, 10), **where)


def opened(client, appointment) -> Client:
    """*client* with the appointment's link open."""
    client.get(f"{MANAGE}{ManageLink.objects.create_for(appointment, NOW)}/")
    return client


NEW_TIME = f"{MANAGE}move/robin/20260306T160000Z/"


def test_a_request_with_another_time_is_still_a_request(request_of_ada, client):
    patient = opened(client, request_of_ada)
    text = reads_plainly(patient.get(NEW_TIME))
    assert "You then ask for the new time instead, and we reply by Monday, March 2 at 2 pm" in text
    assert "Ask for this time instead" in text
    assert "yours at once" not in text

    response = patient.post(NEW_TIME)
    assert response.headers["Location"] == f"{MANAGE}?done=changed"
    assert done_note(patient, "changed") == "We have your changed request."
    assert done_note(patient, "moved") == ""
    request_of_ada.refresh_from_db()
    assert (request_of_ada.status, request_of_ada.starts_at) == (Status.REQUESTED, at(6, 11))


@pytest.mark.parametrize(("query", "zone"), [("", "Europe/Berlin"), ("&zone=Asia/Tokyo", "Asia/Tokyo"), ("&zone=", "")])
def test_moving_keeps_the_clock_of_the_patient_until_they_choose_another(request_of_ada, client, query, zone):
    patient = opened(client, request_of_ada)
    page = soup(patient.get(f"{NEW_TIME}?mode=video{query}"))
    patient.post(NEW_TIME + page.select_one("main form.row")["action"])

    request_of_ada.refresh_from_db()
    assert (request_of_ada.starts_at, request_of_ada.patient_time_zone) == (at(6, 11), zone)


def test_the_same_clock_as_ours_can_be_chosen_again_on_the_way_to_another_time(request_of_ada, client):
    patient = opened(client, request_of_ada)  # in Berlin
    times = reverse("booking:choose_new_time")
    for query, kept in (
        ("", "mode=video&zone=Europe/Berlin"),
        ("?zone=Asia/Tokyo", "zone=Asia/Tokyo"),
        ("?zone=", "zone="),
    ):
        links = [one["href"] for one in soup(patient.get(times + query)).select(".day a")]
        assert links
        assert {link.rpartition("?")[2] for link in links} == {kept}


@pytest.mark.parametrize("error", [NotPossible("its time has passed"), TimeTaken()])
def test_where_moving_fails_the_page_shows_the_appointment_as_it_is_by_now(request_of_ada, client, monkeypatch, error):
    def somebody_was_faster(**values):
        Appointment.objects.update(status=Status.CONFIRMED)
        raise error

    monkeypatch.setattr("booking.services.ask_to_move", somebody_was_faster)
    response = opened(client, request_of_ada).post(NEW_TIME)

    assert response.status_code == 409
    assert "It is confirmed." in reads_plainly(response)


PROMISE = "reply by Monday, March 2 at 2 pm"


def test_a_promise_that_was_broken_is_not_promised_again(request_of_ada, client, clock):
    patient, received = opened(client, request_of_ada), f"/book/received/{request_of_ada.reference}/"
    for path in (MANAGE, received):
        assert PROMISE in reads_plainly(patient.get(path))

    clock.move_to(request_of_ada.reply_by)
    opened(client, request_of_ada)
    for path in (MANAGE, received):
        page = patient.get(path)
        text = reads_plainly(page)
        assert "We are late with our answer" in text
        assert "The time stays kept for you." in text
        assert "reply by" not in text
        assert soup(page).select_one("main a[href^=tel]")
        assert soup(page).select_one("main a[href^=sms]")


def test_a_late_answer_to_a_wish_to_move_is_not_promised_again(confirmed, patient, clock):
    patient.post(NEW_TIME)
    assert PROMISE in reads_plainly(patient.get(MANAGE))

    clock.move_to(confirmed.open_move().reply_by)
    text = reads_plainly(opened(patient, confirmed).get(MANAGE))
    assert "We are late with our answer" in text
    assert "Both times stay kept for you." in text
    assert "reply by" not in text


def test_while_the_patient_must_answer_no_answer_of_ours_is_promised(request_of_ada, client, robin, clock):
    patient, received = opened(client, request_of_ada), f"/book/received/{request_of_ada.reference}/"
    other = {"practitioner": robin, "starts_at": at(6, 9), "mode": None}
    propose_move(appointment_id=request_of_ada.pk, user=make_user("c@example.org"), now=NOW, **other)

    for _ in range(2):
        for path in (MANAGE, received):
            text = reads_plainly(opened(patient, request_of_ada).get(path))
            assert "Please tell us which it shall be." in text
            assert "reply by" not in text
            assert "We are late" not in text
        clock.move_to(request_of_ada.reply_by)


def problem(response) -> str:
    """What the page says could not be done, and why."""
    assert response.status_code == 409
    return soup(response).select_one(".error-summary").get_text(" ", strip=True)


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (Status.DECLINED, "This time was declined already, so there is nothing to change any more."),
        (Status.CANCELLED, "This appointment is cancelled already, so there is nothing to change any more."),
        (Status.EXPIRED, "This has ended already, so there is nothing to change any more."),
    ],
)
def test_what_is_not_possible_any_more_is_said_in_whole_sentences(confirmed, patient, status, sentence):
    Appointment.objects.update(status=status)
    for response in (patient.get(f"{MANAGE}cancel/"), patient.post(f"{MANAGE}cancel/"), patient.post(NEW_TIME)):
        assert problem(response) == f"This was not possible {sentence}"


def test_an_answer_to_an_offer_that_is_taken_already_is_said_in_a_sentence(confirmed, patient):
    response = patient.post(f"{MANAGE}offer/", {"answer": "accept"})
    assert problem(response) == "This was not possible This appointment is confirmed already."


def test_a_proposal_that_was_taken_back_is_said_in_a_sentence(confirmed, patient, robin):
    staff, other = make_user("c@example.org"), {"practitioner": robin, "starts_at": at(6, 9), "mode": None}
    move = propose_move(appointment_id=confirmed.pk, user=staff, now=NOW, **other)
    withdraw_move(move_id=move.pk, user=staff, now=NOW)

    said = problem(patient.post(f"{MANAGE}move/{move.pk}/", {"answer": "accept"}))
    assert "The other time was taken back already; your appointment is as it was." in said


def test_that_nothing_has_changed_is_said_once(confirmed, patient, service, robin):
    ask(service=service, practitioner=robin, starts_at=at(6, 11))
    said = problem(patient.post(NEW_TIME))
    assert "Your appointment is as it was" in said
    assert "Nothing has changed" not in said


def done_note(patient, done) -> str:
    """What the page says was done when its address says *done*; empty for nothing."""
    note = soup(patient.get(MANAGE, {"done": done})).select_one(".done-note")
    return note.get_text(" ", strip=True) if note else ""


EVERYTHING_DONE = ("cancelled", "coming", "accepted", "declined", "moved", "changed", "asked", "kept", "nonsense")


def test_the_page_believes_its_address_only_where_the_appointment_agrees(confirmed, patient, robin):
    def believed() -> set[str]:
        return {done for done in EVERYTHING_DONE if done_note(patient, done)}

    assert believed() == {"accepted", "moved", "kept"}
    patient.post(f"{MANAGE}coming/")
    assert believed() == {"accepted", "moved", "kept", "coming"}
    patient.post(f"{MANAGE}move/robin/20260306T160000Z/")
    assert believed() == {"accepted", "coming", "asked"}
    patient.post(f"{MANAGE}cancel/")
    assert believed() == {"cancelled"}


def test_the_page_says_declined_only_of_an_offer(confirmed, patient):
    Appointment.objects.update(status=Status.DECLINED)
    assert done_note(patient, "declined") == ""
    Appointment.objects.update(offer_expires_at=NOW)
    assert "Thank you for telling us." in done_note(patient, "declined")


def test_a_time_that_was_taken_meanwhile_changes_nothing(confirmed, patient, service, robin):
    ask(service=service, practitioner=robin, starts_at=at(6, 11))
    response = patient.post(f"{MANAGE}move/robin/20260306T160000Z/")

    assert response.status_code == 409
    assert "That time has just been taken" in reads_plainly(response)


def test_nobody_acts_on_the_move_of_somebody_else(confirmed, patient, service, robin):
    other = ask(service=service, practitioner=robin, starts_at=at(6, 14))
    confirm_appointment(appointment_id=other.pk, user=make_user("b@example.org"), now=NOW)
    move = propose_move(
        appointment_id=other.pk, practitioner=robin, starts_at=at(6, 9), mode=None, user=make_user("c@e.org"), now=NOW
    )
    assert patient.post(f"{MANAGE}move/{move.pk}/", {"answer": "accept"}).status_code == 404
    other.refresh_from_db()
    assert other.starts_at == at(6, 14)


def test_without_the_token_of_the_form_nothing_is_changed(confirmed, secret):
    client = Client(enforce_csrf_checks=True)
    client.get(f"{MANAGE}{secret}/")

    assert client.post(f"{MANAGE}cancel/").status_code == 403
    confirmed.refresh_from_db()
    assert confirmed.status == Status.CONFIRMED


def test_a_lost_link_gets_the_same_answer_whoever_asks(confirmed, client, empty_queue):
    empty_queue()
    answers = set()
    for email in ("ada@example.com", "nobody@example.com"):
        response = client.post(reverse("booking:find_link"), {"email": email, "phone": ""})
        answers.add((response.status_code, response.content))
    assert len(answers) == 1
    jobs = ProcrastinateJob.objects.filter(task_name="booking.send_fresh_links")
    assert jobs.count() == 2
    assert "example" not in str([job.args for job in jobs])


def test_the_search_for_a_lost_link_tells_the_patient_and_not_twice(confirmed, empty_queue):
    person = {"email": email_hash("ADA@example.com"), "phone": b""}

    assert send_fresh_links(**person, now=NOW) == 1
    assert send_fresh_links(**person, now=NOW + timedelta(minutes=9)) == 0
    assert send_fresh_links(**person, now=NOW + timedelta(minutes=10)) == 1
    assert send_fresh_links(email=email_hash("nobody@example.com"), phone=b"", now=NOW) == 0
    assert send_fresh_links(email=b"", phone=b"", now=NOW) == 0
    assert Message.objects.filter(kind=Message.Kind.LINK).count() == 2


def test_who_enters_email_and_telephone_finds_what_was_made_with_either(clock, service, robin, empty_queue):
    by_phone = {"email": "", "phone": "+12025550143", "contact_by": "call"}
    ask(service=service, practitioner=robin, starts_at=at(5, 10), **by_phone)
    ask(service=service, practitioner=robin, starts_at=at(5, 12))
    ask(service=service, practitioner=robin, starts_at=at(5, 14), email="other@example.com")

    found = send_fresh_links(email=email_hash("ada@example.com"), phone=phone_hash("+12025550143"), now=NOW)
    told = Message.objects.filter(kind=Message.Kind.LINK).values_list("appointment__starts_at", flat=True)
    assert (found, set(told)) == (2, {at(5, 10), at(5, 12)})


def test_who_asked_for_a_call_gets_a_call_whoever_types_their_address(service, robin, empty_queue):
    visit = {"service": service, "practitioner": robin, "email": "ada@example.com", "phone": "+12025550143"}
    ask(**visit, starts_at=at(5, 10), contact_by="call")
    ask(**visit, starts_at=at(5, 12), contact_by="email")

    send_fresh_links(email=email_hash("ada@example.com"), phone=b"", now=NOW)
    links = Message.objects.filter(kind=Message.Kind.LINK)
    told = dict(links.values_list("appointment__starts_at", "channel"))
    assert told == {at(5, 10): "call", at(5, 12): "email"}


@pytest.mark.parametrize("contact_by", ["email", "call"])
def test_the_next_page_promises_a_link_only_to_those_who_get_one(service, robin, client, contact_by):
    visit = {"service": service, "practitioner": robin, "starts_at": at(5, 10)}
    request = ask(**visit, phone="+12025550143", contact_by=contact_by)
    page = client.get(reverse("booking:received", args=[request.reference]))
    assert ("Our message has a link" in reads_plainly(page)) == (contact_by == "email")
    assert bool(soup(page).select("main a[href='/book/find/']")) == (contact_by == "email")


def test_the_job_of_a_lost_link_can_be_read_by_the_worker(confirmed, empty_queue):
    empty_queue()
    ask_for_links(email="ada@example.com")
    tasks.send_fresh_links.func(**ProcrastinateJob.objects.get(task_name="booking.send_fresh_links").args)
    assert Message.objects.filter(kind=Message.Kind.LINK).count() == 1


@pytest.mark.parametrize("form", [{}, {"email": "no"}, {"phone": "12"}, {"email": "a@b.example\x00"}])
def test_find_asks_again_for_what_it_cannot_use(client, clinic_settings, form):
    response = client.post(reverse("booking:find_link"), form)
    assert response.status_code == 422
    assert soup(response).select_one(".error-summary a")["href"].startswith("#id_")


# --- Two links in one browser -----------------------------------------------------------------------------


def forms(response) -> list[tuple[str, dict]]:
    """Each form of the page that posts: where it goes, or an empty string for this page, and what it holds."""
    return [
        (form.get("action", ""), {one["name"]: one.get("value", "") for one in form.select("input[name]")})
        for form in soup(response).select("form[method=post]")
    ]


def test_a_page_of_one_visit_changes_nothing_of_another_that_was_opened_since(patient, service, robin):
    shown = [(MANAGE, patient.get(MANAGE)), (f"{MANAGE}cancel/", patient.get(f"{MANAGE}cancel/"))]
    new_time = soup(patient.get(f"{MANAGE}move/")).select_one(".times a")["href"]
    shown.append((new_time, patient.get(new_time)))
    other = confirm_appointment(
        appointment_id=ask(service=service, practitioner=robin, starts_at=at(6, 10)).pk,
        user=make_user("other@example.org"),
        now=NOW,
    )
    patient.get(f"{MANAGE}{ManageLink.objects.create_for(other, NOW)}/")
    before = stored()

    sent = [(urljoin(path, action), fields) for path, page in shown for action, fields in forms(page)]
    assert len(sent) >= 3
    for path, fields in sent:
        response = patient.post(path, fields)
        assert (response.status_code, "You have opened another link" in reads_plainly(response)) == (409, True)
    assert stored() == before
    path, fields = forms(patient.get(f"{MANAGE}cancel/"))[0]  # the page of the one that is open now does what it says
    assert patient.post(urljoin(f"{MANAGE}cancel/", path), fields).status_code == 303
    assert Appointment.objects.get(pk=other.pk).status == Status.CANCELLED


def test_an_offer_is_not_given_away_by_a_form_without_an_answer(service, robin, client, clock):
    entry, user = wish(service=service), make_user()
    offer = offer_time(entry_id=entry.pk, practitioner=robin, starts_at=at(5, 10), mode=None, user=user, now=NOW)
    client.get(f"{MANAGE}{ManageLink.objects.create_for(offer, NOW)}/")
    assert client.post(f"{MANAGE}offer/", {"answer": "?"}).status_code == 404
    offer.refresh_from_db()
    assert offer.is_offered()


def test_what_is_cancelled_cannot_be_moved(confirmed, patient):
    patient.post(f"{MANAGE}cancel/")
    page = patient.get(f"{MANAGE}move/")
    assert page.status_code == 409
    assert "cancelled already" in reads_plainly(page)
