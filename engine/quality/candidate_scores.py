"""What one query needs for any of several pipelines, gathered once and read by all.

Each first stage is asked once, at the deepest pool; each (query, document) pair is scored
once by each reranker. A pipeline's ranking is worked out from that as the pipeline itself
would list it with these scores, so a shallower depth or another weight costs nothing more.
(A search of its own scores in other batches: in bf16 a logit then differs a little.)
A reranker that orders a list as a whole is asked once for each list of candidates.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.quality.pipelines import PipelineSpec, list_length
from engine.search.budget.filling import continued
from engine.search.folding import fold
from engine.search.fusion import blend
from engine.search.ranking import rank
from engine.search.stages.stages import fuse
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    CrossExamError,
    Ranking,
    Run,
    StageTiming,
    Usage,
)
from engine.types.ranker_names import parsed
from engine.types.registries.search_parameters import FASTEST, LAST


@dataclass(frozen=True, slots=True)
class PairScore:
    """A logit, the pair's even share of its batch's seconds, and its tokens left unread.

    `exact` says that the score is fp32's, or that of a model that does not drift.
    """

    score: float
    seconds: float
    n_truncated: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class CandidateScores:
    """Everything about one query: `lists` and `seconds` by first stage, `pairs` by reranker.

    What orders a whole list has its `pairs` under `scores_key`, for they are of that list alone;
    what scores in fp32 alone under a key of its own (`pairs_key`). `lexical` holds BM25's score
    of every document that a reranker read; `parents` the document of each passage that is listed,
    where the corpus is split into passages; `usage` what a remote reranker consumed for this
    query in the run itself; `wordless` the listed documents without a word; `missing` those that
    another system's run lists and the corpus does not hold.
    """

    query_id: str
    text: str
    lists: Mapping[str, Ranking]
    seconds: Mapping[str, float]
    lexical: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, PairScore]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)
    usage: Mapping[str, Usage] = field(default_factory=dict)
    wordless: frozenset[str] = frozenset()
    missing: frozenset[str] = frozenset()

    def folded(self, ranking: Ranking) -> Ranking:
        """The ranking of documents by their best passage (MaxP): that is what is judged."""
        if not self.parents:
            return ranking
        return fold(ranking, lambda doc_id: self.parents.get(doc_id, doc_id))


# By (scores_key, query text), then by doc_id.
ScoredPairs = Mapping[tuple[str, str], Mapping[str, PairScore]]


def scores_key(reranker: str, candidates: Sequence[str]) -> str:
    """Under which key the scores of these candidates are kept.

    The reranker's name; with a hash of the list where it orders the list as a whole.
    """
    if not parsed(reranker).whole_list:
        return reranker
    candidates_digest = hashlib.sha256(json.dumps(list(candidates)).encode("ascii")).hexdigest()
    return f"{reranker} {candidates_digest[:16]}"


def pairs_key(spec: PipelineSpec, candidates: Sequence[str]) -> str:
    """Under which key the scores of a pipeline's candidates are kept: of each precision, apart."""
    key = scores_key(spec.reranker, candidates)
    if spec.mode == FASTEST:
        return f"{key} [fastest]"
    return exact_key(key) if spec.exact else key


def exact_key(reranker: str) -> str:
    """Under which key a reranker's scores are kept where fp32 alone gave them."""
    return f"{reranker} [fp32]"


def pairs_of(spec: PipelineSpec, query_scores: CandidateScores) -> Mapping[str, PairScore]:
    """The scores that the pipeline's reranker gave, by document; empty without a reranker."""
    if not spec.reranker:
        return {}
    ids = first_ranking(spec, query_scores).ids()
    return query_scores.pairs.get(pairs_key(spec, ids), {})


def first_ranking(spec: PipelineSpec, query_scores: CandidateScores) -> Ranking:
    """The candidates of a pipeline: its first stage's list, cut to the depth.

    Where they are reranked, those that the corpus does not hold are left out.
    """
    pool = spec.settings.pool
    cut_lists = {
        stage: replace(ranking, hits=ranking.hits[:pool])
        for stage, ranking in query_scores.lists.items()
    }
    if spec.first_stage == HYBRID:
        candidates = fuse((cut_lists[BM25], cut_lists[BI_ENCODER]), spec.settings, pool)
    else:
        candidates = cut_lists[spec.first_stage]
    hits = candidates.hits[: spec.depth]
    if spec.reranker and query_scores.missing:
        hits = tuple(hit for hit in hits if hit.doc_id not in query_scores.missing)
    return replace(candidates, hits=hits)


