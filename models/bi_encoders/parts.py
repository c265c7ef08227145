"""The parts of a bi-encoder, before anything is chosen to run it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from engine.types import Floats
from models.backends.backends import Backend
from models.backends.building import BackendSource
from models.backends.lazy_backend import LazyBackend
from models.bi_encoders.bi_encoder import BiEncoder
from models.text.wordpiece import WordPieces


@dataclass(frozen=True, slots=True)
class BiEncoderParts:
    """A bi-encoder's files, checked; `module()` is the fp32 torch form."""

    source: BackendSource
    pieces: WordPieces
    max_length: int
    dimensions: int
    module: Callable[[], Any]
    query_prompt: str = ""

    def model(self, backend: Backend) -> BiEncoder:
        return BiEncoder(
            self.source.name,
            backend,
            self.pieces,
            max_length=self.max_length,
            dimensions=self.dimensions,
            revision=self.source.sha256[:16],
            torch_model=self.module,
            query_prompt=self.query_prompt,
            fp32=LazyBackend(self.source.fp32),
        )

    def cosines(self, backend: Backend, texts: Sequence[str]) -> Floats:
        """The cosine of every two texts, shape (texts, texts)."""
        vectors = self.model(backend).encode(texts)
        cosines: Floats = vectors @ vectors.T
        return cosines
