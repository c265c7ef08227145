"""How figures are said in the evidence of a cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import BI_ENCODER, BM25, CROSS_ENCODER, HYBRID
from engine.types.ranker_names import is_attached
from engine.types.registries.stage_wording import stage_label

_NAMES = {
    BM25: "BM25",
    BI_ENCODER: "the bi-encoder",
    HYBRID: "the hybrid",
    CROSS_ENCODER: "the cross-encoder",
}


def stage_name(stage: str) -> str:
    """A stage within a sentence."""
    if is_attached(stage):
        return stage_label(stage)
    return _NAMES.get(stage) or stage.rsplit("/", 1)[-1]


def rank_words(rank: int | None) -> str:
    """ "rank 64", or "not listed"."""
    return "not listed" if rank is None else f"rank {rank:,}"


def quoted(words: Sequence[str]) -> str:
    """Words in quotation marks, parted by commas."""
    return ", ".join(f"“{word}”" for word in words)


def named(doc_ids: Sequence[str], titles: Mapping[str, str]) -> str:
    """Documents by their titles in quotation marks."""
    return quoted([titles.get(doc_id, doc_id) for doc_id in doc_ids])
