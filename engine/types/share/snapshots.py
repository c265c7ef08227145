"""Frozen copies of what a page shows: enough to draw it again, without a model or a corpus.

`engine.share.search_snapshot`, `pair_snapshot` and `quality_snapshot` make them; the codec
`engine.share.snapshot_json` writes and reads them; `engine.share.report` draws them. What is
none of these three is a table of named figures: `engine.types.share.figures`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from engine.types.errors import CrossExamError
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.provenance import Provenance


@dataclass(frozen=True, slots=True)
class SnapshotRow:
    """A document in a column: its place there, and where the baseline has it.

    `before` is its rank in the baseline, None where that does not list it. `near_tie` says why
    its place is too close to call, "" where it is not. `grade` is its judgment, None without
    one. `marks` are the (start, end) of the query's words in `snippet`. `drift` is how far its
    score may lie from fp32's, 0 where it is exact or nothing is known.
    """

    doc_id: str
    title: str
    snippet: str
    rank: int
    score: float
    near_tie: str = ""
    before: int | None = None
    grade: int | None = None
    marks: tuple[tuple[int, int], ...] = ()
    drift: float = 0.0

    @property
    def change(self) -> int | None:
        """Places gained against the baseline (positive: up); None where it does not list it."""
        return None if self.before is None else self.before - self.rank


@dataclass(frozen=True, slots=True)
class SnapshotColumn:
    """One stage's list, best first, as far as it was shown.

    `kind` says what a score is ("logit"). `listed` is how many documents the stage lists in
    all; `seconds` is what it took in this search. `cached` says that something of it came from a
    cache, and `measured_seconds` what that took when it was computed, 0 where it is not known.
    `failure` says why there is no list. `ndcg` is nDCG@10 by the judgments, None without any;
    `judged` of its first `judged_of` are judged.
    """

    stage: str
    label: str
    model: str
    kind: str
    rows: tuple[SnapshotRow, ...]
    listed: int
    seconds: float = 0.0
    cached: bool = False
    measured_seconds: float = 0.0
    failure: str = ""
    ndcg: float | None = None
    judged: int = 0
    judged_of: int = 0

    def find(self, doc_id: str) -> SnapshotRow | None:
        """The row of a document, or None where this column does not show it."""
        return next((row for row in self.rows if row.doc_id == doc_id), None)


@dataclass(frozen=True, slots=True)
class SnapshotTiming:
    """Seconds of one step of a stage; `measured_seconds` of a cached one when it was computed.

    `n_out` is how many results the step gave, 0 in files that did not keep it.
    """

    stage: str
    label: str
    step: str
    seconds: float
    cached: bool = False
    measured_seconds: float = 0.0
    n_out: int = 0


@dataclass(frozen=True, slots=True)
class SearchSnapshot:
    """A search as Compare shows it: its columns, its times, its headline.

    `before` and `after` are the stages that the headline speaks of; `baseline` is the one that
    rows moved against. `detail` says what became of the relevant documents, "" without
    judgments.
    """

    query: str
    provenance: Provenance
    columns: tuple[SnapshotColumn, ...]
    baseline: str
    before: str
    after: str
    headline: str
    detail: str = ""
    timings: tuple[SnapshotTiming, ...] = ()
    total_seconds: float = 0.0
    notices: tuple[str, ...] = ()

    def column(self, stage: str) -> SnapshotColumn | None:
        """The column of a stage, or None where it is not shown."""
        return next((column for column in self.columns if column.stage == stage), None)


@dataclass(frozen=True, slots=True)
class SnapshotWord:
    """A word of the query or the document and its value."""

    text: str
    value: float


@dataclass(frozen=True, slots=True)
class AttentionLinks:
    """What each word (or word-piece) of the query gives to each of the document, 0 to 1.

    `weights` has a row for each of `query_units`; `where` says which layer and head.
    """

    query_units: tuple[str, ...]
    document_units: tuple[str, ...]
    weights: tuple[tuple[float, ...], ...]
    where: str

    def __post_init__(self) -> None:
        sizes = [len(row) for row in self.weights]
        if len(sizes) != len(self.query_units) or set(sizes) - {len(self.document_units)}:
            raise CrossExamError(
                f"attention weights of {len(sizes)} rows of {sizes[:3]} do not fit "
                f"{len(self.query_units)} query and {len(self.document_units)} document units: "
                "give a row for each query unit, a weight for each document unit"
            )


@dataclass(frozen=True, slots=True)
class PairSnapshot:
    """The explanation of one pair: what each word did to its score, or where heads looked.

    `method` is a name of the registry of explanation methods, "" where there is attention
    alone. `unit` is "logit" or "cosine". `baseline_score` and `residual` are those of
    `Attribution`, None where the method has none, and `special_value` is the sum over the
    special tokens.
    """

    query: str
    doc_id: str
    title: str
    provenance: Provenance
    score: float
    unit: str
    method: str = ""
    query_words: tuple[SnapshotWord, ...] = ()
    document_words: tuple[SnapshotWord, ...] = ()
    baseline: str = ""
    baseline_score: float | None = None
    residual: float | None = None
    special_value: float = 0.0
    specials: str = "[CLS] and [SEP]"
    attention: AttentionLinks | None = None
    notices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PipelineFigure:
    """One pipeline of a quality run: the mean of each measure, and how much was judged.

    `means` maps a measure's name ("nDCG@10") to its mean over the queries, `judged` is the
    share of the top `judged_k` with a judgment, 0 to 1, `seconds` is the mean of a query, None
    where another system's part of it is not known. `by_searches` are the means in which a query
    counts as often as it is searched, empty where nobody said how often.
    """

    name: str
    means: Mapping[str, float]
    judged: float
    judged_k: int
    seconds: float | None
    reranks: bool = False
    by_searches: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class DifferenceFigure:
    """A pipeline minus the baseline: the mean difference, its 95% interval and what chance says.

    `sentence` is all of it in words.
    """

    name: str
    difference: float
    low: float
    high: float
    significant: bool
    better: int
    worse: int
    equal: int
    sentence: str


@dataclass(frozen=True, slots=True)
class QueryFigure:
    """One query before and after: the measure, the first result, and how often it is searched.

    `first_before` and `first_after` are the ids of the first results, "" where the list is
    empty; `grade_before` and `grade_after` their judgments, None without one.
    """

    query_id: str
    text: str
    before: float
    after: float
    first_before: str = ""
    first_after: str = ""
    grade_before: int | None = None
    grade_after: int | None = None
    weight: float | None = None

    @property
    def difference(self) -> float:
        """After minus before."""
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class FirstResults:
    """How often the first result changed between two pipelines, and to what, as shares of 1.

    Over `queries`. `better` and `worse` are the shares whose new first result is judged higher
    or lower than the old one, a document without a judgment counting as not relevant; None
    without judgments. `weighted` says that each query counts as often as it is searched, and
    `without` queries of no weight are left out.
    """

    queries: int
    changed: float
    better: float | None
    worse: float | None
    weighted: bool = False
    without: int = 0


@dataclass(frozen=True, slots=True)
class QualitySnapshot:
    """A quality run: its pipelines, their differences from one, and the queries that changed.

    `measure` is what differences and queries are of; `before` and `after` name the two
    pipelines that the headline, `first_results` and `queries` compare. `queries` are those that
    lost most, then those that won most, of `query_count` judged ones. `judgments` says whose
    they are.
    """

    provenance: Provenance
    measure: str
    pipelines: tuple[PipelineFigure, ...]
    baseline: str
    differences: tuple[DifferenceFigure, ...]
    before: str
    after: str
    queries: tuple[QueryFigure, ...]
    query_count: int
    headline: str = ""
    first_results: FirstResults | None = None
    judgments: str = "people's judgments"
    notices: tuple[str, ...] = ()

    def pipeline(self, name: str) -> PipelineFigure | None:
        """The figures of the pipeline of this name."""
        return next((pipeline for pipeline in self.pipelines if pipeline.name == name), None)


Snapshot = SearchSnapshot | PairSnapshot | QualitySnapshot | FiguresSnapshot


@dataclass(frozen=True, slots=True)
class ReportSection:
    """One part of a report, or one step of a walkthrough: a heading, a note, frozen figures.

    `state` says what the figures are where there is more than one way ("frozen", "live");
    `times_first` has a search's times before its lists.
    """

    heading: str
    snapshot: Snapshot
    note: str = ""
    state: str = ""
    times_first: bool = False
