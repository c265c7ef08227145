"""What explanations cost: multiples of one fp32 forward pass of the same pair, and seconds.

The pass is plain torch's, of the pair alone, timed in the same process. Counted are processor
seconds, so that other work on the machine lengthens nothing; run it on one core (`taskset -c 0`)
and they are what an idle core would take. One call measures one pair and adds a line to a file of
parts, so that two versions of the code can take turns, pair by pair; `--write` makes
explain_cost.json of two such files.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

from engine.explain.faithfulness import Faithfulness, faithfulness
from engine.types import COSINE, LOGIT, Attribution
from engine.types.registries.explanation_methods import EMPTY_DOCUMENT
from system.hardware import hardware
from system.storage import write_text_atomically
from workbench.workbench import Workbench

HERE = Path(__file__).parent.parent
PAIRS = HERE / "explain_dev_pairs.json"
OUT = HERE / "explain_cost.json"
PASSES = 9  # of the pair alone; their median is the unit
ROUND = 4
FIRST, OCCLUSION = "integrated gradients", "leave one out"


def main() -> int:
    """Measure one pair, or write what two versions took."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--pair", type=int, help="which of explain_dev_pairs.json, from 0")
    options.add_argument("--parts", type=Path, help="the file that gets this pair's line")
    options.add_argument("--write", nargs=2, type=Path, metavar=("BEFORE", "AFTER"))
    options.add_argument("--commits", nargs=2, default=("", ""), metavar=("BEFORE", "AFTER"))
    chosen = options.parse_args()
    if chosen.write:
        return written(chosen.write, chosen.commits)
    row = measured(json.loads(PAIRS.read_text(encoding="utf-8"))[chosen.pair])
    line = json.dumps(row)
    print(line)
    if chosen.parts is not None:
        with chosen.parts.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
    return 0


class Clock:
    """Processor seconds by what they went into."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}

    def run(self, name: str, work: Callable[[], Any]) -> Any:
        """What `work` gives; its processor seconds are kept under the name."""
        start = time.process_time()
        result = work()
        self.seconds[name] = time.process_time() - start
        return result


def measured(pair: dict[str, Any]) -> dict[str, Any]:
    """What everything costs that Explain shows of this pair, in the order in which it comes."""
    bench = Workbench()
    text = bench.corpora.open("senses").store.get([pair["doc_id"]])[0].content
    query = pair["query"]
    cross, bi = bench.explainers.pair_explainer(), bench.explainers.text_explainer()
    model = bench.models.cross_encoder()
    short = ("python snake", "Ball python care guide")
    warm_up(cross, bi, short)
    unit, tokens = one_pass(model.torch_model(), model.pair_reading(), query, text)
    clock = Clock()
    words = cross.tokenized(query, text).words("document")
    gradients = clock.run(
        FIRST, lambda: cross.integrated_gradients(query, text, baseline=EMPTY_DOCUMENT)
    )
    jacobians = clock.run("the cosine's Jacobians", lambda: bi.integrated_jacobians(query, text))
    clock.run("token similarities", lambda: bi.similarities(query, text))
    received = clock.run("attention received", lambda: cross.attention_received(query, text))
    clock.run(
        "attention across",
        lambda: bench.explainers.explained("").attention(query, text),
    )

    def check(attribution: Attribution) -> Faithfulness:
        return faithfulness(attribution, words, lambda gone: cross.scores(query, text, gone))

    first = clock.run("check of integrated gradients", lambda: check(gradients))
    clock.run(
        "check of the cosine's Jacobians",
        lambda: faithfulness(
            jacobians, bi.words(text), lambda gone: bi.scores(query, text, gone), unit=COSINE
        ),
    )
    clock.run("check of attention received", lambda: check(received))
    left_out = clock.run(OCCLUSION, lambda: cross.occlusion(query, text))
    clock.run("attention rollout", lambda: cross.rollout(query, text))
    clock.run("attention times gradient", lambda: cross.attention_gradient(query, text))
    seconds = clock.seconds
    return {
        "query_id": pair["query_id"],
        "tokens": tokens,
        "words": len(left_out.words),
        "steps": gradients.steps,
        "word_change": gradients.word_change,
        "residual": gradients.residual,
        "values": [round(value, ROUND) for value in gradients.values],
        "comprehensiveness": round(first.comprehensiveness, ROUND),
        "check_passes": first.passes,
        "unit": LOGIT,
        "pass_seconds": round(unit, 5),
        "seconds": {name: round(value, ROUND) for name, value in seconds.items()},
        "passes": {name: round(value / unit, 2) for name, value in seconds.items()},
        "page_seconds": round(sum(seconds.values()), ROUND),
        "page_passes": round(sum(seconds.values()) / unit, 2),
        "cores": len(os.sched_getaffinity(0)),
        "load": round(os.getloadavg()[0], 1),
    }


def warm_up(cross: Any, bi: Any, short: tuple[str, str]) -> None:
    """Load and plan everything once, on a pair that is not measured."""
    cross.integrated_gradients(*short, steps=2, most_steps=2)
    cross.occlusion(*short)
    cross.attention_received(*short)
    cross.attention_gradient(*short)
    bi.integrated_jacobians(*short, steps=2, most_steps=2)
    bi.scores(*short, [()])
    bi.similarities(*short)


def one_pass(module: Any, reading: Any, query: str, text: str) -> tuple[float, int]:
    """(processor seconds of the pair's forward pass in plain fp32 torch, its tokens)."""
    rows = reading.rows(query, text)
    ids, segments = (torch.from_numpy(row.astype("int64"))[None] for row in rows)
    given = reading.arguments(ids, segments)
    taken = []
    with torch.inference_mode():
        module(**given)
        for _ in range(PASSES):
            start = time.process_time()
            module(**given)
            taken.append(time.process_time() - start)
    return statistics.median(taken), ids.shape[1]


def written(parts: list[Path], commits: list[str]) -> int:
    """Both versions' figures in one file, and a table of them."""
    sides = [
        [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        for path in parts
    ]
    result: dict[str, Any] = {"machine": hardware()}
    for name, commit, rows in zip(("before", "after"), commits, sides, strict=True):
        result[name] = {"commit": commit, "summary": summary(rows), "rows": rows}
    before, after = sides
    moved = [
        max(abs(a - b) for a, b in zip(one["values"], other["values"], strict=True))
        for one, other in zip(before, after, strict=True)
    ]
    result["largest_difference_of_a_word"] = max(moved)
    write_text_atomically(OUT, json.dumps(result, indent=1) + "\n")
    for name, rows in zip(("before", "after"), sides, strict=True):
        print(name, json.dumps(summary(rows), indent=1))
    print(f"largest difference of a word's value: {max(moved):.4f} logits")
    return 0


def summary(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Medians and the most over the pairs, in passes and seconds."""
    gradients = [row["passes"][FIRST] for row in rows]
    per_word = [row["passes"][OCCLUSION] / row["words"] for row in rows]
    return {
        "pairs": len(rows),
        "integrated_gradients_passes": spread(gradients),
        "steps": sorted(row["steps"] for row in rows),
        "leave_one_out_passes_a_word": spread(per_word),
        "page_passes": spread([row["page_passes"] for row in rows]),
        "page_seconds": spread([row["page_seconds"] for row in rows]),
        "first_picture_seconds": spread([row["seconds"][FIRST] for row in rows]),
    }


def spread(values: list[float]) -> dict[str, float]:
    """The median and the greatest."""
    return {"median": round(statistics.median(values), ROUND), "most": round(max(values), ROUND)}


if __name__ == "__main__":
    sys.exit(main())
