"""Corpus: a person brings documents of their own, searches them, and deletes them again."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.steps import (
    cards,
    choose,
    open_page,
    type_query,
    wait_until_idle,
    wait_until_ranked,
)
from tests.library_rows import kept_library

pytestmark = pytest.mark.browser

DATA = os.environ.get("CROSSEXAM_DATA")
CSV = (
    "nr,headline,story\n"
    "s1,Ball python care,Keep the snake warm and feed it one mouse a week.\n"
    "s2,Python tutorial,Write a function then call it in a loop.\n"
    "s1,Twice,The id of this row is there already.\n"
    "s3,Corn snakes,A corn snake is a harmless constrictor and an easy pet.\n"
)
INDEXING = 280_000  # ms that embedding 1,400 abstracts may take
CRANFIELD_QUERY = "what similarity laws must be obeyed when constructing aeroelastic models"


@pytest.fixture
def library(session_cache: Path) -> Iterator[None]:
    """The library put back as it was when the test ends."""
    with kept_library(session_cache):
        yield


def show(page: Page, view: str) -> None:
    """Choose one of the page's three views."""
    page.get_by_test_id("stButtonGroup").get_by_text(view, exact=True).click()
    wait_until_idle(page)


def upload(page: Page, path: Path) -> None:
    page.locator('input[type="file"]').first.set_input_files(path)
    expect(page.get_by_text("Its first rows:")).to_be_visible()
    wait_until_idle(page)


def start_import(page: Page) -> None:
    page.get_by_test_id("stBaseButton-primary").get_by_text("Import", exact=True).click()


def test_a_table_is_imported_by_its_columns_searched_and_deleted(
    visit: Visit, tmp_path: Path, library: None
) -> None:
    path = tmp_path / "reptiles.csv"
    path.write_text(CSV)
    page = visit("/corpora")
    wait_until_idle(page)
    show(page, "Import")
    upload(page, path)
    for label, column in (("id", "nr"), ("title", "headline"), ("text", "story")):
        expect(page.get_by_role("combobox", name=f"Column of the {label}")).to_have_value(column)
    start_import(page)
    expect(page.get_by_text("reptiles.csv:4: the id 's1' is already in line 2")).to_be_visible()
    expect(page.get_by_text("every corpus in the library is as it was")).to_be_visible()
    choose(page, "When rows are bad", "Keep the good rows")
    wait_until_idle(page)
    start_import(page)
    expect(page.get_by_text("reptiles: 3 documents. 1 row was left out")).to_be_visible()
    expect(page.get_by_text("reptiles.csv, line 4")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Open it").click()
    expect(page.get_by_text("3 documents in reptiles")).to_be_visible()
    expect(page.get_by_text("Map of the embeddings")).to_be_visible()
    wait_until_idle(page)

    open_page(page, "Compare")
    wait_until_idle(page)
    type_query(page, "how to feed a pet python")
    wait_until_ranked(page)
    first = cards(page, "Cross-encoder").first
    expect(first).to_have_attribute("data-doc", "s1")

    open_page(page, "Corpora")
    wait_until_idle(page)
    show(page, "Library")
    page.get_by_role("button", name="Delete …").click()
    expect(page.get_by_text("Delete reptiles and its embeddings")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Delete for good").click()
    expect(page.get_by_text("0 of them your own")).to_be_visible()
    expect(page.get_by_role("combobox").first).to_have_value(re.compile("senses"))


def test_what_is_found_and_the_import_button_are_in_view_on_a_small_screen(
    visit: Visit, tmp_path: Path, library: None
) -> None:
    path = tmp_path / "reptiles.csv"
    path.write_text(CSV)
    page = visit("/corpora")
    page.set_viewport_size({"width": 1280, "height": 800})
    wait_until_idle(page)
    show(page, "Import")
    upload(page, path)
    button = page.get_by_test_id("stBaseButton-primary").get_by_text("Import", exact=True)
    for seen in (button, page.get_by_text("Found:")):
        expect(seen).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.querySelector('[data-testid=stMain]').scrollTop") == 0


@pytest.mark.data
@pytest.mark.skipif(DATA is None, reason="CROSSEXAM_DATA is not set")
def test_cranfield_is_imported_and_searched(visit: Visit, tmp_path: Path, library: None) -> None:
    packed = shutil.make_archive(str(tmp_path / "cranfield"), "zip", DATA, "cranfield")
    page = visit("/corpora")
    wait_until_idle(page)
    show(page, "Import")
    upload(page, Path(packed))
    expect(page.get_by_text("is a BEIR folder")).to_be_visible()
    expect(page.get_by_text("Its queries and judgments come with it.")).to_be_visible()
    start_import(page)
    told = "cranfield: 1,400 documents, 225 queries, 1,837 judgments. Nothing was left out."
    expect(page.get_by_text(told)).to_be_visible()
    expect(page.get_by_text("document '471' is empty")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Open it").click()
    indexed = page.get_by_text("1,400 documents in cranfield")
    expect(indexed).to_be_visible(timeout=INDEXING)
    cut = re.compile(r"The bi-encoder cuts [\d,]+ of 1,400 documents")
    expect(page.get_by_text(cut)).to_be_visible()
    open_page(page, "Compare")
    wait_until_idle(page)
    type_query(page, CRANFIELD_QUERY)
    wait_until_ranked(page)
    expect(cards(page, "Cross-encoder")).to_have_count(10)
