"""A corpus embedded by a bi-encoder, in this process or in Milvus."""

from __future__ import annotations

from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_import import import_documents
from corpora.indexes.milvus_layout import Bm25Recipe
from corpora.indexes.vectors import FaissIndex
from corpora.stores.corpus import Corpus
from engine.search.stages.additional_encoder import AdditionalRetriever
from engine.search.stages.dense import DenseRetriever
from engine.types import (
    BI_ENCODER,
    Cancel,
    CorpusInfo,
    CountCallback,
    CrossExamError,
    Floats,
    Log,
    ProgressCallback,
)
from engine.types.aliases import silent
from engine.types.ranker_names import parsed, stage_of
from models.bi_encoders.bi_encoder import BiEncoder
from models.lexical.bm25 import K1, B
from models.lexical.terms import RECIPE as TERMS
from models.lexical.terms import document_terms, spelt_for_index_backend
from workbench.index_backends import IndexBackends
from workbench.keyed_cache import KeyedCache
from workbench.model_loader import ModelLoader

RECIPE = "title text"
SMALL_BATCH, LARGE_BATCH = 16, 64  # documents between two looks at a cancellation
SMALL_CORPUS = 10_000
INDEX_BACKEND_BM25 = Bm25Recipe(K1, B, terms=TERMS)  # of texts that `index_backend_text` wrote


def index_backend_text(text: str) -> str:
    """What a search engine's BM25 is to read of a document, so that it counts our terms."""
    return spelt_for_index_backend(document_terms(text))


def embedding_key(corpus: Corpus, encoder: BiEncoder) -> EmbeddingKey:
    """Under what a corpus' embeddings by this encoder are kept."""
    fingerprint = corpus.info.fingerprint
    return EmbeddingKey(fingerprint, encoder.name, encoder.revision, encoder.backend, RECIPE)


class DenseIndexes:
    """Embeds corpora and keeps what retrieves from them with additional bi-encoders."""

    def __init__(self, models: ModelLoader, index_backends: IndexBackends) -> None:
        self._models = models
        self._index_backends = index_backends
        self._retrievers = KeyedCache[tuple[str, str, str], AdditionalRetriever]()

    def vectors(self, corpus: Corpus) -> Floats | None:
        """The embeddings of a corpus as they are kept, memory-mapped; None before indexing."""
        return EmbeddingCache().load(embedding_key(corpus, self._models.bi_encoder()))

    def all_vectors(self, corpus: Corpus) -> Floats:
        """Like `vectors`; raises CrossExamError that says why where there are none."""
        vectors = self.vectors(corpus)
        if vectors is not None:
            return vectors
        name = corpus.info.name
        if self._index_backends.serving(corpus).backend == "milvus":
            raise CrossExamError(
                f"{name!r} is served by Milvus, which keeps its {corpus.info.documents:,} vectors; "
                "this view needs all of them in this process: serve the corpus from this process "
                "(Corpora, Index backend) to see it"
            )
        raise CrossExamError(f"the embeddings of {name!r} are no longer kept: open it anew")

    def additional_encoder(
        self,
        corpus: Corpus,
        name: str,
        *,
        log: Log = silent,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> AdditionalRetriever:
        """What retrieves from the corpus with the additional bi-encoder "bi-encoder:MODEL".

        The corpus is embedded by it at the first call, from the cache where that holds it.
        """

        def make() -> AdditionalRetriever:
            encoder = self._models.encoder(parsed(name).model, log)
            model = encoder.name.rsplit("/", 1)[-1]
            small = len(corpus.store) <= SMALL_CORPUS
            dense = self.dense(
                corpus,
                encoder,
                what=f"embedding {corpus.info.name} with {model}",
                batch=SMALL_BATCH if small else LARGE_BATCH,
                log=log,
                on_progress=on_progress,
                cancel=cancel,
            )
            return AdditionalRetriever(name, dense)

        return self._retrievers.get(_retriever_key(corpus.info, name), make)

    def has_additional_encoder(self, corpus: CorpusInfo, name: str) -> bool:
        """Whether `additional_encoder` would return at once."""
        return _retriever_key(corpus, name) in self._retrievers

    def dense(
        self,
        corpus: Corpus,
        encoder: BiEncoder,
        *,
        what: str,
        batch: int = LARGE_BATCH,
        log: Log = silent,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> DenseRetriever:
        """What retrieves from the corpus by this encoder's vectors; not kept here."""
        step = steps(what, on_progress)
        if self._index_backends.serving(corpus).backend == "milvus":
            collection = self.milvus_collection(
                corpus, encoder, log=log, on_progress=step, cancel=cancel
            )
            return DenseRetriever(encoder, collection, corpus.store.ids())
        vectors = embed_documents(
            encoder,
            corpus.store,
            embedding_key(corpus, encoder),
            EmbeddingCache(),
            batch=batch,
            on_progress=step,
            cancel=cancel,
        )
        doc_ids = list(corpus.store.ids())
        return DenseRetriever(encoder, FaissIndex.from_vectors(vectors), doc_ids)

    def milvus_collection(
        self,
        corpus: Corpus,
        encoder: BiEncoder,
        *,
        log: Log = silent,
        on_progress: CountCallback | None = None,
        cancel: Cancel | None = None,
    ) -> MilvusCollection:
        """The corpus' collection of this encoder's vectors, brought up to all documents."""
        key = embedding_key(corpus, encoder)
        address = self._index_backends.serving(corpus).address
        collection = self._index_backends.milvus.collection(key, address, bm25=INDEX_BACKEND_BM25)
        import_documents(
            collection,
            corpus.store,
            lambda texts: encoder.encode(texts, role="document"),
            encoder.dimensions,
            embeddings=EmbeddingCache().load(key),
            spelt=index_backend_text,
            on_progress=on_progress,
            on_building=lambda: log(f"Milvus builds the indexes of {corpus.info.name}"),
            cancel=cancel,
        )
        return collection

    def forget_corpus(self, name: str) -> None:
        """Drop what retrieves from the corpus of that name."""
        self._retrievers.forget(lambda key: key[0] == name)

    def forget_encoder(self, model: str) -> None:
        """Drop what retrieves with the additional bi-encoder of that name."""
        self._retrievers.forget(lambda key: key[2] == f"{BI_ENCODER}:{model}")


def _retriever_key(corpus: CorpusInfo, name: str) -> tuple[str, str, str]:
    return corpus.name, corpus.fingerprint, stage_of(name)


def steps(what: str, on_progress: ProgressCallback | None) -> CountCallback | None:
    """Reports (done, total) of this work to `on_progress(what, done, total)`."""
    if on_progress is None:
        return None
    return lambda done, total: on_progress(what, done, total)
