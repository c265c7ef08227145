"""A corpus judged by a model: the same for the app and the CLI."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from corpora.judgments.auto_judgments import AutoJudgment, AutoJudgments, proposals
from corpora.judgments.judgment_log import JudgmentLog, combined, independent
from corpora.stores.corpus import Corpus
from engine.quality.candidate_scores import CandidateScores, missing_pairs, runs_of
from engine.quality.judging.auto_judge import Grades, Pair
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
    passages_of,
    pool_of,
    scores_by,
)
from engine.quality.pipelines import PipelineSpec
from engine.search.precision.rescoring import exact_revision
from engine.search.searcher import Searcher
from engine.training.query_split import split_queries
from engine.types import Cancel, CrossExamError, ProgressCallback, Query, Reranker, Run
from engine.types.ranker_names import parsed
from models.trained import trained_model, trained_models
from workbench.query_set import run_query_set
from workbench.workbench import Workbench

SEED = 20_261_121


@dataclass(frozen=True, slots=True)
class AutoJudgingRequest:
    """What to judge: the top `top` of these pipelines or runs, by `judge_model`.

    `queries` samples that many, always the same ones. `complete` takes the corpus as judged
    in full: what has no judgment, in a query with any, counts as judged not relevant.
    """

    judge_model: str
    specs: tuple[PipelineSpec, ...] = ()
    runs: tuple[Run, ...] = ()
    top: int = 10
    queries: int | None = None
    complete: bool = False


@dataclass(frozen=True, slots=True)
class AutoJudgeReport:
    """A judge against people: the agreement, the pipelines' order, and who is circular."""

    agreement: JudgeAgreement | None
    order: SystemOrder
    circular: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class JudgedCorpus:
    """The auto judgments, those that are proposals, and how far people agree."""

    corpus: Corpus
    request: AutoJudgingRequest
    pool: int
    result: AutoJudgingResult
    judgments: tuple[AutoJudgment, ...]
    proposed: tuple[AutoJudgment, ...]
    report: AutoJudgeReport


