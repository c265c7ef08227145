"""Document embeddings: computed once, kept on disk, never trusted when damaged.

While they are computed every batch is written as a part of its own, so that a process that
is stopped or killed loses at most the batch in hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import numpy as np

from corpora.indexes.embedding_parts import EmbeddingParts
from corpora.readers.input_errors import from_system
from engine.types import (
    Cancel,
    Cancelled,
    CountCallback,
    CrossExamError,
    DocumentStore,
    Encoder,
    Floats,
)
from system.storage import atomic_path, cache_folder, sha256_of, write_text_atomically

READ_AHEAD = 1024


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What embeddings depend on; `recipe` names how a document becomes a text."""

    corpus_fingerprint: str
    model: str
    revision: str
    precision: str
    recipe: str

    @property
    def file_name(self) -> str:
        """A hash of the key, so that no name of a model or corpus becomes a path."""
        framed = json.dumps(astuple(self))
        return hashlib.sha256(framed.encode("ascii")).hexdigest()[:32] + ".npy"


@dataclass(frozen=True, slots=True)
class Stored:
    """Embeddings that are kept: of which model, how many documents, bytes on disk."""

    key: EmbeddingKey
    documents: int
    size: int


class EmbeddingCache:
    """Embeddings as .npy files, each with a .json beside it that says what it must be."""

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder if folder is not None else cache_folder() / "embeddings"

    def path(self, key: EmbeddingKey) -> Path:
        """The file that holds, or would hold, the embeddings of this key."""
        return self._folder / key.file_name

    def load(self, key: EmbeddingKey) -> Floats | None:
        """The vectors, memory-mapped read-only; None where there are none to be trusted.

        A file whose key, checksum or shape is not as promised is removed.
        """
        path = self.path(key)
        promise = path.with_suffix(".json")
        try:
            if not path.exists() and not promise.exists():
                return None
            vectors = _checked(path, promise, key)
            if vectors is None:
                path.unlink(missing_ok=True)
                promise.unlink(missing_ok=True)
            return vectors
        except OSError as error:
            raise from_system(path, error, "make the cache folder readable and writable") from error

    def save(self, key: EmbeddingKey, vectors: Floats) -> None:
        """Keep `vectors`, shape (documents, dimensions), whole or not at all."""
        if vectors.ndim != 2:
            raise CrossExamError(
                f"vectors have shape {vectors.shape}, not (documents, dimensions): "
                "give one row a document"
            )
        rows = np.ascontiguousarray(vectors, np.float32)
        self._write(key, rows.shape, lambda file: np.save(file, rows, allow_pickle=False))

    def save_parts(
        self, key: EmbeddingKey, shape: tuple[int, int], parts: EmbeddingParts, order: list[int]
    ) -> None:
        """Put the parts together, whole or not at all, and remove them.

        `order` says which document each row of the parts is; never all of them are in memory.
        """

        def put_together(file: Path) -> None:
            all_vectors = np.lib.format.open_memmap(file, "w+", np.float32, shape)
            for first, rows in parts.rows():
                all_vectors[order[first : first + len(rows)]] = rows
            all_vectors.flush()

        self._write(key, shape, put_together)
        parts.remove()

    def parts(self, key: EmbeddingKey, batch: int) -> EmbeddingParts:
        """What was computed of these embeddings before the work was stopped."""
        return EmbeddingParts(self.path(key).with_suffix(f".parts-{batch}"), batch)

    def of_corpus(self, fingerprint: str) -> list[Stored]:
        """The embeddings that are kept of a corpus, by model."""
        stored = []
        for description_file in sorted(self._folder.glob("*.json")):
            try:
                description = json.loads(description_file.read_text("utf-8"))
                if description["key"]["corpus_fingerprint"] == fingerprint:
                    vectors_file = description_file.with_suffix(".npy")
                    key = EmbeddingKey(**description["key"])
                    stored.append(
                        Stored(key, int(description["shape"][0]), vectors_file.stat().st_size)
                    )
            except (OSError, ValueError, KeyError, TypeError):
                continue  # a damaged one is removed by `load`
        return stored

    def remove(self, fingerprint: str) -> None:
        """Remove what is kept of a corpus."""
        for stored in self.of_corpus(fingerprint):
            path = self.path(stored.key)
            path.with_suffix(".json").unlink(missing_ok=True)
            path.unlink(missing_ok=True)

    def _write(
        self, key: EmbeddingKey, shape: tuple[int, ...], write: Callable[[Path], None]
    ) -> None:
        path = self.path(key)
        try:
            with atomic_path(path) as temporary:
                write(temporary)
                promise = {
                    "key": asdict(key),
                    "shape": list(shape),
                    "sha256": sha256_of(temporary),
                }
            # The promise goes last: a process that dies between the two leaves a mismatch.
            write_text_atomically(path.with_suffix(".json"), json.dumps(promise, indent=1))
        except OSError as error:
            remedy = "free some space, or set CROSSEXAM_CACHE to a folder that can be written"
            raise from_system(path, error, remedy) from error


