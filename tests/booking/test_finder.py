"""Finding somebody: who fits, whose times are shown, in which order, and what is said when nobody fits."""

import gc
from datetime import date, time, timedelta
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.images import ImageFile
from django.db import connection
from django.http import QueryDict
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from PIL import Image as Canvas
from wagtail.images.models import Image

from booking.models import BookingRules, Schedule
from booking.services import first_service, next_slots_of_each, open_slots
from clinic.models import Mode, Practitioner, Service
from tests.builders import NOW, ask, close, make_location, make_practitioner, make_service

pytestmark = pytest.mark.usefixtures("clinic_settings", "clock")

AUTOMATIC = Service.Confirmation.AUTOMATIC
COUNT = 3
left_open = pytest.mark.filterwarnings("ignore:unclosed file:ResourceWarning")  # Wagtail's temporary files


@pytest.fixture
def visit(clinic_settings):
    """Where newcomers begin: 50 minutes, in person or by video."""
    BookingRules.load()  # the row is there, as it is in a clinic that runs
    return make_service(slug="first-visit", name="First visit", sort_order=2)


@pytest.fixture
def call(clinic_settings):
    """A short call that confirms itself; it stands first."""
    return make_service(
        slug="call", name="Check-in call", modes=["phone", "video"], duration_minutes=20, confirmation=AUTOMATIC,
        sort_order=1,
    )  # fmt: skip


@pytest.fixture
def riverside():
    return make_location(slug="riverside", name="Riverside")


@pytest.fixture
def people(visit, call, riverside):
    """Ana helps with sleep and speaks Spanish; Ben works at the mill and only by video; Cy left."""
    mill = make_location(slug="mill", name="Old Mill")
    make_practitioner(
        name="Ana", slug="ana", services=[visit, call], location=riverside, weekdays=[3], sort_order=1,
        specialities=["Sleep", "Worry"], languages=["English", "Spanish"],
    )  # fmt: skip
    ben = make_practitioner(
        name="Ben", slug="ben", services=[visit], location=mill, weekdays=[1], sort_order=2,
        specialities=["worry", "Grief"], languages=["English"],
    )  # fmt: skip
    ben.schedules.update(modes=["video"])
    make_practitioner(name="Cy", slug="cy", services=[visit], specialities=["Anger"], active=False)


def shown(query="") -> BeautifulSoup:
    """The finder as a page shows it for the address's *query*."""
    template = Template("{% load finder %}{% find_practitioners query %}")
    return BeautifulSoup(template.render(Context({"query": QueryDict(query)})), "html.parser")


def names(page: BeautifulSoup) -> list[str]:
    return [one.get_text(strip=True) for one in page.select(".person h3")]


def status(page: BeautifulSoup) -> str:
    return page.select_one("[role=status]").get_text(strip=True)


def times(page: BeautifulSoup) -> list[str]:
    return [one["href"] for one in page.select(".times a")]


def portrait(size=20) -> Image:
    file = BytesIO()
    Canvas.new("RGB", (size, size), "teal").save(file, "JPEG")
    return Image.objects.create(title="teal", file=ImageFile(file, name="teal.jpg"))


# --- The next times of many -------------------------------------------------------------------------------


def make_crowd(visit, call) -> dict[Practitioner, Service]:
    """Twelve people with different hours, services and appointments; two have hours that overlap at two places."""
    crowd = {}
    for number in range(12):
        service = call if number % 4 == 0 else visit
        person = make_practitioner(
            services=[visit, call], weekdays=range(number % 5, 5), hours=(8 + number % 4, 13 + number % 6)
        )
        if number in (3, 7):
            Schedule.objects.create(
                practitioner=person, location=make_location(), weekday=4, starts=time(10, 15), ends=time(16),
                modes=["video"],
            )  # fmt: skip
        for slot in open_slots(service=service, practitioner=person, now=NOW)[1:8:6]:
            ask(
                service=service, practitioner=person, starts_at=slot.starts_at, mode=slot.modes[0], phone="+12025550123"
            )
        crowd[person] = service
    return crowd


@pytest.mark.parametrize("mode", [None, *Mode])
@pytest.mark.parametrize("count", [3, 40])
def test_the_next_times_of_each_are_those_that_each_has_alone(clinic_settings, visit, call, mode, count):
    close(clinic_settings, date(2026, 3, 4), date(2026, 3, 11))
    crowd = make_crowd(visit, call)

    found = next_slots_of_each(crowd, now=NOW, count=count, mode=mode)

    for person, service in crowd.items():
        alone = open_slots(service=service, practitioner=person, now=NOW, mode=mode)
        assert found[person] == alone[:count]
    assert any(found.values())


