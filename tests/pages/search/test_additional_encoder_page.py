"""An additional bi-encoder on screen: a column of Compare, a stage of Latency, part of Quality."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import pytrec_eval
from streamlit.testing.v1 import AppTest

from corpora.stores.run_store import RunStore
from engine.search.settings import Settings
from engine.types.registries.explanation_methods import COSINE_JACOBIANS
from jobs.exclusive_work import ExclusiveWork
from jobs.job import Job
from jobs.result_cache import ResultCache
from jobs.visitor_jobs import Slot
from state.app_resources import prepare
from state.explain import attributions as explaining
from state.quality import runs as quality
from state.search import additional_encoders as encoders
from tests.models.loopback import Answer, Asked, loopback
from tests.models.loopback import says as answered
from tests.pages.downloads import Downloads
from tests.pages.driver import (
    COMPARE,
    PATIENCE,
    choose,
    columns,
    components,
    finished,
    job_of,
    opened,
    protos,
    says,
    table,
)
from tests.pages.quality.test_quality_page import QUALITY, WordReranker
from tests.tiny_encoder import plain_vectors, tiny_encoder_folder

MODELS, LATENCY = "pages/models/models.py", "pages/latency/latency.py"
EXPLAIN = "pages/explain/explain.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_encoder_folder(tmp_path_factory.mktemp("models") / "tiny-encoder")


@pytest.fixture(autouse=True)
def typed(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Has the form offer what a browser may type, which AppTest cannot."""
    names = [*encoders.offered(), str(folder), str(tmp_path / "none")]
    monkeypatch.setattr(encoders, "offered", lambda: names)


def add_encoder(at: AppTest, model: str) -> AppTest:
    """Choose a folder in the form of Models."""
    at.selectbox(key="ranker_kind").select("bi-encoder")
    at.run()
    box = at.selectbox(key="ranker_model_bi-encoder")
    assert box.options[0] == "BAAI/bge-small-en-v1.5"
    box.set_value(model)
    (submit,) = [button for button in at.button if button.label == "Add to Compare"]
    submit.click()
    return finished(at)


def embedded(at: AppTest) -> AppTest:
    """Wait for what is being embedded, and for the search that follows."""
    for one in encoders.embeddings()._jobs.values():
        assert one.wait(PATIENCE)
    return finished(at)


@pytest.fixture
def added(folder: Path) -> AppTest:
    return add_encoder(opened(MODELS, q="python snake", depth="5"), str(folder))


def test_it_is_a_column_that_retrieves_from_the_whole_corpus(added: AppTest, folder: Path) -> None:
    at, stage = added, f"bi-encoder:{folder}"
    assert says(at, "tiny-encoder, retrieves from the whole corpus")
    embedded(finished(at.switch_page(COMPARE)))
    column = columns(at)[stage]
    assert (column["label"], column["kind"]) == ("tiny-encoder", "cosine")
    assert column["model"] == "retrieves from all 472"
    assert "reranks no other stage's candidates" in column["model_name"]

    documents = prepare("senses").result().corpus.store
    ids = list(documents.ids())
    texts = [document.content for document in documents.get(ids)]
    vectors = plain_vectors(folder, ["python snake", *texts])
    cosines = dict(zip(ids, (vectors[1:] @ vectors[0]).tolist(), strict=True))
    shown = [card["id"] for card in column["cards"]]
    assert len(shown) == 10
    best = sorted(cosines.values(), reverse=True)[:10]
    drawn = [float(card["score"]) for card in column["cards"]]
    np.testing.assert_allclose(drawn, best, atol=0.01)  # the app's engine may compute in bf16
    np.testing.assert_allclose(drawn, [cosines[d] for d in shown], atol=0.01)
    moved = [card["move"]["sentence"] for card in column["cards"]]
    assert all("Bi-encoder" in sentence for sentence in moved)
    (pairs,) = [t for t in components(at, "crossexam_plain_table") if "gree" in t["caption"]]
    named = " ".join(row[0]["text"] for row in pairs["rows"])
    assert named.count("tiny-encoder") == 4

    lost = min(cosines, key=cosines.__getitem__)
    at.text_input(key="where").input(lost)
    finished(at)
    places = {
        row[0]["text"]: row for row in table(at, "Rank and score of the document in every stage")
    }
    assert places["tiny-encoder"][1]["text"] == "472 of 472"
    assert places["tiny-encoder"][1]["note"] == "below the list"

    finished(at.switch_page(LATENCY))
    assert not says(at, "are left out of all that is measured again")
    (chart, *_) = [p for p in protos(at, "plotly_chart") if "tiny-encoder" in p.spec]
    assert "embed" in chart.spec


def test_fewer_than_two_columns_are_told(compared: AppTest) -> None:
    at = opened(q="python snake", depth="5")
    choose(at, "columns", ["bm25"])
    finished(at)
    assert says(at, "choose 2 to 6")


def test_one_that_cannot_be_loaded_leaves_the_other_columns(tmp_path: Path) -> None:
    at = add_encoder(opened(MODELS, q="python snake", depth="5"), str(tmp_path / "none"))
    embedded(finished(at.switch_page(COMPARE)))
    assert says(at, "none: No model")
    shown = columns(at)
    assert shown[f"bi-encoder:{tmp_path / 'none'}"]["cards"] == []
    assert len(shown["cross-encoder"]["cards"]) == 5
    assert at.button(key="resume_embedding_0").label == "Try again"
    tiny_encoder_folder(tmp_path / "none")
    at.button(key="resume_embedding_0").click()
    at.run()
    embedded(at)
    assert len(columns(at)[f"bi-encoder:{tmp_path / 'none'}"]["cards"]) == 10
    assert not says(at, "No model")


