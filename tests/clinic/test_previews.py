"""Editors see what they make before it is there: every kind of page with nothing but a title, and every block."""

from html import unescape
from io import StringIO
from itertools import chain

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils.html import strip_tags
from wagtail import hooks
from wagtail.models import Page, get_page_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from clinic.blocks import StoryBlock
from clinic.models import HomePage, StandardPage
from tests import builders
from tests.testimonials.stories import make_shown_story

PAGE_TYPES = [model for model in get_page_models() if model is not Page]
NAMES = [model.__name__ for model in PAGE_TYPES]
STORY_BLOCKS = StoryBlock().child_blocks
ICONS = set(chain.from_iterable(register([]) for register in hooks.get_hooks("register_icons")))
IN_STREAMS = {
    f"{model.__name__}.{field.name}.{name}": block
    for model in PAGE_TYPES
    for field in model._meta.get_fields()
    if hasattr(field, "stream_block")
    for name, block in field.stream_block.child_blocks.items()
}


@pytest.fixture(scope="module")
def prepared_once(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("prepare_site", stdout=StringIO())
        yield
        transaction.set_rollback(True)


@pytest.fixture
def manager(prepared_once, db) -> Client:
    client = Client()
    client.force_login(builders.make_user(groups=["Managers"]))
    return client


def title_only(model, title="Only a title") -> dict:
    """The form of a new page as a browser sends it when only the title was filled in."""
    fields = {"title": title, "slug": "only-a-title", "comments": inline_formset([])}
    fields |= {field.name: streamfield([]) for field in model._meta.get_fields() if hasattr(field, "stream_block")}
    return nested_form_data(fields)


def parent_of(model) -> Page:
    """A page below which this one may stand."""
    return next(page for page in Page.objects.all() if model in page.specific_class.allowed_subpage_models())


def assert_previewed(client: Client, url: str, data: dict, model) -> None:
    """The form is fit for a preview, and the preview is a page without holes."""
    assert client.post(url, data).json() == {"is_valid": True, "is_available": True}
    response = client.get(url)
    assert response.status_code == 200
    text = response.content.decode()
    assert "</html>" in text
    assert "Only a title" in text or model is HomePage  # whose heading is a field of its own
    assert ">None<" not in text
    assert '="None"' not in text


# --- Pages ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", [model for model in PAGE_TYPES if model is not HomePage])  # nobody adds another
def test_a_new_page_with_only_a_title_has_a_preview(manager, model):
    arguments = [model._meta.app_label, model._meta.model_name, parent_of(model).pk]
    model.objects.all().delete()  # of most kinds there may be one only
    assert_previewed(manager, reverse("wagtailadmin_pages:preview_on_add", args=arguments), title_only(model), model)


@pytest.mark.parametrize("model", PAGE_TYPES, ids=NAMES)
def test_a_page_that_lost_everything_but_its_title_has_a_preview(manager, model):
    new = {"title": "A draft", "slug": "a-draft", "live": False}
    page = model.objects.first() or parent_of(model).add_child(instance=model(**new))
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    assert_previewed(manager, url, title_only(model) | {"slug": page.slug}, model)


def test_who_may_not_edit_a_page_sees_no_preview_of_it(manager):
    desk = Client()
    desk.force_login(builders.make_user("desk@example.org", groups=["Front desk"]))
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[HomePage.objects.get().pk])
    assert desk.get(url).status_code == 302
    assert manager.get(url).status_code == 200  # the control


# --- Blocks -----------------------------------------------------------------------------------------------


def preview(client: Client, block):
    return client.get(reverse("wagtailadmin_block_preview"), {"id": block.definition_prefix})


@pytest.mark.parametrize("name", STORY_BLOCKS)
def test_each_block_of_a_story_has_a_preview_an_icon_and_a_line_about_it(manager, name):
    make_shown_story()
    block = STORY_BLOCKS[name]
    assert block.is_previewable
    assert f"wagtailadmin/icons/{block.meta.icon}.svg" in ICONS
    assert block.get_description().endswith(".")
    response = preview(manager, block)
    assert response.status_code == 200
    text = response.content.decode()
    assert "clinic/css/components" in text  # it looks as on the site
    assert unescape(strip_tags(text.partition("<main>")[2])).strip() or "<img" in text


@pytest.mark.parametrize("name", STORY_BLOCKS)
def test_a_draft_with_a_block_that_was_not_filled_in_can_be_looked_at(manager, name):
    body = [(name, STORY_BLOCKS[name].get_default())]
    draft = HomePage.objects.get().add_child(
        instance=StandardPage(title="A draft", slug="a-draft", live=False, body=body)
    )
    draft.save_revision(clean=False)
    response = manager.get(reverse("wagtailadmin_pages:view_draft", args=[draft.pk]))
    assert response.status_code == 200
    assert "A draft" in response.content.decode()


@pytest.mark.parametrize("name", IN_STREAMS)
def test_each_block_that_pages_use_has_a_preview(manager, name):
    block = IN_STREAMS[name]
    assert block.get_description(), name
    assert preview(manager, block).status_code == 200


def test_a_preview_is_for_those_who_sign_in():
    block = STORY_BLOCKS["quote"]
    assert preview(Client(), block).status_code == 302


# --- Checks in the browser --------------------------------------------------------------------------------


def test_a_preview_lets_the_browser_check_what_editors_wrote_and_a_live_page_carries_none_of_it(manager):
    page = HomePage.objects.get()
    shown = manager.get(reverse("wagtailadmin_pages:view_draft", args=[page.pk])).content.decode()
    assert "wagtail-userbar" in shown
    assert '"include": ["main"]' in shown
    assert "image-alt" in shown
    assert "wagtail-userbar" not in manager.get("/").content.decode()