def embed_documents(
    encoder: Encoder,
    documents: DocumentStore,
    key: EmbeddingKey,
    cache: EmbeddingCache,
    *,
    batch: int = 64,
    on_progress: CountCallback | None = None,
    cancel: Cancel | None = None,
) -> Floats:
    """The embeddings of all documents, shape (documents, dimensions), in corpus order.

    They come from the cache, or are computed and put there. Texts of like length
    go through the encoder together, longest first, so that little is padded. What an
    earlier call computed before it was stopped is not computed again.
    `on_progress(done, total)` is called before the first batch and after each;
    not at all when everything was cached. Raises Cancelled between two batches.
    """
    total = len(documents)
    if total == 0:
        raise CrossExamError("there are no documents to embed: choose a corpus that has some")
    if batch < 1:
        raise CrossExamError(f"cannot embed {batch} documents at a time: give 1 or more")
    cached = cache.load(key)
    if cached is not None and len(cached) == total:
        return cached
    order = by_falling_length(documents)
    parts = cache.parts(key, batch)
    done = parts.resume(total)
    dimensions = parts.dimensions
    if on_progress:
        on_progress(done, total)
    ids = documents.ids()
    while done < total:
        if cancel and cancel():
            raise Cancelled(f"embedding was cancelled after {done:,} of {total:,} documents")
        positions = order[done : done + batch]
        chunk = documents.get([ids[position] for position in positions])
        part = _encoded(encoder, [document.content for document in chunk])
        if dimensions not in (0, part.shape[1]):  # another model under the same name
            parts.remove()
            raise CrossExamError(
                f"{encoder.name} gives {part.shape[1]} dimensions, what is kept of an earlier "
                f"run has {dimensions}: that is now removed, so index again"
            )
        dimensions = part.shape[1]
        parts.append(part)
        done += len(positions)
        if on_progress:
            on_progress(done, total)
    cache.save_parts(key, (total, dimensions), parts, order)
    vectors = cache.load(key)
    if vectors is None:
        raise CrossExamError(
            f"{cache.path(key)}: what was just written reads otherwise: check the disk"
        )
    return vectors


def by_falling_length(documents: DocumentStore) -> list[int]:
    """Positions in the corpus, the longest document first, equal ones in corpus order."""
    ids = documents.ids()
    lengths: list[int] = []
    for start in range(0, len(ids), READ_AHEAD):
        chunk = documents.get(ids[start : start + READ_AHEAD])
        lengths.extend(len(document.content) for document in chunk)
    return sorted(range(len(ids)), key=lambda position: (-lengths[position], position))


def _encoded(encoder: Encoder, texts: Sequence[str]) -> Floats:
    part = encoder.encode(texts, role="document")  # (texts, dimensions)
    if part.ndim != 2 or len(part) != len(texts) or not np.isfinite(part).all():
        raise CrossExamError(
            f"{encoder.name} gave vectors of shape {part.shape} for {len(texts)} texts, or values "
            "that are not finite: check the model"
        )
    return part


def _checked(path: Path, promise: Path, key: EmbeddingKey) -> Floats | None:
    """The vectors where file and promise agree with each other and with the key."""
    try:
        description = json.loads(promise.read_text("utf-8"))
        if description["key"] != asdict(key) or description["sha256"] != sha256_of(path):
            return None
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, ValueError, KeyError, TypeError, EOFError):
        return None
    if (
        vectors.dtype != np.float32
        or vectors.ndim != 2
        or list(vectors.shape) != description["shape"]
    ):
        return None
    return np.asarray(vectors)
