"""The parts put together: a corpus on disk, real models, and a searcher of the two."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpora.stores.corpus import Corpus
from corpora.stores.library import Library
from corpora.stores.memory_store import MemoryStore
from engine.search.settings import Settings
from engine.types import (
    BI_ENCODER,
    BM25,
    CROSS_ENCODER,
    STAGES,
    CorpusInfo,
    CrossExamError,
    LateMeasurement,
)
from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import COLBERT_ENCODER, cards
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.pets import DOCUMENTS, write_pets
from workbench import model_loader
from workbench.registries import rankers
from workbench.workbench import Workbench


class Loads:
    """Hands out the session's models and counts how often each was asked for."""

    def __init__(self, bi: BiEncoder, cross: CrossEncoder) -> None:
        self.models = {"bi": bi, "cross": cross}
        self.asked: list[tuple[str, str, bool]] = []

    def bi_encoder(self, name: str, *, fetch: bool, log: object) -> BiEncoder:
        self.asked.append(("bi", name, fetch))
        model = self.models["bi"]
        assert isinstance(model, BiEncoder)
        return model

    def cross_encoder(self, name: str, *, fetch: bool, log: object) -> CrossEncoder:
        self.asked.append(("cross", name, fetch))
        model = self.models["cross"]
        assert isinstance(model, CrossEncoder)
        return model


