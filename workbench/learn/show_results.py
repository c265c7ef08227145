"""Computes what a show of each kind gives, with the real models."""

from __future__ import annotations

import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from corpora.stores.corpus import Corpus
from engine.latency.power import assumed_power
from engine.learn.day_costs import PassTimes, day_costs
from engine.learn.logits import KeyedPair
from engine.learn.recall import recall_curve
from engine.quality.passage_judgments import grades_of, held_grades
from engine.search.fusion import rrf
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.search.stages.scoring import score_all
from engine.search.stages.stopwatch import wall_seconds
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    Cancel,
    Cancelled,
    Document,
    Log,
    Ranking,
    ScorePrecision,
)
from engine.types.aliases import silent
from engine.types.calibration.reliability import sigmoid
from engine.types.learn import columns as c
from engine.types.learn.lessons import MOST_PAIRS, LessonDocument, Show
from engine.types.learn.results import ResultRow, ShowResult
from models.lexical.term_statistics import TermStatistics
from system.hardware import hardware
from workbench.corpora import Corpora
from workbench.keyed_cache import KeyedCache
from workbench.learn.pair_columns import Numbers, PairColumns, PairModels
from workbench.searchers import READ_AT_ONCE, Searchers

_STAGES = {
    c.BM25: BM25,
    c.BI_ENCODER: BI_ENCODER,
    c.HYBRID: HYBRID,
    c.CROSS_ENCODER: CROSS_ENCODER,
    c.BLEND: BLEND,
    c.SIGMOID: CROSS_ENCODER,
}
EMBED_RUNS = 5


@dataclass(frozen=True, slots=True)
class _Table:
    """The parts of a result that the kinds differ in."""

    rows: tuple[ResultRow, ...]
    values: Mapping[str, Numbers]
    order: Mapping[str, tuple[str, ...]]
    models: Mapping[str, str]
    corpora: Mapping[str, str]
    precision: str = ""
    notices: tuple[str, ...] = ()


