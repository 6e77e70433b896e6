"""The staff's ledger: what they record, who may, what they are told, and what the log keeps."""

from functools import partial
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import ModelLogEntry

from clinic.models import ConsentText
from testimonials.forms import LARGEST_FILE
from testimonials.models import ConsentFile, State
from testimonials.models import Testimonial as Story
from testimonials.services import withdraw_consent
from tests.builders import NOW, row_as_text, signed_in
from tests.testimonials.stories import (
    consent,
    entered,
    entered_consent,
    make_shown_story,
    make_story,
    make_words,
    text_of,
)

NEW = "/admin/testimonial/new/"
LIST = "/admin/testimonial/"
SHEET = b"%PDF-1.7 signed by Quill Xenon"

pytestmark = pytest.mark.usefixtures("roles", "clinic_settings")


@pytest.fixture
def editor():
    return signed_in("Editors")


def sheet(name="quill-xenon.pdf", content=SHEET):
    return SimpleUploadedFile(name, content)


def screen(story, name="edit") -> str:
    return reverse(f"testimonial:{name}", args=[story.pk])


def actions(story) -> list[str]:
    """What the log says was done to *story*, oldest first."""
    entries = ModelLogEntry.objects.for_instance(story).order_by("timestamp", "pk")
    return list(entries.values_list("action", flat=True))


# --- Recording and showing --------------------------------------------------------------------------------


def test_staff_record_words_and_who_did_it_is_noted(editor):
    editor.post(NEW, entered())
    story = Story.objects.get()
    assert (story.state, story.recorded_by.email, story.source) == (State.WAITING, "editors@example.org", "asked")
    assert story.recorded_at


def test_the_screen_says_that_nothing_is_shown_without_consent(editor):
    response = editor.post(NEW, entered(published="on"))
    assert "can be shown only with consent" in text_of(response)
    assert not Story.objects.exists()


@pytest.mark.parametrize("missing", ["consent_scope", "consent_text"])
def test_consent_needs_its_place_and_its_words(editor, missing):
    response = editor.post(NEW, entered_consent(**{missing: ""}))
    assert "Say where it may be shown, and choose the words that they agreed to." in text_of(response)
    assert not Story.objects.exists()


@pytest.mark.parametrize("field", ["given_on", "consent_given_on"])
def test_a_day_that_has_not_come_is_refused(editor, field):
    response = editor.post(NEW, entered_consent(**{field: "2099-01-01"}))
    assert "This day has not come yet." in text_of(response)
    assert not Story.objects.exists()


def test_with_consent_it_is_shown_and_hidden_again(editor):
    editor.post(NEW, entered_consent(published="on"))
    story = Story.objects.get()
    assert list(Story.objects.shown_anywhere()) == [story]
    editor.post(screen(story), entered_consent(text="A long talk."))
    assert not Story.objects.shown().exists()
    assert Story.objects.get().text == "A long talk."
    assert actions(story) == ["wagtail.create", "testimonials.show", "wagtail.edit", "testimonials.hide"]


def test_a_withdrawn_story_cannot_be_shown_again_by_the_screen(editor):
    story = make_shown_story()
    withdraw_consent(testimonial_id=story.pk, user=None, now=NOW)
    response = editor.post(screen(story), entered_consent(published="on"))
    assert "the person has withdrawn their consent" in text_of(response)
    assert not Story.objects.shown().exists()


def test_withdrawal_between_opening_and_saving_is_told(editor, monkeypatch):
    from testimonials import services

    story = make_shown_story()
    real = services.locked

    def withdrawn_by_somebody_else(pk):
        Story.objects.filter(pk=pk).update(published=False, consent_withdrawn_on=NOW.date())
        return real(pk)

    monkeypatch.setattr(services, "locked", withdrawn_by_somebody_else)
    response = editor.post(screen(story), entered_consent(published="on", text="New words."))
    assert "the person has withdrawn their consent" in text_of(response)


def test_words_of_a_booking_are_not_words_of_a_testimonial(editor):
    other = ConsentText.objects.create(purpose="booking", version=1, text="Store it.", written_at=NOW)
    editor.post(NEW, entered_consent(consent_text=other.pk))
    assert not Story.objects.exists()


def test_nobody_makes_a_sample_of_somebodys_words(editor):
    editor.post(NEW, entered(sample="on", published="on"))
    assert not Story.objects.exists()
    editor.post(NEW, entered(sample="on"))
    assert not Story.objects.get().sample


