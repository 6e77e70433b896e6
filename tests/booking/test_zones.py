"""One instant, however it is told: the page of times, the form, the mail, the calendar file, JSON, the database.

Times are drawn over two years in five zones, every second one around a night in which the clocks change. The words
are read as a person with a calendar and a clock on the wall would read them: nothing of ours turns them into instants.
"""

import random
import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest

from booking.mails import compose
from booking.models import Appointment, Schedule
from booking.services import confirm_appointment
from clinic.models import Service
from tests.booking.pages import soup
from tests.builders import filled_in, make_details, make_location, make_practitioner, make_service, make_user

pytestmark = [
    pytest.mark.usefixtures("clock"),
    pytest.mark.promise("Page, form, mail, calendar file, JSON and database name the same instant, in five zones"),
]

CHANGES = {  # the local days on which the clocks change
    "America/New_York": ["2026-03-08", "2026-11-01", "2027-03-14", "2027-11-07"],
    "Europe/London": ["2026-03-29", "2026-10-25", "2027-03-28", "2027-10-31"],
    "Australia/Lord_Howe": ["2026-04-05", "2026-10-04", "2027-04-04", "2027-10-03"],
    "America/Santiago": ["2026-04-04", "2026-09-06", "2027-04-03", "2027-09-05"],
    "Pacific/Chatham": ["2026-04-05", "2026-09-27", "2027-04-04", "2027-09-26"],
}
VISITORS = ["Europe/Berlin", "Asia/Tokyo", "America/St_Johns", "Asia/Kathmandu", "Pacific/Auckland"]
VISIT = timedelta(minutes=20)
TIME = r"(?P<time>\d+(?::\d\d)? [ap]m)(?: (?P<which>[A-Z]{2,5}[-+:\d]*))?"
MOMENT = re.compile(rf"(?P<day>\w+, \w+ \d+(?:, \d{{4}})?) at {TIME}")
ELSEWHERE = re.compile(rf"(?:(?P<weekday>\w{{3}}), )?{TIME} in ")
BESIDE = re.compile(rf"{MOMENT.pattern} \((?P<there>[^()]+ in [^()]+)\)")


# --- Somebody who reads -----------------------------------------------------------------------------------


def wall_time(words: str) -> time:
    """What "1:30 pm" says."""
    return datetime.strptime(words.upper(), "%I:%M %p" if ":" in words else "%I %p").time()


def wall_day(words: str, today: date) -> date:
    """What "Sunday, November 1" says *today*; the weekday must be right."""
    words = re.sub(r"^(Today|Tomorrow), ", "", words)
    has_year = re.search(r"\d{4}$", words)
    day = datetime.strptime(words if has_year else f"{words}, {today.year}", "%A, %B %d, %Y").date()
    assert words.startswith(f"{day:%A}, ")
    return day


def the_instant(day: date, at: time, zone: ZoneInfo, which: str | None) -> datetime:
    """The one instant at which the wall shows *day* and *at*, and that is called *which*, if it is called anything."""
    shown = datetime.combine(day, at)
    near = [shown.replace(tzinfo=UTC) + timedelta(minutes=15 * number) for number in range(-15 * 4, 15 * 4)]
    found = [one for one in near if one.astimezone(zone).replace(tzinfo=None) == shown]
    [instant] = [one for one in found if which in (None, name(one.astimezone(zone)))]
    return instant


def name(local: datetime) -> str:
    """What the zone is called then: "EDT", or "UTC-3"."""
    if local.tzname().isalpha():
        return local.tzname()
    return re.sub(r"^([-+])0?(\d+):?(00)?", r"UTC\1\2:", f"{local:%z}"[:3] + ":" + f"{local:%z}"[3:]).rstrip(":")


def moments(text: str, zone: ZoneInfo, today: date) -> list[datetime]:
    """The instants that "Sunday, November 1 at 1:30 am EDT" and the like in *text* name: each once, in order."""
    found = [
        the_instant(wall_day(one["day"], today), wall_time(one["time"]), zone, one["which"])
        for one in MOMENT.finditer(text)
    ]
    return list(dict.fromkeys(found))


def check_elsewhere(text: str, instant: datetime, zone: ZoneInfo, visitor: str) -> None:
    """The visitor's own clock shows what *text* says of it; the day is told where it is another one."""
    found, local = ELSEWHERE.search(text), instant.astimezone(ZoneInfo(visitor))
    assert wall_time(found["time"]) == local.time()
    assert found["weekday"] == (f"{local:%a}" if local.date() != instant.astimezone(zone).date() else None)


def check_beside(text: str, instant: datetime, zone: ZoneInfo, visitor: str) -> None:
    """Beside *instant* in *text* the visitor's own time stands in brackets, unless clocks show the same."""
    found = BESIDE.search(text)
    check_elsewhere(found["there"], instant, zone, visitor) if found else same_there(instant, zone, visitor)


# --- The practice -----------------------------------------------------------------------------------------


@pytest.fixture(params=CHANGES)
def zone(request, db) -> ZoneInfo:
    """A practice there that is open day and night, and somebody who works then."""
    details = make_details(time_zone=request.param)
    row = details.opening_hours.model
    details.opening_hours = [row(weekday=day, opens=time(0), closes=time(0)) for day in range(7)]
    details.save()
    service = make_service(slug="talk", duration_minutes=20, modes=["video", "in_person"])
    person = make_practitioner(slug="robin", services=[service], weekdays=[], location=make_location())
    for weekday in range(7):
        Schedule.objects.create(
            practitioner=person, location=person.locations.get(), weekday=weekday, starts=time(0), ends=time(23, 59),
            modes=["video", "in_person"],
        )  # fmt: skip
    return details.zone


