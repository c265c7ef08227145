"""What every part of the Quality page works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from components.quality.changed_queries import ChangeRow
from engine.quality.pipeline_figures import PipelineFigures, default_pair
from engine.quality.runs.run_comparison import QueryChange
from engine.quality.runs.run_documents import run_documents, title_of
from engine.types import Document, Query
from engine.types.registries.measures import shown_at
from state.app_resources import LoadedCorpus
from state.quality.runs import OpenedRun


@dataclass(frozen=True, slots=True)
class QualityContext:
    """A loaded corpus, the run that is looked at, and how judgments count.

    `figures` is empty where nothing is judged yet; `head` is the place above the page where
    its answer stands.
    """

    loaded: LoadedCorpus
    run: OpenedRun
    counting_rule: Any
    figures: tuple[PipelineFigures, ...]
    dark: bool
    recall_at: int = 10
    head: Any = None

    @property
    def queries(self) -> dict[str, Query]:
        """The queries of the run by id; one that the corpus lacks by now has its text alone."""
        query_by_id = {query.query_id: query for query in self.loaded.corpus.queries}
        return {q: query_by_id.get(q) or Query(q, text) for q, text in self.run.texts.items()}

    @property
    def names(self) -> list[str]:
        """The pipelines' names, in the order of the run."""
        return [spec.name for spec in self.run.specs]

    def of(self, name: str) -> PipelineFigures:
        """The figures of the pipeline of this name."""
        return next(figures for figures in self.figures if figures.spec.name == name)

    def shown(self, measure: str) -> str:
        """The measure's name on screen: "MAP@50" where the lists of the run end at rank 50."""
        return shown_at(measure, self.figures[0].length) if self.figures else measure

    def default_pair(self) -> tuple[int, int]:
        """Positions of the best pipeline without a reranker and of the best with one."""
        return default_pair(self.figures)


def documents_of(context: QualityContext, doc_ids: Sequence[str]) -> dict[str, Document]:
    """The documents by id; those that the corpus holds in no form are left out."""
    return run_documents(context.loaded.corpus.store, context.run.gathered, doc_ids)


def change_rows(
    changes: Sequence[QueryChange], queries: Mapping[str, Query], documents: Mapping[str, Document]
) -> list[ChangeRow]:
    """Changes as the component draws them."""
    rows = []
    for change in changes:
        query = queries.get(change.query_id)
        movement = change.moved
        n_unjudged = change.unjudged
        rows.append(
            ChangeRow(
                query_id=change.query_id,
                text=query.text if query else change.query_id,
                before=change.before,
                after=change.after,
                first_before=change.first_before,
                first_after=change.first_after,
                moved_id=movement.doc_id if movement else "",
                moved_title=title_of(documents, movement.doc_id) if movement else "",
                moved_before=movement.before if movement else None,
                moved_after=movement.after if movement else None,
                grade=change.grade,
                tags=query.tags if query else (),
                note=f"{n_unjudged} unjudged in the top 10s" if n_unjudged else "",
            )
        )
    return rows
