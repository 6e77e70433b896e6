"""Everything that can be sent wrongly: it is answered in plain words, and nothing is stored."""

import re

import pytest

from tests.booking.pages import address, reads_plainly, soup
from tests.builders import filled_in, make_practitioner, make_service, stored

pytestmark = [
    pytest.mark.usefixtures("clock", "service"),
    pytest.mark.promise("Bad input is answered in plain words and stores nothing"),
]

TEXT_FIELDS = ("full_name", "email", "phone", "ask_for", "access_needs", "note")


@pytest.fixture
def strangers():
    """What exists, but not together with the service or not any more."""
    make_practitioner(slug="stranger")
    make_practitioner(slug="gone", active=False, services=[make_service(slug="closed", bookable_online=False)])


BAD_FORMS = {
    "nothing": dict.fromkeys(filled_in(), ""),
    "no consent": {"consent": ""},
    "no key": {"submission_key": ""},
    "a bad key": {"submission_key": "nonsense"},
    "a name of 1 MB": {"full_name": "x" * 1_000_000},
    "a note of 1 MB": {"note": "x" * 1_000_000},
    "an email of 300 letters": {"email": f"{'x' * 288}@example.com"},
    "an email without @": {"email": "ada"},
    "no way to answer": {"email": "", "phone": ""},
    "an email that is wished and missing": {"email": "", "phone": "+12025550143"},
    "a call that is wished without a number": {"contact_by": "call"},
    "a text that is wished without a number": {"contact_by": "text"},
    "an unknown way to answer": {"contact_by": "pigeon"},
    "a telephone number that is none": {"phone": "call me maybe"},
    "a telephone number with an extension": {"phone": "202-555-0143 ext. 7"},
    "a telephone number that is too short": {"phone": "555"},
    "the field that people do not see": {"website": "https://spam.example"},
    **{
        f"a name with {name}": {"full_name": value}
        for name, value in {
            "a link": "Claim your prize at evil.example/win now",
            "a bare link": "see evil.example",
            "a line separator": "Ada\u2028Birch",
            "a next line": "Ada\x85Birch",
            "a filler": "\u3164",
        }.items()
    },
    "somebody to ask for with a link": {"ask_for": "evil.example"},
    **{f"NUL in {name}": {name: f"a\x00{filled_in().get(name, '')}"} for name in TEXT_FIELDS},
    **{f"NUL in {name}": {name: "\x00"} for name in ("contact_by", "submission_key", "website")},
    **{f"an escape in {name}": {name: "a\x1b[2J"} for name in TEXT_FIELDS},
    **{f"bad UTF-8 in {name}": {name: "a\ufffd"} for name in TEXT_FIELDS},
}


@pytest.mark.parametrize("change", BAD_FORMS.values(), ids=BAD_FORMS.keys())
def test_a_wrong_form_answers_422_in_plain_words_and_stores_nothing(client, change):
    response = client.post(address(), {**filled_in(), **change})

    assert response.status_code == 422
    assert "Please look at this again" in reads_plainly(response)
    assert not any(stored().values())


@pytest.mark.parametrize("name", ["J.R. Birch", "Ada St.John", "Dr. Ada Birch-O’Neil", "李小龍", "Ada B."])
def test_names_that_people_have_are_no_links(client, name):
    assert client.post(address(), {**filled_in(), "full_name": name}).status_code == 303


@pytest.mark.parametrize("name", [b"%FF%FE", b"\xff\xfe", b"%C3%28", b"%ED%A0%80"])
def test_bytes_that_are_no_utf8_are_refused(client, name):
    body = b"&".join(f"{key}={value}".encode() for key, value in filled_in().items() if key != "full_name")
    response = client.post(address(), body + b"&full_name=" + name, "application/x-www-form-urlencoded")

    assert response.status_code in (400, 422)
    assert reads_plainly(response)
    assert not any(stored().values())


@pytest.mark.parametrize("body", [{"note": "x" * 3_000_000}, {f"field{n}": "x" for n in range(1001)}], ids=len)
def test_a_body_that_is_far_too_large_answers_400_in_plain_words(client, body):
    response = client.post(address(), {**filled_in(), **body})

    assert (response.status_code, any(stored().values())) == (400, False)
    assert "We could not read what was sent" in reads_plainly(response)


