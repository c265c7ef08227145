"""Snapshots, steps and walkthroughs that tests put together by hand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.types import CROSS_ENCODER
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import (
    PairSnapshot,
    SearchSnapshot,
    SnapshotColumn,
    SnapshotRow,
    SnapshotWord,
)
from engine.types.share.walkthroughs import Walkthrough, WalkthroughStep

DRIFT = 0.05


def origin(**changes: Any) -> Provenance:
    """When and from what: a tiny corpus, read in bf16."""
    values = {
        "made_at": "2026-11-29T12:00:00Z",
        "corpus": "senses",
        "fingerprint": "f1",
        "documents": 5,
        "models": {"cross-encoder": "tiny"},
        "settings": {"Depth": "50"},
        "backend": "OpenVINO bf16",
        "drift": DRIFT,
    }
    return Provenance(**{**values, **changes})


def column(
    scores: Mapping[str, float],
    *,
    top: int = 3,
    stage: str = CROSS_ENCODER,
    drift: float = DRIFT,
    model: str = "tiny",
) -> SnapshotColumn:
    """A list of these documents by score, of which the first `top` are kept."""
    best_first = sorted(scores, key=lambda doc_id: (-scores[doc_id], doc_id))
    rows = [
        SnapshotRow(doc_id, f"Title of {doc_id}", "", rank, scores[doc_id], drift=drift)
        for rank, doc_id in enumerate(best_first, 1)
    ]
    return SnapshotColumn(stage, "Cross-encoder", model, "logit", tuple(rows[:top]), len(rows))


def searched(*columns: SnapshotColumn, **changes: Any) -> SearchSnapshot:
    """A search whose lists are these."""
    return SearchSnapshot(
        query="python snake",
        provenance=origin(**changes),
        columns=columns,
        baseline="bi-encoder",
        before="bi-encoder",
        after=CROSS_ENCODER,
        headline="The cross-encoder changed 1 of the top 3.",
    )


def explained(score: float, *words: tuple[str, float], **changes: Any) -> PairSnapshot:
    """A pair whose document has these words."""
    return PairSnapshot(
        query="python snake",
        doc_id="care",
        title="Ball python care guide",
        provenance=origin(**changes),
        score=score,
        unit="logit",
        method="occlusion",
        document_words=tuple(SnapshotWord(text, value) for text, value in words),
    )


def tabled(*rows: tuple[str, float | None], headline: str = "It is so.") -> FiguresSnapshot:
    """A table of these figures, each written with its name and its number."""
    table = FigureTable(
        "A table",
        ("Figure", "Value"),
        tuple(FigureRow(name, (f"{value}",), value) for name, value in rows),
        "What these figures mean, in a sentence of its own.",
    )
    return FiguresSnapshot("Figures", origin(), headline, "In short.", tables=(table,))


def step(heading: str = "A step", **changes: Any) -> WalkthroughStep:
    """A step of Compare."""
    values: dict[str, Any] = {
        "page": "compare",
        "link": {"q": "python snake"},
        "heading": heading,
        "note": "What to look at.",
        "snapshot": searched(column({"a": 2.0, "b": 1.0, "c": 0.5})),
        "live": True,
    }
    return WalkthroughStep(**{**values, **changes})


def walkthrough(*headings: str) -> Walkthrough:
    """A walkthrough of steps with these headings."""
    return Walkthrough("A walk", tuple(step(heading) for heading in headings))
