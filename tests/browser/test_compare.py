"""Compare: a person types a query and reads four rankings."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page, expect

from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from tests.browser.conftest import Visit
from tests.browser.steps import (
    CARE,
    COLUMNS,
    LANGUAGE,
    card,
    cards,
    choose,
    column,
    expect_order,
    order,
    type_query,
    wait_until_explained,
    wait_until_idle,
    wait_until_ranked,
)
from tests.pages.expected import cli_hits, engine_ids
from tests.pages.hostile import ROWS, TITLES

pytestmark = pytest.mark.browser

QUERY, OTHER = "python snake", "mercury winged messenger"
BM25_STANDS_WHILE_THE_CROSS_ENCODER_READS = (
    '.rc:has([aria-label="BM25 ranking"] .card):has([aria-label="Cross-encoder scoring"])'
    ':has([aria-label="Cross-encoder ranking"][aria-busy="true"])'
)
FEW = "/?" + urlencode({"q": QUERY, "depth": 10})


def test_python_snake_finds_the_snake_as_the_cli_does_and_a_link_keeps_it(visit: Visit) -> None:
    page = visit("/compare")
    type_query(page, QUERY)
    for label in COLUMNS:
        expect(cards(page, label).first).to_be_visible()
    wait_until_ranked(page)
    titles = cards(page, "Cross-encoder").locator(".title").all_text_contents()
    assert CARE in titles[:3]
    assert LANGUAGE not in titles or titles.index(CARE) < titles.index(LANGUAGE)
    expected = cli_hits(QUERY, CROSS_ENCODER)
    printed = [hit["title"] for hit in expected]
    assert printed.index(CARE) < printed.index(LANGUAGE)
    expect_order(page, "Cross-encoder", [hit["doc_id"] for hit in expected[:10]])

    again = visit("/?" + page.url.partition("?")[2])
    wait_until_ranked(again)
    assert {label: order(again, label) for label in COLUMNS} == {
        label: order(page, label) for label in COLUMNS
    }


def test_a_query_replaced_while_the_cross_encoder_reads_gives_the_new_ranking(visit: Visit) -> None:
    page = visit("/?depth=100")
    type_query(page, OTHER)
    # The first stages stand while the cross-encoder still reads, and says how far it is.
    page.locator(BM25_STANDS_WHILE_THE_CROSS_ENCODER_READS).wait_for()
    type_query(page, QUERY)
    expect(page).to_have_url(re.compile("q=python"))
    expect_order(page, "Cross-encoder", engine_ids(QUERY, Settings(depth=100), CROSS_ENCODER, 10))
    wait_until_ranked(page)
    expect_order(page, "Cross-encoder", engine_ids(QUERY, Settings(depth=100), CROSS_ENCODER, 10))
    for label, stage in zip(COLUMNS, ("bm25", "bi-encoder", "hybrid"), strict=False):
        assert order(page, label) == engine_ids(QUERY, Settings(depth=100), stage, 10)


def test_two_visitors_at_once_each_get_their_own_ranking(visit: Visit) -> None:
    one, other = visit("/?depth=20"), visit("/?depth=20")
    type_query(one, QUERY)
    type_query(other, OTHER)
    for page, query in ((one, QUERY), (other, OTHER)):
        wait_until_ranked(page)
        expect_order(
            page, "Cross-encoder", engine_ids(query, Settings(depth=20), CROSS_ENCODER, 10)
        )


def followed(page: Page) -> set[str]:
    """The documents that are highlighted anywhere."""
    found = page.locator(".card.on").evaluate_all("all => all.map(c => c.dataset.doc)")
    return set(found)


def test_a_card_is_followed_through_the_columns_by_pointer_and_by_keys(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    first = cards(page, "Cross-encoder").first
    doc_id = first.get_attribute("data-doc") or ""
    first.hover()
    expect(card(page, "Bi-encoder", doc_id)).to_have_class(re.compile(r"\bon\b"))
    expect(card(page, "BM25", doc_id)).to_have_class(re.compile(r"\bon\b"))
    assert followed(page) == {doc_id}
    dimmed = page.locator(".card:not(.on)").first
    expect(dimmed).not_to_have_css("opacity", "1")
    expect(page.locator("path.slope.on").first).to_be_attached()
    page.mouse.move(5, 5)
    expect(page.locator(".card.on")).to_have_count(0)

    first.focus()
    page.keyboard.press("ArrowDown")
    second = cards(page, "Cross-encoder").nth(1)
    expect(second).to_be_focused()
    second_id = second.get_attribute("data-doc") or ""
    expect(second).to_have_class(re.compile(r"\bon\b"))
    assert followed(page) == {second_id}
    page.keyboard.press("ArrowLeft")
    focused = column(page, "Hybrid").locator(".card:focus")
    expect(focused).to_have_count(1)
    chosen = focused.get_attribute("data-doc") or ""
    title = focused.locator(".title").inner_text()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(rf"/attention\?.*doc={re.escape(chosen)}"))
    wait_until_explained(page)
    expect(page.get_by_role("heading", name=title)).to_be_visible()


LINES_AND_BADGES = """(root) => {
  const stages = {"BM25": "bm25", "Bi-encoder": "bi-encoder", "Hybrid": "hybrid",
    "Cross-encoder": "cross-encoder"};
  const badges = {};
  for (const [label, stage] of Object.entries(stages)) {
    for (const card of root.querySelectorAll(`[aria-label="${label} ranking"] .card`)) {
      const badge = card.querySelector(".move");
      badges[`${stage} ${card.dataset.doc}`] = badge ? badge.className.split(" ")[1] : "none";
    }
  }
  return [...root.querySelectorAll(".lines path.slope")].map((path) =>
    [path.getAttribute("class").split(" ")[1], badges[`${path.dataset.of} ${path.dataset.doc}`]]);
}"""


def test_a_line_has_the_colour_of_the_badge_at_its_end_away_from_the_baseline(
    visit: Visit,
) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    same = {"up": {"up", "rescued", "entered"}, "down": {"down"}, "same": {"same"}, "new": {"new"}}
    for baseline in ("Bi-encoder", "BM25"):
        choose(page, "Movement against", f"Movement against {baseline}")
        wait_until_idle(page)
        expect(column(page, baseline).locator(".move")).to_have_count(0)
        pairs = page.locator(".rc").evaluate(LINES_AND_BADGES)
        assert len(pairs) > 10
        assert all(badge in same[line] for line, badge in pairs), pairs
        assert {"up", "down"} <= {line for line, _ in pairs}
        expect(page.locator(".legend")).to_contain_text(f"{baseline}; lines and badges show")


def test_the_legend_explains_every_mark(visit: Visit) -> None:
    page = visit(FEW)
    wait_until_ranked(page)
    legend = page.locator(".legend")
    for words in ("baseline", "new", "rescued", "entered", "judgment", "✂", "same rank"):
        expect(legend).to_contain_text(words)
    expect(legend.locator(".pip")).to_have_count(3)


def test_hostile_documents_are_read_and_not_run(visit: Visit, hostile_corpus: str) -> None:
    page = visit("/?" + urlencode({"corpus": hostile_corpus, "q": QUERY, "depth": 6}))
    wait_until_ranked(page)
    shown = cards(page, "Cross-encoder")
    titles = shown.evaluate_all(
        "all => all.map(c => [c.dataset.doc, c.querySelector('.title').textContent])"
    )
    assert dict(titles) == TITLES
    for row in ROWS[:3]:
        page.get_by_role("textbox", name="Find a document by its id or title").fill(row["title"])
        page.keyboard.press("Enter")
        expect(page.get_by_test_id("stMarkdown").get_by_text(row["title"])).to_be_visible()
    cards(page, "Cross-encoder").first.click()
    wait_until_explained(page)
    assert page.evaluate("window.hacked") is None
    assert page.locator("img[src='x']").count() == 0
