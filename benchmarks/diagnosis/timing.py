"""What a diagnosis takes: the search, its chain and causes, and its remedies for one query.

    python -m benchmarks.diagnosis.timing

In seconds by the clock and of the processor (of all threads of this process, so up to twice the
clock's on two free cores); the load beside them says how free the machine was. The first case
loads what remedies need (MaxSim's encoder).
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from corpora.stores.corpus import Corpus
from engine.quality.pipelines import PipelineSpec
from engine.search.diagnosis.remedies.kinds import RemedyChoice, remedies_for
from engine.search.diagnosis.remedies.trying import Scoring, tried
from engine.search.settings import Settings
from engine.types.diagnosis.cases import Case
from workbench.diagnosis.remedy_rerankers import PACKAGED_MAXSIM, remedy_rerankers
from workbench.workbench import Workbench

OUT = Path(__file__).parent / "timing.json"
CASES = (
    ("python snake", "python-programming-tutorial"),
    ("do bees understand the concept of zero", "long-bee-cognition-summary"),
    ("heart attack symptoms", "coronary-event-women"),
    ("resturant resevation", "restaurant-table-booking"),
    ("shoulder ROM", "frozen-shoulder"),
)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Seconds:
    """A step's seconds by the clock and of the processor."""

    clock: float
    processor: float


def timed(work: Callable[[], T]) -> tuple[T, Seconds]:
    """What the work gives, and its seconds."""
    clock, processor = time.perf_counter(), time.process_time()
    value = work()
    seconds = time.perf_counter() - clock, time.process_time() - processor
    return value, Seconds(*(round(each, 2) for each in seconds))


def measured(bench: Workbench, corpus: Corpus, case: Case) -> dict[str, Any]:
    """One case: the search, what follows from it, and the remedies, each once."""
    searcher, settings = bench.searchers.of(corpus), Settings()
    expected = bench.diagnoses.expected(corpus, case.doc_id)
    trace, search = timed(lambda: searcher.pipeline(settings).run(case.query))
    diagnoses, causes = timed(
        lambda: list(
            bench.diagnoses.stream(corpus, searcher, case, settings, expected=expected, trace=trace)
        )
    )
    subject = bench.diagnoses.subject(
        corpus, searcher, case, settings, expected=expected, trace=trace
    )
    assert subject is not None
    base = PipelineSpec(settings, bench.models.cross_encoder_name)
    remedies = remedies_for(subject, base, RemedyChoice(rerankers=[PACKAGED_MAXSIM]))
    find = remedy_rerankers(
        bench.models, bench.tokens, lambda name: bench.models.reranker(name).without_score_cache()
    )
    scoring = Scoring(subject.searcher, find, subject.instruments)
    results, trials = timed(lambda: list(tried(subject, base, remedies, scoring)))
    return {
        "query": case.query,
        "doc_id": case.doc_id,
        "met": diagnoses[-1].met,
        "search": asdict(search),
        "chain and causes": asdict(causes),
        "remedies": asdict(trials),
        "tried": [result.name for result, _ in results],
        "load": round(os.getloadavg()[0], 1),
    }


def main() -> None:
    """Time the cases and write them to `timing.json`."""
    bench = Workbench()
    corpus = bench.corpora.open("senses")
    bench.searchers.of(corpus).pipeline(Settings()).run("a first search")
    rows = []
    for query, doc_id in CASES:
        rows.append(measured(bench, corpus, Case(query, doc_id)))
        print(json.dumps(rows[-1], ensure_ascii=False), flush=True)
    OUT.write_text(json.dumps({"cases": rows}, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
