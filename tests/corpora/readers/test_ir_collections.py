"""Public collections through ir_datasets, with a stand-in for the package."""

from __future__ import annotations

import importlib.machinery
import sys
import types
from collections import namedtuple
from pathlib import Path
from typing import Any

import pytest
import requests

from corpora.importing.importing import Source, import_corpus
from corpora.readers.ir_collections import read_collection
from corpora.stores.library import Library
from engine.types import CrossExamError, Document, Qrel, Query

Doc = namedtuple("Doc", "doc_id title text")


class Collection:
    """Two documents, one query, a judgment of it and one of a query that is not there."""

    def has_docs(self) -> bool:
        return True

    has_queries = has_qrels = has_docs

    def docs_count(self) -> int:
        return 2

    def docs_iter(self) -> Any:
        return iter([Doc("1", "T", "one"), Doc("2", None, "two")])

    def queries_iter(self) -> Any:
        query = types.SimpleNamespace(query_id="q", default_text=lambda: "words")
        return iter([query])

    def qrels_iter(self) -> Any:
        qrels = [types.SimpleNamespace(query_id=q, doc_id="1", relevance=2) for q in ("q", "gone")]
        return iter(qrels)


@pytest.fixture
def package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> types.ModuleType:
    module = types.ModuleType("ir_datasets")
    module.__spec__ = importlib.machinery.ModuleSpec("ir_datasets", None)
    util = types.ModuleType("ir_datasets.util")

    def load(name: str) -> Collection:
        return {"tiny/test": Collection()}[name]

    module.load = load  # type: ignore[attr-defined]
    module.util = util  # type: ignore[attr-defined]
    util.home_path = lambda: tmp_path / "ir"  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "ir_datasets", module)
    monkeypatch.setitem(sys.modules, "ir_datasets.util", util)
    return module


def test_documents_queries_and_judgments_are_imported_by_name(
    package: types.ModuleType, tmp_path: Path
) -> None:
    (tmp_path / "ir" / "tiny").mkdir(parents=True)  # fetched before: no network is asked for
    source = Source("ir_datasets:tiny/test")
    import_corpus(Library(), source, "mine", windows=lambda *_: [])
    corpus = Library().open("mine")
    assert corpus.store.get(["1", "2"]) == [Document("1", "one", "T"), Document("2", "two")]
    assert (corpus.queries, corpus.qrels) == ((Query("q", "words"),), (Qrel("q", "1", 2),))
    assert corpus.source == "ir_datasets:tiny/test"


def test_without_a_network_it_says_so(
    package: types.ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    waited: list[float] = []

    def head(url: str, timeout: float) -> None:
        waited.append(timeout)
        raise requests.ConnectionError("no network")

    monkeypatch.setattr(requests, "head", head)
    with pytest.raises(CrossExamError, match="cannot be reached: go online"):
        read_collection("tiny/test", "mine")
    assert waited
    assert waited[0] <= 3


def test_an_unknown_collection_is_named(package: types.ModuleType) -> None:
    with pytest.raises(CrossExamError, match="knows no collection 'tiny/none'"):
        read_collection("tiny/none", "mine")


def test_a_missing_package_is_named_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ir_datasets", None)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(CrossExamError, match="pip install ir_datasets"):
        read_collection("beir/scifact/test", "mine")
