"""The cross-encoder against FACTS.md's scores and against plain transformers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
import transformers

from engine.types import Explainable, Floats, Reranker
from models.backends.backends import Tokens
from models.cross_encoders.batching import LARGEST_BATCH, TOKEN_BUDGET
from models.cross_encoders.cross_encoder import CrossEncoder
from models.text.wordpiece import WordPieces

# Measured once with the dequantised fp32 weights: query, document, logit.
FACTS = [
    ("What is the capital of France?", "Paris is the capital of France.", 9.140),
    ("What is the capital of France?", "London is the capital of England.", -2.158),
    ("What is the capital of France?", "The Eiffel Tower is in Paris, France.", -4.148),
    ("python snake", "Python programming tutorial", -5.214),
    ("python snake", "Ball python care guide", -3.952),
    (
        "How many people live in Berlin?",
        "Berlin has a population of 3,520,031 registered inhabitants in an area of 891.82 "
        "square kilometers.",
        9.267,
    ),
    (
        "How many people live in Berlin?",
        "New York City is famous for the Metropolitan Museum of Art.",
        -11.187,
    ),
]
QUERIES = sorted({query for query, _, _ in FACTS})
SENTENCE = "The ball python curls into a tight ball when it is nervous, hence its common name. "
# Lengths from none to far over the limit, so that batches are padded.
MIXED = [
    "",
    SENTENCE,
    SENTENCE * 5,
    "Déjà vu: naïve Ünïcode, 東京 and ΑΘΗΝΑ don't break it!",
    SENTENCE * 40,
    "python",
    SENTENCE * 8,
]
CUT = MIXED.index(SENTENCE * 40)


@pytest.fixture(scope="session")
def mixed_by_torch(torch_cross_encoder: CrossEncoder) -> list[float]:
    return torch_cross_encoder.score_all("python snake", MIXED)


@pytest.fixture(scope="session")
def tokenizer(marco_folder: Path) -> Any:
    return transformers.AutoTokenizer.from_pretrained(str(marco_folder), local_files_only=True)


@pytest.fixture(scope="session")
def reference(torch_cross_encoder: CrossEncoder, session_cache: Path) -> Any:
    """Plain transformers with the converted weights, built apart from the code under test."""
    from safetensors.torch import load_file

    found = list(session_cache.glob("models/ms-marco-MiniLM-L-12-v2-fp32/*.safetensors"))
    shape: dict[str, Any] = {
        "hidden_size": 384,
        "num_hidden_layers": 12,
        "intermediate_size": 1536,
        "num_labels": 1,
    }
    model: Any = transformers.BertForSequenceClassification(transformers.BertConfig(**shape))
    model.load_state_dict(load_file(found[0]), strict=True)
    return model.eval()


def encoded(tokenizer: Any, query: str, document: str) -> Any:
    # in lists: a lone pair whose second text is empty would be taken for a single text
    return tokenizer(
        [query], [document], truncation="only_second", max_length=512, return_tensors="pt"
    )


@pytest.mark.parametrize(("query", "document", "score"), FACTS)
def test_torch_gives_every_known_score(
    torch_cross_encoder: CrossEncoder, query: str, document: str, score: float
) -> None:
    assert torch_cross_encoder.backend == "torch fp32"
    assert torch_cross_encoder.score_all(query, [document]) == [pytest.approx(score, abs=0.02)]


@pytest.mark.parametrize("query", QUERIES)
def test_torch_gives_the_known_scores_among_longer_documents(
    torch_cross_encoder: CrossEncoder, query: str
) -> None:
    logits_of_query = [
        (document, score) for query_text, document, score in FACTS if query_text == query
    ]
    documents = [MIXED[2], *(document for document, _ in logits_of_query), MIXED[1], MIXED[0]]
    scores = torch_cross_encoder.score_all(query, documents)
    assert scores[1:-2] == [pytest.approx(score, abs=0.02) for _, score in logits_of_query]


@pytest.mark.parametrize("query", QUERIES)
def test_openvino_stays_near_the_known_scores(
    openvino_cross_encoder: CrossEncoder, query: str
) -> None:
    assert openvino_cross_encoder.backend.startswith("OpenVINO ")
    logits_of_query = [
        (document, score) for query_text, document, score in FACTS if query_text == query
    ]
    documents = [MIXED[1], *(document for document, _ in logits_of_query), MIXED[2]]
    scores = openvino_cross_encoder.score_all(query, documents)
    assert scores[1:-1] == [pytest.approx(score, abs=0.05) for _, score in logits_of_query]


def test_openvino_stays_near_torch_on_padded_batches_of_mixed_lengths(
    openvino_cross_encoder: CrossEncoder, mixed_by_torch: list[float]
) -> None:
    fast = openvino_cross_encoder.score_all("python snake", MIXED)
    near = [pytest.approx(score, abs=0.05) for score in mixed_by_torch]
    assert MIXED[0] == ""  # bf16 moves the logit of no text at all by whole units, in torch too
    first = 1 if openvino_cross_encoder.backend.endswith("bf16") else 0
    assert fast[first:] == near[first:]


def test_the_cross_encoder_has_the_snake_above_the_language(
    openvino_cross_encoder: CrossEncoder,
) -> None:
    snake, language = openvino_cross_encoder.score_all(
        "python snake", ["Ball python care guide", "Python programming tutorial"]
    )
    assert snake > language


def test_token_ids_and_segments_are_those_of_transformers(
    torch_cross_encoder: CrossEncoder, tokenizer: Any
) -> None:
    for query in ("python snake", SENTENCE * 11):
        pairs = torch_cross_encoder.pairs.build(query, MIXED)
        for document, pair in zip(MIXED, pairs, strict=True):
            theirs = encoded(tokenizer, query, document)
            assert pair.ids.tolist() == theirs["input_ids"][0].tolist()
            assert pair.document_start == theirs["token_type_ids"][0].tolist().index(1)
    assert max(len(pair.ids) for pair in pairs) == 512


def test_logits_are_those_of_transformers_pair_by_pair(
    mixed_by_torch: list[float], reference: Any, tokenizer: Any
) -> None:
    with torch.inference_mode():
        theirs = [
            float(reference(**encoded(tokenizer, "python snake", document)).logits[0, 0])
            for document in MIXED
        ]
    assert mixed_by_torch == [pytest.approx(score, abs=1e-3) for score in theirs]


def test_tokens_that_were_cut_are_counted(
    torch_cross_encoder: CrossEncoder, tokenizer: Any
) -> None:
    def length(text: str) -> int:
        return len(tokenizer(text, add_special_tokens=False)["input_ids"])

    query = "python snake"
    room = 512 - 3 - length(query)
    expected = [max(0, length(document) - room) for document in MIXED]
    assert [i for i, count in enumerate(expected) if count] == [CUT]
    pairs = torch_cross_encoder.pairs.build(query, MIXED)
    assert [pair.n_truncated_doc for pair in pairs] == expected
    counted: dict[int, int] = {}
    for batch in torch_cross_encoder.score(query, [MIXED[CUT], MIXED[1]]):
        counted |= zip(batch.positions, batch.n_truncated, strict=True)
    assert counted == {0: expected[CUT], 1: 0}


def test_the_last_token_that_fits_is_not_counted_as_cut(torch_cross_encoder: CrossEncoder) -> None:
    fits = "python " * 508  # the query has one token, the specials are three
    pairs = torch_cross_encoder.pairs.build("snake", [fits, fits + "python"])
    assert [(len(pair.ids), pair.n_truncated_doc) for pair in pairs] == [(512, 0), (512, 1)]


def test_a_query_over_its_limit_is_cut_with_a_notice(torch_cross_encoder: CrossEncoder) -> None:
    query = "python " * 300
    notice = torch_cross_encoder.query_notice(query)
    assert notice is not None
    assert "300 tokens" in notice
    assert "first 256" in notice
    assert torch_cross_encoder.query_notice("python " * 256) is None
    cut, whole = (
        torch_cross_encoder.pairs.build(q, ["A snake."])[0].ids.tolist()
        for q in (query, "python " * 256)
    )
    assert cut == whole
    pair = torch_cross_encoder.tokenize_pair(query, SENTENCE * 40)
    assert pair.n_truncated_query == 44
    assert pair.segment.count("query") == 256
    assert len(pair.tokens) == 512


def test_a_shown_pair_is_the_pair_that_is_scored(
    torch_cross_encoder: CrossEncoder, tokenizer: Any
) -> None:
    query, document = "Ünïcode pythons?", "Don't feed the  Pythons: déjà vu"
    pair = torch_cross_encoder.tokenize_pair(query, document)
    theirs = tokenizer(query, document)
    assert list(pair.tokens) == tokenizer.convert_ids_to_tokens(theirs["input_ids"])
    names = {None: "special", 0: "query", 1: "document"}
    assert list(pair.segment) == [names[number] for number in theirs.sequence_ids()]
    assert list(pair.word_index) == [-1 if w is None else w for w in theirs.word_ids()]
    texts = {"query": query, "document": document}
    words = [
        texts[segment][start:end]
        for segment, (start, end) in zip(pair.segment, pair.offsets, strict=True)
        if segment != "special"
    ]
    assert "".join(words) == (query + document).replace(" ", "")
    assert (pair.query, pair.document) == (query, document)


class Recorder:
    """An engine whose score is the number of tokens that are no padding."""

    label = "recorder"
    threads = None

    def __init__(self) -> None:
        self.batches: list[tuple[Tokens, Tokens, Tokens]] = []

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        self.batches.append((ids, mask, segments))
        scores: Floats = mask.sum(axis=1, keepdims=True).astype(np.float32)
        return scores


@pytest.fixture
def recorded(marco_folder: Path) -> tuple[CrossEncoder, Recorder]:
    from models.cross_encoders.pairs import PairBuilder

    backend = Recorder()
    pieces = WordPieces.from_file(marco_folder / "tokenizer.json")

    def no_torch() -> Any:
        raise AssertionError("scoring asked for the torch model")

    return CrossEncoder("recorded", backend, PairBuilder(pieces, 512), no_torch), backend


def test_pairs_are_scored_shortest_first_within_the_token_budget(
    recorded: tuple[CrossEncoder, Recorder],
) -> None:
    model, backend = recorded
    documents = [f"{'python ' * (n * 37 % 400)}" for n in range(60)]
    batches = list(model.score("snake", documents))
    widths = [ids.shape[1] for ids, _, _ in backend.batches]
    assert widths == sorted(widths)
    for (ids, _, _), batch in zip(backend.batches, batches, strict=True):
        assert batch.tokens == ids.size
        assert ids.shape[0] <= LARGEST_BATCH
        assert ids.size <= TOKEN_BUDGET
    # each score lies at its document's position: tokens + query + three specials
    assert model.score_all("snake", documents) == [n * 37 % 400 + 4 for n in range(60)]
    padding = sum(int((mask == 0).sum()) for _, mask, _ in backend.batches)
    assert padding < 0.15 * sum(ids.size for ids, _, _ in backend.batches)


def test_segments_mark_the_document_and_its_end_but_not_the_padding(
    recorded: tuple[CrossEncoder, Recorder],
) -> None:
    model, backend = recorded
    list(model.score("snake", ["python", "python python python"]))
    _, mask, segments = backend.batches[0]
    # [CLS] snake [SEP] python [SEP] and two of padding
    assert mask.tolist() == [[1, 1, 1, 1, 1, 0, 0], [1] * 7]
    assert segments.tolist() == [[0, 0, 0, 1, 1, 0, 0], [0, 0, 0, 1, 1, 1, 1]]


def test_cancelling_stops_before_the_next_batch(recorded: tuple[CrossEncoder, Recorder]) -> None:
    model, backend = recorded
    documents = ["python " * 400] * 8  # two a batch
    stream = model.score("snake", documents, cancel=lambda: len(backend.batches) >= 3)
    assert sum(len(batch.positions) for batch in stream) == 6
    assert len(backend.batches) == 3


def test_no_documents_need_no_forward_pass(recorded: tuple[CrossEncoder, Recorder]) -> None:
    model, backend = recorded
    assert list(model.score("snake", [])) == []
    assert backend.batches == []


def test_tokenising_is_told_once(recorded: tuple[CrossEncoder, Recorder]) -> None:
    model, _ = recorded
    seconds = [b.tokenise_seconds for b in model.score("snake", ["python " * 400] * 4)]
    assert len(seconds) > 1
    assert [value > 0 for value in seconds] == [True] + [False] * (len(seconds) - 1)


def test_it_is_a_reranker_that_can_explain_itself(torch_cross_encoder: CrossEncoder) -> None:
    reranker: Reranker = torch_cross_encoder
    assert isinstance(reranker, Explainable)
    assert reranker.name == "cross-encoder/ms-marco-MiniLM-L-12-v2"
