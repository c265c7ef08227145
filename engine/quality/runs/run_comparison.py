"""What changed between two runs, query by query: the value, the place, and who moved."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.quality.evaluation import evaluate
from engine.quality.significance import ALIKE
from engine.search.agreement import kendall_tau, overlap, rbo
from engine.types import CrossExamError, Evaluation, Movement, Qrel, Query, Ranking, Run
from engine.types.registries.measures import PRIMARY, merit
from engine.types.words import words_of

TOP = 10
NO_RESULTS = Ranking("", "", ())


@dataclass(frozen=True, slots=True)
class QueryChange:
    """One query in two runs.

    `first_before` and `first_after` are the ranks of its first relevant document (None:
    not listed). `moved` is the judged document whose move changed DCG@10 most, of grade
    `grade`. `unjudged` counts the documents without a judgment in either top 10.
    """

    query_id: str
    before: float
    after: float
    first_before: int | None
    first_after: int | None
    moved: Movement | None
    grade: int
    unjudged: int
    rbo: float

    @property
    def difference(self) -> float:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class RunAgreement:
    """How alike two runs are, each figure a mean over `queries`.

    `tau` is over the `tau_queries` whose lists share at least two documents, None without one.
    """

    queries: int
    tau: float | None
    rbo: float
    overlap: float
    tau_queries: int = 0


def query_changes(
    before: Run, after: Run, qrels: Sequence[Qrel], *, measure: str = PRIMARY.name, depth: int = TOP
) -> list[QueryChange]:
    """The judged queries, those that lost most first; without results in a run one counts 0."""
    if not before.rankings.keys() & after.rankings.keys():
        raise CrossExamError(
            f"{before.name!r} and {after.name!r} share no query: compare runs of one query set"
        )
    old, new = (evaluate(run, qrels, depth=depth) for run in (before, after))
    return changes(before, after, (old, new), qrels, measure=measure)


def changes(
    before: Run,
    after: Run,
    evaluations: tuple[Evaluation, Evaluation],
    qrels: Sequence[Qrel],
    *,
    measure: str = PRIMARY.name,
) -> list[QueryChange]:
    """Like `query_changes`, with the two evaluations at hand."""
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    old, new = evaluations
    changed = []
    for query_id in old.by_query.keys() & new.by_query.keys():
        ranking_before, ranking_after = (
            run.rankings.get(query_id, NO_RESULTS) for run in (before, after)
        )
        query_grades = grades.get(query_id, {})
        telling_move = most_telling(ranking_before, ranking_after, query_grades)
        tops = set(ranking_before.ids(TOP)) | set(ranking_after.ids(TOP))
        changed.append(
            QueryChange(
                query_id=query_id,
                before=old.by_query[query_id][measure],
                after=new.by_query[query_id][measure],
                first_before=first_relevant(ranking_before, query_grades),
                first_after=first_relevant(ranking_after, query_grades),
                moved=telling_move,
                grade=query_grades.get(telling_move.doc_id, 0) if telling_move else 0,
                unjudged=len(tops - query_grades.keys()),
                rbo=rbo(ranking_before.ids(), ranking_after.ids()),
            )
        )
    return sorted(changed, key=lambda change: (merit(measure, change.difference), change.query_id))


def won_and_lost(
    changed: Sequence[QueryChange], measure: str
) -> tuple[list[QueryChange], list[QueryChange]]:
    """The queries that the later run does better, the best first, and those it does worse.

    `changed` are as `changes` orders them; equal queries are in neither.
    """
    gains = [(merit(measure, change.difference), change) for change in changed]
    won = [change for gain, change in reversed(gains) if gain > ALIKE]
    return won, [change for gain, change in gains if gain < -ALIKE]


def first_relevant(ranking: Ranking, grades: Mapping[str, int]) -> int | None:
    """The rank of the first document of relevance 1 or more."""
    return next((hit.rank for hit in ranking.hits if grades.get(hit.doc_id, 0) > 0), None)


def most_telling(before: Ranking, after: Ranking, grades: Mapping[str, int]) -> Movement | None:
    """The relevant document whose move changed DCG@10 most; None where none moved.

    Where no relevant document moved within or across the first ten, the one that moved
    farthest.
    """
    ranks_before = {hit.doc_id: hit.rank for hit in before.hits}
    ranks_after = {hit.doc_id: hit.rank for hit in after.hits}
    moved_relevant = [
        d for d, g in grades.items() if g > 0 and ranks_before.get(d) != ranks_after.get(d)
    ]
    if not moved_relevant:
        return None

    def by_gain(doc_id: str) -> tuple[float, int, str]:
        gain = grades[doc_id] * (
            _discount(ranks_after.get(doc_id)) - _discount(ranks_before.get(doc_id))
        )
        distance = abs(
            (ranks_before.get(doc_id) or len(ranks_before) + 1)
            - (ranks_after.get(doc_id) or len(ranks_after) + 1)
        )
        return abs(gain), distance, doc_id

    best = max(moved_relevant, key=by_gain)
    return Movement(best, ranks_before.get(best), ranks_after.get(best))


def run_agreement(before: Run, after: Run, *, k: int = TOP) -> RunAgreement:
    """The mean agreement of two runs over the queries that both answer."""
    shared_query_ids = sorted(before.rankings.keys() & after.rankings.keys())
    if not shared_query_ids:
        raise CrossExamError(
            f"{before.name!r} and {after.name!r} share no query: compare runs of one query set"
        )
    pairs = [(before.rankings[q].ids(), after.rankings[q].ids()) for q in shared_query_ids]
    taus = [tau for left, right in pairs if (tau := kendall_tau(left, right)) is not None]
    return RunAgreement(
        queries=len(shared_query_ids),
        tau=math.fsum(taus) / len(taus) if taus else None,
        rbo=math.fsum(rbo(left, right) for left, right in pairs) / len(pairs),
        overlap=math.fsum(overlap(left, right, k) for left, right in pairs) / len(pairs),
        tau_queries=len(taus),
    )


def kept(
    changed: Sequence[QueryChange],
    queries: Mapping[str, Query],
    *,
    word_range: tuple[int, int] | None = None,
    shares_word_by_query: Mapping[str, bool] | None = None,
    shared_word: bool | None = None,
    tags: Sequence[str] = (),
) -> list[QueryChange]:
    """The changes that pass: words in the query, a word shared with the answer, any of the tags.

    `shares_word_by_query` says by query whether it shares a word with a relevant document.
    """

    def passes(change: QueryChange) -> bool:
        query = queries.get(change.query_id)
        if word_range is not None:
            n_words = len(words_of(query.text)) if query else 0
            if not word_range[0] <= n_words <= word_range[1]:
                return False
        if (
            shared_word is not None
            and (shares_word_by_query or {}).get(change.query_id) is not shared_word
        ):
            return False
        return not tags or (query is not None and bool(set(tags) & set(query.tags)))

    return [change for change in changed if passes(change)]


def _discount(rank: int | None) -> float:
    return 1 / math.log2(rank + 1) if rank is not None and rank <= TOP else 0.0
