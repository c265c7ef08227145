"""Training: a real training is begun, watched, stopped and discarded in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import wait_until_idle

pytestmark = pytest.mark.browser

NAME = "browser-1"


def test_a_training_is_begun_watched_from_another_window_and_stopped(visit: Visit) -> None:
    page = visit("/training")
    expect(page.get_by_text(re.compile("Judged queries: 40 to learn from"))).to_be_visible()
    wait_until_idle(page)
    name = page.get_by_role("textbox", name="Name")
    name.fill(NAME)
    name.press("Enter")
    wait_until_idle(page)
    page.get_by_role("button", name="Start", exact=True).click()
    expect(page.get_by_text(f"distilled/{NAME} is being trained on senses")).to_be_visible()
    expect(page.get_by_text(re.compile("teacher scores candidates"))).to_be_visible()
    other = visit("/training", dark=True)
    expect(other.get_by_text(f"distilled/{NAME} is being trained on senses")).to_be_visible()
    other.get_by_role("button", name="Stop", exact=True).click()
    for window in (page, other):
        expect(window.get_by_text(f"distilled/{NAME} was stopped")).to_be_visible()
        expect(window.get_by_text(f"distilled/{NAME} on senses: step 0 of 100")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Discard …").click()
    page.get_by_role("button", name="Discard it").click()
    expect(page.get_by_text("step 0 of 100")).to_have_count(0)
    expect(page.get_by_role("button", name="Start", exact=True)).to_be_visible()
