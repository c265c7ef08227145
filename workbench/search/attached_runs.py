"""The runs of other systems that are attached to corpora: read, kept, and made to list."""

from __future__ import annotations

import threading
import time

from corpora.attached.attached_run_store import AttachedRunStore
from corpora.stores.corpus import Corpus
from engine.quality.passage_judgments import passages_in
from engine.quality.runs.attaching import attached_run, run_name, usual_name
from engine.quality.runs.trec_files import decoded
from engine.search.attached.retriever import AttachedRetriever
from engine.types import Cancel, CrossExamError, ProgressCallback
from engine.types.ranker_names import parsed
from engine.types.runs import AttachedHead
from system.storage import cache_folder
from workbench.keyed_cache import KeyedCache

MOST_BYTES = 100_000_000
MOST_UNPACKED = 300_000_000  # reading takes several times as much memory
KEEPING = "keeping the run"

Place = tuple[str, str]  # the folder of the database, and the corpus' fingerprint


class AttachedRuns:
    """Attaches runs to corpora, and lists them for searches; safe to share between threads."""

    def __init__(self) -> None:
        self._stores = KeyedCache[Place, AttachedRunStore]()
        self._retrievers = KeyedCache[tuple[Place, int, str, int], AttachedRetriever]()
        self._missing: dict[Place, tuple[int, frozenset[str]]] = {}
        self._lock = threading.Lock()

    def of(self, fingerprint: str) -> AttachedRunStore:
        """The runs of the corpus of this fingerprint."""
        return self._stores.get(_place(fingerprint), lambda: AttachedRunStore(fingerprint))

    def version(self, fingerprint: str) -> int:
        """Changes with every run that is attached, renamed or detached."""
        return self.of(fingerprint).version[0]

    def attach(
        self,
        corpus: Corpus,
        data: bytes,
        file: str,
        name: str = "",
        *,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel = lambda: False,
    ) -> AttachedHead:
        """Read a run file, keep it with the corpus and return what is said of it.

        Without a name it has that of the file. Raises CrossExamError as `attached_run` and the
        store do; Cancelled where it is cancelled, and then nothing is kept.
        """
        if len(data) > MOST_BYTES:
            raise CrossExamError(
                f"{file}: over {MOST_BYTES // 1_000_000} MB: give a shorter run, or pack it by gzip"
            )
        file = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in file)
        held = frozenset(corpus.store.ids())
        run = attached_run(
            decoded(data, file, most=MOST_UNPACKED),
            file,
            name=run_name(name) if name.strip() else usual_name(file),
            at=time.time(),
            queries=corpus.queries,
            held=held,
            in_passages=lambda missing: passages_in(corpus.store, missing) if corpus.split else {},
            on_progress=on_progress,
            cancel=cancel,
        )
        if on_progress is not None:
            on_progress(KEEPING, 0, 0)
        self.of(corpus.info.fingerprint).attach(run, cancel)
        return run.head

    def rename(self, corpus: Corpus, name: str, new_name: str) -> str:
        """Give a run another name, and return it as it is kept."""
        kept_as = run_name(new_name)
        self.of(corpus.info.fingerprint).rename(name, kept_as)
        return kept_as

    def retriever(self, corpus: Corpus, name: str) -> AttachedRetriever:
        """What lists the attached run "run:NAME"; raises CrossExamError where there is none."""
        fingerprint, run = corpus.info.fingerprint, parsed(name).model
        store, place = self.of(fingerprint), _place(fingerprint)
        version = store.version[0]
        key = (place, version, run, hash(corpus.queries))
        if key not in self._retrievers:
            self._retrievers.forget(lambda other: other[0] == place and other[1] != version)
        return self._retrievers.get(
            key, lambda: AttachedRetriever.from_run(store.run(run), corpus.queries)
        )

    def missing(self, fingerprint: str) -> frozenset[str]:
        """The ids that attached runs list and the corpus of this fingerprint lacks."""
        store, place = self.of(fingerprint), _place(fingerprint)
        version = store.version[0]
        with self._lock:
            last_read = self._missing.get(place)
        if last_read is None or last_read[0] != version:
            last_read = (version, store.missing())
            with self._lock:
                self._missing = {**self._missing, place: last_read}
        return last_read[1]


def _place(fingerprint: str) -> Place:
    return str(cache_folder()), fingerprint
