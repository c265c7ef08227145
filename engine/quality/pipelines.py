"""Which pipelines a quality run holds against each other, each told in a short name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from engine.search.fusion import RRF_K
from engine.search.settings import DEFAULT_DEPTH, Settings
from engine.search.stages.wordless import LAST
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, CrossExamError
from engine.types.ranker_names import is_encoder, parsed

_NAMES = {BM25: "BM25", BI_ENCODER: "Bi-encoder", HYBRID: "Hybrid"}


@dataclass(frozen=True, slots=True)
class PipelineSpec:
    """One pipeline, checked: a first stage, and what is done with its `depth` candidates.

    `reranker` is a model's name, "" for the first stage alone. `blend_weight` is the
    reranker's share where its score is mixed with BM25's, None where it stands alone.
    `first_stage` may be the stage of a further bi-encoder; `wordless` says where a reranker
    ranks documents without a word.
    """

    first_stage: str = BI_ENCODER
    depth: int = DEFAULT_DEPTH
    reranker: str = ""
    blend_weight: float | None = None
    fusion: str = "rrf"
    rrf_k: int = RRF_K
    hybrid_weight: float = 0.5
    wordless: str = LAST

    def __post_init__(self) -> None:
        _ = self.settings
        if self.blend_weight is not None and not self.reranker:
            raise CrossExamError(
                f"blend weight is {self.blend_weight}, but no reranker is given: name one to blend"
            )
        if self.reranker and parsed(self.reranker).retrieves:
            raise CrossExamError(
                f"{self.reranker!r} retrieves and does not rerank: make it the first stage"
            )

    @property
    def settings(self) -> Settings:
        """The same choices as the rest of the app knows them."""
        return Settings(
            depth=self.depth,
            first_stage=self.first_stage,
            fusion=self.fusion,
            rrf_k=self.rrf_k,
            hybrid_weight=self.hybrid_weight,
            blend_weight=0.8 if self.blend_weight is None else self.blend_weight,
            wordless=self.wordless,
        )

    @property
    def stage(self) -> str:
        """The stage whose ranking is the pipeline's result."""
        if not self.reranker:
            return self.first_stage
        return CROSS_ENCODER if self.blend_weight is None else BLEND

    @property
    def name(self) -> str:
        """ "Bi-encoder", "BM25 50 → L-12-v2" or "Hybrid (RRF 60) 100 → 80% L-12-v2 + 20% BM25"."""
        first = _NAMES.get(self.first_stage) or short_model(self.first_stage)
        if self.first_stage == HYBRID and self.fusion == "rrf":
            first = f"{first} (RRF {self.rrf_k})"
        elif self.first_stage == HYBRID:
            first = f"{first} ({self.hybrid_weight:.0%} bi-encoder)"
        if not self.reranker:
            return first
        model = short_model(self.reranker)
        if self.blend_weight is None:
            return f"{first} {self.depth} → {model}"
        share = self.blend_weight
        return f"{first} {self.depth} → {share:.0%} {model} + {1 - share:.0%} BM25"

    @property
    def scores_pairs(self) -> bool:
        """Whether it has a reranker that scores each pair apart, whatever else is listed."""
        return bool(self.reranker) and not parsed(self.reranker).whole_list

    @property
    def encoder(self) -> str:
        """The further bi-encoder that is the first stage, "" where it is none."""
        return self.first_stage if is_encoder(self.first_stage) else ""

    @property
    def run_name(self) -> str:
        """The name without white space, for TREC's run files and file names."""
        text = self.name.replace("→", "to").replace("%", "pct").replace("+", "and")
        kept = "".join(c if c.isalnum() or c in "-." else " " for c in text)
        return "-".join(kept.split()).lower()

    def values(self) -> dict[str, Any]:
        """The specification as plain values."""
        return asdict(self)


def list_length(specs: Iterable[PipelineSpec]) -> int:
    """How far the lists of pipelines that are held against each other go down: one length."""
    return max((spec.depth for spec in specs), default=0)


def short_model(name: str) -> str:
    """The part of a model's name that tells it from its kin: "L-12-v2" of MS MARCO's.

    A chat model is told with its way of ranking: "qwen3 (listwise)".
    """
    wanted = parsed(name)
    if wanted.kind.startswith("llm-"):
        return f"{wanted.model.rsplit('/', 1)[-1]} ({wanted.kind.removeprefix('llm-')})"
    last = name.removeprefix(f"{BI_ENCODER}:").rstrip("/").rsplit("/", 1)[-1]
    return last.removeprefix("ms-marco-MiniLM-").removeprefix("ms-marco-") or last


def spec_from(values: dict[str, Any]) -> PipelineSpec:
    """The specification that `PipelineSpec.values` wrote; raises TypeError for another."""
    return PipelineSpec(**values)


def grid(
    first_stages: Sequence[str],
    rerankers: Sequence[str],
    depths: Sequence[int],
    *,
    alone: bool = True,
    blend_weights: Sequence[float] = (),
    plain: bool = True,
    fusion: str = "rrf",
    rrf_k: int = RRF_K,
    hybrid_weight: float = 0.5,
    wordless: str = LAST,
) -> list[PipelineSpec]:
    """Every combination: each first stage alone, and each depth with each reranker.

    `plain` reranks without BM25, each of `blend_weights` adds a mixture, but not to what
    gives an order instead of scores. A first stage alone lists as many documents as the
    greatest depth.
    """
    specs: list[PipelineSpec] = []
    for first in first_stages:
        base = PipelineSpec(
            first,
            max(depths),
            fusion=fusion,
            rrf_k=rrf_k,
            hybrid_weight=hybrid_weight,
            wordless=wordless,
        )
        if alone:
            specs.append(base)
        mixes: list[float | None] = [None] if plain else []
        mixes += blend_weights
        specs += [
            PipelineSpec(first, depth, model, mix, fusion, rrf_k, hybrid_weight, wordless)
            for model in rerankers
            for depth in sorted(set(depths))
            for mix in ([None] if parsed(model).whole_list else mixes)
        ]
    return list(dict.fromkeys(specs))
