"""For a visit by video the visitor's own time stands beside ours, where they choose it; and it is kept to the end."""

from zoneinfo import available_timezones

import pytest
from django.urls import reverse

from booking.mails import compose
from booking.models import Appointment, ManageLink
from booking.services import confirm_appointment
from booking.zones import GROUPS, known_zone
from clinic.models import Practitioner
from tests.booking.pages import address, soup
from tests.builders import NOW, ask, at, filled_in, make_user

pytestmark = pytest.mark.usefixtures("clock", "service")

BERLIN, TOKYO = "Europe/Berlin", "Asia/Tokyo"


def times(client, **query):
    return soup(client.get("/book/talk/", query))


def test_zones_are_chosen_by_city_and_in_groups(client):
    select = times(client).find(id="id_zone")

    assert [group["label"] for group in select.find_all("optgroup")] == [str(name) for name, _ in GROUPS]
    assert select.find("option", value=BERLIN).text == "Berlin"
    assert select.find("option", selected=True)["value"] == ""


@pytest.mark.parametrize(("modes", "query", "shown"), [
    (["in_person", "video"], {}, True), (["in_person", "video"], {"mode": "video"}, True),
    (["in_person", "video"], {"mode": "in_person"}, False), (["in_person", "phone"], {}, False),
])  # fmt: skip
def test_zones_are_asked_for_where_a_visit_may_be_by_video(client, service, modes, query, shown):
    service.modes = modes
    service.save()
    page = times(client, **query, zone=BERLIN)

    assert bool(page.find(id="id_zone")) == shown
    assert ("in Berlin" in page.select_one(".times").text) == shown


def test_the_chosen_zone_stands_beside_each_time_by_video(client, robin):
    robin.schedules.filter(weekday=1).update(modes=["in_person"])  # Tuesday
    tuesday, wednesday, *_ = times(client, zone=BERLIN).select(".times")

    assert "Berlin" not in tuesday.text
    assert [link.get_text(" ") for link in wednesday.find_all("a")][:2] == [
        "9 am Robin Vale 3 pm in Berlin",
        "9:30 am Robin Vale 3:30 pm in Berlin",
    ]


def test_the_day_is_told_where_it_is_another(client):
    page = times(client, zone=TOKYO)

    assert page.select(".times a")[0].get_text(" ") == "10 am Robin Vale Wed, 12 am in Tokyo"


def test_where_clocks_show_the_same_nothing_stands_beside(client):
    page = times(client, zone="America/Toronto")

    assert page.select(".times a")[0].get_text(" ") == "10 am Robin Vale"


@pytest.mark.parametrize("zone", ["Mars/Olympus", "Europe", "../../etc/passwd", "", "europe/berlin"])
def test_a_zone_that_is_none_is_left_out(client, zone):
    page = times(client, zone=zone)

    assert page.select(".times a")[0]["href"] == address("20260303T150000Z")
    assert client.get(address(), {"zone": zone, "mode": "video"}).status_code == 200
    assert known_zone(zone) == ""


def test_every_zone_that_is_offered_exists():
    names = [name for _, names in GROUPS for name in names]

    assert set(names) <= available_timezones()
    assert len(names) == len(set(names))


def test_the_zone_goes_along_through_every_link_and_is_stored(client):
    page = times(client, mode="video", zone=TOKYO)
    later = times(client, mode="video", zone=TOKYO).find("a", string="Later times")["href"]
    assert soup(client.get(f"/book/talk/{later}")).find("option", selected=True, value=TOKYO)

    link = page.select_one(".times a")["href"]
    assert link == f"{address('20260303T150000Z')}?mode=video&zone={TOKYO}"
    details = soup(client.get(link))
    assert "That is Wed, 12 am in Tokyo." in details.select_one(".chosen-visit").text
    back = [one["href"] for one in details.select(".chosen-visit a") if "from=" in one["href"]]
    assert len(back) == 2
    assert all(soup(client.get(one)).find("option", selected=True, value=TOKYO) for one in back)

    action = link.partition("?")[0] + details.find("form", method="post")["action"]
    assert client.post(action, filled_in()).status_code == 303
    stored = Appointment.objects.get()
    assert (stored.time_zone, stored.patient_time_zone) == ("America/New_York", TOKYO)


def test_the_zone_is_kept_when_the_form_comes_back_and_when_the_time_is_gone(client, service, robin):
    link = f"{address()}?mode=video&zone={TOKYO}"
    wrong = soup(client.post(link, filled_in(email="")))
    assert f"zone={TOKYO}" in wrong.find("form", method="post")["action"]

    ask(service=service, practitioner=robin, starts_at=at(5, 10))
    for gone in (client.get(link), client.post(link, filled_in())):
        assert gone.status_code == 409
        others = [one.get("href") or one.get("formaction") for one in soup(gone).select(".times :is(a, button)")]
        assert others
        assert all(f"zone={TOKYO}" in other for other in others)


def test_who_comes_in_person_has_our_clock_only(client):
    link = f"{address()}?mode=in_person&zone={TOKYO}"

    assert "Tokyo" not in soup(client.get(link)).select_one(".chosen-visit").text
    client.post(link, filled_in())
    assert Appointment.objects.get().patient_time_zone == ""


def test_the_mail_says_both(service, robin):
    Practitioner.objects.update(user=None)
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10), mode="video", patient_time_zone=BERLIN)
    mail = compose(visit.messages.get(recipient="patient"), now=NOW)

    for text in (mail.body, mail.alternatives[0][0]):
        assert "Thursday, March 5 at 10 am" in text
        assert "That is 4 pm in Berlin." in text


