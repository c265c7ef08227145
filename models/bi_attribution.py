"""What moves a bi-encoder's cosine, word by word, in fp32 torch.

`gradient`: the gradient of the cosine with respect to each word embedding, times that
embedding (gradient x input). `similarities`: the cosine of every query token's final
state with every document token's, which the two mean vectors are made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from models.bi_encoder import BiEncoder
from search.types import Attribution, CrossExamError, Floats


@dataclass(frozen=True, slots=True)
class TokenSimilarity:
    """Cosines of token states, shape (query words, document words); pieces are averaged."""

    query_words: tuple[str, ...]
    doc_words: tuple[str, ...]
    cosines: Floats


@dataclass(frozen=True, slots=True)
class _Side:
    """One text as the model reads it: words with the places of their pieces."""

    ids: torch.Tensor
    words: tuple[str, ...]
    places: tuple[tuple[int, ...], ...]


class TextExplainer:
    """Explains the cosines of one bi-encoder."""

    def __init__(self, bi_encoder: BiEncoder) -> None:
        self._bi = bi_encoder
        self._module = bi_encoder.torch_model()

    def gradient(self, query: str, document: str) -> Attribution:
        """Gradient x input of the cosine; `special_value` is the part of [CLS] and [SEP]."""
        sides = self._side(query, "query"), self._side(document, "document")
        starts = [self._embeddings(side) for side in sides]
        first, second = (self._pooled(start) for start in starts)
        cosine = (first * second).sum()
        gradients = torch.autograd.grad(cosine, starts)
        words: list[str] = []
        values: list[float] = []
        segments: list[str] = []
        total = 0.0
        for name, side, start, gradient in zip(
            ("query", "document"), sides, starts, gradients, strict=True
        ):
            products = (start * gradient)[0].sum(dim=-1).detach().numpy()  # (tokens,)
            total += float(products.sum())
            for word, places in zip(side.words, side.places, strict=True):
                words.append(word)
                values.append(float(products[list(places)].sum()))
                segments.append(name)
        return Attribution(
            method="gradient of the cosine",
            words=tuple(words),
            values=tuple(values),
            baseline_score=None,
            score=float(cosine.detach()),
            residual=None,
            segments=tuple(segments),
            special_value=total - sum(values),
        )

    def similarities(self, query: str, document: str) -> TokenSimilarity:
        """How alike every query word and every document word are to the model."""
        sides = self._side(query, "query"), self._side(document, "document")
        states = [self._word_states(side) for side in sides]
        return TokenSimilarity(sides[0].words, sides[1].words, states[0] @ states[1].T)

    def _side(self, text: str, name: str) -> _Side:
        text = self._bi.prompted(text, "query" if name == "query" else "document")
        ids = self._bi.read_ids(text)
        encoding = self._bi.pieces.encoding(text)
        grouped: dict[int, list[int]] = {}
        for place in range(len(ids) - 2):
            number = encoding.word_ids[place]
            grouped.setdefault(-1 if number is None else number, []).append(place)
        if not grouped:
            raise CrossExamError(f"the {name} has no token: type a few words to explain")
        words = tuple(
            text[encoding.offsets[places[0]][0] : encoding.offsets[places[-1]][1]]
            for places in grouped.values()
        )
        shifted = tuple(tuple(place + 1 for place in places) for places in grouped.values())
        return _Side(torch.from_numpy(ids.astype(np.int64))[None], words, shifted)

    def _embeddings(self, side: _Side) -> torch.Tensor:
        table = self._module.model.get_input_embeddings()
        start: torch.Tensor = table(side.ids).detach().requires_grad_(True)
        return start

    def _states(self, start: torch.Tensor) -> torch.Tensor:
        states: torch.Tensor = self._module.model(inputs_embeds=start).last_hidden_state
        return states

    def _pooled(self, start: torch.Tensor) -> torch.Tensor:
        states = self._states(start)
        pooled: torch.Tensor = self._module.pooled(states, torch.ones(states.shape[:2]))[0]
        return pooled

    def _word_states(self, side: _Side) -> Any:
        """Unit states by word, shape (words, dimensions)."""
        with torch.inference_mode():
            states = self._states(self._module.model.get_input_embeddings()(side.ids))[0]
            words = torch.stack([states[list(places)].mean(dim=0) for places in side.places])
            return torch.nn.functional.normalize(words, dim=1).numpy()
