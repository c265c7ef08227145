"""A saved quality run, read: the same for the app and the CLI."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from corpora.stores.run_store import RunStore, SavedRun
from engine.quality.candidate_scores import CandidateScores, PairScore, ScoredPairs, scored_pairs
from engine.quality.candidate_scores_json import candidate_scores_from
from engine.quality.pipelines import PipelineSpec, spec_from
from engine.types import CrossExamError

NEWEST = "newest"


def read_run(
    store: RunStore, saved: SavedRun
) -> tuple[tuple[PipelineSpec, ...], tuple[CandidateScores, ...]]:
    """Its pipelines and the candidate scores of its queries; raises CrossExamError if damaged."""
    body = store.body(saved.run_id)
    try:
        specs = tuple(spec_from(values) for values in saved.head["pipelines"])
        return specs, candidate_scores_from(body)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise CrossExamError(
            f"run {saved.run_id} was written by another version or is damaged: delete it, run it "
            "again"
        ) from error


def saved_run(store: RunStore, run_id: str) -> SavedRun:
    """The run of this id, or the newest; raises CrossExamError where there is none."""
    runs = store.runs()
    if run_id == NEWEST and runs:
        return runs[0]
    saved = next((run for run in runs if run.run_id == run_id), None)
    if saved is None:
        ids = ", ".join(run.run_id for run in runs[:5])
        remedy = f"give one of {ids}" if ids else "make one on the page Quality first"
        raise CrossExamError(f"run {run_id[:40]!r} is not saved with this corpus: {remedy}")
    return saved


def kept_pairs(
    store: RunStore,
    backend: str,
    read: Callable[[SavedRun], Sequence[CandidateScores]] | None = None,
) -> ScoredPairs:
    """The pairs that any saved run of this corpus scored by this backend.

    `read` gives the candidate scores of a run, where they are remembered.
    """
    pairs: dict[tuple[str, str], Mapping[str, PairScore]] = {}
    for saved in reversed(store.runs()):
        if saved.head.get("engine") != backend:
            continue
        try:
            gathered = read(saved) if read is not None else read_run(store, saved)[1]
        except CrossExamError:
            continue  # a damaged run has nothing to take over
        for key, scores in scored_pairs(gathered).items():
            pairs[key] = {**pairs.get(key, {}), **scores}
    return pairs
