"""Cases run against a search: which hold, and which do not."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from engine.search.folding import fold_by
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, Cancel, CrossExamError, Ranking
from engine.types.diagnosis.cases import Case, CaseResult


def checked(
    searcher: Searcher,
    cases: Sequence[Case],
    settings: Settings,
    *,
    cancel: Cancel = lambda: False,
) -> Iterator[CaseResult]:
    """Each case's result as it is there; a query of several cases is searched once.

    A document that was split into passages goes by its best. A document that the corpus does not
    hold fails a case that wants it, and says so.
    """
    known_ids = set(searcher.store.ids())
    rankings: dict[str, Ranking] = {}
    for case in cases:
        if cancel():
            return
        try:
            if case.query not in rankings:
                pipeline = searcher.pipeline(settings, [CROSS_ENCODER])
                trace = pipeline.run(case.query, cancel=cancel)
                if not trace.complete:
                    return
                rankings[case.query] = trace.ranking(CROSS_ENCODER) or Ranking("", "", ())
            ranking = rankings[case.query]
            hit = ranking.find(case.doc_id)
            folded = fold_by(searcher.store, ranking) if hit is None else ranking
            hit = folded.find(case.doc_id)
            is_missing = case.wanted and hit is None and case.doc_id not in known_ids
            yield CaseResult(
                case,
                hit.rank if hit is not None else None,
                len(folded.hits),
                "the corpus does not hold this document" if is_missing else "",
            )
        except CrossExamError as error:
            yield CaseResult(case, None, 0, str(error))
