"""`judge`: proposals and agreement as JSON, files marked as a machine's, people's untouched."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import cli
from corpora.judgments.auto_judgments import AutoJudgments
from corpora.judgments.judgment_log import Judgment, JudgmentLog
from corpora.judgments.qrels import read_qrels_alone
from corpora.readers.read_options import ReadOptions
from corpora.readers.reader import read_corpus
from engine.quality.judging.judging import ITSELF
from engine.training.query_split import TEST, part_of
from models.bi_encoders.bi_encoder import BiEncoder
from models.cross_encoders.cross_encoder import CrossEncoder
from models.trained import TrainedModel
from tests.pets import QRELS, write_pets
from workbench import auto_judging, model_loader
from workbench.auto_judging import people_of, related_models_of

Judge = Callable[..., Any]


@pytest.fixture
def judge(
    openvino_bi_encoder: BiEncoder,
    openvino_cross_encoder: CrossEncoder,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> Judge:
    """Runs the command on the pets and gives back its JSON."""
    monkeypatch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
    monkeypatch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: openvino_cross_encoder)
    monkeypatch.setenv("CROSSEXAM_CACHE", str(tmp_path / "cache"))
    pets = str(write_pets(tmp_path))

    def run(*more: str) -> Any:
        assert cli.main(["judge", "--corpus", pets, "--depth", "5", *more, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    return run


def test_what_nobody_judged_gets_a_grade_and_the_judge_is_named_as_its_own(judge: Judge) -> None:
    result = judge("--top", "3")
    proposed = {(row["query_id"], row["doc_id"]): row for row in result["proposals"]}
    assert proposed
    assert not proposed.keys() & QRELS.keys()
    assert ("unjudged", "isle") in proposed
    assert proposed["unjudged", "isle"]["grade"] == int(proposed["unjudged", "isle"]["score"] >= 0)
    assert result["made_by"] == "machine"
    assert result["calibrated"] is False  # seven judgments are too few to learn from
    assert result["bounds"]["least"] == [[1, 0.0]]
    assert "uncalibrated" in result["bounds"]["words"]
    assert result["circular"] == {"Bi-encoder 5 → L-12-v2": ITSELF}
    assert len(result["systems"]["systems"]) == 4
    assert result["pool"] > len(proposed)


def test_files_are_marked_and_peoples_stay_as_they_are(judge: Judge, tmp_path: Path) -> None:
    fingerprint = judge("--top", "1")["corpus"]["fingerprint"]
    log = JudgmentLog(fingerprint)
    log.append(Judgment("unjudged", "isle", 3, "Ada"))
    before = log.entries()
    result = judge("--top", "3", "--out", str(tmp_path / "out" / "pets.qrels"), "--keep")
    assert log.entries() == before
    assert ("unjudged", "isle") not in {
        (row["query_id"], row["doc_id"]) for row in result["proposals"]
    }
    folder = tmp_path / "out"
    assert sorted(p.name for p in folder.iterdir()) == ["pets.machine.csv", "pets.machine.qrels"]
    qrels = read_qrels_alone(folder / "pets.machine.qrels", ReadOptions())
    assert {(q.query_id, q.doc_id, q.relevance) for q in qrels} == {
        (row["query_id"], row["doc_id"], row["grade"]) for row in result["proposals"]
    }
    assert result["kept"] == result["pool"] == len(AutoJudgments(fingerprint).judgments())


def test_an_id_that_a_spreadsheet_takes_for_a_formula_is_guarded_in_the_csv(
    judge: Judge, tmp_path: Path
) -> None:
    with (tmp_path / "pets" / "corpus.jsonl").open("a") as corpus:
        corpus.write(json.dumps({"_id": "=1+1", "title": "", "text": "A python is a snake."}))
    run = tmp_path / "a.run"
    run.write_text("unjudged Q0 =1+1 1 2.0 mine\n")
    judge("--run", str(run), "--out", str(tmp_path / "out"))
    (row,) = csv.DictReader((tmp_path / "out.machine.csv").open(encoding="utf-8"))
    assert (row["query_id"], row["doc_id"]) == ("unjudged", "'=1+1")
    (qrel,) = read_qrels_alone(tmp_path / "out.machine.qrels", ReadOptions())
    assert qrel.doc_id == "=1+1"


def test_run_files_take_the_place_of_pipelines(judge: Judge, tmp_path: Path) -> None:
    run = tmp_path / "a.run"
    run.write_text("q1 Q0 ball 1 2.0 mine\nq1 Q0 cat 2 1.0 mine\nnone Q0 x 1 1.0 mine\n")
    result = judge("--run", str(run))
    assert [(row["query_id"], row["doc_id"]) for row in result["proposals"]] == [("q1", "cat")]
    assert [row["name"] for row in result["systems"]["systems"]] == ["mine"]
    assert result["circular"] == {}


def test_a_corpus_judged_in_full_measures_every_pair(judge: Judge) -> None:
    found = {(r["query_id"], r["doc_id"]) for r in judge("--top", "3", "--complete")["proposals"]}
    assert {query_id for query_id, _ in found} == {"unjudged"}


def test_text_for_people_and_errors_in_one_line(
    judge: Judge, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pets = str(tmp_path / "pets")
    assert cli.main(["judge", "--corpus", pets, "--queries", "2", "--top", "2"]) == 0
    told = capsys.readouterr().out
    assert "itself under test" in told
    assert "uncalibrated" in told
    for wrong, named in (
        (("--pipelines", "bm24"), "--pipelines names bm24"),
        (("--top", "0"), "top is 0"),
        (("--run", str(tmp_path / "no.run")), "no.run"),
        (("--teacher", "llm-listwise:http://127.0.0.1:9/v1#m"), "gives no score of a pair"),
    ):
        assert cli.main(["judge", "--corpus", pets, *wrong]) == 2
        assert named in capsys.readouterr().err.splitlines()[-1]


def test_a_judge_that_was_taught_here_is_measured_on_its_held_out_queries_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    corpus = read_corpus(write_pets(tmp_path), "pets")
    log = JudgmentLog(corpus.info.fingerprint, tmp_path)
    own = TrainedModel(
        "fine-tuned/mine", "cross-encoder", tmp_path, "parent", "", "pets",
        corpus.info.fingerprint, 1.0, "nDCG@10", 0.5, 0.6, 1, "", {},
    )  # fmt: skip
    student = replace(own, name="distilled/small", parent="mini", teacher="fine-tuned/mine")
    monkeypatch.setattr(auto_judging, "trained_models", lambda: (own, student))
    monkeypatch.setattr(auto_judging, "trained_model", {own.name: own}.get)
    fresh = {query.query_id for query in corpus.queries if part_of(query.text) == TEST}
    assert {q for q, _ in people_of(corpus, log, "some/other")} == {"q1", "q2", "q3"}
    assert {q for q, _ in people_of(corpus, log, own.name)} == fresh & {"q1", "q2", "q3"}
    assert related_models_of(own.name) == {"parent", "distilled/small"}
    assert related_models_of("parent") == {"fine-tuned/mine"}
    assert related_models_of("some/other") == frozenset()
