"""What a change does to the first result of searches, in words without a term to look up."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from engine.types import Qrel, Run


@dataclass(frozen=True, slots=True)
class FirstResultChange:
    """Shares of searches, 0 to 1, whose first result changes, and where that is better or worse.

    `better` and `worse` compare the judgments of the two first results, of which one that nobody
    judged counts as not relevant; they are None without judgments. Where `weighted` a query counts
    as often as it is searched, else once. `queries` were looked at, `without` have no weight.
    """

    changed: float
    better: float | None
    worse: float | None
    queries: int
    weighted: bool
    without: int = 0

    @property
    def sentence(self) -> str:
        """ "changes the first result of 12% of searches, better for 8%, worse for 3%"."""
        what = "searches" if self.weighted else "queries"
        sentence = f"changes the first result of {percent(self.changed)} of {what}"
        if self.better is None or self.worse is None or not self.changed:
            return sentence
        return f"{sentence}, better for {percent(self.better)}, worse for {percent(self.worse)}"

    @property
    def basis(self) -> str:
        """What the shares are of: "85 queries, each as often as it is searched"."""
        queries = f"{self.queries:,} {'query' if self.queries == 1 else 'queries'}"
        if self.better is not None:
            queries = queries.replace(" ", " judged ", 1)
        if not self.weighted:
            return f"{queries}, each counted once"
        left_out = f"; {self.without:,} without a number are left out" if self.without else ""
        return f"{queries}, each as often as it is searched{left_out}"


def first_result_change(
    before: Run,
    after: Run,
    qrels: Sequence[Qrel] = (),
    weights: Mapping[str, float] | None = None,
) -> FirstResultChange | None:
    """What becomes of the first results from one run to the other; None without a shared query.

    Over the judged queries where there are any, else over all that both runs hold. `weights` are
    searches by query; where none of these queries has one above 0, each counts once.
    """
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    shared = sorted(before.rankings.keys() & after.rankings.keys())
    judged = [query for query in shared if query in grades]
    looked_at = judged or shared
    known_weights = {
        query: (weights or {})[query] for query in looked_at if query in (weights or {})
    }
    weighted = any(known_weights.values())
    counts = known_weights if weighted else dict.fromkeys(looked_at, 1.0)
    if not counts:
        return None
    changed: list[float] = []
    better: list[float] = []
    worse: list[float] = []
    for query, count in counts.items():
        first_before, first_after = (run.rankings[query].ids(1) for run in (before, after))
        if first_before == first_after:
            continue
        changed.append(count)
        gain = _grade(first_after, grades.get(query, {})) - _grade(
            first_before, grades.get(query, {})
        )
        if gain:
            (better if gain > 0 else worse).append(count)
    total = math.fsum(counts.values())
    return FirstResultChange(
        changed=math.fsum(changed) / total,
        better=math.fsum(better) / total if judged else None,
        worse=math.fsum(worse) / total if judged else None,
        queries=len(counts),
        weighted=weighted,
        without=len(looked_at) - len(counts),
    )


def percent(share: float) -> str:
    """A share in whole percents: "12%"; one that would be rounded to none or all says so."""
    if 0 < share < 0.01:
        return "under 1%"
    if 0.99 < share < 1:
        return "over 99%"
    return f"{share:.0%}"


def _grade(first: Sequence[str], grades: Mapping[str, int]) -> int:
    """The relevance of the first result; of no result, and of one that nobody judged, 0."""
    return max(0, grades.get(first[0], 0)) if first else 0
