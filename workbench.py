"""Where the parts are put together: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.corpus import Corpus
from corpora.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.figures import CorpusFigures, Reader, corpus_figures
from corpora.importing import Imported, Source, add_judgments, import_corpus
from corpora.library import Library, LibraryEntry
from corpora.reading import Reading
from corpora.vectors import FaissIndex
from models.auto_loading import load_reranker
from models.bi_encoder import SPECIALS_PER_TEXT, BiEncoder
from models.bm25 import BM25Index
from models.budget import token_budget, token_windows, tokens_before, word_spans
from models.catalogue import DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER, cards
from models.cross_encoder import CrossEncoder
from models.late_interaction import LateInteraction
from models.late_loading import load_late_interaction
from models.lexical import term_spans, terms
from models.loading import load_bi_encoder, load_cross_encoder, measure_engines
from models.pairs import SPECIALS_PER_PAIR
from models.remote_choice import remote_reranker
from search.dense import DenseRetriever
from search.late_measured import offered_as_ranker, packaged_measurements
from search.lexical import LexicalRetriever
from search.rerankers import MAXSIM, parsed
from search.searcher import Searcher
from search.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    Cancel,
    CrossExamError,
    EngineChoice,
    Floats,
    ModelCard,
    Reranker,
    TokenBudget,
)

if TYPE_CHECKING:
    from models.attribution import PairExplainer
    from models.bi_attribution import TextExplainer

Progress = Callable[[str, int, int], None]
Say = Callable[[str], None]
RECIPE = "title text"
READ_AT_ONCE = 1024


def _silent(_: str) -> None:
    """Say nothing."""


def _embedding_key(corpus: Corpus, encoder: BiEncoder) -> EmbeddingKey:
    fingerprint = corpus.info.fingerprint
    return EmbeddingKey(fingerprint, encoder.name, encoder.revision, encoder.engine, RECIPE)


class Workbench:
    """Opens corpora, loads models by name, and makes searchers of the two.

    Models and searchers are made once and shared; making them is locked, so that
    several visitors do not load the same model twice.
    """

    def __init__(
        self,
        *,
        bi_encoder: str = DEFAULT_BI_ENCODER,
        cross_encoder: str = DEFAULT_CROSS_ENCODER,
        fetch: bool = False,
        library: Library | None = None,
    ) -> None:
        self._names = (bi_encoder, cross_encoder)
        self._fetch = fetch
        self.library = library or Library()
        self._bi_encoder: BiEncoder | None = None
        self._cross_encoder: CrossEncoder | None = None
        self._searchers: dict[str, Searcher] = {}
        self._corpora: dict[str, Corpus] = {}
        self._pair_explainer: PairExplainer | None = None
        self._text_explainer: TextExplainer | None = None
        self._rerankers: dict[str, Reranker] = {}
        names = ("bi", "cross", "rerankers", "pair explainer", "text explainer")
        self._locks = {name: threading.Lock() for name in names}
        self._indexing: dict[str, threading.Lock] = {}
        self._opening = threading.Lock()

    @property
    def cross_encoder_name(self) -> str:
        """The name of the cross-encoder, without loading it."""
        return self._names[1]

    def bi_encoder(self, say: Say = _silent) -> BiEncoder:
        with self._locks["bi"]:
            if self._bi_encoder is None:
                self._bi_encoder = load_bi_encoder(self._names[0], fetch=self._fetch, say=say)
            return self._bi_encoder

    def cross_encoder(self, say: Say = _silent) -> CrossEncoder:
        with self._locks["cross"]:
            if self._cross_encoder is None:
                self._cross_encoder = load_cross_encoder(self._names[1], fetch=self._fetch, say=say)
            return self._cross_encoder

    def cosine(self, query: str, document: str) -> float:
        """What the bi-encoder gives a pair."""
        bi = self.bi_encoder()
        sides = bi.encode([query], role="query")[0], bi.encode([document], role="document")[0]
        return float(sides[0] @ sides[1])

    def late_interaction(self, name: str = "", say: Say = _silent) -> LateInteraction:
        """The late-interaction model of that folder or hub name; without one the packaged."""
        found = self._local_reranker(f"{MAXSIM}:{name}" if name else MAXSIM, say)
        assert isinstance(found, LateInteraction)
        return found

    def reranker(self, name: str, say: Say = _silent, *, key: str = "") -> Reranker:
        """The further reranker of that name (see `search.rerankers`); local ones are kept.

        `key` is for a remote one; without it, its key comes from the environment.
        """
        wanted = parsed(name)
        if wanted.remote:
            return remote_reranker(wanted.kind, wanted.address, wanted.model, key=key)
        if name == self._names[1]:
            return self.cross_encoder(say)
        if name == MAXSIM and not offered_as_ranker(packaged_measurements()):
            raise CrossExamError(
                "MaxSim of the packaged encoder is not offered as a ranker, for it was not shown "
                "to beat that encoder's own vectors on senses and SciFact (see the MaxSim page): "
                f"name a ColBERT checkpoint, as {MAXSIM}:FOLDER"
            )
        return self._local_reranker(name, say)

    def _local_reranker(self, name: str, say: Say) -> Reranker:
        wanted = parsed(name)
        with self._locks["rerankers"]:
            if name not in self._rerankers:
                load = load_late_interaction if wanted.kind == MAXSIM else load_reranker
                self._rerankers[name] = load(wanted.model, fetch=self._fetch, say=say)
            return self._rerankers[name]

    def pair_explainer(self, say: Say = _silent) -> PairExplainer:
        """What explains the cross-encoder's logits, in fp32 torch; kept once made."""
        cross = self.cross_encoder(say)
        with self._locks["pair explainer"]:
            if self._pair_explainer is None:
                from models.attribution import PairExplainer

                say("loading the fp32 model for explanations")
                self._pair_explainer = PairExplainer(cross)
            return self._pair_explainer

    def text_explainer(self, say: Say = _silent) -> TextExplainer:
        """What explains the bi-encoder's cosines, in fp32 torch; kept once made."""
        bi = self.bi_encoder(say)
        with self._locks["text explainer"]:
            if self._text_explainer is None:
                from models.bi_attribution import TextExplainer

                self._text_explainer = TextExplainer(bi)
            return self._text_explainer

    def budgets(
        self, query: str, document: str, *, query_tokens: int | None = None
    ) -> tuple[TokenBudget, ...]:
        """How much of a document each model reads: the cross-encoder, then the bi-encoder.

        `query_tokens` supposes a query of that length in place of the query's own.
        """
        cross, bi = self.cross_encoder(), self.bi_encoder()
        pairs = cross.pairs
        asked = len(pairs.pieces.ids([query])[0]) if query_tokens is None else query_tokens
        return (
            token_budget(
                pairs.pieces,
                document,
                model=cross.name,
                role=CROSS_ENCODER,
                limit=pairs.max_length,
                special_tokens=SPECIALS_PER_PAIR,
                query_tokens=min(asked, pairs.max_query_tokens),
            ),
            token_budget(
                bi.pieces,
                document,
                model=bi.name,
                role=BI_ENCODER,
                limit=bi.max_length,
                special_tokens=SPECIALS_PER_TEXT,
            ),
        )

    def windows(self, document: str, length: int, stride: int) -> list[tuple[int, int]]:
        """(start, end) in characters of windows of `length` of the cross-encoder's tokens."""
        pieces = self.cross_encoder().pairs.pieces
        return token_windows(pieces, document, length=length, stride=stride)

    def word_spans(self, text: str) -> list[tuple[int, int]]:
        """(start, end) in characters of the words that the cross-encoder sees in a text."""
        return word_spans(self.cross_encoder().pairs.pieces, text)

    def tokens_before(self, text: str, places: Sequence[int]) -> list[int]:
        """How many of the cross-encoder's tokens begin before each place in characters."""
        return tokens_before(self.cross_encoder().pairs.pieces, text, places)

    def models(self, *, checksums: bool = False) -> tuple[ModelCard, ...]:
        """The catalogue."""
        return cards(checksums=checksums)

    def measure_engines(
        self, *, on_progress: Progress | None = None, cancel: Cancel | None = None
    ) -> tuple[EngineChoice, ...]:
        """Measure what runs the two models fastest here, the cross-encoder first.

        The result is kept; models already loaded go on as they are.
        """
        found = []
        for name, role in zip(self._names[::-1], (CROSS_ENCODER, BI_ENCODER), strict=True):

            def told(what: str, done: int, total: int, role: str = role) -> None:
                if on_progress is not None:
                    on_progress(f"{role}: {what}", done, total)

            found.append(
                measure_engines(name, role, fetch=self._fetch, on_progress=told, cancel=cancel)
            )
        return tuple(found)

    def corpora(self) -> tuple[LibraryEntry, ...]:
        """The corpora that can be opened by name."""
        return self.library.entries()

    def corpus(self, name_or_path: str | Path) -> Corpus:
        """The corpus of that name or path; kept once opened."""
        key = str(name_or_path)
        with self._opening:
            if key not in self._corpora:
                self._corpora[key] = self.library.open(name_or_path)
            return self._corpora[key]

    def import_corpus(
        self,
        source: Source,
        name: str,
        *,
        reading: Reading | None = None,
        split_for: str = BI_ENCODER,
    ) -> Imported:
        """Copy a corpus into the library, split by the tokens of the chosen model if asked."""

        def windows(text: str, length: int, stride: int) -> list[tuple[int, int]]:
            cross = split_for == CROSS_ENCODER
            pieces = self.cross_encoder().pairs.pieces if cross else self.bi_encoder().pieces
            return token_windows(pieces, text, length=length, stride=stride)

        return import_corpus(self.library, source, name, windows=windows, reading=reading)

    def add_judgments(
        self,
        name: str,
        *,
        queries: Path | None = None,
        qrels: Path | None = None,
        reading: Reading | None = None,
    ) -> Imported:
        """Give an imported corpus other queries, judgments or both."""
        added = add_judgments(self.library, name, queries=queries, qrels=qrels, reading=reading)
        self.forget(name)
        return added

    def delete_corpus(self, name: str) -> None:
        """Take a corpus out of the library, with its files and embeddings there."""
        self.library.remove(name)
        self.forget(name, indexes=True)

    def forget(self, name: str, *, indexes: bool = False) -> None:
        """Open this corpus anew when it is next asked for; its indexes too, if so wished."""
        with self._opening:
            self._corpora.pop(name, None)
            if indexes:
                for key in [k for k in self._searchers if k.rpartition(" ")[0] == name]:
                    del self._searchers[key]

    def vectors(self, corpus: Corpus) -> Floats | None:
        """The embeddings of a corpus as they are kept, memory-mapped; None before indexing."""
        encoder = self.bi_encoder()
        return EmbeddingCache().load(_embedding_key(corpus, encoder))

    def figures(
        self,
        corpus: Corpus,
        *,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> CorpusFigures:
        """Lengths, words, languages and near-duplicates of a corpus."""
        bi, cross = self.bi_encoder(), self.cross_encoder()
        made = (
            (bi.name, BI_ENCODER, bi.max_length, SPECIALS_PER_TEXT, bi.pieces),
            (
                cross.name,
                CROSS_ENCODER,
                cross.pairs.max_length,
                SPECIALS_PER_PAIR,
                cross.pairs.pieces,
            ),
        )
        readers = [
            Reader(name, role, limit, reserved, pieces.lengths)
            for name, role, limit, reserved, pieces in made
        ]
        return corpus_figures(
            corpus.store, readers, terms=terms, on_progress=on_progress, cancel=cancel
        )

    def query_tokens(self, query: str) -> int:
        """How many tokens of a query stand before each document in the cross-encoder."""
        pairs = self.cross_encoder().pairs
        return min(pairs.pieces.lengths([query])[0], pairs.max_query_tokens)

    def remember(self, corpus: Corpus, path: str | Path) -> None:
        """Put a corpus that was opened by path into the library, for the app's picker."""
        if all(entry.name != str(path) for entry in self.corpora()):
            self.library.remember(corpus, path)

    def searcher(
        self,
        corpus: Corpus,
        *,
        say: Say = _silent,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> Searcher:
        """The corpus indexed for BM25 and the bi-encoder, with the cross-encoder beside it.

        `on_progress(what, done, total)` is told of indexing; embeddings come from the
        cache where they are there. Raises CrossExamError for a corpus without documents.
        """
        key = f"{corpus.info.name} {corpus.info.fingerprint}"
        with self._opening:
            turn = self._indexing.setdefault(key, threading.Lock())
        with turn:  # one corpus does not wait for another
            if key not in self._searchers:
                self._searchers[key] = self._index(corpus, say, on_progress, cancel)
            return self._searchers[key]

    def cold_searcher(self, corpus: Corpus) -> tuple[Searcher, float]:
        """A searcher whose models were just loaded anew, and the seconds that took.

        The models come from their files with fresh engines and remember no text; the
        indexes are shared with `searcher`. Nothing of it is kept here.
        """
        ready = self.searcher(corpus)
        start = time.perf_counter()
        encoder = load_bi_encoder(self._names[0], fetch=self._fetch)
        reranker = load_cross_encoder(self._names[1], fetch=self._fetch)
        seconds = time.perf_counter() - start
        return replace(ready, dense=ready.dense.with_encoder(encoder), reranker=reranker), seconds

    def is_ready(self, corpus: Corpus) -> bool:
        """Whether `searcher` would return at once."""
        return f"{corpus.info.name} {corpus.info.fingerprint}" in self._searchers

    def _index(
        self, corpus: Corpus, say: Say, on_progress: Progress | None, cancel: Cancel | None
    ) -> Searcher:
        store = corpus.store
        doc_ids = list(store.ids())
        if not doc_ids:
            raise CrossExamError(
                f"corpus {corpus.info.name!r} has no documents: choose another one"
            )

        def told(what: str) -> Callable[[int, int], None] | None:
            if on_progress is None:
                return None
            return lambda done, total: on_progress(what, done, total)

        encoder = self.bi_encoder(say)
        reranker = self.cross_encoder(say)
        texts = [
            document.content
            for start in range(0, len(doc_ids), READ_AT_ONCE)
            for document in store.get(doc_ids[start : start + READ_AT_ONCE])
        ]
        lexical = BM25Index.from_texts(texts, told(f"indexing {corpus.info.name} for BM25"))
        vectors = embed_documents(
            encoder,
            store,
            _embedding_key(corpus, encoder),
            EmbeddingCache(),
            on_progress=told(f"embedding {corpus.info.name}"),
            cancel=cancel,
        )
        return Searcher(
            corpus=corpus.info,
            store=store,
            lexical=LexicalRetriever(lexical, doc_ids),
            dense=DenseRetriever(encoder, FaissIndex.from_vectors(vectors), doc_ids),
            reranker=reranker,
            terms=terms,
            term_spans=term_spans,
            find_reranker=self.reranker,
        )