def test_remote_rerankers_wait_for_an_embedding_so_that_they_are_asked_once(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    searcher = prepare("senses").result().searcher

    class Busy:
        key, running, error = f"bi-encoder:{folder}", True, None

    settings = Settings(rerankers=("tei:http://h", Busy.key, "m/local"))
    monkeypatch.setattr(encoders, "unready", lambda *_: [Busy()])
    assert encoders.usable(searcher, settings).rerankers == ("m/local",)
    Busy.running = False
    assert encoders.usable(searcher, settings).rerankers == ("tei:http://h", "m/local")


def test_its_cosine_can_be_explained(added: AppTest, folder: Path) -> None:
    stage = f"bi-encoder:{folder}"
    at = finished(added.switch_page(EXPLAIN))
    choose(at, "explain_encoder", stage)
    finished(at)
    desk = at.session_state["_explaining"]
    wanted = [ask for ask in (desk._now, *desk._queue) if ask and ask.model == stage]
    desk.stop()  # what the cross-encoder's reasons would take
    assert {ask.method for ask in wanted} == {COSINE_JACOBIANS.name, explaining.SIMILARITIES}
    ask = replace(wanted[0], method=COSINE_JACOBIANS.name)
    exclusive = ExclusiveWork()
    found = Job[Any](
        "explain", lambda job: explaining.make(ask, ResultCache(), job, exclusive=exclusive)
    ).result()
    vectors = plain_vectors(folder, [ask.query, ask.text])
    assert found.score == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)


def lists(asked: Asked) -> Answer:
    """A chat model that turns every list round."""
    text = str(asked.body["messages"][-1]["content"])
    numbers = re.findall(r"^\[(\d+)\] ", text, re.MULTILINE)
    order = " > ".join(f"[{number}]" for number in reversed(numbers))
    message = {"role": "assistant", "content": order}
    usage = {"prompt_tokens": 100, "completion_tokens": 5, "total_tokens": 105}
    return answered({"choices": [{"index": 0, "message": message}], "usage": usage})


@pytest.fixture
def no_runs() -> Iterator[RunStore]:
    """The runs of senses, forgotten at the end."""
    store = RunStore(prepare("senses").result().corpus.info.fingerprint)
    yield store
    for left in store.runs():
        store.delete(left.run_id)


def test_quality_measures_it_as_a_first_stage_and_lists_as_pytrec_eval_does(
    added: AppTest,
    folder: Path,
    no_runs: RunStore,
    downloads: Downloads,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stage = f"bi-encoder:{folder}"
    find = quality.loader()
    with loopback(lists) as server:
        listwise = f"llm-listwise:{server.address}/v1#tiny"
        names = [WordReranker.name, listwise]
        monkeypatch.setattr(quality, "reranker_names", lambda: names)
        monkeypatch.setattr(
            quality, "loader", lambda: lambda n: find(n) if n == listwise else WordReranker()
        )
        at = finished(added.switch_page(QUALITY))
        choose(at, f"quality_firsts {stage}", ["bm25", stage])
        choose(at, f"quality_rerankers {listwise}", names)
        choose(at, "quality_depths", [10])
        (number,) = [n for n in at.number_input if n.label.startswith("Queries (of 85)")]
        number.set_value(4)
        finished(at)
        assert says(at, "asked anew for each first stage and depth")
        assert says(at, "6 pipelines over 4 queries: at most 160 pairs to read")
        at.button(key="run_quality").click()
        finished(at)
        task = job_of(at, Slot.QUALITY_RUN)
        assert task.wait(PATIENCE)
        finished(at)
        assert task.error is None
        assert len(server.asked) == 8
        assert says(at, "tiny (listwise) consumed in this run: 8 requests, 800 tokens in, 40 out")
    rows = table(at, "Quality and latency by pipeline")
    assert [row[0]["text"] for row in rows] == [
        "1 · BM25", "2 · BM25 10 → words", "3 · BM25 10 → tiny (listwise)", "4 · tiny-encoder",
        "5 · tiny-encoder 10 → words", "6 · tiny-encoder 10 → tiny (listwise)",
    ]  # fmt: skip
    archive = zipfile.ZipFile(io.BytesIO(downloads.file(at, "Download all runs").content))
    qrels: dict[str, dict[str, int]] = {}
    for line in archive.read("judgments.qrels").decode().splitlines():
        query_id, _, doc_id, grade = line.split()
        qrels.setdefault(query_id, {})[doc_id] = int(grade)
    files = [name for name in archive.namelist() if name.endswith(".run")]
    runs: list[dict[str, dict[str, float]]] = []
    for row, name in zip(rows, files, strict=True):
        run: dict[str, dict[str, float]] = {}
        for line in archive.read(name).decode().splitlines():
            query_id, _, doc_id, _, score, _ = line.split()
            run.setdefault(query_id, {})[doc_id] = float(score)
        found = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10"}).evaluate(run).values()
        mean = sum(values["ndcg_cut_10"] for values in found) / len(qrels)
        assert row[1]["text"] == f"{mean:.4f}", name
        runs.append(run)
    best = [{q: sorted(docs, key=lambda d: -docs[d]) for q, docs in run.items()} for run in runs]
    for first, listed in ((best[0], best[2]), (best[3], best[5])):
        assert {q: ids[:10][::-1] for q, ids in first.items()} == listed


def test_what_cannot_rerank_is_no_reranker_of_quality(added: AppTest) -> None:
    finished(added.switch_page(QUALITY))
    groups: list[Any] = [*added.get("button_group")]
    keys = [group.key for group in groups]
    assert "quality_rerankers" in keys
    assert any(str(key).startswith("quality_firsts bi-encoder:") for key in keys)
