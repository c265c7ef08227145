"""Where the parts are put together: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from corpora.importing.importing import Imported, Source, add_judgments, import_corpus
from corpora.indexes.embeddings import EmbeddingCache, EmbeddingKey, embed_documents
from corpora.indexes.index_backend import (
    Engine,
    EngineSettings,
    Serving,
    change_settings,
    read_settings,
    serving,
)
from corpora.indexes.milvus_collection import MilvusCollection
from corpora.indexes.milvus_import import import_documents
from corpora.indexes.milvus_layout import Bm25Recipe
from corpora.indexes.milvus_serving import MilvusServing
from corpora.indexes.vectors import FaissIndex
from corpora.readers.read_options import Reading
from corpora.statistics.figures import CorpusFigures, Reader, corpus_figures
from corpora.stores.corpus import Corpus
from corpora.stores.disk_store import remove_store
from corpora.stores.library import Library, LibraryEntry
from engine.explain.explainable import why_not_explained
from engine.search.searcher import Searcher
from engine.search.stages.additional_encoder import FurtherRetriever
from engine.search.stages.dense import DenseRetriever
from engine.search.stages.failure import failure_of, passes_on
from engine.search.stages.index_backend_lexical import EngineLexicalRetriever
from engine.search.stages.lexical import LexicalRetriever
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    Cancel,
    CorpusInfo,
    CrossExamError,
    EngineChoice,
    Floats,
    ModelCard,
    Reranker,
    TokenBudget,
    Unreadable,
    VectorIndex,
    won_everywhere,
)
from engine.types.ranker_names import MAXSIM, parsed, stage_of
from models.bi_encoders.bi_encoder import SPECIALS_PER_TEXT, BiEncoder
from models.bi_encoders.bi_reranker import BiEncoderReranker
from models.catalogue import COLBERT_ENCODER, DEFAULT_BI_ENCODER, DEFAULT_CROSS_ENCODER, cards
from models.cross_encoders.auto_cross_encoder import AutoCrossEncoder
from models.cross_encoders.auto_loading import labels_of_model, load_reranker
from models.cross_encoders.cross_encoder import CrossEncoder
from models.cross_encoders.pairs import SPECIALS_PER_PAIR
from models.hub.remote_code import CodeNeed, code_need
from models.hub.resolving import folder_of, trust_code
from models.late_interaction.maxsim import LateInteraction
from models.late_interaction.maxsim_loading import load_late_interaction
from models.lexical.bm25 import K1, B, BM25Index
from models.lexical.stopwords import FUNCTION_WORDS
from models.lexical.terms import RECIPE as TERMS
from models.lexical.terms import document_terms, spelt_for_engine, term_spans, terms
from models.loading import load_bi_encoder, load_cross_encoder, measure_engines
from models.remote.remote_choice import remote_reranker
from models.text.budget import token_budget, token_windows, tokens_before, word_spans

if TYPE_CHECKING:
    from models.bi_encoders.bi_attribution import TextExplainer
    from models.cross_encoders.attribution import PairExplainer

Progress = Callable[[str, int, int], None]
Say = Callable[[str], None]
RECIPE = "title text"
READ_AT_ONCE = 1024
SMALL_BATCH, LARGE_BATCH = 16, 64  # documents between two looks at a cancellation
SMALL_CORPUS = 10_000
ENGINE_BM25 = Bm25Recipe(K1, B, terms=TERMS)  # of texts that `engine_text` wrote


def _silent(_: str) -> None:
    """Say nothing."""


def engine_text(text: str) -> str:
    """What a search engine's BM25 is to read of a document, so that it counts our terms."""
    return spelt_for_engine(document_terms(text))


