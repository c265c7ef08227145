"""A parity of two rankers frozen: whether they agree, their distances, and where they do not."""

from __future__ import annotations

from engine.quality.parity.sentence import remarks, verdict
from engine.share.provenance import provenance
from engine.types import CorpusInfo
from engine.types.parity.report import TOP, Differences, ParityReport, QueryParity, SideLabel
from engine.types.share.figures import FigureRow, FiguresSnapshot, FigureTable

TITLE = "Are two rankers the same?"
FIGURES, QUERIES = "How far they lie apart", f"Queries whose first {TOP} differ"
MOST_QUERIES = 50


def parity_figures(report: ParityReport, corpus: CorpusInfo) -> FiguresSnapshot:
    """The figures of the comparison, and the queries that differ most."""
    tables = [
        FigureTable(
            FIGURES,
            ("Figure", "Value"),
            tuple(_figures(report)),
            "Distances are of two scores of the same query and document, B minus A.",
        )
    ]
    if report.reordered:
        rows = tuple(_query(query) for query in report.reordered[:MOST_QUERIES])
        tables.append(
            FigureTable(
                QUERIES,
                ("Query", f"Shared of {TOP}", "Turned round, apart in A"),
                rows,
                "The worst first: those that share fewest documents of their first ten.",
            )
        )
    same = "agree" if not report.reordered and not report.faulty else "do not agree everywhere"
    return FiguresSnapshot(
        title=TITLE,
        provenance=provenance(
            corpus,
            None,
            models={"A": report.a.name or report.a.label, "B": report.b.name or report.b.label},
        ),
        headline=f"{verdict(report)}.",
        opening=(
            f"Two ways of scoring that should be the same were given {len(report.queries):,} "
            f"searches with the same texts, {report.pairs:,} scores each. They {same}: on "
            f"{len(report.reordered):,} of these searches the first {TOP} results stand otherwise."
        ),
        detail=f"A: {_side(report.a)}. B: {_side(report.b)}. {report.candidates}.",
        tables=tuple(tables),
        notices=(*remarks(report), *report.a.notices, *report.b.notices),
    )


def _side(side: SideLabel) -> str:
    return f"{side.label}, {side.kind}"


def _figures(report: ParityReport) -> list[FigureRow]:
    n = len(report.queries)
    counts = (
        ("Queries", n),
        ("Pairs", report.pairs),
        (f"Queries whose first {TOP} differ", len(report.reordered)),
        ("Queries with a faulty answer", len(report.faulty)),
        ("Queries with scores at other documents", len(report.permuted)),
    )
    rows = [FigureRow(name, (f"{count:,}",), float(count)) for name, count in counts]
    rows += _distances(report.differences, "")
    rows += _distances(report.on_probabilities, " on the scale of probabilities")
    for name, value in (("Pearson", report.pearson), ("Spearman", report.spearman)):
        if value is not None:
            rows.append(FigureRow(f"{name} correlation", (f"{value:.6f}",), value))
    return rows


def _distances(differences: Differences | None, where: str) -> list[FigureRow]:
    if differences is None:
        return []
    values = (
        ("Largest distance", differences.largest),
        ("Mean distance", differences.mean_distance),
        ("Median distance", differences.median),
        ("99th percentile of the distance", differences.p99),
    )
    return [
        FigureRow(f"{name}{where}", (f"{value:.6f}",), value)
        for name, value in values
        if value is not None
    ]


def _query(query: QueryParity) -> FigureRow:
    shared = f"{query.overlap:.0%}"
    return FigureRow(query.text, (shared, f"{query.gap:.4f}"), query.overlap)
