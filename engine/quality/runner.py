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
from engine.search.precision.rescoring import MixedScores, exact_of, scorer_of
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
from engine.types.registries.search_parameters import EXACT, FAST, LAST

SEARCHING, READING = "searching", "reading pairs"


def gather(
    searcher: Searcher,
    rerankers: Mapping[str, Reranker],
    queries: Sequence[Query],
    specs: Sequence[PipelineSpec],
    *,
    retrievers: Sequence[Retriever] = (),
    known: ScoredPairs | None = None,
    tell: ProgressCallback | None = None,
    cancel: Cancel | None = None,
    failed: Callable[[CrossExamError], None] | None = None,
) -> tuple[CandidateScores, ...]:
    """The candidate scores of each query, in their order; cancelled, that of the queries finished.

    `rerankers` are those that `specs` name, `retrievers` their additional bi-encoders; pairs in
    `known` are not scored anew. Raises CrossExamError without queries or pipelines and where a
    ranker fails, Cancelled when no query was finished. Where a reranker fails after the first
    query, `failed` is told if there is one, and what was finished, and perhaps paid for, is
    returned.
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
        searched.append(_searched(searcher, retrievers, query, pool))
    asked = [_asked(found, specs, known or {}) for found in searched]
    total = sum(len(each.ids) for asks in asked for each in asks)
    finished: list[CandidateScores] = []
    done = 0
    for found, asks in zip(searched, asked, strict=True):
        say(READING, done, total)
        pairs: dict[str, Mapping[str, PairScore]] = {}
        usage: dict[str, Usage] = {}
        for each in asks:
            before = done

            def count(n: int, before: int = before) -> None:
                say(READING, before + n, total)

            there = (known or {}).get((each.key, found.text), {})
            try:
                fresh = _scored(
                    searcher, rerankers[each.reranker], found, each, specs, there, count, off
                )
            except BaseException as error:
                if passes_on(error):
                    raise
                if failed is None or not finished:
                    raise _failure(each.reranker, found.query_id, error) from error
                failed(CrossExamError(failure_of(error)))
                return tuple(finished)
            if fresh is None:
                if not finished:
                    raise Cancelled("the run was cancelled")
                return tuple(finished)
            done += len(each.ids)
            scores, spent = fresh
            pairs[each.key] = {**there, **scores}
            if spent is not None:
                usage[each.reranker] = spent + usage.get(each.reranker, Usage())
        read = sorted({doc_id for scores in pairs.values() for doc_id in scores})
        lexical = searcher.lexical.scores_of(found.text, read) if read else {}
        finished.append(replace(found, lexical=lexical, pairs=pairs, usage=usage))
    return tuple(finished)


def _searched(
    searcher: Searcher, additional: Sequence[Retriever], query: Query, pool: int
) -> CandidateScores:
    lists, seconds = {}, {}
    retrievers: list[Retriever] = [searcher.lexical, searcher.dense, *additional]
    for retriever in retrievers:
        try:
            found, timings = retriever.retrieve(query.text, pool)
        except BaseException as error:
            if passes_on(error):
                raise
            raise _failure(retriever.stage, query.query_id, error) from error
        lists[retriever.stage] = found
        seconds[retriever.stage] = sum(timing.seconds for timing in timings)
    listed = list(dict.fromkeys(doc_id for found in lists.values() for doc_id in found.ids()))
    documents = searcher.store.get(listed)
    return CandidateScores(
        query.query_id,
        query.text,
        lists,
        seconds,
        parents=parents_of(documents),
        wordless=wordless_in(documents),
    )


def _failure(ranker: str, query_id: str, error: BaseException) -> CrossExamError:
    return CrossExamError(f"{ranker} failed at query {query_id!r}: {failure_of(error)}")


@dataclass(frozen=True, slots=True)
class _Ask:
    """What a reranker must still read for one query, and the key its scores are kept under.

    `mode` is how: "exact" or "fast".
    """

    reranker: str
    key: str
    mode: str
    ids: Sequence[str]


def _asked(found: CandidateScores, specs: Sequence[PipelineSpec], known: ScoredPairs) -> list[_Ask]:
    """One ask a reranker, the deepest pipeline's documents first; one a list for whole lists."""
    wanted: dict[tuple[str, str, str], dict[str, None]] = {}
    for spec in sorted(specs, key=lambda s: -s.depth):
        if not spec.reranker:
            continue
        ids = first_ranking(spec, found).ids()
        key = pairs_key(spec, ids)
        there = known.get((key, found.text), {})
        needed = wanted.setdefault((spec.reranker, key, EXACT if spec.exact else FAST), {})
        if parsed(spec.reranker).whole_list and any(doc_id not in there for doc_id in ids):
            there = {}  # an order of a list stands and falls as a whole
        needed.update(dict.fromkeys(doc_id for doc_id in ids if doc_id not in there))
    order = list(dict.fromkeys(spec.reranker for spec in specs if spec.reranker))
    asks = [_Ask(reranker, key, mode, list(ids)) for (reranker, key, mode), ids in wanted.items()]
    return sorted(asks, key=lambda ask: order.index(ask.reranker))


