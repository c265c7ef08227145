"""Index backend: a person has Milvus serve a corpus, searches it there, and takes that back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import (
    cards,
    column,
    open_page,
    type_query,
    wait_until_idle,
    wait_until_ranked,
)

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(session_cache: Path) -> Iterator[None]:
    """The engine's settings gone when the test ends."""
    yield
    (session_cache / "engine.json").unlink(missing_ok=True)


def open_backend(page: Page) -> None:
    """Open the view for experts, as a person does."""
    label = page.get_by_text("Expert: index backend")
    expect(label).to_be_visible()
    wait_until_idle(page)
    if not page.locator(".st-key-corpus_view_expert input").is_checked():
        label.click()
    page.get_by_test_id("stButtonGroup").get_by_text("Index backend", exact=True).click()
    wait_until_idle(page)


def serve(page: Page, how: str, told: re.Pattern[str]) -> None:
    """Choose what serves the corpus, on the view Index backend, and wait until it does."""
    open_page(page, "Corpora")
    wait_until_idle(page)
    open_backend(page)
    page.get_by_test_id("stButtonGroup").get_by_text(how, exact=True).click()
    wait_until_idle(page)
    page.get_by_role("button", name="Apply to this corpus").click()
    expect(page.get_by_role("heading", name=told)).to_be_visible()
    wait_until_idle(page)


def test_a_corpus_is_served_by_milvus_and_by_this_process_again(
    visit: Visit, settings: None
) -> None:
    page = visit("/?q=python+snake")
    wait_until_ranked(page)
    before = cards(page, "Bi-encoder").first.get_attribute("data-doc")
    serve(page, "Milvus", re.compile("senses .472 documents. is served by Milvus Lite"))
    open_page(page, "Compare")
    wait_until_idle(page)
    type_query(page, "python snake care")
    wait_until_ranked(page)
    type_query(page, "python snake")
    wait_until_ranked(page)
    assert cards(page, "Bi-encoder").first.get_attribute("data-doc") == before
    expect(column(page, "BM25").get_by_role("button").first).to_be_visible()
    serve(page, "By its size", re.compile("is served by this process"))


def test_an_address_where_nobody_is_is_told_with_what_to_do(visit: Visit, settings: None) -> None:
    page = visit("/corpora")
    wait_until_idle(page)
    open_backend(page)
    page.get_by_label("Address of a Milvus cluster").fill("http://127.0.0.1:1")
    page.get_by_role("button", name="Test the connection").click()
    expect(page.get_by_text("nobody answers there")).to_be_visible()
    expect(page.get_by_text("empty the address to use a file on this machine")).to_be_visible()
