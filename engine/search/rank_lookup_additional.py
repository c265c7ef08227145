"""Where one document stands in the rankings of the additional rankers, or why that is not known."""

from __future__ import annotations

from collections.abc import Callable

from engine.search.precision.rescoring import scorer_of
from engine.search.rank_lookup import place_in, would_be
from engine.search.settings import Settings
from engine.search.stages.failure import failure_of, passes_on
from engine.types import (
    Document,
    Ranking,
    Reranker,
    Retriever,
    SearchTrace,
    StageRank,
)
from engine.types.ranker_names import is_attached, name_of, parsed, retrieves

LONGEST = 1_000_000  # more than any list of a file
FindRetriever = Callable[[str], Retriever]
FindReranker = Callable[[str], Reranker]


def additional_places(
    document: Document,
    trace: SearchTrace,
    settings: Settings,
    find_retriever: FindRetriever | None,
    find_reranker: FindReranker | None,
) -> tuple[StageRank, ...]:
    """The places of `document` in the additional rankers' rankings of a finished search.

    What retrieves and does not list it is asked for its whole ranking. A reranker that never
    saw it scores its pair now where that is possible without a server and apart from the
    rest of the list; else the place says why it was not.
    """
    places = []
    for ranking in trace.rankings:
        name = name_of(ranking.stage)
        if name is None:
            continue
        hit = ranking.find(document.doc_id)
        if is_attached(name):
            places.append(_returned(document, trace, ranking, name, find_retriever))
        elif retrieves(name):
            size = trace.corpus.documents
            if hit is not None:
                places.append(StageRank(ranking.stage, hit.rank, hit.score, True, size))
            else:
                places.append(_retrieved(document, trace, ranking, name, find_retriever))
        elif hit is not None:
            places.append(StageRank(ranking.stage, hit.rank, hit.score, True, len(ranking.hits)))
        else:
            places.append(_reranked(document, trace, settings, ranking, name, find_reranker))
    return tuple(places)


def _retrieved(
    document: Document, trace: SearchTrace, listed: Ranking, name: str, find: FindRetriever | None
) -> StageRank:
    size = trace.corpus.documents
    if listed.stage in trace.failures:
        return _unknown(listed, "it failed in this search")
    if find is None:
        return _unknown(listed, "below the list")
    try:
        deep = find(name).retrieve(trace.query, size)[0]
    except BaseException as error:
        if passes_on(error):
            raise
        return _unknown(listed, failure_of(error))
    return place_in(listed.stage, document.doc_id, listed, deep, size)


def _returned(
    document: Document, trace: SearchTrace, listed: Ranking, name: str, find: FindRetriever | None
) -> StageRank:
    """The place in another system's list, as far as its file goes: nothing ranks beyond it.

    A passage stands where its document does, unless the list has the passage itself.
    """
    if listed.stage in trace.failures:
        return _unknown(listed, "it failed in this search")
    try:
        deep = listed if find is None else find(name).retrieve(trace.query, LONGEST)[0]
    except BaseException as error:
        if passes_on(error):
            raise
        return _unknown(listed, failure_of(error))
    if not deep.hits:
        return _unknown(listed, "the run has no list for this query")
    hits = (deep.find(doc_id) for doc_id in (document.doc_id, document.parent_id) if doc_id)
    hit = next((each for each in hits if each is not None), None)
    if hit is None:
        return StageRank(listed.stage, None, None, False, len(deep.hits))
    is_listed = hit.rank <= len(listed.hits)
    return StageRank(listed.stage, hit.rank, hit.score, is_listed, len(deep.hits))


def _reranked(
    document: Document,
    trace: SearchTrace,
    settings: Settings,
    listed: Ranking,
    name: str,
    find: FindReranker | None,
) -> StageRank:
    n = len(listed.hits)
    missed = f"not among the {n:,} that it was given"
    ranker_name = parsed(name)
    if listed.stage in trace.failures:
        return _unknown(listed, "it failed in this search")
    if ranker_name.whole_list:
        return _unknown(listed, f"{missed}; it orders a list as a whole, never one alone")
    if ranker_name.remote:
        return _unknown(listed, f"{missed}; not sent to the server just to tell")
    if find is None:
        return _unknown(listed, missed)
    try:
        reranker = scorer_of(find(name), settings.precision).reranker
        score = next(reranker.score(trace.query, [document.content])).scores[0]
    except BaseException as error:
        if passes_on(error):
            raise
        return _unknown(listed, failure_of(error))
    return would_be(listed, document, score, settings)


def _unknown(listed: Ranking, why: str) -> StageRank:
    return StageRank(listed.stage, None, None, False, len(listed.hits), note=why)
