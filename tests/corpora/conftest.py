from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import numpy as np
import pytest

from corpora.builtin.pydoc_corpus import open_pydoc
from corpora.stores.corpus import Corpus
from engine.types import Floats, Role


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "cache"
    monkeypatch.setenv("CROSSEXAM_CACHE", str(folder))
    return folder


@pytest.fixture(scope="session")
def pydoc_cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("pydoc")


@pytest.fixture(scope="session")
def pydoc(pydoc_cache: Path) -> Iterator[Corpus]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CROSSEXAM_CACHE", str(pydoc_cache))
        yield open_pydoc()


Write = Callable[[str, "str | bytes"], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def to_file(name: str, content: str | bytes) -> Path:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode("utf-8"))
        return path

    return to_file


Beir = Callable[..., Path]


@pytest.fixture
def beir(write: Write) -> Beir:
    """Writes a BEIR folder of two documents and one query; parts may be replaced."""

    def build(
        corpus: str | None = None, queries: str | None = None, qrels: str | None = None
    ) -> Path:
        rows = [
            {"_id": "d1", "title": "Ball python care guide", "text": "Feed it a mouse."},
            {"_id": "d2", "title": "", "text": "Python is a language."},
        ]
        query = {"_id": "q1", "text": "python snake", "metadata": {"tags": ["a"], "note": "n"}}
        default_corpus = "".join(json.dumps(row) + "\n" for row in rows)
        path = write("pets/corpus.jsonl", default_corpus if corpus is None else corpus)
        write("pets/queries.jsonl", json.dumps(query) if queries is None else queries)
        judged = "query-id\tcorpus-id\tscore\nq1\td1\t3\nq1\td2\t0\n"
        write("pets/qrels/test.tsv", judged if qrels is None else qrels)
        return path.parent

    return build


class HashEncoder:
    """Each text's vector comes from its hash: the same text, the same vector."""

    name = "hash"
    dimensions = 8

    def __init__(self) -> None:
        self.calls: list[list[str]] = []

    def encode(self, texts: Sequence[str], role: Role = "query") -> Floats:
        assert role == "document"
        self.calls.append(list(texts))
        raw = [np.frombuffer(hashlib.sha256(t.encode()).digest()[:8], np.uint8) for t in texts]
        vectors = np.stack(raw).astype(np.float32) + 1
        unit: Floats = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
        return unit


@pytest.fixture
def encoder() -> HashEncoder:
    return HashEncoder()
