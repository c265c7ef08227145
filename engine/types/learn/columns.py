"""The columns that a lesson may show, and in which kinds of show."""

from __future__ import annotations

from dataclasses import dataclass

PAIRS, SEARCH, COST, CURVE = "pairs", "search", "cost", "curve"
KINDS = (PAIRS, SEARCH, COST, CURVE)
RECALL, SCORE = "recall", "score"
CURVES = (RECALL, SCORE)

BM25, BI_ENCODER, HYBRID, CROSS_ENCODER = "bm25", "bi_encoder", "hybrid", "cross_encoder"
BLEND, SIGMOID, MAXSIM = "blend", "sigmoid", "maxsim"
ATTENTION, READ, TOKENS, GRADE = "attention", "read", "tokens", "grade"
PASSES, STEPS, SECONDS, WATT_HOURS = "passes", "steps", "seconds", "watt_hours"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of numbers: what it is called, its unit, and where it may stand.

    `ranks` says that a higher value stands higher and that a search lists its best documents.
    """

    name: str
    label: str
    unit: str
    kinds: tuple[str, ...]
    decimals: int = 2
    ranks: bool = True


_ALL = (PAIRS, SEARCH, CURVE)
COLUMNS: dict[str, Column] = {
    column.name: column
    for column in (
        Column(BM25, "BM25", "score", _ALL),
        Column(BI_ENCODER, "Bi-encoder", "cosine", _ALL),
        Column(HYBRID, "Hybrid (RRF)", "score", _ALL, decimals=4),
        Column(CROSS_ENCODER, "Cross-encoder", "logit", _ALL),
        Column(BLEND, "Blend (80/20)", "0 to 1", (PAIRS, SEARCH)),
        Column(SIGMOID, "Sigmoid of the logit", "0 to 1", _ALL, decimals=4),
        Column(MAXSIM, "MaxSim", "sum of cosines", (PAIRS, CURVE)),
        Column(ATTENTION, "Attention to the document", "share", (PAIRS, CURVE), ranks=False),
        Column(READ, "Read by the cross-encoder", "share", _ALL, ranks=False),
        Column(TOKENS, "Length", "tokens", _ALL, decimals=0, ranks=False),
        Column(GRADE, "Judged", "0 to 3", (PAIRS, SEARCH), decimals=0, ranks=False),
        Column(PASSES, "Passes a day", "passes", (COST,), decimals=0, ranks=False),
        Column(STEPS, "Steps through the index", "steps", (COST,), decimals=0, ranks=False),
        Column(SECONDS, "Seconds a day", "s", (COST,), ranks=False),
        Column(WATT_HOURS, "Energy a day", "Wh", (COST,), ranks=False),
    )
}
RECALL_COLUMNS = (BM25, BI_ENCODER, HYBRID)

# The rows of a show of kind cost: four ways to answer the queries of a day.
READ_ALL, TWO_STAGES, VECTORS, EMBED_ONCE = "read_all", "two_stages", "vectors", "embed_once"
WAYS = (READ_ALL, TWO_STAGES, VECTORS, EMBED_ONCE)


def columns_of(kind: str, curve: str = "") -> tuple[str, ...]:
    """The columns that a show of this kind may have."""
    if curve == RECALL:
        return RECALL_COLUMNS
    return tuple(name for name, column in COLUMNS.items() if kind in column.kinds)
