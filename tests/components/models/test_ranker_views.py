"""Additional rerankers in words, and the matrix of late interaction as the browser gets it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from components.common.palette import stage_colour, stage_label
from components.common.ranker_wording import usage_words
from components.explain.maxsim_matrix import numbers_csv, pack
from components.explain.maxsim_wording import match_sentence, verdict_sentence
from components.models.ranker_form import Entered
from engine.types import CrossExamError, LateMeasurement, TokenMatches, Usage, won_everywhere
from engine.types.ranker_names import composed, parsed, stage_of
from engine.types.registries.rankers import RANKERS
from models.catalogue import COLBERT_ENCODER

ROOT = Path(__file__).parents[3]
VALUES = np.array([[0.25, 0.5, -0.25], [1.0, 0.0, 0.5]], dtype=np.float32)
MATCHES = TokenMatches("tiny", ("q1", "<b>"), ("d1", "d2", "d3"), VALUES, 1.5, 7)


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("cohere", "Cohere"),
        ("cohere:rerank-v3.5", "rerank-v3.5 (cohere)"),
        ("tei:http://127.0.0.1:8080", "127.0.0.1:8080 (tei)"),
        ("vllm:http://h:8000/x#BAAI/bge-reranker-v2-m3", "bge-reranker-v2-m3 (vllm)"),
        ("llm-listwise:http://h/v1#qwen3:4b", "qwen3:4b (listwise)"),
        ("maxsim", "MaxSim"),
        ("bi-encoder:BAAI/bge-small-en-v1.5", "bge-small-en-v1.5"),
        ("bi-encoder:distilled/senses-minilm-1", "senses-minilm-1"),
        ("maxsim:/models/colbertv2.0", "MaxSim colbertv2.0"),
        ("BAAI/bge-reranker-base", "bge-reranker-base"),
        ("/models/mine/", "mine"),
        ("x" * 80, "x" * 39 + "…"),
    ],
)
def test_an_additional_reranker_has_a_short_name(name: str, label: str) -> None:
    assert stage_label(stage_of(name)) == label


@pytest.mark.parametrize("dark", [False, True])
def test_further_rerankers_have_a_colour_of_their_own(dark: bool) -> None:
    own = stage_colour(stage_of("a/b"), dark)
    assert own == stage_colour(stage_of("bi-encoder:a/b"), dark)
    others = ("bm25", "bi-encoder", "hybrid", "cross-encoder", "blend", "other")
    assert own not in [stage_colour(stage, dark) for stage in others]


@pytest.mark.parametrize(
    ("usage", "words"),
    [
        (Usage(requests=1), "1 request; the cost is not known, for no price is on file"),
        (Usage(2, 1500, dollars=0.000075), "2 requests, 1,500 tokens; $0.000075"),
        (Usage(1, 0, 0, 1.0, 0, 0.002, "x"), "1 request, 1 search unit; $0.002000 (x)"),
        (Usage(9, 90, 18, 0, 2), "9 requests, 90 tokens in, 18 out, 2 answers that could"),
    ],
)  # fmt: skip
def test_what_was_consumed_is_said_in_a_sentence(usage: Usage, words: str) -> None:
    assert usage_words(usage).startswith(words)


def test_every_kind_of_the_form_makes_a_name_that_can_be_read() -> None:
    assert set(RANKERS.names) == {
        "cross-encoder", "bi-encoder", "maxsim", "cohere", "jina", "voyage", "tei", "vllm",
        "infinity", "llm-pointwise", "llm-pairwise", "llm-listwise", "run",
    }  # fmt: skip
    for kind in RANKERS:
        name = composed(kind.name, kind.model, kind.address)
        assert (parsed(name).kind, parsed(name).address) == (kind.name, kind.address)
        assert bool(kind.sends) == parsed(name).remote


def test_what_is_missing_in_the_form_is_an_error() -> None:
    for kind, model, address in (
        ("cross-encoder", "", ""),
        ("maxsim", "", ""),
        ("tei", "", ""),
        ("bi-encoder", "", ""),
    ):
        with pytest.raises(CrossExamError):
            composed(kind, model, address)


def test_a_typed_key_shows_in_no_representation() -> None:
    assert "secret" not in repr(Entered("cohere", "m", "", "secret"))


def test_the_matrix_is_sent_whole_with_its_best_cells() -> None:
    data = pack(MATCHES)
    assert data["cosines"] == VALUES.tolist()
    assert data["best"] == [1, 0]
    assert data["maxima"] == ["0.5000", "1.0000"]
    assert data["score"] == "1.5000"
    assert data["shades"] == [[0.4, 0.6, 0.0], [1.0, 0.2, 0.6]]
    assert data["query"] == ["q1", "<b>"]  # as data: the script only makes text nodes of it


def test_special_tokens_are_folded_into_one_row_that_still_sums() -> None:
    values = np.array([[0.5, 0.25], [0.75, 0.5], [0.125, 0.25]], dtype=np.float32)
    tokens = ("[CLS]", "snake", "[MASK]")
    matches = TokenMatches("m", tokens, ("a", "b"), values, 1.5, special_rows=(0, 2))
    data = pack(matches)
    assert data["special"] == [0, 2]
    assert data["folded"] == {
        "label": "2 special tokens",
        "names": "[CLS], [MASK]",
        "sum": "0.7500",
    }
    own = sum(float(data["maxima"][row]) for row in range(3) if row not in data["special"])
    assert own + float(data["folded"]["sum"]) == float(data["score"]) == 1.5
    text = match_sentence(matches)
    assert text.startswith("1 query token and 2 special tokens, in one row, against 2 document")
    assert "“snake” with “a”, 0.7500" in text
    assert pack(MATCHES)["folded"] is None


def test_equal_cosines_have_no_shade() -> None:
    flat = TokenMatches("m", ("q",), ("d", "e"), np.ones((1, 2), dtype=np.float32), 1.0)
    assert pack(flat)["shades"] == [[0.0, 0.0]]


def test_the_sentence_names_the_strongest_match_and_what_was_not_read() -> None:
    text = match_sentence(MATCHES)
    assert "“<b>” with “d1”, 1.0000" in text
    assert "last 7 tokens were not read" in text


WON = LateMeasurement("senses", 472, 85, 0.67, 0.60)
LOST = LateMeasurement("scifact", 5183, 300, 0.50, 0.60)


@pytest.mark.parametrize(
    ("measured", "offered", "words"),
    [
        ((), False, "not measured"),
        ((WON,), False, "one collection is too little"),
        ((WON, LOST), False, "is not offered"),
        ((WON, WON), True, "it is offered"),
    ],
)
def test_maxsim_is_offered_only_where_it_won(
    measured: tuple[LateMeasurement, ...], offered: bool, words: str
) -> None:
    assert won_everywhere(measured) == offered
    assert words in verdict_sentence(measured)


def test_the_packaged_encoders_card_carries_what_the_benchmark_measured() -> None:
    file = ROOT / "benchmarks" / "late_interaction.json"
    rows = json.loads(file.read_text(encoding="utf-8"))["collections"]
    measured = COLBERT_ENCODER.measured
    assert [asdict(row) for row in measured] == rows
    assert f"{measured[0].maxsim:.4f} against" in verdict_sentence(measured)


def test_the_numbers_of_the_matrix_are_its_cosines() -> None:
    header, *rows = csv.reader(io.StringIO(numbers_csv(MATCHES)))
    assert header == ["query token", *MATCHES.doc_tokens, "best match", "best token"]
    assert [[float(cell) for cell in row[1:-2]] for row in rows] == VALUES.tolist()
    assert [float(row[-2]) for row in rows] == [0.5, 1.0]
    assert [row[-1] for row in rows] == [MATCHES.doc_tokens[place] for place in (1, 0)]
