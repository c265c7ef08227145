"""The figures of the view that is shown, frozen to be kept as a walkthrough's step."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import streamlit as st

from corpora.stores.corpus import Corpus
from engine.search.movement import TOP
from engine.search.searcher import Searcher
from engine.share.linked_search import DOCUMENT, linked_texts
from engine.types import Cancel, Cancelled, CrossExamError
from engine.types.ranker_names import stage_of
from engine.types.share.snapshots import Snapshot
from engine.types.share.walkthroughs import (
    LINK_PAGES,
    PAIR_PAGES,
    QUALITY_PAGE,
    SEARCH_PAGES,
    TABLE_PAGES,
    USUAL_STAGES,
    VOTE_PAGE,
    WalkthroughStep,
    shows_tables,
)
from jobs.job import Job
from state import url_state
from state.app_resources import LoadedCorpus, prepare, workbench
from state.quality import runs as quality
from state.search import search_jobs as searches
from state.share import shown_figures
from state.share.app_pages import link_names
from state.share.blind_votes import vote_store
from state.share.current_view import LONGEST_TITLE, CurrentView
from workbench.share.search_figures import search_figures
from workbench.share.step_figures import StepFigures
from workbench.share.stored_figures import ended_vote

Freeze = Callable[[Cancel], Snapshot]
EVERY = 0.1  # seconds between two looks at whether it was called off


def can_be_kept(page: str) -> bool:
    """Whether the page at this address shows something that a walkthrough can have as a step."""
    return page in (*SEARCH_PAGES, *PAIR_PAGES, QUALITY_PAGE, *TABLE_PAGES, *LINK_PAGES)


def pinned(view: CurrentView) -> CurrentView:
    """The view as it is to be kept: of Quality with the run that it shows without a choice.

    A vote is called by what its voters are asked.
    """
    if view.address == VOTE_PAGE and (vote_id := view.link.get("vote")):
        try:
            title = vote_store().blind_vote(vote_id).title
        except CrossExamError:  # it is said when the view is to be kept
            return view
        return replace(view, title=title[:LONGEST_TITLE])
    if view.address != QUALITY_PAGE or "run" in view.link:
        return view
    preparation = prepare(url_state.current().corpus)
    if preparation.running or preparation.value is None:
        return view
    run_id = _shown_run(preparation.value.corpus)
    return replace(view, link={**view.link, "run": run_id}) if run_id else view


def frozen_view(view: CurrentView) -> Job[Snapshot] | None:
    """A job that freezes the figures of the view; raises CrossExamError where they are missing.

    None for a view that has no figures of its own: a lesson, a vote that is still open.
    """
    if view.address in LINK_PAGES or not _has_figures(view):
        return None
    freeze = _freeze(view)
    return Job(
        "freezing",
        lambda job: freeze(job.should_stop),
        title="a view that is kept",
        first_step="freezing the figures",
        failed="the view could not be kept",
    )


def _has_figures(view: CurrentView) -> bool:
    """Whether there is anything to freeze; raises CrossExamError where no vote is opened."""
    if view.address != VOTE_PAGE:
        return True
    vote_id = view.link.get("vote", "")
    if not vote_id:
        raise CrossExamError("no vote is open: open one of the list first")
    return vote_store().blind_vote(vote_id).ended


def _freeze(view: CurrentView) -> Freeze:
    """What freezes the figures, in a thread that knows no session."""
    if view.address == VOTE_PAGE:
        corpora, store = workbench().corpora, vote_store()
        return lambda _: ended_vote(corpora, view.link["vote"], store)
    if shows_tables(view.address, view.link):
        shown = shown_figures.shown(view.address)
        if shown is None:
            raise CrossExamError(
                "the page shows no figures yet: have them computed, and keep it then"
            )
        return lambda _: shown()
    chosen = url_state.current()
    preparation = prepare(chosen.corpus)
    if preparation.running:
        raise CrossExamError("the corpus is still being opened: wait until the page is there")
    loaded = preparation.result()
    if view.address == QUALITY_PAGE:
        if not _shown_run(loaded.corpus):
            raise CrossExamError("nothing was measured on this corpus yet: run the query set first")
        return _computed(view, loaded)
    if view.address in PAIR_PAGES and linked_texts(view.link) is not None:
        return _computed(view, loaded)
    if not chosen.query:
        raise CrossExamError("there is no query yet: search for something first")
    if view.address in SEARCH_PAGES:
        return _search(view, loaded, chosen)
    if not view.link.get(DOCUMENT):
        raise CrossExamError("no document is picked yet: wait until the page is there")
    return _computed(view, loaded)


def _search(view: CurrentView, loaded: LoadedCorpus, chosen: url_state.Choices) -> Freeze:
    """Freezes the visitor's own search, with the lists that Compare shows."""
    search = searches.search(loaded.searcher, chosen.query, chosen.settings)
    additional = [stage_of(name) for name in search.settings.rerankers]
    columns = _columns(view.link) or [*USUAL_STAGES, *additional]
    baseline = view.link.get("baseline", "")

    def freeze(cancel: Cancel) -> Snapshot:
        while not search.job.wait(EVERY):
            if cancel():
                raise Cancelled("keeping the view was cancelled")
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


def _computed(view: CurrentView, loaded: LoadedCorpus) -> Freeze:
    """Freezes a pair or a saved run, as its page explains or counts it."""
    step = WalkthroughStep(view.address, view.link, view.title)

    def opened(_: str) -> tuple[Corpus, Searcher]:
        return loaded.corpus, loaded.searcher

    # what the visitor looks at they have agreed to: an additional reranker explains here too
    figures = StepFigures(workbench(), opened, lambda _: loaded.corpus, why_not=lambda _: "")
    return lambda cancel: figures.of(step, cancel=cancel)


def _shown_run(corpus: Corpus) -> str:
    """The id of the run that Quality shows, "" where none was kept."""
    fingerprint = corpus.info.fingerprint
    saved = [run.run_id for run in quality.saved_runs(fingerprint)]
    run_id = st.session_state.get(f"quality_run_{fingerprint}")
    return str(run_id) if run_id in saved else next(iter(saved), "")
