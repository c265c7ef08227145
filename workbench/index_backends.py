"""Which index backend serves a corpus: this process, Milvus' files or a cluster."""

from __future__ import annotations

from dataclasses import replace

from corpora.indexes.index_backend import (
    IndexBackend,
    IndexBackendSelection,
    IndexBackendSettings,
    change_settings,
    read_settings,
    select_index_backend,
)
from corpora.indexes.milvus_backend import MilvusBackend
from corpora.stores.corpus import Corpus


class IndexBackends:
    """Reads and keeps the choice of the index backend, and holds Milvus' connections."""

    def __init__(self) -> None:
        self.milvus = MilvusBackend()

    def serving(self, corpus: Corpus) -> IndexBackendSelection:
        """Which backend serves a corpus, and why."""
        return select_index_backend(corpus.info, read_settings())

    def settings(self, *, environment: bool = True) -> IndexBackendSettings:
        """From which size on Milvus serves, and where; the environment goes first."""
        return read_settings(environment=environment)

    def change(self, *, milvus_from: int, address: str, token: str = "") -> None:
        """Keep a size and a cluster's address ("" for files of this machine), once it answers.

        A new address is asked first, with that token: one that refuses is not kept, for every
        corpus that it is to serve would fail. Raises CrossExamError that says why.
        """
        address = address.strip()
        if address and address != read_settings(environment=False).address:
            self.milvus.check(address, token)
        if address and token.strip():
            self.milvus.use_token(address, token)
        self.keep(milvus_from=milvus_from, address=address)

    def keep(self, *, milvus_from: int, address: str) -> None:
        """Keep a size and a cluster's address ("" for files of this machine) unasked."""
        change_settings(
            lambda kept: replace(kept, milvus_from=milvus_from, address=address.strip())
        )

    def choose(self, corpus: Corpus, backend: IndexBackend | None) -> None:
        """Serve this corpus so from now on; None: by its size."""
        change_settings(lambda kept: kept.choosing(corpus.info.fingerprint, backend))

    def remove(self, fingerprint: str) -> list[str]:
        """Remove what Milvus holds of a corpus, here and in the cluster; what was removed."""
        return self.milvus.remove(fingerprint, read_settings().address)
