"""The figures of the view that is shown, frozen to be kept as a walkthrough's step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from corpora.stores.corpus import Corpus
from engine.search.movement import TOP
from engine.search.searcher import Searcher
from engine.share.linked_search import DOCUMENT
from engine.share.provenance import provenance
from engine.share.quality_snapshot import quality_snapshot
from engine.types import CrossExamError, Document
from engine.types.ranker_names import stage_of
from engine.types.share.snapshots import QualitySnapshot, Snapshot
from engine.types.share.walkthroughs import (
    PAIR_PAGES,
    QUALITY_PAGE,
    SEARCH_PAGES,
    USUAL_STAGES,
    WalkthroughStep,
)
from jobs.job import Job
from state import url_state
from state.app_resources import LoadedCorpus, prepare, workbench
from state.quality import figures as quality_figures
from state.quality import runs as quality
from state.quality.judging import chosen_aggregation, qrels_of
from state.search import search_jobs as searches
from state.share.app_pages import link_names
from state.share.current_view import CurrentView
from workbench.share.search_figures import search_figures
from workbench.share.step_figures import Explanation, StepFigures

MOST_QUERIES = 20  # of a quality run's, at either end


def can_be_kept(page: str) -> bool:
    """Whether the page at this address shows a search, a pair or a quality run."""
    return page in (*SEARCH_PAGES, *PAIR_PAGES, QUALITY_PAGE)


def frozen_view(view: CurrentView) -> Job[Snapshot]:
    """A job that freezes the figures of the view; raises CrossExamError where there are none."""
    chosen = url_state.current()
    preparation = prepare(chosen.corpus)
    if preparation.running:
        raise CrossExamError("the corpus is still being opened: wait until the page is there")
    loaded = preparation.result()
    freeze = _freeze(view, loaded, chosen)
    return Job(
        "freezing",
        lambda _: freeze(),
        title="a view that is kept",
        first_step="freezing the figures",
        failed="the view could not be kept",
    )


def _freeze(
    view: CurrentView, loaded: LoadedCorpus, chosen: url_state.Choices
) -> Callable[[], Snapshot]:
    """What freezes the figures, in a thread that knows no session."""
    if view.address == QUALITY_PAGE:
        return _quality(loaded)
    if view.link.get("texts") == "own":
        return _own_pair(view)
    if not chosen.query:
        raise CrossExamError("there is no query yet: search for something first")
    if view.address in SEARCH_PAGES:
        return _search(view, loaded, chosen)
    return _pair(view, loaded)


def _search(
    view: CurrentView, loaded: LoadedCorpus, chosen: url_state.Choices
) -> Callable[[], Snapshot]:
    """Freezes the visitor's own search, with the lists that Compare shows."""
    search = searches.search(loaded.searcher, chosen.query, chosen.settings)
    additional = [stage_of(name) for name in search.settings.rerankers]
    columns = _columns(view.link) or [*USUAL_STAGES, *additional]
    baseline = view.link.get("baseline", "")

    def freeze() -> Snapshot:
        trace = search.job.result()
        return search_figures(
            loaded.corpus,
            loaded.searcher,
            trace,
            search.settings,
            stages=[stage for stage in columns if trace.ranking(stage) is not None],
            baseline=baseline,
            top=TOP,
        )

    return freeze


def _columns(link: Mapping[str, str]) -> list[str]:
    """The lists that a link names, [] where it names none."""
    (names,) = [name for name in link_names()["compare"] if name.name == "columns"]
    return list(names.read(link["columns"])) if "columns" in link else []


def _pair(view: CurrentView, loaded: LoadedCorpus) -> Callable[[], Snapshot]:
    """Freezes the pair of the query and the document that is picked, as its page explains it."""
    if not view.link.get(DOCUMENT):
        raise CrossExamError("no document is picked yet: wait until the page is there")
    step = WalkthroughStep(view.address, view.link, view.title)
    bench = workbench()
    figures = StepFigures(
        bench.models, bench.explainers, lambda _: (loaded.corpus, loaded.searcher)
    )
    return lambda: figures.of(step)


def _own_pair(view: CurrentView) -> Callable[[], Snapshot]:
    """Freezes the pair that the visitor typed, which is of no corpus."""
    session = st.session_state
    query, text = (str(session.get(key) or "").strip() for key in ("own_query", "own_first"))
    if not query or not text:
        raise CrossExamError("two texts are needed: type a query and a document")
    explanation = Explanation.from_link(view.address, view.link)
    bench = workbench()
    figures = StepFigures(bench.models, bench.explainers, _no_corpus)
    document = Document("", text)
    return lambda: figures.explained(None, document, query, explanation, lambda: False)


def _no_corpus(name: str) -> tuple[Corpus, Searcher]:
    raise CrossExamError(f"{name!r} is not asked for a text of no corpus")


def _quality(loaded: LoadedCorpus) -> Callable[[], QualitySnapshot]:
    """Freezes the run that Quality shows, under the judgments as they count there."""
    info = loaded.corpus.info
    saved = {run.run_id: run for run in quality.saved_runs(info.fingerprint)}
    if not saved:
        raise CrossExamError("nothing was measured on this corpus yet: run the query set first")
    run_id = st.session_state.get(f"quality_run_{info.fingerprint}")
    run = quality.opened(info.fingerprint, run_id if run_id in saved else next(iter(saved)))
    recall_at = int(st.session_state.get("quality_recall") or quality_figures.ANY_RECALL)
    rule = chosen_aggregation()
    measured, runs = (
        quality_figures.figures(loaded, run, rule, recall_at),
        quality_figures.runs(run),
    )

    def freeze() -> QualitySnapshot:
        snapshot = quality_snapshot(
            measured,
            runs,
            qrels_of(loaded, rule),
            run.texts,
            provenance(info, None, models={}, backend=str(run.saved.head.get("engine", ""))),
        )
        queries = snapshot.queries
        if len(queries) <= 2 * MOST_QUERIES:
            return snapshot
        return replace(snapshot, queries=(*queries[:MOST_QUERIES], *queries[-MOST_QUERIES:]))

    return freeze