def test_until_when_we_reply_is_told_on_both_clocks(client, service, robin):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10), mode="video", patient_time_zone=BERLIN)
    mail = compose(visit.messages.get(recipient="patient"), now=NOW)
    form = soup(client.get(f"{address('20260306T150000Z')}?mode=video&zone={BERLIN}"))
    received = soup(client.get(f"/book/received/{visit.reference}/"))

    for text in (mail.body, received.text, form.find("form", method="post").text):
        assert "reply by Monday, March 2 at 2 pm (8 pm in Berlin)" in text


@pytest.mark.parametrize("mode", ["in_person", "phone"])
def test_without_a_screen_nobody_hears_of_another_clock(service, robin, client, mode):
    service.modes = ["in_person", "video", "phone"]
    service.save()
    robin.schedules.update(modes=service.modes)
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10), mode="video", patient_time_zone=BERLIN)
    Appointment.objects.update(mode=mode)  # as staff do when they agree with somebody on the telephone
    visit.refresh_from_db()
    mail = compose(visit.messages.get(recipient="patient"), now=NOW)

    for text in (mail.body, mail.alternatives[0][0], client.get(f"/book/received/{visit.reference}/").text):
        assert "Berlin" not in text


# --- The patient's own appointment ------------------------------------------------------------------------


def opens(client, visit) -> str:
    """Open the link to *visit*; return the address behind it."""
    return client.get(f"/book/manage/{ManageLink.objects.create_for(visit, NOW)}/").headers["Location"]


def by_video(service, robin, zone=""):
    visit = ask(service=service, practitioner=robin, starts_at=at(5, 10), mode="video", patient_time_zone=zone)
    return confirm_appointment(appointment_id=visit.pk, user=make_user("desk@example.org"), now=NOW)


def test_a_move_begins_with_the_clock_that_was_chosen_and_may_choose_another(client, service, robin):
    manage = opens(client, by_video(service, robin, BERLIN))
    assert "That is 4 pm in Berlin." in soup(client.get(manage)).select_one(".chosen-visit").text
    assert "4:30 pm in Berlin" in soup(client.get(f"{manage}move/")).select(".times a")[1].text

    times = soup(client.get(f"{manage}move/", {"practitioner": "robin", "mode": "video", "zone": TOKYO}))
    link = times.select(".times a")[1]
    assert "in Tokyo" in link.text
    page = soup(client.get(link["href"]))
    assert "in Tokyo" in page.select_one(".chosen-visit").text
    assert client.post(link["href"].partition("?")[0] + page.find("form")["action"]).status_code == 303

    visit = Appointment.objects.get()
    told = compose(visit.messages.get(kind="move_asked"), now=NOW).body
    assert (visit.patient_time_zone, visit.starts_at) == (TOKYO, at(5, 10))
    assert told.count("in Tokyo") == 3  # the new time, the answer, the old time
    assert soup(client.get(manage)).text.count("in Tokyo") >= 3


def test_a_move_to_a_visit_in_person_forgets_no_clock(client, service, robin):
    visit = by_video(service, robin, BERLIN)
    manage = opens(client, visit)
    link = soup(client.get(f"{manage}move/", {"mode": "in_person"})).select_one(".times a")["href"]
    assert client.post(link).status_code == 303

    visit.refresh_from_db()
    assert (visit.open_move().visitor_zone, visit.visitor_zone) == ("", BERLIN)


def test_who_was_offered_a_time_chooses_a_clock_beside_it(client, service, robin):
    visit = by_video(service, robin)
    Appointment.objects.update(status="offered", offer_expires_at=at(2, 14))
    manage = opens(client, visit)
    page = soup(client.get(manage))
    assert "Berlin" not in page.select_one(".chosen-visit").text

    form = page.find("form", action=f"{manage}clock/")
    assert form.find("option", value=BERLIN)
    assert client.get(f"{manage}clock/").status_code == 405
    for sent, kept in ((BERLIN, BERLIN), ("Mars/Olympus", ""), (TOKYO, TOKYO), ("", "")):
        assert client.post(f"{manage}clock/", {"zone": sent}).status_code == 303
        visit.refresh_from_db()
        assert visit.patient_time_zone == kept
    client.post(f"{manage}clock/", {"zone": BERLIN})
    page = soup(client.get(manage))
    assert "That is 4 pm in Berlin." in page.select_one(".chosen-visit").text
    assert "until Monday, March 2 at 2 pm (8 pm in Berlin)" in page.select_one(".lead").text


def test_who_comes_in_person_is_asked_for_no_clock(client, service, robin):
    visit = by_video(service, robin, BERLIN)
    Appointment.objects.update(mode="in_person")
    page = soup(client.get(opens(client, visit)))

    assert not page.find(id="id_zone")
    assert "Berlin" not in page.text


def test_staff_choose_times_by_our_clock_only(client, service, robin):
    visit = by_video(service, robin, BERLIN)
    client.force_login(make_user("manager@example.org", is_superuser=True))
    page = soup(client.get(f"/admin/appointments/{visit.pk}/move/"))

    assert page.find(id="id_practitioner")
    assert not page.find(id="id_zone")


def test_staff_see_what_the_patient_reads(client, service, robin):
    visit = by_video(service, robin, BERLIN)
    client.force_login(make_user("manager@example.org", is_superuser=True))

    assert "On the patient’s clock: 4 pm in Berlin" in client.get(reverse("appointments:inspect", args=[visit.pk])).text
