"""Which queries of a corpus the lists of an attached run are for: by their ids, else by texts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from engine.types import Query, Ranking
from engine.types.words import query_key


@dataclass(frozen=True, slots=True)
class MatchedLists:
    """The lists of a run by `query_key` of the query's text.

    `by_id` and `by_text` count the lists that are for queries of the corpus. `renamed` are ids of
    the corpus that stand for another text in the file, and so are not taken for them; `shared`
    those whose text another query with a list has too, which answers for both.
    """

    lists: Mapping[str, Ranking]
    by_id: int
    by_text: int
    renamed: tuple[str, ...] = ()
    shared: tuple[str, ...] = ()


def matched_lists(
    rankings: Mapping[str, Ranking], texts: Mapping[str, str], queries: Iterable[Query]
) -> MatchedLists:
    """The lists by the queries' texts: an id of the corpus wins over a text of the file.

    A list that is for no query of the corpus is found by the text in the file, or by its id.
    """
    query_by_id = {query.query_id: query for query in queries}
    keys_of_corpus = {query_key(query.text) for query in query_by_id.values()}
    lists: dict[str, Ranking] = {}
    renamed: list[str] = []
    shared: list[str] = []
    rest: dict[str, Ranking] = {}
    by_id = by_text = 0
    for query_id, ranking in rankings.items():
        query = query_by_id.get(query_id)
        text = texts.get(query_id)
        if query is None:
            rest[query_id] = ranking
        elif text is not None and query_key(text) != query_key(query.text):
            renamed.append(query_id)
            rest[query_id] = ranking
        else:
            by_id += 1
            if query_key(query.text) in lists:
                shared.append(query_id)
            lists.setdefault(query_key(query.text), ranking)
    for query_id, ranking in rest.items():
        key = query_key(texts.get(query_id, query_id))
        if key in keys_of_corpus:
            by_text += 1
            if key in lists:
                shared.append(query_id)
        lists.setdefault(key, ranking)
    return MatchedLists(lists, by_id, by_text, tuple(renamed), tuple(shared))
