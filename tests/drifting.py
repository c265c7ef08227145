"""A cross-encoder whose backend drifts on purpose: what it scores lies off what fp32 scores."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from engine.types import Cancel, Reranker, ScoredBatch, ScorePrecision

BACKEND = "Toy bf16"
EXACT_BACKEND = "Toy fp32"


@dataclass
class DriftingReranker(Reranker):
    """Scores the first word of a text by `logits`, off by `errors`; `exact()` is off by nothing.

    `fastest()` is `quick`, where there is one. `scored` holds what each was asked, `batch`
    documents at a time.
    """

    logits: Mapping[str, float]
    errors: Mapping[str, float] = field(default_factory=dict)
    drift: float = 0.05
    measured: bool = True
    batch: int = 2
    name: str = "toy"
    scored: list[str] = field(default_factory=list)
    fp32: DriftingReranker | None = None
    quick: DriftingReranker | None = None
    label: str = BACKEND

    @property
    def backend(self) -> str:
        return self.label if self.drift else EXACT_BACKEND

    @property
    def precision(self) -> ScorePrecision:
        return ScorePrecision(self.backend, self.drift, self.measured)

    def exact(self) -> DriftingReranker:
        if self.drift == 0.0:
            return self
        if self.fp32 is None:
            self.fp32 = DriftingReranker(self.logits, drift=0.0, batch=self.batch, name=self.name)
        return self.fp32

    def fastest(self) -> DriftingReranker:
        return self if self.quick is None else self.quick

    def query_notice(self, query: str) -> str | None:
        return None

    def score(
        self, query: str, documents: Sequence[str], *, cancel: Cancel | None = None
    ) -> Iterator[ScoredBatch]:
        for start in range(0, len(documents), self.batch):
            if cancel is not None and cancel():
                return
            positions = tuple(range(start, min(start + self.batch, len(documents))))
            ids = [documents[position].split()[0] for position in positions]
            self.scored += ids
            yield ScoredBatch(
                positions=positions,
                scores=tuple(self.logits[each] + self.errors.get(each, 0.0) for each in ids),
                n_truncated=(0,) * len(ids),
                seconds=0.0,
            )
