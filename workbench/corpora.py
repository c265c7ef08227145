"""The corpora that can be opened by name or path, and those that are open."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

from corpora.attached.listed_store import ListedStore
from corpora.importing.importing import Imported, Source, add_judgments, import_corpus
from corpora.readers.read_options import ReadOptions
from corpora.stores.corpus import Corpus
from corpora.stores.database_schema import rows_in_words
from corpora.stores.library import Library, LibraryEntry
from engine.types import BI_ENCODER, CorpusInfo
from workbench.keyed_cache import KeyedCache
from workbench.search.attached_runs import AttachedRuns
from workbench.token_reader import TokenReader


class Corpora:
    """Opens each corpus once and keeps it; opening one never waits for another."""

    def __init__(self, library: Library, tokens: TokenReader, attached: AttachedRuns) -> None:
        self._library = library
        self._attached = attached
        self._tokens = tokens
        self._open = KeyedCache[str, Corpus]()

    @property
    def warnings(self) -> tuple[str, ...]:
        """What was damaged of judgments, runs and the list of corpora, and what was recovered."""
        return self._library.warnings

    def entries(self) -> tuple[LibraryEntry, ...]:
        """The corpora that can be opened by name."""
        return self._library.entries()

    def holds(self, info: CorpusInfo) -> bool:
        """Whether a corpus of these documents is there still.

        Of one that was not imported the name says so, for its documents may have changed.
        """
        return any(
            entry.fingerprint == info.fingerprint
            or (entry.kind != "imported" and entry.name == info.name)
            for entry in self.entries()
        )

    def open(self, name_or_path: str | Path) -> Corpus:
        """The corpus of that name or path, whose store knows what attached runs list."""

        def opened() -> Corpus:
            corpus = self._library.open(name_or_path)
            missing = partial(self._attached.missing, corpus.info.fingerprint)
            return replace(corpus, store=ListedStore(corpus.store, missing))

        return self._open.get(str(name_or_path), opened)

    def import_corpus(
        self,
        source: Source,
        name: str,
        *,
        read_options: ReadOptions | None = None,
        split_for: str = BI_ENCODER,
    ) -> Imported:
        """Copy a corpus into the library, split by the tokens of the chosen model if asked."""

        def windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
            return self._tokens.windows(text, length, stride, role=split_for)

        return import_corpus(
            self._library, source, name, windows=windows, read_options=read_options
        )

    def add_judgments(
        self,
        name: str,
        *,
        queries: Path | None = None,
        qrels: Path | None = None,
        read_options: ReadOptions | None = None,
        grades: Mapping[str, int] | None = None,
    ) -> Imported:
        """Give an imported corpus other queries, judgments or both; see `Source.grades`."""
        added = add_judgments(
            self._library,
            name,
            queries=queries,
            qrels=qrels,
            read_options=read_options,
            grades=grades,
        )
        self.forget(name)
        return added

    def remember(self, corpus: Corpus, path: str | Path) -> None:
        """Put a corpus that was opened by path into the library, for the app's picker."""
        if all(entry.name != str(path) for entry in self.entries()):
            self._library.remember(corpus, path)

    def going_with(self, name: str) -> str:
        """What else is deleted with a corpus, "" for nothing: "1 attached run, 3 kept cases"."""
        return rows_in_words(self._library.going_with(name))

    def remove(self, name: str) -> str | None:
        """Take a corpus out of the library; its fingerprint where no other corpus has it."""
        removed = self._library.remove(name)
        self.forget(name)
        return removed or None

    def forget(self, name: str) -> None:
        """Open this corpus anew when it is next asked for."""
        self._open.forget(lambda opened: opened == name)
