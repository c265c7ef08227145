"""What a gate comes to, in plain words."""

from __future__ import annotations

from engine.quality.significance import ALIKE, interval_text
from engine.search.movement import duration
from engine.types.quality.gate import ORACLE, GateReport, Unchanged, signal_named
from engine.types.wording.numbers import signed


def gate_sentence(report: GateReport, signal: str) -> str:
    """What reranking the report's share of the queries by this signal keeps, saves and is worth."""
    words = [_at_share(report, signal), _against_random(report, signal)]
    low, high = report.gain_interval
    if report.full > report.first and low <= 0 <= high:
        words.append(
            f"The gain of reranking every query may itself be chance (95% interval "
            f"{interval_text(report.gain_interval)})."
        )
    return " ".join(words)


def unchanged_sentence(unchanged: Unchanged) -> str:
    """For how many queries the reranker changed nothing in the first 10."""
    n = unchanged.queries
    single = (
        f" ({unchanged.single:,} {'has' if unchanged.single == 1 else 'have'} fewer than two "
        "candidates)"
        if unchanged.single
        else ""
    )
    if unchanged.same_order == n:
        return (
            f"The reranker changed nothing: the first 10 stand in the same order for all "
            f"{_queries(n)}{single}, as if it were not there."
        )
    if not unchanged.same_set:
        return f"The reranker changed which documents are in the first 10 for all {_queries(n)}."
    reordered = unchanged.same_set - unchanged.same_order
    if not unchanged.same_order:
        return (
            f"The reranker changed the first 10 for all {_queries(n)}, for {reordered:,} of them "
            "only the order of the same documents."
        )
    return (
        f"The reranker changed nothing in the first 10 for {unchanged.same_order:,} of "
        f"{_queries(n)}{single}; for {reordered:,} more it only "
        "reordered the same documents."
    )


def _at_share(report: GateReport, signal: str) -> str:
    share, measure = report.share, report.measure
    point, everything = report.curve(signal).at(share), report.curve(signal).points[-1]
    gain, reached = report.full - report.first, point.value - report.first
    at_random, best = share * gain, report.curve(ORACLE).at(share).value - report.first
    which = f"the {share:.0%} least sure queries ({signal_named(signal).order})"
    saved = report.rerank_seconds + report.random.points[0].seconds - point.seconds
    costs = "saves" if saved >= 0 else "costs"
    time = f"{costs} {duration(abs(saved))} of {duration(report.rerank_seconds)} a query"
    if abs(gain) < ALIKE:
        return (
            f"Reranking every query changes {measure} by {signed(0.0, 3)}: there is no gain to "
            f"keep. Reranking only {which} changes it by {signed(reached, 3)}, the best "
            f"{share:.0%} (oracle) by {signed(best, 3)}."
        )
    if gain < 0:
        return (
            f"Reranking every query lowers {measure} by {abs(gain):.3f}, so there is no gain to "
            f"keep. Reranking only {which} changes it by {signed(reached, 3)} and {time}; a random "
            f"{share:.0%} changes it by {signed(at_random, 3)}, the best {share:.0%} (oracle) by "
            f"{signed(best, 3)}."
        )
    kept = reached / gain
    keeps = (
        f"keeps {kept:.0%} of the gain of {signed(everything.value - report.first, 3)} {measure}"
        if kept >= 0
        else f"changes {measure} by {signed(reached, 3)}, where reranking all gains "
        f"{signed(gain, 3)},"
    )
    return f"Reranking only {which} {keeps} and {time}; the random gate keeps {share:.0%}."


def _against_random(report: GateReport, signal: str) -> str:
    advantage = report.advantage(signal)
    figures = (
        f"{signed(advantage.area, 3)} {report.measure} on average over all shares, 95% interval "
        f"{interval_text(advantage.area_interval)}"
    )
    if advantage.beats_random:
        return f"This signal is better than the random gate: {figures}."
    if not any(one.beats_random for one in report.advantages):
        return f"No signal is shown to be better than the random gate here; this one: {figures}."
    return f"This signal is not shown to be better than the random gate: {figures}."


def _queries(n: int) -> str:
    return f"{n:,} {'query' if n == 1 else 'queries'}"
