"""A corpus judged by a machine: the same for the app and the CLI."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.judgments.auto_judgments import (
    AutoJudgment,
    AutoJudgments,
    proposals,
)
from corpora.judgments.judgment_log import JudgmentLog, combined, independent
from corpora.stores.corpus import Corpus
from engine.quality.candidate_scores import CandidateScores, run_of
from engine.quality.judging.auto_judge import Pair
from engine.quality.judging.judge_agreement import (
    JudgeAgreement,
    SystemOrder,
    agreement_with,
    system_order,
)
from engine.quality.judging.judging import (
    AutoJudgingResult,
    circular,
    judge,
    known_scores,
    passages_of,
    pool_of,
)
from engine.quality.pipelines import PipelineSpec, list_length
from engine.quality.runner import gather
from engine.search.searcher import Searcher
from engine.training.query_split import split_queries
from engine.types import Cancel, CrossExamError, ProgressCallback, Query, Run
from engine.types.ranker_names import parsed
from models.trained import trained_model, trained_models
from workbench.workbench import Workbench

SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class AutoJudgingRequest:
    """What to judge: the top `top` of these pipelines or runs, by `teacher`.

    `queries` samples that many, always the same ones. `complete` takes the corpus as judged
    in full: what has no judgment, in a query with any, counts as judged not relevant.
    """

    teacher: str
    specs: tuple[PipelineSpec, ...] = ()
    runs: tuple[Run, ...] = ()
    top: int = 10
    queries: int | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class Judged:
    """The machine's opinions, those that are proposals, and how far people agree."""

    corpus: Corpus
    asked: AutoJudgingRequest
    pool: int
    verdicts: AutoJudgingResult
    opinions: tuple[AutoJudgment, ...]
    proposed: tuple[AutoJudgment, ...]
    agreement: JudgeAgreement | None
    order: SystemOrder
    circular: Mapping[str, str]


def judge_corpus(
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    asked: AutoJudgingRequest,
    *,
    tell: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> Judged:
    """Run the pipelines, have the teacher judge their tops, and hold it against people."""
    if parsed(asked.teacher).whole_list:
        raise CrossExamError(
            f"{asked.teacher!r} orders a list and gives no score of a pair: take another judge"
        )
    teacher = bench.models.reranker(asked.teacher)
    queries = _queries(corpus, asked)
    gathered: tuple[CandidateScores, ...] = ()
    if asked.specs:
        gathered = gather(
            searcher,
            {
                name: bench.models.reranker(name)
                for name in {s.reranker for s in asked.specs}
                if name
            },
            queries,
            asked.specs,
            retrievers=[
                bench.indexes.additional_encoder(corpus, name, on_progress=tell, cancel=cancel)
                for name in dict.fromkeys(spec.encoder for spec in asked.specs)
                if name
            ],
            tell=tell,
            cancel=cancel,
        )
    length = list_length(asked.specs)
    runs = {spec.name: run_of(spec, gathered, length=length) for spec in asked.specs}
    wanted = {query.query_id for query in queries}
    for run in asked.runs:
        kept = {q: ranking for q, ranking in run.rankings.items() if q in wanted}
        runs[run.name] = Run(run.name, kept)
    pool = pool_of(runs, asked.top)
    if not pool:
        raise CrossExamError(
            f"the runs list nothing for the {len(queries)} queries of {corpus.info.name!r}: give "
            "runs of this corpus"
        )
    log = JudgmentLog(corpus.info.fingerprint)
    people = people_of(corpus, log, asked.teacher)
    if asked.complete:
        known = {query_id for query_id, _ in people}
        people = {**{pair: 0 for pair in pool if pair[0] in known}, **people}
    verdicts = judge(
        teacher,
        corpus.store,
        {query.query_id: query.text for query in queries},
        pool,
        people,
        name=asked.teacher,
        passages=passages_of(gathered),
        known=known_scores(gathered, asked.teacher),
        tell=tell,
        cancel=cancel,
    )
    opinions = auto_judgments_of(verdicts)
    taken = {(q.query_id, q.doc_id) for q in combined(corpus.qrels, log.latest())} | people.keys()
    return Judged(
        corpus=corpus,
        asked=asked,
        pool=len(pool),
        verdicts=verdicts,
        opinions=opinions,
        proposed=proposals(opinions, taken),
        agreement=agreement_with(people, verdicts.grades),
        order=system_order(runs, people, verdicts.grades),
        circular=circular(asked.teacher, asked.specs, related_models_of(asked.teacher)),
    )


def people_of(corpus: Corpus, log: JudgmentLog, teacher: str) -> dict[Pair, int]:
    """People's relevance by pair, given without a look at a machine's grade.

    For a teacher that was taught on this corpus, of its held-out queries alone.
    """
    said = independent(corpus.qrels, log.latest())
    trained = trained_model(teacher)
    if trained is not None and trained.fingerprint == corpus.info.fingerprint:
        fresh = {query.query_id for query in split_queries(corpus.queries).test}
        said = tuple(qrel for qrel in said if qrel.query_id in fresh)
    return {(qrel.query_id, qrel.doc_id): qrel.relevance for qrel in said}


def related_models_of(teacher: str) -> frozenset[str]:
    """The models that the teacher taught or was taught from, for they share its taste."""
    family: set[str] = set()
    for model in trained_models():
        related = {model.name, model.parent, model.teacher}
        if teacher == model.name:
            family |= related
        elif teacher in related:
            family.add(model.name)
    return frozenset(family - {teacher, ""})


def auto_judgments_of(
    verdicts: AutoJudgingResult, at: float | None = None
) -> tuple[AutoJudgment, ...]:
    """The verdicts as they are kept."""
    bounds, now = verdicts.bounds, time.time() if at is None else at
    return tuple(
        AutoJudgment(
            query_id, doc_id, score, bounds.grade(score), verdicts.teacher, verdicts.revision,
            bounds.least, bounds.pairs, now,
        )
        for (query_id, doc_id), score in verdicts.scores.items()
    )  # fmt: skip


def keep(judged: Judged) -> int:
    """Put the opinions where the app shows them, in a file beside people's; how many."""
    return AutoJudgments(judged.corpus.info.fingerprint).keep(judged.opinions)


def _queries(corpus: Corpus, asked: AutoJudgingRequest) -> Sequence[Query]:
    """The queries to judge; raises CrossExamError where the corpus has none."""
    if not corpus.queries:
        raise CrossExamError(
            f"corpus {corpus.info.name!r} has no queries to judge documents for: add some"
        )
    if not asked.specs and not asked.runs:
        raise CrossExamError("nothing to judge: give pipelines or run files")
    if asked.queries is None or asked.queries >= len(corpus.queries):
        return corpus.queries
    if asked.queries < 1:
        raise CrossExamError(f"{asked.queries} queries are asked for: give 1 or more")
    picked = set(random.Random(SEED).sample(range(len(corpus.queries)), asked.queries))
    return [query for i, query in enumerate(corpus.queries) if i in picked]
