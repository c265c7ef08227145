"""A corpus embedded by an additional bi-encoder in the background: once, never again by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancelled, CorpusInfo, CrossExamError
from state.search import additional_encoders as encoders
from state.search.additional_encoders import Embeddings
from tests.tiny import Tiny, tiny_searcher

NAME = "bi-encoder:org/second"


class Bench:
    """Knows which additional bi-encoders are ready."""

    def __init__(self) -> None:
        self.ready: set[str] = set()
        self.indexes = self

    def has_additional_encoder(self, corpus: CorpusInfo, name: str) -> bool:
        return name in self.ready


@pytest.fixture
def bench(monkeypatch: pytest.MonkeyPatch) -> Bench:
    bench = Bench()
    monkeypatch.setattr(encoders, "workbench", lambda: bench)
    return bench


def searcher_that(find: Callable[..., Any]) -> Searcher:
    return replace(tiny_searcher([Tiny("a"), Tiny("b")])[0], find_retriever=find)


def test_it_is_begun_once_tells_how_far_it_is_and_is_gone_when_ready(bench: Bench) -> None:
    go = threading.Event()
    told = threading.Event()

    def find(name: str, *, log: Any, on_progress: Any, cancel: Any) -> None:
        on_progress("embedding tiny with second", 1, 2)
        told.set()
        assert go.wait(20)
        bench.ready.add(name)

    searcher, shared = searcher_that(find), Embeddings()
    (one,) = shared.unready(searcher, [NAME])
    assert shared.unready(searcher, [NAME]) == [one]
    assert told.wait(20)
    assert (one.progress.step, one.progress.fraction) == ("embedding tiny with second", 0.5)
    go.set()
    assert one.wait(20)
    assert shared.unready(searcher, [NAME]) == []
    bench.ready.clear()  # the corpus was forgotten
    (again,) = shared.unready(searcher, [NAME])
    assert again is not one
    assert again.wait(20)


def test_one_called_off_stays_so_until_it_is_resumed(bench: Bench) -> None:
    started = threading.Event()

    def find(name: str, *, log: Any, on_progress: Any, cancel: Callable[[], bool]) -> None:
        started.set()
        while not cancel():
            time.sleep(0.01)
        raise Cancelled("embedding was cancelled after 1 of 2 documents")

    searcher, shared = searcher_that(find), Embeddings()
    (one,) = shared.unready(searcher, [NAME])
    assert started.wait(20)
    one.cancel()
    assert one.wait(20)
    assert isinstance(one.cancellation, Cancelled)
    assert one.cancelled
    assert shared.unready(searcher, [NAME]) == [one]
    shared.resume(one)
    (again,) = shared.unready(searcher, [NAME])
    assert again is not one
    again.cancel()
    assert again.wait(20)


def test_a_failure_is_kept_and_the_search_goes_on_without_it(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    def find(name: str, **_: Any) -> None:
        raise CrossExamError("the disk is full")

    searcher, shared = searcher_that(find), Embeddings()
    monkeypatch.setattr(encoders, "embeddings", lambda: shared)
    (one,) = shared.unready(searcher, [NAME])
    assert one.wait(20)
    assert str(one.error) == "the disk is full"
    settings = Settings(rerankers=(NAME, "m/local", "tei:http://h"))
    assert encoders.usable(searcher, settings).rerankers == ("m/local", "tei:http://h")
    assert encoders.unready(replace(searcher, find_retriever=None), settings) == []
