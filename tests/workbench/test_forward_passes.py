"""Every number of a forward pass against plain transformers, for five pairs."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch

from corpora.builtin.senses import open_senses
from engine.explain.forward_pass import head_views, ranking_formation
from engine.types import CrossExamError, Floats
from engine.types.explain.forward_pass import DocumentPass, ForwardPass
from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import BGE_SMALL
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import load_bi_encoder
from workbench import model_loader
from workbench.workbench import Workbench

CARE, LANGUAGE = "Ball python care guide", "Python programming tutorial"
NAMING = "Naming things: snake_case and friends"
QUERY = "python snake"
PAIRS = (
    (QUERY, CARE, ""),
    (QUERY, LANGUAGE, ""),
    (QUERY, NAMING, ""),
    ("What is the capital of France?", "", "Paris is the capital of France."),
    ("How many people live in Berlin?", "", "pythons " * 600),  # longer than either model reads
)
CLOSE = 1e-3


def text_of(title: str, text: str) -> str:
    """The document's content as every search reads it."""
    if not title:
        return text
    (document,) = open_senses().store.find(title, limit=1)
    assert document.title == title
    return document.content


@pytest.fixture(scope="module")
def bench(torch_bi_encoder: BiEncoder, torch_cross_encoder: CrossEncoder) -> Iterator[Workbench]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_ENGINE", "torch")
        patch.setattr(
            model_loader,
            "load_bi_encoder",
            lambda name, **more: (
                load_bi_encoder(name, **more) if name == BGE_SMALL.name else torch_bi_encoder
            ),
        )
        patch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: torch_cross_encoder)
        yield Workbench()


@pytest.fixture(scope="module")
def traced(bench: Workbench) -> list[ForwardPass]:
    """The five pairs, each a pass of its own."""
    return [
        bench.forward_passes.trace(query, [(title or "text", text_of(title, text))])
        for query, title, text in PAIRS
    ]


@pytest.fixture(scope="module")
def snakes(bench: Workbench) -> ForwardPass:
    return bench.forward_passes.trace(
        QUERY, [(title, text_of(title, "")) for title in (CARE, LANGUAGE, NAMING)]
    )


def pair_inputs(document: DocumentPass, cross: CrossEncoder) -> dict[str, torch.Tensor]:
    """transformers' inputs of the tokens on screen, segments told by the first [SEP]."""
    tokens = document.pair.attention.pair.tokens
    ids = torch.tensor([[cross.pairs.pieces.token_id(token) for token in tokens]])
    query_end = tokens.index("[SEP]")
    segments = torch.tensor([[int(place > query_end) for place in range(len(tokens))]])
    return {"input_ids": ids, "token_type_ids": segments}


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_states_and_lens_of_a_pair_are_those_of_transformers(
    number: int, traced: list[ForwardPass], torch_cross_encoder: CrossEncoder
) -> None:
    (document,) = traced[number].documents
    model = torch_cross_encoder.torch_model()
    inputs = pair_inputs(document, torch_cross_encoder)
    assert inputs["input_ids"].shape[1] <= 512
    with torch.no_grad():
        out = model(**inputs, output_hidden_states=True)
        pooler, classifier = model.bert.pooler.dense, model.classifier
        lens = [
            float(classifier(torch.tanh(pooler(states[0, 0])))[0]) for states in out.hidden_states
        ]
    states = np.stack([each[0, 0].numpy() for each in out.hidden_states])
    np.testing.assert_allclose(document.pair.cls_states, states, atol=CLOSE)
    np.testing.assert_allclose(document.pair.lens, lens, atol=CLOSE)
    assert document.pair.score == pytest.approx(float(out.logits[0, 0]), abs=CLOSE)
    assert document.pair.attention.score == pytest.approx(float(out.logits[0, 0]), abs=CLOSE)
    assert document.pair.layers == 12


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_vectors_and_cosine_are_those_of_transformers(
    number: int, traced: list[ForwardPass], torch_bi_encoder: BiEncoder
) -> None:
    query_pass, (document,) = traced[number].query_pass, traced[number].documents
    bert = torch_bi_encoder.torch_model().model
    vectors = []
    for text in (query_pass, document.alone):
        ids = torch.tensor([[torch_bi_encoder.pieces.token_id(token) for token in text.tokens]])
        assert ids.shape[1] <= 256
        with torch.no_grad():
            out = bert(input_ids=ids, output_hidden_states=True)
        states = np.stack([each[0, 0].numpy() for each in out.hidden_states])
        np.testing.assert_allclose(text.cls_states, states, atol=CLOSE)
        mean = out.last_hidden_state[0].mean(dim=0).numpy()
        vectors.append(mean / np.linalg.norm(mean))
        np.testing.assert_allclose(text.vector, vectors[-1], atol=CLOSE)
        assert text.layers == 6
    assert document.cosine == pytest.approx(float(vectors[0] @ vectors[1]), abs=CLOSE)
    assert traced[number].pooling == "mean"


