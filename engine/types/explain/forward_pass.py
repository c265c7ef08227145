"""One forward pass of both models, layer by layer, as numbers.

Index 0 of every (layers + 1, …) array is what the embeddings give, index i what layer i gives.
"""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.aliases import Floats
from engine.types.attention import AttentionMap


@dataclass(frozen=True, slots=True)
class PassClock:
    """What one pass took here: the median of `runs` runs, in seconds."""

    seconds: float
    runs: int


@dataclass(frozen=True, slots=True)
class TextPass:
    """A text alone through the bi-encoder.

    `cls_states[i]` is the state of the first token, shape (layers + 1, dimensions); `vector` is
    what the text becomes: pooled and of length 1. `n_truncated` tokens of it were not read.
    """

    tokens: tuple[str, ...]
    cls_states: Floats
    vector: Floats
    n_truncated: int
    clock: PassClock

    @property
    def layers(self) -> int:
        return len(self.cls_states) - 1


@dataclass(frozen=True, slots=True)
class PairPass:
    """A pair through the cross-encoder, both texts at once.

    `lens[i]` is what the model's own head makes of the first token's state after layer i: the
    last is the score, and the others are values that the model was not trained to give
    (nostalgebraist 2020, "interpreting GPT: the logit lens").
    """

    attention: AttentionMap
    cls_states: Floats
    lens: Floats
    clock: PassClock

    @property
    def layers(self) -> int:
        return len(self.cls_states) - 1

    @property
    def score(self) -> float:
        return float(self.lens[-1])


@dataclass(frozen=True, slots=True)
class DocumentPass:
    """One document through both models, against the query.

    `crossing` is the share of attention that crosses between the two texts, (layers, heads).
    """

    title: str
    alone: TextPass
    pair: PairPass
    cosine: float
    crossing: Floats


@dataclass(frozen=True, slots=True)
class ForwardPass:
    """A query and its documents through a bi-encoder and a cross-encoder, in fp32.

    `pooling` says how tokens become the bi-encoder's vector, "mean" or "[CLS]"; `explains` what
    the cross-encoder's value is, "logit" or "log-odds of entailment".
    """

    query: str
    bi_encoder: str
    cross_encoder: str
    pooling: str
    explains: str
    query_pass: TextPass
    documents: tuple[DocumentPass, ...]
    cosine_clock: PassClock


@dataclass(frozen=True, slots=True)
class RankingFormation:
    """Which layers decide a ranking: the lens' values of several documents, layer by layer.

    `quiet_until` is the last layer up to which the values of any two documents lie within
    `quiet_spread` of each other, a small part of what parts them in the end. From `settled_from`
    on the order of the documents is that of the end. `leaders` are the positions of the
    documents that lead after each layer.
    """

    quiet_until: int
    quiet_spread: float
    final_spread: float
    settled_from: int
    leaders: tuple[int, ...]
