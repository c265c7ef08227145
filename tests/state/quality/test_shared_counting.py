"""Counting the tokens of a run is shared: who cancels it takes it from nobody else."""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any

import pytest

from engine.types import Cancel, Cancelled
from jobs.visitor_jobs import VisitorWork
from state.quality import budget

PATIENCE = 20.0


class Tokens:
    """Counts when it is let go."""

    def __init__(self) -> None:
        self.go_on = threading.Event()

    def document_lengths(self, *_: Any, cancel: Cancel, **__: Any) -> dict[str, int]:
        while not self.go_on.wait(0.01):
            if cancel():
                raise Cancelled("counting was cancelled")
        return {"d": 3}


def test_a_count_that_one_visitor_cancels_goes_on_for_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tokens, ann, bob = Tokens(), VisitorWork(), VisitorWork()
    run: Any = SimpleNamespace(
        run_id="r", saved=SimpleNamespace(saved_at=1.0), specs=(), gathered=()
    )
    loaded: Any = SimpleNamespace(
        corpus=SimpleNamespace(info=SimpleNamespace(fingerprint="counted-by-two"), store=None)
    )
    monkeypatch.setattr(budget, "workbench", lambda: SimpleNamespace(tokens=tokens))

    def seen_by(visitor: VisitorWork) -> Any:
        monkeypatch.setattr(budget, "visitor_work", lambda: visitor)
        return budget.token_counts(loaded, run, "words")

    of_ann, of_bob = seen_by(ann), seen_by(bob)
    of_ann.cancel()
    assert (seen_by(ann).running, seen_by(bob).running) == (False, True)
    tokens.go_on.set()
    assert of_bob.wait(PATIENCE)
    assert of_bob.value == {"d": 3}
    assert of_ann.value == {"d": 3}
