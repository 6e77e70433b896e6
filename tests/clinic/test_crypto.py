"""What a dump of the database shows: tokens and hashes, never the words."""

import pytest
from cryptography.fernet import Fernet, InvalidToken
from django import forms
from django.core.exceptions import FieldError, ValidationError
from django.db import connection
from django.db.models import F
from hypothesis import given
from hypothesis import strategies as st

from booking.models import Appointment
from clinic.crypto import EncryptedTextField, email_hash, keyed_hash, name_hashes, phone_hash
from tests import builders

WORDS = "Zoë Bîrch, worried about “the exam” 😟\n'; DROP TABLE users; --"


@pytest.fixture
def stored(clinic_settings):
    """Store an appointment with *fields*; return its key."""
    service = builders.make_service()
    practitioner = builders.make_practitioner(services=[service])

    def store(starts_at=None, **fields) -> int:
        starts_at = starts_at or builders.at(4, 10)
        return builders.ask(service=service, practitioner=practitioner, starts_at=starts_at, **fields).pk

    return store


def column(name: str, key: int) -> str | None:
    """Return what stands in the table itself."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {name} FROM booking_appointment WHERE id = %s", [key])
        return cursor.fetchone()[0]


# --- The field --------------------------------------------------------------------------------------------


def test_what_was_stored_is_read_back_letter_by_letter(stored):
    key = stored(note=WORDS)
    assert Appointment.objects.get(pk=key).note == WORDS
    assert Appointment.objects.values_list("note", flat=True).get(pk=key) == WORDS


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_is_read_back(text):
    field = EncryptedTextField()
    assert field.from_db_value(field.get_prep_value(text), None, None) == text


def test_the_table_holds_none_of_the_words(stored):
    # Every word has a letter that no hexadecimal digit is: "Ada" stands in one identifier out of some hundred.
    key = stored(full_name="Zoë Birch", email="zoe.birch@example.com", note=WORDS, ask_for="Zoë", access_needs="A ramp")
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(row)::text FROM booking_appointment row WHERE id = %s", [key])
        dump = cursor.fetchone()[0]
    assert str(key) in dump
    for word in ("Zoë", "Birch", "example.com", "worried", "A ramp"):
        assert word.lower() not in dump.lower()


def test_equal_texts_differ_in_the_table(stored):
    first, second = stored(note=WORDS), stored(builders.at(4, 14), note=WORDS)
    assert column("note", first) != column("note", second)


def test_nothing_stays_nothing(stored):
    key = stored(note="")
    assert column("note", key) == ""
    assert EncryptedTextField().get_prep_value(None) is None
    assert EncryptedTextField().from_db_value(None, None, None) is None


@pytest.mark.parametrize(
    "lookup",
    ["exact", "iexact", "contains", "icontains", "startswith", "regex", "in", "gt", "range", "search", "unaccent"],
)
def test_searching_an_encrypted_column_is_an_error_and_not_an_empty_answer(db, lookup):
    value = ["Ada", "Ben"] if lookup in ("in", "range") else "Ada"
    with pytest.raises(FieldError, match="encrypted"):
        Appointment.objects.filter(**{f"full_name__{lookup}": value}).exists()


def test_comparing_with_another_column_is_an_error_too(db):
    with pytest.raises(FieldError, match="encrypted"):
        Appointment.objects.exclude(full_name=F("email")).exists()


def test_whether_there_is_a_value_may_be_asked(stored):
    key = stored()
    assert Appointment.objects.filter(full_name__isnull=False).get().pk == key


# --- Keys -------------------------------------------------------------------------------------------------


def test_a_new_key_in_front_reads_what_the_old_one_wrote_and_writes_what_it_cannot_read(settings):
    field = EncryptedTextField()
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    settings.FIELD_ENCRYPTION_KEYS = [old]
    before = field.get_prep_value("before")
    settings.FIELD_ENCRYPTION_KEYS = [new, old]
    assert field.from_db_value(before, None, None) == "before"
    after = field.get_prep_value("after")
    settings.FIELD_ENCRYPTION_KEYS = [old]
    with pytest.raises(InvalidToken):
        field.from_db_value(after, None, None)
    settings.FIELD_ENCRYPTION_KEYS = [new]
    assert field.from_db_value(after, None, None) == "after"
    with pytest.raises(InvalidToken):
        field.from_db_value(before, None, None)


def test_a_token_that_somebody_changed_is_refused():
    field = EncryptedTextField()
    token = field.get_prep_value("yes")
    middle = len(token) // 2
    changed = token[:middle] + ("A" if token[middle] != "A" else "B") + token[middle + 1 :]
    with pytest.raises(InvalidToken):
        field.from_db_value(changed, None, None)


# --- Forms ------------------------------------------------------------------------------------------------


def test_the_length_is_that_of_the_words_and_not_of_the_token():
    field = EncryptedTextField(max_length=5)
    field.run_validators("Zoë B")
    with pytest.raises(ValidationError, match="at most 5"):
        field.run_validators("Zoë Bi")


def test_a_model_refuses_words_that_are_too_long():
    appointment = builders.unsaved_appointment(full_name="x" * 121)
    with pytest.raises(ValidationError) as refused:
        appointment.clean_fields()
    assert "full_name" in refused.value.message_dict


def test_a_form_takes_the_length_and_the_kind_of_the_field():
    email = EncryptedTextField(max_length=254, form_class=forms.EmailField).formfield()
    assert isinstance(email, forms.EmailField)
    assert email.max_length == 254
    with pytest.raises(ValidationError):
        email.clean("not an address")
    words = EncryptedTextField(max_length=10).formfield()
    assert type(words) is forms.CharField
    with pytest.raises(ValidationError):
        words.clean("x" * 11)


# --- Hashes -----------------------------------------------------------------------------------------------


def test_an_address_is_found_whatever_its_case():
    assert email_hash(" Ada@Example.COM ") == email_hash("ada@example.com")
    assert email_hash("ada@example.com") != email_hash("adb@example.com")
    assert email_hash("") is email_hash("  ") is phone_hash("") is None


@pytest.mark.parametrize("written", ["zoe NUNEZ", "Núñez, Zoë", "ZOE\u0308 nún\u0303ez", "Zoë  Núñez Zoë"])
def test_a_name_is_found_without_case_accents_and_order(written):
    assert name_hashes(written) == name_hashes("Zoë Núñez")
    assert len(name_hashes(written)) == 2


def test_a_name_is_hashed_word_by_word():
    assert set(name_hashes("Birch")) < set(name_hashes("Zoë Birch"))
    assert not set(name_hashes("Bir")) & set(name_hashes("Zoë Birch"))
    assert name_hashes(" , ") == []


def test_a_hash_depends_on_the_key_and_on_the_kind(settings):
    hashed = keyed_hash("name", "ada")
    assert keyed_hash("email", "ada") != hashed
    settings.LOOKUP_HASH_KEY = "another key"
    assert keyed_hash("name", "ada") != hashed


def test_a_stored_appointment_is_found_by_its_hashes(stored):
    key = stored(full_name="Zoë Birch", email="zoe@example.com")
    for words in ("BIRCH", "zoe birch", "Zoe@Example.com"):
        assert [one.pk for one in Appointment.objects.all().matching(words)] == [key]
    assert not Appointment.objects.all().matching("Zoe Oak").exists()