def test_words_that_were_agreed_to_are_kept_as_long_as_somebody_agreed_to_them(db):
    make_shown_story()
    with pytest.raises(Exception, match="protected foreign keys"):
        make_words().delete()


# --- The list ---------------------------------------------------------------------------------------------


@pytest.fixture
def four_states():
    withdrawn = make_shown_story(shown_name="Dee")
    withdraw_consent(testimonial_id=withdrawn.pk, user=None, now=NOW)
    make_shown_story(shown_name="Ada")
    make_shown_story(shown_name="Ben", published=False)
    make_story(shown_name="Cy")
    return {"shown": "Ada", "not_shown": "Ben", "waiting": "Cy", "withdrawn": "Dee"}


def names(response) -> list[str]:
    return [one.get_text(strip=True) for one in BeautifulSoup(response.content, "html.parser").select("td.title a")]


def test_the_list_is_filtered_by_what_may_be_done(editor, four_states):
    assert sorted(names(editor.get(LIST))) == ["Ada", "Ben", "Cy", "Dee"]
    assert {state: names(editor.get(f"{LIST}?state={state}")) for state in State.values} == {
        state: [name] for state, name in four_states.items()
    }


def test_the_list_tells_the_state_of_each(editor, four_states):
    rows = BeautifulSoup(editor.get(LIST).content, "html.parser").select("table.listing tbody tr")
    text = {row.select_one("td.title a").get_text(strip=True): row.get_text(" ", strip=True) for row in rows}
    for state, name in four_states.items():
        assert str(State(state).label) in text[name]


def test_a_row_says_the_same_state_as_the_filter(four_states):
    make_story(sample=True)
    make_story(sample=True, published=True)
    withdraw_consent(testimonial_id=make_story().pk, user=None, now=NOW)
    for state in State:
        assert {story.state for story in Story.objects.in_state(state)} <= {state}
    assert sum(Story.objects.in_state(state).count() for state in State) == Story.objects.count() == 7


# --- Withdrawing ------------------------------------------------------------------------------------------


def test_one_button_asks_once_and_withdraws(editor):
    story = make_shown_story()
    page = BeautifulSoup(editor.get(screen(story)).content, "html.parser")
    button = page.find("a", string="Consent withdrawn")
    asked = editor.get(button["href"])
    assert "Yes, take it off the site now" in text_of(asked)
    assert Story.objects.get().published  # asking changes nothing
    editor.post(button["href"])
    assert Story.objects.get().state == State.WITHDRAWN
    assert actions(story)[-1] == "testimonials.withdraw"
    again = editor.get(screen(story))
    assert "Consent was withdrawn on" in text_of(again)
    assert not BeautifulSoup(again.content, "html.parser").find("a", string="Consent withdrawn")


def test_the_log_holds_neither_words_nor_name_nor_file(editor):
    story = make_story(text="Zephyr words", shown_name="Quill X.", file=sheet(), **consent())
    editor.post(screen(story), entered_consent(text="Zephyr words", shown_name="Quill X.", published="on"))
    editor.post(screen(story, "withdraw"))
    editor.post(screen(story, "delete"))
    entries = list(ModelLogEntry.objects.all())
    assert len(entries) == 5
    for entry in entries:
        row = row_as_text(entry).lower()
        assert not [word for word in ("zephyr", "quill", "xenon") if word in row]


def test_the_history_is_told_in_words(editor):
    story = make_shown_story()
    editor.post(screen(story, "withdraw"))
    history = text_of(editor.get(screen(story, "history")))
    assert "Consent withdrawn; taken off the site" in history
    assert "Shown on the site" in history


# --- Who may ----------------------------------------------------------------------------------------------


def doors(story) -> list[str]:
    """Every address of the ledger."""
    names = ("edit", "delete", "history", "usage", "withdraw", "consent_file")
    return [LIST, NEW, *(screen(story, name) for name in names)]


@pytest.mark.parametrize("role", ["Managers", "Editors"])
def test_managers_and_editors_keep_the_ledger(role):
    story = make_shown_story(file=sheet())
    client = signed_in(role)
    assert {door: client.get(door).status_code for door in doors(story)} == dict.fromkeys(doors(story), 200)


