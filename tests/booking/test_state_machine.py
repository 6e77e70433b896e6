"""Random sequences of what patients, staff, the worker and the clock do: what must hold, holds after each step."""

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core import mail
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from booking import notifications, services
from booking.models import Appointment, AppointmentEvent, Message, Move, Status, TimeClaim, WaitingListEntry
from clinic.models import Service
from tests import builders
from tests.builders import NOW, ask, wish

HOLDS = {"offered", "requested", "confirmed", "completed", "no_show"}
# What may be told while the appointment stands where; written down here again, independent of the code.
TOLD_WHILE = {
    "request_received": {"requested"}, "changed": {"requested"}, "confirmed": {"confirmed"}, "moved": {"confirmed"},
    "offer": {"offered"}, "move_asked": {"confirmed"}, "move_proposed": {"requested", "confirmed"},
    "move_declined": {"requested", "confirmed"}, "move_expired": {"requested", "confirmed"},
    "declined": {"declined"}, "cancelled": {"cancelled"},
    "expired": {"expired"}, "offer_expired": {"expired"}, "link": {"offered", "requested", "confirmed"},
}  # fmt: skip
REFUSALS = (services.NotPossible, services.TimeTaken, services.EntryClosed)
BY_PHONE = {"email": "", "phone": "+12025550143", "contact_by": "call"}
ANY = st.integers(0, 10_000)


