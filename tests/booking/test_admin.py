"""The staff's screens: who sees what, who may answer, and what nobody can do there."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from booking.models import Appointment, AppointmentNote, Message, Status
from booking.services import confirm_appointment, decline_appointment, propose_move
from booking.viewsets import appointment_policy
from tests.booking.pages import mail_of, reads_plainly, soup, to_do
from tests.builders import NOW, ask, at, make_practitioner, make_user, signed_in, stored, wish

pytestmark = pytest.mark.usefixtures("roles", "clock", "service")

INBOX = "/admin/appointments/"


@pytest.fixture
def desk():
    """The front desk, signed in."""
    return signed_in("Front desk")


@pytest.fixture
def clinician(robin):
    """Robin, signed in."""
    client = signed_in("Clinicians", email="robin@example.org")
    robin.user_id = client.session["_auth_user_id"]
    robin.save()
    return client


@pytest.fixture
def mine(service, robin):
    return ask(service=service, practitioner=robin, starts_at=at(5, 10), full_name="Ada Birch", note="the cellar door")


@pytest.fixture
def theirs(service):
    """A request to somebody else."""
    other = make_practitioner(services=[service], name="Noor Hale")
    return ask(service=service, practitioner=other, starts_at=at(5, 12), full_name="Ben Cedar", phone="+12025550143",
               contact_by="call")  # fmt: skip


def screen(appointment) -> str:
    """The address of one appointment."""
    return f"{INBOX}{appointment.pk}/"


def doors(appointment) -> dict[str, str]:
    """Every address of one appointment that takes a POST."""
    first = Message.objects.filter(appointment=appointment, recipient="patient").earliest("pk")
    doors = {name: f"{screen(appointment)}{name}/" for name in ("confirm", "decline", "cancel")}
    return {**doors, "called": f"{screen(appointment)}called/{first.pk}/"}


def names(client) -> list[str]:
    """The names in the inbox, from top to bottom."""
    return [link.get_text(strip=True) for link in soup(client.get(INBOX)).select("td.title a")]


def messages(response) -> str:
    return soup(response).select_one(".messages").get_text(" ", strip=True)


def test_the_inbox_lists_who_waits_first_then_what_is_coming_then_the_rest(desk, service, robin):
    staff = make_user()
    for name, hour in (("Promised later", 9), ("Confirmed", 11), ("Declined", 13), ("Promised first", 16)):
        row = ask(service=service, practitioner=robin, starts_at=at(6, hour), full_name=name,
                  now=NOW + timedelta(minutes=hour))  # fmt: skip
        if name == "Confirmed":
            confirm_appointment(appointment_id=row.pk, user=staff, now=NOW)
        if name == "Declined":
            decline_appointment(appointment_id=row.pk, user=staff, now=NOW)
    Appointment.objects.filter(starts_at=at(6, 9)).update(reply_by=NOW + timedelta(hours=9))

    assert names(desk) == ["Promised first", "Promised later", "Confirmed", "Declined"]


def test_the_front_desk_sees_all_and_opens_each(desk, mine, theirs):
    assert set(names(desk)) == {"Ada Birch", "Ben Cedar"}
    page = desk.get(screen(mine)).text
    assert all(words in page for words in ("the cellar door", "ada@example.com", "Thursday, March 5 at 10 am"))


def test_a_clinician_sees_and_answers_only_their_own(clinician, mine, theirs):
    assert names(clinician) == ["Ada Birch"]
    assert clinician.get(screen(mine)).status_code == 200
    clinician.post(doors(mine)["confirm"])
    mine.refresh_from_db()
    assert mine.status == Status.CONFIRMED


def test_what_is_not_theirs_does_not_exist_for_a_clinician(clinician, mine, theirs):
    before = stored()

    assert clinician.get(screen(theirs)).status_code == 404
    for door in doors(theirs).values():
        assert clinician.post(door).status_code == 404
    assert clinician.post(doors(theirs)["called"].replace(screen(theirs), screen(mine))).status_code == 404
    theirs.refresh_from_db()
    assert (theirs.status, stored()) == (Status.REQUESTED, before)
    for words in ("Ben", "+12025550143", theirs.reference):
        assert "Ben Cedar" not in clinician.post(f"{INBOX}find/", {"words": words}).text


def test_a_practitioner_who_left_sees_nothing_any_more(clinician, mine, robin):
    robin.active = False
    robin.save()

    for path in (INBOX, screen(mine)):
        assert "Ada" not in clinician.get(path, follow=True).text
    assert clinician.post(doors(mine)["confirm"]).status_code in (302, 403, 404)
    mine.refresh_from_db()
    assert mine.status == Status.REQUESTED


def test_an_editor_has_no_way_in(mine):
    editor, before = signed_in("Editors"), stored()

    for path in (INBOX, f"{INBOX}results/", f"{INBOX}find/", screen(mine)):
        assert "Ada" not in editor.get(path, follow=True).text
        assert editor.get(path).status_code in (302, 403, 404)
    for door in doors(mine).values():
        assert editor.post(door).status_code in (302, 403, 404)
    assert INBOX not in editor.get("/admin/").text
    assert stored() == before


def test_whoever_is_not_signed_in_is_sent_to_the_login(client, mine):
    before = stored()

    for path in (INBOX, f"{INBOX}results/", f"{INBOX}find/", screen(mine), *doors(mine).values()):
        for response in (client.get(path), client.post(path)):
            assert response["Location"].startswith("/admin/login/")
    assert stored() == before


def test_the_first_screen_shows_each_only_what_waits_for_them(desk, clinician, mine, theirs):
    assert {"Ada Birch", "Ben Cedar"} <= set(soup(desk.get("/admin/")).get_text("\n", strip=True).split("\n"))
    assert "Ben Cedar" not in clinician.get("/admin/").text
    assert "Ada Birch" in clinician.get("/admin/").text


@pytest.mark.parametrize(("door", "status"), [("confirm", "confirmed"), ("decline", "declined")])
def test_an_answer_is_given_by_a_click_and_told(desk, mine, door, status):
    response = desk.post(doors(mine)[door], follow=True)
    mine.refresh_from_db()

    assert (mine.status, response.redirect_chain) == (status, [(screen(mine), 302)])
    assert "the patient is being told" in messages(response).lower()
    assert mine.messages.get(kind=status).recipient == "patient"
    assert mine.events.last().user.email == "front@example.org"
    assert not soup(response).find("form", action=doors(mine)["confirm"])


def test_a_confirmed_visit_can_be_cancelled_until_it_begins(desk, mine, clock):
    assert not soup(desk.get(screen(mine))).find("form", action=doors(mine)["cancel"])
    desk.post(doors(mine)["confirm"])
    assert soup(desk.get(screen(mine))).find("form", action=doors(mine)["cancel"])

    clock.move_to(mine.starts_at)
    assert not soup(desk.get(screen(mine))).find("form", action=doors(mine)["cancel"])
    clock.move_to(NOW)
    desk.post(doors(mine)["cancel"], {"words": "  Sorry,\nno room\x00.  "})
    mine.refresh_from_db()
    assert (mine.status, AppointmentNote.objects.get().text) == (Status.CANCELLED, "Sorry,\nno room.")
    assert mine.events.last().reason == "practice"


@pytest.mark.parametrize(
    ("sent", "kept"), [({}, "practice"), ({"reason": "elsewhere"}, "elsewhere"), ({"reason": "agreed"}, "practice")]
)
def test_why_a_request_is_declined_is_kept_for_staff_alone(desk, mine, sent, kept):
    form = soup(desk.get(screen(mine))).find("form", action=doors(mine)["decline"])
    assert [one["value"] for one in form.select("[name=reason]")] == ["practice", "elsewhere", "other"]

    response = desk.post(doors(mine)["decline"], sent, follow=True)
    event = mine.events.get(kind="declined")
    assert event.reason == kept
    assert f"Declined ({event.get_reason_display()})" in reads_plainly(response)
    assert event.get_reason_display() not in mail_of(mine, "declined", "patient")


def test_staff_cancel_for_a_patient_who_called(desk, mine):
    desk.post(doors(mine)["confirm"])
    form = soup(desk.get(screen(mine))).find("form", action=doors(mine)["cancel"])
    assert [one["value"] for one in form.select("[name=by]")] == ["practice", "patient"]

    response = desk.post(doors(mine)["cancel"], {"by": "patient"}, follow=True)
    assert mine.events.last().reason == "asked"
    assert "the patient asked for it in time" in reads_plainly(response)


def test_a_second_answer_changes_nothing_and_says_so(desk, mine):
    desk.post(doors(mine)["confirm"])
    before = stored()

    assert "not possible any more: Confirmed" in messages(desk.post(doors(mine)["decline"], follow=True))
    assert stored() == before


@pytest.mark.parametrize("door", ["confirm", "decline", "cancel", "called"])
def test_nothing_is_answered_but_by_a_post_from_our_own_page(desk, mine, door):
    before = stored()

    for method in (desk.get, desk.head, desk.put, desk.delete):
        assert method(doors(mine)[door]).status_code == 405
    desk.handler.enforce_csrf_checks = True
    assert desk.post(doors(mine)[door]).status_code == 403
    assert stored() == before


@pytest.mark.parametrize(("length", "status"), [(2000, "declined"), (2001, "requested")])
def test_too_many_words_are_refused_and_nothing_is_sent(desk, mine, length, status):
    response = desk.post(doors(mine)["decline"], {"words": "x" * length}, follow=True)
    mine.refresh_from_db()

    assert mine.status == status
    assert ("at most 2000 letters" in messages(response)) == (status == "requested")


def test_a_call_is_offered_until_somebody_has_made_it(desk, theirs):
    page = soup(desk.get(screen(theirs)))
    text = page.get_text(" ", strip=True)
    assert "Call Ben Cedar: (202) 555-0143" in text
    assert "“We have your request.” Their visit: Thursday, March 5 at 12 pm, with " in text
    assert page.find("form", action=doors(theirs)["called"]).button.text == "I have told them"

    for _ in range(2):
        desk.post(doors(theirs)["called"])
    assert "Call Ben Cedar" not in desk.get(screen(theirs)).text
    assert theirs.events.filter(kind="told").count() == 1


def test_nobody_can_add_edit_delete_or_copy_not_even_a_superuser(client, mine):
    before = stored()
    client.force_login(boss := make_user("boss@example.org", is_superuser=True))

    assert not [what for what in ("add", "delete") if appointment_policy.user_has_permission(boss, what)]
    for path in (INBOX, screen(mine)):
        links = {link["href"] for link in soup(client.get(path)).select("main a[href]")}
        assert not [link for link in links if any(f"/{word}/" in link for word in ("new", "edit", "delete", "copy"))]
    for path in ("new/", *(f"{word}/{mine.pk}/" for word in ("edit", "delete", "copy", "history", "usage"))):
        for response in (client.get(INBOX + path), client.post(INBOX + path, {"full_name": "Mallory"})):
            assert response.status_code == 404
    assert stored() == before


def test_the_inbox_costs_as_many_queries_for_twelve_as_for_three(desk, service):
    costs = []
    for number in (3, 9):
        for _ in range(number):
            ask(service=service, practitioner=make_practitioner(services=[service]), starts_at=at(5, 10))
        with CaptureQueriesContext(connection) as queries:
            assert len(names(desk)) == Appointment.objects.count()
        costs.append(len(queries))

    assert costs[0] == costs[1]


def test_the_first_screen_says_who_cannot_be_reached_by_email(desk, clinician, service, mine, theirs):
    def said(client, words) -> bool:
        return words in " ".join(soup(client.get("/admin/")).get_text(" ").split())

    ours, patients = "We could not send messages to", "Messages to these people could not be sent"
    entry = wish(service=service)
    assert not said(desk, ours)
    Message.objects.filter(recipient="front_desk").update(attempts=4)
    assert said(desk, f"{ours}: Front desk.")
    assert not said(clinician, ours)
    assert not said(desk, patients)

    mine.messages.filter(recipient="patient").update(attempts=4)
    entry.messages.filter(recipient="patient").update(attempts=4)
    theirs.messages.filter(recipient="patient").update(attempts=4, channel="email")
    for name in ("Ada Birch, Thu", "Ben Cedar, Thu", "Wren Ash, on the waiting list"):
        assert said(desk, name)
        assert said(clinician, name) is name.startswith("Ada")
    Message.objects.update(sent_at=NOW)
    assert not said(desk, patients)
    assert not said(desk, ours)


def test_the_list_names_all_that_is_to_do(desk, mine, theirs):
    assert to_do(desk, "/admin/appointments/") == {
        "Ada Birch": "Answer the request",
        "Ben Cedar": "Tell them; Answer the request",
    }
    desk.post(doors(mine)["confirm"])
    assert to_do(desk, "/admin/appointments/")["Ada Birch"] == ""
    desk.post(doors(theirs)["called"])
    assert to_do(desk, "/admin/appointments/")["Ben Cedar"] == "Answer the request"


@pytest.mark.parametrize(("door", "field"), [("attendance", "came"), ("offer", "answer")])
def test_a_form_without_an_answer_notes_nothing(desk, mine, clock, door, field):
    desk.post(doors(mine)["confirm"])
    clock.move_to(mine.starts_at + timedelta(minutes=1))
    desk.force_login(desk.get("/admin/").wsgi_request.user)
    before = stored()
    assert desk.post(f"{screen(mine)}{door}/", {field: "?"}).status_code == 404
    assert stored() == before


def test_who_must_answer_our_proposal_is_not_shown_as_waiting_for_us(desk, mine):
    def waits() -> bool:
        return "Ada Birch" in {one.get_text(strip=True) for one in soup(desk.get("/admin/")).select("td.title")}

    assert waits()
    staff = make_user("other@example.org")
    to = {"practitioner": mine.practitioner, "starts_at": at(6, 11), "mode": None}
    propose_move(appointment_id=mine.pk, user=staff, now=NOW, **to)
    assert not waits()


@pytest.mark.parametrize("address", ["/admin/weekly-hours/new/", "/admin/time-off/new/"])
def test_hours_are_entered_in_the_browsers_own_field(admin_client, address):
    page = soup(admin_client.get(address))
    fields = page.select("input[name=starts], input[name=ends]")
    assert {one["type"] for one in fields} == {"time"}


def test_opening_hours_are_too(admin_client):
    page = soup(admin_client.get("/admin/settings/clinic/clinicdetails/", follow=True))
    fields = page.select("input[name^=opening_hours-0-]")
    assert {one["type"] for one in fields if one["name"].endswith(("opens", "closes"))} == {"time"}
