"""The facts of the practice in the admin."""

import pytest
from django.urls import reverse

from tests.builders import NOW, ask, at, make_location, make_practitioner, make_service, make_user


@pytest.fixture
def booked(clinic_settings):
    """A service, a person and a place that an appointment refers to."""
    service, location = make_service(name="Quokka sessions"), make_location(name="Old Mill")
    person = make_practitioner(services=[service], location=location)
    ask(service=service, practitioner=person, starts_at=at(5, 10), now=NOW)
    return {"service": service, "practitioner": person, "location": location}


@pytest.mark.parametrize("name", ["service", "practitioner", "location"])
def test_what_appointments_refer_to_is_not_deleted_and_staff_are_told_why(client, booked, name, caplog):
    client.force_login(make_user("boss@example.org", is_superuser=True))
    row = booked[name]

    response = client.post(reverse(f"{name}:delete", args=[row.pk]), follow=True)

    assert response.status_code == 200
    assert "was not deleted: appointments refer to it" in response.content.decode()
    assert type(row).objects.filter(pk=row.pk).exists()
    assert not caplog.records  # a log would name the patients' rows


@pytest.mark.parametrize("make", [make_service, make_practitioner, make_location])
def test_what_nothing_refers_to_can_be_deleted(client, db, make):
    client.force_login(make_user("boss@example.org", is_superuser=True))
    row = make()
    if make is make_practitioner:
        row.schedules.all().delete()

    client.post(reverse(f"{row._meta.model_name}:delete", args=[row.pk]))

    assert not type(row).objects.filter(pk=row.pk).exists()
