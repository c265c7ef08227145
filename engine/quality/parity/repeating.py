"""The same ranker called again with the same documents: does it say the same?"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from engine.quality.parity.answers import Side
from engine.search.stages.failure import passes_on
from engine.types import Cancel, Document, Query
from engine.types.parity.report import Repeats, Spread

REPEATED_QUERIES = 5  # of the sample, the first
SEED = 20_261_129


@dataclass(slots=True)
class _Calls:
    """The least and greatest score of each pair over the calls so far."""

    calls: int = 0
    faulty: int = 0
    least: dict[tuple[str, str], float] = field(default_factory=dict)
    greatest: dict[tuple[str, str], float] = field(default_factory=dict)

    def take(self, query_id: str, scores: Mapping[str, float]) -> None:
        for doc_id, score in scores.items():
            key = (query_id, doc_id)
            self.least[key] = min(score, self.least.get(key, score))
            self.greatest[key] = max(score, self.greatest.get(key, score))

    def spread(self) -> Spread:
        apart = {key: self.greatest[key] - least for key, least in self.least.items()}
        worst = max(apart, key=lambda key: apart[key], default=("", ""))
        return Spread(
            self.calls,
            len(apart),
            sum(each == 0 for each in apart.values()),
            apart.get(worst, 0.0),
            *worst,
            self.faulty,
        )


@dataclass(slots=True)
class Repeating:
    """Calls one side again, `times` in the same order and as often in a shuffled one."""

    side: Side
    times: int
    _queries: int = 0
    _same: _Calls = field(default_factory=_Calls)
    _shuffled: _Calls = field(default_factory=_Calls)

    def repeat(
        self,
        query: Query,
        documents: Sequence[Document],
        first_scores: Mapping[str, float],
        cancel: Cancel,
        count: Callable[[int], None],
    ) -> None:
        """Call it again for this query; `count` hears how many pairs each call scored."""
        self._queries += 1
        order = random.Random(f"{SEED} {query.query_id}")
        for calls, is_shuffled in ((self._same, False), (self._shuffled, True)):
            calls.calls = self.times + 1
            calls.take(query.query_id, first_scores)
            for _ in range(self.times):
                sent = list(documents)
                if is_shuffled:
                    order.shuffle(sent)
                scores = self._scores(query, sent, cancel)
                calls.faulty += len(scores) < len(first_scores)
                calls.take(query.query_id, scores)
                count(len(sent))

    def _scores(
        self, query: Query, documents: Sequence[Document], cancel: Cancel
    ) -> Mapping[str, float]:
        """The usable scores of one call, {} where it failed."""
        try:
            return self.side.answer(query, documents, cancel).scores
        except BaseException as error:
            if passes_on(error):
                raise
            return {}

    def result(self) -> Repeats | None:
        """What came of it so far; None before the first query."""
        if not self._queries:
            return None
        return Repeats(self._queries, self._same.spread(), self._shuffled.spread())
