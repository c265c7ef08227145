"""Whether two rankers agree, in a sentence, with what speaks against it."""

from __future__ import annotations

from collections import Counter

from engine.types.models import FLOAT_NOISE
from engine.types.parity.faults import DUPLICATE, EXTRA, MISSING, NOT_A_NUMBER
from engine.types.parity.report import (
    MONOTONE,
    OTHER,
    SAME,
    SIGMOID_OF_A,
    TOP,
    ParityReport,
    QueryParity,
)

_FAULTS = {
    MISSING: ("score is missing", "scores are missing"),
    EXTRA: ("score is of no document that was sent", "scores are of no document that was sent"),
    DUPLICATE: ("document has a second score", "documents have a second score"),
    NOT_A_NUMBER: ("score is no finite number", "scores are no finite numbers"),
}
LONGEST_QUERY = 80


def disagrees(report: ParityReport, tolerance: float = 0.0) -> bool:
    """Whether the two cannot stand for one another.

    An answer is faulty, or B holds A's scores at other documents, or two documents of the first
    ten stand the other way round that A holds more than `tolerance` apart.
    """
    turned = any(query.gap > tolerance for query in report.reordered)
    nothing = not report.pairs
    return bool(report.faulty or report.permuted or turned or nothing)


def verdict(report: ParityReport) -> str:
    """The most important thing about the two, in one sentence."""
    n = len(report.queries)
    of = f"of {_queries(n)}"
    if report.faulty:
        return f"{_who(report)} answered wrongly at {len(report.faulty):,} {of}"
    if not report.pairs:
        return "There is no pair that both scored"
    if report.permuted:
        return f"B has the same scores, but at other documents: at {len(report.permuted):,} {of}"
    assert report.differences is not None
    if not report.reordered:
        if report.differences.largest <= FLOAT_NOISE:
            return f"They give the same scores, and so the same order, for all {_queries(n)}"
        if report.scale != SAME:
            return f"Same order, other scale: the first {TOP} are the same for all {_queries(n)}"
        return f"The first {TOP} are the same, in the same order, for all {_queries(n)}"
    return f"The order of the first {TOP} differs at {len(report.reordered):,} {of}"


def remarks(report: ParityReport) -> list[str]:
    """What stands below the verdict: faults, other documents, scale, distance, the worst query."""
    return [
        *_faults(report),
        *_permuted(report),
        *_scale(report),
        *_distance(report),
        *_order(report),
    ]


def _who(report: ParityReport) -> str:
    a = any(query.faults_a or query.failure_a for query in report.queries)
    b = any(query.faults_b or query.failure_b for query in report.queries)
    return "Both" if a and b else ("A" if a else "B")


def _faults(report: ParityReport) -> list[str]:
    sentences = []
    for side, label in (("a", "A"), ("b", "B")):
        counts = Counter(
            fault.kind for query in report.queries for fault in getattr(query, f"faults_{side}")
        )
        failed = sum(bool(getattr(query, f"failure_{side}")) for query in report.queries)
        parts = [f"{counts[kind]:,} {_FAULTS[kind][counts[kind] > 1]}" for kind in counts]
        parts += [f"{failed:,} {'call' if failed == 1 else 'calls'} failed"] if failed else []
        if parts:
            sentences.append(
                f"{label}: {', '.join(parts)}. What is not a score is left out of all figures."
            )
    return sentences


def _permuted(report: ParityReport) -> list[str]:
    if not report.permuted:
        return []
    sent_order = sum(query.sent_order for query in report.permuted)
    hint = (
        "they fall in the order in which the documents were sent, so its index seems to count its "
        "own results"
        if 2 * sent_order >= len(report.permuted)
        else "check what its index points to"
    )
    return [
        f"At {len(report.permuted):,} of {_queries(len(report.queries))} the sorted scores are the "
        f"same, but they stand at other documents: {hint}."
    ]


def _scale(report: ParityReport) -> list[str]:
    if report.scale == SAME or not report.pairs:
        return []
    if report.scale == MONOTONE:
        return ["Another scale, but one order over all pairs: only ranks can be compared."]
    if report.scale == OTHER:
        return [
            "Neither the same numbers nor one order over all pairs: they look like two different "
            "rankers."
        ]
    one, other = ("B", "A") if report.scale == SIGMOID_OF_A else ("A", "B")
    undone = report.on_probabilities
    apart = f"; as probabilities they differ by {undone.largest:.4f} at most" if undone else ""
    return [f"{one}'s scores are {other}'s as probabilities (the sigmoid){apart}."]


def _distance(report: ParityReport) -> list[str]:
    figures = report.differences
    if figures is None or report.scale != SAME:
        return []
    if figures.largest == 0:
        return [f"Not one of {figures.pairs:,} scores differs."]
    return [
        f"Scores differ by {figures.largest:.4f} at most, by {figures.median:.4f} in the median "
        f"({figures.pairs:,} pairs)."
    ]


def _order(report: ParityReport) -> list[str]:
    if not report.reordered:
        return []
    same_set = sum(query.same_set for query in report.reordered)
    worst = report.reordered[0]
    held = f"{same_set:,} of these have the same documents in it" if same_set else ""
    others = len(report.reordered) - same_set
    if others:
        held += f"{'; ' if held else ''}{others:,} have other documents in it"
    return [f"{held[:1].upper()}{held[1:]}. The worst is “{_short(worst.text)}”: {_change(worst)}."]


def _change(query: QueryParity) -> str:
    shared = f"{query.overlap:.0%} of the first {TOP} are shared"
    if query.turned is None:
        return shared
    return f"{shared}, and two documents are turned round that A holds {query.turned.gap:.4f} apart"


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= LONGEST_QUERY else f"{line[: LONGEST_QUERY - 1]}…"


def _queries(number: int) -> str:
    return f"{number:,} {'query' if number == 1 else 'queries'}"
