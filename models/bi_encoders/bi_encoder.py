"""The bi-encoder: embeds query and document apart.

Reimers & Gurevych 2019, "Sentence-BERT". Mean of the token vectors, L2-normalised,
so that the inner product is the cosine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from threading import Lock
from typing import Any

import numpy as np

from engine.types import CrossExamError, Floats, Role, Unreadable, precision_of
from models.backends.backends import Backend, Tokens
from models.backends.fair_lock import FairLock
from models.backends.lazy_backend import LazyBackend
from models.text.wordpiece import Ids, WordPieces, batches_by_tokens, padded

TOKEN_BUDGET = 2048
LARGEST_BATCH = 32
SPECIALS_PER_TEXT = 2


class BiEncoder:
    """Embeds texts through a backend that returns unit vectors. Implements `Encoder`.

    Threads may share it: batches take turns at the backend.
    """

    def __init__(
        self,
        name: str,
        backend: Backend,
        pieces: WordPieces,
        *,
        max_length: int,
        dimensions: int,
        revision: str = "",
        torch_model: Callable[[], Any] | None = None,
        fair_lock: FairLock | None = None,
        query_prompt: str = "",
        fp32: LazyBackend | None = None,
    ) -> None:
        self._name = name
        self._backend = backend
        self._pieces = pieces
        self.max_length = max_length
        self.dimensions = dimensions
        self.revision = revision
        self._load_torch = torch_model
        self.fair_lock = fair_lock or FairLock()
        self.query_prompt = query_prompt
        self._fp32 = fp32
        self._torch: Any = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        return self._name

    @property
    def backend(self) -> str:
        """Backend and precision, as shown to people."""
        return self._backend.label

    @property
    def pieces(self) -> WordPieces:
        return self._pieces

    def without_caches(self) -> BiEncoder:
        """This model with its backend, remembering the tokens of no text: to measure with."""
        return BiEncoder(
            self._name,
            self._backend,
            self._pieces.without_caches(),
            max_length=self.max_length,
            dimensions=self.dimensions,
            revision=self.revision,
            torch_model=self._load_torch,
            fair_lock=self.fair_lock,
            query_prompt=self.query_prompt,
            fp32=self._fp32,
        )

    def fp32_vectors(self, ids: Tokens, mask: Tokens) -> Floats | None:
        """A batch's unit vectors by the fp32 form; None where no backend here is exact."""
        backend: Backend | None = self._backend
        if precision_of(self.backend, None).drift:
            backend = None if self._fp32 is None else self._fp32.get()
        if backend is None or precision_of(backend.label, None).drift:
            return None
        with self.fair_lock.take():
            return backend.forward(ids, mask, np.zeros_like(ids))

    def torch_model(self) -> Any:
        """The model as an fp32 torch module (`MeanPooled`), loaded at the first call."""
        with self._lock:
            if self._torch is None:
                if self._load_torch is None:
                    raise CrossExamError(f"{self._name} has no torch form, so it cannot explain")
                self._torch = self._load_torch()
            return self._torch

    def read_ids(self, text: str) -> Ids:
        """The token ids that are embedded: [CLS], the text's up to the limit, [SEP]."""
        special_ids = self._pieces.special
        ids = self._pieces.ids([text])[0][: self._room]
        return np.concatenate(([special_ids.cls], ids, [special_ids.sep])).astype(np.int32)

    def n_truncated(self, text: str) -> int:
        """How many tokens of `text` lie beyond the limit and are not embedded."""
        return max(0, len(self._pieces.ids([text])[0]) - self._room)

    def unreadable(self, text: str) -> Unreadable:
        """What of a text its tokenizer cannot read."""
        return self._pieces.unreadable(text)

    def prompted(self, text: str, role: Role) -> str:
        """The text as the model reads it: a query behind its instruction, where it has one."""
        return self.query_prompt + text if role == "query" else text

    def encode(self, texts: Sequence[str], role: Role = "query") -> Floats:
        """Unit vectors, shape (len(texts), dimensions); queries behind their instruction."""
        texts = [self.prompted(text, role) for text in texts]
        vectors = np.empty((len(texts), self.dimensions), dtype=np.float32)
        special_ids = self._pieces.special
        rows = [
            np.concatenate(([special_ids.cls], ids[: self._room], [special_ids.sep])).astype(
                np.int32
            )
            for ids in self._pieces.ids(texts)
        ]
        for positions in batches_by_tokens(
            [len(row) for row in rows], budget=TOKEN_BUDGET, largest=LARGEST_BATCH
        ):
            ids, mask = padded([rows[i] for i in positions], special_ids.pad)
            with self.fair_lock.take():
                vectors[positions] = self._backend.forward(ids, mask, np.zeros_like(ids))
        return vectors

    @property
    def _room(self) -> int:
        return self.max_length - SPECIALS_PER_TEXT