def drawn_day(chance, number: int, zone: ZoneInfo) -> date:
    """A day of two years; every second one is that of a change of the clocks, or the one before or after it."""
    if number % 2:
        return date(2026, 1, 1) + timedelta(days=chance.randrange(730))
    changes, beside = CHANGES[zone.key], [0, 0, 1, 0, -1]
    return date.fromisoformat(changes[number // 2 % 4]) + timedelta(days=beside[number // 2 % 5])


def drawn_link(client, chance, day: date, zone: ZoneInfo, today: date, visitor: str) -> tuple[str, datetime]:
    """Draw one of the links of *day*, often of the night; return it and the instant that its words name."""
    page = soup(client.get("/book/talk/", {"from": day, "mode": "video", "zone": visitor}))
    section = page.select_one(".day")
    assert wall_day(section.h2.text, today) == day
    links = section.select(".times a")
    link = chance.choice(links[:12] + links[-4:] if chance.random() < 0.6 else links)
    found = re.fullmatch(TIME, link.time.text)
    instant = the_instant(day, wall_time(found["time"]), zone, found["which"])
    check_elsewhere(link.text, instant, zone, visitor) if " in " in link.text else same_there(instant, zone, visitor)
    assert datetime.fromisoformat(link.time["datetime"]) == instant
    return link["href"], instant


def same_there(instant: datetime, zone: ZoneInfo, visitor: str) -> None:
    """Clocks show the same."""
    assert instant.astimezone(zone).replace(tzinfo=None) == instant.astimezone(ZoneInfo(visitor)).replace(tzinfo=None)


def mail_of(appointment, kind, now):
    """The mail to the patient, its words, and the calendar file with it, read again."""
    mail = compose(appointment.messages.get(kind=kind, recipient="patient"), now=now)
    files = [one for one in mail.attachments if "calendar" in one[2]]
    return [mail.body, soup_text(mail.alternatives[0][0])], [icalendar.Calendar.from_ical(one[1]) for one in files]


def soup_text(html: str) -> str:
    """The words of a page."""
    return re.sub(r"<[^>]+>", " ", html)


def test_every_way_of_telling_names_the_same_instant(client, clock, zone, full_size):
    chance = random.Random(zone.key)
    staff = make_user("staff@example.org")
    seen = []
    for number in range(200 if full_size else 6):
        day, visitor = drawn_day(chance, number, zone), chance.choice(VISITORS)
        now = datetime.combine(day, time(chance.randrange(24)), UTC) - timedelta(days=chance.randint(3, 50))
        clock.move_to(now)
        today = now.astimezone(zone).date()
        Service.objects.update(confirmation=chance.choice(Service.Confirmation.values))
        Schedule.objects.update(valid_from=day, valid_until=day)  # so that the page lists this day alone

        link, instant = drawn_link(client, chance, day, zone, today, visitor)
        assert link == f"/book/talk/robin/{instant:%Y%m%dT%H%M%SZ}/?mode=video&zone={visitor}"
        form = soup(client.get(link)).select_one(".chosen-visit").get_text(" ", strip=True)
        assert moments(form, zone, today) == [instant]
        assert name(instant.astimezone(zone)) in form
        if "That is" in form:
            check_elsewhere(form.partition("That is")[2], instant, zone, visitor)
        else:
            same_there(instant, zone, visitor)
        listed = client.get("/book/talk/openings.json", {"from": day, "to": day, "mode": "video"}).json()["openings"]
        assert instant in [datetime.fromisoformat(entry["start"]) for entry in listed]

        answer = client.post(link, filled_in(email=f"{number}@example.com"))
        assert answer.status_code == 303
        stored = Appointment.objects.latest("pk")
        assert (stored.starts_at, stored.ends_at) == (instant, instant + VISIT)
        assert (stored.time_zone, stored.patient_time_zone) == (zone.key, visitor)
        if stored.is_waiting():
            received = soup(client.get(answer["Location"])).text
            assert moments(received, zone, today) == [stored.reply_by]
            told, _ = mail_of(stored, "request_received", now)
            assert [moments(text, zone, today) for text in told] == [[stored.reply_by, instant]] * 2
            for text in (received, *told):
                check_beside(text, stored.reply_by, zone, visitor)
            confirm_appointment(appointment_id=stored.pk, user=staff, now=now)
        told, calendars = mail_of(stored, "confirmed", now)
        for text in told:
            assert moments(text, zone, today) == [instant]
            assert f"({name(instant.astimezone(zone))})" in text
            if "That is" in text:
                check_elsewhere(text.partition("That is")[2], instant, zone, visitor)
            else:
                same_there(instant, zone, visitor)
        [event] = calendars[0].walk("VEVENT")
        assert (event.start, event.end) == (instant, instant + VISIT)
        seen.append(instant)

    nights = [date.fromisoformat(day) for day in CHANGES[zone.key]]
    assert sum(one.astimezone(zone).date() in nights for one in seen) >= len(seen) / 4


def test_without_its_name_a_time_that_comes_twice_is_no_instant_for_the_reader():
    """The control: the reader of the tests above notices where which of both is meant is not told."""
    night, new_york = date(2026, 11, 1), ZoneInfo("America/New_York")

    assert the_instant(night, time(1, 30), new_york, "EST") == datetime(2026, 11, 1, 6, 30, tzinfo=UTC)
    with pytest.raises(ValueError, match="too many"):
        the_instant(night, time(1, 30), new_york, None)
    with pytest.raises(ValueError, match="not enough"):  # the clocks jump over it
        the_instant(date(2026, 3, 8), time(2, 30), new_york, None)
