"""What moved between two sets of named figures: of a quality run, of a table that was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from engine.share.differences.circumstances import circumstances
from engine.types.models import FLOAT_NOISE
from engine.types.share.differences import FigureDifference, SnapshotDifferences
from engine.types.share.figures import FigureRow, FiguresSnapshot
from engine.types.share.snapshots import QualitySnapshot

SAME = "Nothing moved since it was kept: every figure is the same."
NAMED = 3  # figures that the sentence names


def quality_differences(kept: QualitySnapshot, now: QualitySnapshot) -> SnapshotDifferences:
    """What judgments that were given since, or other measures, make of a saved run."""
    of_run = (replace(each.provenance, settings={}) for each in (kept, now))  # the same run's
    said = list(circumstances(*of_run))
    if kept.judgments != now.judgments:
        said.append(f"It was counted by {kept.judgments}, and is by {now.judgments} now.")
    if kept.query_count != now.query_count:
        said.append(f"The means were over {kept.query_count:,} queries, now {now.query_count:,}.")
    if kept.headline != now.headline:
        said.append(f"Then: {kept.headline or 'no answer'}.")
    return _differences(_quality_figures(kept), _quality_figures(now), said)


def table_differences(kept: FiguresSnapshot, now: FiguresSnapshot) -> SnapshotDifferences:
    """What is different in the tables, by the names of their rows."""
    before, after = kept.rows(), now.rows()
    said = list(circumstances(kept.provenance, now.provenance))
    said += [
        f"{name} was “{_cells(row)}”, and is “{_cells(after[place])}” now."
        for place, row in before.items()
        if (name := place[1]) and place in after
        if row.value is None and row.cells != after[place].cells
    ]
    said += [
        f"{name} is no longer there."
        for place in before
        if (name := place[1]) and place not in after
    ]
    said += [f"{name} is new." for place in after if (name := place[1]) and place not in before]
    if kept.headline != now.headline:
        said.append(f"Then: {kept.headline}")
    return _differences(_numbers(before), _numbers(after), said)


def _quality_figures(snapshot: QualitySnapshot) -> dict[str, float]:
    """The figures of a run by what they are of; times are those of the run and stay."""
    figures = {
        f"{pipeline.name}: {name}": value
        for pipeline in snapshot.pipelines
        for name, value in (
            *pipeline.means.items(),
            (f"judged@{pipeline.judged_k}", pipeline.judged),
        )
    }
    firsts = snapshot.first_results
    if firsts is not None:
        shares = {"changed": firsts.changed, "better": firsts.better, "worse": firsts.worse}
        figures |= {
            f"first results {name}": share for name, share in shares.items() if share is not None
        }
    return figures


def _numbers(rows: Mapping[tuple[str, str], FigureRow]) -> dict[str, float]:
    return {name: row.value for (_, name), row in rows.items() if row.value is not None}


def _cells(row: FigureRow) -> str:
    return ", ".join(filter(None, row.cells))


def _differences(
    before: Mapping[str, float], after: Mapping[str, float], said: Sequence[str]
) -> SnapshotDifferences:
    """The figures of both that moved, those that moved most first."""
    moved = [
        FigureDifference(name, value, after[name])
        for name, value in before.items()
        if name in after and abs(after[name] - value) > FLOAT_NOISE
    ]
    moved.sort(key=lambda figure: -abs(figure.change or 0.0))
    return SnapshotDifferences(
        _sentence(moved, said), figures=tuple(moved), circumstances=tuple(said)
    )


def _sentence(moved: Sequence[FigureDifference], said: Sequence[str]) -> str:
    if not moved:
        return (
            "No figure moved since it was kept; what else is different stands below."
            if said
            else SAME
        )
    names = ", ".join(figure.name for figure in moved[:NAMED])
    more = f" and {len(moved) - NAMED} more" if len(moved) > NAMED else ""
    return f"Moved since it was kept: {names}{more}."
