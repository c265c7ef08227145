"""A corpus in Milvus through the workbench: the same search as in this process."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from corpora.indexes.milvus_backend import milvus_folder
from corpora.stores.corpus import Corpus
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, STAGES, CrossExamError
from engine.types.ranker_names import stage_of
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.models.loopback import Answer, Asked, loopback, says
from tests.pets import DOCUMENTS, write_pets
from workbench import model_loader
from workbench.workbench import Workbench


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    return write_pets(tmp_path)


@pytest.fixture
def bench(
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[Workbench]:
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("CROSSEXAM_MILVUS_URI", raising=False)
    bench = Workbench()
    yield bench
    bench.index_backends.milvus.close()


def test_milvus_ranks_as_this_process_does(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    here = bench.searchers.of(corpus).pipeline(Settings(depth=12)).run("python snake")
    bench.index_backends.choose(corpus, "milvus")
    told: list[tuple[str, int, int]] = []
    served = bench.searchers.of(corpus, on_progress=lambda *step: told.append(step))
    there = served.pipeline(Settings(depth=12)).run("python snake")

    assert there.complete
    assert told[-1][1:] == (len(DOCUMENTS), len(DOCUMENTS))
    for stage in (BI_ENCODER, CROSS_ENCODER):
        one, two = here.ranking(stage), there.ranking(stage)
        assert one is not None
        assert two is not None
        assert one.ids() == two.ids()
        assert [h.score for h in two.hits] == pytest.approx([h.score for h in one.hits], abs=1e-3)
    lexical = there.ranking(BM25)
    assert lexical is not None
    assert lexical.model.startswith("BM25 in Milvus Lite")
    assert lexical.ids()[0] == here.ranking(BM25).ids()[0]  # type: ignore[union-attr]
    assert {r.stage for r in there.rankings} == set(STAGES)
    steps = [(t.stage, t.step) for t in there.timings]
    assert (BM25, "search") in steps
    assert (BI_ENCODER, "embed") in steps
    assert (HYBRID, "fuse") in steps
    assert (BLEND, "fuse") in steps

    missed = next(doc_id for doc_id in DOCUMENTS if lexical.find(doc_id) is None)
    document = corpus.store.get([missed])[0]
    assert served.where(document, there, Settings(depth=12)).places[0].rank is None


def test_bm25_in_milvus_counts_the_terms_that_this_process_counts(
    bench: Workbench, tmp_path: Path
) -> None:
    """Every script, a term in half of the documents, marks and underscores; scores and all."""
    texts = {
        "ja": "上野公園では三月末に桜が咲く。",
        "zh": "游子在月夜里思念故乡。",
        "th": "แมวชอบนอนกลางวัน ที่นี่",
        "hi": "हिन्दी में किताब",
        "py": "snake_case and the co\u00adop\u00aderation, don't",
        "f1": "The ferry leaves the pier",
        "f2": "A ferry and a bus",
        "f3": "ferry coat",
        "f4": "ferry train 桜",
    }
    path = tmp_path / "scripts.jsonl"
    path.write_text("".join(json.dumps({"_id": i, "text": t}) + "\n" for i, t in texts.items()))
    corpus = bench.corpora.open(path)
    here = bench.searchers.of(corpus).lexical
    bench.index_backends.choose(corpus, "milvus")
    there = bench.searchers.of(corpus).lexical
    queries = [
        "桜",
        "桜が",
        "思念",
        "แมว",
        "นี่",
        "हिन्दी",
        "snake_case",
        "case",
        "cooperation",
        "ferry",
    ]
    listed = 0
    for query in [*queries, "the ferry to 上野", "of the", "東京"]:
        one, two = (stage.retrieve(query, 20)[0].hits for stage in (here, there))
        assert [hit.doc_id for hit in two] == [hit.doc_id for hit in one], query
        assert [hit.score for hit in two] == pytest.approx([hit.score for hit in one], rel=1e-3)
        scored = there.scores_of(query, list(texts))
        assert scored == pytest.approx(here.scores_of(query, list(texts)), rel=1e-3)
        listed += len(two)
    assert listed == 2 + 1 + 1 + 1 + 1 + 1 + 1 + 0 + 1 + 4 + 5


def test_a_choice_of_engine_holds_for_the_next_process_and_can_be_taken_back(
    bench: Workbench, pets: Path
) -> None:
    corpus = bench.corpora.open(pets)
    bench.index_backends.keep(milvus_from=len(DOCUMENTS), address="")
    assert bench.index_backends.serving(corpus).backend == "milvus"
    assert not bench.searchers.is_ready(corpus)
    bench.searchers.of(corpus)
    assert bench.searchers.is_ready(corpus)
    bench.index_backends.milvus.close()

    again = Workbench()
    assert again.index_backends.serving(again.corpora.open(pets)).backend == "milvus"
    told: list[int] = []
    again.searchers.of(again.corpora.open(pets), on_progress=lambda _, done, __: told.append(done))
    assert told == []  # all of it was there
    again.index_backends.choose(corpus, "local")
    assert not again.searchers.is_ready(corpus)
    again.index_backends.milvus.close()


def test_views_that_need_all_vectors_say_why_there_are_none(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    bench.index_backends.choose(corpus, "milvus")
    bench.searchers.of(corpus)
    with pytest.raises(CrossExamError, match=r"served by Milvus.*serve the corpus from this proc"):
        bench.indexes.all_vectors(corpus)
    bench.index_backends.choose(corpus, "local")
    with pytest.raises(CrossExamError, match="no longer kept"):
        bench.indexes.all_vectors(corpus)


def test_a_deleted_corpus_leaves_nothing_in_milvus(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    bench.index_backends.choose(corpus, "milvus")
    bench.searchers.of(corpus)
    bench.corpora.remember(corpus, pets)
    assert list(milvus_folder().glob("*.db"))
    bench.delete_corpus("pets")
    assert not list(milvus_folder().glob("*.db"))


def test_a_cluster_that_is_not_there_is_an_error_and_no_crash(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    bench.index_backends.keep(milvus_from=1, address="http://127.0.0.1:1")
    with pytest.raises(CrossExamError, match=r"http://127.0.0.1:1.*nobody answers there"):
        bench.searchers.of(corpus)


def test_candidates_of_milvus_are_scored_by_a_rerank_server(bench: Workbench, pets: Path) -> None:
    corpus = bench.corpora.open(pets)
    bench.index_backends.choose(corpus, "milvus")
    searcher = bench.searchers.of(corpus)

    def longest_first(asked: Asked) -> Answer:
        return says([{"index": i, "score": len(t)} for i, t in enumerate(asked.body["texts"])])

    with loopback(longest_first) as server:
        name = f"tei:{server.address}"
        settings = Settings(depth=5, rerankers=(name,))
        trace = searcher.pipeline(settings, [BI_ENCODER, stage_of(name)]).run("python snake")
    assert trace.failures == {}
    candidates, ranked = trace.ranking(BI_ENCODER), trace.ranking(stage_of(name))
    assert candidates is not None
    assert ranked is not None
    assert candidates.model == bench.models.bi_encoder().name
    assert {hit.doc_id for hit in ranked.hits} == set(candidates.ids(5))
    sent = server.asked[0].body["texts"]
    assert sent == [document.content for document in corpus.store.get(candidates.ids(5))]
    assert ranked.hits[0].doc_id == max(candidates.ids(5), key=lambda d: _length(corpus, d))


def _length(corpus: Corpus, doc_id: str) -> int:
    return len(corpus.store.get([doc_id])[0].content)
