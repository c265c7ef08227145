"""`calibrate`: fp32 logits of judged pairs, the floor, and what a corpus cannot tell."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest

import cli
from corpora.calibration.calibration_store import CalibrationStore
from corpora.readers.reader import read_corpus
from engine.quality.calibration import gathering
from engine.types.calibration.scores import CalibrationKey
from models.catalogue import DEFAULT_CROSS_ENCODER
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.commands.running import Output, failure, failure_of_last_line
from tests.pets import QRELS, write_pets

pytestmark = pytest.mark.usefixtures("session_models")


def test_a_small_corpus_is_told_what_it_lacks_and_its_logits_are_those_of_fp32(
    run_json: Any, pets: str, torch_cross_encoder: CrossEncoder, capsys: Output
) -> None:
    result = run_json("calibrate", "--corpus", pets)
    assert result["judged"] == len(QRELS)
    assert result["calibration"] is None
    assert result["floor"]["floor"] is None
    assert "7 judged pairs of 3 queries are too few" in result["floor"]["why"]
    assert result["separations"] == []
    corpus = read_corpus(pets)
    key = CalibrationKey(corpus.info.fingerprint, DEFAULT_CROSS_ENCODER, result["revision"])
    kept = CalibrationStore().scores(key)
    assert kept is not None
    documents = {d.doc_id: d.content for d in corpus.store.get([d for _, d in QRELS])}
    for query in corpus.queries:
        for query_id, doc_id in QRELS:
            if query_id == query.query_id:
                theirs = torch_cross_encoder.score_all(query.text, [documents[doc_id]])[0]
                assert kept.logits[query.text][doc_id] == pytest.approx(theirs, abs=1e-3)
    assert cli.main(["calibrate", "--corpus", pets]) == 0
    assert capsys.readouterr().out.startswith("No calibration: 7 judged pairs of 3 queries")


def test_a_corpus_with_enough_judgments_has_a_table_and_keeps_its_floor(
    run_json: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    """Of many queries; their logits are looked up, so that none is read."""
    folder = write_pets(tmp_path)
    doc_ids = [doc_id for doc_id in read_corpus(folder).store.ids() if doc_id != "empty"]
    queries = [f'{{"_id": "q{i}", "text": "python {i}"}}' for i in range(30)]
    none = [f'{{"_id": "n{i}", "text": "nothing {i}"}}' for i in range(12)]
    (folder / "queries.jsonl").write_text("\n".join(queries) + "\n")
    (folder / "unanswerable.jsonl").write_text("\n".join(none) + "\n")
    draw, logits, lines = random.Random(4), {}, ["query-id\tcorpus-id\tscore"]
    for i in range(30):
        for doc_id in doc_ids:
            logit = round(draw.gauss(-1, 4), 3)
            logits[f"python {i}", doc_id] = logit
            lines.append(f"q{i}\t{doc_id}\t{int(logit + draw.gauss(0, 1) > 1)}")
    (folder / "qrels" / "test.tsv").write_text("\n".join(lines) + "\n")

    def looked_up(_searcher: Any, _model: Any, text: str, ids: Any, _cancel: Any) -> Any:
        yield {doc_id: logits.get((text, doc_id), -9.0) for doc_id in ids}

    monkeypatch.setattr(gathering, "_scored", looked_up)
    arguments = ("calibrate", "--corpus", str(folder), "--precision", "0.9")
    result = run_json(*arguments)
    assert result["missing"] == 0
    floor = result["floor"]["floor"]
    above = [
        line.endswith("\t1")
        for line in lines[1:]
        if logits["python " + line.split("\t")[0][1:], line.split("\t")[1]] >= floor["score"]
    ]
    assert (sum(above), len(above)) == (floor["relevant"], floor["pairs"])
    assert 0.9 <= sum(above) / len(above) < 0.92
    assert [row["stage"] for row in result["separations"]] == list(gathering.RANKERS)
    assert result["below_floor"]["unanswerable"] == [12, 12]
    key = CalibrationKey(result["corpus"]["fingerprint"], DEFAULT_CROSS_ENCODER, result["revision"])
    kept = CalibrationStore().floor(key)
    assert kept is not None
    assert kept.floor.score == floor["score"]
    assert cli.main(list(arguments)) == 0
    out = capsys.readouterr().out
    assert result["sentences"][1] in out
    assert "Compare says “Probably no answer here” below" in out
    assert "AUROC" in out


def test_what_cannot_be_calibrated_is_one_line(capsys: Output, pets: str, tmp_path: Path) -> None:
    assert "'2' is no share from 0.3 to 0.99" in failure(
        capsys, "calibrate", "--corpus", pets, "--precision", "2"
    )
    texts = tmp_path / "texts.jsonl"
    texts.write_text('{"_id": "a", "text": "a parrot talks"}\n')
    assert "has no judgments of documents that it holds" in failure_of_last_line(
        capsys, "calibrate", "--corpus", str(texts)
    )
