"""What a corpus' judgments call relevant is looked up by id, in few and once."""

from __future__ import annotations

from collections.abc import Sequence

from corpora.stores.corpus import Corpus
from corpora.stores.memory_store import MemoryStore
from engine.types import CorpusInfo, Document, Qrel, Query
from state.corpora.examples import MOST_TRIED, judged_relevant


class IdsAlone(MemoryStore):
    """A store that is never searched through, and counts how often it is asked."""

    asked = 0

    def find(self, text: str, limit: int = 10) -> list[Document]:
        raise AssertionError("a scan of the whole store")

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        self.asked += 1
        return super().get(doc_ids)


def corpus_of(
    fingerprint: str, documents: list[Document], judged: list[str], *, split: bool = False
) -> tuple[Corpus, IdsAlone]:
    store = IdsAlone({document.doc_id: document for document in documents})
    qrels = tuple(Qrel("q", doc_id, 1) for doc_id in judged)
    info = CorpusInfo("c", len(documents), fingerprint)
    return Corpus(info, store, (Query("q", "words"),), qrels, split=split), store


def test_documents_are_looked_up_by_id_once_for_a_query_blanks_around_ids_too() -> None:
    corpus, store = corpus_of(
        "blanks", [Document(" a ", "t", "A"), Document("b", "t")], [" a ", "b", "gone"]
    )
    assert judged_relevant(corpus, "words", most=3) == ["A", "b"]
    asked = store.asked
    assert judged_relevant(corpus, "Words ", most=1) == ["A"]
    assert store.asked == asked
    assert judged_relevant(corpus, "others", most=3) == []


def test_a_document_held_in_passages_is_named_by_its_first() -> None:
    passages = [Document("a#1", "t", "A", parent_id="a"), Document("b#1", "t", "B")]
    corpus, _ = corpus_of("split", passages, ["a", "b"], split=True)
    assert judged_relevant(corpus, "words", most=3) == ["A"]


def test_no_more_than_so_many_are_tried() -> None:
    missing = [f"a{n:03}" for n in range(MOST_TRIED)]
    corpus, _ = corpus_of("many", [Document("z", "t", "Z")], [*missing, "z"])
    assert judged_relevant(corpus, "words", most=3) == []
