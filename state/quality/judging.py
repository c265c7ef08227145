"""Judgments on the spot: the log of each corpus, and one visitor's list to work through."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from threading import Lock
from typing import cast

import streamlit as st

from corpora.judgments.auto_judgments import AutoJudgments, as_qrels, proposals
from corpora.judgments.judgment_log import WAYS, Judgment, JudgmentLog, Way, combined, conflicts
from engine.types import Qrel, Run
from state.app_resources import LoadedCorpus
from state.permissions import Act, require
from system.csv_writing import csv_text

MOST_ITEMS = 100
TOP = 10
AGGREGATION_KEY = "quality_way"
_SESSION = "_quality_sitting"

Action = tuple[int, int, int | None]  # its number, the item's position, the grade or None


@st.cache_resource(show_spinner=False, max_entries=32)
def judgment_log(fingerprint: str) -> JudgmentLog:
    """What people judged of a corpus."""
    return JudgmentLog(fingerprint)


@st.cache_resource(show_spinner=False, max_entries=32)
def auto_judgment_store(fingerprint: str) -> AutoJudgments:
    """What models judged of a corpus, in a table of its own."""
    return AutoJudgments(fingerprint)


@dataclass(frozen=True, slots=True)
class WithAutoJudgments:
    """People's judgments so aggregated, and the judge's grades for what nobody judged."""

    aggregation: Way
    judge_model: str


CountingRule = Way | WithAutoJudgments  # which judgments count; a model's only on request


def people_aggregation(counting_rule: CountingRule) -> Way:
    """How people's judgments count, whatever is counted beside them."""
    if isinstance(counting_rule, WithAutoJudgments):
        return counting_rule.aggregation
    return counting_rule


def qrels_of(loaded: LoadedCorpus, counting_rule: CountingRule) -> tuple[Qrel, ...]:
    """The corpus' judgments with people's, aggregated by this rule.

    Auto judgments come after them, and only where the rule counts them.
    """
    log = judgment_log(loaded.corpus.info.fingerprint)
    people = combined(loaded.corpus.qrels, log.latest(), people_aggregation(counting_rule))
    if not isinstance(counting_rule, WithAutoJudgments):
        return people
    store = auto_judgment_store(loaded.corpus.info.fingerprint)
    auto_judgments = store.judgments(counting_rule.judge_model)
    return (*people, *as_qrels(proposals(auto_judgments, judged_pairs(loaded))))


def judged_pairs(loaded: LoadedCorpus) -> frozenset[tuple[str, str]]:
    """Every pair that a person judged, the corpus' own judgments included."""
    judged_here = grades_by_judge(judgment_log(loaded.corpus.info.fingerprint))
    corpus_pairs = {(qrel.query_id, qrel.doc_id) for qrel in loaded.corpus.qrels}
    return frozenset(corpus_pairs | judged_here.keys())


@dataclass(frozen=True, slots=True)
class Item:
    """A document to judge for a query, and its ranks by pipeline."""

    query_id: str
    doc_id: str
    ranks: Mapping[str, int]


@dataclass(slots=True)
class JudgingSession:
    """A fixed list that one judge works through; `grades` holds those given so far."""

    key: object
    items: tuple[Item, ...]
    more: int
    token: str = field(default_factory=lambda: uuid.uuid4().hex)
    grades: dict[int, int] = field(default_factory=dict)
    applied: int = 0
    writing: Lock = field(default_factory=Lock)


def items_to_judge(
    runs: Mapping[str, Run], without: frozenset[tuple[str, str]], *, top: int = TOP
) -> list[Item]:
    """What stands in a top 10, `without` these pairs: query by query, the best placed first.

    The queries with the most of it come first.
    """
    ranks: dict[tuple[str, str], dict[str, int]] = {}
    for name, run in runs.items():
        for query_id, ranking in run.rankings.items():
            for hit in ranking.hits[:top]:
                if (query_id, hit.doc_id) not in without:
                    ranks.setdefault((query_id, hit.doc_id), {})[name] = hit.rank
    many = Counter(query_id for query_id, _ in ranks)
    ordered = sorted(
        ranks,
        key=lambda pair: (
            -many[pair[0]],
            pair[0],
            min(ranks[pair].values()),
            -len(ranks[pair]),
            pair[1],
        ),
    )
    return [Item(query_id, doc_id, ranks[(query_id, doc_id)]) for query_id, doc_id in ordered]