def test_whoever_is_booked_out_for_weeks_has_times_after_that_up_to_the_horizon_and_not_beyond(visit, clinic_settings):
    close(clinic_settings, date(2026, 3, 2), date(2026, 4, 29))
    person = make_practitioner(services=[visit])

    [slots] = next_slots_of_each({person: visit}, now=NOW, count=100).values()

    assert slots == open_slots(service=visit, practitioner=person, now=NOW)
    assert {slot.day for slot in slots} == {date(2026, 4, 30), date(2026, 5, 1)}


def test_with_a_place_only_times_there(visit, riverside):
    person = make_practitioner(services=[visit], weekdays=[2, 3])
    person.schedules.filter(weekday=3).update(location=riverside)

    [slots] = next_slots_of_each({person: visit}, now=NOW, count=50, location=riverside).values()

    assert {slot.location for slot in slots} == {riverside}
    assert slots == [
        slot
        for slot in open_slots(service=visit, practitioner=person, now=NOW)
        if slot.location == riverside
    ][:50]  # fmt: skip


def test_nothing_is_open_with_who_left_or_for_what_cannot_be_booked(visit):
    gone = make_practitioner(services=[visit], active=False)
    offline = make_service(bookable_online=False)
    person = make_practitioner(services=[offline])

    assert next_slots_of_each({gone: visit, person: offline}, now=NOW, count=COUNT) == {gone: [], person: []}
    assert next_slots_of_each({}, now=NOW, count=COUNT) == {}


def test_six_queries_however_many_people(visit, call):
    counts = []
    for size in (1, 12):
        while Practitioner.objects.count() < size:
            make_practitioner(services=[visit, call])
        visits = {person: visit if person.pk % 2 else call for person in Practitioner.objects.all()}
        with CaptureQueriesContext(connection) as queries:
            found = next_slots_of_each(visits, now=NOW, count=COUNT)
        assert [len(slots) for slots in found.values()] == [COUNT] * size
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 6


def test_hours_whose_last_day_is_over_tell_nothing_of_today(visit, people, riverside):
    """Ana's only hours, at Riverside in person and by video, end on the day before; on that day they still counted."""
    today = NOW.date()
    for last, told in ((today, True), (today - timedelta(days=1), False)):
        Schedule.objects.filter(practitioner__slug="ana").update(valid_until=last)
        here = Template("{% load openings %}{% people_at place %}").render(Context({"place": riverside}))
        one = Template("{% load openings %}{% modes_of person as modes %}{{ modes|length }}")
        modes = one.render(Context({"person": Practitioner.objects.get(slug="ana")}))

        card = next(one for one in shown().select(".person") if "Ana" in one.h3.text)
        assert ("Meets you" in card.text) == told
        assert ("Ana" in here, modes != "0") == (told, told)


def test_who_begins_later_is_found_and_not_told_to_be_there_today(visit, people, riverside):
    Schedule.objects.filter(practitioner__slug="ana").update(valid_from=NOW.date() + timedelta(days=3))

    assert "Ana" in names(shown("mode=in_person"))
    assert "Ana" not in Template("{% load openings %}{% people_at place %}").render(Context({"place": riverside}))


@left_open
def test_the_whole_list_costs_the_same_queries_for_one_as_for_twelve(visit, call):
    counts = []
    for size in (1, 12):
        while Practitioner.objects.count() < size:
            make_practitioner(services=[visit, call], portrait=portrait(), specialities=["Sleep"])
        shown()  # makes the portraits' sizes, once
        with CaptureQueriesContext(connection) as queries:
            page = shown("concern=Sleep&sort=soonest")
        assert len(page.select(".person img")) == size
        counts.append(len(queries))

    assert counts[0] == counts[1] <= 14
    gc.collect()  # here, where the warning is expected


# --- Whose service ----------------------------------------------------------------------------------------


def service_named(name, *, modes=("in_person",), **fields):
    return Service(name=name, modes=list(modes), **fields)


