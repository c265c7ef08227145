"""What the picture of a forward pass is given: its size, its numbers, its words."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from components.explain.inside import inside_view as view
from components.explain.inside import inside_wording as wording
from components.explain.inside.inside_numbers import numbers_csv
from engine.explain.attention_view import view_of
from engine.explain.forward_pass import head_views, ranking_formation
from engine.types import AttentionMap, Floats, TokenizedPair
from engine.types.explain.forward_pass import (
    DocumentPass,
    ForwardPass,
    PairPass,
    PassClock,
    TextPass,
)

LAYERS, HEADS, WIDTH = 12, 12, 384
MOST_BYTES = 300_000
HOSTILE = "<img src=x onerror=alert(1)>"
CLOCK = PassClock(0.0312, 5)


def floats(*shape: int) -> Floats:
    values: Floats = np.random.default_rng(7).normal(size=shape).astype(np.float32)
    return values


def attention_of(query: list[str], document: list[str]) -> AttentionMap:
    """An attention map of these words, each one token."""
    q, d = len(query), len(document)
    query_text, text = " ".join(query), " ".join(document)

    def offsets(words: list[str]) -> list[tuple[int, int]]:
        ends = np.cumsum([len(word) + 1 for word in words])
        return [(int(e) - len(w) - 1, int(e) - 1) for w, e in zip(words, ends, strict=True)]

    none = (0, 0)
    pair = TokenizedPair(
        tokens=("[CLS]", *query, "[SEP]", *document, "[SEP]"),
        segment=("special", *["query"] * q, "special", *["document"] * d, "special"),
        word_index=(-1, *range(q), -1, *range(d), -1),
        offsets=(none, *offsets(query), none, *offsets(document), none),
        n_truncated_query=0,
        n_truncated_doc=3,
        query=query_text,
        document=text,
    )
    weights: Floats = (np.abs(floats(LAYERS, HEADS, q, d)) / d).astype(np.float32)
    return AttentionMap(
        query_tokens=tuple(query),
        doc_tokens=tuple(document),
        query_to_doc=weights,
        doc_to_query=np.swapaxes(weights, 2, 3),
        query_mass=np.full((LAYERS, HEADS, 3), 1 / 3, np.float32),
        doc_mass=np.full((LAYERS, HEADS, 3), 1 / 3, np.float32),
        score=1.0,
        pair=pair,
    )


def passes_of(lenses: list[Floats], *, query: int = 2, words: int = 30) -> ForwardPass:
    """A pass of as many documents as there are lenses."""
    query_words = [f"asked{i}" for i in range(query)]
    text = TextPass(("[CLS]", *query_words, "[SEP]"), floats(7, WIDTH), floats(WIDTH), 0, CLOCK)
    documents = []
    for number, lens in enumerate(lenses):
        read = [HOSTILE.replace(" ", "_"), *(f"word{i}" for i in range(words - 1))]
        alone = TextPass(("[CLS]", *read, "[SEP]"), floats(7, WIDTH), floats(WIDTH), 5, CLOCK)
        pair = PairPass(attention_of(query_words, read), floats(LAYERS + 1, WIDTH), lens, CLOCK)
        documents.append(
            DocumentPass(f"{HOSTILE} {number}", alone, pair, 0.5, np.abs(floats(LAYERS, HEADS)))
        )
    return ForwardPass(
        "what?", "bi", "cross", "mean", "logit", text, tuple(documents), PassClock(7e-7, 25)
    )


def lens(*end: float) -> Floats:
    """Quiet up to the last layers, then these values."""
    return np.array([0.0] * (LAYERS + 1 - len(end)) + list(end), np.float32)


def drawn(passes: ForwardPass) -> dict[str, Any]:
    return view.first_view(
        passes,
        formation=ranking_formation([document.pair.lens for document in passes.documents]),
        layer_means=[
            [view_of(document.pair.attention, layer=i, head=None) for i in range(LAYERS)]
            for document in passes.documents
        ],
        candidates=50,
        backend="OpenVINO bf16",
    )


def test_the_first_view_of_the_longest_texts_is_small() -> None:
    longest = [lens(float(i)) for i in range(view.MOST_DOCUMENTS)]
    data = drawn(passes_of(longest, query=200, words=300))
    assert len(json.dumps(data)) <= MOST_BYTES


def test_every_number_is_that_of_the_pass() -> None:
    passes = passes_of([lens(1.23456, 3), lens(-2)])
    (first, _) = drawn(passes)["documents"]
    document = passes.documents[0]
    np.testing.assert_allclose(first["lens"], document.pair.lens, atol=1e-4)
    np.testing.assert_allclose(first["crossing"], document.crossing, atol=1e-4)
    np.testing.assert_allclose(first["states"], document.pair.cls_states[:, :16], atol=1e-4)
    np.testing.assert_allclose(first["alone"]["vector"], document.alone.vector[:16], atol=1e-4)
    assert first["lens"][-1] == first["score"] == 3
    weights = document.pair.attention.query_to_doc.mean(axis=(1, 2))
    lit = weights[:, : view.LIT] / weights.max(axis=1, keepdims=True)
    np.testing.assert_allclose(first["looked_at"], lit, atol=0.006)
    assert first["segments"].count("q") == 2
    assert (first["cut"], first["alone"]["cut"]) == (3, 5)


def test_a_layer_s_heads_come_in_whole_words_and_ten_thousandths() -> None:
    passes = passes_of([lens(1)])
    views = head_views(passes.documents[0].pair, 8)
    data = view.heads_of(view.LayerHeads(view.OpenedLayer(0, 8), views))
    assert (data["document"], data["layer"]) == (0, 8)
    assert data["query"] == ["asked0", "asked1"]
    assert np.shape(data["to_document"]) == (HEADS, 2, 30)
    assert np.shape(data["to_query"]) == (HEADS, 30, 2)
    for rows, each in zip(data["to_document"], views, strict=True):
        np.testing.assert_allclose(np.divide(rows, 10_000), each.query_to_doc, atol=1e-4)


@pytest.mark.parametrize(
    "value",
    [None, "0:3", {"document": 1, "layer": 0}, {"document": 0, "layer": 12},
     {"document": -1, "layer": 0}, {"document": "0", "layer": 1}, {}],
)  # fmt: skip
def test_a_layer_that_is_not_there_is_not_opened(
    value: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(view, "_MOUNT", lambda **_: SimpleNamespace(wanted=value))
    assert opened() is None


def test_the_layer_that_was_asked_for_is_returned(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = {"document": 0, "layer": 3}
    monkeypatch.setattr(view, "_MOUNT", lambda **_: SimpleNamespace(wanted=wanted))
    assert opened() == view.OpenedLayer(0, 3)


def opened() -> view.OpenedLayer | None:
    passes = passes_of([lens(1)])
    means = [[view_of(passes.documents[0].pair.attention, layer=0, head=None)] * LAYERS]
    return view.inside_view(
        passes, formation=None, layer_means=means, candidates=5, backend="e", heads=None, key="k"
    )


def test_there_is_a_sentence_for_every_step() -> None:
    (first,) = drawn(passes_of([lens(1.5, 3)]))["documents"]
    steps = first["steps"]
    assert len(steps) == 3 + LAYERS + 2
    assert steps[0].startswith("Beforehand")
    assert "In the bi-encoder nothing crosses" in steps[3]
    assert "Read here, it would say 1.50." in steps[3 + LAYERS - 2]
    assert steps[-1].startswith("Here pooler and linear layer make 3.00 of [CLS]; the cosine of")


def test_the_last_step_says_which_document_each_model_puts_first() -> None:
    passes = passes_of([lens(1), lens(3)])
    first, second = passes.documents
    ahead = replace(passes, documents=(replace(first, cosine=0.9), replace(second, cosine=0.1)))
    assert wording.leaders_sentence(ahead) == (
        "The bi-encoder, whose towers never meet, puts A first; the cross-encoder, which reads "
        "both texts together, B. "
    )
    agreed = replace(passes, documents=(replace(first, cosine=0.1), replace(second, cosine=0.9)))
    assert wording.leaders_sentence(agreed) == "Both models put B first. "
    assert wording.leaders_sentence(passes_of([lens(1)])) == ""


def test_where_the_ranking_is_made_is_said_in_a_sentence() -> None:
    passes = passes_of([lens(-0.1, 2.9, 3.8, 3.4), lens(1.7, 5.1, 3.1, 2.8), lens(-3, -8, -7, -6)])
    said = drawn(passes)["formation_text"]
    assert said.startswith("The ranking is made in layers 9 to 11. Up to layer 8 all 3 lie within")
    assert said.endswith("After layer 10 B led; A wins.")
    alone = passes_of([lens(1)])
    assert drawn(alone)["formation_text"].startswith("One document is no ranking")
    assert "one and the same value" in drawn(passes_of([lens(1), lens(1)]))["formation_text"]


def test_times_say_how_often_they_were_measured_and_estimates_that_they_are() -> None:
    assert wording.clock_text(CLOCK) == "31.2 ms, median of 5 runs"
    assert wording.clock_text(PassClock(7e-7, 1)) == "0.7 µs, 1 run"
    assert wording.clock_text(PassClock(1.25, 3)) == "1.2 s, median of 3 runs"
    cost = drawn(passes_of([lens(1)]))["cost"]
    assert cost["title"] == "Estimated for 50 documents like A"
    assert cost["bi"] == "31.2 ms: 1 pass, 50 cosines"
    assert cost["cross"] == "1.6 s: 50 passes, 50 times as long"
    assert "OpenVINO bf16" in cost["note"]


def test_the_numbers_have_a_row_a_document_and_layer() -> None:
    passes = passes_of([lens(3.0), lens(-1.0)])
    rows = list(csv.DictReader(io.StringIO(numbers_csv(passes))))
    layers = passes.documents[0].pair.layers
    assert len(rows) == 2 * (layers + 1)
    assert [row["after layer"] for row in rows[: layers + 1]] == [str(n) for n in range(layers + 1)]
    for number, document in enumerate(passes.documents):
        of_document = rows[number * (layers + 1) : (number + 1) * (layers + 1)]
        assert [float(row["logit lens"]) for row in of_document] == pytest.approx(
            document.pair.lens.tolist()
        )
        assert of_document[0]["share that crosses, head 1"] == ""
        assert float(of_document[1]["share that crosses, head 1"]) == pytest.approx(
            float(document.crossing[0, 0])
        )
