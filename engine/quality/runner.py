"""Asks everything that a quality run needs, and nothing twice: see `candidate_scores`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from engine.quality.candidate_scores import (
    CandidateScores,
    PairScore,
    ScoredPairs,
    first_ranking,
    pairs_key,
)
from engine.quality.pipelines import PipelineSpec
from engine.search.folding import parents_of
from engine.search.precision.rescoring import MixedScores, rescore, scorer_of
from engine.search.searcher import Searcher
from engine.search.stages.documents_without_words import wordless_in
from engine.search.stages.failure import failure_of, passes_on
from engine.types import (
    Cancel,
    Cancelled,
    CrossExamError,
    ProgressCallback,
    Query,
    Reranker,
    Retriever,
    ScoredBatch,
    Usage,
)
from engine.types.ranker_names import parsed
from engine.types.registries.search_parameters import LAST

SEARCHING, READING = "searching", "reading pairs"


def gather(
    searcher: Searcher,
    rerankers: Mapping[str, Reranker],
    queries: Sequence[Query],
    specs: Sequence[PipelineSpec],
    *,
    retrievers: Sequence[Retriever] = (),
    scored_pairs: ScoredPairs | None = None,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
    failed: Callable[[CrossExamError], None] | None = None,
) -> tuple[CandidateScores, ...]:
    """The candidate scores of each query, in their order; cancelled, that of the queries finished.

    `rerankers` are those that `specs` name, `retrievers` their additional bi-encoders;
    `scored_pairs` are not scored anew. Raises CrossExamError without queries or pipelines and
    where a ranker fails, Cancelled when no query was finished. Where a reranker fails after the
    first query, `failed` hears it if there is one, and what was finished, and perhaps paid for,
    is returned.
    """
    if not queries:
        raise CrossExamError(f"corpus {searcher.corpus.name!r} has no queries to run: add some")
    if not specs:
        raise CrossExamError("no pipeline is chosen: choose at least one")
    report = on_progress or (lambda _what, _done, _total: None)
    off = cancel or (lambda: False)
    searched = []
    pool = max(spec.settings.pool for spec in specs)
    for number, query in enumerate(queries):
        report(SEARCHING, number, len(queries))
        if off():
            raise Cancelled("the run was cancelled")
        searched.append(_searched(searcher, retrievers, query, pool))
    requests_by_query = [
        _requests_of(candidates, specs, scored_pairs or {}) for candidates in searched
    ]
    total = sum(len(request.ids) for requests in requests_by_query for request in requests)
    finished: list[CandidateScores] = []
    done = 0
    for candidates, requests in zip(searched, requests_by_query, strict=True):
        report(READING, done, total)
        pairs: dict[str, Mapping[str, PairScore]] = {}
        usage: dict[str, Usage] = {}
        for request in requests:
            done_before = done

            def count(n: int, done_before: int = done_before) -> None:
                report(READING, done_before + n, total)

            known_pairs = (scored_pairs or {}).get((request.key, candidates.text), {})
            try:
                scored_request = _scored(
                    searcher,
                    rerankers[request.reranker],
                    candidates,
                    request,
                    specs,
                    known_pairs,
                    count,
                    off,
                )
            except BaseException as error:
                if passes_on(error):
                    raise
                if failed is None or not finished:
                    raise _failure(request.reranker, candidates.query_id, error) from error
                failed(CrossExamError(failure_of(error)))
                return tuple(finished)
            if scored_request is None:
                if not finished:
                    raise Cancelled("the run was cancelled")
                return tuple(finished)
            done += len(request.ids)
            scores, request_usage = scored_request
            pairs[request.key] = {**known_pairs, **scores}
            if request_usage is not None:
                usage[request.reranker] = request_usage + usage.get(request.reranker, Usage())
        scored_ids = sorted({doc_id for scores in pairs.values() for doc_id in scores})
        lexical = searcher.lexical.scores_of(candidates.text, scored_ids) if scored_ids else {}
        finished.append(replace(candidates, lexical=lexical, pairs=pairs, usage=usage))
    return tuple(finished)


def _searched(
    searcher: Searcher, additional: Sequence[Retriever], query: Query, pool: int
) -> CandidateScores:
    ranking_by_stage, seconds = {}, {}
    retrievers: list[Retriever] = [searcher.lexical, searcher.dense, *additional]
    for retriever in retrievers:
        try:
            ranking, timings = retriever.retrieve(query.text, pool)
        except BaseException as error:
            if passes_on(error):
                raise
            raise _failure(retriever.stage, query.query_id, error) from error
        ranking_by_stage[retriever.stage] = ranking
        seconds[retriever.stage] = sum(timing.seconds for timing in timings)
    listed_ids = list(
        dict.fromkeys(doc_id for ranking in ranking_by_stage.values() for doc_id in ranking.ids())
    )
    listed = searcher.store.get(listed_ids)
    documents = [document for document in listed if document.held]
    return CandidateScores(
        query.query_id,
        query.text,
        ranking_by_stage,
        seconds,
        parents=parents_of(documents),
        wordless=wordless_in(documents),
        missing=frozenset(document.doc_id for document in listed if not document.held),
    )


def _failure(ranker: str, query_id: str, error: BaseException) -> CrossExamError:
    return CrossExamError(f"{ranker} failed at query {query_id!r}: {failure_of(error)}")


@dataclass(frozen=True, slots=True)
class _PairRequest:
    """What a reranker must still read for one query, and the key its scores are kept under.

    `mode` is how: "exact" or "fast".
    """

    reranker: str
    key: str
    mode: str
    ids: Sequence[str]


def _requests_of(
    candidates: CandidateScores, specs: Sequence[PipelineSpec], scored_pairs: ScoredPairs
) -> list[_PairRequest]:
    """A request for each reranker, the deepest pipeline's documents first; whole lists apart."""
    ids_by_request: dict[tuple[str, str, str], dict[str, None]] = {}
    for spec in sorted(specs, key=lambda s: -s.depth):
        if not spec.reranker:
            continue
        ids = first_ranking(spec, candidates).ids()
        key = pairs_key(spec, ids)
        known_pairs = scored_pairs.get((key, candidates.text), {})
        needed = ids_by_request.setdefault((spec.reranker, key, spec.mode), {})
        if parsed(spec.reranker).whole_list and any(doc_id not in known_pairs for doc_id in ids):
            known_pairs = {}  # an order of a list stands and falls as a whole
        needed.update(dict.fromkeys(doc_id for doc_id in ids if doc_id not in known_pairs))
    order = list(dict.fromkeys(spec.reranker for spec in specs if spec.reranker))
    requests = [
        _PairRequest(reranker, key, mode, list(ids))
        for (reranker, key, mode), ids in ids_by_request.items()
    ]
    return sorted(requests, key=lambda request: order.index(request.reranker))


