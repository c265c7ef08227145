"""Drawn query sets: a reranker that helps here and hurts there, ties, short and empty lists."""

from __future__ import annotations

import random

from engine.quality.candidate_scores import CandidateScores, PairScore
from engine.quality.pipelines import PipelineSpec
from engine.search.ranking import rank
from engine.search.settings import Settings
from engine.types import BI_ENCODER, BM25, Qrel, Ranking
from engine.types.quality.gate import GATE_SIGNALS, GateQuery

DEPTH = 12
SPEC = PipelineSpec(Settings(DEPTH, BM25), "table")


def drawn_queries(
    seed: int, n: int, *, one_depth: bool = False, levels: int = 4
) -> tuple[GateQuery, ...]:
    """Queries with signals of few levels, so that many tie."""
    draw = random.Random(seed)
    queries = []
    for number in range(n):
        pairs = DEPTH if one_depth else draw.choice([0, 1, 3, 7, DEPTH])
        first = draw.random()
        reranked = first if pairs < 2 else draw.choice([first, draw.random(), min(1, first + 0.2)])
        queries.append(
            GateQuery(
                f"q{number}",
                "text",
                first,
                reranked,
                pairs,
                draw.random() / 10,
                draw.random(),
                0.01,
                {signal.name: float(draw.randrange(levels)) for signal in GATE_SIGNALS},
            )
        )
    return tuple(queries)


def drawn_set(seed: int, n: int) -> tuple[tuple[CandidateScores, ...], tuple[Qrel, ...]]:
    """Candidate scores of n queries and their judgments; lists of 0 to 20 documents."""
    draw = random.Random(seed)
    gathered, qrels = [], []
    for number in range(n):
        query_id, text = f"q{number}", " ".join(["word"] * draw.randint(1, 6))
        ids = [f"d{i}" for i in range(40)]
        lists = {}
        for stage, most in ((BM25, draw.choice([0, 1, 5, 20, 20, 20])), (BI_ENCODER, 20)):
            scored = ((doc_id, draw.random()) for doc_id in draw.sample(ids, most))
            lists[stage] = Ranking(stage, stage, rank(scored))
        pairs = {
            doc_id: PairScore(draw.uniform(-5, 5), draw.random() / 50)
            for doc_id in lists[BM25].ids(DEPTH)
        }
        gathered.append(
            CandidateScores(
                query_id, text, lists, {BM25: 0.001, BI_ENCODER: 0.02}, pairs={"table": pairs}
            )
        )
        if number % 7:  # some queries nobody judged
            qrels += [Qrel(query_id, doc_id, draw.choice([0, 0, 1, 2])) for doc_id in ids[:25]]
    return tuple(gathered), tuple(qrels)
