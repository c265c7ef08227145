"""The stages of a pipeline: each takes the rankings so far and yields its result.

They share one contract, `run(context) -> Iterator[Outcome]`, and compose in a plain
loop; only the reranker yields more than once, as its batches finish.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from engine.search.fusion import blend, rrf, weighted
from engine.search.precision.rescoring import MixedScores, exact_of, rescore, scorer_of
from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.search.stages.documents_without_words import rule_notice, wordless_in
from engine.search.stages.retrievers import LexicalStage
from engine.search.stages.score_clock import ScoreClock
from engine.search.stages.windows import in_windows
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    DocumentStore,
    Ranking,
    Reranker,
    Retriever,
    ScorePrecision,
    StageTiming,
    Usage,
)
from engine.types.registries.search_parameters import LAST, RRF
from engine.types.traces import LOAD

LOADING = 0.05  # seconds: a model that is loaded already is found in less


@dataclass(frozen=True, slots=True)
class Context:
    """What a stage may look at."""

    query: str
    settings: Settings
    rankings: Mapping[str, Ranking]
    cancel: Cancel


@dataclass(frozen=True, slots=True)
class Outcome:
    """A stage's ranking so far and its timings so far; both replace earlier ones."""

    ranking: Ranking
    timings: tuple[StageTiming, ...]
    done: bool = True
    scored: int = 0
    to_score: int = 0
    truncated: Mapping[str, int] = field(default_factory=dict)
    notices: tuple[str, ...] = ()
    usage: Usage | None = None
    failure: str = ""


class Stage(Protocol):
    """One step of a pipeline, named as it appears in a trace."""

    @property
    def name(self) -> str: ...

    def run(self, context: Context) -> Iterator[Outcome]: ...


class FirstStage:
    """A retriever over the whole corpus."""

    def __init__(self, retriever: Retriever) -> None:
        self._retriever = retriever

    @property
    def name(self) -> str:
        return self._retriever.stage

    def run(self, context: Context) -> Iterator[Outcome]:
        ranking, timings = self._retriever.retrieve(context.query, context.settings.pool)
        yield Outcome(ranking, timings)


class HybridStage:
    """BM25 and bi-encoder fused."""

    name = HYBRID

    def run(self, context: Context) -> Iterator[Outcome]:
        start = time.perf_counter()
        rankings = (context.rankings[BM25], context.rankings[BI_ENCODER])
        fused_ranking = fuse(rankings, context.settings, context.settings.pool)
        seconds = time.perf_counter() - start
        n_in = sum(len(ranking.hits) for ranking in rankings)
        yield Outcome(
            fused_ranking, (StageTiming(HYBRID, "fuse", seconds, n_in, len(fused_ranking.hits)),)
        )


def fuse(lists: tuple[Ranking, Ranking], settings: Settings, k: int) -> Ranking:
    """The hybrid ranking of (BM25, bi-encoder) lists, its first k hits."""
    if settings.fusion == RRF:
        hits, label = rrf(lists, k=settings.rrf_k), f"RRF k={settings.rrf_k}"
    else:
        bi_encoder_share = settings.hybrid_weight
        hits = weighted(lists, (1.0 - bi_encoder_share, bi_encoder_share))
        label = f"weighted: {bi_encoder_share:.0%} bi-encoder, {1 - bi_encoder_share:.0%} BM25"
    return Ranking(HYBRID, label, hits[:k])


