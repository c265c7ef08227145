"""A link made in one browser opens the same view in another, on every page."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, urlencode, urlsplit

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
from tests.pages.share.test_links import addresses

pytestmark = pytest.mark.browser

FIRST, SECOND = "python snake", "jaguar car"
SEARCH = {"q": FIRST, "depth": "5"}
OWN = {"texts": "own", "own_query": "red crane", "own_doc": "A crane lifts", "own_doc2": ""}
VIEWS: dict[str, dict[str, str]] = {  # of every page, with something chosen that it can name
    "": {},
    "compare": {**SEARCH, "columns": "bm25,cross-encoder", "rows": "20", "where": "Apollo"},
    "diagnose": {**SEARCH, "pasted": "A crane lifts the red steel", "within": "2", "wish": "out"},
    "inside": {**OWN, "pass_step": "5", "opened_layer": "cross-9-3"},
    "attention": {
        **OWN,
        "pieces": "1",
        "specials": "1",
        "layer": "3",
        "direction": "doc_to_query",
        "bertviz": "1",
    },
    "explain": {**SEARCH, "method": "occlusion (mask)"},
    "what-if": {**SEARCH, "doc": "python-ball-care", "edits": '{"q":{"c":[[0,6,""]]}}'},
    "truncation": {**SEARCH, "doc": "python-ball-care", "window": "64", "stride": "24"},
    "maxsim": OWN,
    "quality": {"part": "queries", "order": "all", "recall": "20", "judged_lists": "BM25"},
    "latency": {**SEARCH, "lab": "energy", "kwh": "0.5", "currency": "CHF"},
    "blind-vote": {},
    "corpora": {"view": "library"},
    "models": {},
    "training": {"train": "fine-tuned", "steps": "50"},
    "lessons": {"lesson": "two-ways", "step": "2"},
    "about": {},
}
MOST_LOOKS = 60
WIDGETS = """() => [...document.querySelectorAll(
  "input:not([type=file]), textarea, [aria-checked], [aria-pressed]")]
  .filter(e => e.closest(".stMain"))
  .filter(e => e.offsetParent !== null || e.type === "checkbox")
  .map(e => [e.ariaLabel || e.textContent, e.value || "", e.checked || false,
             e.ariaChecked, e.ariaPressed].join("|"))"""


def settled(page: Page) -> list[str]:
    """What every widget of the page holds, once nothing is about to be redrawn."""
    expect(page.get_by_role("button", name="Copy link", exact=True)).to_be_visible()
    wait_until_idle(page)
    held: list[str] = page.evaluate(WIDGETS)
    return held


def entries(page: Page) -> int:
    """How many entries the history has."""
    count: int = page.evaluate("history.length")
    return count


def link_of(page: Page) -> dict[str, str]:
    """What the address says."""
    return dict(parse_qsl(urlsplit(page.url).query, keep_blank_values=True))


def test_a_link_made_in_one_browser_opens_the_same_view_in_another_on_every_page(
    visit: Visit,
) -> None:
    page, other = visit("/about"), visit("/about")
    start = page.url.removesuffix("about")
    for address in addresses():
        link = VIEWS.get(address, {})
        page.goto(f"{start}{address}?{urlencode(link)}")
        settled(page)
        assert link.items() <= link_of(page).items(), address
        other.goto(page.url)
        for _ in range(MOST_LOOKS):  # what is computed meanwhile draws widgets too
            if settled(other) == settled(page) and link_of(other) == link_of(page):
                break
            other.wait_for_timeout(500)
        assert settled(other) == settled(page), address
        assert link_of(other) == link_of(page), address


def test_the_copied_link_says_what_differs_where_it_is_opened(visit: Visit) -> None:
    page = visit(f"/compare?{urlencode(SEARCH)}")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    wait_until_ranked(page)
    expect(page.get_by_role("button", name="Copy link", exact=True)).to_be_visible()
    page.keyboard.press("l")
    expect(page.get_by_text("Link copied. It opens on this machine alone")).to_be_visible()
    link = str(page.evaluate("navigator.clipboard.readText()"))
    values = dict(parse_qsl(urlsplit(link).query))
    fingerprint = values["made"].split(",")[0]
    assert fingerprint.startswith("corpus:")
    values["made"] = values["made"].replace(fingerprint, "corpus:00000000")
    other = visit(f"/compare?{urlencode(values)}")
    wait_until_ranked(other)
    expect(
        other.get_by_text("The documents of the corpus differ: the link was made with 00000000")
    ).to_be_visible()
    other.goto(link)
    wait_until_ranked(other)
    expect(other.get_by_text("the link was made with")).to_have_count(0)


def test_back_and_forward_lead_through_queries_and_pages_and_restore_what_was_chosen(
    visit: Visit,
) -> None:
    page = visit(f"/compare?{urlencode(SEARCH)}")
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
    page.evaluate("() => { history.forward(); setTimeout(() => history.forward(), 30); }")
    expect(page.get_by_role("heading", name="Truncation", exact=True)).to_be_attached()
    expect(page.get_by_role("textbox", name="Query", exact=True)).to_have_value(SECOND)
    wait_until_idle(page)
    assert entries(page) == before + 2, "going through the history adds nothing"


@pytest.mark.parametrize(
    ("address", "step", "drawn"),
    [
        ("lessons?lesson=two-ways&step=3", "step", ".forth"),
        (f"inside?{urlencode({**OWN, 'pass_step': '5'})}", "pass_step", "text=/· 5 of/"),
    ],
)
def test_the_step_that_a_view_wrote_into_the_address_outlasts_what_the_server_writes(
    visit: Visit, address: str, step: str, drawn: str
) -> None:
    page = visit(f"/{address}")
    expect(page.locator(drawn).first).to_be_visible()
    wait_until_idle(page)
    page.keyboard.press("ArrowLeft")
    reached = str(int(dict(parse_qsl(urlsplit(address).query))[step]) - 1)
    expect(page).to_have_url(re.compile(rf"\b{step}={reached}\b"))
    for shown in ("1", None):  # onto the stage, and off it: the server writes the link anew
        page.keyboard.press("s")
        expect(page.locator(".stage-close, [class*='st-key-stage_off']")).to_have_count(
            1 if shown else 0
        )
        wait_until_idle(page)
        assert link_of(page).get("stage") == shown
        assert link_of(page)[step] == reached
