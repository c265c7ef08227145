"""Opening one corpus never holds up another: no lock is held over reading files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from corpora.stores.corpus import Corpus
from corpora.stores.library import Library
from tests.pets import write_pets
from workbench.workbench import Workbench

LONG = 30.0  # seconds after which a test gives up waiting


class SlowLibrary(Library):
    """Opens "slow" only once `opens` is set; tells by `opening` that it has begun."""

    def __init__(self) -> None:
        super().__init__()
        self.opening, self.opens = threading.Event(), threading.Event()

    def open(self, name: str | Path) -> Corpus:
        if str(name) != "slow":
            return super().open(name)
        self.opening.set()
        assert self.opens.wait(LONG)
        return super().open("senses")


@pytest.fixture
def library(session_models: None) -> Iterator[SlowLibrary]:
    library = SlowLibrary()
    yield library
    library.opens.set()


@pytest.fixture
def bench(library: SlowLibrary) -> Workbench:
    return Workbench(library=library)


@pytest.mark.parametrize(
    "act",
    [
        pytest.param(lambda bench, pets: bench.corpora.open(pets), id="open"),
        pytest.param(lambda bench, pets: bench.searchers.of(bench.corpora.open(pets)), id="search"),
        pytest.param(
            lambda bench, pets: bench.indexes.additional_encoder(
                bench.corpora.open(pets), "bi-encoder:other"
            ),
            id="additional encoder",
        ),
        pytest.param(lambda bench, _: bench.forget_corpus("another", indexes=True), id="forget"),
    ],
)
def test_nothing_waits_for_a_corpus_that_is_being_opened(
    bench: Workbench,
    library: SlowLibrary,
    tmp_path: Path,
    act: Callable[[Workbench, Path], object],
) -> None:
    pets = write_pets(tmp_path)
    with ThreadPoolExecutor(2) as pool:
        slow = pool.submit(bench.corpora.open, "slow")
        assert library.opening.wait(LONG)
        try:
            pool.submit(act, bench, pets).result(timeout=LONG)
            assert not slow.done()
        finally:
            library.opens.set()
        assert slow.result(timeout=LONG).info.name == "senses"


def test_two_who_ask_for_one_corpus_share_one_opening(
    bench: Workbench, library: SlowLibrary
) -> None:
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(bench.corpora.open, "slow")
        assert library.opening.wait(LONG)
        second = pool.submit(bench.corpora.open, "slow")
        library.opens.set()
        assert first.result(timeout=LONG) is second.result(timeout=LONG)


def test_a_corpus_forgotten_while_it_opens_is_opened_anew(
    bench: Workbench, library: SlowLibrary
) -> None:
    with ThreadPoolExecutor(1) as pool:
        outdated = pool.submit(bench.corpora.open, "slow")
        assert library.opening.wait(LONG)
        bench.forget_corpus("slow")
        library.opens.set()
        assert bench.corpora.open("slow") is not outdated.result(timeout=LONG)
