"""What to try on a corpus: the bundled one's own examples, of any other what it holds itself."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from corpora.importing.splitting import passage_id
from corpora.stores.corpus import Corpus
from jobs.result_cache import ResultCache
from state.app_resources import BUNDLED
from state.search.worked_example import QUERY

DOCUMENT = "Ball python care guide"
MOST_NAMED, MOST_TRIED = 10, 50


@st.cache_resource(show_spinner=False)
def _titles() -> ResultCache[tuple[str, ...]]:
    return ResultCache()


def is_bundled(corpus_name: str) -> bool:
    """Whether the examples that are written into the app are of this corpus."""
    return corpus_name == BUNDLED


def example_query(corpus_name: str) -> str:
    """A query to try, "" where none is known without opening the corpus."""
    return QUERY if is_bundled(corpus_name) else ""


def judged_relevant(corpus: Corpus, query: str, *, most: int) -> list[str]:
    """Titles, else ids, of documents that the corpus' judgments call relevant, best first.

    Of those judged best a bounded number is looked up, once for each query of a corpus.
    """
    judged_query = corpus.query_for_text(query)
    if judged_query is None:
        return []
    grades = corpus.judgments(judged_query.query_id)
    key = (corpus.info.fingerprint, judged_query.query_id, hash(frozenset(grades.items())))
    titles = _titles().get_or_make(key, lambda: _titles_of_held(corpus, grades))
    return list(titles[:most])


def _titles_of_held(corpus: Corpus, grades: Mapping[str, int]) -> tuple[str, ...]:
    relevant = [doc_id for doc_id in grades if grades[doc_id] > 0]
    best = sorted(relevant, key=lambda d: (-grades[d], d))[:MOST_TRIED]
    ids = corpus.store.ids()
    titles = []
    for doc_id in best:  # a judged document may be missing, or be held in passages
        first_passage = passage_id(doc_id, 1)
        if doc_id in ids:
            (document,) = corpus.store.get([doc_id])
        elif corpus.split and first_passage in ids:
            (document,) = corpus.store.get([first_passage])
            if document.parent_id != doc_id:
                continue
        else:
            continue
        titles.append(document.title or doc_id)
        if len(titles) == MOST_NAMED:
            break
    return tuple(titles)


def example_document(corpus: Corpus, query: str) -> str:
    """A document to name for this query, "" where nothing speaks for one."""
    if is_bundled(corpus.info.name):
        return DOCUMENT
    return next(iter(judged_relevant(corpus, query, most=1)), "")