@pytest.mark.parametrize(
    ("mode", "expected"), [(None, "visit"), (Mode.IN_PERSON, "visit"), (Mode.PHONE, "call"), (Mode.VIDEO, "call")]
)
def test_a_newcomer_begins_with_what_staff_confirm_unless_it_is_not_held_that_way(mode, expected):
    services = [
        service_named("offline", modes=Mode.values, bookable_online=False),
        service_named("call", modes=("phone", "video"), confirmation=AUTOMATIC),
        service_named("visit"),
        service_named("later", modes=("phone", "video", "in_person")),
    ]
    assert first_service(services, mode).name == expected


def test_where_nothing_is_confirmed_by_staff_a_newcomer_begins_with_the_first():
    assert first_service([service_named("call", confirmation=AUTOMATIC)]).name == "call"
    assert first_service([]) is None
    assert first_service([service_named("visit")], Mode.PHONE) is None


def test_a_card_says_for_which_visit_its_times_are(people):
    page = shown("concern=Sleep")
    assert "First visit, 50 minutes" in page.select_one(".person").get_text(" ", strip=True)
    page = shown("concern=Sleep&service=call")
    assert "Check-in call, 20 minutes" in page.select_one(".person").get_text(" ", strip=True)
    assert all(link.startswith("/book/call/ana/") for link in times(page))


# --- Who fits ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Ana", "Ben"]),
        ("concern=Sleep", ["Ana"]),
        ("concern=worry", ["Ana", "Ben"]),
        ("service=call", ["Ana"]),
        ("language=Spanish", ["Ana"]),
        ("location=riverside", ["Ana"]),
        ("location=mill&mode=video", ["Ben"]),
        ("mode=in_person", ["Ana"]),
        ("mode=video", ["Ana", "Ben"]),
        ("mode=phone", ["Ana"]),
        ("concern=worry&language=English&mode=video&service=first-visit", ["Ana", "Ben"]),
        ("sort=soonest", ["Ben", "Ana"]),
        ("concern=Sleep&language=Spanish&location=mill", []),
    ],
)
def test_each_wish_narrows_the_list(people, query, expected):
    assert names(shown(query)) == expected


@pytest.mark.parametrize(
    "query",
    ["concern=Anger", "concern=%00", "service=nothing", "language=" + "x" * 3000, "location=cy", "mode=telepathy",
     "sort=best", "mode=VIDEO&mode=", "unknown=1", "concern=<script>", "service=%FF", "location=1", "concern[]=Sleep"],
)  # fmt: skip
def test_what_is_unknown_is_left_out_without_a_word(people, query):
    page = shown(query)
    assert (names(page), status(page)) == (["Ana", "Ben"], "Two people work here.")
    assert not page.select("[aria-invalid], [selected]:not([value='']), .errorlist, script")


def test_the_form_shows_what_the_address_says(people):
    page = shown("concern=Sleep&service=call&language=Spanish&location=riverside&mode=video&sort=soonest")
    chosen = {one.parent["name"]: one["value"] for one in page.select("option[selected]")}
    assert chosen == {
        "concern": "Sleep", "service": "call", "language": "Spanish", "location": "riverside", "mode": "video",
        "sort": "soonest",
    }  # fmt: skip
    assert page.form["method"] == "get"
    assert [one["for"] for one in page.select("label")] == [one["id"] for one in page.select("select")]


def test_only_what_is_true_of_somebody_who_works_here_can_be_chosen(people):
    page = shown()
    concerns = [one.get_text() for one in page.select("[name=concern] option")]
    assert concerns == ["Anything", "Grief", "Sleep", "worry"]
    assert [one["value"] for one in page.select("[name=location] option")] == ["", "mill", "riverside"]
    assert [one["value"] for one in page.select("[name=service] option")] == ["", "call", "first-visit"]


# --- Times on the cards -----------------------------------------------------------------------------------


def test_each_card_leads_to_the_next_three_times_and_each_is_open(people, visit, client):
    page = shown()
    assert len(times(page)) == 2 * COUNT
    assert times(page)[0] == "/book/first-visit/ana/20260305T140000Z/?mode=in_person"
    assert times(page)[3] == "/book/first-visit/ben/20260303T150000Z/?mode=video"
    for link in times(page):
        assert client.get(link).status_code == 200