def engine_query(query: str) -> str:
    """What a search engine's BM25 is to be asked for a query."""
    return spelt_for_engine(terms(query))


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
        self._pair_explainers: dict[str, PairExplainer] = {}
        self._text_explainers: dict[str, TextExplainer] = {}
        self._rerankers: dict[str, Reranker] = {}
        self._encoders: dict[str, BiEncoder] = {}
        self._retrievers: dict[tuple[str, str], FurtherRetriever] = {}
        self.milvus = MilvusServing()
        names = ("bi", "cross", "rerankers", "encoders", "pair explainer", "text explainer")
        self._locks = {name: threading.Lock() for name in names}
        self._indexing: dict[str, threading.Lock] = {}
        self._opening = threading.Lock()

    @property
    def cross_encoder_name(self) -> str:
        """The name of the cross-encoder, without loading it."""
        return self._names[1]

    @property
    def bi_encoder_name(self) -> str:
        """The name of the bi-encoder, without loading it."""
        return self._names[0]

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
        """The further reranker of that name (see `engine.types.ranker_names`); local ones are kept.

        `key` is for a remote one; without it, its key comes from the environment.
        """
        wanted = parsed(name)
        if wanted.remote:
            return remote_reranker(wanted.kind, wanted.address, wanted.model, key=key)
        if wanted.retrieves:
            return BiEncoderReranker(self.encoder(wanted.model, say))
        if name == self._names[1]:
            return self.cross_encoder(say)
        if name == MAXSIM and not won_everywhere(COLBERT_ENCODER.measured):
            raise CrossExamError(
                "MaxSim of the packaged encoder is not offered as a ranker, for it was not shown "
                "to beat that encoder's own vectors on senses and SciFact (see the MaxSim page): "
                f"name a ColBERT checkpoint, as {MAXSIM}:FOLDER"
            )
        return self._local_reranker(name, say)

    def encoder(self, name: str, say: Say = _silent) -> BiEncoder:
        """The bi-encoder of that name, be it the first one or a further one; kept once loaded."""
        if name in ("", self._names[0]):
            return self.bi_encoder(say)
        with self._locks["encoders"]:
            if name not in self._encoders:
                self._encoders[name] = load_bi_encoder(name, fetch=self._fetch, say=say)
            return self._encoders[name]

    def further_encoder(
        self,
        corpus: Corpus,
        name: str,
        *,
        say: Say = _silent,
        on_progress: Progress | None = None,
        cancel: Cancel | None = None,
    ) -> FurtherRetriever:
        """What retrieves from the corpus with the further bi-encoder `name`, "bi-encoder:MODEL".

        The corpus is embedded by it at the first call, from the cache where that is known.
        """
        stage, what = stage_of(name), corpus.info.name
        key = f"{what} {corpus.info.fingerprint}"
        with self._opening:
            turn = self._indexing.setdefault(f"{key} {stage}", threading.Lock())
        with turn:
            if (key, stage) not in self._retrievers:
                encoder = self.encoder(parsed(name).model, say)

                def told(done: int, total: int) -> None:
                    if on_progress is not None:
                        model = encoder.name.rsplit("/", 1)[-1]
                        on_progress(f"embedding {what} with {model}", done, total)

                index: VectorIndex
                if self.serving(corpus).engine == "milvus":
                    index = self._in_milvus(corpus, encoder, say, told, cancel)
                    doc_ids = corpus.store.ids()
                else:
                    vectors = embed_documents(
                        encoder,
                        corpus.store,
                        _embedding_key(corpus, encoder),
                        EmbeddingCache(),
                        batch=SMALL_BATCH if len(corpus.store) <= SMALL_CORPUS else LARGE_BATCH,
                        on_progress=told,
                        cancel=cancel,
                    )
                    index, doc_ids = FaissIndex.from_vectors(vectors), list(corpus.store.ids())
                dense = DenseRetriever(encoder, index, doc_ids)
                self._retrievers[key, stage] = FurtherRetriever(name, dense)
            return self._retrievers[key, stage]

    def has_further_encoder(self, corpus: CorpusInfo, name: str) -> bool:
        """Whether `further_encoder` would return at once."""
        key = f"{corpus.name} {corpus.fingerprint}"
        return (key, stage_of(name)) in self._retrievers

    def _local_reranker(self, name: str, say: Say) -> Reranker:
        wanted = parsed(name)
        with self._locks["rerankers"]:
            if name not in self._rerankers:
                load = load_late_interaction if wanted.kind == MAXSIM else load_reranker
                self._rerankers[name] = load(wanted.model, fetch=self._fetch, say=say)
            return self._rerankers[name]

    def explained(self, name: str = "", say: Say = _silent) -> CrossEncoder | AutoCrossEncoder:
        """The cross-encoder that explanations speak of: the default one, or a further reranker.

        Raises CrossExamError that says why where that reranker cannot be explained.
        """
        if not name:
            return self.cross_encoder(say)
        reason = why_not_explained(name)
        found = self.reranker(name, say) if not reason else None
        if not isinstance(found, (CrossEncoder, AutoCrossEncoder)):
            raise CrossExamError(f"{name} cannot be explained: {reason or 'choose another'}")
        return found

    def labels(self, name: str) -> tuple[str, ...]:
        """The labels of a further reranker that is here, of which NAME#LABEL names one."""
        return () if why_not_explained(name) else labels_of_model(name)

    def code_need(self, name: str) -> CodeNeed | None:
        """What a model would run that is here; None where it needs no code of its own."""
        try:
            return code_need(name, folder_of(name))
        except CrossExamError:
            return None

    def trust_code(self, name: str, say: Say = _silent) -> None:
        """Keep the user's consent to run the Python code that the model of that name brings."""
        trust_code(name, fetch=self._fetch, say=say)

    def forget_reranker(self, name: str) -> None:
        """Load this further reranker anew when it is next asked for."""
        with self._locks["rerankers"], self._locks["pair explainer"]:
            model = name.partition("#")[0]
            for known in [k for k in self._rerankers if k.partition("#")[0] == model]:
                del self._rerankers[known]
                self._pair_explainers.pop(known, None)

    def pair_explainer(self, say: Say = _silent, *, reranker: str = "") -> PairExplainer:
        """What explains a cross-encoder's logits, in fp32 torch; kept once made."""
        cross = self.explained(reranker, say)
        with self._locks["pair explainer"]:
            if reranker not in self._pair_explainers:
                from models.cross_encoders.attribution import PairExplainer

                say("loading the fp32 model for explanations")
                self._pair_explainers[reranker] = PairExplainer(cross)
            return self._pair_explainers[reranker]

    def text_explainer(self, name: str = "", say: Say = _silent) -> TextExplainer:
        """What explains a bi-encoder's cosines, in fp32 torch; kept once made.

        Of the first bi-encoder, or of the further one of that model name.
        """
        bi = self.encoder(name, say)
        with self._locks["text explainer"]:
            if bi.name not in self._text_explainers:
                from models.bi_encoders.bi_attribution import TextExplainer

                self._text_explainers[bi.name] = TextExplainer(bi)
            return self._text_explainers[bi.name]

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

    def unreadable(self, text: str, *, reranker: str = "") -> dict[str, Unreadable]:
        """What of a text each model cannot read, by its name in a sentence.

        `reranker` is the further cross-encoder that stands in for the default one.
        """
        named = {"the bi-encoder": self.bi_encoder().unreadable(text)}
        who = reranker.rsplit("/", 1)[-1] or "the cross-encoder"
        return {**named, who: self.explained(reranker).unreadable(text)}

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

    @property
    def library_warnings(self) -> tuple[str, ...]:
        """What was damaged of judgments, runs and the list of corpora, and what was recovered."""
        return self.library.warnings

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
        grades: Mapping[str, int] | None = None,
    ) -> Imported:
        """Give an imported corpus other queries, judgments or both; see `Source.grades`."""
        added = add_judgments(
            self.library, name, queries=queries, qrels=qrels, reading=reading, grades=grades
        )
        self.forget(name)
        return added

    def delete_corpus(self, name: str) -> None:
        """Take a corpus out of the library, with its files and embeddings, Milvus' too."""
        known = {entry.name: entry.fingerprint for entry in self.corpora()}
        self.library.remove(name)
        self.forget(name, indexes=True)
        gone = known.pop(name, None)
        if gone is not None and gone not in known.values():
            remove_store(gone)
            self.remove_from_milvus(gone)

    def forget(self, name: str, *, indexes: bool = False) -> None:
        """Open this corpus anew when it is next asked for; its indexes too, if so wished."""
        with self._opening:
            self._corpora.pop(name, None)
            if indexes:
                for key in [k for k in self._searchers if k.rpartition(" ")[0] == name]:
                    del self._searchers[key]
                for pair in [p for p in self._retrievers if p[0].rpartition(" ")[0] == name]:
                    del self._retrievers[pair]

    def forget_encoder(self, name: str) -> None:
        """Load this further bi-encoder anew when it is next asked for: another took its name."""
        with self._locks["encoders"]:
            self._encoders.pop(name, None)
        with self._opening:
            for pair in [p for p in self._retrievers if p[1] == f"{BI_ENCODER}:{name}"]:
                del self._retrievers[pair]
        with self._locks["text explainer"]:
            self._text_explainers.pop(name, None)

    def vectors(self, corpus: Corpus) -> Floats | None:
        """The embeddings of a corpus as they are kept, memory-mapped; None before indexing."""
        encoder = self.bi_encoder()
        return EmbeddingCache().load(_embedding_key(corpus, encoder))

    def all_vectors(self, corpus: Corpus) -> Floats:
        """Like `vectors`; raises CrossExamError that says why where there are none."""
        found = self.vectors(corpus)
        if found is not None:
            return found
        name = corpus.info.name
        if self.serving(corpus).engine == "milvus":
            raise CrossExamError(
                f"{name!r} is served by Milvus, which keeps its {corpus.info.documents:,} vectors; "
                "this view needs all of them in this process: serve the corpus from this process "
                "(Corpus, Engine) to see it"
            )
        raise CrossExamError(f"the embeddings of {name!r} are no longer kept: open it anew")

    def serving(self, corpus: Corpus) -> Serving:
        """Which engine serves a corpus, and why."""
        return serving(corpus.info, read_settings())

    def engine_settings(self, *, environment: bool = True) -> EngineSettings:
        """From which size on Milvus serves, and where; the environment goes first."""
        return read_settings(environment=environment)

    def change_engine_settings(self, *, milvus_from: int, address: str, token: str = "") -> None:
        """Keep a size and a cluster's address ("" for files of this machine), once it answers.

        A new address is asked first, with that token: one that refuses is not kept, for every
        corpus that it is to serve would fail. Raises CrossExamError that says why.
        """
        address = address.strip()
        if address and address != read_settings(environment=False).address:
            self.milvus.check(address, token)
        if address and token.strip():
            self.milvus.use_token(address, token)
        self.keep_engine_settings(milvus_from=milvus_from, address=address)

    def keep_engine_settings(self, *, milvus_from: int, address: str) -> None:
        """Keep a size and a cluster's address ("" for files of this machine) unasked."""
        change_settings(
            lambda kept: replace(kept, milvus_from=milvus_from, address=address.strip())
        )

    def choose_engine(self, corpus: Corpus, engine: Engine | None) -> None:
        """Serve this corpus so from now on; None: by its size."""
        change_settings(lambda kept: kept.choosing(corpus.info.fingerprint, engine))

    def remove_from_milvus(self, fingerprint: str) -> list[str]:
        """Remove what Milvus holds of a corpus, here and in the cluster; what went."""
        return self.milvus.remove(fingerprint, read_settings().address)

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
            Reader(name, role, limit, reserved, pieces.counts)
            for name, role, limit, reserved, pieces in made
        ]
        return corpus_figures(
            corpus.store,
            readers,
            terms=document_terms,
            unlisted=FUNCTION_WORDS,
            on_progress=on_progress,
            cancel=cancel,
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
        key = self._searcher_key(corpus)
        with self._opening:
            turn = self._indexing.setdefault(key, threading.Lock())
        with turn:  # one corpus does not wait for another
            if key not in self._searchers:
                made = self._index(corpus, say, on_progress, cancel)
                find = partial(self.further_encoder, corpus)
                self._searchers[key] = replace(made, find_retriever=find)
            return self._searchers[key]

    def cold_searcher(self, corpus: Corpus, further: Sequence[str] = ()) -> tuple[Searcher, float]:
        """A searcher whose models were just loaded anew, and the seconds that took.

        The models, the `further` bi-encoders among them, come from their files with fresh
        engines and remember no text; the indexes are shared with `searcher`. Nothing of it is
        kept here.
        """
        ready = self.searcher(corpus)
        start = time.perf_counter()
        encoder = load_bi_encoder(self._names[0], fetch=self._fetch)
        reranker = load_cross_encoder(self._names[1], fetch=self._fetch)
        cold: dict[str, FurtherRetriever] = {}
        broken: dict[str, str] = {}
        for name in further:
            try:
                fresh = load_bi_encoder(parsed(name).model, fetch=self._fetch)
                cold[name] = self.further_encoder(corpus, name).with_encoder(fresh)
            except BaseException as error:  # the others are measured without it
                if passes_on(error):
                    raise
                broken[name] = failure_of(error)

        def find(name: str) -> FurtherRetriever:
            if name in broken:
                raise CrossExamError(broken[name])
            return cold[name]

        seconds = time.perf_counter() - start
        dense = ready.dense.with_encoder(encoder)
        made = replace(ready, dense=dense, reranker=reranker, find_retriever=find)
        return made, seconds

    def is_ready(self, corpus: Corpus) -> bool:
        """Whether `searcher` would return at once."""
        return self._searcher_key(corpus) in self._searchers

    def _searcher_key(self, corpus: Corpus) -> str:
        """Another one once another engine is to serve the corpus."""
        chosen = self.serving(corpus)
        place = "" if chosen.engine == "local" else f"@{chosen.address}"
        return f"{corpus.info.name} {corpus.info.fingerprint}{place}"

    def _index(
        self, corpus: Corpus, say: Say, on_progress: Progress | None, cancel: Cancel | None
    ) -> Searcher:
        store = corpus.store
        if not len(store):
            raise CrossExamError(
                f"corpus {corpus.info.name!r} has no documents: choose another one"
            )

        def told(what: str) -> Callable[[int, int], None] | None:
            if on_progress is None:
                return None
            return lambda done, total: on_progress(what, done, total)

        encoder = self.bi_encoder(say)
        reranker = self.cross_encoder(say)
        if self.serving(corpus).engine == "milvus":
            return self._index_in_milvus(corpus, say, told, cancel)
        doc_ids = list(store.ids())
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

    def _index_in_milvus(
        self,
        corpus: Corpus,
        say: Say,
        told: Callable[[str], Callable[[int, int], None] | None],
        cancel: Cancel | None,
    ) -> Searcher:
        """The corpus in Milvus, which holds texts and vectors; nothing here holds them all."""
        encoder, store = self.bi_encoder(), corpus.store
        say(f"asking Milvus for {corpus.info.name}")
        putting = told(f"putting {corpus.info.name} into Milvus")
        collection = self._in_milvus(corpus, encoder, say, putting, cancel)
        engine = collection.connection.name
        doc_ids = store.ids()
        return Searcher(
            corpus=corpus.info,
            store=store,
            lexical=EngineLexicalRetriever(
                collection,
                doc_ids,
                f"BM25 in {engine}",
                spelt=engine_query,
            ),
            dense=DenseRetriever(encoder, collection, doc_ids),
            reranker=self.cross_encoder(),
            terms=terms,
            term_spans=term_spans,
            find_reranker=self.reranker,
        )

    def _in_milvus(
        self,
        corpus: Corpus,
        encoder: BiEncoder,
        say: Say,
        on_progress: Callable[[int, int], None] | None,
        cancel: Cancel | None,
    ) -> MilvusCollection:
        """The corpus' collection of this encoder's vectors, brought up to all documents."""
        key = _embedding_key(corpus, encoder)
        collection = self.milvus.collection(key, self.serving(corpus).address, bm25=ENGINE_BM25)
        import_documents(
            collection,
            corpus.store,
            lambda texts: encoder.encode(texts, role="document"),
            encoder.dimensions,
            known=EmbeddingCache().load(key),
            spelt=engine_text,
            on_progress=on_progress,
            on_building=lambda: say(f"Milvus builds the indexes of {corpus.info.name}"),
            cancel=cancel,
        )
        return collection
