"""Setting up a blind vote: both pipelines' lists of each query, kept as they are now."""

from __future__ import annotations

import secrets
import time
from collections.abc import Sequence

from corpora.stores.vote_store import one_line
from engine.quality.candidate_scores import run_of
from engine.quality.pipelines import PipelineSpec
from engine.quality.runs.run_documents import run_documents
from engine.share.votes.list_pairs import list_pairs
from engine.types import Cancelled, CrossExamError, Query
from engine.types.ranker_names import stage_of
from engine.types.registries.stage_wording import stage_label
from engine.types.share.blind_votes import BlindVote
from jobs.job import Job
from jobs.visitor_jobs import Slot
from state.app_resources import LoadedCorpus, workbench
from state.permissions import Act, require
from state.quality import runs as quality
from state.share.blind_votes import owner_of, vote_store
from state.visitor import visitor_id, visitor_work
from workbench.query_set import run_query_set

LONGEST_TITLE, MOST_QUERIES = 120, 100
DEFAULT_TITLE = "Which list is better?"


def plain_names(pipelines: tuple[PipelineSpec, PipelineSpec]) -> tuple[str, str]:
    """Both pipelines for readers who know no model, or as runs name them where that is one name.

    "BM25", and "BM25, 20 reranked by the cross-encoder".
    """
    first, second = (_plain_name(spec) for spec in pipelines)
    return (first, second) if first != second else (pipelines[0].name, pipelines[1].name)


def _plain_name(spec: PipelineSpec) -> str:
    first = stage_label(spec.first_stage)
    if not spec.reranker:
        return first
    return f"{first}, {spec.depth} reranked by {ranker_label(spec.reranker)}"


def ranker_label(name: str) -> str:
    """What a reranker is called by those who do not know its model: "the cross-encoder"."""
    is_usual = name == workbench().models.cross_encoder_name
    return "the cross-encoder" if is_usual else stage_label(stage_of(name))


def typed_queries(text: str, queries: Sequence[Query]) -> tuple[Query, ...]:
    """One query a line, each once; one that the corpus has keeps its id, and so its judgments."""
    by_text = {query.text: query for query in queries}
    taken = {query.query_id for query in queries}
    typed: list[Query] = []
    for line in dict.fromkeys(one_line(line) for line in text.splitlines()):
        if not line:
            continue
        query = by_text.get(line)
        if query is None:
            number = len(typed) + 1
            query_id = next(i for n in range(number, 10**9) if (i := f"typed-{n}") not in taken)
            query = Query(query_id, line)
            taken.add(query_id)
        typed.append(query)
    return tuple(typed)


def start(
    loaded: LoadedCorpus,
    *,
    title: str,
    queries: Sequence[Query],
    pipelines: tuple[PipelineSpec, PipelineSpec],
    shown: int,
) -> None:
    """Begin to set up a vote in the background: both lists of each query, kept as they are now."""
    require(Act.BLIND_VOTE)
    if pipelines[0] == pipelines[1]:
        raise CrossExamError(f"both pipelines are {pipelines[0].name!r}: choose two that differ")
    if not queries:
        raise CrossExamError("no query is chosen: type at least one")
    if len(queries) > MOST_QUERIES:
        raise CrossExamError(f"{len(queries)} queries are given: a vote has at most {MOST_QUERIES}")
    load, owner, info = quality.loader(), owner_of(visitor_id()), loaded.corpus.info
    names = plain_names(pipelines)

    def work(job: Job[BlindVote]) -> BlindVote:
        run = run_query_set(
            workbench(),
            loaded.corpus,
            loaded.searcher,
            queries,
            pipelines,
            load=load,
            scored=quality.scored_pairs_for(info.fingerprint, quality.backend()),
            on_progress=job.report,
            cancel=job.should_stop,
        )
        if job.should_stop() or len(run.gathered) < len(queries):
            raise Cancelled("setting up the vote was cancelled")
        first, second = (run_of(spec, run.gathered, length=shown) for spec in pipelines)
        doc_ids = [
            doc_id
            for one in (first, second)
            for ranking in one.rankings.values()
            for doc_id in ranking.ids(shown)
        ]
        documents = run_documents(loaded.corpus.store, run.gathered, doc_ids)
        pairs, identical = list_pairs(queries, first, second, documents, shown=shown)
        if not pairs:
            raise CrossExamError(
                f"both pipelines list the same top {shown} for each of the {identical} queries: "
                "choose other pipelines, more queries or longer lists"
            )
        vote = BlindVote(
            vote_id=secrets.token_urlsafe(9),
            title=one_line(title)[:LONGEST_TITLE] or DEFAULT_TITLE,
            corpus=info.name,
            fingerprint=info.fingerprint,
            names=names,
            pipelines=(pipelines[0].values(), pipelines[1].values()),
            shown=shown,
            pairs=pairs,
            identical=identical,
            created_at=time.time(),
            secret=secrets.token_urlsafe(),
            owner=owner,
        )
        return vote_store().begin(vote)

    job = Job(
        "blind vote",
        work,
        key=info.fingerprint,
        title="setting up a blind vote",
        first_step="starting",
        failed="the vote could not be set up",
    )
    visitor_work().keep(Slot.BLIND_VOTE, job)


def setting_up() -> Job[BlindVote] | None:
    """This visitor's vote that is being set up, or the last that was."""
    return visitor_work().job(Slot.BLIND_VOTE)


def put_away() -> None:
    """Forget the vote that was set up last; it is kept with all votes."""
    visitor_work().forget(Slot.BLIND_VOTE)
