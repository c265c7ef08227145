"""What comparing a query with 1, 100 and a million documents takes.

One and a hundred are measured on the corpus' own documents, a million is
extrapolated: linear in documents from the measured cost of one. The embedding of
the query is a constant and is not scaled.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np

from search.movement import duration
from search.searcher import Searcher
from search.types import Cancel, CrossExamError, Encoder, Floats, Reranker, VectorIndex

SAMPLE, MILLION = 100, 1_000_000
QUICK_REPEATS, SINGLES = 20, 5
ENCODED_AT_ONCE = 25
LISTED = 10
NO_BREAK = "\N{NO-BREAK SPACE}"

Told = Callable[[str, int, int], None]
BI_QUERY = "Bi-encoder, at query time"
BI_DOCUMENTS = "Bi-encoder, once beforehand"
CROSS_QUERY = "Cross-encoder, at query time"


@dataclass(frozen=True, slots=True)
class ScaleMeasured:
    """Seconds measured on `sample` documents of a corpus, at most 100.

    `..._one` are medians for a single document, `..._sample` are for all of the
    sample together; `search_all` is the exact search over `searched` vectors.
    """

    sample: int
    embed_query: float
    search_one: float
    search_sample: float
    search_all: float
    searched: int
    embed_one: float
    embed_sample: float
    score_one: float
    score_sample: float
    sample_tokens: int
    dimensions: int

    def __post_init__(self) -> None:
        if not 1 <= self.sample <= SAMPLE or self.searched < self.sample:
            raise CrossExamError(
                f"{self.sample} documents of {self.searched} were measured: take at least one, "
                f"at most {SAMPLE}, and no more than the corpus has"
            )


@dataclass(frozen=True, slots=True)
class Estimate:
    """A duration, whether it was measured (else extrapolated), and how."""

    seconds: float
    measured: bool
    note: str = ""


@dataclass(frozen=True, slots=True)
class ScaleCost:
    """One way of comparing, at three sizes; `what` says in a line what is timed."""

    name: str
    what: str
    one: Estimate
    hundred: Estimate
    million: Estimate


def scale_costs(measured: ScaleMeasured) -> tuple[ScaleCost, ...]:
    """The three rows of the table, each figure with how it is known."""
    m = measured
    per_vector = m.search_all / m.searched
    query = f"embed the query {fine(m.embed_query)}"
    if m.sample == SAMPLE:
        hundred = Estimate(
            m.embed_query + m.search_sample, True, f"{query} + search {fine(m.search_sample)}"
        )
    else:
        hundred = Estimate(
            m.embed_query + SAMPLE * per_vector,
            False,
            f"{query}, not scaled, + 100 × {fine(per_vector)}, measured on {m.searched}",
        )
    return (
        ScaleCost(
            BI_QUERY,
            "embed the query, then exact search over vectors made beforehand",
            Estimate(m.embed_query + m.search_one, True, f"{query} + search {fine(m.search_one)}"),
            hundred,
            Estimate(
                m.embed_query + MILLION * per_vector,
                False,
                f"{query}, not scaled, + 1,000,000 × {fine(per_vector)}, measured on "
                f"{m.searched:,}",
            ),
        ),
        _linear(
            BI_DOCUMENTS, "embed the documents, tokenising included", m.embed_one, m.embed_sample, m
        ),
        _linear(
            CROSS_QUERY,
            "read the query with every document, tokenising included",
            m.score_one,
            m.score_sample,
            m,
        ),
    )


def _linear(name: str, what: str, one: float, sample: float, m: ScaleMeasured) -> ScaleCost:
    each = sample / m.sample
    singles = min(SINGLES, m.sample)
    alone = f"median of {singles} documents, one at a time" if singles > 1 else "one document"
    if m.sample == SAMPLE:
        hundred = Estimate(sample, True, f"in batches, {fine(each)} a document")
    else:
        hundred = Estimate(
            SAMPLE * each, False, f"from {m.sample} in {fine(sample)}: the corpus has no more"
        )
    return ScaleCost(
        name,
        what,
        Estimate(one, True, alone),
        hundred,
        Estimate(MILLION * each, False, f"1,000,000 × {fine(each)}"),
    )


def fine(seconds: float) -> str:
    """A short duration down to nanoseconds, "62 ns" or "3.4 ms", that no line break parts."""
    text = duration(seconds)
    for unit, size in (("µs", 1e-6), ("ns", 1e-9)):
        if seconds < 999.5 * size:
            value = seconds / size
            text = f"{value:.0f} {unit}" if value >= 9.95 else f"{value:.1f} {unit}"
    return text.replace(" ", NO_BREAK)


def sample_ids(doc_ids: Sequence[str], size: int = SAMPLE) -> list[str]:
    """At most `size` ids at even distances over the whole corpus."""
    if not doc_ids:
        raise CrossExamError("the corpus has no documents to measure: choose another one")
    count = min(size, len(doc_ids))
    return [doc_ids[i * len(doc_ids) // count] for i in range(count)]


def measure_scale(
    searcher: Searcher,
    query: str,
    *,
    encoder: Encoder,
    reranker: Reranker,
    index_of: Callable[[Floats], VectorIndex],
    tell: Told,
    cancel: Cancel,
) -> ScaleMeasured | None:
    """Time one and up to a hundred documents of the corpus; None where it was cancelled.

    `encoder` and `reranker` should remember no text, so that tokenising is timed too.
    """
    texts = [d.content for d in searcher.store.get(sample_ids(searcher.store.ids()))]
    texts.sort(key=len)
    n = len(texts)
    singles = texts[:: max(1, n // SINGLES)][:SINGLES]

    tell("embedding the query", 0, 0)
    vector = encoder.encode([query], role="query")[0]
    embed_query = _median(lambda: encoder.encode([query], role="query"))
    if cancel():
        return None

    embed_one = statistics.median(
        _seconds(partial(encoder.encode, [text], role="document")) for text in singles
    )
    parts: list[Floats] = []
    embed_sample = 0.0
    for start in range(0, n, ENCODED_AT_ONCE):
        tell(f"embedding document {start + 1} of {n}", start, n)
        if cancel():
            return None
        some = texts[start : start + ENCODED_AT_ONCE]
        begun = time.perf_counter()
        parts.append(encoder.encode(some, role="document"))
        embed_sample += time.perf_counter() - begun

    tell("searching vectors", 0, 0)
    first, sample = index_of(parts[0][:1]), index_of(np.concatenate(parts))
    search_one = _median(lambda: first.search(vector, LISTED))
    search_sample = _median(lambda: sample.search(vector, LISTED))
    search_all = statistics.median(_search_seconds(searcher, query) for _ in range(QUICK_REPEATS))

    tell("reading single pairs", 0, n)
    alone = []
    for text in singles:
        if cancel():
            return None
        alone.append(_seconds(partial(_score_one, reranker, query, text)))
    done = tokens = 0
    begun = time.perf_counter()
    for batch in reranker.score(query, texts, cancel=cancel):
        done, tokens = done + len(batch.positions), tokens + batch.tokens
        tell(f"reading pair {done} of {n}", done, n)
    score_sample = time.perf_counter() - begun
    if cancel() or done < n:
        return None
    return ScaleMeasured(
        sample=n,
        embed_query=embed_query,
        search_one=search_one,
        search_sample=search_sample,
        search_all=search_all,
        searched=len(searcher.store),
        embed_one=embed_one,
        embed_sample=embed_sample,
        score_one=statistics.median(alone),
        score_sample=score_sample,
        sample_tokens=tokens,
        dimensions=len(vector),
    )


def _score_one(reranker: Reranker, query: str, text: str) -> None:
    for _ in reranker.score(query, [text]):
        pass


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _median(work: Callable[[], object]) -> float:
    return statistics.median(_seconds(work) for _ in range(QUICK_REPEATS))


def _search_seconds(searcher: Searcher, query: str) -> float:
    """The exact search alone, over all of the corpus."""
    timings = searcher.dense.retrieve(query, LISTED)[1]
    return sum(timing.seconds for timing in timings if timing.step == "search")
