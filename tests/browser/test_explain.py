"""Explain, What if and Truncation as a visitor uses them."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Locator, Page, expect

from engine.search.settings import Settings
from engine.types import CROSS_ENCODER
from models.cross_encoders.cross_encoder import CrossEncoder
from state.app_resources import prepare
from tests.browser.conftest import Visit
from tests.browser.steps import wait_until_idle
from tests.pages.expected import engine_ids

pytestmark = pytest.mark.browser

QUERY = "python snake"
FEW = Settings(depth=5)
LONG_QUERY, LONG = "do bees understand the concept of zero", "long-bee-cognition-summary"


def address(page: str, **values: object) -> str:
    """The address of a page for the search of these tests."""
    return f"/{page}?" + urlencode({"q": QUERY, "depth": FEW.depth, **values})


def listed(page: Page) -> list[str]:
    """The titles of the list after the change, best first."""
    titles: list[str] = page.locator(".mr .title span[title]").evaluate_all(
        "all => all.map(e => e.title)"
    )
    return titles


def chip(page: Page, side: str, word: str) -> Locator:
    """A word of the editor."""
    return page.locator(f'.we-chip[data-side="{side}"]').filter(has_text=word).first


def test_a_word_clicked_away_re_ranks_the_list_and_undo_takes_it_back(
    visit: Visit, openvino_cross_encoder: CrossEncoder
) -> None:
    store = prepare("senses").result().corpus.store
    candidates = store.get(engine_ids(QUERY, FEW, CROSS_ENCODER))
    logits = openvino_cross_encoder.score_all("python", [d.content for d in candidates])
    without = [
        d.title for _, d in sorted(zip(logits, candidates, strict=True), key=lambda row: -row[0])
    ]
    before = [document.title for document in candidates]
    assert without != before

    page = visit(address("what-if"))
    undo = page.get_by_role("button", name="Undo", exact=True)
    expect(page.locator(".mr tbody tr")).to_have_count(FEW.depth)
    assert listed(page) == before
    expect(undo).to_be_disabled()

    chip(page, "query", "snake").click()
    expect(page.get_by_role("heading", name=re.compile("1 word dropped"))).to_be_visible()
    expect(page.get_by_text("All 5 pairs were scored for the edited query.")).to_be_visible()
    wait_until_idle(page)
    assert listed(page) == without

    undo.click()
    expect(page.get_by_text("The cross-encoder's list as the search found it.")).to_be_visible()
    wait_until_idle(page)
    assert listed(page) == before
    expect(undo).to_be_disabled()


def test_a_document_word_is_dropped_from_the_keyboard_and_only_this_pair_is_scored(
    visit: Visit,
) -> None:
    page = visit(address("what-if"))
    word = chip(page, "document", "python")
    word.focus()
    page.keyboard.press("Delete")
    expect(
        page.get_by_role("heading", name=re.compile("the logit (falls|rises) by"))
    ).to_be_visible()
    expect(page.get_by_text("Only this pair was scored again")).to_be_visible()


def test_an_explanation_is_checked_and_says_so_in_a_sentence(visit: Visit) -> None:
    page = visit(address("explain"))
    expect(page.get_by_text("Do they agree?")).to_be_visible()
    page.get_by_role("button", name="Check this explanation").first.click()
    sentence = page.get_by_text(
        re.compile(
            r"Removing the 3 words it names first drops the logit by \d+\.\d; 3 random words"
        )
    )
    expect(sentence).to_be_visible()
    expect(page.get_by_text(re.compile(r"Comprehensiveness .* logits lies above"))).to_be_visible()
    wait_until_idle(page)


def test_the_ruler_says_what_was_never_read_and_passages_lift_the_document(visit: Visit) -> None:
    page = visit("/truncation?" + urlencode({"q": LONG_QUERY, "depth": 10, "doc": LONG}))
    never = re.compile(r"\d+% of this document's tokens are never read by the cross-encoder, \d+%")
    expect(page.get_by_text(never)).to_be_visible()
    expect(page.get_by_text(re.compile(r"it rises from #\d+ to #\d+ of 10"))).to_be_visible()
    expect(page.get_by_role("region", name="The document's text")).to_be_visible()
