"""The page Quality and the command `evaluate` measure by one function, to equal figures."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import cli
from engine.quality.candidate_scores import candidates_of
from engine.quality.pipelines import stage_pipelines
from engine.quality.runner import gather
from engine.search.settings import Settings
from engine.types import STAGES
from state.app_resources import LoadedCorpus
from state.quality import figures as figures_of
from state.quality import runs as quality
from state.quality.judging import judgment_log, machine_store
from tests.commands.running import Output
from tests.pets import write_pets
from workbench.workbench import Workbench

DEPTH = 5


@pytest.fixture
def pets(session_models: None, tmp_path: Path) -> Iterator[str]:
    """The pets, with no cache of an earlier test's judgments or runs."""
    caches: list[Any] = [quality.run_store, judgment_log, machine_store]
    for cache in caches:
        cache.clear()
    yield str(write_pets(tmp_path))
    for cache in caches:
        cache.clear()


def test_the_page_and_the_command_give_equal_values_by_the_same_function(
    pets: str, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    calls: list[str] = []

    def counted(called: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            calls.append(called.__name__)
            return called(*args, **kwargs)

        return call

    # each is called by one function alone: by what runs a query set, and by what measures it
    monkeypatch.setattr("workbench.query_set.gather", counted(gather))
    monkeypatch.setattr("engine.quality.pipeline_figures.candidates_of", counted(candidates_of))
    stages = ",".join(STAGES)
    given = ["--corpus", pets, "--depth", str(DEPTH), "--pipelines", stages, "--json"]
    assert cli.main(["evaluate", *given]) == 0
    rows = {row["stage"]: row for row in json.loads(capsys.readouterr().out)["pipelines"]}
    once = ["gather", *["candidates_of"] * 3]  # each first stage has one ceiling
    assert calls == once

    bench = Workbench()
    monkeypatch.setattr(quality, "workbench", lambda: bench)
    corpus = bench.corpora.open(pets)
    ready = LoadedCorpus(corpus, bench.searchers.of(corpus))
    specs = stage_pipelines(STAGES, Settings(depth=DEPTH), bench.models.cross_encoder_name)
    queries = [query for query in corpus.queries if corpus.judgments(query.query_id)]
    steps: list[str] = []
    saved = quality.run_and_save(
        ready,
        queries,
        list(specs.values()),
        bench.models.reranker,
        lambda what, _done, _total: steps.append(what),
        lambda: False,
    )
    assert steps
    run = quality.opened(corpus.info.fingerprint, saved.run_id)
    measured = figures_of.figures(ready, run, "mean", DEPTH)
    assert calls == [*once, *once]
    assert [found.spec for found in measured] == list(specs.values())
    for stage, found in zip(STAGES, measured, strict=True):
        for name, value in found.evaluation.mean.items():
            assert rows[stage][name] == pytest.approx(value, abs=1e-6), (stage, name)
        assert rows[stage]["judged@10"] == pytest.approx(found.evaluation.judged_at_k, abs=1e-6)
