"""Where the parts are put together: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

from corpora.stores.disk_store import remove_store
from corpora.stores.library import Library
from engine.types import ModelCard
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER, cards
from workbench.backend_settings import BackendSettings
from workbench.corpus_library import CorpusLibrary
from workbench.dense_indexes import DenseIndexes
from workbench.explainers import Explainers
from workbench.model_loader import ModelLoader
from workbench.model_setup import ModelSetup
from workbench.searchers import Searchers
from workbench.token_reader import TokenReader


class Workbench:
    """Hands out the parts, and does what concerns several of them.

    Models, corpora and searchers are made once and shared, so that several visitors do not
    load the same one twice. What is asked for most often stands here under its own name.
    """

    def __init__(
        self,
        *,
        bi_encoder: str = DEFAULT_BI_ENCODER,
        cross_encoder: str = DEFAULT_CROSS_ENCODER,
        fetch: bool = False,
        library: Library | None = None,
    ) -> None:
        self.library = library or Library()
        self.loader = ModelLoader(bi_encoder=bi_encoder, cross_encoder=cross_encoder, fetch=fetch)
        self.model_setup = ModelSetup(self.loader)
        self.explainers = Explainers(self.loader)
        self.tokens = TokenReader(self.loader)
        self.corpus_library = CorpusLibrary(self.library, self.tokens)
        self.backends = BackendSettings()
        self.indexes = DenseIndexes(self.loader, self.backends)
        self.searchers = Searchers(self.loader, self.backends, self.indexes)

        self.bi_encoder_name = self.loader.bi_encoder_name
        self.cross_encoder_name = self.loader.cross_encoder_name
        self.bi_encoder = self.loader.bi_encoder
        self.cross_encoder = self.loader.cross_encoder
        self.encoder = self.loader.encoder
        self.reranker = self.loader.reranker
        self.late_interaction = self.loader.late_interaction

        self.labels = self.model_setup.labels
        self.code_need = self.model_setup.code_need
        self.trust_code = self.model_setup.trust_code
        self.measure_backends = self.model_setup.measure_backends

        self.explained = self.explainers.explained
        self.pair_explainer = self.explainers.pair_explainer
        self.text_explainer = self.explainers.text_explainer
        self.cosine = self.explainers.cosine
        self.unreadable = self.explainers.unreadable

        self.budgets = self.tokens.budgets
        self.query_tokens = self.tokens.query_tokens
        self.windows = self.tokens.windows
        self.word_spans = self.tokens.word_spans
        self.tokens_before = self.tokens.tokens_before
        self.figures = self.tokens.figures

        self.corpora = self.corpus_library.entries
        self.corpus = self.corpus_library.open
        self.import_corpus = self.corpus_library.import_corpus
        self.add_judgments = self.corpus_library.add_judgments
        self.remember = self.corpus_library.remember

        self.milvus = self.backends.milvus
        self.serving = self.backends.serving
        self.engine_settings = self.backends.read
        self.change_engine_settings = self.backends.change
        self.keep_engine_settings = self.backends.keep
        self.select_backend = self.backends.choose
        self.remove_from_milvus = self.backends.remove

        self.vectors = self.indexes.vectors
        self.all_vectors = self.indexes.all_vectors
        self.additional_encoder = self.indexes.additional_encoder
        self.has_additional_encoder = self.indexes.has_additional_encoder

        self.searcher = self.searchers.searcher
        self.cold_searcher = self.searchers.cold_searcher
        self.is_ready = self.searchers.is_ready

    @property
    def library_warnings(self) -> tuple[str, ...]:
        """What was damaged of judgments, runs and the list of corpora, and what was recovered."""
        return self.library.warnings

    def models(self, *, checksums: bool = False) -> tuple[ModelCard, ...]:
        """The catalogue."""
        return cards(checksums=checksums)

    def delete_corpus(self, name: str) -> None:
        """Take a corpus out of the library, with its files and embeddings, Milvus' too."""
        orphan = self.corpus_library.remove(name)
        self.forget(name, indexes=True)
        if orphan is not None:
            remove_store(orphan)
            self.backends.remove(orphan)

    def forget(self, name: str, *, indexes: bool = False) -> None:
        """Open this corpus anew when it is next asked for; its indexes too, if so wished."""
        self.corpus_library.forget(name)
        if indexes:
            self.searchers.forget_corpus(name)
            self.indexes.forget_corpus(name)

    def forget_encoder(self, name: str) -> None:
        """Load this additional bi-encoder anew when next asked for: another took its name."""
        self.loader.forget_encoder(name)
        self.indexes.forget_encoder(name)
        self.explainers.forget_encoder(name)

    def forget_reranker(self, name: str) -> None:
        """Load this additional reranker anew when it is next asked for, with all its labels."""
        model = name.partition("#")[0]
        self.loader.forget_reranker(model)
        self.explainers.forget_reranker(model)
