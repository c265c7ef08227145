"""Teaches a bi-encoder and a cross-encoder on `senses`, and saves what was measured.

With the app's own defaults; the models go to the cache folder (CROSSEXAM_CACHE). Progress
goes to stderr, the sentences to stdout, the figures to benchmarks/training.json. Wall time
counts on an idle machine only, so processor time is saved beside it.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from engine.types import CrossExamError
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from models.training.curves import TrainingCurves
from system.storage import write_text_atomically
from workbench.training.start import train
from workbench.training.training_config import DISTILLED, FINE_TUNED, TrainingConfig, free_name
from workbench.workbench import Workbench

OUT = Path(__file__).with_name("training.json")
LEFT_OUT = ("losses", "lesson", "made_at", "name")


def main(kinds: Sequence[str]) -> int:
    """Teach the named kinds (both without a name); returns the exit status."""
    bench = Workbench()
    bench.searchers.of(bench.corpora.open("senses"))
    for kind in kinds or (DISTILLED, FINE_TUNED):
        try:
            figures = measured(bench, kind)
        except CrossExamError as error:
            print(f"crossexam: {error}", file=sys.stderr)
            return 2
        try:
            results = json.loads(OUT.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            results = {}
        results[kind] = figures
        write_text_atomically(OUT, json.dumps(results, indent=1, ensure_ascii=False) + "\n")
        print(f"{kind}: {figures['sentence']}", flush=True)
    return 0


def measured(bench: Workbench, kind: str) -> dict[str, Any]:
    """What one training on senses gave and took; the corpus is indexed already."""
    distil = kind == DISTILLED
    parent = DEFAULT_BI_ENCODER if distil else DEFAULT_CROSS_ENCODER
    name = free_name(DISTILLED if distil else FINE_TUNED, "senses", parent)
    config = TrainingConfig(name, "senses", parent, teacher=DEFAULT_CROSS_ENCODER if distil else "")
    wall, used = time.perf_counter(), time.process_time()
    trained = train(bench, config, report=report, publish=publish, cancel=lambda: False)
    seconds = {
        "all": round(time.perf_counter() - wall, 1),
        "all_cpu": round(time.process_time() - used, 1),
    }
    record = {key: value for key, value in trained.record.items() if key not in LEFT_OUT}
    losses = [value for _, value in trained.record["losses"]]
    tenth = max(1, len(losses) // 10)
    return {
        **record,
        "seconds": {**record["seconds"], **seconds},
        "loss_first_tenth": sum(losses[:tenth]) / tenth,
        "loss_last_tenth": sum(losses[-tenth:]) / tenth,
    }


def report(step: str, done: int, total: int) -> None:
    """Progress on stderr."""
    if not total or done % 10 == 0 or done == total:
        print(f"{step} {done}/{total}", file=sys.stderr, flush=True)


def publish(curves: TrainingCurves) -> None:
    """The newest measurement on stderr."""
    if curves.dev and (not curves.losses or curves.losses[-1][0] == curves.dev[-1][0]):
        step, value = curves.dev[-1]
        print(f"dev queries at step {step}: {value:.4f}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
