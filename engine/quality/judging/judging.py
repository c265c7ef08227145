"""A reranker as a judge: it scores the top of several pipelines; thresholds make grades of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from engine.quality.candidate_scores import CandidateScores, exact_key
from engine.quality.judging.auto_judge import Grades, Pair, Thresholds, thresholds_for
from engine.quality.passage_judgments import passages_in
from engine.quality.pipelines import PipelineSpec
from engine.search.precision.rescoring import exact_of, exact_revision
from engine.types import (
    Cancel,
    Cancelled,
    CrossExamError,
    DocumentStore,
    ProgressCallback,
    Reranker,
    Run,
)
from engine.types.ranker_names import RerankerName, parsed

LEARNING, PROPOSING = "reading what people judged", "reading what nobody judged"
ITSELF = "ranked by the judge's own model"
RELATED = "ranked by a model that is the judge's student or parent"
PERHAPS = "ranked by a server that may run the judge's own model"


@dataclass(frozen=True, slots=True)
class AutoJudgingResult:
    """What a judge makes of a pool: its score of every pair that was read, and the thresholds.

    `unread` says how many pairs of the pool a cancellation left out.
    """

    judge_model: str
    revision: str
    kind: str
    scores: Mapping[Pair, float]
    thresholds: Thresholds
    unread: int = 0

    @property
    def grades(self) -> dict[Pair, int]:
        """The grade of every pair."""
        return {pair: self.thresholds.grade(score) for pair, score in self.scores.items()}


def pool_of(runs: Mapping[str, Run], top: int) -> list[Pair]:
    """Every pair in the top of some pipeline, query by query, the best placed first."""
    if top < 1:
        raise CrossExamError(f"top is {top}: the pool is the first 1 or more documents of each run")
    best: dict[str, dict[str, int]] = {}
    for run in runs.values():
        for query_id, ranking in run.rankings.items():
            ranks = best.setdefault(query_id, {})
            for hit in ranking.hits[:top]:
                ranks[hit.doc_id] = min(hit.rank, ranks.get(hit.doc_id, hit.rank))
    return [
        (query_id, doc_id)
        for query_id, ranks in best.items()
        for doc_id in sorted(ranks, key=lambda d: (ranks[d], d))
    ]


def passages_of(gathered: Iterable[CandidateScores]) -> dict[Pair, tuple[str, ...]]:
    """The listed passages of each document of each query; empty for a corpus of whole ones."""
    passages_by_pair: dict[Pair, list[str]] = {}
    for query_scores in gathered:
        for passage, parent in query_scores.parents.items():
            passages_by_pair.setdefault((query_scores.query_id, parent), []).append(passage)
    return {pair: tuple(ids) for pair, ids in passages_by_pair.items()}


def scores_by(gathered: Iterable[CandidateScores], judge_model: str) -> dict[Pair, float]:
    """What the judge gave already in a run, by query and the document or passage it read.

    Only what is exact: thresholds are learnt from fp32's scores.
    """
    return {
        (query_scores.query_id, doc_id): pair.score
        for query_scores in gathered
        for key in (judge_model, exact_key(judge_model))
        for doc_id, pair in query_scores.pairs.get(key, {}).items()
        if pair.exact
    }


def judge(
    reranker: Reranker,
    store: DocumentStore,
    texts: Mapping[str, str],
    pool: Sequence[Pair],
    people: Grades,
    *,
    name: str = "",
    passages: Mapping[Pair, Sequence[str]] | None = None,
    scored: Mapping[Pair, float] | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> AutoJudgingResult:
    """The judge's judgments of the pool; a document in passages has its best one's score.

    What people judged is read first, for the thresholds; cancelled after that, the judgments of
    the queries that were finished are returned. `texts` holds the queries' by id; `scored` scores
    are not asked for anew. `name` is what the judge is called where it was chosen. Raises
    Cancelled before the thresholds are computed.
    """
    report = on_progress or (lambda _what, _done, _total: None)
    cancelled = cancel or (lambda: False)
    revision = exact_revision(reranker)
    reranker = exact_of(reranker)
    passages_by_pair, earlier_scores = passages or {}, dict(scored or {})
    judged_pairs = [pair for pair in pool if pair in people]
    unjudged_pairs = [pair for pair in pool if pair not in people]

    def read(what: str, pairs: Sequence[Pair]) -> dict[Pair, float]:
        return _scores(
            reranker, store, texts, pairs, passages_by_pair, earlier_scores, what, report, cancelled
        )

    scores = read(LEARNING, judged_pairs)
    if len(scores) < len(judged_pairs):
        raise Cancelled("the judge was called off before it had read what people judged")
    kind = reranker.kind
    thresholds = thresholds_for(scores, people, kind=kind)
    proposed_scores = read(PROPOSING, unjudged_pairs)
    return AutoJudgingResult(
        name or reranker.name,
        revision,
        kind,
        {**scores, **proposed_scores},
        thresholds,
        len(unjudged_pairs) - len(proposed_scores),
    )


def circular(
    judge_model: str, specs: Iterable[PipelineSpec], related_models: Collection[str] = ()
) -> dict[str, str]:
    """Pipelines that the judge judges in its own favour: why, by the pipeline's name.

    `related_models` are models that were trained from it, or it from them.
    """
    reasons = {}
    judge_name = parsed(judge_model)
    for spec in specs:
        model_names = [name for name in (spec.reranker, spec.retriever) if name]
        if any(_same(judge_name, parsed(name)) for name in model_names):
            reasons[spec.name] = ITSELF
        elif any(parsed(name).model in related_models for name in model_names):
            reasons[spec.name] = RELATED
        elif any(parsed(name).record.any_model for name in model_names):
            reasons[spec.name] = PERHAPS
    return reasons


def _same(left: RerankerName, right: RerankerName) -> bool:
    """Whether two names mean one model: by the last part, for a folder may hold a hub's model."""
    if left == right:
        return True
    ends = [name.model.rstrip("/").rsplit("/", 1)[-1].casefold() for name in (left, right)]
    return left.kind == right.kind and not left.remote and ends[0] == ends[1] != ""


