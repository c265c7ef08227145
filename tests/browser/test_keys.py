"""Keys: to the query, through the results, and a list of them; never while somebody types."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import cards, wait_until_idle, wait_until_ranked

pytestmark = pytest.mark.browser

FEW = "/?" + urlencode({"q": "python snake", "depth": 6})


def test_a_slash_leads_to_the_query_and_is_a_letter_there(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    box = page.get_by_role("textbox", name="Query", exact=True)
    expect(box).not_to_be_focused()
    page.keyboard.press("/")
    expect(box).to_be_focused()
    expect(box).to_have_value("python snake")
    page.keyboard.press("End")
    page.keyboard.type("/?sb")
    expect(box).to_have_value("python snake/?sb")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page).not_to_have_url(re.compile("stage"))


def test_a_question_mark_lists_the_keys_of_the_page(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    expect(dialog.get_by_role("row", name="/ to the query")).to_be_visible()
    expect(dialog.get_by_text("open the card in Attention")).to_be_visible()
    page.keyboard.press("s")
    wait_until_idle(page)
    expect(page).not_to_have_url(re.compile("stage"))
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def test_arrows_lead_into_the_results_and_through_them(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    page.keyboard.press("ArrowDown")
    expect(cards(page, "BM25").first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(cards(page, "BM25").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"/attention\?.*doc="))
