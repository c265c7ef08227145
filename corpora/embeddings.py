"""Document embeddings: computed once, kept on disk, never trusted when damaged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, astuple, dataclass
from pathlib import Path

import numpy as np

from corpora.complaints import from_system
from search.storage import atomic_path, cache_folder, sha256_of, write_text_atomically
from search.types import Cancel, Cancelled, CrossExamError, DocumentStore, Encoder, Floats

Progress = Callable[[int, int], None]
READ_AHEAD = 1024


@dataclass(frozen=True, slots=True)
class EmbeddingKey:
    """What embeddings depend on; `recipe` names how a text is made of a document."""

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
        path = self.path(key)
        try:
            with atomic_path(path) as temporary:
                np.save(temporary, np.ascontiguousarray(vectors, np.float32), allow_pickle=False)
                promise = {
                    "key": asdict(key),
                    "shape": list(vectors.shape),
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
    on_progress: Progress | None = None,
    cancel: Cancel | None = None,
) -> Floats:
    """The embeddings of all documents, shape (documents, dimensions), in corpus order.

    They come from the cache, or are computed and put there. Texts of like length
    go through the encoder together, longest first, so that little is padded.
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
    vectors: Floats | None = None
    done = 0
    if on_progress:
        on_progress(done, total)
    for positions, texts in _batches(documents, batch):
        if cancel and cancel():
            raise Cancelled(f"embedding was cancelled after {done:,} of {total:,} documents")
        part = _encoded(encoder, texts)
        if vectors is None:
            vectors = np.empty((total, part.shape[1]), np.float32)
        vectors[positions] = part
        done += len(positions)
        if on_progress:
            on_progress(done, total)
    assert vectors is not None
    cache.save(key, vectors)
    return vectors


def _batches(documents: DocumentStore, size: int) -> Iterator[tuple[list[int], list[str]]]:
    """(positions in the corpus, texts), by falling length; texts are fetched as needed."""
    ids = documents.ids()
    lengths: list[int] = []
    for start in range(0, len(ids), READ_AHEAD):
        chunk = documents.get(ids[start : start + READ_AHEAD])
        lengths.extend(len(document.content) for document in chunk)
    order = sorted(range(len(ids)), key=lambda position: (-lengths[position], position))
    for start in range(0, len(order), size):
        positions = order[start : start + size]
        chunk = documents.get([ids[position] for position in positions])
        yield positions, [document.content for document in chunk]


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
        said = json.loads(promise.read_text("utf-8"))
        if said["key"] != asdict(key) or said["sha256"] != sha256_of(path):
            return None
        vectors = np.load(path, mmap_mode="r", allow_pickle=False)
    except (FileNotFoundError, ValueError, KeyError, TypeError, EOFError):
        return None
    if vectors.dtype != np.float32 or vectors.ndim != 2 or list(vectors.shape) != said["shape"]:
        return None
    return np.asarray(vectors)