def _scores(
    reranker: Reranker,
    store: DocumentStore,
    texts: Mapping[str, str],
    pairs: Sequence[Pair],
    passages: Mapping[Pair, Sequence[str]],
    scored: Mapping[Pair, float],
    what: str,
    report: ProgressCallback,
    off: Cancel,
) -> dict[Pair, float]:
    """The pairs' scores; where it was called off, those of the queries finished until then."""
    by_query: dict[str, list[str]] = {}
    for query_id, doc_id in pairs:
        by_query.setdefault(query_id, []).append(doc_id)
    unlisted = passages_in(
        store, {doc_id for pair in pairs if pair not in passages for doc_id in pair[1:]}
    )
    scores: dict[Pair, float] = {}
    for query_id, doc_ids in by_query.items():
        report(what, len(scores), len(pairs))
        parts = {
            d: list(passages.get((query_id, d), ()) or unlisted.get(d, ())) or [d] for d in doc_ids
        }
        passage_ids = list(dict.fromkeys(part for ids in parts.values() for part in ids))
        unscored_ids = [part for part in passage_ids if (query_id, part) not in scored]
        score_of = {
            part: scored[query_id, part] for part in passage_ids if (query_id, part) in scored
        }
        if unscored_ids:
            contents = [document.content for document in store.get(unscored_ids)]
            for batch in reranker.score(texts[query_id], contents, cancel=off):
                for position, score in zip(batch.positions, batch.scores, strict=True):
                    score_of[unscored_ids[position]] = score
        if len(score_of) < len(passage_ids) or off():
            return scores
        scores.update({(query_id, d): max(score_of[part] for part in parts[d]) for d in doc_ids})
    report(what, len(scores), len(pairs))
    return scores