def _scored(
    searcher: Searcher,
    reranker: Reranker,
    found: CandidateScores,
    ask: _Ask,
    specs: Sequence[PipelineSpec],
    known: Mapping[str, PairScore],
    count: Callable[[int], None],
    cancel: Cancel,
) -> tuple[dict[str, PairScore], Usage | None] | None:
    """The pairs' scores and what they consumed, None when it was called off.

    Where the backend drifts, what is too close to call in any of the pipelines is fp32's.
    """
    own = [
        s
        for s in specs
        if s.reranker == ask.reranker and pairs_key(s, first_ranking(s, found).ids()) == ask.key
    ]
    if not ask.ids and all(pair.exact for pair in known.values()):
        return {}, None
    scorer = scorer_of(reranker, ask.mode)
    exact = scorer.precision is None or not scorer.precision.drift
    scored: dict[str, PairScore] = {}
    usage: Usage | None = None
    for batch, ids in _batches(searcher, scorer.reranker, found.text, ask.ids, cancel):
        share = (batch.seconds + batch.tokenise_seconds) / len(ids)
        for doc_id, score, cut in zip(ids, batch.scores, batch.n_truncated, strict=True):
            scored[doc_id] = PairScore(score, share, cut, exact)
        if batch.usage is not None:
            usage = batch.usage + (usage or Usage())
        count(len(scored))
    if len(scored) < len(ask.ids) or cancel():
        return None
    if not (scorer.rescores and scorer.precision):
        return scored, usage
    pairs = {**known, **scored}
    for spec in own:
        ids = first_ranking(spec, found).ids()
        last = found.wordless.intersection(ids) if spec.settings.wordless == LAST else ()
        mixed = MixedScores(
            scorer.precision,
            {doc_id: pairs[doc_id].score for doc_id in ids},
            last,
            {doc_id for doc_id in ids if pairs[doc_id].exact},
        )
        while wanted := mixed.wanted():
            done = 0
            batches = _batches(searcher, exact_of(reranker), found.text, wanted, cancel)
            for batch, some in batches:
                share = (batch.seconds + batch.tokenise_seconds) / len(some)
                mixed.take(zip(some, batch.scores, strict=True))
                for doc_id, score in zip(some, batch.scores, strict=True):
                    before = pairs[doc_id]
                    again = replace(before, score=score, seconds=before.seconds + share, exact=True)
                    scored[doc_id] = pairs[doc_id] = again
                done += len(some)
            if done < len(wanted) or cancel():
                return None
    return scored, usage


def _batches(
    searcher: Searcher, reranker: Reranker, query: str, doc_ids: Sequence[str], cancel: Cancel
) -> Iterator[tuple[ScoredBatch, list[str]]]:
    """The batches of these documents, each with the ids that it is of."""
    texts = [document.content for document in searcher.store.get(doc_ids)]
    for batch in reranker.score(query, texts, cancel=cancel) if texts else ():
        yield batch, [doc_ids[position] for position in batch.positions]