def judge_corpus(
    bench: Workbench,
    corpus: Corpus,
    searcher: Searcher,
    request: AutoJudgingRequest,
    *,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> JudgedCorpus:
    """Run the pipelines, have the judge judge their tops, and hold it against people."""
    if parsed(request.judge_model).whole_list:
        raise CrossExamError(
            f"{request.judge_model!r} orders a list and gives no score of a pair: "
            "take another judge"
        )
    queries = _queries(corpus, request)
    model = bench.models.reranker(request.judge_model)
    gathered: tuple[CandidateScores, ...] = ()
    if request.specs:
        gathered = run_query_set(
            bench, corpus, searcher, queries, request.specs, on_progress=on_progress, cancel=cancel
        ).gathered
    runs = runs_of({spec.name: spec for spec in request.specs}, gathered)
    chosen = {query.query_id for query in queries}
    for run in request.runs:
        chosen_rankings = {q: ranking for q, ranking in run.rankings.items() if q in chosen}
        runs[run.name] = Run(run.name, chosen_rankings)
    log = JudgmentLog(corpus.info.fingerprint)
    result = judge_runs(
        corpus,
        log,
        runs,
        {query.query_id: query.text for query in queries},
        judge_model=request.judge_model,
        top=request.top,
        model=model,
        gathered=gathered,
        complete=request.complete,
        on_progress=on_progress,
        cancel=cancel,
    )
    judgments = auto_judgments_of(result)
    pool = pool_of(runs, request.top)
    people = people_of(corpus, log, request.judge_model)
    if request.complete:
        people = completed(people, pool)
    judged_pairs = {
        (q.query_id, q.doc_id) for q in combined(corpus.qrels, log.latest())
    } | people.keys()
    return JudgedCorpus(
        corpus=corpus,
        request=request,
        pool=len(pool),
        result=result,
        judgments=judgments,
        proposed=proposals(judgments, judged_pairs),
        report=report_on(request.judge_model, result.grades, people, runs, request.specs),
    )


def judge_runs(
    corpus: Corpus,
    log: JudgmentLog,
    runs: Mapping[str, Run],
    texts: Mapping[str, str],
    *,
    judge_model: str,
    top: int,
    model: Reranker,
    gathered: Sequence[CandidateScores] = (),
    same_backend: bool = True,
    stored: Iterable[AutoJudgment] = (),
    complete: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel | None = None,
) -> AutoJudgingResult:
    """What the judge makes of the top of these runs; `texts` holds the queries' by id.

    `model` is the judge loaded, `judge_model` the name by which it was chosen. Nothing is scored
    twice: not what the judge scored in `gathered`, where the `same_backend` runs it now, nor,
    of whole documents, what it gave in `stored` judgments of its revision. `complete` is that
    of `AutoJudgingRequest`. Raises CrossExamError where the runs list nothing, Cancelled as
    `judge` does.
    """
    unreadable = missing_pairs(gathered)
    pool = [pair for pair in pool_of(runs, top) if pair not in unreadable]
    if not pool:
        raise CrossExamError(
            f"the runs list nothing for the {len(texts)} queries of {corpus.info.name!r}: give "
            "runs of this corpus"
        )
    people = people_of(corpus, log, judge_model)
    passages = passages_of(gathered)
    known_scores = scores_by(gathered, judge_model) if same_backend else {}
    revision = exact_revision(model)
    if not passages:
        known_scores |= {
            (judgment.query_id, judgment.doc_id): judgment.score
            for judgment in stored
            if (judgment.judge_model, judgment.revision) == (judge_model, revision)
        }
    return judge(
        model,
        corpus.store,
        texts,
        pool,
        completed(people, pool) if complete else people,
        name=judge_model,
        passages=passages,
        scored=known_scores,
        on_progress=on_progress,
        cancel=cancel,
    )


def report_on(
    judge_model: str,
    grades: Grades,
    people: Grades,
    runs: Mapping[str, Run],
    specs: Sequence[PipelineSpec],
) -> AutoJudgeReport:
    """How far people agree with the judge's grades, and which pipelines it is a part of."""
    return AutoJudgeReport(
        agreement_with(people, grades),
        system_order(runs, people, grades),
        circular(judge_model, specs, related_models_of(judge_model)),
    )


def people_of(corpus: Corpus, log: JudgmentLog, judge_model: str) -> dict[Pair, int]:
    """People's relevance by pair, given without a look at an auto judgment.

    For a judge that was trained on this corpus, of its held-out queries alone.
    """
    people_qrels = independent(corpus.qrels, log.latest())
    trained = trained_model(judge_model)
    if trained is not None and trained.fingerprint == corpus.info.fingerprint:
        held_out_ids = {query.query_id for query in split_queries(corpus.queries).test}
        people_qrels = tuple(qrel for qrel in people_qrels if qrel.query_id in held_out_ids)
    return {(qrel.query_id, qrel.doc_id): qrel.relevance for qrel in people_qrels}


def completed(people: Grades, pool: Iterable[Pair]) -> dict[Pair, int]:
    """People's grades, with 0 for what the pool holds beside them in a query that they judged."""
    queries = {query_id for query_id, _ in people}
    return {**{pair: 0 for pair in pool if pair[0] in queries}, **people}


def related_models_of(judge_model: str) -> frozenset[str]:
    """The models that were trained from the judge, or it from them: they share its taste."""
    family: set[str] = set()
    for model in trained_models():
        related = {model.name, model.parent, model.teacher}
        if judge_model == model.name:
            family |= related
        elif judge_model in related:
            family.add(model.name)
    return frozenset(family - {judge_model, ""})


def auto_judgments_of(
    result: AutoJudgingResult, at: float | None = None
) -> tuple[AutoJudgment, ...]:
    """The auto judgments as they are kept, given `at` this time, or now."""
    thresholds, now = result.thresholds, time.time() if at is None else at
    return tuple(
        AutoJudgment(
            query_id, doc_id, score, thresholds.grade(score), result.judge_model, result.revision,
            thresholds.least, thresholds.pairs, now,
        )
        for (query_id, doc_id), score in result.scores.items()
    )  # fmt: skip


def keep(judged_corpus: JudgedCorpus) -> int:
    """Put the auto judgments where the app shows them, beside people's; how many."""
    return AutoJudgments(judged_corpus.corpus.info.fingerprint).keep(judged_corpus.judgments)


def _queries(corpus: Corpus, request: AutoJudgingRequest) -> Sequence[Query]:
    """The queries to judge; raises CrossExamError where the corpus has none."""
    if not corpus.queries:
        raise CrossExamError(
            f"corpus {corpus.info.name!r} has no queries to judge documents for: add some"
        )
    if not request.specs and not request.runs:
        raise CrossExamError("nothing to judge: give pipelines or run files")
    if request.queries is None or request.queries >= len(corpus.queries):
        return corpus.queries
    if request.queries < 1:
        raise CrossExamError(f"{request.queries} queries are asked for: give 1 or more")
    sampled_positions = set(random.Random(SEED).sample(range(len(corpus.queries)), request.queries))
    return [query for i, query in enumerate(corpus.queries) if i in sampled_positions]