BAD_ADDRESSES = {
    **{f"the start {start}": (404, address(start)) for start in ("tomorrow", "20261399T250000Z", "20260229T150000Z")},
    "a start with NUL": (404, address("%00")),
    "an unknown service": (404, address(service="nobody")),
    "a service not online": (404, address(service="closed", practitioner="gone")),
    "an unknown practitioner": (404, address(practitioner="nobody")),
    "somebody who does not offer it": (404, address(practitioner="stranger")),
    "somebody who left": (404, address(practitioner="gone")),
    "a start off the grid": (409, address("20260305T150700Z")),
    "a start in the past": (409, address("20260227T150000Z")),
    "a start within the notice": (409, address("20260302T190000Z")),
    "a start in nobody's hours": (409, address("20260305T080000Z")),
    "a start beyond the horizon": (409, address("20270304T150000Z")),
    "the first of all days": (404, address("00010101T000000Z")),
    "the last of all days": (404, address("99991231T235959Z")),
    "a mode that is not offered": (409, address(mode="phone")),
}


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize(("status", "path"), BAD_ADDRESSES.values(), ids=BAD_ADDRESSES.keys())
def test_an_address_that_cannot_be_booked_is_answered_in_plain_words(client, strangers, method, status, path):
    response = getattr(client, method)(path, filled_in() if method == "post" else None)

    assert response.status_code == status
    assert reads_plainly(response)
    assert status == 404 or soup(response).select(".times a, .times button")  # other times
    assert not any(stored().values())


@pytest.mark.parametrize("mode", ["telepathy", "%00", "%FF", "in_person%20"])
def test_a_mode_that_nobody_knows_is_not_silently_another(client, mode):
    response = client.post(address(mode=mode), filled_in())

    assert 400 <= response.status_code < 500
    assert not any(stored().values())


def test_a_visit_by_phone_needs_a_number_whether_the_address_names_the_mode_or_not(client, service):
    service.modes = ["phone"]
    service.save()

    for path in (address(mode="phone"), address()):
        assert client.post(path, filled_in()).status_code == 422
    assert not any(stored().values())


@pytest.mark.parametrize("reference", ["AAAA-AAAA", "%00", "%27%20OR%201=1", "x" * 2000, "%F0%9F%A6%98"])
def test_an_unknown_reference_answers_404(client, reference):
    response = client.get(f"/book/received/{reference}/")

    assert response.status_code == 404
    assert reads_plainly(response)


@pytest.mark.parametrize("method", ["put", "delete", "patch"])
@pytest.mark.parametrize("path", ["/book/", "/book/talk/", address(), "/book/received/AAAA-AAAA/"])
def test_other_methods_are_refused(client, method, path):
    assert getattr(client, method)(path).status_code == 405
    assert not any(stored().values())


@pytest.mark.parametrize("path", ["/book/", "/book/talk/", address()])
def test_head_is_answered_like_get(client, path):
    assert client.head(path).status_code == 200


@pytest.mark.parametrize(
    "query",
    ["from=2026-02-30", "from=0001-01-01", "from=9999-12-31", "from=%00", "from=99999999999999999999-01-01",
     "practitioner=<script>alert(1)</script>", "practitioner=%00", "practitioner=stranger", "mode=%00", "mode=phone",
     "mode=<script>", "practitioner=%FF&mode=%FF&from=%FF", "practitioner=robin&practitioner=robin"],
)  # fmt: skip
def test_wishes_that_make_no_sense_are_left_out(client, strangers, query):
    response = client.get(f"/book/talk/?{query}")

    assert response.status_code == 200
    assert soup(response).select(".times a")
    assert not {"<script>", "alert(1)"} & set(re.findall(r"<script>|alert\(1\)", response.text))


@pytest.mark.parametrize("query", ["practitioner=%00", "practitioner=%FF", "practitioner=stranger"])
def test_the_form_without_a_time_leaves_out_what_makes_no_sense(client, strangers, query):
    assert client.get(f"/book/talk/ask/?{query}").status_code == 200
