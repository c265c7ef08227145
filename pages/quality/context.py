"""What every part of the Quality page works on, and the ways from a query to other pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import streamlit as st

from components.quality.changed_queries import ChangeRow, QueryAction
from engine.quality.candidate_scores import final_ranking
from engine.quality.pipeline_figures import PipelineFigures
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.runs.run_comparison import QueryChange
from engine.search.folding import best_listed
from engine.types import CrossExamError, Document, Query
from engine.types.registries.measures import PRIMARY
from engine.types.registries.search_parameters import BLEND_WEIGHT, FIRST_STAGE, PARAMETERS
from state import url_state as choices
from state.app_resources import LoadedCorpus
from state.quality.runs import OpenedRun


@dataclass(frozen=True, slots=True)
class Lab:
    """A corpus made ready, the run that is looked at, and how judgments count.

    `figures` is empty where nothing is judged yet; `head` is the place above the page where
    its answer stands.
    """

    ready: LoadedCorpus
    run: OpenedRun
    way: Any
    figures: tuple[PipelineFigures, ...]
    dark: bool
    recall_at: int = 10
    head: Any = None

    @property
    def queries(self) -> dict[str, Query]:
        """The queries of the run by id; one that the corpus lacks by now has its text alone."""
        known = {query.query_id: query for query in self.ready.corpus.queries}
        return {q: known.get(q) or Query(q, text) for q, text in self.run.texts.items()}

    @property
    def names(self) -> list[str]:
        """The pipelines' names, in the order of the run."""
        return [spec.name for spec in self.run.specs]

    def of(self, name: str) -> PipelineFigures:
        """The figures of the pipeline of this name."""
        return next(found for found in self.figures if found.spec.name == name)

    def default_pair(self) -> tuple[int, int]:
        """Positions of the best pipeline without a reranker and of the best with one."""
        scored = [PRIMARY.merit(f.evaluation.mean[PRIMARY.name]) for f in self.figures]
        order = sorted(range(len(scored)), key=lambda i: -scored[i])
        alone = [i for i in order if not self.run.specs[i].reranker]
        reranked = [i for i in order if self.run.specs[i].reranker]
        before = (alone or order[1:] or order)[0]
        after = next((i for i in [*reranked, *order] if i != before), before)
        return before, after


def documents_of(lab: Lab, doc_ids: Sequence[str]) -> dict[str, Document]:
    """The documents by id: as the corpus holds them, or as the passages that this run lists.

    Others are left out.
    """
    wanted = dict.fromkeys(doc_ids)
    found = _held(lab.ready, list(wanted))
    passages: dict[str, dict[str, None]] = {}
    for query_scores in lab.run.gathered:
        for passage, parent in query_scores.parents.items():
            if parent in wanted and parent not in found:
                passages.setdefault(parent, {})[passage] = None
    texts = _held(lab.ready, [p for listed in passages.values() for p in listed])
    for parent, listed in passages.items():
        pieces = [texts[passage] for passage in listed if passage in texts]
        if pieces:
            joined = " … ".join(piece.text for piece in pieces)
            found[parent] = Document(parent, joined, pieces[0].title)
    return found


def _held(ready: LoadedCorpus, doc_ids: Sequence[str]) -> dict[str, Document]:
    """Those of the documents that the corpus holds under these very ids."""
    found: dict[str, Document] = {}
    for doc_id in doc_ids:
        try:
            (found[doc_id],) = ready.corpus.store.get([doc_id])
        except CrossExamError:
            continue
    return found


def title_of(documents: Mapping[str, Document], doc_id: str) -> str:
    """The document's title, else its opening, else its id."""
    document = documents.get(doc_id)
    if document is None:
        return doc_id
    return document.title.strip() or " ".join(document.text.split())[:80] or doc_id


def change_rows(
    found: Sequence[QueryChange], queries: Mapping[str, Query], documents: Mapping[str, Document]
) -> list[ChangeRow]:
    """Changes as the component draws them."""
    rows = []
    for change in found:
        query = queries.get(change.query_id)
        moved = change.moved
        missing = change.unjudged
        rows.append(
            ChangeRow(
                query_id=change.query_id,
                text=query.text if query else change.query_id,
                before=change.before,
                after=change.after,
                first_before=change.first_before,
                first_after=change.first_after,
                moved_id=moved.doc_id if moved else "",
                moved_title=title_of(documents, moved.doc_id) if moved else "",
                moved_before=moved.before if moved else None,
                moved_after=moved.after if moved else None,
                grade=change.grade,
                tags=query.tags if query else (),
                note=f"{missing} unjudged in the top 10s" if missing else "",
            )
        )
    return rows


def held_id(lab: Lab, spec: PipelineSpec, asked: QueryAction) -> str:
    """The document asked for as the corpus holds it: its passage that the pipeline likes best."""
    for query_scores in lab.run.gathered:
        if query_scores.query_id == asked.query_id:
            parts = [p for p, parent in query_scores.parents.items() if parent == asked.doc_id]
            if parts:
                ranking = final_ranking(spec, query_scores, length=list_length(lab.run.specs))
                return best_listed([ranking], parts)
    return asked.doc_id


def go(lab: Lab, asked: QueryAction, spec: PipelineSpec) -> None:
    """Open Compare or Explain for the query, with the settings of this pipeline."""
    text = lab.queries[asked.query_id].text
    wanted: dict[str, Any] = {
        choices.QUERY: text,
        **{p.key: spec.settings.value(p.name) for p in PARAMETERS},
    }
    if spec.encoder:  # Compare shows an additional bi-encoder beside the first stage of the bar
        del wanted[FIRST_STAGE.key]
    if not spec.blended:
        del wanted[BLEND_WEIGHT.key]
    if asked.action == "explain":
        choices.set_next(**wanted, **{choices.DOCUMENT: held_id(lab, spec, asked)})
        st.switch_page("pages/explain/explain.py")
    choices.set_next(**wanted)
    st.switch_page("pages/search/compare.py")
