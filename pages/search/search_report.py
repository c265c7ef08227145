"""Compare, the report: this search as one HTML file to send."""

from __future__ import annotations

from components.common.downloads import download
from engine.quality.passage_judgments import grades_of
from engine.search.folding import best_passages
from engine.share.provenance import search_provenance
from engine.share.report.report import FILE_NAME, report_of
from engine.share.search_snapshot import search_snapshot
from engine.types import SearchTrace
from engine.types.share.snapshots import SearchSnapshot
from pages.search.rankings import Comparison
from state.explain.attention_maps import ranking_backend

NOTE = (
    "One HTML file with these lists, their times and how they were made. It opens without a "
    "network, prints, and begins with a paragraph that needs no dictionary."
)


def search_report(comparison: Comparison, trace: SearchTrace) -> None:
    """The button that gives the finished search as a report."""
    backend = ranking_backend(comparison.search.settings.precision)
    download(
        "Report (HTML)",
        lambda: report_of(frozen_comparison(comparison, trace, backend)),
        file_name=FILE_NAME,
        mime="text/html",
        key="search_report",
        note=NOTE,
    )


def frozen_comparison(comparison: Comparison, trace: SearchTrace, backend: str) -> SearchSnapshot:
    """The search as Compare shows it: its columns and rows, folded to documents where it is."""
    loaded, columns = comparison.loaded, comparison.columns
    store = loaded.corpus.store
    shown = comparison.folded(trace)
    passages: dict[str, str] = {}
    if comparison.by_document:
        for of_stage in best_passages(trace, store).values():
            passages = {**of_stage, **passages}
    listed_ids = list(dict.fromkeys(d for ranking in shown.rankings for d in ranking.ids()))
    texts = store.get([passages.get(doc_id, doc_id) for doc_id in listed_ids])
    snippets = loaded.searcher.snippets(comparison.search.query, texts)
    by_id = dict(zip(listed_ids, texts, strict=True))
    return search_snapshot(
        shown,
        by_id,
        search_provenance(trace, comparison.search.settings, backend=backend),
        stages=columns.stages,
        first_stage=comparison.search.settings.first_stage,
        baseline=columns.baseline,
        top=columns.top,
        snippets={doc_id: snippets[text.doc_id] for doc_id, text in by_id.items()},
        judgments=(
            grades_of(store.get(listed_ids), comparison.judgments) if comparison.judgments else {}
        ),
        notices=loaded.searcher.reading_notices(trace),
    )
