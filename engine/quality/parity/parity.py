"""Two rankers over the same queries and candidates, compared query by query as they answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from engine.explain.correlation import spearman
from engine.quality.parity.answers import Answer, Side
from engine.quality.parity.comparing import (
    compared_query,
    differences,
    is_permuted,
    on_probabilities,
    pearson,
    scale_of,
)
from engine.quality.parity.repeating import REPEATED_QUERIES, Repeating
from engine.search.stages.failure import failure_of, passes_on
from engine.types import Cancel, Cancelled, CrossExamError, Document, ProgressCallback, Query
from engine.types.parity.report import (
    SIGMOID_OF_A,
    SIGMOID_OF_B,
    PairOfScores,
    ParityReport,
    QueryParity,
    Repeats,
    SideLabel,
)

SCORING = "scoring pairs by both"
MOST_FAILURES = 3  # queries in a row that a ranker may fail before it is given up
GROWTH = 0.25  # of queries and pairs, after which the figures over all of them are made anew


@dataclass(frozen=True, slots=True)
class Candidates:
    """A query and the documents that both sides score, in the order in which they are sent."""

    query: Query
    documents: tuple[Document, ...]


@dataclass(slots=True)
class _Asked:
    """A side with what is counted of it as it answers."""

    side: Side
    repeating: Repeating | None
    rescored: int = 0
    failures: int = 0
    label: SideLabel = field(init=False)
    repeats: Repeats | None = None

    def __post_init__(self) -> None:
        self.label = self.side.label

    def count_in(self) -> None:
        """Have what was counted up to here in the next report."""
        self.label = replace(self.label, rescored=self.rescored)
        self.repeats = self.repeating.result() if self.repeating is not None else None

    def answer(self, candidates: Candidates, cancel: Cancel, *, first: bool) -> Answer:
        """Its answer; a failure is one of its own unless it is the first, or one too many."""
        try:
            answer = self.side.answer(candidates.query, candidates.documents, cancel)
        except BaseException as error:
            if passes_on(error):
                raise
            self.failures += 1
            reason = failure_of(error)
            if first or self.failures >= MOST_FAILURES:
                times = "" if first else f" at {self.failures} queries in a row"
                raise CrossExamError(f"{self.side.label.name} failed{times}: {reason}") from error
            return Answer({}, failure=reason)
        self.failures = 0
        self.rescored += answer.rescored
        return answer


def parity(
    a: Side,
    b: Side,
    sample: Sequence[Candidates],
    *,
    corpus: str = "",
    candidates: str = "",
    repeats: int = 0,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel = lambda: False,
) -> Iterator[ParityReport]:
    """Ever fuller reports, each a quarter larger than the last, so that all cost what few do.

    The last has all that was compared, where it was cancelled or a ranker was given up too.
    `repeats` calls each side so many times again for the first queries, in the same order and in
    a shuffled one. Raises CrossExamError without queries, and where a ranker fails at the first
    query or at three in a row; Cancelled where it is cancelled before the first is done.
    """
    if not sample:
        raise CrossExamError("there is no query with candidates to compare the two by: choose more")
    asked = [
        _Asked(side, Repeating(side, repeats) if repeats and side.repeatable else None)
        for side in (a, b)
    ]
    counter = _Counter(on_progress, _pairs_to_score(asked, sample, repeats))
    report = ParityReport(corpus, a.label, b.label, len(sample), (), candidates=candidates)
    compared: list[QueryParity] = []
    size = next_size = 0.0
    try:
        for number, each in enumerate(sample):
            answers = []
            for side in asked:
                answers.append(side.answer(each, cancel, first=number == 0))
                counter.add(len(each.documents))
            for side, answer in zip(asked, answers, strict=True):
                if side.repeating is not None and number < REPEATED_QUERIES and answer.scores:
                    side.repeating.repeat(
                        each.query, each.documents, answer.scores, cancel, counter.add
                    )
            compared.append(_compared(each, *answers))
            for side in asked:
                side.count_in()
            size += 1 + len(compared[-1].pairs)
            if size >= next_size or len(compared) == len(sample):
                next_size = (1 + GROWTH) * size
                report = _with_figures(report, compared, asked)
                yield report
    except (Cancelled, CrossExamError) as error:
        if len(report.queries) < len(compared):
            yield _with_figures(report, compared, asked)
        if not compared or not isinstance(error, Cancelled):
            raise


@dataclass(slots=True)
class _Counter:
    """Tells how many pairs are scored, of how many."""

    on_progress: ProgressCallback | None
    total: int
    done: int = field(default=0)

    def add(self, pairs: int) -> None:
        self.done += pairs
        if self.on_progress is not None:
            self.on_progress(SCORING, self.done, self.total)


def _pairs_to_score(asked: Sequence[_Asked], sample: Sequence[Candidates], repeats: int) -> int:
    counts = [len(each.documents) for each in sample]
    again = sum(side.repeating is not None for side in asked) * 2 * repeats
    return len(asked) * sum(counts) + again * sum(counts[:REPEATED_QUERIES])


def _compared(candidates: Candidates, answer_a: Answer, answer_b: Answer) -> QueryParity:
    pairs = [
        PairOfScores(d.doc_id, answer_a.scores[d.doc_id], answer_b.scores[d.doc_id])
        for d in candidates.documents
        if d.doc_id in answer_a.scores and d.doc_id in answer_b.scores
    ]
    query = candidates.query
    figures = compared_query(query.query_id, query.text, len(candidates.documents), pairs)
    return replace(
        figures,
        faults_a=answer_a.faults,
        faults_b=answer_b.faults,
        failure_a=answer_a.failure,
        failure_b=answer_b.failure,
    )


def _with_figures(
    report: ParityReport, compared: Sequence[QueryParity], asked: Sequence[_Asked]
) -> ParityReport:
    """The report of these queries, with the figures over all of their pairs."""
    scale = scale_of(compared)
    queries = tuple(replace(each, permuted=is_permuted(each.pairs, scale)) for each in compared)
    pairs = [(query.query_id, pair) for query in queries for pair in query.pairs]
    scores_a, scores_b = [pair.a for _, pair in pairs], [pair.b for _, pair in pairs]
    undone = (
        differences([(query_id, on_probabilities(pair, scale)) for query_id, pair in pairs])
        if scale in (SIGMOID_OF_A, SIGMOID_OF_B)
        else None
    )
    side_a, side_b = asked
    return replace(
        report,
        a=side_a.label,
        b=side_b.label,
        queries=queries,
        differences=differences(pairs),
        on_probabilities=undone,
        scale=scale,
        pearson=pearson(scores_a, scores_b),
        spearman=spearman(scores_a, scores_b),
        repeats_a=side_a.repeats,
        repeats_b=side_b.repeats,
    )
