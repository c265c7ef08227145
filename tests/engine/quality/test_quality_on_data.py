"""The lab's figures on SciFact and Cranfield: those of pytrec_eval, and the published ones."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from corpora.readers.reader import read_corpus
from engine.quality.candidate_scores import CandidateScores, candidates_of, run_of
from engine.quality.evaluation import ceiling, evaluate, write_trec
from engine.quality.pipelines import PipelineSpec
from engine.search.settings import Settings
from engine.search.stages.lexical import LexicalRetriever
from models.lexical.bm25 import BM25Index
from tests.engine.quality.test_evaluation import by_trec_eval

pytestmark = pytest.mark.data
DATA = os.environ.get("CROSSEXAM_DATA")
SPEC = PipelineSpec(Settings(50, "bm25"))
# BM25 (k1 1.5, b 0.75, 33 stop words), depth 50: nDCG@10, MRR@10, Recall@50
REFERENCE = {"scifact": (0.6661, 0.6338, 0.8759), "cranfield": (0.5036, 0.7909, 0.6511)}


@pytest.mark.skipif(DATA is None, reason="CROSSEXAM_DATA names no folder")
@pytest.mark.parametrize("name", sorted(REFERENCE))
def test_bm25_is_measured_as_pytrec_eval_measures_it(name: str, tmp_path: Path) -> None:
    corpus = read_corpus(Path(DATA or "") / name)
    documents = corpus.store.get(corpus.store.ids())
    index = BM25Index.from_texts([document.content for document in documents])
    retriever = LexicalRetriever(index, list(corpus.store.ids()))
    judged = {qrel.query_id for qrel in corpus.qrels if qrel.relevance > 0}
    gathered = [
        CandidateScores(
            q.query_id, q.text, {"bm25": retriever.retrieve(q.text, 50)[0]}, {"bm25": 1}
        )
        for q in corpus.queries
        if q.query_id in judged
    ]
    run = run_of(SPEC, gathered)
    ours = evaluate(run, corpus.qrels, depth=50)
    write_trec(type(run)(SPEC.run_name, run.rankings), tmp_path / "bm25.run")
    theirs = by_trec_eval(tmp_path / "bm25.run", list(corpus.qrels), 50)
    n = len(judged)
    for measure, key in (("nDCG@10", "ndcg_cut_10"), ("MAP", "map"), ("Recall@50", "recall_50")):
        mean = sum(theirs.get(query_id, {}).get(key, 0.0) for query_id in judged) / n
        assert ours.mean[measure] == pytest.approx(mean, abs=5e-5), measure
    for measure, published in zip(("nDCG@10", "MRR@10", "Recall@50"), REFERENCE[name], strict=True):
        assert ours.mean[measure] == pytest.approx(published, abs=0.01), measure
    best = ceiling(candidates_of(SPEC, gathered), corpus.qrels)
    assert best.mean["Recall"] == pytest.approx(ours.mean["Recall@50"])
    assert best.mean["nDCG@10"] >= ours.mean["nDCG@10"]