def final_ranking(spec: PipelineSpec, query_scores: CandidateScores, *, length: int = 0) -> Ranking:
    """What the pipeline lists; raises CrossExamError where a pair of it was never scored.

    Behind the reranked candidates the first stage's list goes on, in its own order, up to
    `length` documents, with those that could not be read: a reranker reorders, it does
    not take documents away. The scores of that tail only keep it below, a step of 1 each.
    """
    first = first_ranking(spec, query_scores)
    if not spec.reranker:
        return first
    return _with_tail(_reranked(spec, query_scores, first), spec, query_scores, length)


def _with_tail(
    reranked: Ranking, spec: PipelineSpec, query_scores: CandidateScores, length: int
) -> Ranking:
    all_read = length == spec.depth and not query_scores.missing
    if length < spec.depth or all_read:
        return reranked
    alone = PipelineSpec(replace(spec.settings, depth=length))
    deeper = first_ranking(alone, query_scores)
    if not reranked.hits:
        return replace(reranked, hits=deeper.hits)
    whole = continued(reranked, deeper)
    return replace(whole, hits=whole.hits[:length])


def _reranked(spec: PipelineSpec, query_scores: CandidateScores, first: Ranking) -> Ranking:
    pairs = pairs_of(spec, query_scores)
    missing = [doc_id for doc_id in first.ids() if doc_id not in pairs]
    if missing:
        raise CrossExamError(
            f"{len(missing)} of the {len(first.hits)} candidates of query "
            f"{query_scores.query_id!r} were never scored by {spec.reranker}: "
            "run this pipeline first"
        )
    last = query_scores.wordless if spec.settings.wordless == LAST else frozenset()
    hits = rank(((doc_id, pairs[doc_id].score) for doc_id in first.ids()), last=last)
    reranked = Ranking(CROSS_ENCODER, spec.reranker, hits, last=last)
    share = spec.blend_weight
    if share is None:
        return reranked
    model = f"{share:.0%} {spec.reranker}, {1 - share:.0%} BM25"
    return Ranking(BLEND, model, blend(reranked, query_scores.lexical, weight=share), last=last)


def seconds_of(spec: PipelineSpec, query_scores: CandidateScores) -> float:
    """What the query takes: its retrievers, and its pairs' shares of their batches."""
    total = retrieval_seconds(spec, query_scores)
    if spec.reranker:
        pairs = pairs_of(spec, query_scores)
        total += sum(pairs[doc_id].seconds for doc_id in first_ranking(spec, query_scores).ids())
    return total


def retrieval_seconds(spec: PipelineSpec, query_scores: CandidateScores) -> float:
    """What its retrievers take: those of its first stage, and BM25 where it is mixed in."""
    stages = {BM25, BI_ENCODER} if spec.first_stage == HYBRID else {spec.first_stage}
    mixed_in = {BM25} - stages if spec.blended else set()
    return sum(query_scores.seconds[stage] for stage in stages) + sum(
        query_scores.seconds.get(stage, 0.0) for stage in mixed_in
    )


def run_of(spec: PipelineSpec, gathered: Sequence[CandidateScores], *, length: int = 0) -> Run:
    """The pipeline's run over all queries; each query's seconds as one timing.

    `length` is how many documents or passages each list goes down to (see `final_ranking`).
    """
    rankings = {
        query_scores.query_id: query_scores.folded(final_ranking(spec, query_scores, length=length))
        for query_scores in gathered
    }
    timings = {
        query_scores.query_id: (
            StageTiming(
                spec.stage, "query", seconds_of(spec, query_scores), spec.depth, len(hits.hits)
            ),
        )
        for query_scores, hits in zip(gathered, rankings.values(), strict=True)
    }
    return Run(spec.name, rankings, timings)


def runs_of(
    specs: Mapping[str, PipelineSpec], gathered: Sequence[CandidateScores]
) -> dict[str, Run]:
    """The runs of several pipelines under the names given, with lists of one length."""
    length = list_length(specs.values())
    return {
        name: replace(run_of(spec, gathered, length=length), name=name)
        for name, spec in specs.items()
    }


def candidates_of(spec: PipelineSpec, gathered: Sequence[CandidateScores]) -> dict[str, Ranking]:
    """The first stage's candidates by query: all that a reranker gets to see."""
    return {
        query_scores.query_id: query_scores.folded(first_ranking(spec, query_scores))
        for query_scores in gathered
    }


def missing_pairs(gathered: Sequence[CandidateScores]) -> frozenset[tuple[str, str]]:
    """(query, document) of what is listed and not in the corpus: nobody can read or judge it."""
    return frozenset((query.query_id, doc_id) for query in gathered for doc_id in query.missing)


def scored_pairs(
    gathered: Sequence[CandidateScores],
) -> dict[tuple[str, str], dict[str, PairScore]]:
    """The pairs of an earlier run, to be taken over by the next."""
    pairs: dict[tuple[str, str], dict[str, PairScore]] = {}
    for query_scores in gathered:
        for model, scores in query_scores.pairs.items():
            pairs.setdefault((model, query_scores.text), {}).update(scores)
    return pairs
