"""What moved between kept figures and those of now, and what may be the models' drift alone."""

from __future__ import annotations

from collections.abc import Sequence

from engine.share.differences.circumstances import circumstances
from engine.share.differences.named_figures import quality_differences, table_differences
from engine.types import CrossExamError
from engine.types.models import FLOAT_NOISE
from engine.types.share.differences import (
    ColumnDifferences,
    FigureDifference,
    HitDifference,
    SnapshotDifferences,
)
from engine.types.share.figures import FiguresSnapshot
from engine.types.share.snapshots import (
    PairSnapshot,
    QualitySnapshot,
    SearchSnapshot,
    Snapshot,
    SnapshotColumn,
)

WORD_NOISE = 0.005  # a word's value that moved by less is written the same
NOTHING_MOVED = "Nothing moved since it was kept: every rank and every score is the same."


def snapshot_differences(kept: Snapshot, now: Snapshot) -> SnapshotDifferences:
    """What is different; raises CrossExamError for figures of two kinds.

    Of a list as many documents are compared as were kept; the one of now may list more, so
    that a document which left the first ones has its place still.
    """
    match kept, now:
        case SearchSnapshot(), SearchSnapshot():
            return _of_search(kept, now)
        case PairSnapshot(), PairSnapshot():
            return _of_pair(kept, now)
        case QualitySnapshot(), QualitySnapshot():
            return quality_differences(kept, now)
        case FiguresSnapshot(), FiguresSnapshot():
            return table_differences(kept, now)
    raise CrossExamError(
        f"a {type(kept).__name__} cannot be compared with a {type(now).__name__}: "
        "keep the view anew"
    )


def _of_search(kept: SearchSnapshot, now: SearchSnapshot) -> SnapshotDifferences:
    columns = [
        column_differences(before, after)
        for before in kept.columns
        if (after := now.column(before.stage)) is not None
    ]
    said = [*circumstances(kept.provenance, now.provenance), *_models(kept, now)]
    missing = [c.label for c in kept.columns if now.column(c.stage) is None]
    said += [f"There is no list of {label} now." for label in missing]
    return SnapshotDifferences(search_sentence(columns), tuple(columns), circumstances=tuple(said))


def column_differences(before: SnapshotColumn, after: SnapshotColumn) -> ColumnDifferences:
    """What is different in as many documents of one stage's list as were kept."""
    top = len(before.rows)
    doc_ids = [row.doc_id for row in after.rows if row.rank <= top]
    doc_ids = list(dict.fromkeys([*doc_ids, *(row.doc_id for row in before.rows)]))
    hits = [_hit_difference(before, after, doc_id) for doc_id in doc_ids]
    return ColumnDifferences(
        before.stage,
        before.label,
        top,
        len(doc_ids),
        tuple(hit for hit in hits if not _is_same(hit)),
    )


def _hit_difference(before: SnapshotColumn, after: SnapshotColumn, doc_id: str) -> HitDifference:
    row_before, row_after = before.find(doc_id), after.find(doc_id)
    rows = [row for row in (row_before, row_after) if row is not None]
    return HitDifference(
        doc_id,
        title=next((row.title for row in rows if row.title), ""),
        rank_before=row_before.rank if row_before else None,
        rank_after=row_after.rank if row_after else None,
        score_before=row_before.score if row_before else None,
        score_after=row_after.score if row_after else None,
        margin=max(FLOAT_NOISE, sum(row.drift for row in rows)),
    )


def _is_same(hit: HitDifference) -> bool:
    """Whether the rank is the same, and the score but for rounding."""
    change = hit.score_change
    return change is not None and hit.rank_before == hit.rank_after and abs(change) <= FLOAT_NOISE


def search_sentence(columns: Sequence[ColumnDifferences]) -> str:
    """What moved in which list, in one sentence a list; the lists that stayed are left out."""
    sentences = [_column_sentence(column) for column in columns if column.hits]
    return " ".join(sentences) or NOTHING_MOVED


def _column_sentence(column: ColumnDifferences) -> str:
    parts = [
        f"{len(hits)} {verb}"
        for hits, verb in (
            (column.moved, "moved"),
            (column.entered, "entered"),
            (column.left, "left"),
        )
        if hits
    ]
    where = f"{column.label}, first {column.top}"
    moved = ", ".join(parts) or "every rank is the same"
    changes = [abs(c) for hit in column.hits if (c := hit.score_change) is not None]
    if not changes:
        return f"{where}: {moved}."
    return f"{where}: {moved}; {_change_words(max(changes), column)}."


def _change_words(largest: float, column: ColumnDifferences) -> str:
    """How far scores moved, and whether drift alone explains it."""
    if largest <= FLOAT_NOISE:
        return "no score of those in both lists moved"
    said = f"scores moved by up to {largest:.3f}"
    in_both = [hit for hit in column.hits if hit.score_change is not None]
    if all(hit.within_drift for hit in in_both):
        return f"{said}, within the drift of the backends"
    if any(hit.margin > FLOAT_NOISE for hit in in_both):
        return f"{said}, more than the drift of the backends explains"
    return said


def _of_pair(kept: PairSnapshot, now: PairSnapshot) -> SnapshotDifferences:
    drift = sum(each.provenance.drift or 0.0 for each in (kept, now))
    margin = max(FLOAT_NOISE, drift)
    name = f"Score ({kept.unit})"
    figures = [FigureDifference(name, kept.score, now.score, margin)]
    if kept.method == now.method:
        figures += _word_differences(kept, now, margin)
    figures = [each for each in figures if each.change is None or abs(each.change) > FLOAT_NOISE]
    said = circumstances(kept.provenance, now.provenance)
    if kept.method != now.method:
        said += (f"The method was {kept.method!r}, and is {now.method!r}.",)
    return SnapshotDifferences(_pair_sentence(figures), figures=tuple(figures), circumstances=said)


def _word_differences(
    kept: PairSnapshot, now: PairSnapshot, margin: float
) -> list[FigureDifference]:
    """The words whose value is written otherwise, those that moved most first."""
    before = (*kept.query_words, *kept.document_words)
    after = (*now.query_words, *now.document_words)
    if [word.text for word in before] != [word.text for word in after]:
        return []
    words = [
        FigureDifference(f"“{one.text}”", one.value, other.value, margin)
        for one, other in zip(before, after, strict=True)
        if abs(one.value - other.value) > WORD_NOISE
    ]
    return sorted(words, key=lambda word: -abs(word.change or 0.0))


def _pair_sentence(figures: Sequence[FigureDifference]) -> str:
    if not figures:
        return "Nothing moved since it was kept: the score and every word's value are the same."
    largest = max(abs(each.change or 0.0) for each in figures)
    within = all(each.within_drift for each in figures)
    because = "within" if within else "more than"
    ending = "the drift of the backends" if within else "the drift of the backends explains"
    names = [each.name for each in figures[:3]]
    more = f" and {len(figures) - 3} more" if len(figures) > 3 else ""
    return f"Moved: {', '.join(names)}{more}, by up to {largest:.3f}, {because} {ending}."


def _models(kept: SearchSnapshot, now: SearchSnapshot) -> list[str]:
    """The lists that another model has ranked by now."""
    pairs = [(column, now.column(column.stage)) for column in kept.columns]
    return [
        f"{before.label} was ranked by {before.model}, and is by {after.model} now."
        for before, after in pairs
        if after is not None and before.model != after.model
    ]
