"""A cross-encoder is taught people's judgments, and warns where they are few."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from corpora.importing.importing import Source
from corpora.importing.splitting import Split
from corpora.judgments.judgment_log import Judgment, JudgmentLog
from engine.training.query_split import TRAIN, part_of
from engine.types import CrossExamError
from models.cross_encoders.auto_loading import load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.training.checkpoint_dir import CheckpointDir
from tests.tiny_school import write_school
from tests.workbench.training.conftest import School
from workbench.training.fine_tuning import FineTuning
from workbench.training.start import train
from workbench.training.training_data import dataset_check


def test_grades_are_learnt_and_the_model_gets_the_fast_engines(school: School) -> None:
    corpus = school.bench.corpora.open(school.corpus)
    query = next(q for q in corpus.queries if part_of(q.text) == TRAIN)
    judged = corpus.judgments(query.query_id)
    doc_id = next(d for d in corpus.store.ids() if d not in judged)
    JudgmentLog(corpus.info.fingerprint).append(Judgment(query.query_id, doc_id, 2, "Ada"))

    trained = train(school.bench, school.fine_tuning(), **school.callbacks)
    losses = [loss for _, loss in trained.record["losses"]]
    assert np.mean(losses[-4:]) < np.mean(losses[:4])
    rows = [
        json.loads(line)
        for line in (trained.folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    assert {row["label"] for row in rows} == {0.0, 1 / 3, 2 / 3, 1.0}
    (own,) = [row for row in rows if row["label"] == 2 / 3]
    assert (own["query_id"], own["document"]) == (query.query_id, doc_id)
    assert all(part_of(row["query"]) == TRAIN for row in rows)

    loaded = load_reranker(trained.name)
    assert isinstance(loaded, CrossEncoder)
    from sentence_transformers import CrossEncoder as Reference

    pairs = [("sea ant", "ant sea the ant at sea"), ("den cow", "the dog at fen")]
    expected = Reference(str(trained.folder), local_files_only=True).predict(pairs)
    scores = [loaded.score_all(query, [text])[0] for query, text in pairs]
    assert scores == pytest.approx([float(score) for score in expected], abs=1e-4)


def test_few_judgments_are_warned_of_and_none_are_refused(school: School, tmp_path: Path) -> None:
    told = dataset_check(school.bench.corpora.open(school.corpus), "fine-tuned")
    assert (told.train + told.dev + told.test, told.pairs) == (40, 5 * told.train)
    assert f"{told.train} queries with {told.pairs} judged pairs" in told.warnings[0]
    assert "50 queries and 500 pairs" in told.warnings[0]
    bare = write_school(tmp_path / "bare", judged=False)
    config = replace(school.fine_tuning(), corpus=str(bare))
    assert (
        "too few judged queries"
        in dataset_check(school.bench.corpora.open(str(bare)), "fine-tuned").problem
    )
    with pytest.raises(CrossExamError, match="judge more on the Quality page"):
        train(school.bench, config, **school.callbacks)


def test_unjudged_candidates_are_negatives_only_when_asked_and_are_marked(school: School) -> None:
    config = replace(school.fine_tuning(steps=1), unjudged=3)
    trained = train(school.bench, config, **school.callbacks)
    rows = [
        json.loads(line)
        for line in (trained.folder / "examples.jsonl").read_text(encoding="utf-8").splitlines()
    ]
    added = [row for row in rows if not row["judged"]]
    assert added
    assert {row["label"] for row in added} == {0.0}
    assert trained.record["unjudged_examples"] == len(added)
    grades = school.bench.corpora.open(school.corpus)
    assert all(row["document"] not in grades.judgments(row["query_id"]) for row in added)


def test_a_document_in_passages_is_learnt_by_its_passages(school: School) -> None:
    """The grade of a document holds for each of its passages, in training as elsewhere."""
    split = Path(school.corpus) / "corpus.jsonl"
    rows = [json.loads(line) for line in split.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        row["text"] = f"{row['text']}\n\nthe {row['title']}"
    split.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    corpus_import = school.bench.corpora.import_corpus(
        Source(Path(school.corpus), split=Split.from_text("paragraph")), "in-passages"
    )
    assert corpus_import.corpus.split
    config = replace(school.fine_tuning(), corpus="in-passages")
    checkpoint_dir = CheckpointDir(config.name)
    with checkpoint_dir.alone():
        training = FineTuning(
            school.bench, corpus_import.corpus, config, checkpoint_dir, **school.callbacks
        )
        judged = [row for row in training._judged_pairs() if row["judged"]]
    train = [q for q in corpus_import.corpus.queries if part_of(q.text) == TRAIN]
    assert len(judged) == 2 * 5 * len(train)  # five judged documents, each in two passages
    for row in judged:
        document = row["document"].partition("#")[0]
        grade = corpus_import.corpus.judgments(row["query_id"])[document]
        assert row["label"] == grade / 3
