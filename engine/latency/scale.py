"""What comparing a query with 1, 100 and a million documents takes.

Embedding and reading are measured on 1 and 100 of the corpus' own documents and are
linear in documents beyond. Searching vectors is measured at sizes up to the largest that
was asked for (see `engine.latency.index_scaling`) and follows the fitted curve beyond it. The
embedding of the query is a constant and is not scaled.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from engine.latency.index_scaling import Fit, IndexScaling, fitted
from engine.search.movement import duration
from engine.search.searcher import Searcher
from engine.search.stages.stopwatch import wall_seconds
from engine.types import Cancel, CrossExamError, Encoder, ProgressCallback, Reranker

SAMPLE, MILLION = 100, 1_000_000
QUICK_REPEATS, SINGLES = 20, 5
ENCODED_AT_ONCE = 25
NO_BREAK = "\N{NO-BREAK SPACE}"

BI_EXACT = "Bi-encoder, exact search"
BI_ANN = "Bi-encoder with ANN (HNSW)"
BI_DOCUMENTS = "Bi-encoder, once beforehand"
CROSS_QUERY = "Cross-encoder, at query time"


@dataclass(frozen=True, slots=True)
class ScaleMeasured:
    """Seconds measured on `sample` of a corpus' `documents`, at most 100.

    `..._one` are medians for a single document, `..._sample` are for all of the
    sample together.
    """

    sample: int
    documents: int
    embed_query: float
    embed_one: float
    embed_sample: float
    score_one: float
    score_sample: float
    sample_tokens: int

    def __post_init__(self) -> None:
        if not 1 <= self.sample <= SAMPLE or self.documents < self.sample:
            raise CrossExamError(
                f"{self.sample} documents of {self.documents} were measured: take at least one, "
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


def scale_costs(measured: ScaleMeasured, scaling: IndexScaling) -> tuple[ScaleCost, ...]:
    """The rows of the table, each figure with its basis; the cross-encoder last."""
    m = measured
    exact_seconds = {point.vectors: point.exact_seconds for point in scaling.points}
    ann_seconds = {point.vectors: point.ann_seconds for point in scaling.points}
    largest = scaling.points[-1]
    return (
        _search(BI_EXACT, "embed the query, then compare with every vector", exact_seconds, m),
        _search(
            BI_ANN,
            "embed the query, then walk a graph of vectors; recall@10 "
            f"{largest.recall:.3f} at {largest.vectors:,}",
            ann_seconds,
            m,
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


def _search(name: str, what: str, measured: dict[int, float], m: ScaleMeasured) -> ScaleCost:
    query = f"embed the query {fine(m.embed_query)}"
    fit = fitted(list(measured), list(measured.values()))

    def at(size: int) -> Estimate:
        if size in measured:
            seconds = measured[size]
            return Estimate(m.embed_query + seconds, True, f"{query} + search {fine(seconds)}")
        seconds, how = _beyond(measured, size, fit)
        return Estimate(
            m.embed_query + seconds, False, f"{query}, not scaled, + search {fine(seconds)} {how}"
        )

    return ScaleCost(name, what, at(1), at(SAMPLE), at(MILLION))


def _beyond(measured: dict[int, float], size: int, fit: Fit | None) -> tuple[float, str]:
    """Seconds at a size that was not measured, and how they were worked out."""
    largest = max(measured)
    if fit is None:
        return measured[largest] * size / largest, f"in proportion to {largest:,} vectors"
    return fit.seconds(size), f"by {fit.words}, fitted to {fit.least:,} … {fit.most:,} vectors"


def _linear(name: str, what: str, one: float, sample: float, m: ScaleMeasured) -> ScaleCost:
    each = sample / m.sample
    singles = min(SINGLES, m.sample)
    single_words = (
        f"median of {singles} documents, one at a time" if singles > 1 else "one document"
    )
    if m.sample == SAMPLE:
        hundred = Estimate(sample, True, f"in batches, {fine(each)} a document")
    else:
        hundred = Estimate(
            SAMPLE * each, False, f"from {m.sample} in {fine(sample)}: the corpus has no more"
        )
    return ScaleCost(
        name,
        what,
        Estimate(one, True, single_words),
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
    on_progress: ProgressCallback,
    cancel: Cancel,
) -> ScaleMeasured | None:
    """Time one and up to a hundred documents of the corpus; None where it was cancelled.

    `encoder` and `reranker` should remember nothing, so that tokenising is timed too.
    """
    texts = [d.content for d in searcher.store.get(sample_ids(searcher.store.ids()))]
    texts.sort(key=len)
    n = len(texts)
    singles = texts[:: max(1, n // SINGLES)][:SINGLES]

    on_progress("embedding the query", 0, 0)
    encoder.encode([query], role="query")
    embed_query = _median(lambda: encoder.encode([query], role="query"))
    if cancel():
        return None

    embed_one = statistics.median(
        wall_seconds(partial(encoder.encode, [text], role="document")) for text in singles
    )
    embed_sample = 0.0
    for start in range(0, n, ENCODED_AT_ONCE):
        on_progress(f"embedding document {start + 1} of {n}", start, n)
        if cancel():
            return None
        batch_texts = texts[start : start + ENCODED_AT_ONCE]
        embed_sample += wall_seconds(partial(encoder.encode, batch_texts, role="document"))

    on_progress("reading single pairs", 0, n)
    single_seconds = []
    for text in singles:
        if cancel():
            return None
        single_seconds.append(wall_seconds(partial(_score_one, reranker, query, text)))
    done = tokens = 0
    begun = time.perf_counter()
    for batch in reranker.score(query, texts, cancel=cancel):
        done, tokens = done + len(batch.positions), tokens + batch.tokens
        on_progress(f"reading pair {done} of {n}", done, n)
    score_sample = time.perf_counter() - begun
    if cancel() or done < n:
        return None
    return ScaleMeasured(
        sample=n,
        documents=len(searcher.store),
        embed_query=embed_query,
        embed_one=embed_one,
        embed_sample=embed_sample,
        score_one=statistics.median(single_seconds),
        score_sample=score_sample,
        sample_tokens=tokens,
    )


def _score_one(reranker: Reranker, query: str, text: str) -> None:
    for _ in reranker.score(query, [text]):
        pass


def _median(work: Callable[[], object]) -> float:
    return statistics.median(wall_seconds(work) for _ in range(QUICK_REPEATS))
