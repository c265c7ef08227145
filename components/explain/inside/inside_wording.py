"""What the picture of a forward pass says: steps, costs, and the layers that decide the ranking."""

from __future__ import annotations

from collections.abc import Sequence

from components.common.wording import counted, shortened
from engine.types.explain.forward_pass import (
    DocumentPass,
    ForwardPass,
    PassClock,
    RankingFormation,
)
from engine.types.wording.numbers import decimal

LETTERS = "ABCDEFGHIJ"
SHORT_TITLE = 46
LENS_NOTE = (
    "The model was not trained for this: its own pooler and classifier are applied to [CLS] "
    "after each layer (a logit lens). Only the last value is its score; the earlier ones show "
    "where the documents part, not what the model had decided by then."
)
ATTENTION_NOTE = (
    "A cross-encoder has no separate cross-attention: this is the query × document block of its "
    "self-attention. It shows where heads look, not what caused the score."
)


def clock_text(clock: PassClock) -> str:
    """A measured time, and how often it was measured: "31 ms, median of 5 runs"."""
    runs = counted(clock.runs, "run")
    return f"{small_time(clock.seconds)}, {f'median of {runs}' if clock.runs > 1 else runs}"


def small_time(seconds: float) -> str:
    """A time from microseconds to seconds."""
    if seconds < 1e-4:
        return f"{1e6 * seconds:.1f} µs"
    if seconds < 0.1:
        return f"{1e3 * seconds:.1f} ms"
    return f"{1e3 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def cost_words(passes: ForwardPass, candidates: int, backend: str) -> dict[str, str]:
    """What a query would cost each model for a list of candidates: reckoned, and said so."""
    first_document = passes.documents[0]
    two_towers = passes.query_pass.clock.seconds + candidates * passes.cosine_clock.seconds
    one_tower = candidates * first_document.pair.clock.seconds
    ratio = one_tower / two_towers
    times_phrase = f", {ratio:,.0f} times as long" if ratio >= 2 else ""
    return {
        "title": f"Estimated for {counted(candidates, 'document')} like A",
        "bi": f"{small_time(two_towers)}: 1 pass, {candidates:,} cosines",
        "cross": f"{small_time(one_tower)}: {candidates:,} passes{times_phrase}",
        "note": "Estimates are at query time, one after the other. Timed here in torch fp32, one "
        f"text or pair at a time; searches score in batches, with {backend}.",
    }


def cells_note(passes: ForwardPass, cells: int) -> str:
    """How to read the rows of cells."""
    width = passes.query_pass.cls_states.shape[1]
    return (
        f"Cells are the first {cells} of {width} numbers of a state, "
        "shaded against the row's largest. A lit word is where the query looks in this layer, mean "
        "of its heads."
    )


def model_words(passes: ForwardPass) -> list[str]:
    """Both models' names, and what each is read at."""
    bi, cross = (
        name.rstrip("/").rsplit("/", 1)[-1] for name in (passes.bi_encoder, passes.cross_encoder)
    )
    return [f"{bi}, read at {pooled_at(passes)}", f"{cross}, read at {_first_token(passes)}"]


def pooled_at(passes: ForwardPass) -> str:
    """How the bi-encoder's vector is pooled from its tokens."""
    return "the mean of its tokens" if passes.pooling == "mean" else "its [CLS]"


def first_token_sentence(passes: ForwardPass) -> str:
    """What the token is that the cross-encoder is read at, said where it first stands."""
    return (
        f"{_first_token(passes)} is a token without a word, put before each text: layer by layer "
        "it takes in the others, and the cross-encoder's score is read from it alone."
    )


def _first_token(passes: ForwardPass) -> str:
    return passes.documents[0].pair.attention.pair.special_names.split(" and ")[0]


def formation_sentence(formation: RankingFormation | None, passes: ForwardPass) -> str:
    """Which layers decide the ranking, layer by layer."""
    if formation is None:
        return (
            "One document is no ranking: choose a second one below and see where the order forms."
            if len(passes.documents) < 2
            else "The documents end with one and the same value."
        )
    count = len(passes.documents)
    together = "both" if count == 2 else f"all {count}"
    quiet, settled = formation.quiet_until, formation.settled_from
    first, last = quiet + 1, max(settled, quiet + 1)
    layers_phrase = f"layer {first}" if first == last else f"layers {first} to {last}"
    quiet_phrase = (
        f"Up to layer {quiet} {together} lie within {decimal(formation.quiet_spread)} of each other"
        if quiet
        else "They part from layer 1 on"
    )
    return (
        f"The ranking is made in {layers_phrase}. {quiet_phrase}; in the end "
        f"{decimal(formation.final_spread)} "
        f"lie between the first and the last.{_swap(formation)}"
    )