class RerankStage:
    """The cross-encoder over the first `depth` candidates of the chosen first stage.

    Candidates that the corpus does not hold, for another system listed them, are left out.
    Candidates without a word are scored like others and, unless the settings say otherwise,
    ranked last. In the mode "fast" what is too close to call among the first ten, and at their
    border, is scored again in fp32; in "exact" fp32 scores everything. With `best_first` the
    first stage's best are scored before the others, so that a list can be read early.
    """

    name = CROSS_ENCODER

    def __init__(
        self, reranker: Reranker, store: DocumentStore, *, best_first: bool = True
    ) -> None:
        self._reranker = reranker
        self._store = store
        self._best_first = best_first

    def run(self, context: Context) -> Iterator[Outcome]:
        settings = context.settings
        first = context.rankings[settings.first_stage]
        start = time.perf_counter()
        candidates = self._store.get(first.ids(settings.depth))
        documents = [document for document in candidates if document.held]
        doc_ids = [document.doc_id for document in documents]
        texts = [document.content for document in documents]
        notice = self._reranker.query_notice(context.query) if texts else None
        load_start = time.perf_counter()
        scorer = scorer_of(self._reranker, settings.precision)
        loading = time.perf_counter() - load_start
        wordless = wordless_in(documents)
        last = wordless if settings.wordless == LAST else frozenset()
        reading = time.perf_counter() - start - loading
        notices = (
            *((notice,) if notice else ()),
            *((scorer.notice,) if scorer.notice and texts else ()),
            *rule_notice(wordless, settings.wordless),
            *not_held_notice(len(candidates) - len(documents), len(candidates)),
        )

        scored_documents: list[tuple[str, float]] = []
        truncated: dict[str, int] = {}
        clock = ScoreClock()
        sorting = 0.0

        def outcome(
            ranking: Ranking, timings: tuple[StageTiming, ...], *, done: bool = False
        ) -> Outcome:
            load_step = StageTiming(self.name, LOAD, loading, 0, 0)
            return Outcome(
                ranking,
                (load_step, *timings) if loading >= LOADING else timings,
                done=done,
                scored=len(scored_documents),
                to_score=len(doc_ids),
                truncated=dict(truncated),
                notices=notices,
            )

        if self._best_first:
            batches = in_windows(scorer.reranker, context.query, texts, cancel=context.cancel)
        else:
            batches = scorer.reranker.score(context.query, texts, cancel=context.cancel)
        while True:
            step_start = time.perf_counter()
            batch = next(batches, None)
            took = time.perf_counter() - step_start
            clock.add(batch, took)
            if batch is None:
                break
            step_start = time.perf_counter()
            for position, score, n_truncated in zip(
                batch.positions, batch.scores, batch.n_truncated, strict=True
            ):
                scored_documents.append((doc_ids[position], score))
                if n_truncated:
                    truncated[doc_ids[position]] = n_truncated
            ranking = self._ranking(scored_documents, last, scorer.precision)
            sorting += time.perf_counter() - step_start
            if len(scored_documents) < len(doc_ids) or scorer.rescores:
                yield outcome(ranking, clock.timings(self.name, reading=reading, sorting=sorting))
        timings = clock.timings(self.name, reading=reading, sorting=sorting)
        done = len(scored_documents) == len(doc_ids)
        ranking = self._ranking(scored_documents, last, scorer.precision)
        if not (scorer.rescores and done and scorer.precision):
            yield outcome(ranking, timings, done=done)
            return
        mixed = MixedScores(scorer.precision, dict(scored_documents), last)
        text_of = dict(zip(doc_ids, texts, strict=True))
        if mixed.wanted():
            load_start = time.perf_counter()
            exact_of(self._reranker)
            loading += time.perf_counter() - load_start
        rounds = rescore(
            self._reranker,
            context.query,
            mixed,
            lambda wanted: [text_of[doc_id] for doc_id in wanted],
            cancel=context.cancel,
        )
        clock_again = ScoreClock()
        while True:
            step_start = time.perf_counter()
            rescored = next(rounds, None)
            clock_again.add_round(rescored, time.perf_counter() - step_start)
            ranking = mixed.ranking(self.name, self._reranker.name)
            steps = (*timings, *clock_again.timings_again(self.name))
            yield outcome(ranking, steps, done=rescored is None)
            if rescored is None or not rescored.complete:
                return

    def _ranking(
        self,
        scored: list[tuple[str, float]],
        last: frozenset[str],
        precision: ScorePrecision | None,
    ) -> Ranking:
        hits = rank(scored, last=last)
        return Ranking(self.name, self._reranker.name, hits, last=last, precision=precision)


def not_held_notice(missing: int, candidates: int) -> tuple[str, ...]:
    """That candidates are not in the corpus, so that nobody can read them; () where all are."""
    if not missing:
        return ()
    verb, what_is = ("is", "it is") if missing == 1 else ("are", "they are")
    return (
        f"{missing:,} of the {candidates:,} candidates {verb} not in this corpus: there is no text "
        f"to read, so {what_is} not reranked.",
    )


class BlendStage:
    """The cross-encoder's score mixed with BM25's, over the reranked candidates."""

    name = BLEND

    def __init__(self, lexical: LexicalStage) -> None:
        self._lexical = lexical

    def run(self, context: Context) -> Iterator[Outcome]:
        start = time.perf_counter()
        reranked = context.rankings[CROSS_ENCODER]
        lexical = self._lexical.scores_of(context.query, reranked.ids())
        share = context.settings.blend_weight
        hits = blend(reranked, lexical, weight=share)
        model = f"{share:.0%} cross-encoder, {1 - share:.0%} BM25"
        seconds = time.perf_counter() - start
        timing = StageTiming(BLEND, "fuse", seconds, len(reranked.hits), len(hits))
        yield Outcome(Ranking(BLEND, model, hits, last=reranked.last), (timing,))
