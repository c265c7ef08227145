"""Measures what a calibration rests on: fp32 logits of judged pairs, and each ranker's best score.

Whoever calls it off keeps what was scored: every logit is that of a whole pair, and the next
call scores the missing ones alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from engine.quality.passage_judgments import passages_in
from engine.search.folding import parents_of
from engine.search.precision.rescoring import exact_of
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.stages import fuse
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    ProgressCallback,
    Ranking,
    Reranker,
)
from engine.types.calibration.scores import CalibrationKey, CalibrationScores

SEARCHING, READING = "searching", "reading pairs in fp32"
RANKERS = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER)


@dataclass(frozen=True, slots=True)
class Question:
    """A query's text, the documents judged for it, and whether its best scores are wanted."""

    text: str
    judged: tuple[str, ...] = ()
    listed: bool = False


def gather_scores(
    searcher: Searcher,
    reranker: Reranker,
    key: CalibrationKey,
    questions: Sequence[Question],
    settings: Settings,
    *,
    known: CalibrationScores | None = None,
    on_progress: ProgressCallback,
    cancel: Cancel,
) -> CalibrationScores:
    """The scores of these questions, with those that are `known` already.

    Judged documents that the store holds in no form are left out. Raises CrossExamError where the
    model has no fp32 form here.
    """
    exact_reranker = exact_of(reranker)
    known = known or CalibrationScores(key)
    logits = {text: dict(scores) for text, scores in known.logits.items()}
    best = {stage: dict(known.best.get(stage, {})) for stage in RANKERS}
    parents = dict(known.parents)
    listed: dict[str, tuple[str, ...]] = {}
    new_best: dict[str, dict[str, float]] = {}
    for number, question in enumerate(questions):
        on_progress(SEARCHING, number, len(questions))
        if cancel():
            break
        if question.listed and question.text not in best[CROSS_ENCODER]:
            rankings = _rankings(searcher, question.text, settings)
            candidates = rankings[settings.first_stage]
            listed[question.text] = tuple(candidates.ids(settings.depth))
            new_best[question.text] = {stage: _best(each) for stage, each in rankings.items()}
    wanted = _wanted(searcher, questions, listed)
    missing = {
        text: [doc_id for doc_id in doc_ids if doc_id not in logits.get(text, {})]
        for text, doc_ids in wanted.items()
    }
    total, done = sum(map(len, missing.values())), 0
    on_progress(READING, 0, total)
    for text, doc_ids in missing.items():
        for scored in _scored(searcher, exact_reranker, text, doc_ids, cancel):
            logits.setdefault(text, {}).update(scored)
            done += len(scored)
            on_progress(READING, done, total)
        if cancel():
            break
        if text in listed:
            for stage, score in new_best[text].items():
                best[stage][text] = score
            read = [logits[text][doc_id] for doc_id in listed[text]]
            if read:
                best[CROSS_ENCODER][text] = max(read)
    scored_ids = {doc_id for scores in logits.values() for doc_id in scores} - parents.keys()
    parents |= parents_of(searcher.store.get(sorted(scored_ids)))
    return CalibrationScores(
        key, logits, best, parents, f"{settings.first_stage} {settings.depth}", known.at
    )


def _rankings(searcher: Searcher, text: str, settings: Settings) -> dict[str, Ranking]:
    """The first stages' lists by stage."""
    lexical, _ = searcher.lexical.retrieve(text, settings.pool)
    dense, _ = searcher.dense.retrieve(text, settings.pool)
    return {
        BM25: lexical,
        BI_ENCODER: dense,
        HYBRID: fuse((lexical, dense), settings, settings.pool),
    }


def _best(ranking: Ranking) -> float:
    """The best score of a list; 0 where nothing is in it, as BM25 gives what shares no term."""
    return ranking.hits[0].score if ranking.hits else 0.0


def _wanted(
    searcher: Searcher, questions: Sequence[Question], listed: Mapping[str, Sequence[str]]
) -> dict[str, list[str]]:
    """What is to be scored for each text, as the store holds it: documents and passages."""
    judged_ids = {doc_id for question in questions for doc_id in question.judged}
    passages = passages_in(searcher.store, judged_ids)
    whole_ids = judged_ids & set(searcher.store.ids())
    wanted: dict[str, dict[str, None]] = {}
    for question in questions:
        of_text = wanted.setdefault(question.text, {})
        for doc_id in question.judged:
            held_ids = (doc_id,) if doc_id in whole_ids else passages.get(doc_id, ())
            of_text.update(dict.fromkeys(held_ids))
        of_text.update(dict.fromkeys(listed.get(question.text, ())))
    return {text: list(doc_ids) for text, doc_ids in wanted.items()}


def _scored(
    searcher: Searcher, reranker: Reranker, text: str, doc_ids: Sequence[str], cancel: Cancel
) -> Iterator[dict[str, float]]:
    """The logits of these documents, batch by batch."""
    if not doc_ids or cancel():
        return
    texts = [document.content for document in searcher.store.get(doc_ids)]
    for batch in reranker.score(text, texts, cancel=cancel):
        ids = [doc_ids[position] for position in batch.positions]
        yield dict(zip(ids, batch.scores, strict=True))
