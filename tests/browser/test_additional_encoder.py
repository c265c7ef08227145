"""A second bi-encoder: added under Models, embedded while one reads on, then ranked by."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit
from tests.browser.steps import cards, choose, column, open_page, wait_until_idle

pytestmark = pytest.mark.browser

BGE = "bge-small-en-v1.5"


def test_bge_becomes_a_column_that_retrieves_on_its_own(visit: Visit) -> None:
    page = visit("/models?q=python+snake&depth=5")
    choose(page, "Kind of ranker", "Bi-encoder (its own retrieval)")
    expect(page.get_by_role("combobox", name="Model", exact=True)).to_have_value(f"BAAI/{BGE}")
    page.get_by_role("button", name="Add to Compare").click()
    expect(page.get_by_text(f"{BGE}, retrieves from the whole corpus")).to_be_visible()
    open_page(page, "Compare")
    # The other rankings stand while the corpus is embedded, which can be called off.
    expect(cards(page, "Cross-encoder").first).to_be_visible()
    expect(cards(page, BGE).first).to_be_visible()
    expect(page.get_by_text("Do the rankings agree?")).to_be_visible()
    expect(cards(page, BGE)).to_have_count(10)
    head = page.locator(".rc .head").filter(has_text=BGE)
    expect(head).to_contain_text("retrieves from all 472")
    expect(head).to_contain_text("cosine")
    expect(column(page, BGE).get_by_text("Ball python care guide", exact=True)).to_be_visible()
    # More than the five candidates that the cross-encoder was given.
    expect(cards(page, "Cross-encoder")).to_have_count(5)
    expect(page.get_by_text(f"Cross-encoder ↔ {BGE}")).to_be_visible()
    page.get_by_role("textbox", name="Find a document by its id or title").fill(
        "Mothers that coil around a clutch"
    )
    page.keyboard.press("Enter")
    row = page.get_by_role("row").filter(has_text=BGE).filter(has_text="cosine")
    expect(row).to_contain_text("of 472")
    wait_until_idle(page)
