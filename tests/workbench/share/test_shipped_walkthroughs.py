"""The walkthroughs that ship are replayed with the real models, and what they say holds."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.share.snapshot_differences import snapshot_differences
from engine.share.walkthrough_json import walkthrough_from
from engine.share.walkthrough_library import FOLDER, shipped_walkthroughs
from engine.types import CROSS_ENCODER
from engine.types.share.snapshots import SearchSnapshot
from workbench.share.step_figures import StepFigures
from workbench.workbench import Workbench

WORDS_A_MINUTE, MINUTES = 130, 3  # read aloud
MOST_CHANGE = 0.35  # logits between backends of different precision, and then some
FILES = sorted(FOLDER.glob("*.json"))


def test_three_ship_each_read_aloud_in_under_three_minutes() -> None:
    shipped = shipped_walkthroughs(FOLDER, None)
    assert [each.title for each in shipped.values()] == [
        "What a reranker changes",
        "When it does not help",
        "What it costs",
    ]
    for each in shipped.values():
        words = " ".join(f"{step.heading} {step.note}" for step in each.steps)
        assert len(re.findall(r"\w+", words)) < WORDS_A_MINUTE * MINUTES
        assert all(step.snapshot is not None and step.live for step in each.steps)


@pytest.mark.parametrize("path", FILES, ids=[path.stem for path in FILES])
def test_replayed_the_same_documents_lead_and_no_score_is_far_off(
    path: Path, bench: Workbench, capsys: pytest.CaptureFixture[str]
) -> None:
    def opened(name: str) -> tuple[Corpus, Searcher]:
        corpus = bench.corpora.open(name)
        return corpus, bench.searchers.of(corpus)

    figures = StepFigures(bench, opened, bench.corpora.open)
    walkthrough = walkthrough_from(path.read_bytes(), path.name)
    for step in walkthrough.steps:
        assert step.snapshot is not None
        now = figures.of(step)
        differences = snapshot_differences(step.snapshot, now)
        with capsys.disabled():
            sys.stdout.write(f"\n{path.stem}, {step.heading}: {differences.sentence}")
        changes = [
            abs(hit.score_change)
            for column in differences.columns
            for hit in column.hits
            if hit.score_change is not None
        ]
        changes += [abs(figure.change) for figure in differences.figures if figure.change]
        assert max(changes, default=0.0) < MOST_CHANGE
        assert now.provenance.fingerprint == step.snapshot.provenance.fingerprint
        if isinstance(now, SearchSnapshot) and isinstance(step.snapshot, SearchSnapshot):
            for kept in step.snapshot.columns:
                column = now.column(kept.stage)
                assert column is not None
                assert column.rows[0].doc_id == kept.rows[0].doc_id


def reranked(path: Path, number: int) -> list[str]:
    """The cross-encoder's first ten of a step."""
    snapshot = walkthrough_from(path.read_bytes(), path.name).steps[number].snapshot
    assert isinstance(snapshot, SearchSnapshot)
    column = snapshot.column(CROSS_ENCODER)
    assert column is not None
    return [row.doc_id for row in column.rows]


def test_what_it_costs_says_that_a_hundred_candidates_bought_nothing() -> None:
    path = FILES[2]
    assert reranked(path, 1) == reranked(path, 2)
    assert len(set(reranked(path, 1)) - set(reranked(path, 0))) == 2