@pytest.fixture
def loads(
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Loads:
    loads = Loads(openvino_bi_encoder, openvino_cross_encoder)
    monkeypatch.setattr(model_loader, "load_bi_encoder", loads.bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", loads.cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    return loads


@pytest.fixture
def bench(loads: Loads) -> Workbench:
    return Workbench()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return write_pets(tmp_path)


def test_a_search_with_the_real_models_tells_the_snake_from_the_language(
    bench: Workbench, pets: Path
) -> None:
    searcher = bench.searchers.of(bench.corpora.open(pets))
    trace = searcher.pipeline(Settings(depth=12)).run("python snake")
    assert trace.complete
    assert [r.stage for r in trace.rankings] == list(STAGES)
    assert trace.corpus.documents == len(DOCUMENTS)
    reranked = trace.ranking(CROSS_ENCODER)
    assert reranked is not None
    ranks = {hit.doc_id: hit.rank for hit in reranked.hits}
    assert ranks["ball"] == 1
    assert ranks["ball"] < ranks["corn"] < ranks["lang"]
    assert set(trace.truncated) == {"long"}
    (notice,) = trace.notices  # "empty" alone
    assert notice.startswith("1 candidate holds no word (no letter and no digit). It is ranked")
    lexical = trace.ranking(BM25)
    assert lexical is not None
    assert set(lexical.ids()) == {"ball", "lang", "corn", "long"}


def test_the_dense_ranking_is_that_of_plain_numpy(
    bench: Workbench, pets: Path, openvino_bi_encoder: BiEncoder
) -> None:
    searcher = bench.searchers.of(bench.corpora.open(pets))
    trace = searcher.pipeline(Settings(depth=12), [BI_ENCODER]).run("python snake")
    dense = trace.ranking(BI_ENCODER)
    assert dense is not None
    vectors = openvino_bi_encoder.encode([f"{t} {x}".strip() for t, x in DOCUMENTS.values()])
    cosines = vectors @ openvino_bi_encoder.encode(["python snake"])[0]
    expected = dict(zip(DOCUMENTS, cosines.tolist(), strict=True))
    assert {h.doc_id: h.score for h in dense.hits} == pytest.approx(expected, abs=1e-3)
    order = sorted(DOCUMENTS, key=lambda doc_id: (-round(expected[doc_id], 3), doc_id))
    assert dense.ids() == order
    assert np.ptp(cosines) > 0.3


def test_models_are_loaded_once_with_what_was_asked_for(loads: Loads, pets: Path) -> None:
    bench = Workbench(bi_encoder="my/bi", cross_encoder="my/cross", fetch=True)
    corpus = bench.corpora.open(pets)
    assert loads.asked == []
    with ThreadPoolExecutor(6) as threads:
        searchers = list(threads.map(lambda _: bench.searchers.of(corpus), range(6)))
    assert all(searcher is searchers[0] for searcher in searchers)
    assert bench.models.cross_encoder() is loads.models["cross"]
    assert sorted(loads.asked) == [("bi", "my/bi", True), ("cross", "my/cross", True)]


def test_indexing_is_told_once_and_a_second_process_finds_the_embeddings(
    loads: Loads, pets: Path
) -> None:
    told: list[tuple[str, int, int]] = []

    def progress(what: str, done: int, total: int) -> None:
        told.append((what, done, total))

    bench = Workbench()
    corpus = bench.corpora.open(pets)
    assert not bench.searchers.is_ready(corpus)
    bench.searchers.of(corpus, on_progress=progress)
    assert bench.searchers.is_ready(corpus)
    assert [t for t in told if t[1] == t[2]] == [
        ("indexing pets for BM25", 12, 12),
        ("embedding pets", 12, 12),
    ]
    told.clear()
    bench.searchers.of(corpus, on_progress=progress)
    assert told == []
    another = Workbench()
    another.searchers.of(another.corpora.open(pets), on_progress=progress)
    assert {what for what, _, _ in told} == {"indexing pets for BM25"}


def test_a_changed_document_is_embedded_anew(loads: Loads, pets: Path) -> None:
    first = Workbench()
    before = first.corpora.open(pets)
    first.searchers.of(before)
    path = pets / "corpus.jsonl"
    path.write_text(path.read_text().replace("Cats purr", "Dogs bark"))
    told: set[str] = set()
    second = Workbench()
    after = second.corpora.open(pets)
    assert after.info.fingerprint != before.info.fingerprint
    second.searchers.of(after, on_progress=lambda what, done, total: told.add(what))
    assert "embedding pets" in told


def test_a_corpus_is_opened_once_and_remembered_only_when_asked(
    bench: Workbench, pets: Path
) -> None:
    corpus = bench.corpora.open(pets)
    assert bench.corpora.open(pets) is corpus
    names = [entry.name for entry in bench.corpora.entries()]
    assert names == ["senses", "pydoc"]
    bench.corpora.remember(corpus, pets)
    bench.corpora.remember(bench.corpora.open("pets"), "pets")  # by its name: nothing new
    assert [entry.name for entry in bench.corpora.entries()] == ["senses", "pydoc", "pets"]
    assert bench.corpora.open("pets").info.fingerprint == corpus.info.fingerprint


def test_a_library_may_be_given(tmp_path: Path, pets: Path, loads: Loads) -> None:
    library = Library(tmp_path / "elsewhere")
    bench = Workbench(library=library)
    bench.corpora.remember(bench.corpora.open(pets), pets)
    assert [entry.name for entry in library.entries()][-1] == "pets"
    assert (tmp_path / "elsewhere" / "crossexam.sqlite3").exists()


def test_a_corpus_without_documents_is_an_error(bench: Workbench) -> None:
    empty = Corpus(CorpusInfo("void", 0, "f0"), MemoryStore.from_documents([]))
    with pytest.raises(CrossExamError, match="'void' has no documents"):
        bench.searchers.of(empty)


def test_a_failed_indexing_can_be_tried_again(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    with pytest.raises(CrossExamError, match="cancelled"):
        bench.searchers.of(corpus, cancel=lambda: True)
    assert not bench.searchers.is_ready(corpus)
    assert len(bench.searchers.of(corpus).store) == 12


def test_the_catalogue_is_the_models(bench: Workbench) -> None:
    defaults = {bench.models.bi_encoder_name, bench.models.cross_encoder_name}
    assert defaults <= {card.name for card in cards()}
    roles = [card.role for card in cards()]
    assert roles == ["bm25", BI_ENCODER, CROSS_ENCODER, BI_ENCODER, "late interaction"]


def test_an_additional_reranker_is_loaded_once_and_the_default_is_the_cross_encoder(
    bench: Workbench, loads: Loads, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def load(name: str, *, fetch: bool, log: object) -> CrossEncoder:
        asked.append(name)
        model = loads.models["cross"]
        assert isinstance(model, CrossEncoder)
        return model

    monkeypatch.setattr(rankers, "load_reranker", load)
    assert bench.models.reranker("my/other") is bench.models.reranker("my/other")
    assert asked == ["my/other"]
    assert bench.models.reranker(bench.models.cross_encoder_name) is bench.models.cross_encoder()


@pytest.mark.parametrize("won", [True, False])
def test_packaged_maxsim_ranks_only_where_it_was_measured_to_win(
    bench: Workbench, loads: Loads, monkeypatch: pytest.MonkeyPatch, won: bool
) -> None:
    row = LateMeasurement("any", 9, 9, 0.7, 0.6 if won else 0.8)
    measured = replace(COLBERT_ENCODER, measured=(row, row))
    monkeypatch.setattr(rankers, "COLBERT_ENCODER", measured)
    monkeypatch.setattr(
        model_loader, "load_late_interaction", lambda *_, **__: loads.models["cross"]
    )
    if won:
        assert bench.models.reranker("maxsim") is loads.models["cross"]
    else:
        with pytest.raises(CrossExamError, match="not offered as a ranker"):
            bench.models.reranker("maxsim")
    assert bench.models.reranker("maxsim:my/colbert") is loads.models["cross"]


def test_remote_rerankers_can_be_turned_off(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert bench.models.reranker("tei:http://127.0.0.1:1").name == "Text Embeddings Inference"
    monkeypatch.setenv("CROSSEXAM_REMOTE", "off")
    with pytest.raises(CrossExamError, match="turned off here"):
        bench.models.reranker("tei:http://127.0.0.1:1")


def test_where_and_snippets_work_on_the_real_parts(bench: Workbench, pets: Path) -> None:
    searcher = bench.searchers.of(bench.corpora.open(pets))
    settings = Settings(depth=5, first_stage=BM25)
    trace = searcher.pipeline(settings).run("python snake")
    cat = searcher.store.get(["cat"])[0]
    answer = searcher.where(cat, trace, settings)
    assert answer.lost_at == BM25
    assert "shares no term" in answer.sentence
    snippet = searcher.snippets("Python snake", searcher.store.get(["long"]))["long"]
    assert [snippet.text[a:b] for a, b in snippet.marks] == ["python", "snake"]


def test_a_term_in_exactly_half_of_the_documents_is_matched(
    bench: Workbench, tmp_path: Path
) -> None:
    """Okapi's idf of such a term is 0, yet the term is shared."""
    path = tmp_path / "two.jsonl"
    path.write_text('{"_id": "a", "text": "a snake"}\n{"_id": "b", "text": "a river"}\n')
    searcher = bench.searchers.of(bench.corpora.open(path))
    settings = Settings(first_stage=BM25)
    trace = searcher.pipeline(settings).run("snake")
    answer = searcher.where(searcher.store.get(["a"])[0], trace, settings)
    bm25 = trace.ranking(BM25)
    assert bm25 is not None
    assert bm25.ids() == ["a"]
    assert bm25.hits[0].score > 0
    assert answer.sentence.startswith("Kept: BM25 had it at rank 1")


def test_the_workbench_holds_parts_and_hands_on_no_method_of_theirs(bench: Workbench) -> None:
    assert all(type(part).__module__.startswith("workbench.") for part in vars(bench).values())
