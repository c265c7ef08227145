"""What a stage is called on screen and in reports, what its score is, and how that is written."""

from __future__ import annotations

from engine.types.ranker_names import is_attached, is_encoder, name_of, retrieves, split
from engine.types.registries.rankers import BARE
from engine.types.registries.search_parameters import FIRST_STAGE
from engine.types.traces import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID
from engine.types.wording.numbers import decimal, with_minus

STAGE_LABELS: dict[str, str] = {
    **{choice.value: choice.label for choice in FIRST_STAGE.choices},
    CROSS_ENCODER: "Cross-encoder",
    BLEND: "Blend",
}

_DECIMALS = {BM25: 2, BI_ENCODER: 3, HYBRID: 4, CROSS_ENCODER: 2}
_KINDS = {BM25: "BM25 score", BI_ENCODER: "cosine", HYBRID: "RRF score", CROSS_ENCODER: "logit"}
_LONGEST = 40


def stage_label(stage: str) -> str:
    """The stage's name on screen; an unknown stage keeps its id."""
    if name_of(stage) is not None or retrieves(stage):
        return reranker_label(stage)
    return STAGE_LABELS.get(stage, stage)


def reranker_label(stage: str) -> str:
    """A short name: the model where one is named, and how it is reached or used.

    "reranker:llm-listwise:http://host/v1#qwen3" is "qwen3 (listwise)".
    """
    name = name_of(stage) or stage
    parts = split(name)
    kind = parts.record
    if kind.attached:
        return _cut(parts.model)
    if kind.name == BARE:
        prefix, colon, rest = name.partition(":")
        return f"{_last(rest)} ({prefix})" if colon and "/" not in prefix else _last(name)
    host = parts.address.partition("://")[2].split("/")[0]
    model = _last(parts.model) or host
    return kind.said.format(model=model) if model else kind.alone or kind.name


def score_text(stage: str, score: float) -> str:
    """The score with its stage's decimals (3 where unknown) and a true minus sign.

    Another system's scores are of any size: six digits of them.
    """
    if is_attached(stage):
        return with_minus(f"{score:.6g}")
    return decimal(score, _DECIMALS.get(_own(stage), 3))


def score_kind(stage: str, model: str = "") -> str:
    """What the number is: a logit is not a cosine, and neither is a BM25 score."""
    if stage == HYBRID and ("weight" in model.lower() or "min-max" in model.lower()):
        return "weighted score"
    return _KINDS.get(_own(stage), "score")


def _own(stage: str) -> str:
    """The pipeline's own stage that scores alike: an additional bi-encoder's cosine is a cosine."""
    return BI_ENCODER if is_encoder(stage) else stage


def _last(name: str) -> str:
    """The last part of a path or hub name, kept short."""
    return _cut(name.rstrip("/").rsplit("/", 1)[-1])


def _cut(short: str) -> str:
    return short if len(short) <= _LONGEST else short[: _LONGEST - 1] + "…"
