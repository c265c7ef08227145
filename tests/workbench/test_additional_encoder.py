"""An additional bi-encoder, from the workbench and the command line: its ranking is its own."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import ir_measures
import numpy as np
import pytest

import cli
from corpora.indexes.embeddings import EmbeddingCache
from engine.types import Cancelled, CrossExamError
from models.bi_encoders.bge import QUERY_PROMPT
from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import BGE_SMALL, DEFAULT_BI_ENCODER
from models.cross_encoders.cross_encoder import CrossEncoder
from models.loading import load_bi_encoder
from tests.pets import DOCUMENTS, QRELS, write_pets
from tests.tiny_encoder import plain_vectors, tiny_encoder_folder
from workbench import model_loader
from workbench.workbench import Workbench

Output = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def loaded_once(
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    """The session's two models; any other bi-encoder is loaded for real, by torch."""

    def load(name: str, **options: Any) -> BiEncoder:
        return openvino_bi_encoder if name == DEFAULT_BI_ENCODER else load_bi_encoder(name)

    monkeypatch.setattr(model_loader, "load_bi_encoder", load)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("CROSSEXAM_ENGINE", "torch")


@pytest.fixture
def pets(tmp_path: Path) -> str:
    return str(write_pets(tmp_path))


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return tiny_encoder_folder(tmp_path / "tiny-encoder")


def texts() -> list[str]:
    return [f"{title} {text}".strip() for title, text in DOCUMENTS.values()]


def by_cosine(cosines: Any) -> list[str]:
    """The documents by falling cosine, ties by id."""
    ids = list(DOCUMENTS)
    order = sorted(range(len(ids)), key=lambda i: (-round(float(cosines[i]), 5), ids[i]))
    return [ids[i] for i in order]


def test_bge_ranks_as_cosines_of_its_vectors_do_with_its_instruction(pets: str) -> None:
    bench = Workbench()
    name = f"bi-encoder:{BGE_SMALL.name}"
    corpus = bench.corpora.open(pets)
    assert not bench.indexes.has_additional_encoder(corpus.info, name)
    told: list[tuple[int, int]] = []
    found = bench.indexes.additional_encoder(
        corpus, name, on_progress=lambda _, n, of: told.append((n, of))
    )
    assert bench.indexes.has_additional_encoder(corpus.info, name)
    assert told[-1] == (len(DOCUMENTS), len(DOCUMENTS))
    ranking, timings = found.retrieve("python snake", 50)
    assert (ranking.stage, ranking.model) == (name, BGE_SMALL.name)
    assert [timing.step for timing in timings] == ["embed", "search", "sort"]
    assert {timing.stage for timing in timings} == {name}
    model = load_bi_encoder(BGE_SMALL.name)
    query = model.encode([QUERY_PROMPT + "python snake"], role="document")[0]
    expected = np.vstack([model.encode([text], role="document") for text in texts()]) @ query
    assert sorted(ranking.ids()) == sorted(DOCUMENTS)
    scores = {hit.doc_id: hit.score for hit in ranking.hits}
    np.testing.assert_allclose([scores[d] for d in DOCUMENTS], expected, atol=2e-5)
    assert ranking.ids() == by_cosine([scores[d] for d in DOCUMENTS])
    assert ranking.ids()[0] == by_cosine(expected)[0]
    (stored,) = EmbeddingCache().of_corpus(corpus.info.fingerprint)
    assert (stored.key.model, stored.key.revision) == (model.name, model.revision)


def test_it_is_embedded_once_and_goes_on_where_it_was_stopped(pets: str, tiny: Path) -> None:
    name = f"bi-encoder:{tiny}"
    bench = Workbench()
    corpus = bench.corpora.open(pets)
    with pytest.raises(Cancelled):
        bench.indexes.additional_encoder(corpus, name, cancel=lambda: True)
    assert not bench.indexes.has_additional_encoder(corpus.info, name)
    found = bench.indexes.additional_encoder(corpus, name)
    assert bench.indexes.additional_encoder(corpus, name) is found
    again: list[int] = []
    Workbench().indexes.additional_encoder(
        corpus, name, on_progress=lambda _, n, of: again.append(n)
    )
    assert again == []  # its vectors come from the cache
    bench.forget_corpus(corpus.info.name, indexes=True)
    assert not bench.indexes.has_additional_encoder(corpus.info, name)


