"""No page, in its filled state and in either theme, has a barrier that axe-core knows of."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from tests.browser.axe import THEMES, barriers, disabled_buttons, switch_theme
from tests.browser.conftest import Visit
from tests.browser.steps import wait_until_explained, wait_until_idle, wait_until_ranked

pytestmark = pytest.mark.browser

QUERY = urlencode({"q": "python snake", "depth": 5})
# A page, and words that stand on it only when it is filled.
FILLED = {
    "/diagnose?expected=python-programming-tutorial": "What keeps it there",
    "/inside": "Look at other texts",
    "/what-if": "The smallest edit that swaps",
    "/truncation": "The remedy: score it by passages",
    "/maxsim": "Which model this is",
    "/latency": "Measure again, cold and warm",
    "/parity": "Nothing was compared yet",  # no address fills it: it starts nothing
    "/training": "Judged queries:",
    "/corpora": "Map of the embeddings",
    "/walkthroughs": "Your own walkthrough",
    "/lessons": "run it live, then try to break it",
    "/about": "How to read the scores",
    "/models": "Catalogue",
}
READABLE = 4.5  # WCAG's contrast for text


def opened(visit: Visit, path: str) -> Page:
    """A page of a finished search."""
    page = visit(f"{path}{'&' if '?' in path else '?'}{QUERY}")
    if path == "/":
        wait_until_ranked(page)
    elif path == "/attention":
        wait_until_explained(page)
    elif path == "/explain":
        expect(page.get_by_role("heading", name="Do they agree?")).to_be_visible()
    else:
        expect(page.get_by_text(FILLED[path]).first).to_be_visible()
    wait_until_idle(page)
    return page


@pytest.mark.parametrize("path", ["/", "/attention", "/explain", *FILLED])
def test_a_filled_page_has_no_barrier_in_either_theme(visit: Visit, path: str) -> None:
    page = opened(visit, path)
    assert barriers(page) == []
    levels = page.locator("h1, h2, h3, h4, h5, h6").evaluate_all(
        "all => all.filter(e => e.closest('.stMain')).map(e => Number(e.tagName[1]))"
    )
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_the_start_page_has_no_barrier_in_either_theme(visit: Visit) -> None:
    page = visit("/")
    expect(
        page.get_by_role("group", name="Cross-encoder ranking").get_by_role("button")
    ).to_have_count(4)
    expect(page.get_by_role("button", name="Look inside both models")).to_be_visible()
    wait_until_idle(page)
    assert barriers(page) == []


@pytest.mark.parametrize("section", ["depth", "batches", "scale", "ann", "energy"])
def test_a_view_of_latency_has_no_barrier_in_either_theme(visit: Visit, section: str) -> None:
    page = visit(f"/latency?{QUERY}&lab={section}")
    expect(page.get_by_role("radio", name="This search")).to_be_visible()
    expect(page.get_by_role("heading", level=2).first).to_be_visible()
    wait_until_idle(page)
    assert barriers(page) == []


@pytest.mark.parametrize("view", ["Import", "Library", "Index backend"])
def test_a_view_of_corpus_has_no_barrier_in_either_theme(
    visit: Visit, view: str, tmp_path: Path
) -> None:
    page = visit("/corpora")
    wait_until_idle(page)
    if view == "Index backend":
        page.get_by_text("Expert: index backend").click()
        wait_until_idle(page)
    page.get_by_role("radio", name=view, exact=True).click(force=True)
    wait_until_idle(page)
    if view == "Import":
        path = tmp_path / "notes.csv"
        path.write_text("nr;headline;story\ns1;Ball python;Keep it warm.\ns2;Tutorial;Call it.\n")
        page.locator('input[type="file"]').first.set_input_files(path)
        expect(page.get_by_text("Its first rows:")).to_be_visible()
        wait_until_idle(page)
    # Streamlit gives its drop zone a name and the role "presentation" at once: minor, not ours.
    found = [one for one in barriers(page) if "stFileUploaderDropzone" not in one]
    assert found == []


@pytest.mark.parametrize("path", ["/attention", "/explain", "/maxsim"])
def test_two_documents_side_by_side_have_no_barrier_in_either_theme(
    visit: Visit, path: str
) -> None:
    page = opened(visit, path)
    box = page.get_by_role("combobox", name="Second document, beside it")
    box.click()
    page.get_by_role("option").nth(2).click()
    expect(page).to_have_url(re.compile("doc2="))
    wait_until_idle(page)
    assert barriers(page) == []


def test_a_button_that_waits_can_be_read_in_either_theme(visit: Visit) -> None:
    page = opened(visit, "/what-if")
    expect(page.get_by_role("button", name="Undo", exact=True)).to_be_disabled()
    for theme in THEMES:
        switch_theme(page, theme)
        found = disabled_buttons(page)
        assert {"Undo", "Reset"} <= found.keys()
        assert all(contrast >= READABLE for contrast in found.values()), (theme, found)


def test_a_primary_button_that_waits_is_not_white_on_white(visit: Visit) -> None:
    page = visit("/quality")
    run = page.get_by_role("button", name="Run", exact=True)
    expect(run).to_be_visible()
    wait_until_idle(page)
    run.evaluate("button => { button.disabled = true }")
    for theme in THEMES:
        switch_theme(page, theme)
        assert disabled_buttons(page)["Run"] >= READABLE


def test_a_card_s_name_begins_with_what_stands_on_it(visit: Visit) -> None:
    page = opened(visit, "/")
    card = page.get_by_role("group", name="Cross-encoder ranking").get_by_role("button").first
    title = card.locator(".title").inner_text()
    snapshot = card.aria_snapshot()
    assert re.search(rf'button "1 {re.escape(title)} ', snapshot), snapshot
    assert "rank 1 in Cross-encoder" in snapshot
