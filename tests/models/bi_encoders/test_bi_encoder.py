"""The bi-encoder against sentence-transformers' encode."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from engine.types import Encoder, Floats
from models.backends.backends import Tokens
from models.bi_encoders.bi_encoder import LARGEST_BATCH, TOKEN_BUDGET, BiEncoder
from models.text.wordpiece import WordPieces

SENTENCE = "The ball python curls into a tight ball when it is nervous, hence its common name. "
TEXTS = [
    "python snake",
    "",
    SENTENCE * 60,  # far over 256 tokens
    "Déjà vu: naïve Ünïcode, 東京 and ΑΘΗΝΑ",
    SENTENCE,
    SENTENCE * 7,
    "python snake",
    "a" * 300,
]


@pytest.fixture(scope="module")
def reference(minilm_folder: Path) -> Floats:
    from sentence_transformers import SentenceTransformer

    model = SentenceTransformer(str(minilm_folder), device="cpu", local_files_only=True)
    vectors: Floats = model.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    return vectors


@pytest.mark.parametrize("backend", ["torch", "openvino"])
def test_vectors_are_those_of_sentence_transformers(
    backend: str, reference: Floats, request: pytest.FixtureRequest
) -> None:
    model: BiEncoder = request.getfixturevalue(f"{backend}_bi_encoder")
    ours = model.encode(TEXTS, role="document")
    assert ours.shape == (len(TEXTS), 384)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(ours, axis=1), 1.0, atol=1e-5)
    cosines = (ours * reference).sum(axis=1)  # (texts,)
    assert cosines.min() > 0.9999
    np.testing.assert_allclose(ours[0], ours[6], atol=1e-6)


def test_the_bi_encoder_confuses_the_snake_with_the_language(torch_bi_encoder: BiEncoder) -> None:
    query, language, snake = torch_bi_encoder.encode(
        ["python snake", "Python programming tutorial", "Ball python care guide"]
    )
    assert float(query @ language) == pytest.approx(0.49, abs=0.005)
    assert float(query @ snake) == pytest.approx(0.39, abs=0.005)


def test_tokens_beyond_the_limit_are_counted(torch_bi_encoder: BiEncoder) -> None:
    assert torch_bi_encoder.max_length == 256
    assert torch_bi_encoder.n_truncated("python " * 254) == 0
    assert torch_bi_encoder.n_truncated("python " * 260) == 6


def test_it_names_itself_and_the_bytes_it_came_from(torch_bi_encoder: BiEncoder) -> None:
    encoder: Encoder = torch_bi_encoder
    assert encoder.name == "sentence-transformers/all-MiniLM-L6-v2"
    assert torch_bi_encoder.backend == "torch fp32"
    assert torch_bi_encoder.dimensions == 384
    assert len(torch_bi_encoder.revision) == 16


class Lengths:
    """An engine whose vector holds the number of tokens that are no padding."""

    label = "lengths"
    threads = None

    def __init__(self) -> None:
        self.shapes: list[tuple[int, ...]] = []

    def forward(self, ids: Tokens, mask: Tokens, segments: Tokens) -> Floats:
        assert not segments.any()
        self.shapes.append(ids.shape)
        return np.repeat(mask.sum(axis=1, keepdims=True), 2, axis=1).astype(np.float32)


def test_vectors_come_in_the_order_of_the_texts_whatever_their_length(minilm_folder: Path) -> None:
    backend = Lengths()
    pieces = WordPieces.from_file(minilm_folder / "tokenizer.json")
    model = BiEncoder("lengths", backend, pieces, max_length=256, dimensions=2)
    counts = [n * 37 % 300 for n in range(100)]
    vectors = model.encode(["python " * count for count in counts])
    assert vectors[:, 0].tolist() == [min(count + 2, 256) for count in counts]
    widths = [width for _, width in backend.shapes]
    assert widths == sorted(widths)
    assert all(rows <= LARGEST_BATCH and rows * w <= TOKEN_BUDGET for rows, w in backend.shapes)


def test_no_texts_give_no_vectors(torch_bi_encoder: BiEncoder) -> None:
    assert torch_bi_encoder.encode([]).shape == (0, 384)
