"""A corpus' judged queries through pipelines, with the scores that saved runs have already."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from dataclasses import dataclass

from commands.options import opened
from commands.output import ProgressLine
from corpora.stores.corpus import Corpus
from corpora.stores.run_store import RunStore
from engine.quality.candidate_scores import CandidateScores
from engine.quality.pipelines import PipelineSpec
from engine.search.searcher import Searcher
from engine.types import CrossExamError, Query
from engine.types.ranker_names import retrieves
from workbench.query_set import run_query_set
from workbench.saved_runs import kept_pairs
from workbench.workbench import Workbench


@dataclass(frozen=True, slots=True)
class JudgedSet:
    """The corpus, its searcher, and what its judged queries gave."""

    corpus: Corpus
    searcher: Searcher
    gathered: tuple[CandidateScores, ...]


def reranker_of(args: argparse.Namespace, cross_encoder: str) -> str:
    """The reranker of --reranker, else the cross-encoder; raises CrossExamError for several."""
    names = list(args.reranker)
    if len(names) > 1 or any(retrieves(name) for name in names):
        raise CrossExamError(
            f"--reranker names {', '.join(names)}: give one that scores pairs, or none for the "
            "cross-encoder"
        )
    return names[0] if names else cross_encoder


def judged_queries(
    args: argparse.Namespace, bench: Workbench
) -> tuple[Corpus, Searcher, list[Query]]:
    """The corpus as the options ask for it, its searcher, and its judged queries.

    Raises CrossExamError for a corpus without judgments.
    """
    corpus = bench.corpora.open(args.corpus)
    if not corpus.qrels:
        raise CrossExamError(
            f"corpus {corpus.info.name!r} has no judgments to evaluate against: give a BEIR folder "
            "with qrels"
        )
    corpus, searcher = opened(args, bench)
    judged_query_ids = {qrel.query_id for qrel in corpus.qrels}
    return corpus, searcher, [q for q in corpus.queries if q.query_id in judged_query_ids]


def judged_set(
    args: argparse.Namespace, bench: Workbench, specs: Sequence[PipelineSpec]
) -> JudgedSet:
    """Run the judged queries; a pair that a saved run scored by the same backend is not again.

    Raises CrossExamError for a corpus without judgments.
    """
    corpus, searcher, queries = judged_queries(args, bench)
    line = ProgressLine()
    kept = kept_pairs(RunStore(corpus.info.fingerprint), bench.models.cross_encoder().backend)
    run = run_query_set(
        bench,
        corpus,
        searcher,
        queries,
        specs,
        scored=kept,
        log=line.log,
        on_progress=line.update,
    )
    return JudgedSet(corpus, searcher, run.gathered)
