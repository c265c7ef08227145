"""The rankings of one search as CSV, TREC run and JSON: the same files from the app and the CLI."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from engine.quality.evaluation import trec_text
from engine.quality.passage_judgments import grades_of
from engine.quality.pipelines import stage_pipelines
from engine.search.csv_export import comparison_csv
from engine.search.settings import Settings
from engine.search.trace_json import trace_values
from engine.types import CrossExamError, DocumentStore, Run, SearchTrace


@dataclass(frozen=True, slots=True)
class ModelVersion:
    """A model of a search: for which stage, its name, and what is known of its weights.

    `revision` and `backend` are "" where the model does not say them.
    """

    stage: str
    name: str
    revision: str = ""
    backend: str = ""


@dataclass(frozen=True, slots=True)
class RankingExport:
    """A finished search with all that is needed to know where its rankings came from.

    `judgments` are people's by document, `query_id` the corpus' own id of the query, "" where
    it has none. `software` is this version, the machine and its libraries; `exported` the time,
    in ISO 8601; `notices` are the sentences on what a model did not read, as the page shows them.
    """

    trace: SearchTrace
    settings: Settings
    store: DocumentStore
    models: tuple[ModelVersion, ...]
    cross_encoder: str
    software: Mapping[str, str | int]
    exported: str
    judgments: Mapping[str, int]
    query_id: str = ""
    index: str = ""
    notices: tuple[str, ...] = ()

    def csv(self, stages: Sequence[str], baseline: str) -> str:
        """A row a document, with its rank and score in each of `stages`."""
        listed = list(dict.fromkeys(d for r in self.trace.rankings for d in r.ids()))
        documents = self.store.get(listed)
        return comparison_csv(
            self.trace,
            {document.doc_id: document for document in documents},
            grades_of(documents, self.judgments),
            stages=stages,
            baseline=baseline,
        )

    def trec(self, stage: str) -> str:
        """One stage's ranking as a TREC run whose name says the pipeline.

        The query is named by its id, or by its text where the corpus has no id for it. Raises
        CrossExamError for a stage that is not in the search.
        """
        ranking = self.trace.ranking(stage)
        if ranking is None:
            stages = ", ".join(each.stage for each in self.trace.rankings)
            raise CrossExamError(f"no ranking of {stage!r} in this search: choose one of {stages}")
        listed = replace(ranking, hits=ranking.hits[: self.settings.depth])
        run_name = self._pipelines([stage])[stage]["run"]
        return trec_text(Run(run_name, {self.query_id or self.trace.query: listed}))

    def json(self, stages: Sequence[str]) -> str:
        """The rankings with settings, models, versions and the corpus' fingerprint."""
        return json.dumps(self.values(stages), ensure_ascii=False, indent=1, allow_nan=False) + "\n"

    def values(self, stages: Sequence[str]) -> dict[str, Any]:
        """What the JSON holds, as plain values."""
        shown = [stage for stage in stages if self.trace.ranking(stage) is not None]
        documents = self.store.get(
            list(dict.fromkeys(d for r in self.trace.rankings for d in r.ids()))
        )
        return {
            "exported": self.exported,
            "software": dict(self.software),
            "settings": {**self.settings.values(), "rerankers": list(self.settings.rerankers)},
            "index": self.index,
            "models": [asdict(model) for model in self.models],
            "pipelines": self._pipelines(shown),
            "query_id": self.query_id,
            **trace_values(self.trace, self.store, depth=self.settings.depth, stages=shown),
            "notices": list(self.notices),
            "judgments": grades_of(documents, self.judgments),
        }

    def _pipelines(self, stages: Sequence[str]) -> dict[str, dict[str, str]]:
        """By stage the pipeline whose result it is: its name, and that of its run."""
        specs = stage_pipelines(stages, self.settings, self.cross_encoder)
        return {stage: {"name": spec.name, "run": spec.run_name} for stage, spec in specs.items()}
