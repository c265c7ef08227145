"""Where a model looked in a pair."""

from __future__ import annotations

from dataclasses import dataclass

from engine.types.aliases import Floats
from engine.types.pairs import TokenizedPair


@dataclass(frozen=True, slots=True)
class AttentionMap:
    """The two cross blocks of a cross-encoder's self-attention, all layers and heads.

    query_to_doc[layer, head, q, d]: attention that query token q pays to document
    token d; doc_to_query[layer, head, d, q] the other way. The two differ. Their
    rows do not sum to 1, for the rest of the mass stays within the own segment
    or goes to special tokens: `query_mass[layer, head, 3]` and
    `doc_mass[layer, head, 3]` hold the mean share that query (document) tokens
    send to [query, document, special] tokens; each such triple sums to 1.
    """

    query_tokens: tuple[str, ...]
    doc_tokens: tuple[str, ...]
    query_to_doc: Floats
    doc_to_query: Floats
    query_mass: Floats
    doc_mass: Floats
    score: float
    pair: TokenizedPair
    special_to_doc: Floats | None = None
    special_to_query: Floats | None = None
    query_to_special: Floats | None = None
    doc_to_special: Floats | None = None

    @property
    def layers(self) -> int:
        return int(self.query_to_doc.shape[0])

    @property
    def heads(self) -> int:
        return int(self.query_to_doc.shape[1])


@dataclass(frozen=True, slots=True)
class AttentionView:
    """One choice of layer and head, ready to draw: words (or pieces) and their links.

    query_to_doc[q, d] is what query unit q gives to document unit d, doc_to_query[d, q]
    the other way. `crossing` is the mean share of attention mass that crosses between
    query and document, `to_special` the mean share that goes to [CLS] and [SEP], for
    query rows and document rows, each 0 to 1. `special_names` names those tokens.
    """

    query_units: tuple[str, ...]
    doc_units: tuple[str, ...]
    query_to_doc: Floats
    doc_to_query: Floats
    query_crossing: float
    doc_crossing: float
    query_to_special: float
    doc_to_special: float
    layer: int | None
    head: int | None
    merged: bool
    special_names: str = "[CLS] and [SEP]"
