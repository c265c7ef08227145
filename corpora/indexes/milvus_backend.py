"""Corpora in Milvus: where each one's rows are, connections that are kept, and their removal."""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path

from corpora.indexes.embeddings import EmbeddingKey
from corpora.indexes.index_backend import TOKEN, URI
from corpora.indexes.milvus_client import (
    SUFFIX,
    MilvusAddress,
    MilvusConnection,
    milvus_errors,
)
from corpora.indexes.milvus_collection import SECONDS, MilvusCollection
from corpora.indexes.milvus_layout import Bm25Recipe, Graph, collection_name, name_prefix
from system.storage import cache_folder


def milvus_folder() -> Path:
    """The folder of the Milvus Lite files, one a corpus and model."""
    return cache_folder() / "milvus"


class MilvusBackend:
    """Opens collections and keeps the connections; a typed token lives as long as this does."""

    def __init__(self) -> None:
        self._connections: dict[tuple[str, str], MilvusConnection] = {}
        self._lock = threading.Lock()
        self._tokens: dict[str, str] = {}

    def use_token(self, address: str, token: str) -> None:
        """Sign in with this token there, until the process ends; "" goes back to none."""
        self._tokens[MilvusAddress.of_cluster(address).uri] = token.strip()

    def address(self, cluster: str, name: str) -> MilvusAddress:
        """The cluster's address, with a token; without a cluster that of the collection's file."""
        if not cluster:
            return MilvusAddress.of_file(milvus_folder() / f"{name}{SUFFIX}")
        uri = MilvusAddress.of_cluster(cluster).uri
        return MilvusAddress(uri, self._token(uri))

    def check(self, cluster: str, token: str = "") -> str:
        """The name and version of what answers there; raises CrossExamError within seconds."""
        uri = MilvusAddress.of_cluster(cluster).uri
        connection = MilvusConnection.open(MilvusAddress(uri, token.strip() or self._token(uri)))
        try:
            return connection.name
        finally:
            connection.close()

    def collection(
        self,
        key: EmbeddingKey,
        cluster: str,
        *,
        bm25: Bm25Recipe | None = None,
        graph: Graph | None = None,
    ) -> MilvusCollection:
        """The collection of these embeddings, which need not exist yet."""
        recipe, built = bm25 or Bm25Recipe(), graph or Graph()
        name = collection_name(key, recipe, built)
        connection = self._connected(self.address(cluster, name))
        return MilvusCollection(connection, name, bm25=recipe, graph=built)

    def remove(self, fingerprint: str, cluster: str = "") -> list[str]:
        """Remove whatever Milvus holds of a corpus; the names of the collections that went.

        Files of this machine always, and what a cluster holds where one is named.
        """
        prefix = name_prefix(fingerprint)
        gone = []
        for path in sorted(milvus_folder().glob(f"{prefix}*{SUFFIX}")):
            self._leave(str(path.absolute()))
            shutil.rmtree(path, ignore_errors=True)
            gone.append(path.stem)
        if cluster:
            connection = self._connected(self.address(cluster, prefix))
            with milvus_errors(connection.address, "listing the collections"):
                names = connection.client.list_collections(timeout=SECONDS)
            for name in names:
                if name.startswith(prefix):
                    MilvusCollection(connection, name).drop()
                    gone.append(name)
        return gone

    def close(self) -> None:
        """Leave all servers; files can then be opened by others."""
        with self._lock:
            connections, self._connections = self._connections, {}
        for connection in connections.values():
            connection.close()

    def _token(self, uri: str) -> str:
        """What was typed for this address; the environment's goes to its own address alone.

        Where the environment names no address, its token goes to none.
        """
        if uri in self._tokens:
            return self._tokens[uri]
        address = os.environ.get(URI, "").strip()
        is_own = address.rstrip("/") == uri.rstrip("/") != ""
        return os.environ.get(TOKEN, "").strip() if is_own else ""

    def _connected(self, address: MilvusAddress) -> MilvusConnection:
        with self._lock:
            connection = self._connections.get((address.uri, address.token))
            if connection is None:
                connection = MilvusConnection.open(address)
                self._connections[(address.uri, address.token)] = connection
            return connection

    def _leave(self, uri: str) -> None:
        with self._lock:
            connection_keys = [key for key in self._connections if key[0] == uri]
            connections = [self._connections.pop(key) for key in connection_keys]
        for connection in connections:
            connection.close()
