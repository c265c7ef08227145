"""One deep pass of the reranker, and every shallower ranking that follows from its scores.

Each ranking is the one that these scores give. A search of that depth puts its pairs into
other batches, which in bf16 changes a logit a little (see `engine.search.stages.precision`).

The candidates are scored in the order of the first stage, in chunks, so that the time
to a depth is measured at the end of each chunk; a pair within a chunk costs its mean.
"""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import accumulate

from engine.quality.evaluation import evaluate
from engine.search.agreement import overlap
from engine.search.folding import fold, parents_in
from engine.search.ranking import rank
from engine.search.searcher import Searcher
from engine.search.settings import LEAST_POOL, Settings
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.stages import fuse
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    CrossExamError,
    DocumentStore,
    ProgressCallback,
    Qrel,
    Ranking,
    Reranker,
    Run,
)
from engine.types.registries.measures import PRIMARY
from engine.types.registries.search_parameters import LAST, LEAST_DEPTH, MOST_DEPTH

CHUNK_ENDS = (5, *range(10, 100, 10), *range(100, 200, 25), *range(200, 501, 50))
JUDGED, UNJUDGED = PRIMARY.name, "overlap@10 with the deepest ranking"
TOP = 10
NEARLY = 1e-9


@dataclass(frozen=True)
class DeepPass:
    """The scores of all candidates down to `deepest`, and what each of them cost.

    `lists` are the deep first-stage lists (two for the hybrid) and `first_seconds` what
    they took together. `chunks` are (pairs scored, seconds) in the order of scoring;
    `parents` the document of each candidate that is a passage. `last` are the candidates
    that are ranked last by rule.
    """

    query: str
    settings: Settings
    model: str
    lists: tuple[Ranking, ...]
    first_seconds: float
    deepest: int
    order: tuple[str, ...]
    scores: Mapping[str, float]
    chunks: tuple[tuple[int, float], ...]
    parents: Mapping[str, str] = field(default_factory=dict)
    last: frozenset[str] = frozenset()

    @cached_property
    def pair_seconds(self) -> dict[str, float]:
        """What scoring each document took: its share of its chunk."""
        shares: dict[str, float] = {}
        done = 0
        for pairs, seconds in self.chunks:
            shares |= dict.fromkeys(self.order[done : done + pairs], seconds / pairs)
            done += pairs
        return shares

    @property
    def measured_depths(self) -> tuple[int, ...]:
        """The depths whose time was measured outright: ends of chunks that hold no others.

        A fusion's shallower lists are not always the beginning of its deeper ones.
        """
        ends = list(accumulate(pairs for pairs, _ in self.chunks))
        return tuple(
            end
            for end in ends
            if end <= self.deepest and set(self.order[:end]) == set(self.candidates(end))
        )

    def candidates(self, depth: int) -> list[str]:
        """The documents that a pipeline of this depth would score."""
        return candidates_at(self.lists, self.settings, depth)

    def ranking(self, depth: int) -> Ranking:
        """What the cross-encoder ranks at this depth, as a pipeline would."""
        scored_documents = ((doc_id, self.scores[doc_id]) for doc_id in self.candidates(depth))
        hits = rank(scored_documents, last=self.last)
        return Ranking(CROSS_ENCODER, self.model, hits, last=self.last)

    def documents(self, depth: int) -> Ranking:
        """That ranking by documents, which is what is judged: passages folded (MaxP)."""
        if not self.parents:
            return self.ranking(depth)
        return fold(self.ranking(depth), lambda doc_id: self.parents.get(doc_id, doc_id))

    def seconds(self, depth: int) -> float:
        """The first stage, and the scoring of the candidates of this depth."""
        each = self.pair_seconds
        return self.first_seconds + sum(each[doc_id] for doc_id in self.candidates(depth))


@dataclass(frozen=True, slots=True)
class DepthPoint:
    """A depth, the seconds that it takes, and how good its top ten is, 0 to 1."""

    depth: int
    seconds: float
    quality: float


@dataclass(frozen=True, slots=True)
class DepthCurve:
    """A point for each depth; `knee` is None where there is none."""

    measure: str
    points: tuple[DepthPoint, ...]
    knee: DepthPoint | None
    best: DepthPoint

    def at(self, depth: int) -> DepthPoint:
        """The point of this depth, or of the deepest that there is."""
        return self.points[min(depth, self.points[-1].depth) - self.points[0].depth]


def candidates_at(lists: Sequence[Ranking], settings: Settings, depth: int) -> list[str]:
    """The first-stage candidates of a shallower search, from deep first-stage lists.

    A fusion of shorter lists is not the beginning of a fusion of longer ones, so the
    hybrid's lists are cut as that search would cut them, and fused again.
    """
    if settings.first_stage != HYBRID:
        return lists[0].ids(depth)
    pool = max(depth, LEAST_POOL)
    bm25, dense = (replace(ranking, hits=ranking.hits[:pool]) for ranking in lists)
    return fuse((bm25, dense), settings, pool).ids(depth)


