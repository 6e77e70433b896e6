"""An article goes from its author to a clinician and on to readers, and says afterwards who reviewed it."""

import smtplib
import socket
from datetime import UTC, date, datetime
from io import StringIO

import pytest
import time_machine
from django.contrib.auth.models import Group
from django.core import mail
from django.core.mail.backends import smtp
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from wagtail.models import Comment, GroupApprovalTask, PageSubscription, Workflow, WorkflowPage, WorkflowState

from blog.models import ArticlePage, BlogIndexPage
from blog.review import ClinicalReviewTask, a_year_after
from clinic.mail import SmtpBackend
from clinic.models import HomePage, StandardPage
from tests import builders
from tests.blog.newsroom import edit, filled_in, signed_in, staff, write
from tests.running import free_port

LATE = datetime(2026, 3, 3, 3, 30, tzinfo=UTC)  # in New York it is still March 2
TODAY = date(2026, 3, 2)

pytestmark = pytest.mark.usefixtures("prepared")


@pytest.fixture
def editor() -> Client:
    return signed_in(staff("Editors"))


@pytest.fixture
def maya():
    """A practitioner who signs in as a clinician."""
    return builders.make_practitioner(name="Maya", user=staff("Clinicians", "maya"))


@pytest.fixture
def clinician(maya) -> Client:
    return signed_in(maya.user)


def answer(client: Client, article: ArticlePage, action="approve", comment=""):
    """Approve the article, or ask for changes, as the dashboard does."""
    task = article.current_workflow_task_state
    url = reverse("wagtailadmin_pages:workflow_action", args=[article.pk, action, task.pk])
    return client.post(url, {"comment": comment})


def fresh(article: ArticlePage) -> ArticlePage:
    return ArticlePage.objects.get(pk=article.pk)


def review_of(article: ArticlePage) -> tuple:
    article = fresh(article)
    return article.reviewed_by, article.reviewed_on, article.next_review_on


# --- The way of an article --------------------------------------------------------------------------------


def test_an_article_waits_for_a_clinician_and_is_published_when_one_approves(editor, clinician):
    article = write(editor, "action-submit")
    assert not article.live
    assert "On rest" in clinician.get(reverse("wagtailadmin_home")).content.decode()
    assert clinician.get(reverse("wagtailadmin_pages:edit", args=[article.pk])).status_code == 200
    answer(clinician, article)
    assert fresh(article).live
    assert Client().get("/blog/on-rest/").status_code == 200


def test_a_clinician_asks_for_changes_and_the_author_sends_it_again(editor, clinician):
    article = write(editor, "action-submit")
    answer(clinician, article, "reject", comment="Please say where to turn.")
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_NEEDS_CHANGES
    assert review_of(article) == (None, None, None)
    edit(editor, article, "action-submit", introduction="Better.")
    answer(clinician, article)
    assert (fresh(article).live, fresh(article).introduction) == (True, "Better.")


def test_a_clinician_changes_words_and_approves_in_one_go(editor, clinician, maya):
    article = write(editor, "action-submit")
    fields = {"introduction": "Better.", "workflow-action-name": "approve", "workflow-action-extra-data": "{}"}
    assert edit(clinician, article, "action-workflow-action", **fields).status_code == 302
    assert (fresh(article).introduction, fresh(article).reviewed_by) == ("Better.", maya)


@pytest.mark.parametrize("role", ["Editors", "Managers", "Front desk"])
def test_nobody_but_clinicians_approves(editor, role):
    article = write(editor, "action-submit")
    answer(signed_in(staff(role, "other")), article)
    assert not fresh(article).live
    assert WorkflowState.objects.get().status == WorkflowState.STATUS_IN_PROGRESS


def test_the_group_alone_keeps_others_from_approving(editor):
    """The control: the same person, put into the group, approves."""
    article, other = write(editor, "action-submit"), staff("Editors", "other")
    other.groups.add(Group.objects.get(name="Clinicians"))
    answer(signed_in(other), article)
    assert fresh(article).live


def test_an_article_that_is_being_reviewed_is_locked_for_its_author(editor):
    article = write(editor, "action-submit")
    edit(editor, article, "action-publish", introduction="Behind the back.")
    assert not fresh(article).live
    assert fresh(article).get_latest_revision_as_object().introduction == "A pause."


