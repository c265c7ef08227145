"""A workbench with the session's models, and every show of the lessons answered once."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from engine.learn.traces import labelled, question_of
from engine.types.learn.lessons import Show
from engine.types.learn.results import ShowResult
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from workbench import model_loader
from workbench.workbench import Workbench

LiveResult = Callable[[Show], ShowResult]


@pytest.fixture(scope="session")
def bench(
    openvino_bi_encoder: BiEncoder, openvino_cross_encoder: CrossEncoder
) -> Iterator[Workbench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
        patch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
        yield Workbench()


@pytest.fixture(scope="session")
def live(bench: Workbench) -> LiveResult:
    """What a show gives by the real models; one that was asked before is not computed again."""
    results: dict[str, ShowResult] = {}

    def result(show: Show) -> ShowResult:
        question = question_of(show)
        if question not in results:
            results[question] = bench.lessons.result(show)
        return labelled(results[question], show)

    return result
