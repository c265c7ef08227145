"""Two people vote in two browsers; nobody sees which list is whose before the end."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from corpora.stores.vote_store import VoteStore
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.share.votes.sides import query_order
from engine.types import BI_ENCODER, BM25
from engine.types.share.blind_votes import FIRST, SECOND, BlindVote, Choice, Pipeline
from tests.browser.axe import barriers_now
from tests.browser.conftest import Visit
from tests.browser.steps import wait_until_idle
from tests.engine.share.votes.ballots import blind_vote

pytestmark = pytest.mark.browser
NAMES = ("BM25", "Bi-encoder")
HOSTILE = "<img src=x onerror='window.hacked = 1'>"


def begun(store: VoteStore) -> BlindVote:
    specs = [PipelineSpec(Settings(first_stage=stage)) for stage in (BM25, BI_ENCODER)]
    vote = replace(
        blind_vote(),
        vote_id="journey",
        names=NAMES,
        pipelines=(specs[0].values(), specs[1].values()),
    )
    return store.begin(
        replace(vote, pairs=(replace(vote.pairs[0], query=HOSTILE), *vote.pairs[1:]))
    )


def enter(page: Page, name: str) -> None:
    """Type a name and come to the first two lists."""
    page.get_by_role("textbox", name="Your name").fill(name)
    page.get_by_role("button", name="Start voting").click()
    expect(page.get_by_text("0 of 4 queries answered")).to_be_visible()
    assert not any(name in page.content() for name in NAMES)


def at_left(page: Page) -> Pipeline:
    """The pipeline whose list stands at the left: the first one lists "Title 0" first."""
    first = page.get_by_role("region", name="Left list").get_by_role("listitem").first
    return FIRST if "Title 0" in first.inner_text() else SECOND


def test_two_people_vote_at_once_by_keys_and_clicks_and_then_see_who_won(
    visit: Visit, session_cache: Path
) -> None:
    store = VoteStore(session_cache)
    vote = begun(store)
    ann, bob = visit("/blind-vote"), visit("/blind-vote?vote=journey", dark=True)
    ann.get_by_role("button", name="Vote", exact=True).click()
    for page, name in ((ann, "Ann"), (bob, HOSTILE)):
        enter(page, name)
    ann.get_by_label("Why? (optional)").fill("<b>shorter</b>")
    ann.get_by_label("Why? (optional)").press("Enter")
    sides = [ann.get_by_role("region", name=f"{side} list") for side in ("Left", "Right")]
    assert len({side.evaluate("e => e.offsetHeight") for side in sides}) == 1
    seen_by_ann = []
    for key in ("ArrowLeft", "=", "b", "ArrowRight"):
        seen_by_ann.append(at_left(ann))
        ann.keyboard.press(key)
    expect(ann.get_by_text("Thank you: all of your votes are in.")).to_be_visible()
    seen_by_bob = at_left(bob)
    bob.get_by_role("button", name="Left is better").dblclick()  # answers one query, not two
    bob.get_by_role("button", name="Both bad").click()
    bob.keyboard.press("u")
    expect(bob.get_by_text("1 of 4 queries answered")).to_be_visible()
    for page in (ann, bob):
        expect(page.get_by_text("all saved")).to_be_visible()
        wait_until_idle(page)
        assert barriers_now(page) == []
        assert not any(name in page.content() for name in NAMES)
    votes = store.votes("journey")
    by_ann = [given for given in votes if given.voter.name == "Ann"]
    (by_bob,) = [given for given in votes if given.voter.name == HOSTILE]
    order = query_order(vote, by_ann[0].voter)
    assert [given.query_id for given in by_ann] == [vote.pairs[i].query_id for i in order]
    assert [given.choice for given in by_ann] == [
        Choice.LEFT, Choice.TIE, Choice.BOTH_BAD, Choice.RIGHT,
    ]  # fmt: skip
    assert [given.comment for given in by_ann] == ["<b>shorter</b>", "", "", ""]
    assert [given.left for given in by_ann] == seen_by_ann
    assert (by_bob.left, by_bob.preferred) == (seen_by_bob, seen_by_bob)

    ann.get_by_role("button", name="End the vote").click()
    ann.get_by_role("button", name="End it now").click()
    decided = [given for given in votes if given.preferred is not None]
    wins = sum(given.preferred == SECOND for given in decided)
    assert len(decided) == 3
    row = ann.get_by_role("row", name=re.compile("Win rate of Bi-encoder"))
    expect(row).to_contain_text(f"{wins / 3:.0%}")
    expect(row).to_contain_text(f"{wins} of 3 votes")
    expect(ann.get_by_text("<b>shorter</b>")).to_be_visible()
    wait_until_idle(ann)
    assert barriers_now(ann) == []
    assert not ann.evaluate("window.hacked")
    bob.keyboard.press("ArrowLeft")
    expect(bob.get_by_role("list", name="Votes by query")).to_be_visible()
    assert store.votes("journey") == votes
    rows = ann.get_by_role("list", name="Votes by query").get_by_role("listitem")
    rows.nth(1).get_by_role("button", name="Compare").click()
    expect(ann).to_have_url(re.compile(r"/compare\?.*q=query\+1"))
