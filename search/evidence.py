"""What one query needs for any of several pipelines, gathered once and read by all.

Each first stage is asked once, at the deepest pool; each (query, document) pair is scored
once by each reranker. A pipeline's ranking is worked out from that, exactly as the
pipeline itself would list it, so a shallower depth or another weight costs nothing more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from search.folding import fold, parents_in
from search.fusion import blend
from search.pipelines import PipelineSpec
from search.ranking import rank
from search.searcher import Searcher
from search.stages import fuse
from search.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    Cancelled,
    CrossExamError,
    Query,
    Ranking,
    Reranker,
    Run,
    StageTiming,
)

Tell = Callable[[str, int, int], None]  # what, done, total
SEARCHING, READING = "searching", "reading pairs"


@dataclass(frozen=True, slots=True)
class PairScore:
    """A logit, the pair's even share of its batch's seconds, and its tokens left unread."""

    score: float
    seconds: float
    n_truncated: int = 0


@dataclass(frozen=True, slots=True)
class QueryEvidence:
    """Everything about one query: `lists` and `seconds` by first stage, `pairs` by reranker.

    `lexical` holds BM25's score of every document that a reranker read; `parents` the
    document of each passage that is listed, where the corpus is split into passages.
    """

    query_id: str
    text: str
    lists: Mapping[str, Ranking]
    seconds: Mapping[str, float]
    lexical: Mapping[str, float] = field(default_factory=dict)
    pairs: Mapping[str, Mapping[str, PairScore]] = field(default_factory=dict)
    parents: Mapping[str, str] = field(default_factory=dict)

    def folded(self, ranking: Ranking) -> Ranking:
        """The ranking of documents by their best passage (MaxP): that is what is judged."""
        if not self.parents:
            return ranking
        return fold(ranking, lambda doc_id: self.parents.get(doc_id, doc_id))


Known = Mapping[tuple[str, str], Mapping[str, PairScore]]  # (reranker, query text) -> by doc_id


def first_ranking(spec: PipelineSpec, evidence: QueryEvidence) -> Ranking:
    """The candidates of a pipeline: its first stage's list, cut to the depth."""
    pool = spec.settings.pool
    cut = {stage: replace(found, hits=found.hits[:pool]) for stage, found in evidence.lists.items()}
    if spec.first_stage == HYBRID:
        found = fuse((cut[BM25], cut[BI_ENCODER]), spec.settings, pool)
    else:
        found = cut[spec.first_stage]
    return replace(found, hits=found.hits[: spec.depth])


def final_ranking(spec: PipelineSpec, evidence: QueryEvidence) -> Ranking:
    """What the pipeline lists; raises CrossExamError where a pair of it was never scored."""
    first = first_ranking(spec, evidence)
    if not spec.reranker:
        return first
    pairs = evidence.pairs.get(spec.reranker, {})
    missing = [doc_id for doc_id in first.ids() if doc_id not in pairs]
    if missing:
        raise CrossExamError(
            f"{len(missing)} of the {len(first.hits)} candidates of query {evidence.query_id!r} "
            f"were never scored by {spec.reranker}: run this pipeline first"
        )
    hits = rank((doc_id, pairs[doc_id].score) for doc_id in first.ids())
    reranked = Ranking(CROSS_ENCODER, spec.reranker, hits)
    share = spec.blend_weight
    if share is None:
        return reranked
    model = f"{share:.0%} {spec.reranker}, {1 - share:.0%} BM25"
    return Ranking(BLEND, model, blend(reranked, evidence.lexical, weight=share))


def seconds_of(spec: PipelineSpec, evidence: QueryEvidence) -> float:
    """What the query takes: its first stage, and its pairs' shares of their batches."""
    stages = (BM25, BI_ENCODER) if spec.first_stage == HYBRID else (spec.first_stage,)
    total = sum(evidence.seconds[stage] for stage in stages)
    if spec.reranker:
        pairs = evidence.pairs[spec.reranker]
        total += sum(pairs[doc_id].seconds for doc_id in first_ranking(spec, evidence).ids())
    return total


def run_of(spec: PipelineSpec, gathered: Sequence[QueryEvidence]) -> Run:
    """The pipeline's run over all queries; each query's seconds as one timing."""
    rankings = {found.query_id: found.folded(final_ranking(spec, found)) for found in gathered}
    timings = {
        found.query_id: (
            StageTiming(spec.stage, "query", seconds_of(spec, found), spec.depth, len(hits.hits)),
        )
        for found, hits in zip(gathered, rankings.values(), strict=True)
    }
    return Run(spec.name, rankings, timings)


def candidates_of(spec: PipelineSpec, gathered: Sequence[QueryEvidence]) -> dict[str, Ranking]:
    """The first stage's candidates by query: all that a reranker gets to see."""
    return {found.query_id: found.folded(first_ranking(spec, found)) for found in gathered}