def deep_pass(
    searcher: Searcher,
    query: str,
    settings: Settings,
    *,
    reranker: Reranker,
    on_progress: ProgressCallback,
    cancel: Cancel,
    most_depth: int = MOST_DEPTH,
) -> DeepPass | None:
    """Score the candidates of every depth up to `most_depth`; None where it was cancelled.

    `reranker` should remember no score and no text, so that all of them are timed.
    """
    deep_settings = replace(settings, depth=most_depth)
    on_progress("finding candidates", 0, 0)
    trace = searcher.pipeline(deep_settings, (settings.first_stage,)).run(query, cancel=cancel)
    if cancel() or not trace.complete:
        return None
    first_stages = (BM25, BI_ENCODER) if settings.first_stage == HYBRID else (settings.first_stage,)
    first_stage_rankings = tuple(
        _held(ranking, searcher.store)
        for stage in first_stages
        if (ranking := trace.ranking(stage)) is not None
    )
    deepest = len(candidates_at(first_stage_rankings, deep_settings, most_depth))
    if deepest < LEAST_DEPTH:
        raise CrossExamError(
            f"the first stage found {deepest} candidates for this query, too few to compare "
            f"depths: give a query with at least {LEAST_DEPTH}, or another first stage"
        )
    depths = range(LEAST_DEPTH, deepest + 1) if settings.first_stage == HYBRID else (deepest,)
    candidate_ids = tuple(
        dict.fromkeys(
            doc_id
            for depth in depths
            for doc_id in candidates_at(first_stage_rankings, deep_settings, depth)
        )
    )
    scores: dict[str, float] = {}
    last: frozenset[str] = frozenset()
    chunks = []
    for start, end in spans(len(candidate_ids)):
        on_progress(f"reading pair {start + 1} of {len(candidate_ids)}", start, len(candidate_ids))
        chunk_start = time.perf_counter()
        ids = candidate_ids[start:end]
        documents = searcher.store.get(ids)
        texts = [document.content for document in documents]
        if settings.wordless == LAST:
            last |= wordless_in(documents)
        for batch in reranker.score(query, texts, cancel=cancel):
            scores |= zip((ids[i] for i in batch.positions), batch.scores, strict=True)
        chunks.append((end - start, time.perf_counter() - chunk_start))
        if cancel() or len(scores) < end:
            return None
    return DeepPass(
        query=query,
        settings=deep_settings,
        model=reranker.name,
        lists=first_stage_rankings,
        first_seconds=trace.total_seconds,
        deepest=deepest,
        order=candidate_ids,
        scores=scores,
        chunks=tuple(chunks),
        parents=parents_in(searcher.store, list(candidate_ids)),
        last=last,
    )


def _held(ranking: Ranking, store: DocumentStore) -> Ranking:
    """The ranking without what the corpus has no text of: nobody can rerank it."""
    held = {document.doc_id for document in store.get(ranking.ids()) if document.held}
    return replace(ranking, hits=tuple(hit for hit in ranking.hits if hit.doc_id in held))


def spans(n: int) -> list[tuple[int, int]]:
    """(start, end) of the chunks in which n pairs are scored."""
    ends = [end for end in CHUNK_ENDS if end < n]
    beyond = range(CHUNK_ENDS[-1] + 50, n, 50)
    ends = [*ends, *beyond, n]
    return list(zip([0, *ends], ends, strict=False))


def depth_curve(deep: DeepPass, judgments: Mapping[str, int]) -> DepthCurve:
    """Seconds and quality of every depth; nDCG@10 where anything relevant is judged.

    Both are of documents: passages count by the best of each (MaxP).
    """
    depths = range(LEAST_DEPTH, deep.deepest + 1)
    tops = {depth: tuple(deep.documents(depth).hits[:TOP]) for depth in depths}
    has_relevant = any(grade > 0 for grade in judgments.values())
    if has_relevant:
        values = _ndcg(
            {hits: Ranking(CROSS_ENCODER, "", hits) for hits in tops.values()}, judgments
        )
        quality = {depth: values[tops[depth]] for depth in depths}
    else:
        last = [hit.doc_id for hit in tops[deep.deepest]]
        quality = {
            depth: overlap([hit.doc_id for hit in hits], last, TOP) for depth, hits in tops.items()
        }
    points = tuple(DepthPoint(depth, deep.seconds(depth), quality[depth]) for depth in depths)
    best = max(points, key=lambda point: (point.quality, -point.depth))
    return DepthCurve(JUDGED if has_relevant else UNJUDGED, points, knee(points), best)


def knee(points: Sequence[DepthPoint]) -> DepthPoint | None:
    """Where more depth stops paying: the point farthest above the chord.

    Seconds and the best quality reached so far are both brought to 0 … 1 from the
    shallowest point to the deepest; the chord is the diagonal (after Satopää et al. 2011,
    "Finding a Kneedle in a Haystack"). None where no depth beats the shallowest, or where
    quality never grows faster than the time.
    """
    reached, best = [], float("-inf")
    for point in points:
        best = max(best, point.quality)
        reached.append(best)
    rise = reached[-1] - reached[0]
    span = points[-1].seconds - points[0].seconds
    if rise <= 0 or span <= 0:
        return None
    above = [
        (quality - reached[0]) / rise - (point.seconds - points[0].seconds) / span
        for point, quality in zip(points, reached, strict=True)
    ]
    farthest = max(above)
    return points[above.index(farthest)] if farthest > NEARLY else None


def _ndcg(
    rankings: Mapping[Iterable[object], Ranking], judgments: Mapping[str, int]
) -> dict[Iterable[object], float]:
    """The headline measure of each ranking, all evaluated as one run of many queries."""
    ranking_by_name = {
        str(number): (key, ranking) for number, (key, ranking) in enumerate(rankings.items())
    }
    run = Run(CROSS_ENCODER, {name: ranking for name, (_, ranking) in ranking_by_name.items()})
    qrels = [Qrel(name, doc, grade) for name in ranking_by_name for doc, grade in judgments.items()]
    evaluation = evaluate(run, qrels, depth=TOP)
    return {
        key: evaluation.by_query[name][PRIMARY.name] for name, (key, _) in ranking_by_name.items()
    }
