"""The page Quality, `evaluate` and `judge` measure and judge by one function each."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

import cli
from corpora.importing.importing import Source
from corpora.stores.run_store import SavedRun
from engine.quality.candidate_scores import candidates_of
from engine.quality.judging.judge_agreement import system_order
from engine.quality.judging.judging import judge
from engine.quality.pipelines import PipelineSpec, stage_pipelines
from engine.quality.runner import gather
from engine.search.settings import Settings
from engine.types import STAGES
from jobs.job import Job
from jobs.visitor_jobs import Slot, VisitorJobs
from state.app_resources import LoadedCorpus, Preparations
from state.corpora import library
from state.quality import auto_judge
from state.quality import figures as figures_of
from state.quality import runs as quality
from state.quality.judging import auto_judgment_store, judgment_log
from tests.commands.running import Output
from tests.pets import write_pets
from workbench.workbench import Workbench

DEPTH = 5


@pytest.fixture
def pets(session_models: None, tmp_path: Path) -> Iterator[str]:
    """The pets, with no cache of an earlier test's judgments or runs."""
    caches: list[Any] = [quality.run_store, judgment_log, auto_judgment_store]
    for cache in caches:
        cache.clear()
    yield str(write_pets(tmp_path))
    for cache in caches:
        cache.clear()


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What is called, by name, of that which one function alone calls."""
    names: list[str] = []

    def counted(called: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            names.append(called.__name__)
            return called(*args, **kwargs)

        return call

    monkeypatch.setattr("workbench.query_set.gather", counted(gather))
    monkeypatch.setattr("engine.quality.pipeline_figures.candidates_of", counted(candidates_of))
    monkeypatch.setattr("workbench.auto_judging.judge", counted(judge))
    monkeypatch.setattr("workbench.auto_judging.system_order", counted(system_order))
    return names


@dataclass(frozen=True, slots=True)
class PageRun:
    """What the page Quality has after its button was pressed."""

    bench: Workbench
    loaded: LoadedCorpus
    specs: dict[str, PipelineSpec]
    run: quality.OpenedRun


def run_by_the_page(pets: str, stages: Sequence[str], monkeypatch: pytest.MonkeyPatch) -> PageRun:
    bench = Workbench()
    monkeypatch.setattr(quality, "workbench", lambda: bench)
    corpus = bench.corpora.open(pets)
    loaded = LoadedCorpus(corpus, bench.searchers.of(corpus))
    specs = stage_pipelines(stages, Settings(depth=DEPTH), bench.models.cross_encoder_name)
    steps: list[str] = []
    saved = quality.run_and_save(
        loaded,
        corpus.queries,
        list(specs.values()),
        bench.models.reranker,
        lambda what, _done, _total: steps.append(what),
        lambda: False,
    )
    assert steps
    return PageRun(bench, loaded, specs, quality.opened(corpus.info.fingerprint, saved.run_id))


def test_a_run_whose_corpus_is_deleted_is_stopped_and_leaves_nothing(
    pets: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    bench, registry = Workbench(), VisitorJobs()
    for module in (quality, library):
        monkeypatch.setattr(module, "workbench", lambda: bench)
    monkeypatch.setattr(library, "preparations", lambda: Preparations(bench))
    monkeypatch.setattr(library, "visitor_jobs", lambda: registry)
    monkeypatch.setattr(library, "visitor_work", lambda: registry.of("mine"))
    name = bench.corpora.import_corpus(Source(Path(pets)), "mine").entry.name
    corpus = bench.corpora.open(name)
    loaded = LoadedCorpus(corpus, bench.searchers.of(corpus))
    (spec,) = stage_pipelines(["bm25"], Settings(depth=DEPTH), "").values()
    fingerprint = corpus.info.fingerprint
    deleted = False

    def work(job: Job[SavedRun]) -> SavedRun:
        def on_progress(*_: Any) -> None:
            nonlocal deleted
            if not deleted:
                deleted = True
                library.delete(name)
                assert job.stop_requested

        queries = corpus.queries
        return quality.run_and_save(
            loaded, queries, [spec], bench.models.reranker, on_progress, lambda: False
        )

    job = Job("quality run", work, key=fingerprint)
    registry.of("other").keep(Slot.QUALITY_RUN, job, part=fingerprint)
    assert job.wait(60)
    assert "the corpus was deleted" in str(job.error)
    assert quality.run_store(fingerprint).runs() == ()


def test_the_page_and_evaluate_give_equal_values_by_the_same_function(
    pets: str, calls: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    stages = ",".join(STAGES)
    given = ["--corpus", pets, "--depth", str(DEPTH), "--pipelines", stages, "--json"]
    assert cli.main(["evaluate", *given]) == 0
    rows = {row["stage"]: row for row in json.loads(capsys.readouterr().out)["pipelines"]}
    once = ["gather", *["candidates_of"] * 3]  # each first stage has one ceiling
    assert calls == once
    page = run_by_the_page(pets, STAGES, monkeypatch)
    measured = figures_of.figures(page.loaded, page.run, "mean", DEPTH)
    assert calls == [*once, *once]
    assert [figures.spec for figures in measured] == list(page.specs.values())
    for stage, figures in zip(STAGES, measured, strict=True):
        for name, value in figures.evaluation.mean.items():
            assert rows[stage][name] == pytest.approx(value, abs=1e-6), (stage, name)
        assert rows[stage]["judged@10"] == pytest.approx(figures.evaluation.judged_at_k, abs=1e-6)


def test_the_page_and_judge_propose_the_same_grades_by_the_same_function(
    pets: str, calls: list[str], monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    top = 3
    given = ["--corpus", pets, "--depth", str(DEPTH), "--top", str(top), "--json"]
    assert cli.main(["judge", *given]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["proposals"]
    assert calls == ["gather", "judge", "system_order"]
    page = run_by_the_page(pets, ("bm25", "bi-encoder", "hybrid", "cross-encoder"), monkeypatch)
    calls.clear()
    judge_model = page.bench.models.cross_encoder_name
    outcome = auto_judge.judge_and_keep(
        page.loaded,
        page.run,
        figures_of.runs(page.run),
        judge_model,
        top,
        page.bench.models.reranker,
        lambda *_: None,
        lambda: False,
        same_backend=True,
    )
    report = auto_judge.report(page.loaded, page.run, judge_model)
    assert calls == ["judge", "system_order"]
    assert (outcome.kept, outcome.unread) == (result["pool"], 0)
    proposed = auto_judge.proposals_of(page.loaded, page.run, judge_model)
    scores = {(row["query_id"], row["doc_id"]): row for row in result["proposals"]}
    assert {(o.query_id, o.doc_id) for o in proposed} == scores.keys()
    for judgment in proposed:
        row = scores[judgment.query_id, judgment.doc_id]
        assert judgment.grade == row["grade"]
        assert judgment.score == pytest.approx(row["score"], abs=1e-6)
    assert dict(report.circular) == result["circular"]
    assert [(s.name, s.people, s.auto_judge) for s in report.order.systems] == [
        (row["name"], row["people"], row["machine"]) for row in result["systems"]["systems"]
    ]
