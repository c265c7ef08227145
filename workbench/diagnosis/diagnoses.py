"""Diagnoses with the loaded models: the same for the app, the CLI and the benchmarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from corpora.judgments.judgment_log import JudgmentLog, combined, conflicts
from corpora.statistics.near_duplicates import jaccard, shingles
from corpora.stores.corpus import Corpus
from engine.quality.pipelines import PipelineSpec
from engine.search.diagnosis.diagnose import diagnosed
from engine.search.diagnosis.placed_documents import with_documents
from engine.search.diagnosis.query_signs import Vocabulary
from engine.search.diagnosis.subject import Instruments, Subject
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import Cancel, CrossExamError, Document, DocumentStore, Qrel, SearchTrace
from engine.types.diagnosis.cases import PASTED, Case, Expected
from engine.types.diagnosis.causes import Diagnosis
from engine.types.ranker_names import is_encoder
from engine.types.words import words_of
from models.lexical.term_statistics import TermStatistics
from workbench.keyed_cache import KeyedCache
from workbench.model_loader import ModelLoader
from workbench.token_reader import TokenReader

MOST_COUNTED = 200_000  # documents; the terms of more are not counted for a diagnosis
READ_AT_ONCE = 1024


class Diagnoses:
    """Looks into cases; what a corpus' terms are is counted once and kept."""

    def __init__(self, models: ModelLoader, tokens: TokenReader) -> None:
        self._models = models
        self._tokens = tokens
        self._statistics = KeyedCache[str, TermStatistics]()

    def expected(self, corpus: Corpus, text: str) -> Expected:
        """The document of this id or title, else the one of this very text, else the text itself.

        Raises CrossExamError where several documents have the title, or a short text fits none.
        """
        matches = corpus.store.find(text, limit=2)
        wanted = text.strip().casefold()
        exact = [d for d in matches if wanted in (d.doc_id.casefold(), d.title.casefold())]
        if exact:
            return Expected(exact[0])
        if len(matches) == 1:
            return Expected(matches[0])
        if matches:
            raise CrossExamError(
                f"several documents of {corpus.info.name} fit {text.strip()[:60]!r}, "
                f"{matches[0].doc_id} and {matches[1].doc_id} among them: give an id"
            )
        return self.pasted(corpus, text)

    def pasted(self, corpus: Corpus, text: str) -> Expected:
        """The document of this very text, else the text as one that the corpus does not hold."""
        if len(words_of(text)) < 3:
            raise CrossExamError(
                f"no document of {corpus.info.name} has an id or title with {text.strip()[:60]!r}: "
                "give another, or paste the whole text"
            )
        wanted = " ".join(text.split())
        for documents in _chunks(corpus.store):
            for document in documents:
                if wanted in (" ".join(document.text.split()), " ".join(document.content.split())):
                    return Expected(document)
        return Expected(Document(PASTED, text.strip()), in_corpus=False)

    def stream(
        self,
        corpus: Corpus,
        searcher: Searcher,
        case: Case,
        settings: Settings,
        *,
        expected: Expected | None = None,
        trace: SearchTrace | None = None,
        cancel: Cancel = lambda: False,
    ) -> Iterator[Diagnosis]:
        """Ever fuller diagnoses of the case; `trace` is its finished search where there is one."""
        subject = self.subject(
            corpus, searcher, case, settings, expected=expected, trace=trace, cancel=cancel
        )
        if subject is None:
            return
        name = PipelineSpec(settings, self._models.cross_encoder_name).name
        yield from diagnosed(subject, pipeline=name)

    def subject(
        self,
        corpus: Corpus,
        searcher: Searcher,
        case: Case,
        settings: Settings,
        *,
        expected: Expected | None = None,
        trace: SearchTrace | None = None,
        cancel: Cancel = lambda: False,
    ) -> Subject | None:
        """The case with its finished search; None where that was called off."""
        expected = expected or self.expected(corpus, case.doc_id)
        instruments = self.instruments(corpus.info.fingerprint, searcher)
        if not expected.in_corpus:
            searcher = self.with_documents(searcher, [expected.document], instruments)
            settings, trace = replace(settings, rerankers=()), None
            if is_encoder(settings.first_stage):
                raise CrossExamError(
                    f"{settings.first_stage!r} knows nothing of a text that is not in the corpus: "
                    "choose another first stage, or import the text"
                )
        if trace is None or not trace.complete:
            trace = searcher.pipeline(settings).run(case.query, cancel=cancel)
        if not trace.complete:
            return None
        grades, differing = self._judgments(corpus, case, expected.document)
        return Subject(
            case=replace(case, doc_id=expected.document.doc_id),
            document=expected.document,
            searcher=searcher,
            settings=settings,
            trace=trace,
            lookup=searcher.where(expected.document, trace, settings),
            instruments=instruments,
            grades=grades,
            differing=differing,
            in_corpus=expected.in_corpus,
            cancel=cancel,
        )

    def instruments(self, fingerprint: str, searcher: Searcher) -> Instruments:
        """What a diagnosis asks of this corpus and of the default models."""
        vocabulary = partial(self._vocabulary, fingerprint, searcher.store)
        return Instruments(
            similarity=_similarity,
            budgets=self._tokens.budgets,
            windows=lambda text, length, stride, role: self._tokens.windows(
                text, length, stride, role=role
            ),
            cosines=self._cosines,
            lexical=partial(self._lexical, fingerprint, searcher.store),
            vocabulary=vocabulary,
        )

    def with_documents(
        self,
        searcher: Searcher,
        documents: Sequence[Document],
        instruments: Instruments,
        gone: frozenset[str] = frozenset(),
    ) -> Searcher:
        """The searcher with these documents in its corpus, and without those that are `gone`."""
        return with_documents(
            searcher,
            documents,
            lexical=instruments.lexical,
            cosines=instruments.cosines,
            gone=gone,
        )

    def qrels(self, corpus: Corpus) -> tuple[Qrel, ...]:
        """People's judgments of the corpus, its own and those given in the app, as one each."""
        return combined(corpus.qrels, JudgmentLog(corpus.info.fingerprint).latest())

    def judgments_version(self, fingerprint: str) -> int:
        """Changes with every judgment of the corpus that people add."""
        return JudgmentLog(fingerprint).version[0]

    def _judgments(
        self, corpus: Corpus, case: Case, document: Document
    ) -> tuple[Mapping[str, int], tuple[tuple[str, int], ...]]:
        """The query's judgments by document, and what judges said of this one where they differ."""
        query = corpus.query_for_text(case.query)
        if query is None:
            return {}, ()
        words = JudgmentLog(corpus.info.fingerprint).latest()
        grades = {
            qrel.doc_id: qrel.relevance
            for qrel in combined(corpus.qrels, words)
            if qrel.query_id == query.query_id
        }
        pair = (query.query_id, document.doc_id)
        differing = [said for q, d, said in conflicts(corpus.qrels, words) if (q, d) == pair]
        parent = document.parent_id
        if parent in grades and document.doc_id not in grades:
            grades[document.doc_id] = grades[parent]
        return grades, differing[0] if differing else ()

    def _statistics_of(self, fingerprint: str, store: DocumentStore) -> TermStatistics:
        return self._statistics.get(
            fingerprint,
            lambda: TermStatistics.from_texts(
                document.content for documents in _chunks(store) for document in documents
            ),
        )

    def _vocabulary(self, fingerprint: str, store: DocumentStore) -> Vocabulary | None:
        if len(store) > MOST_COUNTED:
            return None
        statistics = self._statistics_of(fingerprint, store)
        return Vocabulary(statistics.documents, statistics.holding, statistics.idf)

    def _lexical(
        self, fingerprint: str, store: DocumentStore, query: str, texts: Sequence[str]
    ) -> list[float]:
        if len(store) > MOST_COUNTED:
            raise CrossExamError(
                f"the corpus holds {len(store):,} documents, and a text that it does not hold is "
                f"scored by BM25 among {MOST_COUNTED:,} at most: import the text into the corpus"
            )
        statistics = self._statistics_of(fingerprint, store)
        return [statistics.score(query, text) for text in texts]

    def _cosines(self, query: str, texts: Sequence[str]) -> list[float]:
        encoder = self._models.bi_encoder()
        vector = encoder.encode([query], role="query")[0]
        cosines: list[float] = (encoder.encode(list(texts), role="document") @ vector).tolist()
        return cosines


def _similarity(left: str, right: str) -> float:
    """The share of word triples that two texts share, as near-duplicates are told by."""
    left_words, right_words = (words_of(text.casefold()) for text in (left, right))
    return jaccard(shingles(left_words), shingles(right_words))


def _chunks(store: DocumentStore) -> Iterator[list[Document]]:
    ids = store.ids()
    for start in range(0, len(ids), READ_AT_ONCE):
        yield store.get(ids[start : start + READ_AT_ONCE])
