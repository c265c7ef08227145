"""What a person can choose about a search."""

from __future__ import annotations

from dataclasses import dataclass

from engine.search.fusion import RRF_K
from engine.search.stages.wordless import LAST, WORDLESS
from engine.types import BI_ENCODER, FIRST_STAGES, CrossExamError
from engine.types.ranker_names import check_names, is_encoder, parsed

LEAST_DEPTH, MOST_DEPTH, DEFAULT_DEPTH = 5, 500, 50
LEAST_POOL = 50
FUSIONS = ("rrf", "weighted")


@dataclass(frozen=True, slots=True)
class Settings:
    """The choices of a pipeline, checked.

    `depth` candidates of `first_stage` are reranked. `hybrid_weight` is the
    bi-encoder's share in the weighted fusion, `blend_weight` the cross-encoder's in
    the blend; the rest is BM25's. `rerankers` names further rankers (see
    `engine.types.ranker_names`), each a stage of its own over the same candidates, or, if a
    bi-encoder, over the whole corpus. The stage of a bi-encoder can be the first stage too.
    `wordless` says where a reranker ranks documents without a word: "last", or by their "score".
    """

    depth: int = DEFAULT_DEPTH
    first_stage: str = BI_ENCODER
    fusion: str = "rrf"
    rrf_k: int = RRF_K
    hybrid_weight: float = 0.5
    blend_weight: float = 0.8
    rerankers: tuple[str, ...] = ()
    wordless: str = LAST

    def __post_init__(self) -> None:
        if not LEAST_DEPTH <= self.depth <= MOST_DEPTH:
            raise CrossExamError(
                f"depth is {self.depth}: give a number from {LEAST_DEPTH} to {MOST_DEPTH}"
            )
        if is_encoder(self.first_stage):
            parsed(self.first_stage)
        elif self.first_stage not in FIRST_STAGES:
            raise CrossExamError(
                f"first stage is {self.first_stage!r}: give one of {', '.join(FIRST_STAGES)}"
            )
        if self.fusion not in FUSIONS:
            raise CrossExamError(f"fusion is {self.fusion!r}: give one of {', '.join(FUSIONS)}")
        if self.wordless not in WORDLESS:
            raise CrossExamError(
                f"wordless is {self.wordless!r}: give one of {', '.join(WORDLESS)}"
            )
        if self.rrf_k < 1:
            raise CrossExamError(f"rrf_k is {self.rrf_k}: give a number of at least 1")
        for name in ("hybrid_weight", "blend_weight"):
            value = getattr(self, name)
            if not 0.0 <= value <= 1.0:
                raise CrossExamError(f"{name} is {value}: give a number from 0 to 1")
        check_names(self.rerankers)

    @property
    def pool(self) -> int:
        """How many hits each first stage lists: the depth, and at least 50."""
        return max(self.depth, LEAST_POOL)