def _swap(formation: RankingFormation) -> str:
    """Who led last before the one that wins."""
    leader_before = _leader_before(formation)
    if leader_before is None:
        return ""
    layer, leader = leader_before
    return f" After layer {layer} {LETTERS[leader]} led; {LETTERS[formation.leaders[-1]]} wins."


def _leader_before(formation: RankingFormation) -> tuple[int, int] | None:
    """(layer, document) of the last other leader after documents were told apart."""
    others = [
        (layer, leader)
        for layer, leader in enumerate(formation.leaders)
        if leader != formation.leaders[-1] and layer > formation.quiet_until
    ]
    return others[-1] if others else None


def leaders_sentence(passes: ForwardPass) -> str:
    """Which of several documents each model puts first; "" for one alone."""
    if len(passes.documents) < 2:
        return ""
    numbers = range(len(passes.documents))
    by_cosine = max(numbers, key=lambda number: passes.documents[number].cosine)
    by_score = max(numbers, key=lambda number: passes.documents[number].pair.score)
    if by_cosine == by_score:
        return f"Both models put {LETTERS[by_score]} first. "
    return (
        f"The bi-encoder, whose towers never meet, puts {LETTERS[by_cosine]} first; the "
        f"cross-encoder, which reads both texts together, {LETTERS[by_score]}. "
    )


def step_texts(passes: ForwardPass, document: DocumentPass, links: Sequence[str]) -> list[str]:
    """One sentence a step: beforehand, tokens, embeddings, layers, [CLS], score.

    `links` are the strongest links of each of the cross-encoder's layers, in words.
    """
    bi, cross = passes.query_pass.layers, document.pair.layers
    pair = document.pair.attention.pair
    read_token = pair.special_names.split(" and ")[0]
    texts = [
        f"Beforehand, when the corpus is indexed: the bi-encoder reads the document alone and "
        f"stores one vector of {len(document.alone.vector)} numbers. The cross-encoder cannot "
        "prepare anything: it needs the query.",
        f"The query arrives: {counted(len(passes.query_pass.tokens), 'token')} for the "
        f"bi-encoder's query tower, {counted(len(pair.tokens), 'token')} for the cross-encoder, "
        "which reads query and document as one sequence: only here can a word of one look at a "
        "word of the other.",
        "Embeddings: each token becomes a vector that knows its word and place, but no other "
        "word yet.",
    ]
    for layer in range(1, max(bi, cross) + 1):
        texts.append(_layer_text(passes, document, links, layer))
    texts.append(
        f"The cross-encoder is read at one place: the state of {read_token}, which has taken in "
        "both texts. The bi-encoder had its answer long before."
        if bi < cross
        else f"Each model is read: the cross-encoder at {read_token} alone."
    )
    score = decimal(document.pair.score)
    texts.append(
        f"{leaders_sentence(passes)}Here pooler and linear layer make {score} of {read_token}; the "
        f"cosine of the two finished vectors is {decimal(document.cosine, 3)}."
    )
    return texts


def _layer_text(
    passes: ForwardPass, document: DocumentPass, links: Sequence[str], layer: int
) -> str:
    bi_layers, cross_layers = passes.query_pass.layers, document.pair.layers
    parts = []
    if layer <= cross_layers:
        share = float(document.crossing[layer - 1].mean())
        parts.append(
            f"Layer {layer}: in the cross-encoder {share:.0%} of the attention crosses between "
            f"the texts{links[layer - 1]}. Read here, it would say "
            f"{decimal(document.pair.lens[layer])}."
        )
    if layer <= bi_layers:
        parts.append("In the bi-encoder nothing crosses: each tower holds one text.")
    elif layer == bi_layers + 1:
        parts.append(f"The bi-encoder's query vector is done: {pooled_at(passes)}.")
    elif layer == bi_layers + 2:
        parts.append(f"One inner product with the stored vector: {decimal(document.cosine, 3)}.")
    return " ".join(parts)


def short_title(title: str) -> str:
    """A title that fits beside its letter."""
    return shortened(title, SHORT_TITLE)