def _scored(
    searcher: Searcher,
    reranker: Reranker,
    candidates: CandidateScores,
    request: _PairRequest,
    specs: Sequence[PipelineSpec],
    earlier: Mapping[str, PairScore],
    count: Callable[[int], None],
    cancel: Cancel,
) -> tuple[dict[str, PairScore], Usage | None] | None:
    """The pairs' scores and what they consumed, None when it was called off.

    Where the backend drifts, what is too close to call in any of the pipelines is fp32's.
    """
    request_specs = [
        s
        for s in specs
        if s.reranker == request.reranker
        and pairs_key(s, first_ranking(s, candidates).ids()) == request.key
    ]
    if not request.ids and all(pair.exact for pair in earlier.values()):
        return {}, None
    scorer = scorer_of(reranker, request.mode)
    is_exact = scorer.precision is None or not scorer.precision.drift
    fresh_pairs: dict[str, PairScore] = {}
    usage: Usage | None = None
    for batch, ids in _batches(searcher, scorer.reranker, candidates.text, request.ids, cancel):
        share = (batch.seconds + batch.tokenise_seconds) / len(ids)
        for doc_id, score, n_truncated in zip(ids, batch.scores, batch.n_truncated, strict=True):
            fresh_pairs[doc_id] = PairScore(score, share, n_truncated, is_exact)
        if batch.usage is not None:
            usage = batch.usage + (usage or Usage())
        count(len(fresh_pairs))
    if len(fresh_pairs) < len(request.ids) or cancel():
        return None
    if not (scorer.rescores and scorer.precision):
        return fresh_pairs, usage

    def texts_of(doc_ids: Sequence[str]) -> list[str]:
        return [document.content for document in searcher.store.get(doc_ids)]

    pairs = {**earlier, **fresh_pairs}
    for spec in request_specs:
        ids = first_ranking(spec, candidates).ids()
        last = candidates.wordless.intersection(ids) if spec.settings.wordless == LAST else ()
        mixed = MixedScores(
            scorer.precision,
            {doc_id: pairs[doc_id].score for doc_id in ids},
            last,
            {doc_id for doc_id in ids if pairs[doc_id].exact},
        )
        for rescored in rescore(reranker, candidates.text, mixed, texts_of, cancel=cancel):
            for doc_id, score in rescored.scores.items():
                fast_pair = pairs[doc_id]
                seconds = fast_pair.seconds + rescored.seconds[doc_id]
                exact_pair = replace(fast_pair, score=score, seconds=seconds, exact=True)
                fresh_pairs[doc_id] = pairs[doc_id] = exact_pair
            if not rescored.complete or cancel():
                return None
    return fresh_pairs, usage


def _batches(
    searcher: Searcher, reranker: Reranker, query: str, doc_ids: Sequence[str], cancel: Cancel
) -> Iterator[tuple[ScoredBatch, list[str]]]:
    """The batches of these documents, each with the ids that it is of."""
    texts = [document.content for document in searcher.store.get(doc_ids)]
    for batch in reranker.score(query, texts, cancel=cancel) if texts else ():
        yield batch, [doc_ids[position] for position in batch.positions]
