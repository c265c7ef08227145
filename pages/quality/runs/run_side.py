"""Quality, two runs: what stands on one side, a saved run's pipeline or another system's file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from components.common.messages import error, notice, plain
from components.quality.run_wording import when
from engine.quality.runs.run_notes import corpus_documents, foreign_notes
from engine.quality.runs.trec_files import decoded, read_run_file
from engine.types import CrossExamError, Qrel, Run
from pages.quality.context import QualityContext
from pages.quality.link_names import SIDE_A, SIDE_B
from state import url_state
from state.quality import runs as quality
from state.quality.figures import runs

UPLOAD = "A TREC run file …"


@dataclass(frozen=True, slots=True)
class Side:
    """The run of one side; `queries` are those of a saved run, None for a file's."""

    run: Run
    queries: frozenset[str] | None = None


def chosen_side(context: QualityContext, side: str, index: int) -> Side | None:
    """The run chosen on one side; None while a file is awaited or cannot be read."""
    fingerprint = context.loaded.corpus.info.fingerprint
    pipelines = quality.saved_pipelines(fingerprint)
    options = {f"{saved.run_id} {name}": (saved.run_id, name) for saved, name in pipelines}
    labels = {
        f"{saved.run_id} {name}": f"{when(saved.saved_at)} · {name}" for saved, name in pipelines
    }
    names = [*options, UPLOAD]
    pair = context.default_pair() if context.figures else (0, min(1, len(context.names) - 1))
    own = f"{context.run.saved.run_id} {context.names[pair[index]]}"
    usual = own if own in names else names[0]
    key = f"quality_side_{side}"
    url_state.give_choice({"A": SIDE_A, "B": SIDE_B}[side], key, names, usual)
    run_name = st.selectbox(
        f"Run {plain(side)}",
        names,
        index=names.index(usual),
        format_func=lambda name: labels.get(name, name),
        key=key,
    )
    if run_name == UPLOAD:
        return _uploaded(context, side)
    run_id, name = options[run_name]
    run = runs(quality.opened(fingerprint, run_id))[name]
    return Side(run, frozenset(run.rankings))


def _uploaded(context: QualityContext, side: str) -> Side | None:
    """The run of a file, with notes on how it was read."""
    file = st.file_uploader(f"TREC run file {plain(side)}", key=f"quality_file_{side}")
    if file is None:
        return None
    try:
        ids = {*context.loaded.corpus.store.ids(), *context.queries}
        run_file = read_run_file(decoded(file.getvalue(), file.name), file.name, ids)
    except CrossExamError as problem:
        error(f"{problem}.")  # it begins with the file's name, which keeps its letters
        return None
    for note in run_file.notes:
        notice(note)
    return Side(run_file.run)


def warn_of_foreign(context: QualityContext, name: str, side: Side, qrels: Sequence[Qrel]) -> None:
    """Say so where a file lists not one document of this corpus."""
    if side.queries is None:
        held = corpus_documents(side.run, qrels, context.loaded.corpus.store.ids())
        for note in foreign_notes(side.run, held, name):
            notice(note)


def shared_queries(before: Side, after: Side) -> frozenset[str] | None:
    """The queries that both sides were given; None where neither side says."""
    if before.queries is None or after.queries is None:
        return before.queries if after.queries is None else after.queries
    return before.queries & after.queries
