"""One layer and head of an attention map, merged into words and ready to draw.

The special tokens are kept in their order in the sequence, in BERT's
`[CLS] query [SEP] document [SEP]`: index 0 is [CLS], 1 the [SEP] after the query,
2 the [SEP] at the end; other families have other ones. An AttentionMap holds them in four
optional blocks, all float32 and always (source, target) in their last two axes:

    query_to_special[layer, head, q, s]    what query token q gives to each special
    doc_to_special[layer, head, d, s]      what document token d gives to each special
    special_to_query[layer, head, s, q]    what each special gives to query token q
    special_to_doc[layer, head, s, d]      what each special gives to document token d
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from engine.types import AttentionMap, AttentionView, Floats, TokenizedPair

_Doubles = NDArray[np.float64]


def view_of(
    attention: AttentionMap,
    *,
    layer: int | None,
    head: int | None,
    merge_words: bool = True,
    show_special: bool = False,
) -> AttentionView:
    """The two cross blocks of a chosen layer and head (0-based; None averages over all).

    With `layer` and `head` None every head of every layer counts equally. With
    `merge_words`, pieces become words as in Clark et al. 2019, "What Does BERT Look At?":
    attention *to* a split word is the sum over its pieces, attention *from* a split word
    the mean over its pieces, so that a row keeps its mass. Words are read from the
    original text by their offsets, so case, accents and spelling survive.

    With `show_special`, [CLS] and both [SEP] follow the words of both sides, as targets
    (where else does this word look?) and as sources (where does [CLS], which the score is
    read from, look?). What specials give each other is no cross attention: those cells
    are NaN.
    """
    _check_choice("layer", layer, attention.layers)
    _check_choice("head", head, attention.heads)
    query_units, query_groups = _units(attention.pair, "query", attention.query_tokens, merge_words)
    doc_units, doc_groups = _units(attention.pair, "document", attention.doc_tokens, merge_words)
    to_doc = _merge(_mean(attention.query_to_doc, layer, head), query_groups, doc_groups)
    to_query = _merge(_mean(attention.doc_to_query, layer, head), doc_groups, query_groups)
    if show_special:
        query_special, doc_special, special_query, special_doc = (
            _mean(block, layer, head) for block in _special_blocks(attention)
        )
        special_units = special_units_of(attention.pair)
        each = [[i] for i in range(len(special_units))]
        to_doc = _with_special(
            to_doc,
            _merge(query_special, query_groups, each),
            _merge(special_doc, each, doc_groups),
        )
        to_query = _with_special(
            to_query,
            _merge(doc_special, doc_groups, each),
            _merge(special_query, each, query_groups),
        )
        query_units, doc_units = query_units + special_units, doc_units + special_units
    query_mass = _mean_mass(attention.query_mass, layer, head)
    doc_mass = _mean_mass(attention.doc_mass, layer, head)
    return AttentionView(
        query_units=query_units,
        doc_units=doc_units,
        query_to_doc=to_doc.astype(np.float32),
        doc_to_query=to_query.astype(np.float32),
        query_crossing=float(query_mass[1]),
        doc_crossing=float(doc_mass[0]),
        query_to_special=float(query_mass[2]),
        doc_to_special=float(doc_mass[2]),
        layer=layer,
        head=head,
        merged=merge_words,
        special_names=attention.pair.special_names,
    )


def special_units_of(pair: TokenizedPair) -> tuple[str, ...]:
    """The special tokens in their order; one that stands there more than once is numbered."""
    tokens = [t for t, name in zip(pair.tokens, pair.segment, strict=True) if name == "special"]
    return tuple(
        f"{token} {tokens[: i + 1].count(token)}" if tokens.count(token) > 1 else token
        for i, token in enumerate(tokens)
    )


def crossing_grid(attention: AttentionMap) -> Floats:
    """The share of attention that crosses between query and document, 0 to 1, per head.

    Shape (layers, heads): the mean of the two directions, each a mean over its tokens,
    so a long document does not drown a short query.
    """
    crossing: Floats = (attention.query_mass[..., 1] + attention.doc_mass[..., 0]) / np.float32(2)
    return crossing


def _mean(block: Floats, layer: int | None, head: int | None) -> _Doubles:
    """(layers, heads, source, target) to (source, target)."""
    chosen = block if layer is None else block[layer : layer + 1]
    chosen = chosen if head is None else chosen[:, head : head + 1]
    mean: _Doubles = chosen.mean(axis=(0, 1), dtype=np.float64)
    return mean


def _mean_mass(mass: Floats, layer: int | None, head: int | None) -> _Doubles:
    """(layers, heads, 3) to (3,): the shares to query, document and special tokens."""
    return _mean(mass[..., np.newaxis], layer, head)[:, 0]


def _units(
    pair: TokenizedPair, segment: str, tokens: tuple[str, ...], merge: bool
) -> tuple[tuple[str, ...], list[list[int]]]:
    """The units of one side and, for each, its positions within that side's tokens."""
    places = [i for i, name in enumerate(pair.segment) if name == segment]
    if len(places) != len(tokens):
        raise ValueError(
            f"the map has {len(tokens)} {segment} tokens, its pair {len(places)}: "
            "build both from one tokenisation"
        )
    if not merge:
        return tokens, [[i] for i in range(len(tokens))]
    words = pair.words(segment)
    within = {place: position for position, place in enumerate(places)}
    return tuple(w.text for w in words), [[within[p] for p in w.positions] for w in words]


def _merge(
    block: _Doubles, sources: Sequence[Sequence[int]], targets: Sequence[Sequence[int]]
) -> _Doubles:
    """Mean over each source's rows, sum over each target's columns."""
    means = np.zeros((len(sources), block.shape[0]))  # (source units, source tokens)
    for unit, positions in enumerate(sources):
        means[unit, list(positions)] = 1.0 / len(positions)
    sums = np.zeros((block.shape[1], len(targets)))  # (target tokens, target units)
    for unit, positions in enumerate(targets):
        sums[list(positions), unit] = 1.0
    merged: _Doubles = means @ block @ sums
    return merged


def _with_special(words: _Doubles, to_special: _Doubles, from_special: _Doubles) -> _Doubles:
    """(sources + s, targets + s): specials after the words, NaN among themselves."""
    among = np.full((from_special.shape[0], to_special.shape[1]), np.nan)
    return np.block([[words, to_special], [from_special, among]])


def _special_blocks(attention: AttentionMap) -> list[Floats]:
    blocks = [
        attention.query_to_special,
        attention.doc_to_special,
        attention.special_to_query,
        attention.special_to_doc,
    ]
    existing_blocks = [block for block in blocks if block is not None]
    if len(existing_blocks) != len(blocks):
        raise ValueError(
            "this attention map carries no special tokens: build it with all four "
            "*_special blocks, or ask for show_special=False"
        )
    return existing_blocks


def _check_choice(name: str, value: int | None, count: int) -> None:
    if value is not None and not 0 <= value < count:
        raise ValueError(f"{name} {value} is not among 0 to {count - 1}")
