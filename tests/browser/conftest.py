"""A real browser, and pages of the running clinic in it."""

import shutil
from zlib import crc32

import pytest
from playwright.sync_api import expect

PATIENCE = 90_000  # milliseconds; machines may be busy
expect.set_options(timeout=PATIENCE / 3)

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
CHROMIUM = next(filter(None, map(shutil.which, NAMES)), None)
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--disable-dev-shm-usage",
]  # fmt: skip


def pytest_collection_modifyitems(items):
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker(pytest.mark.browser)
            if not CHROMIUM:
                item.add_marker(pytest.mark.skip(reason="needs Chromium: sudo apt install chromium-headless-shell"))


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    return {**browser_type_launch_args, "executable_path": CHROMIUM, "args": FLAGS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args, running_clinic):
    return {**browser_context_args, "base_url": running_clinic.base, "timezone_id": "America/Los_Angeles"}


@pytest.fixture(scope="session")
def browser(browser):
    """The browser, whose pages have patience."""
    make_context = browser.new_context

    def new_context(*args, **kwargs):
        context = make_context(*args, **kwargs)
        context.set_default_timeout(PATIENCE)
        return context

    browser.new_context = new_context
    return browser


def sign_in_at(page, email, password):
    """Open the admin in *page* and sign in."""
    page.goto("/admin/")
    page.locator("[name=username]").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/admin/")


@pytest.fixture(scope="session")
def signed_in_at_the_desk(browser, browser_context_args, running_clinic):
    """The cookies of somebody at the front desk who has signed in."""
    context = browser.new_context(**browser_context_args)
    sign_in_at(context.new_page(), "frontdesk@example.org", running_clinic.password)
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="module")
def tab(browser, browser_context_args):
    """A page that the tests of a file use one after the other: a new one each time costs more than what it shows."""
    context = browser.new_context(**browser_context_args)
    yield context.new_page()
    context.close()


def as_new(page):
    """Let *page* forget what an earlier test left behind."""
    page.goto("about:blank")
    page.unroute_all()
    page.context.clear_cookies()
    page.set_viewport_size({"width": 1280, "height": 720})
    page.emulate_media(color_scheme="light")


@pytest.fixture
def staff(browser, browser_context_args, signed_in_at_the_desk):
    """A page of the admin, signed in as the front desk."""
    context = browser.new_context(**browser_context_args, storage_state=signed_in_at_the_desk)
    yield context.new_page()
    context.close()


@pytest.fixture
def looks(request, full_size):
    """The (colour scheme, width) pairs in which a page is looked at; one for each test, by turns, at small size."""
    if full_size:
        return [(scheme, width) for scheme in ("light", "dark") for width in (320, 768, 1280)]
    return [[("light", 1280), ("dark", 320)][crc32(request.node.name.encode()) % 2]]
