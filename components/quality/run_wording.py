"""How a quality run is said: when it was, what it holds, what it would cost."""

from __future__ import annotations

import time
from typing import Protocol

from components.common.job_progress import rough
from components.common.wording import counted


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


class PairPrice(Protocol):
    """The seconds that a pair takes, and in words where they come from."""

    @property
    def seconds(self) -> float: ...

    @property
    def origin(self) -> str: ...


def about_words(pairs: int, price: PairPrice | None) -> str:
    """ ", about 12 min at the last run's speed"; "" where no speed is known."""
    if price is None:
        return ""
    return f", about {rough(pairs * price.seconds)} {price.origin}"


def cost_words(*, pipelines: int, queries: int, pairs: int, price: PairPrice | None) -> str:
    """What a run would take at most."""
    run = f"{pipelines} pipelines over {counted(queries, 'query', 'queries')}"
    if not pairs:
        return f"{run}; nothing to rerank."
    return (
        f"{run}: at most {counted(pairs, 'pair')} to read{about_words(pairs, price)}. Pairs that "
        "are common to several pipelines, or were scored in an earlier run, are not read again."
    )
