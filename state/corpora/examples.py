"""What to try on a corpus: the bundled one's own examples, of any other what it holds itself."""

from __future__ import annotations

from corpora.stores.corpus import Corpus
from state.app_resources import BUNDLED

QUERY, DOCUMENT = "python snake", "Ball python care guide"


def is_bundled(corpus_name: str) -> bool:
    """Whether the examples that are written into the app are of this corpus."""
    return corpus_name == BUNDLED


def example_query(corpus_name: str) -> str:
    """A query to try, "" where none is known without opening the corpus."""
    return QUERY if is_bundled(corpus_name) else ""


def judged_relevant(corpus: Corpus, query: str, *, most: int) -> list[str]:
    """Titles, else ids, of documents that the corpus' judgments call relevant, best first."""
    known = corpus.query_for_text(query)
    grades = corpus.judgments(known.query_id) if known is not None else {}
    best = sorted(
        (doc_id for doc_id in grades if grades[doc_id] > 0), key=lambda d: (-grades[d], d)
    )
    held = []
    for doc_id in best:  # a judged document may be missing, or be held in passages
        document = next(iter(corpus.store.find(doc_id, limit=1)), None)
        if document is not None and doc_id in (document.doc_id, document.parent_id):
            held.append(document.title or doc_id)
        if len(held) == most:
            break
    return held


def example_document(corpus: Corpus, query: str) -> str:
    """A document to name for this query, "" where nothing speaks for one."""
    if is_bundled(corpus.info.name):
        return DOCUMENT
    return next(iter(judged_relevant(corpus, query, most=1)), "")
