"""Two rankers compared over a corpus in the background, and what can stand on either side."""

from __future__ import annotations

from dataclasses import dataclass

from engine.quality.parity.repeating import REPEATED_QUERIES
from engine.search.settings import Settings
from engine.types import CrossExamError
from engine.types.parity.report import ParityReport
from engine.types.parity.sides import OWN_MODES, SAVED, side_of
from engine.types.ranker_names import parsed
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.quality import runs
from state.search import additional_rankers as rankers
from state.visitor import visitor_work
from workbench.quality.parity import ParityRequest, compare_rankers, kept_rerankers

MOST_RUNS = 5  # the newest, whose kept scores are offered


@dataclass(frozen=True, slots=True)
class Asked:
    """What is compared, as it was chosen: both sides by name, how much, and which candidates."""

    corpus: str
    a: str
    b: str
    queries: int
    depth: int
    repeats: int
    first_stage: str


@dataclass(frozen=True, slots=True)
class KeptSide:
    """A reranker's scores in a saved run: the name of the side, and what tells it from others."""

    name: str
    reranker: str
    saved_at: float


def own_sides() -> list[str]:
    """The app's own cross-encoder in each of its modes."""
    return list(OWN_MODES)


def ranker_sides() -> list[str]:
    """The rerankers that this visitor added under Models."""
    return [name for name in rankers.chosen() if not parsed(name).retrieves]


def kept_sides(fingerprint: str) -> list[KeptSide]:
    """The rerankers whose scores the newest runs of a corpus kept; damaged runs are passed over."""
    sides = []
    for saved in runs.saved_runs(fingerprint)[:MOST_RUNS]:
        try:
            gathered = runs.opened(fingerprint, saved.run_id).gathered
        except CrossExamError:
            continue
        sides += [
            KeptSide(f"{SAVED}{saved.run_id}#{name}", name, saved.saved_at)
            for name in kept_rerankers(gathered)
        ]
    return sides


def most_pairs(asked: Asked) -> int:
    """How many pairs both score at most, repeated calls among them."""
    again = sum(not side_of(side).run_id for side in (asked.a, asked.b))
    queries = min(asked.queries, REPEATED_QUERIES)
    return asked.depth * again * (asked.queries + 2 * asked.repeats * queries)


def host_of(name: str) -> str:
    """Where a side sends texts to, "" where it sends none."""
    side = side_of(name)
    if not side.remote:
        return ""
    ranker = parsed(side.ranker)
    return ranker.address.partition("://")[2] or ranker.record.label


def start(loaded: LoadedCorpus, asked: Asked) -> None:
    """Begin to compare in the background; a comparison at work is cancelled first."""
    require(Act.QUALITY_RUN)
    settings = Settings(depth=asked.depth, first_stage=asked.first_stage)
    request = ParityRequest(
        side_of(asked.a), side_of(asked.b), settings, asked.queries, asked.repeats
    )
    load = rankers.finder()

    def work(job: Job[ParityReport]) -> None:
        for report in compare_rankers(
            workbench(),
            loaded.corpus,
            loaded.searcher,
            request,
            load=load,
            log=job.log,
            on_progress=job.report,
            cancel=job.should_stop,
        ):
            job.publish(report)

    job = Job(
        "parity",
        work,
        key=asked,
        title="a comparison of two rankers",
        first_step="loading both",
        failed="the comparison failed",
    )
    visitor_work().keep(Slot.PARITY, job, part=loaded.corpus.info.fingerprint)


def job_of(fingerprint: str) -> Job[ParityReport] | None:
    """This visitor's comparison over that corpus: at work, or the last that ended."""
    return visitor_work().job(Slot.PARITY, part=fingerprint)
