"""Searchers: a corpus indexed for BM25 and the bi-encoder, with the cross-encoder beside it."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from corpora.stores.corpus import Corpus
from engine.search.searcher import Searcher
from engine.search.stages.additional_encoder import AdditionalRetriever, FindRetriever
from engine.search.stages.dense import DenseRetriever
from engine.search.stages.failure import failure_of, passes_on
from engine.search.stages.index_backend_lexical import IndexBackendLexicalRetriever
from engine.search.stages.lexical import LexicalRetriever
from engine.search.stages.retrievers import DenseStage
from engine.types import Cancel, CrossExamError, Log, ProgressCallback
from engine.types.aliases import silent
from engine.types.ranker_names import is_attached, parsed
from models.lexical.bm25 import BM25Index
from models.lexical.terms import spelt_for_index_backend, term_spans, terms
from workbench.dense_indexes import DenseIndexes, steps
from workbench.index_backends import IndexBackends
from workbench.keyed_cache import KeyedCache
from workbench.model_loader import ModelLoader
from workbench.search.attached_runs import AttachedRuns

READ_AT_ONCE = 1024


def index_backend_query(query: str) -> str:
    """What a search engine's BM25 is to be asked for a query."""
    return spelt_for_index_backend(terms(query))


class Searchers:
    """Makes each corpus' searcher once; indexing one corpus never waits for another."""

    def __init__(
        self,
        models: ModelLoader,
        index_backends: IndexBackends,
        indexes: DenseIndexes,
        attached: AttachedRuns,
    ) -> None:
        self._models = models
        self._attached = attached
        self._index_backends = index_backends
        self._indexes = indexes
        self._searchers = KeyedCache[tuple[str, str, str], Searcher]()

    def of(
        self,
        corpus: Corpus,
        *,
        log: Log = silent,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> Searcher:
        """The corpus indexed for BM25 and the bi-encoder, with the cross-encoder beside it.

        `on_progress(what, done, total)` is called while indexing; embeddings come from the
        cache where they are there. Raises CrossExamError for a corpus without documents.
        """
        return self._searchers.get(
            self._key(corpus), lambda: self._index(corpus, log, on_progress, cancel)
        )

    def is_ready(self, corpus: Corpus) -> bool:
        """Whether `of` would return at once."""
        return self._key(corpus) in self._searchers

    def cold(self, corpus: Corpus, additional: Sequence[str] = ()) -> tuple[Searcher, float]:
        """A searcher whose models were just loaded anew, and the seconds that took.

        The models, the `additional` bi-encoders among them, come from their files with fresh
        engines and remember no text; the indexes are shared with `of`. Nothing of it is
        kept here.
        """
        warm_searcher = self.of(corpus)
        start = time.perf_counter()
        encoder = self._models.fresh_bi_encoder()
        reranker = self._models.fresh_cross_encoder()
        cold: dict[str, AdditionalRetriever] = {}
        broken: dict[str, str] = {}
        for name in additional:
            try:
                cold_encoder = self._models.fresh_bi_encoder(parsed(name).model)
                warm = self._indexes.additional_encoder(corpus, name)
                cold[name] = warm.with_encoder(cold_encoder)
            except BaseException as error:  # the others are measured without it
                if passes_on(error):
                    raise
                broken[name] = failure_of(error)

        def find(name: str) -> DenseStage:
            if is_attached(name):
                return self._attached.retriever(corpus, name)
            if name in broken:
                raise CrossExamError(broken[name])
            return cold[name]

        seconds = time.perf_counter() - start
        dense = warm_searcher.dense.with_encoder(encoder)
        searcher = replace(warm_searcher, dense=dense, reranker=reranker, find_retriever=find)
        return searcher, seconds

    def forget_corpus(self, name: str) -> None:
        """Index the corpus of that name anew when it is next searched."""
        self._searchers.forget(lambda key: key[0] == name)

    def _key(self, corpus: Corpus) -> tuple[str, str, str]:
        """Another one once another backend is to serve the corpus."""
        chosen = self._index_backends.serving(corpus)
        address = "" if chosen.backend == "local" else f"@{chosen.address}"
        return corpus.info.name, corpus.info.fingerprint, address

    def _index(
        self, corpus: Corpus, log: Log, on_progress: ProgressCallback | None, cancel: Cancel | None
    ) -> Searcher:
        if not len(corpus.store):
            raise CrossExamError(
                f"corpus {corpus.info.name!r} has no documents: choose another one"
            )
        self._models.bi_encoder(log)
        reranker = self._models.cross_encoder(log)
        milvus = self._index_backends.serving(corpus).backend == "milvus"
        index = self._in_milvus if milvus else self._in_process
        lexical, dense = index(corpus, log, on_progress, cancel)
        return Searcher(
            corpus=corpus.info,
            store=corpus.store,
            lexical=lexical,
            dense=dense,
            reranker=reranker,
            terms=terms,
            term_spans=term_spans,
            find_reranker=self._models.reranker,
            find_retriever=self.finder(corpus),
        )

    def finder(self, corpus: Corpus) -> FindRetriever:
        """What gives the retriever of an additional bi-encoder or attached run by its name."""

        def find(name: str, **options: Any) -> DenseStage:
            if is_attached(name):
                return self._attached.retriever(corpus, name)
            return self._indexes.additional_encoder(corpus, name, **options)

        return find

    def _in_process(
        self, corpus: Corpus, log: Log, on_progress: ProgressCallback | None, cancel: Cancel | None
    ) -> tuple[LexicalRetriever, DenseRetriever]:
        name, store = corpus.info.name, corpus.store
        doc_ids = list(store.ids())
        texts = [
            document.content
            for start in range(0, len(doc_ids), READ_AT_ONCE)
            for document in store.get(doc_ids[start : start + READ_AT_ONCE])
        ]
        bm25 = BM25Index.from_texts(texts, steps(f"indexing {name} for BM25", on_progress))
        dense = self._indexes.dense(
            corpus,
            self._models.bi_encoder(),
            what=f"embedding {name}",
            log=log,
            on_progress=on_progress,
            cancel=cancel,
        )
        return LexicalRetriever(bm25, doc_ids), dense

    def _in_milvus(
        self, corpus: Corpus, log: Log, on_progress: ProgressCallback | None, cancel: Cancel | None
    ) -> tuple[IndexBackendLexicalRetriever, DenseRetriever]:
        """Milvus holds texts and vectors; nothing here holds them all."""
        name, encoder, doc_ids = corpus.info.name, self._models.bi_encoder(), corpus.store.ids()
        log(f"asking Milvus for {name}")
        collection = self._indexes.milvus_collection(
            corpus,
            encoder,
            log=log,
            on_progress=steps(f"putting {name} into Milvus", on_progress),
            cancel=cancel,
        )
        label = f"BM25 in {collection.connection.name}"
        lexical = IndexBackendLexicalRetriever(
            collection, doc_ids, label, spelt=index_backend_query
        )
        return lexical, DenseRetriever(encoder, collection, doc_ids)
