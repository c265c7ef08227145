"""What moves a bi-encoder's cosine, word by word, in fp32: gradients in torch, removals by the
fastest fp32 form that is here.

`occlusion`: leave one word out. `integrated_jacobians`: Möller, Nikolaev & Padó 2023, "An
Attribution Method for Siamese Encoders", whose matrix of word by word is summed here over the
other text's words. `gradient`: the gradient of the cosine with respect to each word embedding,
times that embedding (gradient x input). `similarities`: the cosine of every query token's final
state with every document token's, of which the two vectors are the means.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch

from engine.types import Attribution, Cancel, Cancelled, CountCallback, CrossExamError, Floats, Word
from engine.types.registries.explanation_methods import COSINE_JACOBIANS, COSINE_OCCLUSION
from models.attribution.fast_linear import with_fast_linears
from models.attribution.path_integral import Products, integrated
from models.bi_encoders.bi_encoder import BiEncoder
from models.text.wordpiece import batches_by_tokens, padded

GRADIENT = "gradient of the cosine"
FIRST_STEPS, MOST_STEPS = 16, 128
STEPS_AT_ONCE = 8
WORD_TOLERANCE = 0.005  # of cosine, by which a word may still move as the steps double
TOKEN_BUDGET = 2048
LARGEST_BATCH = 32


@dataclass(frozen=True, slots=True)
class TokenSimilarity:
    """Cosines of token states, shape (query words, document words); pieces are averaged."""

    query_words: tuple[str, ...]
    doc_words: tuple[str, ...]
    cosines: Floats


@dataclass(frozen=True, slots=True)
class _Side:
    """One text as the model reads it; the words' positions are places of `ids`, (1, tokens)."""

    ids: torch.Tensor
    words: tuple[Word, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        return tuple(word.text for word in self.words)


class TextExplainer:
    """Explains the cosines of one bi-encoder."""

    def __init__(self, bi_encoder: BiEncoder) -> None:
        self._bi = bi_encoder
        self._module = with_fast_linears(bi_encoder.torch_model())

    def words(self, text: str, segment: str = "document") -> tuple[Word, ...]:
        """The words that the model reads of a text."""
        return self._side(text, segment).words

    def scores(
        self,
        query: str,
        document: str,
        removals: Sequence[Iterable[Word]],
        *,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> list[float]:
        """The cosine after each removal of the document's words, in order."""
        with torch.inference_mode():
            query_unit = self._unit(self._side(query, "query").ids)
            side = self._side(document, "document")
            return self._cosines(query_unit, side, removals, on_progress, cancel).tolist()

    def occlusion(
        self,
        query: str,
        document: str,
        *,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """What the cosine loses when one word is left out, for every word of both texts."""
        sides = self._side(query, "query"), self._side(document, "document")
        n_words = sum(len(side.words) for side in sides)
        values: list[float] = []
        with torch.inference_mode():
            units = [self._unit(side.ids) for side in sides]
            cosine = float(units[0] @ units[1])
            for side, other_unit in zip(sides, reversed(units), strict=True):
                done_before = len(values)

                def report(done: int, _: int, done_before: int = done_before) -> None:
                    if on_progress is not None:
                        on_progress(done_before + done, n_words)

                removals: list[tuple[Word]] = [(word,) for word in side.words]
                cosines_without = self._cosines(other_unit, side, removals, report, cancel)
                values += (cosine - cosines_without).tolist()
        return Attribution(
            method=COSINE_OCCLUSION.name,
            words=(*sides[0].texts, *sides[1].texts),
            values=tuple(values),
            baseline_score=None,
            score=cosine,
            residual=None,
            segments=_segments(sides),
        )

    def integrated_jacobians(
        self,
        query: str,
        document: str,
        *,
        steps: int = FIRST_STEPS,
        most_steps: int = MOST_STEPS,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> Attribution:
        """The cosine's integrated Jacobians, from texts whose every word is [PAD], by word.

        With references r they take cos(a, b) - cos(r, b) - cos(a, r) + cos(r, r) apart, and the
        values of either text sum to that. `baseline_score` is what is missing to the cosine: 0
        in an encoder trained for it, whose references are 0, but not in one off the shelf.
        `residual` is the larger miss of the two texts' sums, relative to max(|gap|, 0.1).
        """
        sides = self._side(query, "query"), self._side(document, "document")
        with torch.no_grad():
            vectors = [self._unit(side.ids) for side in sides]
            blank_vectors = [self._unit(self._blank(side)) for side in sides]
        cosine = float(vectors[0] @ vectors[1])
        gap = float((vectors[0] - blank_vectors[0]) @ (vectors[1] - blank_vectors[1]))
        values: list[float] = []
        special_value, largest_miss, change, n_points = 0.0, 0.0, 0.0, 0
        for side, towards in zip(
            sides, (vectors[1] - blank_vectors[1], vectors[0] - blank_vectors[0]), strict=True
        ):
            path = integrated(
                self._products(side, towards, on_progress, cancel),
                [word.positions for word in side.words],
                steps=steps,
                most_steps=most_steps,
                tolerance=WORD_TOLERANCE,
            )
            word_values = [float(path.tokens[list(word.positions)].sum()) for word in side.words]
            values += word_values
            special_value += float(path.tokens.sum()) - sum(word_values)
            largest_miss = max(largest_miss, abs(float(path.tokens.sum()) - gap))
            change, n_points = max(change, path.word_change), max(n_points, path.steps)
        return Attribution(
            method=COSINE_JACOBIANS.name,
            words=(*sides[0].texts, *sides[1].texts),
            values=tuple(values),
            baseline_score=cosine - gap,
            score=cosine,
            residual=largest_miss / max(abs(gap), 0.1),
            segments=_segments(sides),
            special_value=special_value,
            baseline="pad",
            steps=n_points,
            word_change=change,
        )

    def gradient(self, query: str, document: str) -> Attribution:
        """Gradient x input of the cosine; `special_value` is the part of [CLS] and [SEP]."""
        sides = self._side(query, "query"), self._side(document, "document")
        starts = [self._embeddings(side) for side in sides]
        query_unit, document_unit = (self._pooled(start) for start in starts)
        cosine = (query_unit * document_unit).sum()
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
            for word in side.words:
                words.append(word.text)
                values.append(float(products[list(word.positions)].sum()))
                segments.append(name)
        return Attribution(
            method=GRADIENT,
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
        return TokenSimilarity(sides[0].texts, sides[1].texts, states[0] @ states[1].T)

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
        words = []
        for places in grouped.values():
            span = (encoding.offsets[places[0]][0], encoding.offsets[places[-1]][1])
            positions = tuple(place + 1 for place in places)
            words.append(Word(text[span[0] : span[1]], name, positions, span))
        return _Side(torch.from_numpy(ids.astype(np.int64))[None], tuple(words))

    def _blank(self, side: _Side) -> torch.Tensor:
        """The side's ids with [PAD] for every piece of a word."""
        blank = side.ids.clone()
        blank[0, [place for word in side.words for place in word.positions]] = (
            self._bi.pieces.special.pad
        )
        return blank

    def _unit(self, ids: torch.Tensor) -> torch.Tensor:
        """The unit vector of one text, shape (dimensions,)."""
        return self._pooled(self._module.model.get_input_embeddings()(ids))

    def _cosines(
        self,
        other_unit: torch.Tensor,
        side: _Side,
        removals: Sequence[Iterable[Word]],
        on_progress: CountCallback | None,
        cancel: Cancel | None,
    ) -> torch.Tensor:
        """The cosine of `other_unit` with this text after each removal of its words."""
        token_ids = side.ids[0].numpy()
        rows = []
        for words in removals:
            is_kept = np.ones(len(token_ids), dtype=bool)
            is_kept[[place for word in words for place in word.positions]] = False
            rows.append(token_ids[is_kept])
        cosines = torch.empty(len(rows))
        done = 0
        lengths = [len(row) for row in rows]
        for batch_positions in batches_by_tokens(
            lengths, budget=TOKEN_BUDGET, largest=LARGEST_BATCH
        ):
            if cancel is not None and cancel():
                raise Cancelled("the explanation was cancelled")
            padded_ids, mask = padded(
                [rows[i] for i in batch_positions], self._bi.pieces.special.pad
            )
            vectors = self._bi.fp32_vectors(padded_ids, mask)
            if vectors is None:
                ids_tensor, mask_tensor = torch.from_numpy(padded_ids), torch.from_numpy(mask)
                cosines[batch_positions] = (
                    self._module(ids_tensor, mask_tensor, torch.zeros_like(ids_tensor)) @ other_unit
                )
            else:
                cosines[batch_positions] = torch.from_numpy(vectors) @ other_unit
            done += len(batch_positions)
            if on_progress is not None:
                on_progress(done, len(rows))
        return cosines

    def _products(
        self,
        side: _Side,
        towards: torch.Tensor,
        on_progress: CountCallback | None,
        cancel: Cancel | None,
    ) -> Products:
        """Each token's part of the unit vector's way along `towards`, at some shares of it."""
        table = self._module.model.get_input_embeddings()
        with torch.no_grad():
            start = table(self._blank(side))
            way = table(side.ids) - start
        done = 0

        def products(shares: Sequence[float]) -> Any:
            nonlocal done
            rows = []
            for at in range(0, len(shares), STEPS_AT_ONCE):
                if cancel is not None and cancel():
                    raise Cancelled("the explanation was cancelled")
                batch_shares = torch.tensor(shares[at : at + STEPS_AT_ONCE])[:, None, None]
                place = (start + batch_shares * way).requires_grad_(True)
                states = self._states(place)
                units = self._module.pooled(states, torch.ones(states.shape[:2]))
                (slopes,) = torch.autograd.grad((units @ towards).sum(), place)
                rows.append((slopes * way).sum(dim=-1).numpy())  # (shares, tokens)
                done += len(rows[-1])
                if on_progress is not None:
                    on_progress(done, max(done, FIRST_STEPS + 1))
            return np.concatenate(rows)

        return products

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
            words = torch.stack([states[list(word.positions)].mean(dim=0) for word in side.words])
            return torch.nn.functional.normalize(words, dim=1).numpy()


def _segments(sides: Sequence[_Side]) -> tuple[str, ...]:
    return tuple(word.segment for side in sides for word in side.words)