@pytest.mark.parametrize("role", ["Managers", "Editors"])
def test_those_who_may_publish_do_so_without_a_review_and_nothing_says_that_there_was_one(role):
    article = write(signed_in(staff(role)), "action-publish")
    assert article.live
    assert review_of(article) == (None, None, None)


def test_other_pages_wait_for_nobody(editor):
    page = HomePage.objects.get().add_child(instance=StandardPage(title="News", slug="news"))
    assert page.get_workflow() is None
    assert BlogIndexPage.objects.get().get_workflow().name == "Article review"


# --- What the review leaves -------------------------------------------------------------------------------


def test_approval_notes_who_reviewed_it_on_which_day_of_the_clinic_and_when_again(editor, clinician, maya):
    with time_machine.travel(LATE, tick=True):
        article = write(editor, "action-submit")
        answer(clinician, article)
    assert review_of(article) == (maya, TODAY, date(2027, 3, 2))
    assert not fresh(article).has_unpublished_changes


def test_a_later_review_takes_the_place_of_the_first(editor, clinician, maya):
    article = write(editor, "action-submit")
    with time_machine.travel("2025-03-02 15:00Z", tick=False):
        answer(clinician, article)
    kept = {"reviewed_by": maya.pk, "reviewed_on": "2025-03-02", "next_review_on": "2026-03-02"}  # as the form shows it
    edit(editor, article, "action-submit", introduction="Newer.", **kept)
    with time_machine.travel(LATE, tick=False):
        answer(clinician, article)
    assert review_of(article) == (maya, TODAY, date(2027, 3, 2))


@pytest.mark.parametrize(
    ("by_hand", "expected"),
    [
        ({"reviewed_on": "2026-02-20"}, (date(2026, 2, 20), date(2027, 2, 20))),
        ({"reviewed_on": "2026-02-20", "next_review_on": "2026-08-01"}, (date(2026, 2, 20), date(2026, 8, 1))),
        ({"next_review_on": "2026-06-01"}, (TODAY, date(2026, 6, 1))),
        ({"next_review_on": "2026-01-01"}, (TODAY, date(2027, 3, 2))),  # before the review: it cannot stay
    ],
)
def test_what_was_filled_in_by_hand_stays(editor, clinician, maya, by_hand, expected):
    article = write(editor, "action-submit", **by_hand)
    with time_machine.travel(LATE, tick=False):
        answer(clinician, article)
    assert review_of(article) == (maya, *expected)


def test_a_reviewer_who_was_entered_by_hand_stays(editor, clinician, maya):
    other = builders.make_practitioner(name="Noor")
    article = write(editor, "action-submit", reviewed_by=other.pk, reviewed_on="2026-02-20")
    answer(clinician, article)
    assert review_of(article) == (other, date(2026, 2, 20), date(2027, 2, 20))


def test_approval_by_somebody_who_is_no_practitioner_publishes_and_claims_no_review(editor):
    article = write(editor, "action-submit")
    answer(signed_in(staff("Clinicians", "student")), article)
    assert fresh(article).live
    assert review_of(article) == (None, None, None)


def test_an_article_that_is_scheduled_notes_its_review_too(editor, clinician, maya):
    article = write(editor, "action-submit", go_live_at="2030-01-01 09:00")
    answer(clinician, article)
    assert not fresh(article).live
    assert fresh(article).scheduled_revision.as_object().reviewed_by == maya


def test_a_year_after_february_29_is_february_28():
    assert a_year_after(date(2028, 2, 29)) == date(2029, 2, 28)
    assert a_year_after(date(2026, 3, 2)) == date(2027, 3, 2)


# --- Made once --------------------------------------------------------------------------------------------


def test_what_the_practice_does_with_the_review_stays():
    workflow = Workflow.objects.get(name="Article review")
    workflow.deactivate()
    ClinicalReviewTask.objects.get().groups.set(Group.objects.filter(name="Managers"))
    call_command("prepare_site", stdout=StringIO())
    assert not WorkflowPage.objects.filter(workflow__name="Article review").exists()
    assert [task.name for task in ClinicalReviewTask.objects.all()] == ["Clinical review"]
    assert [group.name for group in ClinicalReviewTask.objects.get().groups.all()] == ["Managers"]


def test_a_workflow_of_the_practice_on_all_pages_is_left_alone():
    """The starter workflow goes only where nobody could ever approve anything."""
    Workflow.objects.filter(name="Article review").delete()
    ClinicalReviewTask.objects.all().delete()
    theirs = Workflow.objects.get()
    group = GroupApprovalTask.objects.get().groups.get()
    staff("Editors").groups.add(group)
    WorkflowPage.objects.create(workflow=theirs, page=HomePage.objects.get().get_parent())
    call_command("prepare_site", stdout=StringIO())
    assert HomePage.objects.get().get_workflow() == theirs


