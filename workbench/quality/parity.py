"""Two rankers compared over a corpus: the same for the app and the CLI."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from corpora.stores.corpus import Corpus
from corpora.stores.run_store import RunStore
from engine.quality.candidate_scores import CandidateScores
from engine.quality.parity.answers import AskedRanker, KeptScores
from engine.quality.parity.parity import Candidates, parity
from engine.quality.parity.sample import (
    SEED,
    kept_candidates,
    sampled_queries,
    searched_candidates,
)
from engine.search.diagnosis.causes.wording import stage_name
from engine.search.precision.rescoring import Scorer, exact_of, scorer_of
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancel, CrossExamError, Log, ProgressCallback, Query, Reranker
from engine.types.aliases import silent
from engine.types.parity.report import ParityReport, SideLabel
from engine.types.parity.sides import BACKEND, SAVED, TORCH, ParitySide
from engine.types.ranker_names import parsed
from engine.types.registries.search_parameters import EXACT, FAST, FASTEST
from engine.types.registries.stage_wording import reranker_label
from workbench.model_loader import ModelLoader
from workbench.saved_runs import read_run, saved_run
from workbench.workbench import Workbench

MOST_QUERIES, MOST_REPEATS = 1_000, 20
QUERIES, DEPTH, REPEATS = 20, 20, 2  # unless said
OPENING = 12  # words of a document that stand in for a query
KEPT = "kept score"
FAST_NOTE = "near ties of the first ten again in fp32"


@dataclass(frozen=True, slots=True)
class ParityRequest:
    """What to compare, checked: two sides, `queries` of the corpus, `repeats` more calls of each.

    The candidates are the first `settings.depth` of the first stage, or, where a side is a saved
    run, of what it kept.
    """

    a: ParitySide
    b: ParitySide
    settings: Settings = field(default_factory=lambda: Settings(depth=DEPTH))
    queries: int = QUERIES
    repeats: int = REPEATS

    def __post_init__(self) -> None:
        for name, value, low, high in (
            ("queries", self.queries, 1, MOST_QUERIES),
            ("repeats", self.repeats, 0, MOST_REPEATS),
        ):
            if not low <= value <= high:
                raise CrossExamError(f"{name} is {value}: give a number from {low} to {high:,}")


@dataclass(frozen=True, slots=True)
class _Kept:
    """The scores that a run kept of one reranker, and the run's queries."""

    side: KeptScores
    queries: tuple[Query, ...]


def compare_rankers(
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    request: ParityRequest,
    *,
    load: Callable[[str], Reranker] | None = None,
    log: Log = silent,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel = lambda: False,
) -> Iterator[ParityReport]:
    """Ever fuller reports of the two (see `engine.quality.parity.parity`).

    `load` gives an additional reranker by its name; without it the workbench does. A server is
    sent the queries and candidates, as in a search.
    """
    find = load or bench.models.reranker
    kept = {side.name: _kept(corpus, side) for side in (request.a, request.b) if side.run_id}
    a, b = (
        kept[side.name].side if side.run_id else _asked(bench.models, side, find, log)
        for side in (request.a, request.b)
    )
    sample, candidates = _sample(
        corpus, searcher, request, list(kept.values()), on_progress, cancel
    )
    return parity(
        a,
        b,
        sample,
        corpus=corpus.info.name,
        candidates=candidates,
        repeats=request.repeats,
        on_progress=on_progress,
        cancel=cancel,
    )


def kept_rerankers(gathered: Sequence[CandidateScores]) -> list[str]:
    """Under which names a run kept scores that stand by themselves, whatever else was in a list."""
    keys = dict.fromkeys(key for query in gathered for key in query.pairs)
    return [key for key in keys if not parsed(_reranker_of(key)).whole_list]


def _sample(
    corpus: Corpus,
    searcher: Searcher,
    request: ParityRequest,
    kept: Sequence[_Kept],
    on_progress: ProgressCallback | None,
    cancel: Cancel,
) -> tuple[list[Candidates], str]:
    """The queries with their candidates, and where these are from, in words."""
    settings = request.settings
    if kept:
        scores = [each.side.scores for each in kept]
        queries = list(kept[0].queries)
        sample = kept_candidates(corpus.store, queries, scores, request.queries, settings.depth)
        return sample, f"the best {settings.depth} of what {kept[0].side.label.name} kept"
    source = f"the first {settings.depth} candidates of {stage_name(settings.first_stage)}"
    queries = sampled_queries(corpus.queries, request.queries)
    if not queries:
        queries = _openings(corpus, request.queries)
        source += ", for openings of documents, for the corpus has no queries"
    sample = searched_candidates(
        searcher, queries, settings, on_progress=on_progress, cancel=cancel
    )
    return sample, source


