"""Calibration, When to rerank, Token budget, Parity, Attached runs: used, read, and linked to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page, expect

from corpora.stores.database import Database
from corpora.stores.database_schema import remove_rows
from tests.browser.conftest import VIEWPORT, Visit
from tests.browser.share.test_links import link_of, settled
from tests.browser.steps import choose, order, wait_until_idle, wait_until_ranked
from tests.library_rows import in_library
from tests.pets import write_pets
from workbench.workbench import Workbench

pytestmark = pytest.mark.browser

RUN = "<b>ours</b> *now*"
RUN_FILE = "query;doc;rank;score\npython snake;lang;1;3,5\npython snake;gone;2;3\nmine;cat;1;9\n"


@pytest.fixture(scope="module")
def pets(session_cache: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The name of a small judged corpus, with which nothing is kept in the end."""
    path = write_pets(tmp_path_factory.mktemp("pets"))
    fingerprint = Workbench().corpora.open(path).info.fingerprint
    with in_library(session_cache, path) as name:
        yield name
    with Database(session_cache).writing() as connection:
        remove_rows(connection, fingerprint)


@pytest.fixture(scope="module")
def measured(pets: str, server: str, chromium: Browser) -> None:
    """A run of the judged queries, reranked, run in the browser."""
    context = chromium.new_context(viewport=VIEWPORT)
    page = context.new_page()
    page.goto(server + quality(pets, run_firsts="bm25", run_depths="10"))
    expect(page.get_by_text("Nothing was measured yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Run", exact=True).click()
    expect(page.get_by_role("heading", name="Is it worth its time?")).to_be_visible()
    context.close()


def quality(corpus: str, **link: str) -> str:
    return "/quality?" + urlencode({"corpus": corpus, **link})


def figures(page: Page, caption: str | re.Pattern[str]) -> list[list[str]]:
    """The cells of the table with this caption, row by row."""
    table = page.get_by_role("table", name=caption)
    expect(table).to_be_visible()
    wait_until_idle(page)
    rows: list[list[str]] = table.locator("tbody tr").evaluate_all(
        "rows => rows.map(r => [...r.children].map(c => c.innerText))"
    )
    return rows


def opened_elsewhere(visit: Visit, page: Page) -> Page:
    """The view in another visitor's browser, by its link: each widget holds the same."""
    held = settled(page)
    other = visit("/" + page.url.split("/", 3)[3])
    wait_until_idle(other)
    expect(other.get_by_role("button", name="Copy link", exact=True)).to_be_visible()
    for _ in range(60):  # what is computed meanwhile draws widgets too
        if settled(other) == held:
            break
        other.wait_for_timeout(500)
    assert settled(other) == held
    assert link_of(other) == link_of(page)
    return other


def test_a_calibration_is_measured_and_its_choices_are_in_its_link(pets: str, visit: Visit) -> None:
    page = visit(quality(pets, part="calibration", floor_precision="0.9"))
    expect(page.get_by_text("Nothing was measured yet")).to_be_visible()
    wait_until_idle(page)
    page.get_by_test_id("stMain").get_by_role("button", name="Measure", exact=True).click()
    expect(page.get_by_text("7 judged pairs of 3 queries are too few").first).to_be_visible()
    expect(page.get_by_text("This corpus gives no floor for 90%")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("radio", name="2", exact=True).click(force=True)
    expect(page).to_have_url(re.compile("relevant_from=2"))
    other = opened_elsewhere(visit, page)
    expect(other.get_by_text("This corpus gives no floor for 90%")).to_be_visible()


def test_a_gate_begins_at_the_first_stage_and_ends_at_the_reranker(
    pets: str, measured: None, visit: Visit
) -> None:
    page = visit(quality(pets, part="results"))
    results = figures(page, "Quality and latency by pipeline")
    page.get_by_role("radio", name="When to rerank", exact=True).click(force=True)
    shares = "What each share of the queries comes to"
    rows = figures(page, shares)
    assert [rows[0][1], rows[-1][1]] == [row[1].split("\n")[0] for row in results]
    choose(page, "Signal", "Query length, short first")
    expect(page).to_have_url(re.compile("signal=short"))
    chosen = figures(page, shares)
    assert [chosen[0][1], chosen[-1][1]] == [rows[0][1], rows[-1][1]], "of no queries, and of all"
    other = opened_elsewhere(visit, page)
    assert figures(other, shares) == chosen


def test_a_token_budget_is_typed_and_what_fits_is_in_its_link(
    pets: str, measured: None, visit: Visit
) -> None:
    page = visit(quality(pets, part="tokens"))
    box = page.get_by_role("spinbutton", name="Token budget")
    box.fill("30")
    box.press("Enter")
    rows = figures(page, "Pipelines within 30 tokens")
    assert len(rows) == 2
    assert all(0 < float(row[5]) <= 30 for row in rows)
    expect(page).to_have_url(re.compile("tokens=30"))
    other = opened_elsewhere(visit, page)
    assert figures(other, "Pipelines within 30 tokens") == rows


def test_parity_compares_when_it_is_asked_and_a_link_names_the_two(pets: str, visit: Visit) -> None:
    link = {"corpus": pets, "parity_queries": "3", "parity_depth": "5", "parity_repeats": "1"}
    page = visit("/parity?" + urlencode(link))
    expect(page.get_by_text("Nothing was compared yet")).to_be_visible()
    wait_until_idle(page)
    choose(page, "^B$|selected .*B$", "Cross-encoder, the selected backend alone")
    expect(page).to_have_url(re.compile("parity_b=backend"))
    wait_until_idle(page)
    page.get_by_test_id("stMain").get_by_role("button", name="Compare", exact=True).click()
    (row, *_) = figures(page, "Differences of the scores")
    assert row[1] == "15"
    expect(page.get_by_role("table", name="Repeated calls")).to_be_visible()
    other = visit("/" + page.url.split("/", 3)[3])
    expect(other.get_by_text("Nothing was compared yet")).to_be_visible()
    assert settled(other)[:5] == settled(page)[:5], "the choices, and no comparison unasked"
    assert link_of(other) == link_of(page)


def test_an_attached_run_is_a_column_that_a_link_names_until_it_is_detached(
    pets: str, visit: Visit, tmp_path: Path
) -> None:
    path = tmp_path / "prod.csv"
    path.write_text(RUN_FILE)
    page = visit("/corpora?" + urlencode({"corpus": pets, "view": "runs"}))
    expect(page.get_by_text(f"No run of another system is attached to {pets} yet")).to_be_visible()
    wait_until_idle(page)
    page.locator('input[type="file"]').set_input_files(path)
    name = page.get_by_role("textbox", name="Name", exact=True)
    name.fill(RUN)
    name.press("Enter")
    wait_until_idle(page)
    page.get_by_role("button", name="Attach", exact=True).click()
    expect(page.get_by_text(f"{RUN}: 2 lists of 3 documents; 1 is for")).to_be_visible()
    (row,) = figures(page, "Runs attached to this corpus")
    assert row[0].startswith(RUN)
    page.get_by_role("button", name="See it in Compare").click()
    box = page.get_by_role("textbox", name="Query", exact=True)
    expect(box).to_have_value("python snake")
    wait_until_ranked(page)
    assert order(page, RUN) == ["lang", "gone"]
    other = visit("/" + page.url.split("/", 3)[3])
    wait_until_ranked(other)
    assert order(other, RUN) == ["lang", "gone"]

    page = visit("/corpora?" + urlencode({"corpus": pets, "view": "runs"}))
    page.get_by_role("button", name="Detach", exact=True).click()
    expect(page.get_by_text("it can be attached again for a week")).to_be_visible()
    wait_until_idle(page)
    page.get_by_role("button", name="Attach it again").click()
    expect(page.get_by_role("heading", name=f"1 attached run of {pets}")).to_be_visible()
