"""Explain, the report: this pair's explanation as one HTML file to send."""

from __future__ import annotations

from components.common.downloads import download
from engine.explain.attribution_warnings import warnings_of
from engine.share.pair_snapshot import pair_snapshot
from engine.share.provenance import provenance
from engine.share.report.report import FILE_NAME, report_of
from engine.types import AttentionView, Attribution
from engine.types.share.snapshots import PairSnapshot
from pages.explain.model_picker import Explained
from pages.explain.pair_picker import Candidate
from pages.search.loaded_corpus import opened
from state import url_state
from state.explain import attributions
from state.explain.attributions import AttributionRequest

NOTE = (
    "One HTML file with these words, their values and how they were made. It opens without a "
    "network, prints, and begins with a paragraph that needs no dictionary."
)


def pair_report(
    moves: AttributionRequest,
    across: AttributionRequest,
    candidate: Candidate,
    subject: Explained,
) -> None:
    """The button that gives the pair as a report, once it is explained."""
    queue = attributions.queue()
    attribution = queue.result(moves)
    if attribution is None:
        return
    corpus = opened(url_state.current()).corpus.info if candidate.doc_id else None
    origin = provenance(
        corpus,
        None,
        models={"cross-encoder": attributions.explained_model(subject.model)},
        backend="torch fp32, which explains",
    )

    def frozen() -> PairSnapshot:
        attention: AttentionView | None = queue.result(across)
        explained: Attribution = attribution
        return pair_snapshot(
            moves.query,
            candidate.doc_id,
            candidate.title,
            origin,
            explained,
            unit=subject.what,
            attention=attention,
            notices=warnings_of(explained),
        )

    download(
        "Report (HTML)",
        lambda: report_of(frozen()),
        file_name=FILE_NAME,
        mime="text/html",
        key="pair_report",
        note=NOTE,
    )
