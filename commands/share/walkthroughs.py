"""The command `walkthroughs`: list them, play their steps anew, or record their figures."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from commands.command import Command
from commands.inputs import first_bytes
from commands.options import add_models, workbench_of
from commands.output import ProgressLine
from corpora.stores.corpus import Corpus
from engine.search.movement import TOP
from engine.search.searcher import Searcher
from engine.share.checked_json import MOST_BYTES
from engine.share.snapshot_differences import snapshot_differences
from engine.share.walkthrough_json import walkthrough_from, walkthrough_text
from engine.share.walkthrough_library import FOLDER
from engine.types import CrossExamError
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep, can_be_live
from workbench.share.step_figures import StepFigures


def _options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "files", nargs="*", type=Path, metavar="FILE", help="these files; without any the shipped"
    )
    action = parser.add_mutually_exclusive_group()
    action.add_argument(
        "--replay", action="store_true", help="compute the live steps anew and say what moved"
    )
    action.add_argument(
        "--record", action="store_true", help="compute the figures of every step and write them"
    )
    add_models(parser)


def _walkthroughs(args: argparse.Namespace) -> dict[str, Any]:
    files = args.files or sorted(FOLDER.glob("*.json"))
    walkthrough_by_path = {path: read_walkthrough(path) for path in files}
    values: dict[str, Any] = {
        "walkthroughs": [
            {"file": path.name, "title": each.title, "steps": [_facts(s) for s in each.steps]}
            for path, each in walkthrough_by_path.items()
        ]
    }
    if args.record or args.replay:
        figures, progress = _figures(args), ProgressLine()
        for path, facts in zip(walkthrough_by_path, values["walkthroughs"], strict=True):
            walkthrough = walkthrough_by_path[path]
            if args.record:
                recorded = _recorded(walkthrough, figures)
                path.write_text(walkthrough_text(recorded), "utf-8")
            else:
                for number, step in enumerate(walkthrough.steps):
                    facts["steps"][number] |= _replayed(step, figures)
            progress.log(f"{path.name}: done")
    return values


def _figures(args: argparse.Namespace) -> StepFigures:
    bench = workbench_of(args)

    def opened(name: str) -> tuple[Corpus, Searcher]:
        corpus = bench.corpora.open(name)
        reranker = bench.models.cross_encoder().without_caches()  # times that nothing shortened
        return corpus, replace(bench.searchers.of(corpus), reranker=reranker)

    return StepFigures(bench, opened, bench.corpora.open)


def read_walkthrough(path: Path, given_by: str = "") -> Walkthrough:
    """The walkthrough of a file; an error begins with the option that it was `given_by`."""
    try:
        content = first_bytes(path, MOST_BYTES + 1)  # read_json refuses what is over it
    except OSError as error:
        name = f"{given_by} {path}".lstrip()
        raise CrossExamError(
            f"{name}: cannot be read ({error.strerror}): name a walkthrough's file"
        ) from None
    return walkthrough_from(content, path.name)


def _facts(step: WalkthroughStep) -> dict[str, Any]:
    return {"page": step.page, "heading": step.heading, "live": step.live}


def _recorded(walkthrough: Walkthrough, figures: StepFigures) -> Walkthrough:
    """The walkthrough with the figures of now; a step that is never computed anew stays."""
    steps = [
        replace(step, snapshot=figures.of(step, top=TOP))
        if can_be_live(step.page, step.link)
        else step
        for step in walkthrough.steps
    ]
    return replace(walkthrough, steps=tuple(steps))


def _replayed(step: WalkthroughStep, figures: StepFigures) -> dict[str, Any]:
    """What moved in a live step, in words, and whether drift alone explains it."""
    if not step.live or step.snapshot is None:
        return {"moved": "frozen: not computed anew"}
    differences = snapshot_differences(step.snapshot, figures.of(step))
    return {
        "moved": differences.sentence,
        "within_drift": differences.within_drift,
        "circumstances": list(differences.circumstances),
    }


def _lines(result: dict[str, Any]) -> list[str]:
    lines: list[str] = []
    for walkthrough in result["walkthroughs"]:
        lines += [f"{walkthrough['file']}: {walkthrough['title']}"]
        for number, step in enumerate(walkthrough["steps"], 1):
            lines.append(f"  {number}. {step['heading']} ({step['page']})")
            lines += _indented(
                [step["moved"], *step.get("circumstances", [])] if "moved" in step else []
            )
    return lines or ["no walkthroughs"]


def _indented(sentences: Sequence[str]) -> list[str]:
    return [f"     {sentence}" for sentence in sentences]


WALKTHROUGHS = Command(
    "walkthroughs",
    "walkthroughs: list them, compute their steps anew, or record their figures",
    _walkthroughs,
    _lines,
    _options,
)
