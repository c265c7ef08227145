"""The parts of a cross-encoder, before anything is chosen to run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from engine.types import Drift, Floats
from models.backends.backends import Backend
from models.backends.benchmark import QUERIES
from models.backends.building import BackendSource
from models.backends.lazy_backend import LazyBackend, Quick
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pairs import PairBuilder


@dataclass(frozen=True, slots=True)
class CrossEncoderParts:
    """A cross-encoder's files, checked; `classifier()` is the fp32 torch form."""

    source: BackendSource
    pairs: PairBuilder
    classifier: Callable[[], Any]

    def model(
        self, backend: Backend, drift: Drift | None = None, quick: Quick | None = None
    ) -> CrossEncoder:
        """The cross-encoder run by this backend, which drifts so from fp32."""
        return CrossEncoder(
            self.source.name,
            backend,
            self.pairs,
            self.classifier,
            revision=self.source.sha256[:16],
            drift=drift,
            fp32=LazyBackend(self.source.fp32),
            quick=quick,
        )

    def logits(self, backend: Backend, texts: Sequence[str]) -> Floats:
        """The logit of every text to every one of the fixed queries."""
        model = self.model(backend).without_score_cache()
        return np.asarray([model.score_all(query, texts) for query in QUERIES], dtype=np.float32)

    def logits_of(self, backend: Backend, query: str, texts: Sequence[str]) -> list[float]:
        """The logits of a query's texts, none of them remembered."""
        return self.model(backend).without_score_cache().score_all(query, texts)
