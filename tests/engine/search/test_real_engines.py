"""Rankings and figures of real weights on a sample of senses, against plain transformers.

The sample is part of the bundled corpus: six queries, the bi-encoder's first 20 candidates.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
import pytrec_eval
import torch
import transformers

from corpora.stores.corpus import Corpus
from engine.latency.depth import deep_pass
from engine.quality.candidate_scores import final_ranking
from engine.quality.evaluation import evaluate
from engine.quality.pipelines import PipelineSpec
from engine.quality.runner import gather
from engine.search.searcher import Searcher
from engine.search.settings import LEAST_POOL, Settings
from engine.types import BI_ENCODER, BLEND, BM25, CROSS_ENCODER, HYBRID, Query, Ranking
from models.backends.packages import packaged_folder
from models.bi_encoders.bi_encoder import BiEncoder
from models.catalogue import MARCO_L12
from models.cross_encoders.cross_encoder import CrossEncoder
from tests.tiny import runs_by_stage
from workbench import model_loader
from workbench.workbench import Workbench

DEPTH = 20
STAGES = (BM25, BI_ENCODER, HYBRID, CROSS_ENCODER, BLEND)
EXACT = 2e-4  # logits, fp32 in other batches
ROUNDED = 0.15  # logits, bf16 in other batches, against fp32

Scores = Mapping[str, Mapping[str, float]]


@pytest.fixture(scope="module")
def opened(
    openvino_bi_encoder: BiEncoder, torch_cross_encoder: CrossEncoder, session_cache: Path
) -> Iterator[tuple[Corpus, Searcher]]:
    """Senses, searched with the real bi-encoder and the cross-encoder in fp32 torch."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(model_loader, "load_bi_encoder", lambda *_, **__: openvino_bi_encoder)
        patch.setattr(model_loader, "load_cross_encoder", lambda *_, **__: torch_cross_encoder)
        bench = Workbench()
        corpus = bench.corpora.open("senses")
        yield corpus, bench.searchers.of(corpus)


@pytest.fixture(scope="module")
def sample(opened: tuple[Corpus, Searcher]) -> list[Query]:
    corpus, _ = opened
    return list(corpus.queries[::15])[:6]


@pytest.fixture(scope="module")
def logits(
    opened: tuple[Corpus, Searcher], sample: list[Query], session_cache: Path
) -> dict[str, dict[str, float]]:
    """Plain transformers' logit of each candidate, pair by pair, without padding."""
    from safetensors.torch import load_file

    corpus, searcher = opened
    (weights,) = session_cache.glob("models/ms-marco-MiniLM-L-12-v2-fp32/*.safetensors")
    shape: dict[str, Any] = {
        "hidden_size": 384, "num_hidden_layers": 12, "intermediate_size": 1536, "num_labels": 1,
    }  # fmt: skip
    model: Any = transformers.BertForSequenceClassification(transformers.BertConfig(**shape))
    model.load_state_dict(load_file(weights), strict=True)
    model.eval()
    folder = packaged_folder(MARCO_L12.distribution, MARCO_L12.folder)
    tokenizer: Any = transformers.AutoTokenizer.from_pretrained(str(folder), local_files_only=True)
    found: dict[str, dict[str, float]] = {}
    for query in sample:
        candidates = searcher.dense.retrieve(query.text, DEPTH)[0].ids()
        for document in corpus.store.get(candidates):
            pair = tokenizer(
                [query.text], [document.content], truncation="only_second", max_length=512,
                return_tensors="pt",
            )  # fmt: skip
            with torch.no_grad():
                score = float(model(**pair).logits[0, 0])
            found.setdefault(query.query_id, {})[document.doc_id] = score
    return found


def fused(lists: Sequence[Sequence[str]]) -> list[str]:
    """RRF with k = 60 in exact fractions; ties by the better single rank, then the first list."""
    score: dict[str, Fraction] = {}
    best: dict[str, tuple[int, int]] = {}
    for number, listed in enumerate(lists):
        for place, doc_id in enumerate(listed, 1):
            score[doc_id] = score.get(doc_id, Fraction(0)) + Fraction(1, 60 + place)
            best[doc_id] = min(best.get(doc_id, (place, number)), (place, number))
    return sorted(score, key=lambda d: (-score[d], best[d]))


def scaled(scores: Mapping[str, float]) -> dict[str, float]:
    low, high = min(scores.values()), max(scores.values())
    return {doc_id: (score - low) / (high - low) for doc_id, score in scores.items()}