def test_times_are_for_the_way_to_meet_that_was_chosen(people, client):
    assert all(link.endswith("?mode=video") for link in times(shown("mode=video")))
    ana = Practitioner.objects.get(slug="ana")
    ana.schedules.update(modes=["in_person"])
    ana.schedules.create(
        location=ana.locations.get(), weekday=4, starts=time(9), ends=time(10), modes=["video"]
    )  # fmt: skip
    assert times(shown("mode=video&concern=Sleep"))[0] == "/book/first-visit/ana/20260306T140000Z/?mode=video"
    assert times(shown("mode=in_person&concern=Sleep"))[0] == "/book/first-visit/ana/20260305T140000Z/?mode=in_person"


def test_to_choose_a_place_is_to_come_there(people, riverside):
    ana = Practitioner.objects.get(slug="ana")
    ana.schedules.create(location=riverside, weekday=1, starts=time(11), ends=time(16), modes=["video"])
    page = shown("location=riverside")
    assert times(page)[0] == "/book/first-visit/ana/20260305T140000Z/?mode=in_person"
    assert page.select_one(".time-with").get_text() == "in person at Riverside"
    assert times(shown("location=riverside&mode=video"))[0] == "/book/first-visit/ana/20260303T160000Z/?mode=video"


def test_a_card_says_how_one_meets_at_each_time(people):
    page = shown()
    said = [one.get_text() for one in page.select(".time-with")]
    assert said[::COUNT] == ["in person at Riverside or by video", "by video"]
    assert "In person, by video, by phone" in page.select(".person")[0].get_text(" ", strip=True)


def test_whoever_has_no_open_time_is_shown_comes_last_and_can_be_asked_for(people):
    Practitioner.objects.get(slug="ben").schedules.update(starts=time(9), ends=time(9, 30))
    page = shown("sort=soonest")
    assert names(page) == ["Ana", "Ben"]
    assert "No time is open online" in page.select(".person")[1].get_text()


def test_without_anything_to_book_the_card_shows_no_times(people, visit):
    Service.objects.update(bookable_online=False)
    page = shown()
    assert (names(page), times(page)) == (["Ana", "Ben"], [])


# --- What is said -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("", "Two people work here."),
        ("sort=soonest", "Two people work here."),
        ("mode=video", "Two people fit what you chose."),
        ("concern=Sleep", "One person fits what you chose."),
        ("concern=Grief&language=Spanish", "Nobody here fits all of what you chose."),
    ],
)
def test_the_number_is_said_in_words(people, query, words):
    assert status(shown(query)) == words


def test_a_practice_without_people_says_so_and_asks_nothing():
    page = shown()
    assert status(page) == "Nobody is shown here yet."
    assert not page.select("form")


def test_where_nobody_fits_each_way_out_leads_to_somebody(people):
    page = shown("concern=Grief&language=Spanish&sort=soonest")
    ways = page.select(".ways-out li")
    assert [one.get_text(strip=True) for one in ways] == [
        "Leave out “Grief”: one person fits",
        "Leave out “Spanish”: one person fits",
    ]
    found = [names(shown(one.a["href"].strip("?").partition("#")[0])) for one in ways]
    assert found == [["Ana"], ["Ben"]]
    assert "sort=soonest" in ways[0].a["href"]
    assert page.select_one(".call .button")["href"] == "/book/call/"


def test_where_no_single_wish_is_to_blame_no_way_out_is_promised(people):
    page = shown("concern=Grief&language=Spanish&location=riverside&mode=phone&service=first-visit")
    assert not page.select(".ways-out")
    assert "choose a little less" in page.get_text()
    assert page.find("a", string="Show everybody")


def test_everybody_can_be_shown_again_only_where_something_was_chosen(people):
    assert shown("concern=Sleep").find("a", string="Show everybody")
    for query in ("", "sort=soonest"):
        assert not shown(query).find("a", string="Show everybody")


@left_open
def test_the_first_pictures_come_at_once_and_the_others_when_they_come_near(visit):
    image = portrait(300)
    for _number in range(5):
        make_practitioner(services=[visit], portrait=image)
    images = shown().select(".person img")
    assert [one["loading"] for one in images] == ["eager"] * 3 + ["lazy"] * 2
    assert all(one["width"] == one["height"] == "128" for one in images)
    gc.collect()


def test_who_offers_a_service_is_listed_with_times_for_it(people, call):
    template = Template("{% load finder %}{% practitioners_offering service %}")
    page = BeautifulSoup(template.render(Context({"service": call})), "html.parser")
    assert names(page) == ["Ana"]
    assert times(page)[0] == "/book/call/ana/20260305T140000Z/?mode=video"