def gather(
    searcher: Searcher,
    rerankers: Mapping[str, Reranker],
    queries: Sequence[Query],
    specs: Sequence[PipelineSpec],
    *,
    known: Known | None = None,
    tell: Tell | None = None,
    cancel: Cancel | None = None,
) -> tuple[QueryEvidence, ...]:
    """The evidence of each query, in their order; cancelled, that of the queries finished.

    `rerankers` are those that `specs` name; pairs in `known` are not scored anew. Raises
    CrossExamError without queries or pipelines, Cancelled when no query was finished.
    """
    if not queries:
        raise CrossExamError(f"corpus {searcher.corpus.name!r} has no queries to run: add some")
    if not specs:
        raise CrossExamError("no pipeline is chosen: choose at least one")
    say = tell or (lambda _what, _done, _total: None)
    off = cancel or (lambda: False)
    searched = []
    pool = max(spec.settings.pool for spec in specs)
    for number, query in enumerate(queries):
        say(SEARCHING, number, len(queries))
        if off():
            raise Cancelled("the run was cancelled")
        searched.append(_searched(searcher, query, pool))
    wanted = [_wanted(found, specs, known or {}) for found in searched]
    total = sum(len(ids) for by_model in wanted for ids in by_model.values())
    finished: list[QueryEvidence] = []
    done = 0
    for found, by_model in zip(searched, wanted, strict=True):
        say(READING, done, total)
        pairs: dict[str, Mapping[str, PairScore]] = {}
        for model in dict.fromkeys(spec.reranker for spec in specs if spec.reranker):
            scored = dict((known or {}).get((model, found.text), {}))
            before = done

            def count(n: int, before: int = before) -> None:
                say(READING, before + n, total)

            ids = by_model.get(model, [])
            fresh = _scored(searcher, rerankers[model], found.text, ids, count, off)
            if fresh is None:
                if not finished:
                    raise Cancelled("the run was cancelled")
                return tuple(finished)
            done += len(ids)
            pairs[model] = {**scored, **fresh}
        read = sorted({doc_id for scores in pairs.values() for doc_id in scores})
        lexical = searcher.lexical.scores_of(found.text, read) if read else {}
        finished.append(replace(found, lexical=lexical, pairs=pairs))
    return tuple(finished)


def known_pairs(gathered: Sequence[QueryEvidence]) -> dict[tuple[str, str], dict[str, PairScore]]:
    """The pairs of an earlier run, to be taken over by the next."""
    known: dict[tuple[str, str], dict[str, PairScore]] = {}
    for found in gathered:
        for model, scores in found.pairs.items():
            known.setdefault((model, found.text), {}).update(scores)
    return known


def _searched(searcher: Searcher, query: Query, pool: int) -> QueryEvidence:
    lists, seconds = {}, {}
    for retriever in (searcher.lexical, searcher.dense):
        found, timings = retriever.retrieve(query.text, pool)
        lists[retriever.stage] = found
        seconds[retriever.stage] = sum(timing.seconds for timing in timings)
    listed = list(dict.fromkeys(doc_id for found in lists.values() for doc_id in found.ids()))
    parents = parents_in(searcher.store, listed)
    return QueryEvidence(query.query_id, query.text, lists, seconds, parents=parents)


def _wanted(
    found: QueryEvidence, specs: Sequence[PipelineSpec], known: Known
) -> dict[str, list[str]]:
    """The documents that each reranker must still read, the deepest pipeline's first."""
    wanted: dict[str, dict[str, None]] = {}
    for spec in sorted(specs, key=lambda s: -s.depth):
        if spec.reranker:
            there = known.get((spec.reranker, found.text), {})
            needed = wanted.setdefault(spec.reranker, {})
            for doc_id in first_ranking(spec, found).ids():
                if doc_id not in there:
                    needed[doc_id] = None
    return {model: list(ids) for model, ids in wanted.items()}


def _scored(
    searcher: Searcher,
    reranker: Reranker,
    query: str,
    doc_ids: Sequence[str],
    count: Callable[[int], None],
    cancel: Cancel,
) -> dict[str, PairScore] | None:
    """The pairs' scores, None when it was called off."""
    texts = [document.content for document in searcher.store.get(doc_ids)]
    scored: dict[str, PairScore] = {}
    for batch in reranker.score(query, texts, cancel=cancel):
        share = (batch.seconds + batch.tokenise_seconds) / len(batch.positions)
        for position, score, cut in zip(
            batch.positions, batch.scores, batch.n_truncated, strict=True
        ):
            scored[doc_ids[position]] = PairScore(score, share, cut)
        count(len(scored))
    return scored if len(scored) == len(doc_ids) and not (cancel() and doc_ids) else None