# --- Mail -------------------------------------------------------------------------------------------------


def test_clinicians_are_told_of_an_article_and_its_author_of_the_answer(editor, clinician):
    article = write(editor, "action-submit")
    [told] = mail.outbox
    assert told.to == ["maya@example.org"]
    assert f"http://127.0.0.1:8000/admin/pages/{article.pk}/edit/" in told.body
    answer(clinician, article)
    assert [one.to for one in mail.outbox[1:]] == [["editors@example.org"]]


def no_such_host(*args, **kwargs):
    raise socket.gaierror("Name or service not known")


def says_no(*args, **kwargs):
    raise smtplib.SMTPConnectError(421, "not now")


@pytest.fixture(params=["nothing listens", "the host is unknown", "it says no"])
def mail_server_away(request, settings, monkeypatch):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    if request.param != "nothing listens":
        connect = no_such_host if request.param == "the host is unknown" else says_no
        monkeypatch.setattr(smtplib.SMTP, "connect", connect)


@pytest.mark.usefixtures("mail_server_away")
def test_a_mail_server_that_is_away_keeps_nobody_from_submitting_commenting_and_approving(
    settings, editor, clinician, maya
):
    settings.EMAIL_BACKEND = "clinic.mail.SmtpBackend"
    article = write(editor, "action-submit")
    PageSubscription.objects.update_or_create(
        page=article, user=article.owner, defaults={"comment_notifications": True}
    )
    comment = {"text": "Why?", "contentpath": "title", "position": "", "replies-TOTAL_FORMS": "0",
               "replies-INITIAL_FORMS": "0", "id": ""}  # fmt: skip
    form = filled_in("action-save", **{"comments-TOTAL_FORMS": "1"})
    form |= {f"comments-0-{name}": value for name, value in comment.items()} | {"comments-TOTAL_FORMS": "1"}
    response = clinician.post(reverse("wagtailadmin_pages:edit", args=[article.pk]), form)
    assert response.status_code == 302
    assert Comment.objects.get().text == "Why?"
    answer(clinician, article)
    assert fresh(article).live
    assert fresh(article).reviewed_by == maya


def test_without_our_connection_such_a_server_breaks_the_approval(settings, monkeypatch, editor, clinician):
    """The control: Django's own backend, and a server that says no."""
    article = write(editor, "action-submit")
    settings.EMAIL_BACKEND, settings.EMAIL_HOST = "django.core.mail.backends.smtp.EmailBackend", "127.0.0.1"
    monkeypatch.setattr(smtplib.SMTP, "connect", says_no)
    with pytest.raises(smtplib.SMTPConnectError):
        answer(clinician, article)
    assert not fresh(article).live


def test_a_mail_that_was_not_sent_is_an_error_for_its_sender_each_time(settings, monkeypatch):
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    connection = mail.get_connection("clinic.mail.SmtpBackend")
    for _time in range(2):
        with pytest.raises(ConnectionRefusedError):
            mail.send_mail("s", "b", "a@example.org", ["b@example.org"], connection=connection)
    with pytest.raises(ConnectionRefusedError):
        mail.send_mail("s", "b", "a@example.org", ["b@example.org"], connection=smtp.EmailBackend())
    tried = []
    monkeypatch.setattr(smtplib.SMTP, "connect", lambda *a, **k: tried.append(1) or says_no())
    connection.open()
    for _time in range(3):
        with pytest.raises(smtplib.SMTPConnectError):
            mail.send_mail("s", "b", "a@example.org", ["b@example.org"], connection=connection)
    assert len(tried) == 1
    connection.close()
    assert isinstance(connection, SmtpBackend)


def test_the_log_of_a_mail_that_was_not_sent_names_nobody(settings, caplog, editor):
    settings.EMAIL_BACKEND = "clinic.mail.SmtpBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    staff("Clinicians", "maya")
    write(editor, "action-submit", title="A title that tells")
    lines = [record for record in caplog.records if record.name == "wagtail.admin"]
    assert [record.getMessage() for record in lines] == ["A notification was not sent: ConnectionRefusedError"]
    assert "maya" not in caplog.text
    assert "A title that tells" not in caplog.text