def test_towers_of_another_bi_encoder_are_read_at_their_own_pooling(bench: Workbench) -> None:
    passes = bench.forward_passes.trace(QUERY, [(CARE, text_of(CARE, ""))], encoder=BGE_SMALL.name)
    assert (passes.bi_encoder, passes.pooling) == (BGE_SMALL.name, "[CLS]")
    bge = bench.models.encoder(BGE_SMALL.name)
    query, (document,) = passes.query_pass, passes.documents
    vectors = []
    for text in (query, document.alone):
        ids = torch.tensor([[bge.pieces.token_id(token) for token in text.tokens]])
        with torch.no_grad():
            out = bge.torch_model().model(input_ids=ids, output_hidden_states=True)
        states = np.stack([each[0, 0].numpy() for each in out.hidden_states])
        np.testing.assert_allclose(text.cls_states, states, atol=CLOSE)
        vectors.append(states[-1] / np.linalg.norm(states[-1]))
        np.testing.assert_allclose(text.vector, vectors[-1], atol=CLOSE)
        assert text.layers == 12
    assert document.cosine == pytest.approx(float(vectors[0] @ vectors[1]), abs=CLOSE)
    usual = bench.forward_passes.trace(QUERY, [(CARE, text_of(CARE, ""))])
    assert document.pair.score == pytest.approx(usual.documents[0].pair.score, abs=CLOSE)
    own = bench.forward_passes.revisions(encoder=BGE_SMALL.name)
    assert own != bench.forward_passes.revisions()


@pytest.mark.parametrize("number", range(len(PAIRS)))
def test_what_crosses_in_a_head_is_that_of_transformers(
    number: int, traced: list[ForwardPass], torch_cross_encoder: CrossEncoder
) -> None:
    (document,) = traced[number].documents
    model: Any = copy.deepcopy(torch_cross_encoder.torch_model())
    model.set_attn_implementation("eager")
    with torch.no_grad():
        out = model(**pair_inputs(document, torch_cross_encoder), output_attentions=True)
    weights: Floats = torch.stack(out.attentions)[:, 0].numpy()  # (layers, heads, t, t)
    tokens = document.pair.attention.pair.tokens
    end = tokens.index("[SEP]")
    q, d = slice(1, end), slice(end + 1, len(tokens) - 1)
    to_document = weights[:, :, q, d].sum(axis=3).mean(axis=2)
    to_query = weights[:, :, d, q].sum(axis=3).mean(axis=2)
    np.testing.assert_allclose(document.crossing, (to_document + to_query) / 2, atol=CLOSE)
    views = head_views(document.pair, 8)
    assert len(views) == 12
    assert views[3].query_to_doc.sum(axis=1).mean() == pytest.approx(
        float(weights[8, 3, q, d].sum(axis=1).mean()), abs=0.05
    )  # whole words weigh alike here, word-pieces there


def test_the_ranking_of_python_snake_is_made_in_the_last_layers(snakes: ForwardPass) -> None:
    lenses = [document.pair.lens for document in snakes.documents]
    ends = ([-0.10, 2.90, 3.79, 3.44], [-3.15, -8.60, -7.10, -6.69], [1.72, 5.07, 3.10, 2.84])
    for lens, end in zip(lenses, ends, strict=True):
        assert np.abs(lens[:9]).max() < 0.5
        np.testing.assert_allclose(lens[9:], end, atol=0.006)
    formation = ranking_formation(lenses)
    assert formation is not None
    assert formation.quiet_until == 8
    assert formation.settled_from == 11
    assert [formation.leaders[layer] for layer in (9, 10, 11, 12)] == [2, 2, 0, 0]


def test_visitors_side_by_side_get_their_own_numbers(
    bench: Workbench, traced: list[ForwardPass]
) -> None:
    def again(number: int) -> ForwardPass:
        query, title, text = PAIRS[number]
        return bench.forward_passes.trace(query, [(title or "text", text_of(title, text))])

    with ThreadPoolExecutor(4) as threads:
        for mine, alone in zip(threads.map(again, range(4)), traced, strict=False):
            (document,), (expected,) = mine.documents, alone.documents
            np.testing.assert_allclose(document.pair.lens, expected.pair.lens, atol=CLOSE)
            np.testing.assert_allclose(document.crossing, expected.crossing, atol=CLOSE)
            assert document.cosine == pytest.approx(expected.cosine, abs=CLOSE)


def test_clocks_say_how_often_they_ran(snakes: ForwardPass) -> None:
    first, *others = snakes.documents
    assert 1 <= first.pair.clock.runs <= 5
    assert {d.pair.clock.runs for d in others} == {1}
    clocks = [snakes.query_pass.clock, snakes.cosine_clock]
    clocks += [clock for d in snakes.documents for clock in (d.pair.clock, d.alone.clock)]
    assert all(clock.seconds > 0 for clock in clocks)


def test_texts_that_were_cut_say_so(traced: list[ForwardPass]) -> None:
    (document,) = traced[4].documents
    assert document.alone.n_truncated == 2 * 600 - 254  # "python", "##s", 600 times
    assert document.pair.attention.pair.n_truncated_doc > 0


@pytest.mark.parametrize(("query", "text"), [("", "snake"), (QUERY, " ")])
def test_a_side_without_a_token_is_an_error(bench: Workbench, query: str, text: str) -> None:
    with pytest.raises(CrossExamError, match="has no token"):
        bench.forward_passes.trace(query, [("text", text)])


def test_no_document_is_an_error(bench: Workbench) -> None:
    with pytest.raises(CrossExamError, match="no document to look into"):
        bench.forward_passes.trace(QUERY, [])
