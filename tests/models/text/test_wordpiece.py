"""Word-pieces that threads share, and batches with little padding."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from engine.types import CrossExamError
from models.text.wordpiece import WordPieces, batches_by_tokens, padded


@pytest.fixture(scope="module")
def file(marco_folder: Path) -> Path:
    return marco_folder / "tokenizer.json"


def reference_ids(file: Path, texts: list[str]) -> list[list[int]]:
    tokenizer = Tokenizer.from_file(str(file))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return [tokenizer.encode(text, add_special_tokens=False).ids for text in texts]


def test_ids_are_those_of_the_tokenizer_without_specials_padding_or_truncation(file: Path) -> None:
    texts = ["Ball pythons", "", "snake " * 700, "Ball pythons", "É ß 東京"]
    ids = WordPieces.from_file(file).ids(texts)
    assert [row.tolist() for row in ids] == reference_ids(file, texts)
    assert len(ids[2]) == 700


def test_many_threads_get_what_one_thread_gets(file: Path) -> None:
    """They share one tokenizer that forgets after 40 texts, so that they collide often."""
    draw = random.Random(3)
    words = ["ball", "python", "snake", "care", "guide", "unbelievably", "tokenised", "naïve", "42"]
    pool = [" ".join(draw.choices(words, k=draw.randrange(1, 60))) for _ in range(120)]
    expected = dict(zip(pool, reference_ids(file, pool), strict=True))
    pieces = WordPieces.from_file(file)
    without_caches = WordPieces(Tokenizer.from_file(str(file)), remember=40)
    lots = [draw.sample(pool, 20) for _ in range(150)]

    def wrong(lot: list[str]) -> int:
        got = [
            (text, row.tolist())
            for shared in (pieces, without_caches)
            for text, row in zip(lot, shared.ids(lot), strict=True)
        ]
        got += [(text, without_caches.encoding(text).ids) for text in lot[:3]]
        return sum(ids != expected[text] for text, ids in got)

    with ThreadPoolExecutor(8) as threads:
        assert sum(threads.map(wrong, lots)) == 0


def test_remembered_texts_are_not_tokenised_again_and_old_ones_are_forgotten(file: Path) -> None:
    class Counting:
        def __init__(self) -> None:
            self.inner = Tokenizer.from_file(str(file))
            self.seen: list[str] = []

        def __getattr__(self, name: str) -> object:
            return getattr(self.inner, name)

        def encode_batch(self, texts: list[str], add_special_tokens: bool) -> object:
            self.seen += texts
            return self.inner.encode_batch(texts, add_special_tokens=add_special_tokens)

    counting: Any = Counting()
    pieces = WordPieces(counting, remember=2)
    pieces.ids(["a", "b", "a"])
    pieces.ids(["b", "a"])
    assert counting.seen == ["a", "b"]
    pieces.ids(["c"])  # forgets a
    pieces.ids(["b", "c"])
    assert counting.seen == ["a", "b", "c"]
    pieces.ids(["a"])
    assert counting.seen == ["a", "b", "c", "a"]


def test_what_is_remembered_is_bounded_in_tokens_too(file: Path) -> None:
    pieces = WordPieces(Tokenizer.from_file(str(file)), most_tokens=10)
    assert pieces.look_up(["snake " * 6])[1] is False
    assert pieces.look_up(["snake " * 6])[1] is True
    pieces.ids(["python " * 6])  # 12 in all: the snakes go
    assert pieces.look_up(["python " * 6])[1] is True
    assert pieces.look_up(["snake " * 6])[1] is False
    assert len(pieces.ids(["ball " * 30])[0]) == 30  # too long to be remembered, and still right


def test_a_tokenizer_without_berts_specials_is_refused(tmp_path: Path) -> None:
    from tests.models.tiny_bert import tiny_tokenizer

    tiny_tokenizer(("[UNK]", "[CLS]", "[PAD]", "a")).save(str(tmp_path / "tokenizer.json"))
    with pytest.raises(CrossExamError, match="only BERT-style models"):
        WordPieces.from_file(tmp_path / "tokenizer.json")


@pytest.mark.parametrize("content", [None, "", "{}", "not json"])
def test_an_unreadable_tokenizer_names_its_file(tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CrossExamError, match=r"tokenizer\.json: not a readable"):
        WordPieces.from_file(path)


@pytest.mark.parametrize("seed", range(5))
def test_batches_hold_every_text_once_within_budget_and_size(seed: int) -> None:
    draw = random.Random(seed)
    lengths = [draw.randrange(1, 300) for _ in range(draw.randrange(1, 120))]
    batches = batches_by_tokens(lengths, budget=512, largest=7)
    assert sorted(i for batch in batches for i in batch) == list(range(len(lengths)))
    for batch in batches:
        assert len(batch) <= 7
        assert len(batch) * max(lengths[i] for i in batch) <= 512
    in_order = [lengths[i] for batch in batches for i in batch]
    assert in_order == sorted(in_order)


def test_batches_by_hand() -> None:
    # sorted: 1 (at 1), 2 (at 3), 2 (at 4), 9 (at 0), 30 (at 2); 4 * 9 would be over 20
    assert batches_by_tokens([9, 1, 30, 2, 2], budget=20, largest=8) == [[1, 3, 4], [0], [2]]
    assert batches_by_tokens([9, 1, 30, 2, 2], budget=20, largest=2) == [[1, 3], [4, 0], [2]]
    assert batches_by_tokens([], budget=20, largest=2) == []


def test_a_text_over_the_budget_stands_alone() -> None:
    assert batches_by_tokens([600, 600], budget=512, largest=8) == [[0], [1]]


def test_rows_are_padded_to_the_longest() -> None:
    rows = [np.array([5, 6], np.int32), np.array([7, 8, 9], np.int32)]
    ids, mask = padded(rows, pad=1)
    assert ids.tolist() == [[5, 6, 1], [7, 8, 9]]
    assert mask.tolist() == [[1, 1, 0], [1, 1, 1]]
    assert ids.dtype == mask.dtype == np.int64