def _openings(corpus: Corpus, number: int) -> list[Query]:
    """Documents' first words, in place of queries."""
    ids = sorted(corpus.store.ids())
    picked = random.Random(SEED).sample(ids, min(number, len(ids)))
    openings = (
        Query(document.doc_id, " ".join(document.content.split()[:OPENING]))
        for document in corpus.store.get(picked)
    )
    return [query for query in openings if query.text]


def _asked(
    models: ModelLoader, side: ParitySide, load: Callable[[str], Reranker], log: Log
) -> AskedRanker:
    """A side that is asked now; it remembers no scores."""
    if side.ranker:
        reranker = load(side.ranker).without_score_cache()
        return _ranker(side, reranker, Scorer(reranker, reranker.precision))
    if side.mode == TORCH:
        reference = models.torch_cross_encoder(log).without_score_cache()
        return _ranker(side, reference, Scorer(reference, reference.precision))
    own: Reranker = models.cross_encoder(log).without_score_cache()
    if side.mode == BACKEND:
        return _ranker(side, own, Scorer(own, own.precision))
    if side.mode == EXACT:
        exact = exact_of(own)
        return _ranker(side, exact, Scorer(exact, exact.precision))
    return _ranker(side, own, scorer_of(own, side.mode))


def _ranker(side: ParitySide, whole: Reranker, scorer: Scorer) -> AskedRanker:
    backend = scorer.reranker.backend
    model = reranker_label(side.ranker or whole.name)
    parts = [side.mode] if side.mode else []
    parts += [backend] if backend else []
    parts += [FAST_NOTE] if side.mode == FAST and scorer.rescores else []
    label = f"{model} ({', '.join(parts)})" if parts else model
    notices = (scorer.notice,) if scorer.notice else ()
    return AskedRanker(
        SideLabel(side.name, label, scorer.reranker.kind, side.remote, notices=notices),
        scorer,
        whole,
    )


def _kept(corpus: Corpus, side: ParitySide) -> _Kept:
    """What a saved run kept; raises CrossExamError where that is nothing, or not one reranker's."""
    store = RunStore(corpus.info.fingerprint)
    saved = saved_run(store, side.run_id)
    _, gathered = read_run(store, saved)
    names = kept_rerankers(gathered)
    if not names:
        raise CrossExamError(
            f"run {saved.run_id} kept no scores of a reranker: choose a run that reranked"
        )
    if side.kept not in (*names, ""):
        raise CrossExamError(
            f"run {saved.run_id} kept no scores of {side.kept!r}: give one of {', '.join(names)}"
        )
    if not side.kept and len(names) > 1:
        choices = ", ".join(f"{SAVED}{side.run_id}#{name}" for name in names)
        raise CrossExamError(f"run {saved.run_id} kept scores of several: give one of {choices}")
    key = side.kept or names[0]
    scores: Mapping[str, Mapping[str, float]] = {
        query.text: {doc_id: pair.score for doc_id, pair in query.pairs[key].items()}
        for query in gathered
        if query.pairs.get(key)
    }
    label = f"{reranker_label(_reranker_of(key))} as run {saved.run_id} kept it"
    mark = key.removeprefix(_reranker_of(key)).strip(" []")
    here = not parsed(_reranker_of(key)).remote  # a server's backend nobody knows
    marks = [mark, _backend_of(saved.head, mark) if here else ""]
    said = ", ".join(mark for mark in marks if mark)
    queries = tuple(Query(query.query_id, query.text) for query in gathered)
    return _Kept(
        KeptScores(SideLabel(side.name, f"{label} ({said})" if said else label, KEPT), scores),
        queries,
    )


def _backend_of(head: Mapping[str, Any], mark: str) -> str:
    """What scored in a saved run, by the mark of a mode in a key; runs before that had modes: all.

    "" where fp32 alone gave the scores: the mark says so.
    """
    mode = {"fp32": EXACT, "fastest": FASTEST}.get(mark, FAST)
    if mode == EXACT:
        return ""
    modes = [each for each in head.get("precision", ()) if isinstance(each, Mapping)]
    by_mode = {str(each.get("mode", "")): str(each.get("backend", "")) for each in modes}
    return by_mode.get(mode) or str(head.get("engine", ""))


def _reranker_of(key: str) -> str:
    """The reranker's name in a key under which scores are kept."""
    return key.partition(" [")[0]