class Clinic(RuleBasedStateMachine):
    """Two people who work, two services (one confirms itself), and everybody who wants something."""

    def __init__(self):
        super().__init__()
        self.transaction = transaction.atomic()
        self.transaction.__enter__()
        builders.make_details()
        self.services = [
            builders.make_service(),
            builders.make_service(confirmation=Service.Confirmation.AUTOMATIC, duration_minutes=30, buffer_minutes=0),
        ]
        for name, hours in (("Robin Vale", (9, 13)), ("Noor Hale", (11, 15))):
            builders.make_practitioner(services=self.services, hours=hours, name=name)
        self.user = builders.make_user(f"{uuid4()}@example.org")
        self.now = NOW
        self.events = 0

    def teardown(self):
        transaction.set_rollback(True)
        self.transaction.__exit__(None, None, None)

    # --- Helpers -----------------------------------------------------------------------------------------

    def one(self, rows, number):
        """Return one of *rows*, or None where there are none."""
        rows = list(rows.order_by("pk"))
        return rows[number % len(rows)] if rows else None

    def slot(self, service, number, ignoring=None, by_staff=False):
        """Return an open slot in the next days, None where there is none."""
        slots = services.open_slots(service=service, now=self.now, ignoring=ignoring, by_staff=by_staff)[:25]
        return slots[number % len(slots)] if slots else None

    def attempt(self, service, **values):
        """Call a service; a refusal is an answer as well, and changes nothing."""
        before = TimeClaim.objects.filter(active=True).count(), AppointmentEvent.objects.count()
        try:
            service(now=self.now, **values)
        except REFUSALS:
            after = TimeClaim.objects.filter(active=True).count(), AppointmentEvent.objects.count()
            assert after == before

    def where(self, service, number, ignoring=None, by_staff=False):
        slot = self.slot(service, number, ignoring, by_staff)
        return slot and {"practitioner": slot.practitioner, "starts_at": slot.starts_at, "mode": None}

    # --- What people do ----------------------------------------------------------------------------------

    @rule(which=ANY, when=ANY)
    def patient_asks(self, which, when):
        service = self.services[which % 2]
        if slot := self.slot(service, when):
            who = BY_PHONE if when % 3 == 0 else {}
            ask(service=service, practitioner=slot.practitioner, starts_at=slot.starts_at, now=self.now, **who)

    @rule(which=ANY, days=st.lists(st.integers(0, 4), max_size=2))
    def patient_waits(self, which, days):
        who = BY_PHONE if which % 3 == 0 else {}
        wish(service=self.services[which % 2], now=self.now, weekdays=days, until=date(2026, 5, 1), **who)

    @rule(which=ANY, action=st.sampled_from(["cancel_own", "confirm_attendance", "accept_offer", "decline_offer"]))
    def patient_acts(self, which, action):
        if visit := self.one(Appointment.objects.all(), which):
            self.attempt(getattr(services, action), appointment_id=visit.pk)

    @rule(which=ANY, when=ANY)
    def patient_moves(self, which, when):
        visit = self.one(Appointment.objects.filter(status__in=["requested", "confirmed"]), which)
        if visit and (to := self.where(visit.service, when, visit)):
            self.attempt(services.ask_to_move, appointment_id=visit.pk, **to)

    @rule(which=ANY, action=st.sampled_from(["accept_move", "decline_move", "withdraw_move"]), staff=st.booleans())
    def somebody_answers_a_move(self, which, action, staff):
        if move := self.one(Move.objects.all(), which):
            self.attempt(getattr(services, action), move_id=move.pk, user=self.user if staff else None)

    @rule(which=ANY, action=st.sampled_from(["confirm_appointment", "decline_appointment", "cancel_appointment"]))
    def staff_answer(self, which, action):
        if visit := self.one(Appointment.objects.all(), which):
            self.attempt(getattr(services, action), appointment_id=visit.pk, user=self.user)

    @rule(which=ANY, came=st.booleans())
    def staff_mark(self, which, came):
        if visit := self.one(Appointment.objects.all(), which):
            self.attempt(services.mark_attendance, appointment_id=visit.pk, user=self.user, came=came)

    @rule(which=ANY, when=ANY, action=st.sampled_from(["propose_move", "move_agreed"]))
    def staff_move(self, which, when, action):
        visit = self.one(Appointment.objects.filter(status__in=["requested", "confirmed"]), which)
        if visit and (to := self.where(visit.service, when, visit, by_staff=True)):
            self.attempt(getattr(services, action), appointment_id=visit.pk, user=self.user, **to)

    @rule(which=ANY, when=ANY)
    def staff_offer(self, which, when):
        entry = self.one(WaitingListEntry.objects.all(), which)
        if entry and (to := self.where(entry.service, when, by_staff=True)):
            self.attempt(services.offer_time, entry_id=entry.pk, user=self.user, **to)

    @rule(which=ANY, action=st.sampled_from(["leave_list", "close_entry", "answer_entry"]))
    def somebody_ends_the_wait(self, which, action):
        if entry := self.one(WaitingListEntry.objects.all(), which):
            more = {"close_entry": {"user": self.user}, "answer_entry": {"user": self.user, "words": "Soon."}}
            self.attempt(getattr(services, action), entry_id=entry.pk, **more.get(action, {}))

    @rule(which=ANY, action=st.sampled_from(["accept_move", "decline_move"]))
    def staff_note_what_a_patient_said(self, which, action):
        if move := self.one(Move.objects.all(), which):
            self.attempt(getattr(services, action), move_id=move.pk, user=self.user, for_patient=True)

    @rule(which=ANY)
    def staff_call(self, which):
        if call := self.one(Message.objects.calls_to_make(), which):
            services.record_call(message_id=call.pk, user=self.user, now=self.now)

    @rule(which=ANY)
    def patient_loses_the_link(self, which):
        if visit := self.one(Appointment.objects.all(), which):
            services.send_fresh_links(email=visit.email_hash or b"", phone=visit.phone_hash or b"", now=self.now)

    @rule(minutes=st.sampled_from([1, 30, 60, 240, 1440, 4000]))
    def time_passes(self, minutes):
        self.now += timedelta(minutes=minutes)

    @rule()
    def worker_keeps_deadlines(self):
        services.keep_deadlines(now=self.now)

    @rule(number=st.integers(1, 5))
    def worker_sends(self, number):
        for message in Message.objects.due(self.now)[:number]:
            mail.outbox.clear()
            sent = notifications.send(message.pk, now=self.now)
            assert len(mail.outbox) == sent
            if sent and message.recipient == "patient" and message.appointment:
                assert message.appointment.status in TOLD_WHILE[message.kind], message.kind

    # --- What must hold ----------------------------------------------------------------------------------

    @invariant()
    def no_time_is_given_twice(self):
        claims = list(TimeClaim.objects.filter(active=True).order_by("blocked_from"))
        for number, one in enumerate(claims):
            for other in claims[number + 1 :]:
                overlap = one.blocked_from < other.blocked_until and other.blocked_from < one.blocked_until
                same = one.practitioner_id == other.practitioner_id and one.holder_id != other.holder_id
                assert not (same and overlap)

    @invariant()
    def nobody_loses_a_time(self):
        for visit in Appointment.objects.prefetch_related("claims", "moves"):
            claims = {(claim.starts_at, claim.ends_at) for claim in visit.claims.all() if claim.active}
            moves = [move for move in visit.moves.all() if move.state == Move.State.WAITING]
            expected = {(visit.starts_at, visit.ends_at)} if visit.status in HOLDS else set()
            if expected:
                expected |= {(move.starts_at, move.ends_at) for move in moves}
            assert claims == expected, (visit.status, [move.state for move in visit.moves.all()])
            assert expected or not moves

    @invariant()
    def promises_come_before_the_end(self):
        for visit in Appointment.objects.filter(status=Status.REQUESTED):
            assert visit.reply_by < visit.starts_at - timedelta(hours=2)
        for visit in Appointment.objects.filter(status=Status.OFFERED):
            assert visit.offer_expires_at <= visit.starts_at - timedelta(hours=2)

    @invariant()
    def nobody_has_two_offers(self):
        entries = list(Appointment.objects.filter(status=Status.OFFERED).values_list("waiting_list_entry", flat=True))
        assert len(entries) == len(set(entries))

    @invariant()
    def nobody_is_called_about_what_is_not_true(self):
        """What ends by the clock alone is overtaken when the worker looks."""
        for call in Message.objects.calls_to_make().exclude(kind__in=["offer", "move_proposed"]):
            assert call.still_true(self.now), (call.kind, call.about)

    @invariant()
    def history_only_grows(self):
        events = AppointmentEvent.objects.count()
        assert events >= self.events
        self.events = events


QUIETLY = {"deadline": None, "database": None, "suppress_health_check": list(HealthCheck), "print_blob": False}


@pytest.mark.promise("No sequence of what patients, staff, worker and clock do gives a time twice or loses one")
@pytest.mark.django_db
def test_whatever_happens_no_time_is_given_twice_and_none_is_lost(full_size):
    many, steps = (200, 50) if full_size else (6, 15)
    size = {"max_examples": many, "stateful_step_count": steps, "derandomize": not full_size}
    run_state_machine_as_test(Clinic, settings=settings(**size, **QUIETLY))


@pytest.mark.django_db
def test_a_service_that_forgets_to_free_time_would_be_seen(monkeypatch):
    monkeypatch.setattr("booking.services.states.free_time", lambda *claims, **how: None)
    clinic = Clinic()
    try:
        clinic.patient_asks(0, 0)
        clinic.nobody_loses_a_time()
        clinic.staff_answer(0, "decline_appointment")
        with pytest.raises(AssertionError):
            clinic.nobody_loses_a_time()
    finally:
        clinic.teardown()
