"""A search frozen: what Compare shows of a trace, with its headline and its times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from engine.search.judged_change import judged_sentence, list_quality
from engine.search.movement import TOP, summary
from engine.search.precision.near_ties import near_tie_notes
from engine.types import CROSS_ENCODER, Document, Ranking, SearchTrace, Snippet
from engine.types.registries.stage_wording import score_kind, stage_label
from engine.types.share.provenance import Provenance
from engine.types.share.snapshots import (
    SearchSnapshot,
    SnapshotColumn,
    SnapshotRow,
    SnapshotTiming,
)

NO_SNIPPET = Snippet("")


def search_snapshot(
    trace: SearchTrace,
    documents: Mapping[str, Document],
    provenance: Provenance,
    *,
    stages: Sequence[str],
    first_stage: str,
    baseline: str = "",
    top: int = TOP,
    snippets: Mapping[str, Snippet] | None = None,
    judgments: Mapping[str, int] | None = None,
    notices: Sequence[str] = (),
) -> SearchSnapshot:
    """The first `top` of each of these stages of a finished search.

    `documents` and `snippets` (as `Searcher.snippets` makes them) are by doc_id; rows moved
    against `baseline`, `first_stage` by default. `judgments` are the query's, by doc_id.
    """
    baseline, grades = baseline or first_stage, judgments or {}
    anchor, before, after = (trace.ranking(s) for s in (baseline, first_stage, CROSS_ENCODER))
    ranks_before = {hit.doc_id: hit.rank for hit in anchor.hits} if anchor else {}
    headline = summary(trace, first_stage, CROSS_ENCODER, "cross-encoder", grades=grades)
    detail = judged_sentence(before, after, grades) if before and after else ""

    def column(stage: str) -> SnapshotColumn:
        ranking = trace.ranking(stage) or Ranking(stage, "", ())
        near_ties = near_tie_notes(ranking)
        timings = [timing for timing in trace.timings if timing.stage == stage]
        quality = list_quality(ranking, grades) if ranking.hits else None
        rows = []
        for hit in ranking.hits[:top]:
            document = documents.get(hit.doc_id)
            snippet = (snippets or {}).get(hit.doc_id, NO_SNIPPET)
            rows.append(
                SnapshotRow(
                    doc_id=hit.doc_id,
                    title=document.title if document else "",
                    snippet=snippet.text,
                    rank=hit.rank,
                    score=hit.score,
                    near_tie=near_ties.get(hit.doc_id, ""),
                    before=ranks_before.get(hit.doc_id),
                    grade=grades.get(hit.doc_id),
                    marks=snippet.marks,
                    drift=ranking.precision.drift_of(hit.doc_id) if ranking.precision else 0.0,
                )
            )
        return SnapshotColumn(
            stage=stage,
            label=stage_label(stage),
            model=ranking.model,
            kind=ranking.kind or score_kind(stage, ranking.model),
            rows=tuple(rows),
            listed=len(ranking.hits),
            seconds=trace.stage_seconds(stage),
            cached=any(timing.cached for timing in timings),
            measured_seconds=trace.measured_seconds(stage),
            failure=trace.failures.get(stage, ""),
            ndcg=quality.value if quality else None,
            judged=quality.judged if quality else 0,
            judged_of=quality.of if quality else 0,
        )

    return SearchSnapshot(
        query=trace.query,
        provenance=provenance,
        columns=tuple(column(stage) for stage in stages),
        baseline=baseline,
        before=first_stage,
        after=CROSS_ENCODER,
        headline=headline,
        detail=detail,
        timings=tuple(
            SnapshotTiming(
                timing.stage,
                stage_label(timing.stage),
                timing.step,
                timing.seconds,
                timing.cached,
                timing.measured_seconds,
                timing.n_out,
            )
            for timing in trace.timings
        ),
        total_seconds=trace.total_seconds,
        notices=tuple(notices),
    )
