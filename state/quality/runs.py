"""Quality runs: one at work for each visitor, and those that were kept, for all of them."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import streamlit as st

from corpora.stores.run_store import RunStore, SavedRun
from engine.quality.candidate_scores import CandidateScores, ScoredPairs
from engine.quality.candidate_scores_json import candidate_score_values
from engine.quality.pipelines import PipelineSpec
from engine.search.precision.rescoring import precision_values
from engine.types import Cancel, CrossExamError, ProgressCallback, Query, Reranker, Usage
from engine.types.ranker_names import is_encoder, parsed, stage_of
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.search import additional_rankers as rerankers
from state.search import attached_runs
from state.visitor import visitor_work
from workbench.query_set import run_query_set
from workbench.saved_runs import kept_pairs, read_run

SAMPLE_SEED = 20_261_121
MOST_SAVED = 8


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run gave: what was saved of it, and why it ended early, if it did."""

    saved: SavedRun
    problem: CrossExamError | None = None


def run_and_save(
    loaded: LoadedCorpus,
    queries: Sequence[Query],
    specs: Sequence[PipelineSpec],
    load: Callable[[str], Reranker],
    on_progress: ProgressCallback,
    cancel: Cancel,
    failed: Callable[[CrossExamError], None] | None = None,
) -> SavedRun:
    """Run the queries through the pipelines and keep what was finished.

    A reranker that fails after the first query ends the run there, and `failed` is called. What
    else went on in this process meanwhile is kept with the run. Raises CrossExamError where the
    corpus was deleted meanwhile.
    """
    info, corpora = loaded.corpus.info, workbench().corpora
    was_held = corpora.holds(info)  # what is read from a path need not be in the library
    run = run_query_set(
        workbench(),
        loaded.corpus,
        loaded.searcher,
        queries,
        specs,
        load=load,
        scored=scored_pairs_for(info.fingerprint, backend()),
        on_progress=on_progress,
        cancel=cancel,
        failed=failed,
    )
    gathered = run.gathered
    head = {
        "corpus": info.name,
        "documents": info.documents,
        "engine": backend(),
        "precision": [
            precision_values(workbench().models.cross_encoder(), mode)
            for mode in sorted({spec.settings.precision for spec in specs if spec.reranker})
        ],
        "queries": len(gathered),
        "asked": len(queries),
        "seconds": run.seconds,
        "pairs": sum(len(scores) for query in gathered for scores in query.pairs.values()),
        "pipelines": [spec.values() for spec in specs],
        "usage": {name: asdict(spent) for name, spent in consumed(gathered).items()},
        "meanwhile": list(run.meanwhile),
    }
    return run_store(info.fingerprint).save(
        head,
        candidate_score_values(gathered),
        is_held=lambda: not was_held or corpora.holds(info),
    )


def consumed(gathered: Sequence[CandidateScores]) -> dict[str, Usage]:
    """What the remote rerankers consumed in a run, by name."""
    spent: dict[str, Usage] = {}
    for query_scores in gathered:
        for name, usage in query_scores.usage.items():
            spent[name] = usage + spent.get(name, Usage())
    return spent


def usage_of(saved: SavedRun) -> dict[str, Usage]:
    """What the remote rerankers consumed in a saved run, by name."""
    try:
        return {name: Usage(**spent) for name, spent in saved.head.get("usage", {}).items()}
    except (TypeError, AttributeError):
        return {}  # written by another version


@st.cache_resource(show_spinner=False, max_entries=32)
def run_store(fingerprint: str) -> RunStore:
    """The saved runs of a corpus."""
    return RunStore(fingerprint)


def saved_runs(fingerprint: str) -> tuple[SavedRun, ...]:
    """The runs that were kept, the newest first."""
    return run_store(fingerprint).runs()


@dataclass(frozen=True, slots=True)
class OpenedRun:
    """A saved run, read: its pipelines and the candidate scores of its queries."""

    run_id: str
    saved: SavedRun
    specs: tuple[PipelineSpec, ...]
    gathered: tuple[CandidateScores, ...]

    def spec(self, name: str) -> PipelineSpec:
        """The pipeline of this name."""
        return next(spec for spec in self.specs if spec.name == name)

    @property
    def texts(self) -> dict[str, str]:
        """The queries' texts by id."""
        return {query.query_id: query.text for query in self.gathered}


def opened(fingerprint: str, run_id: str) -> OpenedRun:
    """A saved run by its id; raises CrossExamError where it is gone or damaged."""
    saved = next((run for run in saved_runs(fingerprint) if run.run_id == run_id), None)
    if saved is None:
        raise CrossExamError(f"run {run_id[:40]!r} is gone: it was deleted; run it again")
    return _opened(fingerprint, run_id, saved.saved_at, saved)