@pytest.mark.parametrize("role", ["Clinicians", "Front desk", None])
def test_nobody_else_sees_or_changes_it(role):
    story = make_shown_story(text="Zephyr words", file=sheet())
    client = signed_in(role) if role else Client()
    for door in doors(story):
        posted = [] if door == screen(story, "consent_file") else [client.post(door, entered())]
        for response in (client.get(door), *posted):
            assert response.status_code == 302
            assert response["Location"].split("?")[0] in ("/admin/", "/admin/login/")
    assert Story.objects.get().state == State.SHOWN


def test_with_the_permission_a_clinician_could(db):
    from django.contrib.auth.models import Group, Permission

    story = make_shown_story(file=sheet())
    allowed = Permission.objects.filter(content_type__app_label="testimonials", content_type__model="testimonial")
    Group.objects.get(name="Clinicians").permissions.add(*allowed)
    client = signed_in("Clinicians")
    assert {client.get(door).status_code for door in doors(story)} == {200}


# --- The file that shows consent --------------------------------------------------------------------------


def test_the_file_comes_back_as_it_was_and_as_a_download(editor):
    editor.post(NEW, {**entered_consent(), "file": sheet()})
    story = Story.objects.get()
    assert "Download the file that shows their consent" in text_of(editor.get(screen(story)))
    response = editor.get(screen(story, "consent_file"))
    assert (response.content, response["Content-Type"]) == (SHEET, "application/octet-stream")
    assert response["Content-Disposition"] == 'attachment; filename="quill-xenon.pdf"'
    assert "no-store" in response["Cache-Control"]
    assert response["X-Content-Type-Options"] == "nosniff"


def test_the_file_is_encrypted_in_the_database_and_lies_nowhere_else(editor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    editor.post(NEW, {**entered_consent(), "file": sheet()})
    stored = row_as_text(ConsentFile.objects.get())
    assert "quill" not in stored.lower()
    assert SHEET.hex() not in stored
    assert list(tmp_path.rglob("*")) == []


def test_visitors_find_the_file_under_no_address(editor):
    story = make_shown_story(file=sheet())
    visitor = Client()
    file = story.consent_file
    for address in (f"/media/{file.name}", f"/documents/{file.pk}/{file.name}", f"/documents/{story.pk}/{file.name}"):
        assert visitor.get(address).status_code == 404
    assert visitor.get(screen(story, "consent_file")).status_code == 302


def test_a_new_file_replaces_the_old_one_and_a_file_can_be_removed(editor):
    story = make_story(file=sheet(), **consent())
    editor.post(screen(story), {**entered_consent(), "file": sheet("new.txt", b"I agree.")})
    assert editor.get(screen(story, "consent_file")).content == b"I agree."
    editor.post(screen(story), entered_consent())
    assert ConsentFile.objects.count() == 1
    editor.post(screen(story), entered_consent(remove_file="on"))
    assert not ConsentFile.objects.exists()
    assert editor.get(screen(story, "consent_file")).status_code == 404


def test_the_file_leaves_with_its_testimonial(editor):
    story = make_story(file=sheet())
    editor.post(screen(story, "delete"))
    assert not ConsentFile.objects.exists()


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("sheet.pdf", b"x" * (LARGEST_FILE + 1)), "at most 5 MB"),
        (("sheet.svg", b"<svg/>"), "is not allowed"),
        (("sheet.html", b"<script>"), "is not allowed"),
        (("sheet", b"x"), "is not allowed"),
    ],
)
def test_a_file_that_is_too_large_or_of_another_kind_is_refused(editor, file, words):
    response = editor.post(NEW, {**entered_consent(), "file": sheet(*file)})
    assert words in text_of(response)
    assert not Story.objects.exists()


def test_the_largest_file_that_is_allowed_is_kept(editor):
    editor.post(NEW, {**entered_consent(), "file": sheet(content=b"x" * LARGEST_FILE)})
    assert len(ConsentFile.objects.get().content) == LARGEST_FILE


# --- The words that people agree to -----------------------------------------------------------------------


def test_a_new_practice_has_words_to_agree_to_and_keeps_its_own(editor):
    prepare = partial(call_command, "prepare_site", stdout=StringIO())
    prepare()
    words = ConsentText.objects.current("testimonial")
    assert words.version == 1
    assert words.text in text_of(editor.get(NEW))
    own = make_words(version=2)
    prepare()
    assert list(ConsentText.objects.filter(purpose="testimonial")) == [own, words]