class ShowResults:
    """Answers shows; the term statistics of each corpus and its recall are worked out once."""

    def __init__(self, parts: PairModels, corpora: Corpora, searchers: Searchers) -> None:
        self._parts = parts
        self._corpora = corpora
        self._searchers = searchers
        self._statistics = KeyedCache[tuple[str, str], TermStatistics]()

    def result(self, show: Show, *, cancel: Cancel, log: Log = silent) -> ShowResult:
        """What the show gives now; raises Cancelled when it was called off."""
        start = time.perf_counter()
        table = {
            c.PAIRS: self._pairs,
            c.SEARCH: self._search,
            c.COST: self._cost,
            c.CURVE: self._recall if show.curve == c.RECALL else self._pairs,
        }[show.kind](show, cancel, log)
        if cancel():
            raise Cancelled("the step was cancelled")
        return ShowResult(
            show=show.name,
            query=show.query,
            documents=table.rows,
            values=table.values,
            order=table.order,
            models={name: model for name, model in table.models.items() if model},
            corpora=table.corpora,
            precision=table.precision,
            seconds=time.perf_counter() - start,
            notices=table.notices,
        )

    # ---- pairs, and curves of scores ----

    def _pairs(self, show: Show, cancel: Cancel, log: Log) -> _Table:
        documents = {each.key: self._document(each) for each in show.documents}
        pairs = [
            KeyedPair(each.key, each.query or show.query, documents[each.key].content)
            for each in show.documents
        ]
        log("the models read the pairs")
        columns = PairColumns(
            self._parts,
            pairs,
            statistics=lambda: self._term_statistics(show.corpus),
            grades=lambda: self._pair_grades(show, documents),
            cancel=cancel,
        )
        values = {column: columns.numbers(column) for column in show.columns}
        ranking = [column for column in show.columns if c.COLUMNS[column].ranks]
        reads = {c.CROSS_ENCODER, c.SIGMOID, c.BLEND} & set(show.columns)
        counts_terms = {c.BM25, c.HYBRID, c.BLEND} & set(show.columns)
        corpora = {each.corpus for each in show.documents if not each.own}
        corpora |= {show.corpus} if counts_terms else set()
        notices = (self._parts.models.cross_encoder().query_notice(show.query),) if reads else ()
        return _Table(
            rows=tuple(_row(each, documents[each.key]) for each in show.documents),
            values=values,
            order={column: columns.order(column, values[column]) for column in ranking},
            models={column: columns.model(column) for column in show.columns},
            corpora=self._fingerprints(corpora),
            precision=_precision(columns.reranked) if reads else "",
            notices=tuple(notice for notice in notices if notice),
        )

    def _document(self, source: LessonDocument) -> Document:
        """The document of a corpus, or the lesson's own text, whose title is no part of it."""
        if source.own:
            return Document(source.key, source.text)
        return self._corpora.open(source.corpus).store.get([source.doc_id])[0]

    def _pair_grades(self, show: Show, documents: Mapping[str, Document]) -> dict[str, int]:
        """How relevant each document of a corpus was judged for its query, where it was."""
        grades: dict[str, int] = {}
        for source in show.documents:
            if source.own:
                continue
            judgments = _judgments_of(self._corpora.open(source.corpus), source.query or show.query)
            document = documents[source.key]
            grade = grades_of([document], judgments).get(document.doc_id)
            if grade is not None:
                grades[source.key] = grade
        return grades

    def _term_statistics(self, name: str) -> TermStatistics:
        corpus = self._corpora.open(name)

        def count() -> TermStatistics:
            ids = list(corpus.store.ids())
            return TermStatistics.from_texts(
                document.content
                for start in range(0, len(ids), READ_AT_ONCE)
                for document in corpus.store.get(ids[start : start + READ_AT_ONCE])
            )

        return self._statistics.get((name, corpus.info.fingerprint), count)

    # ---- a search ----

    def _search(self, show: Show, cancel: Cancel, log: Log) -> _Table:
        corpus, searcher = self._opened(show, cancel, log)
        settings = Settings(depth=MOST_PAIRS, first_stage=show.first_stage.replace("_", "-"))
        ranking = [column for column in show.columns if c.COLUMNS[column].ranks]
        stages = list(dict.fromkeys(_STAGES[column] for column in ranking))
        log("searching")
        trace = searcher.pipeline(settings, stages).run(show.query, cancel=cancel)
        if not trace.complete:
            raise Cancelled("the step was cancelled")
        ranking_by_stage = {name: r for name in stages if (r := trace.ranking(name)) is not None}
        order = {
            column: tuple(ranking_by_stage[_STAGES[column]].ids(show.top)) for column in ranking
        }
        keys = list(dict.fromkeys(key for listed_keys in order.values() for key in listed_keys))
        documents = {d.doc_id: d for d in searcher.store.get(keys)}
        scores = {
            name: {hit.doc_id: hit.score for hit in listed_keys.hits if hit.doc_id in documents}
            for name, listed_keys in ranking_by_stage.items()
        }
        values: dict[str, Numbers] = {column: scores[_STAGES[column]] for column in ranking}
        if c.SIGMOID in values:
            values[c.SIGMOID] = {key: sigmoid(v) for key, v in values[c.SIGMOID].items()}
        texts = PairColumns(
            self._parts,
            [KeyedPair(key, show.query, document.content) for key, document in documents.items()],
            statistics=lambda: self._term_statistics(show.corpus),
            grades=lambda: grades_of(documents.values(), _judgments_of(corpus, show.query)),
            cancel=cancel,
        )
        values |= {column: texts.numbers(column) for column in show.columns if column not in values}
        reranked = ranking_by_stage.get(CROSS_ENCODER)
        return _Table(
            rows=tuple(ResultRow(key, documents[key].title, documents[key].text) for key in keys),
            values={column: values[column] for column in show.columns},
            order=order,
            models={
                column: ranking_by_stage[_STAGES[column]].model
                if column in order
                else texts.model(column)
                for column in show.columns
            },
            corpora=self._fingerprints([show.corpus]),
            precision=_precision(reranked) if reranked is not None else "",
            notices=searcher.reading_notices(trace),
        )

    def _opened(self, show: Show, cancel: Cancel, log: Log) -> tuple[Corpus, Searcher]:
        corpus = self._corpora.open(show.corpus)
        return corpus, self._searchers.of(corpus, log=log, cancel=cancel)

    # ---- recall by depth ----

    def _recall(self, show: Show, cancel: Cancel, log: Log) -> _Table:
        corpus, searcher = self._opened(show, cancel, log)
        depth = show.points[-1]
        grades = held_grades(
            searcher.store,
            {query.query_id: corpus.judgments(query.query_id) for query in corpus.queries},
        )
        ids_by_column: dict[str, dict[str, list[str]]] = {column: {} for column in show.columns}
        for query in corpus.queries:
            if cancel():
                raise Cancelled("the step was cancelled")
            lexical, _ = searcher.lexical.retrieve(query.text, depth)
            dense, _ = searcher.dense.retrieve(query.text, depth)
            ids = {
                c.BM25: lexical.ids(),
                c.BI_ENCODER: dense.ids(),
                c.HYBRID: [hit.doc_id for hit in rrf((lexical, dense), k=Settings().rrf_k)],
            }
            for column, by_query in ids_by_column.items():
                by_query[query.query_id] = ids[column]
        curves = {
            column: recall_curve(by_query, grades, show.points)
            for column, by_query in ids_by_column.items()
        }
        names = {c.BM25: searcher.lexical.model, c.BI_ENCODER: searcher.dense.model}
        names[c.HYBRID] = ", ".join(names.values())
        return _Table(
            rows=tuple(ResultRow(str(k), str(k), x=float(k)) for k in show.points),
            values={
                column: {str(k): share for k, share in curve.items()}
                for column, curve in curves.items()
            },
            order={},
            models={column: names[column] for column in show.columns},
            corpora=self._fingerprints([show.corpus]),
        )

    # ---- a day's costs ----

    def _cost(self, show: Show, cancel: Cancel, log: Log) -> _Table:
        _, searcher = self._opened(show, cancel, log)
        nearest, _ = searcher.dense.retrieve(show.query, MOST_PAIRS)
        texts = [document.content for document in searcher.store.get(nearest.ids())]
        cross = self._parts.models.cross_encoder().without_caches()
        bi = self._parts.models.bi_encoder().without_caches()
        log("timing one pass of each model")
        score_all(cross, show.query, texts[:1], cancel=cancel)  # what is only done once
        times = PassTimes(
            pair=wall_seconds(lambda: score_all(cross, show.query, texts, cancel=cancel))
            / len(texts),
            query=statistics.median(
                wall_seconds(lambda: bi.encode([show.query], role="query"))
                for _ in range(EMBED_RUNS)
            ),
            document=wall_seconds(lambda: bi.encode(texts, role="document")) / len(texts),
        )
        facts = hardware()
        power = assumed_power(str(facts["processor"]), int(facts["cores"]))
        estimated = f"Energy is estimated: {power.watts:g} W is {power.source}."
        costs = day_costs(
            times,
            documents=show.corpus_size,
            queries=show.queries_a_day,
            depth=show.depth,
            watts=power.watts,
        )
        return _Table(
            rows=tuple(ResultRow(way) for way in c.WAYS),
            values={column: costs[column] for column in show.columns},
            order={},
            models={c.TWO_STAGES: f"{bi.name}, {cross.name}", c.VECTORS: bi.name},
            corpora=self._fingerprints([show.corpus]),
            precision=cross.backend,
            notices=(
                f"Measured on {facts['processor']}: {1000 * times.pair:.1f} ms a pair, "
                f"{1000 * times.query:.1f} ms to embed a query, {1000 * times.document:.1f} ms a "
                "document; the rest is multiplied.",
                *([estimated] if c.WATT_HOURS in show.columns else []),
            ),
        )

    def _fingerprints(self, names: Sequence[str] | set[str]) -> dict[str, str]:
        return {name: self._corpora.open(name).info.fingerprint for name in sorted(names)}


def _judgments_of(corpus: Corpus, query: str) -> dict[str, int]:
    """The judgments of this query, empty where nobody judged it."""
    judged_query = corpus.query_for_text(query)
    return corpus.judgments(judged_query.query_id) if judged_query is not None else {}


def _row(source: LessonDocument, document: Document) -> ResultRow:
    title = (source.title or source.key) if source.own else document.title
    return ResultRow(source.key, title, document.text, source.x)


def _precision(ranking: Ranking) -> str:
    """How a list was scored, in words."""
    precision: ScorePrecision | None = ranking.precision
    if precision is None:
        return ""
    if not precision.drift or not precision.exact:
        return precision.backend
    return f"{precision.backend}; {len(precision.exact)} of {len(ranking.hits)} in fp32"
