"""Who moved between two rankings, and the sentence that says so."""

from __future__ import annotations

from search.types import Movement, Ranking, SearchTrace

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


def rescued(before: Ranking, after: Ranking, top: int = TOP) -> list[Movement]:
    """The documents that came into the top from below it, from the deepest place first."""
    moved = movements(before, after)
    newcomers = [moved[doc_id] for doc_id in after.ids(top)]
    found = [m for m in newcomers if m.before is not None and m.before > top]
    return sorted(found, key=lambda m: -(m.before or 0))


def summary(trace: SearchTrace, baseline: str, stage: str, label: str) -> str:
    """What a stakeholder can read: what the reranker changed and what it cost."""
    before, after = trace.ranking(baseline), trace.ranking(stage)
    if before is None or after is None or not after.hits:
        return ""
    size = min(TOP, len(after.hits))
    n_changed = changed(before, after)
    cost = trace.stage_seconds(stage)
    saved = rescued(before, after)
    parts = [
        f"changed {n_changed} of the top {size}" if n_changed else _only_order(before, after, size)
    ]
    if len(saved) == 1:
        parts.append(f"rescued 1 document from rank {saved[0].before}")
    elif saved:
        deepest = saved[0].before
        parts.append(f"rescued {len(saved)} documents, the deepest from rank {deepest}")
    parts.append(f"cost {duration(cost)} more")
    return (
        f"The {label} "
        + ", ".join(parts[:-1])
        + " and "
        + parts[-1]
        + "."
        + _remembered(trace, stage)
    )


def _remembered(trace: SearchTrace, stage: str) -> str:
    """How many scores cost nothing because they were known, as a sentence."""
    scores = [t for t in trace.timings if (t.stage, t.step) == (stage, "score")]
    known, every = sum(t.n_out for t in scores if t.cached), sum(t.n_out for t in scores)
    if not known:
        return ""
    if known == every:
        return " Its scores were remembered from an earlier search."
    return f" {known} of its {every} scores were remembered from an earlier search."


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
