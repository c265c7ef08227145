"""A step computed anew: equal where nothing changed; where a model's score changed, it is shown."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.share.snapshot_differences import snapshot_differences
from engine.types import CROSS_ENCODER, CrossExamError, Document, Qrel, Query, Reranker
from engine.types.share.snapshots import SearchSnapshot
from engine.types.share.walkthroughs import WalkthroughStep
from tests.tiny import QUERY, Tiny, tiny_searcher
from workbench.share.step_figures import StepFigures
from workbench.share.step_rankers import WhyNot, why_not_asked

TINIES = [
    Tiny(f"d{number}", snakes=number, angle=number / 10, logit=float(number % 5))
    for number in range(1, 9)
]
STEP = WalkthroughStep(
    "compare", {"q": QUERY, "corpus": "tiny", "columns": "bi-encoder,cross-encoder"}, "A step"
)


def figures(
    tinies: list[Tiny], searcher: Searcher | None = None, why_not: WhyNot = why_not_asked
) -> StepFigures:
    """Of these documents, without anything that explains."""
    searcher = searcher or tiny_searcher(tinies)[0]
    corpus = Corpus(
        searcher.corpus,
        cast("Any", searcher.store),
        queries=(Query("1", QUERY),),
        qrels=(Qrel("1", "d3", 2),),
    )
    nothing = cast("Any", None)
    return StepFigures(nothing, lambda _: (corpus, searcher), lambda _: corpus, why_not)


def kept(top: int = 3) -> WalkthroughStep:
    """The step with the figures of the documents as they are above."""
    return replace(STEP, snapshot=figures(TINIES).of(STEP, top=top))


def test_a_step_has_the_lists_of_its_link_with_ranks_scores_and_judgments() -> None:
    snapshot = kept().snapshot
    assert isinstance(snapshot, SearchSnapshot)
    assert [column.stage for column in snapshot.columns] == ["bi-encoder", CROSS_ENCODER]
    reranked = snapshot.column(CROSS_ENCODER)
    assert reranked is not None
    best = sorted(TINIES, key=lambda tiny: (-tiny.logit, tiny.doc_id))[:3]
    assert [(row.doc_id, row.score) for row in reranked.rows] == [
        (tiny.doc_id, tiny.logit) for tiny in best
    ]
    assert {row.doc_id: row.grade for row in reranked.rows}.get("d3") == 2
    assert reranked.listed == len(TINIES)


def test_nothing_moved_where_nothing_was_changed() -> None:
    step = kept()
    assert step.snapshot is not None
    assert snapshot_differences(step.snapshot, figures(TINIES).of(step)).nothing_moved


def test_where_a_models_score_was_changed_frozen_is_shown_against_live() -> None:
    step = kept()
    assert step.snapshot is not None
    changed = [replace(tiny, logit=9.5) if tiny.doc_id == "d1" else tiny for tiny in TINIES]
    differences = snapshot_differences(step.snapshot, figures(changed).of(step))
    by_stage = {column.stage: column for column in differences.columns}
    assert not by_stage["bi-encoder"].hits
    before = sorted(TINIES, key=lambda tiny: (-tiny.logit, tiny.doc_id))
    after = sorted(changed, key=lambda tiny: (-tiny.logit, tiny.doc_id))
    reranked = by_stage[CROSS_ENCODER]
    assert [hit.doc_id for hit in reranked.entered] == ["d1"]
    (left,) = reranked.left
    assert left.doc_id == before[2].doc_id
    assert left.rank_after == [tiny.doc_id for tiny in after].index(left.doc_id) + 1
    assert not differences.within_drift


@pytest.mark.parametrize(
    ("step", "words"),
    [
        (replace(STEP, page="quality"), "is not saved with this corpus"),
        (replace(STEP, page="corpora"), "not computed anew: open its view"),
        (replace(STEP, link={"corpus": "tiny"}), "the link has no query"),
        (replace(STEP, link={"q": QUERY, "depth": "7000"}), "depth='7000': give 5 to 500"),
        (replace(STEP, link={"q": QUERY, "columns": "reranker:cohere:x"}), "sent texts elsewhere"),
        (replace(STEP, link={"q": QUERY, "columns": "reranker:/a/folder"}), "not the app's own"),
        (WalkthroughStep("explain", {"texts": "own", "own_doc": " "}, "Own"), "two texts"),
        (WalkthroughStep("explain", {"q": QUERY}, "Without a document"), "names no document"),
        (
            WalkthroughStep("explain", {"q": QUERY, "doc": "d1", "explained": "x/y"}, "Another"),
            "not the app's own",
        ),
        (WalkthroughStep("diagnose", {"q": QUERY}, "Of what?"), "names no expected document"),
    ],
)
def test_what_is_not_computed_here_says_why(step: WalkthroughStep, words: str) -> None:
    with pytest.raises(CrossExamError, match=words):
        figures(TINIES).of(step)


def test_a_ranker_that_the_visitor_uses_is_asked_and_one_that_sends_texts_is_left_out() -> None:
    link = {**STEP.link, "columns": "bi-encoder,reranker:/a/folder,reranker:cohere:x"}
    step = replace(STEP, link=link)
    searcher, _ = tiny_searcher(TINIES)
    asked: list[str] = []

    def find(name: str, **_: object) -> Reranker:
        asked.append(name)
        return searcher.reranker

    searcher = replace(searcher, find_reranker=find)
    made = figures(TINIES, searcher, lambda name: why_not_asked(name, ("/a/folder",)))
    snapshot = made.of(step)
    assert isinstance(snapshot, SearchSnapshot)
    assert [column.stage for column in snapshot.columns] == ["bi-encoder", "reranker:/a/folder"]
    assert asked == ["/a/folder"]
    assert any("was not asked: it is sent texts elsewhere" in each for each in snapshot.notices)


def test_an_attached_run_is_asked_for_its_lists_are_kept_here() -> None:
    assert why_not_asked("run:production") == ""


def test_a_document_that_the_corpus_has_no_text_of_is_not_explained() -> None:
    searcher, _ = tiny_searcher(TINIES)
    listed = SimpleNamespace(get=lambda doc_ids: [Document.not_held(d) for d in doc_ids])
    made = figures(TINIES, replace(searcher, store=cast("Any", listed)))
    step = WalkthroughStep("explain", {"q": QUERY, "doc": "elsewhere"}, "Of no text")
    with pytest.raises(CrossExamError, match="'elsewhere' is not in corpus 'tiny'"):
        made.of(step)