def judging_session(key: object, items: Sequence[Item], place: str = "") -> JudgingSession:
    """This visitor's list: the same until `key` changes or `another_session` is asked for.

    A visitor has one list at each `place`.
    """
    session = cast("JudgingSession | None", st.session_state.get(_SESSION + place))
    if session is None or session.key != key:
        shown_items = tuple(items[:MOST_ITEMS])
        session = JudgingSession(key, shown_items, len(items) - len(shown_items))
        st.session_state[_SESSION + place] = session
    return session


def another_session(place: str = "") -> None:
    """Make a new list of what is still to judge."""
    st.session_state.pop(_SESSION + place, None)


def apply(log: JudgmentLog, session: JudgingSession, judge: str, actions: Sequence[Action]) -> bool:
    """Keep the actions (number, item, grade or None) that are new; whether there were any.

    Each is on the disk before the next is looked at, and is counted only then.
    """
    require(Act.JUDGE)

    def keep(position: int, grade: int | None) -> None:
        item = session.items[position]
        if grade is not None or position in session.grades:
            log.append(Judgment(item.query_id, item.doc_id, grade, judge))

    return keep_new(session, actions, keep)


def keep_new(
    session: JudgingSession,
    actions: Sequence[Action],
    keep: Callable[[int, int | None], None],
) -> bool:
    """Keep the position and grade of each action that is new, in order; whether there were any.

    One counts in the session once `keep` has returned: not where keeping it failed. A key starts
    a drawing of its own while the one before may still write, so that one waits for the other:
    else both would keep the same key.
    """
    is_new = False
    with session.writing:
        for number, position, grade in sorted(actions, key=lambda action: action[0]):
            if number <= session.applied or not 0 <= position < len(session.items):
                continue
            keep(position, grade)
            if grade is None:
                session.grades.pop(position, None)
            else:
                session.grades[position] = grade
            session.applied = number
            is_new = True
    return is_new


def chosen_aggregation() -> Way:
    """How the visitor lets judgments count, before the choice is drawn."""
    return cast("Way", st.session_state.get(AGGREGATION_KEY, "mean"))


def aggregations() -> Mapping[Way, str]:
    """How judgments of several judges can be combined, with their words on screen."""
    return WAYS


def grades_by_judge(log: JudgmentLog) -> dict[tuple[str, str], list[tuple[str, int]]]:
    """The last grade of every person, as (judge, relevance) by pair."""
    grades: dict[tuple[str, str], list[tuple[str, int]]] = {}
    for entry in log.latest():
        if entry.relevance is not None:
            pair = (entry.query_id, entry.doc_id)
            grades.setdefault(pair, []).append((entry.judge, entry.relevance))
    return grades


def contradictions(loaded: LoadedCorpus) -> list[tuple[str, str, tuple[tuple[str, int], ...]]]:
    """The pairs that judges see differently, each judge named."""
    log = judgment_log(loaded.corpus.info.fingerprint)
    return conflicts(loaded.corpus.qrels, log.latest())


def judgments_csv(log: JudgmentLog) -> str:
    """Every judgment that was ever given, in order, as CSV with the judges' names."""
    rows = []
    for entry in log.entries():
        stamp = datetime.fromtimestamp(entry.at, UTC).isoformat(timespec="seconds")
        pair = (entry.query_id, entry.doc_id)
        rows.append((*pair, entry.relevance, entry.judge, stamp, entry.via))
    return csv_text(["query_id", "doc_id", "relevance", "judge", "at", "via"], rows)
