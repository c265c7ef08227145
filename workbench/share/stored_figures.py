"""Figures of what is kept on this machine: a saved quality run, a blind vote that has ended."""

from __future__ import annotations

from collections.abc import Mapping

from corpora.judgments.auto_judgments import AutoJudgments, as_qrels, proposals
from corpora.judgments.judgment_log import WAYS, JudgmentLog, Way, combined
from corpora.stores.corpus import Corpus
from corpora.stores.run_store import RunStore
from corpora.stores.vote_store import VoteStore
from engine.quality.pipelines import spec_from
from engine.quality.weights.weighted_mean import weights_of
from engine.share.figures.vote_figures import vote_figures
from engine.share.provenance import settings_words
from engine.share.quality_snapshot import shortened_queries
from engine.share.run_snapshot import run_snapshot
from engine.share.votes.results import vote_results
from engine.types import CrossExamError, Qrel
from engine.types.errors import shown
from engine.types.registries.measures import PRIMARY, comparable
from engine.types.share.blind_votes import BlindVote
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.snapshots import QualitySnapshot
from workbench.corpora import Corpora
from workbench.saved_runs import NEWEST, read_run, saved_run

USUAL_RECALL = 10
PEOPLE = "people's judgments"


def quality_figures(corpus: Corpus, link: Mapping[str, str]) -> QualitySnapshot:
    """The saved run of this link under the judgments as they stand and as the link counts them.

    Nothing is run: raises CrossExamError where that run is not saved here.
    """
    store = RunStore(corpus.info.fingerprint)
    saved = saved_run(store, link.get("run", NEWEST))
    specs, gathered = read_run(store, saved)
    measure = link.get("quality_measure", PRIMARY.name)
    if measure not in comparable():
        raise CrossExamError(
            f"the link has quality_measure={shown(measure)}: give {' or '.join(comparable())}"
        )
    qrels, said = _qrels(corpus, link)
    snapshot = run_snapshot(
        corpus.info,
        saved.head,
        saved.saved_at,
        specs,
        gathered,
        qrels,
        recall_at=_recall(link),
        measure=measure,
        weights=weights_of(corpus.queries),
        judgments=said,
    )
    return shortened_queries(snapshot)


def _recall(link: Mapping[str, str]) -> int:
    text = link.get("recall", str(USUAL_RECALL))
    if not text.isascii() or not text.isdigit() or not 1 <= int(text[:5]) <= 1_000:
        raise CrossExamError(f"the link has recall={shown(text)}: give a number from 1 to 1,000")
    return int(text[:5])


def _qrels(corpus: Corpus, link: Mapping[str, str]) -> tuple[tuple[Qrel, ...], str]:
    """(the judgments, whose they are in words), counted as the link says."""
    ways: dict[str, Way] = {way: way for way in WAYS}
    way = link.get("counting", "mean")
    if way not in ways:
        raise CrossExamError(f"the link has counting={shown(way)}: give {' or '.join(ways)}")
    log = JudgmentLog(corpus.info.fingerprint)
    people = combined(corpus.qrels, log.latest(), ways[way])
    if link.get("machine") != "1":
        return people, PEOPLE
    store = AutoJudgments(corpus.info.fingerprint)
    judges = store.judge_models()
    judge = link.get("made_by") or (judges[0] if judges else "")
    judged = {(qrel.query_id, qrel.doc_id) for qrel in corpus.qrels}
    judged |= {(entry.query_id, entry.doc_id) for entry in log.latest()}
    machine = as_qrels(proposals(store.judgments(judge), frozenset(judged)))
    if not machine:
        return people, PEOPLE
    return (*people, *machine), f"{PEOPLE} and {len(machine):,} machine-made ones"


def ended_vote(corpora: Corpora, vote_id: str, store: VoteStore | None = None) -> FiguresSnapshot:
    """The outcome of a vote that has ended; raises CrossExamError for one that has not.

    Votes are held against the judgments of its corpus, where that is still as it was.
    """
    store = store or VoteStore()
    vote = store.blind_vote(vote_id)
    if not vote.ended:
        raise CrossExamError("the vote has not ended: its results are shown afterwards")
    corpus = _corpus_of(corpora, vote)
    grades: dict[str, dict[str, int]] = {}
    if corpus is not None:
        log = JudgmentLog(vote.fingerprint)
        for qrel in combined(corpus.qrels, log.latest()):
            grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    results = vote_results(vote, store.votes(vote_id), grades)
    return vote_figures(
        vote,
        results,
        documents=corpus.info.documents if corpus is not None else 0,
        settings={
            name: "; ".join(
                f"{k}: {v}" for k, v in settings_words(spec_from(values).settings).items()
            )
            for name, values in zip(vote.names, vote.pipelines, strict=True)
        },
    )


def _corpus_of(corpora: Corpora, vote: BlindVote) -> Corpus | None:
    """The vote's corpus as it was; None where it is gone or its documents changed since."""
    for entry in corpora.entries():
        if entry.name == vote.corpus and entry.fingerprint in (None, vote.fingerprint):
            corpus = None if entry.missing else corpora.open(entry.name)
            if corpus is not None and corpus.info.fingerprint == vote.fingerprint:
                return corpus
    return None
