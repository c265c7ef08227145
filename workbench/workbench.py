"""Where the parts are put together: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

from corpora.stores.disk_store import remove_store
from corpora.stores.library import Library
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER
from workbench.corpora import Corpora
from workbench.dense_indexes import DenseIndexes
from workbench.diagnosis.diagnoses import Diagnoses
from workbench.explainers import Explainers
from workbench.forward_passes import ForwardPasses
from workbench.index_backends import IndexBackends
from workbench.learn.lessons import Lessons
from workbench.model_loader import ModelLoader
from workbench.model_setup import ModelSetup
from workbench.search.attached_runs import AttachedRuns
from workbench.searchers import Searchers
from workbench.token_reader import TokenReader


class Workbench:
    """Hands out the parts, and does what concerns several of them.

    Models, corpora and searchers are built once and shared, so that several visitors do not
    load the same one twice.
    """

    def __init__(
        self,
        *,
        bi_encoder: str = DEFAULT_BI_ENCODER,
        cross_encoder: str = DEFAULT_CROSS_ENCODER,
        fetch: bool = False,
        library: Library | None = None,
    ) -> None:
        self.models = ModelLoader(bi_encoder=bi_encoder, cross_encoder=cross_encoder, fetch=fetch)
        self.model_setup = ModelSetup(self.models)
        self.explainers = Explainers(self.models)
        self.forward_passes = ForwardPasses(self.models, self.explainers)
        self.tokens = TokenReader(self.models)
        self.attached = AttachedRuns()
        self.corpora = Corpora(library or Library(), self.tokens, self.attached)
        self.index_backends = IndexBackends()
        self.indexes = DenseIndexes(self.models, self.index_backends)
        self.searchers = Searchers(self.models, self.index_backends, self.indexes, self.attached)
        self.diagnoses = Diagnoses(self.models, self.tokens)
        self.lessons = Lessons(
            self.models, self.explainers, self.tokens, self.corpora, self.searchers
        )

    def delete_corpus(self, name: str) -> str | None:
        """Take a corpus out of the library, with its files, runs, cases and embeddings.

        Returns its fingerprint where no other corpus has its documents.
        """
        orphan = self.corpora.remove(name)
        self.forget_corpus(name, indexes=True)
        if orphan is not None:
            remove_store(orphan)
            self.index_backends.remove(orphan)
        return orphan

    def forget_corpus(self, name: str, *, indexes: bool = False) -> None:
        """Open this corpus anew when it is next asked for; its indexes too, if so wished."""
        self.corpora.forget(name)
        if indexes:
            self.searchers.forget_corpus(name)
            self.indexes.forget_corpus(name)

    def forget_encoder(self, name: str) -> None:
        """Load this additional bi-encoder anew when next asked for: another took its name."""
        self.models.forget_encoder(name)
        self.indexes.forget_encoder(name)
        self.explainers.forget_encoder(name)
        self.forward_passes.forget_encoder(name)

    def forget_reranker(self, name: str) -> None:
        """Load this additional reranker anew when it is next asked for, with all its labels."""
        model = name.partition("#")[0]
        self.models.forget_reranker(model)
        self.explainers.forget_reranker(model)
        self.forward_passes.forget_reranker(model)
