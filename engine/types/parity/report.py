"""How far two rankers agree on the same pairs, as values."""

from __future__ import annotations

from dataclasses import dataclass

TOP = 10  # the first ranks whose order is compared
SAME, SIGMOID_OF_A, SIGMOID_OF_B, MONOTONE, OTHER = (
    "same",
    "B is the sigmoid of A",
    "A is the sigmoid of B",
    "monotone",
    "other",
)


@dataclass(frozen=True, slots=True)
class SideLabel:
    """One side as shown: its name, what it is, what its scores are, and remarks on it.

    `rescored` counts scores that the mode *fast* took from fp32; `remote`: texts were sent away.
    """

    name: str
    label: str
    kind: str
    remote: bool = False
    rescored: int = 0
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PairOfScores:
    """What both sides gave one (query, document) pair."""

    doc_id: str
    a: float
    b: float


@dataclass(frozen=True, slots=True)
class DocumentFault:
    """A fault of an answer (see `faults`), with the document by its id, "" where it is of none."""

    kind: str
    doc_id: str
    value: str = ""


@dataclass(frozen=True, slots=True)
class Turned:
    """Two documents that A has in this order and B in the other, `gap` apart by A's scores."""

    first: str
    second: str
    gap: float


@dataclass(frozen=True, slots=True)
class QueryParity:
    """One query: `sent` documents, the pairs that both sides scored, and what differs.

    `largest` is the greatest |B − A|, of document `largest_id`; `turned` the two documents of
    the first ten that stand the other way round in B and lie farthest apart in A. `permuted`:
    B holds A's scores at other documents. `sent_order`: B's scores fall in the order in which the
    documents were sent, A's do not. `failure_…` says why a side has no answer at all.
    """

    query_id: str
    text: str
    sent: int
    pairs: tuple[PairOfScores, ...]
    largest: float = 0.0
    largest_id: str = ""
    same_order: bool = True
    same_set: bool = True
    overlap: float = 1.0
    turned: Turned | None = None
    spearman: float | None = None
    permuted: bool = False
    sent_order: bool = False
    faults_a: tuple[DocumentFault, ...] = ()
    faults_b: tuple[DocumentFault, ...] = ()
    failure_a: str = ""
    failure_b: str = ""

    @property
    def faulty(self) -> bool:
        """Whether either side answered wrongly, or not at all."""
        return bool(self.faults_a or self.faults_b or self.failure_a or self.failure_b)

    @property
    def gap(self) -> float:
        """How far apart A holds what B turned round; 0 where nothing is turned round."""
        return self.turned.gap if self.turned is not None else 0.0


@dataclass(frozen=True, slots=True)
class Differences:
    """B − A over pairs: the greatest distance and whose, the mean, and of distances the quantiles.

    `mean` keeps its sign; `median`, `p99` and `mean_distance` are of |B − A|. `p99` is None below
    100 pairs, which cannot carry it.
    """

    pairs: int
    largest: float
    query_id: str
    doc_id: str
    mean: float
    mean_distance: float
    median: float
    p99: float | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How far the scores of one pair lie apart over `calls` of the same ranker.

    `identical` of the `pairs` had the very same score each time; `faulty` calls failed or gave
    fewer usable scores than the first.
    """

    calls: int
    pairs: int
    identical: int
    largest: float
    query_id: str = ""
    doc_id: str = ""
    faulty: int = 0


@dataclass(frozen=True, slots=True)
class Repeats:
    """One side called again with the same documents: in the same order, and shuffled."""

    queries: int
    same_order: Spread
    shuffled: Spread


@dataclass(frozen=True, slots=True)
class ParityReport:
    """Two rankers over `asked` queries, of which `queries` are done; complete when all are.

    `differences` is None without a pair that both scored. `scale` says how B's scores lie to A's;
    where one side is the other's sigmoid, `on_probabilities` are the differences with that undone.
    Correlations are over all pairs, None where they cannot be worked out.
    """

    corpus: str
    a: SideLabel
    b: SideLabel
    asked: int
    queries: tuple[QueryParity, ...]
    differences: Differences | None = None
    on_probabilities: Differences | None = None
    scale: str = SAME
    pearson: float | None = None
    spearman: float | None = None
    repeats_a: Repeats | None = None
    repeats_b: Repeats | None = None
    candidates: str = ""

    @property
    def complete(self) -> bool:
        """Whether every query was compared."""
        return len(self.queries) == self.asked

    @property
    def pairs(self) -> int:
        """How many pairs both sides scored."""
        return sum(len(query.pairs) for query in self.queries)

    @property
    def faulty(self) -> tuple[QueryParity, ...]:
        """The queries that either side answered wrongly, or not at all."""
        return tuple(query for query in self.queries if query.faulty)

    @property
    def reordered(self) -> tuple[QueryParity, ...]:
        """The queries whose first ten stand in another order in B, the worst first.

        The worst shares fewest documents; of two, A holds apart farther what B turned round.
        """
        changed = [query for query in self.queries if not query.same_order]
        return tuple(sorted(changed, key=lambda query: (query.overlap, -query.gap)))

    @property
    def permuted(self) -> tuple[QueryParity, ...]:
        """The queries in which B holds A's scores at other documents."""
        return tuple(query for query in self.queries if query.permuted)
