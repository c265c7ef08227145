"""CrossExam without a browser: the same engine, as text or with --json."""

from __future__ import annotations

import sys

from system.interrupts import end_at_once, raise_again

if __name__ == "__main__":  # the imports below take a while
    end_at_once()

from collections.abc import Sequence
from typing import Any

from commands import (
    auto_judge,
    corpora,
    explain,
    importing,
    learn,
    models,
    quality,
    run_comparison,
    search,
    training,
)
from commands.command import Command, parser_of
from commands.diagnosis import check, diagnose
from commands.evaluation import attached_runs, budget, calibrate, gate, parity
from commands.output import exit_status
from commands.share import report, walkthroughs

COMMANDS: tuple[Command, ...] = (
    search.RANK,
    search.SCORE,
    diagnose.DIAGNOSE,
    check.CHECK,
    explain.EXPLAIN,
    explain.INSIDE,
    quality.EVALUATE,
    calibrate.CALIBRATE,
    gate.GATE,
    budget.BUDGET,
    run_comparison.COMPARE,
    parity.PARITY,
    auto_judge.JUDGE,
    training.DISTIL,
    training.FINE_TUNE,
    corpora.CORPORA,
    models.MODELS,
    learn.LESSONS,
    report.REPORT,
    walkthroughs.WALKTHROUGHS,
    importing.IMPORT,
    attached_runs.RUNS,
    corpora.DELETE,
    corpora.INDEX,
)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 2 after an error and where a ranker failed.

    The status is 130 where it was interrupted, and 1 where `check` ran and a case failed, or
    `parity` and the two do not agree.
    """
    args = parser_of(COMMANDS, description=__doc__ or "").parse_args(arguments)
    command: Command = args.command

    def run() -> Any:
        raise_again()  # from here on an interruption is told, and what was begun is put in order
        return command.run(args)

    return exit_status(run, command.lines, as_json=args.json, status=command.status)


if __name__ == "__main__":
    sys.exit(main())
