"""Explain, the report: this pair's explanation as one HTML file to send."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from components.common.downloads import download
from engine.explain.attribution_warnings import warnings_of
from engine.share.pair_snapshot import pair_snapshot
from engine.share.provenance import provenance
from engine.share.report.report import FILE_NAME, report_html, report_of
from engine.types import AttentionView, Attribution
from engine.types.share.snapshots import PairSnapshot, ReportSection
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
    frozen = _frozen(moves, candidate, subject, across)
    if frozen is not None:
        _button(lambda: report_of(frozen()))


def pairs_report(
    moves: Sequence[AttributionRequest], candidates: Sequence[Candidate], subject: Explained
) -> None:
    """The button that gives both pairs as one report, in the order in which they stand here."""
    both = [_frozen(each, one, subject) for each, one in zip(moves, candidates, strict=True)]
    parts = [freeze for freeze in both if freeze is not None]
    if len(parts) == len(both):
        title = f"“{candidates[0].title}” and “{candidates[1].title}” for “{moves[0].query}”"
        headings = [f"{letter}: {one.title}" for letter, one in zip("AB", candidates, strict=True)]
        _button(
            lambda: report_html(
                title,
                [
                    ReportSection(name, freeze())
                    for name, freeze in zip(headings, parts, strict=True)
                ],
            )
        )


def _button(content: Callable[[], str]) -> None:
    download(
        "Report (HTML)",
        content,
        file_name=FILE_NAME,
        mime="text/html",
        key="pair_report",
        note=NOTE,
    )


def _frozen(
    moves: AttributionRequest,
    candidate: Candidate,
    subject: Explained,
    across: AttributionRequest | None = None,
) -> Callable[[], PairSnapshot] | None:
    """What freezes the pair, None until it is explained."""
    queue = attributions.queue()
    attribution: Attribution | None = queue.result(moves)
    if attribution is None:
        return None
    explained = attribution
    corpus = opened(url_state.current()).corpus.info if candidate.doc_id else None
    origin = provenance(
        corpus,
        None,
        models={"cross-encoder": attributions.explained_model(subject.model)},
        backend="torch fp32, which explains",
    )

    def frozen() -> PairSnapshot:
        attention: AttentionView | None = queue.result(across) if across is not None else None
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

    return frozen
