"""Who moved between two rankings, and the sentence that says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.types import Movement, Ranking, SearchTrace
from engine.types.traces import SCORE_STEPS

TOP = 10


def movements(before: Ranking, after: Ranking) -> dict[str, Movement]:
    """The movement of every document in `after`, by doc_id, from where it stood in `before`."""
    places = {hit.doc_id: hit.rank for hit in before.hits}
    return {
        hit.doc_id: Movement(hit.doc_id, places.get(hit.doc_id), hit.rank) for hit in after.hits
    }


def changed(before: Ranking, after: Ranking, top: int = TOP) -> int:
    """How many documents of the new top were not in the old one."""
    return len(set(after.ids(top)) - set(before.ids(top)))


def entered(before: Ranking, after: Ranking, top: int = TOP) -> list[Movement]:
    """The documents that came into the top from below it, from the deepest place first."""
    movement_of = movements(before, after)
    newcomers = [movement_of[doc_id] for doc_id in after.ids(top)]
    risen = [m for m in newcomers if m.before is not None and m.before > top]
    return sorted(risen, key=lambda m: -(m.before or 0))


def summary(
    trace: SearchTrace,
    baseline: str,
    stage: str,
    label: str,
    *,
    grades: Mapping[str, int] | None = None,
    against: str = "",
) -> str:
    """What a stakeholder can read: what the reranker changed and what it cost.

    `against` names the baseline, for a page that shows other movements against another one.

    `grades` are the query's judgments by document id. Only a document judged relevant is
    "rescued"; of any other nothing says whether its coming in is good.
    """
    ranking_before, ranking_after = trace.ranking(baseline), trace.ranking(stage)
    if ranking_before is None or ranking_after is None or not ranking_after.hits:
        return ""
    size = min(TOP, len(ranking_after.hits))
    n_changed = changed(ranking_before, ranking_after)
    change_phrase = _only_order(ranking_before, ranking_after, size)
    if n_changed:
        newcomers = _newcomers(ranking_before, ranking_after, grades or {})
        change_phrase = f"changed {n_changed} of the top {size}{newcomers}"
    compared = f"Against {against}, the" if against else "The"
    return f"{compared} {label} {change_phrase} and cost {_cost(trace, stage)}"


def _newcomers(before: Ranking, after: Ranking, grades: Mapping[str, int]) -> str:
    """Who came into the top 10, in brackets: those judged relevant were rescued."""
    newcomers = entered(before, after)
    relevant = [m for m in newcomers if grades.get(m.doc_id, 0) > 0]
    other_newcomers = [m for m in newcomers if m not in relevant]
    parts = []
    if relevant:
        parts.append(f"rescued {_count(relevant, 'relevant document')}{_from(relevant)}")
    if other_newcomers:
        noun = "other document" if relevant else "document"
        parts.append(
            f"{_count(other_newcomers, noun)} entered the top {TOP}{_from(other_newcomers)}"
        )
    return f" ({'; '.join(parts)})" if parts else ""


def _count(moved: Sequence[Movement], noun: str) -> str:
    return f"{len(moved)} {noun}{'' if len(moved) == 1 else 's'}"


def _from(moved: Sequence[Movement]) -> str:
    """Where they came from, the deepest first."""
    if len(moved) == 1:
        return f" from rank {moved[0].before}"
    return f", the deepest from rank {moved[0].before}"


def _cost(trace: SearchTrace, stage: str) -> str:
    """What the scores cost, those included that an earlier search paid for."""
    scores = [t for t in trace.timings if t.stage == stage and t.step in SCORE_STEPS]
    n_remembered, n_scores = sum(t.n_out for t in scores if t.cached), sum(t.n_out for t in scores)
    seconds_now, measured_seconds = trace.stage_seconds(stage), trace.measured_seconds(stage)
    if not n_remembered:
        return f"{duration(seconds_now)} more."
    which = "Its scores" if n_remembered == n_scores else f"{n_remembered} of its {n_scores} scores"
    if not measured_seconds:
        return f"{duration(seconds_now)} more. {which} were remembered from an earlier search."
    if n_remembered == n_scores:
        from_memory = f"now from memory ({duration(seconds_now)})"
        return f"{duration(measured_seconds)} more when scored; {from_memory}."
    return (
        f"{duration(seconds_now + measured_seconds)} more: {duration(seconds_now)} now, and "
        f"{duration(measured_seconds)} when "
        f"{n_remembered} of its {n_scores} scores were computed; those came from memory."
    )


def _only_order(before: Ranking, after: Ranking, size: int) -> str:
    if before.ids(size) == after.ids(size):
        return f"left the top {size} as they were"
    return f"kept the same top {size} in another order"


def duration(seconds: float) -> str:
    """Seconds for people: "1.1 s", "38 ms", "0.4 ms"."""
    if seconds >= 0.9995:
        return f"{seconds:.1f} s"
    milliseconds = seconds * 1000
    return f"{milliseconds:.0f} ms" if milliseconds >= 10 else f"{milliseconds:.1f} ms"
