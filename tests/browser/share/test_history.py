"""Back and Forward: a query and a page are entries of the history, every other choice is none."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import (
    choose,
    column,
    open_page,
    type_query,
    wait_until_idle,
    wait_until_ranked,
)

pytestmark = pytest.mark.browser

FIRST, SECOND = "python snake", "jaguar car"
START = "/compare?" + urlencode({"q": FIRST, "depth": "5"})


def entries(page: Page) -> int:
    """How many entries the history has."""
    count: int = page.evaluate("history.length")
    return count


def test_back_and_forward_lead_through_queries_and_pages_and_restore_what_was_chosen(
    visit: Visit,
) -> None:
    page = visit(START)
    wait_until_ranked(page)
    before = entries(page)
    choose(page, "Rows", "Top 20")
    expect(page).to_have_url(re.compile("rows=20"))
    page.get_by_role("button", name="Hybrid", exact=True).click()
    expect(column(page, "Hybrid")).to_have_count(0)
    expect(page).to_have_url(re.compile("columns="))
    wait_until_ranked(page)
    assert entries(page) == before, "a choice is no entry"
    chosen = page.url
    type_query(page, SECOND)
    expect(page).to_have_url(re.compile("jaguar"))
    wait_until_ranked(page)
    assert entries(page) == before + 1, "a query is one"
    open_page(page, "Truncation")
    expect(page).to_have_url(re.compile("/truncation.*doc="))
    wait_until_idle(page)
    assert entries(page) == before + 2, "a page is one"

    page.go_back()
    wait_until_ranked(page)
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(SECOND)
    page.go_back()
    expect(page).to_have_url(chosen)
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(FIRST)
    wait_until_ranked(page)
    expect(column(page, "Hybrid")).to_have_count(0)
    expect(page.get_by_role("combobox", name=re.compile("Rows"))).to_have_value("Top 20")
    page.go_forward()
    page.go_forward()
    expect(page.get_by_role("heading", name="Truncation", exact=True)).to_be_attached()
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(SECOND)
    wait_until_idle(page)
    assert entries(page) == before + 2, "going through the history adds nothing"
