"""How a quality run is said: when it was, what it holds, what it would cost."""

from __future__ import annotations

import time

from components.common.wording import counted, humanised


def when(saved_at: float) -> str:
    """A time as people write it, to the second, for a run may follow another at once."""
    return time.strftime("%d %b %Y, %H:%M:%S", time.localtime(saved_at))


def run_label(
    *, saved_at: float, pipelines: int, finished: int, queries: int, pairs: int, size_bytes: int
) -> str:
    """What tells a saved run from the others; `finished` of the `queries` it was begun with."""
    queries_text = counted(queries, "query", "queries")
    if finished != queries:
        queries_text = f"{finished} of {queries_text} (cancelled)"
    return (
        f"{when(saved_at)} · {counted(pipelines, 'pipeline')} · {queries_text} · "
        f"{counted(pairs, 'pair')} · {size_bytes / 1e6:.1f} MB"
    )


def cost_words(*, pipelines: int, queries: int, pairs: int, pair_seconds: float | None) -> str:
    """What a run would take at most, by the seconds of a pair in the last run, if there was one."""
    run = f"{pipelines} pipelines over {counted(queries, 'query', 'queries')}"
    if not pairs:
        return f"{run}; nothing to rerank."
    about = (
        ""
        if pair_seconds is None
        else f", {humanised(pairs * pair_seconds)} at most at the last run's speed"
    )
    return (
        f"{run}: at most {counted(pairs, 'pair')} to read{about}. Pairs that are common to "
        "several pipelines, or were scored in an earlier run, are not read again."
    )