def test_another_that_takes_its_name_is_loaded_anew(pets: str, tmp_path: Path) -> None:
    folder = tiny_encoder_folder(tmp_path / "one")
    name, bench = f"bi-encoder:{folder}", Workbench()
    corpus = bench.corpora.open(pets)
    before = bench.indexes.additional_encoder(corpus, name).retrieve("python snake", 3)[0]
    shutil.rmtree(folder)
    tiny_encoder_folder(folder, seed=12)
    assert bench.indexes.additional_encoder(corpus, name).retrieve("python snake", 3)[0] == before
    bench.forget_encoder(str(folder))
    after = bench.indexes.additional_encoder(corpus, name).retrieve("python snake", 3)[0]
    assert after.hits[0].score != pytest.approx(before.hits[0].score, abs=1e-4)


def test_one_that_cannot_be_loaded_says_so(pets: str) -> None:
    bench = Workbench()
    with pytest.raises(CrossExamError, match="no model '/nowhere/at/all'"):
        bench.indexes.additional_encoder(bench.corpora.open(pets), "bi-encoder:/nowhere/at/all")


def test_asked_about_given_texts_it_gives_cosines(tiny: Path) -> None:
    found = Workbench().models.reranker(f"bi-encoder:{tiny}")
    (batch,) = found.score("python snake", texts()[:3])
    vectors = plain_vectors(tiny, ["python snake", *texts()[:3]])
    np.testing.assert_allclose(batch.scores, vectors[1:] @ vectors[0], atol=1e-5)
    assert list(found.score("python snake", [])) == []
    assert found.query_notice("python snake") is None
    assert "were not embedded" in (found.query_notice("x" * 90) or "")


def test_its_cosine_is_explained_apart_from_the_first_bi_encoders(tiny: Path) -> None:
    bench = Workbench()
    first, second = bench.explainers.text_explainer(), bench.explainers.text_explainer(str(tiny))
    assert bench.explainers.text_explainer(str(tiny)) is second
    assert bench.explainers.text_explainer() is first
    vectors = plain_vectors(tiny, ["python", "ball python"])
    found = second.gradient("python", "ball python")
    assert found.score == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-5)


def test_the_command_line_ranks_and_evaluates_with_it(
    pets: str, tiny: Path, tmp_path: Path, capsys: Output
) -> None:
    stage = f"bi-encoder:{tiny}"
    at = ("--corpus", pets, "--depth", "12", "--json")
    assert cli.main(["rank", "python snake", *at, "--ranker", stage]) == 0
    result = json.loads(capsys.readouterr().out)
    rankings = {ranking["stage"]: ranking for ranking in result["rankings"]}
    vectors = plain_vectors(tiny, ["python snake", *texts()])
    expected = vectors[1:] @ vectors[0]
    hits = rankings[stage]["hits"]
    assert len(hits) == len(DOCUMENTS)
    scores = {hit["doc_id"]: hit["score"] for hit in hits}
    np.testing.assert_allclose([scores[d] for d in DOCUMENTS], expected, atol=1e-5)
    assert any("tiny-encoder embedded only the beginning" in text for text in result["notices"])

    out = tmp_path / "runs"
    stages = ["bm25", stage, "cross-encoder"]
    pipelines = ("--pipelines", ",".join(stages), "--first-stage", stage, "--runs", str(out))
    assert cli.main(["evaluate", *at, *pipelines]) == 0
    result = json.loads(capsys.readouterr().out)
    assert [row["stage"] for row in result["pipelines"]] == stages
    qrels = [ir_measures.Qrel(query, doc, grade) for (query, doc), grade in QRELS.items()]
    (path,) = [p for p in out.iterdir() if "tiny-encoder" in p.name]
    run: Any = list(ir_measures.read_trec_run(str(path)))  # type: ignore[no-untyped-call]
    theirs = ir_measures.calc_aggregate([ir_measures.nDCG @ 10], qrels, run)
    assert result["pipelines"][1]["nDCG@10"] == pytest.approx(
        theirs[ir_measures.nDCG @ 10], abs=1e-6
    )
    assert {hit.doc_id for hit in run if hit.query_id == "q1"} == set(DOCUMENTS)
    assert (
        cli.main(["compare", *map(str, sorted(out.iterdir())[:2]), "--qrels", qrels_file(pets)])
        == 0
    )
    assert "B against A" in capsys.readouterr().out


def qrels_file(pets: str) -> str:
    return str(Path(pets) / "qrels" / "test.tsv")


def test_a_wrong_name_is_one_line(pets: str, capsys: Output) -> None:
    assert cli.main(["rank", "x", "--corpus", pets, "--ranker", "bi-encoder:"]) == 2
    assert "names no model: give bi-encoder:NAME" in capsys.readouterr().err