def by_trec_eval(lists: Mapping[str, Sequence[str]], corpus: Corpus) -> dict[str, float]:
    """pytrec_eval's nDCG@10 by query, of lists whose order is given."""
    run = {
        query_id: {doc_id: float(-place) for place, doc_id in enumerate(listed)}
        for query_id, listed in lists.items()
    }
    qrels = {query_id: corpus.judgments(query_id) for query_id in lists}
    found = pytrec_eval.RelevanceEvaluator(qrels, {"ndcg_cut.10"}).evaluate(run)
    return {query_id: values["ndcg_cut_10"] for query_id, values in found.items()}


def test_the_tables_stages_on_a_sample_are_those_of_an_independent_computation(
    opened: tuple[Corpus, Searcher], sample: list[Query], logits: Scores
) -> None:
    corpus, searcher = opened
    settings = Settings(depth=DEPTH, first_stage=BI_ENCODER)
    runs = runs_by_stage(searcher, sample, settings, STAGES)
    lists: dict[str, dict[str, list[str]]] = {stage: {} for stage in STAGES}
    for query in sample:
        lexical, dense = (
            found.retrieve(query.text, LEAST_POOL)[0]
            for found in (searcher.lexical, searcher.dense)
        )
        cross = logits[query.query_id]
        bm25 = searcher.lexical.scores_of(query.text, list(cross))
        mixed = {d: 0.8 * s + 0.2 * scaled(bm25)[d] for d, s in scaled(cross).items()}
        lists[BM25][query.query_id] = lexical.ids(DEPTH)
        lists[BI_ENCODER][query.query_id] = dense.ids(DEPTH)
        lists[HYBRID][query.query_id] = fused([lexical.ids(), dense.ids()])[:DEPTH]
        lists[CROSS_ENCODER][query.query_id] = sorted(cross, key=lambda d: -cross[d])
        lists[BLEND][query.query_id] = sorted(mixed, key=lambda d: -mixed[d])
    for stage in STAGES:
        theirs = by_trec_eval(lists[stage], corpus)
        ours = evaluate(runs[stage], corpus.qrels, depth=DEPTH, query_ids=runs[stage].rankings)
        for query_id, value in theirs.items():
            assert ours.by_query[query_id]["nDCG@10"] == pytest.approx(value, abs=1e-6), stage
        assert ours.mean["nDCG@10"] == pytest.approx(sum(theirs.values()) / len(sample))
    for query_id, ranking in runs[CROSS_ENCODER].rankings.items():
        for hit in ranking.hits:
            assert hit.score == pytest.approx(logits[query_id][hit.doc_id], abs=EXACT)


def same_order(left: Ranking, right: Ranking, tolerance: float) -> None:
    """Both list the same documents with scores this near, and differ in near-ties alone."""
    a, b = ({hit.doc_id: hit.score for hit in ranking.hits} for ranking in (left, right))
    assert a.keys() == b.keys()
    for doc_id, score in a.items():
        assert score == pytest.approx(b[doc_id], abs=tolerance)
    for one, other in zip(left.ids(), right.ids(), strict=True):
        assert abs(b[one] - b[other]) <= 2 * tolerance


@pytest.mark.parametrize(("backend", "tolerance"), [("torch", EXACT), ("openvino", ROUNDED)])
def test_shallower_rankings_from_one_deep_pass_are_those_of_real_searches(
    opened: tuple[Corpus, Searcher],
    sample: list[Query],
    openvino_cross_encoder: CrossEncoder,
    backend: str,
    tolerance: float,
) -> None:
    """Depth and Quality read every pair once; another depth scores it in other batches."""
    _, searcher = opened
    if backend == "openvino":
        searcher = replace(searcher, reranker=openvino_cross_encoder)
    assert isinstance(searcher.reranker, CrossEncoder)
    query, most = sample[0], 40
    deep = deep_pass(
        searcher, query.text, Settings(first_stage=HYBRID), most_depth=most,
        reranker=searcher.reranker.without_caches(), on_progress=lambda *_: None,
        cancel=lambda: False,
    )  # fmt: skip
    assert deep is not None
    fresh = searcher.reranker.without_caches()
    spec = PipelineSpec(Settings(most, HYBRID), CROSS_ENCODER)
    (query_scores,) = gather(searcher, {CROSS_ENCODER: fresh}, [query], [spec])
    for depth in (10, 25, most):
        alone = replace(searcher, reranker=searcher.reranker.without_caches()).pipeline(
            Settings(depth=depth, first_stage=HYBRID), [CROSS_ENCODER]
        )
        real = alone.run(query.text).ranking(CROSS_ENCODER)
        assert real is not None
        assert len(real.hits) == depth
        same_order(deep.ranking(depth), real, tolerance)
        same_order(
            final_ranking(
                replace(spec, settings=replace(spec.settings, depth=depth)), query_scores
            ),
            real,
            tolerance,
        )