# By when it was saved too: an id tells the second alone, and may be that of a run deleted in it.
@st.cache_resource(show_spinner=False, max_entries=6)
def _opened(fingerprint: str, run_id: str, saved_at: float, _saved: SavedRun) -> OpenedRun:
    del saved_at
    specs, gathered = read_run(run_store(fingerprint), _saved)
    return OpenedRun(run_id, _saved, specs, gathered)


def saved_pipelines(fingerprint: str, most: int = MOST_SAVED) -> list[tuple[SavedRun, str]]:
    """Each pipeline of the newest `most` runs that can be read, by its run and its name."""
    pipelines = []
    for saved in saved_runs(fingerprint)[:most]:
        try:
            run = opened(fingerprint, saved.run_id)
        except CrossExamError:
            continue
        pipelines += [(saved, spec.name) for spec in run.specs]
    return pipelines


def delete(fingerprint: str, run_id: str) -> None:
    """Forget a saved run for good."""
    require(Act.DELETE)
    run_store(fingerprint).delete(run_id)


def reranker_names() -> list[str]:
    """The rerankers that can be chosen: the cross-encoder, then those added under Models."""
    additional = [name for name in rerankers.chosen() if not parsed(name).retrieves]
    return list(dict.fromkeys([workbench().models.cross_encoder_name, *additional]))


def retriever_stages(corpus: str) -> list[str]:
    """The first stages beside the usual: bi-encoders added under Models, the corpus' own runs."""
    encoders = [stage_of(name) for name in rerankers.chosen() if is_encoder(name)]
    return [*encoders, *attached_runs.stages_of(corpus)]


def is_remote(name: str) -> bool:
    """Whether texts leave this machine for this reranker."""
    return parsed(name).remote


def loader() -> Callable[[str], Reranker]:
    """What loads a reranker of that name, measuring anew: a remembered score costs no time."""
    find = rerankers.finder()

    def load(name: str) -> Reranker:
        return find(name).without_score_cache()

    return load


def backend() -> str:
    """What runs the cross-encoder, and in which precision: scores of another are not mixed."""
    return workbench().models.cross_encoder().backend


def scored_pairs_for(fingerprint: str, label: str) -> ScoredPairs:
    """The pairs that any saved run of this corpus scored with the same engine."""
    return kept_pairs(
        run_store(fingerprint), label, lambda saved: opened(fingerprint, saved.run_id).gathered
    )


def chosen_queries(
    queries: Sequence[Query], judged_query_ids: frozenset[str], number: int | None
) -> list[Query]:
    """The judged queries (all where none is judged), or a seeded sample in corpus order."""
    candidate_queries = [query for query in queries if query.query_id in judged_query_ids] or list(
        queries
    )
    if number is None or number >= len(candidate_queries):
        return candidate_queries
    sampled_positions = set(
        random.Random(SAMPLE_SEED).sample(range(len(candidate_queries)), number)
    )
    return [query for i, query in enumerate(candidate_queries) if i in sampled_positions]


def start(loaded: LoadedCorpus, queries: Sequence[Query], specs: Sequence[PipelineSpec]) -> None:
    """Begin a run in the background; one at work is cancelled first."""
    require(Act.QUALITY_RUN)
    load, chosen, pipelines = loader(), tuple(queries), tuple(specs)

    def work(job: Job[RunOutcome]) -> RunOutcome:
        problems: list[CrossExamError] = []
        saved = run_and_save(
            loaded, chosen, pipelines, load, job.report, job.should_stop, problems.append
        )
        return RunOutcome(saved, problems[-1] if problems else None)

    fingerprint = loaded.corpus.info.fingerprint
    job = Job(
        "quality run",
        work,
        key=fingerprint,
        title="a quality run",
        first_step="starting",
        failed="the run failed",
    )
    visitor_work().keep(Slot.QUALITY_RUN, job, part=fingerprint)


def job_of(fingerprint: str) -> Job[RunOutcome] | None:
    """This visitor's run of that corpus: at work, or the last that ended."""
    return visitor_work().job(Slot.QUALITY_RUN, part=fingerprint)


def recall(key: str, default: Any = None) -> Any:
    """What the page remembers under this key for the session."""
    return st.session_state.get(f"_quality_{key}", default)


def remember(key: str, value: Any) -> None:
    """Keep something for the session."""
    st.session_state[f"_quality_{key}"] = value


def preset(key: str, value: Any) -> None:
    """Give a widget that is not drawn yet in this run its value."""
    st.session_state[key] = value
