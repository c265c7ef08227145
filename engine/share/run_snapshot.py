"""A saved quality run frozen: its figures under the judgments as they stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from engine.quality.candidate_scores import CandidateScores, runs_of
from engine.quality.pipeline_figures import PipelineFigures, pipeline_figures
from engine.quality.pipelines import PipelineSpec
from engine.share.provenance import settings_words
from engine.share.quality_snapshot import quality_snapshot
from engine.types import CorpusInfo, Qrel, Run
from engine.types.registries.measures import PRIMARY
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import QualitySnapshot
from system.project_version import project_version


def run_snapshot(
    corpus: CorpusInfo,
    head: Mapping[str, Any],
    saved_at: float,
    specs: Sequence[PipelineSpec],
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    *,
    recall_at: int = 10,
    measure: str = PRIMARY.name,
    figures: Sequence[PipelineFigures] | None = None,
    runs: Mapping[str, Run] | None = None,
    weights: Mapping[str, float] | None = None,
    judgments: str = "people's judgments",
) -> QualitySnapshot:
    """The run that was saved at `saved_at` (epoch seconds) with this head.

    `figures` and `runs` are those of the pipelines where they are at hand. Raises CrossExamError
    where nothing is judged.
    """
    by_name = {spec.name: spec for spec in specs}
    runs = runs or runs_of(by_name, gathered)
    if figures is None:
        measured = pipeline_figures(by_name, gathered, runs, qrels, recall_at=recall_at)
        figures = list(measured.values())
    asked, finished = head.get("asked", len(gathered)), len(gathered)
    notices = []
    if asked != finished:
        notices.append(f"The run ended early: {finished} of {asked} queries were finished.")
    return quality_snapshot(
        figures,
        runs,
        qrels,
        {query.query_id: query.text for query in gathered},
        run_provenance(corpus, head, saved_at, specs),
        measure=measure,
        weights=weights,
        judgments=judgments,
        notices=notices,
    )


def run_provenance(
    corpus: CorpusInfo, head: Mapping[str, Any], saved_at: float, specs: Sequence[PipelineSpec]
) -> Provenance:
    """When a run was measured and with what; of versions only that of the reading program."""
    modes = [mode for mode in head.get("precision", ()) if isinstance(mode, Mapping)]
    drifts = [float(mode["drift_p99"]) for mode in modes if "drift_p99" in mode]
    backends = dict.fromkeys(str(mode["backend"]) for mode in modes if "backend" in mode)
    return Provenance(
        made_at=datetime.fromtimestamp(saved_at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        corpus=corpus.name,
        fingerprint=corpus.fingerprint,
        documents=corpus.documents,
        models={"rerankers": ", ".join(dict.fromkeys(s.reranker for s in specs if s.reranker))},
        settings={
            spec.name: "; ".join(f"{k}: {v}" for k, v in settings_words(spec.settings).items())
            for spec in specs
        },
        versions={"CrossExam, which read the saved run": project_version()},
        backend="; ".join(backends) or str(head.get("engine", "")),
        mode=", ".join(str(mode.get("mode", "")) for mode in modes),
        drift=max(drifts) if drifts else None,
    )
