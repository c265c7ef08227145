from __future__ import annotations

import uuid
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from components.share import ballot as ballot_view
from components.share.ballot import BallotItem
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.share.votes.votes_csv import HEADER
from engine.types import BI_ENCODER, BM25
from engine.types.share.blind_votes import FIRST, BlindVote, Choice, Vote, Voter
from engine.types.share.figures import FiguresSnapshot
from jobs.visitor_jobs import Slot
from pages.share import voting
from state.share.blind_votes import vote_store
from tests.engine.share.votes.ballots import blind_vote
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    PATIENCE,
    choose,
    components,
    finished,
    job_of,
    opened,
    said,
    says,
    table,
    work_of,
)
from tests.pages.hostile import CLOSING, FORMULA, IMAGE, MARKDOWN, SCRIPT

BLIND_VOTE = "pages/share/blind_vote.py"


def kept(vote: BlindVote) -> BlindVote:
    """The vote under an id of its own, as if somebody had set it up."""
    specs = [PipelineSpec(Settings(first_stage=stage)) for stage in (BM25, BI_ENCODER)]
    return vote_store().begin(
        replace(
            vote,
            vote_id=uuid.uuid4().hex[:12],
            names=(specs[0].name, specs[1].name),
            pipelines=(specs[0].values(), specs[1].values()),
        )
    )


def opened_vote(vote_id: str) -> AppTest:
    """The page as the address of this vote opens it."""
    at = opened(BLIND_VOTE)
    at.query_params = {"vote": vote_id}
    return finished(at)


def vote_of(at: AppTest) -> str:
    """Which vote the address says."""
    value = at.query_params["vote"]
    return value if isinstance(value, str) else value[0]


def everything(at: AppTest) -> str:
    """All that the page sent to the browser, and its address."""
    return f"{[str(element.proto) for element in at.main]} {dict(at.query_params)}"


def answer(at: AppTest, monkeypatch: pytest.MonkeyPatch, *choices: Choice) -> None:
    """Give these answers to the first queries, as the browser sends them."""
    (view,) = components(at, "crossexam_ballot")
    actions = [
        {"n": view["applied"] + 1 + place, "item": place, "choice": choice, "comment": SCRIPT}
        for place, choice in enumerate(choices)
    ]
    sent = {"token": view["token"], "actions": actions}

    def answers(items: list[BallotItem], **given: Any) -> object:
        ballot_view.ballot(items, **given)
        return ballot_view.new_answers(sent, given["token"], given["applied"], len(items))

    with monkeypatch.context() as patch:
        patch.setattr(voting, "ballot", answers)
        finished(at)


def test_a_vote_is_set_up_from_typed_queries_and_tells_no_pipeline_until_it_ends(
    session_cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at = opened(BLIND_VOTE)
    choose(at, "vote_queries", "typed here")
    finished(at)
    at.text_area(key="vote_typed").input("python snake\n\npython snake\njaguar in the wild")
    at.selectbox(key="vote_first_one").set_value(BM25)
    at.selectbox(key="vote_model_other").set_value("")
    finished(at)
    assert says(at, "2 queries")
    at.button(key="set_up_vote").click()
    at.run()
    for job in work_of(at).jobs(Slot.BLIND_VOTE):  # none where it was done at the first glance
        assert job.wait(PATIENCE)
        at.run()
    vote_id = vote_of(at)
    vote = vote_store().blind_vote(vote_id)
    assert vote.names == ("BM25", "Bi-encoder")
    assert len(vote.pairs) + vote.identical == 2
    at.text_input(key="voter_name").input("Ann")
    next(b for b in at.button if b.label == "Start voting").click()
    finished(at)
    (view,) = components(at, "crossexam_ballot")
    drawn = [item[side] for item in view["items"] for side in ("left", "right")]
    kept_lists = [listed for pair in vote.pairs for listed in (pair.first, pair.second)]
    assert sorted([document["title"] for document in listed] for listed in drawn) == sorted(
        [document.title for document in listed] for listed in kept_lists
    )
    answer(at, monkeypatch, Choice.LEFT)
    (voted,) = vote_store().votes(vote_id)
    assert (voted.voter.name, voted.choice) == ("Ann", Choice.LEFT)
    hidden = everything(at)
    for pair in vote.pairs:
        assert pair.query in hidden
        assert not any(document.doc_id in hidden for document in (*pair.first, *pair.second))
    for word in ("BM25", "Bi-encoder", "bi-encoder", vote.secret, vote.owner):
        assert word not in hidden
    at.button(key="end_vote").click()
    finished(at)
    assert says(at, "1 vote of 1 voter, 1 decided. One voter and one query")
    assert table(at, "Figures")[0][0]["text"] == "Win rate of Bi-encoder"


def test_what_voters_typed_is_text_in_the_results_and_in_the_table(
    session_cache: Path, downloads: Downloads
) -> None:
    vote = kept(replace(blind_vote(), title=MARKDOWN, corpus="no such corpus"))
    for name, query_id in ((IMAGE, "q0"), (FORMULA, "q1"), (MARKDOWN, "q1")):
        choice = Choice.LEFT if name == IMAGE else Choice.BOTH_BAD
        vote_store().keep(vote.vote_id, Vote(query_id, Voter(name), choice, FIRST, CLOSING))
    vote_store().end(vote.vote_id)
    at = opened_vote(vote.vote_id)
    assert any(text.startswith(MARKDOWN) for text in said(at))
    assert says(at, "no such corpus of this vote is not here")
    (view,) = components(at, "crossexam_query_votes")
    assert view["rows"][0] == {
        "query": "query 0",
        "counts": [1, 0, 0, 0],
        "ndcg": None,
        "comments": [[IMAGE, "BM25", CLOSING]],
    }
    figures = {row[0]["text"]: row[1]["text"] for row in table(at, "Figures")}
    assert figures["Win rate of Bi-encoder"] == "0%"
    assert figures["Ties, both bad"] == "0, 2"
    assert figures["Sign test"] == "–"
    assert figures["Queries left out"] == "1"
    file = downloads.text(at, "Votes as CSV")
    assert file.splitlines()[0] == ",".join(HEADER)
    assert f"'{FORMULA}".replace('"', '""') in file
    at.button(key="keep_step").click()
    finished(at)
    at.button(key="step_add").click()
    finished(at)
    (step,) = work_of(at).draft.walkthrough.steps
    assert isinstance(step.snapshot, FiguresSnapshot)
    rows = {name: row for (_, name), row in step.snapshot.rows().items()}
    assert rows["Win rate of Bi-encoder"].cells[0] == "0%"
    assert rows["Both bad"].value == 2
    assert step.link["vote"] == vote_of(at)
    assert rows["query 0"].cells[:4] == ("1", "0", "0", "0")
    at = finished(at.switch_page("pages/share/walkthroughs.py"))
    at.button(key="play_draft").click()
    finished(at)
    assert job_of(at, Slot.WALKTHROUGH).wait(PATIENCE)
    (player,) = components(finished(at), "crossexam_walkthrough")
    assert player["steps"][0]["moved"]["sentence"].startswith("Nothing moved")


def test_a_vote_that_is_not_here_says_so_and_the_list_is_one_click_away(
    session_cache: Path,
) -> None:
    at = opened_vote(SCRIPT)
    assert says(at, "is not here: it was deleted, or set up on another machine")
    at.button(key="all_votes").click()
    finished(at)
    assert "vote" not in at.query_params
    assert says(at, "Ask people who do not know which is which")
