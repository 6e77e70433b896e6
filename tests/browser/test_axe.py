"""No page, in no state, width or colour scheme, breaks a rule that axe knows."""

import pytest

from tests.browser import pages
from tests.browser.axe import assert_no_rule_is_broken, broken_rules

pytestmark = pytest.mark.promise("Every page and state passes axe (WCAG 2.2 AA), light and dark, phone to desk")


@pytest.mark.parametrize("name", pages.NAMES)
def test_page_breaks_no_rule(name, page, running_clinic, looks):
    pages.open_page(name, page, running_clinic)
    assert_no_rule_is_broken(page, looks)


@pytest.mark.parametrize("width", [320, 768])
def test_open_phone_menu_breaks_no_rule(page, running_clinic, width):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto("/")
    page.get_by_text("Menu", exact=True).click()
    assert not broken_rules(page)


def test_axe_finds_what_is_wrong(page):
    page.set_content("<html><body><img src=x><input><p style='color: #ccc; background: #fff'>pale</p>")
    report = broken_rules(page)
    assert "image-alt" in report
    assert "color-contrast" in report
