"""One corpus, ready to be searched: its retrievers, its reranker, and what is asked of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

from engine.explain.unreadable import document_notices, query_notices
from engine.search.pipeline import Pipeline
from engine.search.precision.rescoring import scorer_of
from engine.search.rank_lookup import rank_lookup
from engine.search.rank_lookup_additional import additional_places
from engine.search.settings import Settings
from engine.search.snippets import snippet
from engine.search.stages.additional_encoder import FindRetriever, NamedFirstStage
from engine.search.stages.documents_without_words import few_words, shift_notice
from engine.search.stages.failure import failure_of, passes_on
from engine.search.stages.named_stage import FindReranker, NamedRerankStage, beyond_limit
from engine.search.stages.retrievers import DenseStage, LexicalStage
from engine.search.stages.stages import BlendStage, FirstStage, HybridStage, RerankStage, Stage
from engine.types import (
    BI_ENCODER,
    BLEND,
    BM25,
    CROSS_ENCODER,
    HYBRID,
    STAGES,
    CorpusInfo,
    CrossExamError,
    Document,
    DocumentStore,
    Ranking,
    RankLookup,
    Reranker,
    Retriever,
    SearchTrace,
    Snippet,
    Unreadable,
)
from engine.types.ranker_names import is_encoder, name_of, retrieves, stage_of

NEEDS = {
    BM25: (),
    BI_ENCODER: (),
    HYBRID: (BM25, BI_ENCODER),
    CROSS_ENCODER: (),
    BLEND: (CROSS_ENCODER,),
}


_SCORING = (CROSS_ENCODER, BLEND)


@dataclass(frozen=True, slots=True)
class Searcher:
    """The checked parts of a search over one corpus; safe to share between threads.

    `find_reranker(name)` loads an additional reranker, `find_retriever(name)` an additional
    bi-encoder with the corpus embedded by it, or an attached run; they raise CrossExamError
    where they cannot.
    `terms(query)` is what BM25 looks for; `term_spans(text, terms)` finds where a text holds
    any of these terms.
    """

    corpus: CorpusInfo
    store: DocumentStore
    lexical: LexicalStage
    dense: DenseStage
    reranker: Reranker
    terms: Callable[[str], list[str]]
    term_spans: Callable[[str, frozenset[str]], list[tuple[int, int]]]
    find_reranker: FindReranker | None = None
    find_retriever: FindRetriever | None = None

    def pipeline(
        self, settings: Settings | None = None, stages: Sequence[str] | None = None
    ) -> Pipeline:
        """A pipeline that shows `stages`, and runs what they need before them.

        Without `stages` all of them, and the additional rankers of the settings.
        """
        settings = settings or Settings()
        additional = tuple(stage_of(name) for name in settings.rerankers)
        wanted_stages = with_needs((*STAGES, *additional) if stages is None else stages, settings)
        built: dict[str, Callable[[], Stage]] = {
            BM25: lambda: FirstStage(self.lexical),
            BI_ENCODER: lambda: FirstStage(self.dense),
            HYBRID: HybridStage,
            CROSS_ENCODER: lambda: RerankStage(self.reranker, self.store),
            BLEND: lambda: BlendStage(self.lexical),
        }
        for stage in wanted_stages:
            if (name := name_of(stage)) is not None:
                built[stage] = partial(self._named, name)
        return Pipeline(self.corpus, [built[name]() for name in wanted_stages], settings)

    def _named(self, name: str) -> Stage:
        if retrieves(name) and self.find_retriever is not None:
            return NamedFirstStage(name, self.find_retriever)
        if retrieves(name) or self.find_reranker is None:
            raise CrossExamError(f"this search knows no additional rankers, so not {name!r} either")
        return NamedRerankStage(name, self.find_reranker, self.store)

    def where(self, document: Document, trace: SearchTrace, settings: Settings) -> RankLookup:
        """The places of a document in every stage of a finished search."""
        retrievers: dict[str, Retriever] = {BM25: self.lexical, BI_ENCODER: self.dense}
        additional = additional_places(
            document, trace, settings, self.find_retriever, self.find_reranker
        )
        reranker = scorer_of(self.reranker, settings.precision).reranker
        return rank_lookup(document, trace, settings, retrievers, reranker, additional)

    def reading_notices(self, trace: SearchTrace) -> tuple[str, ...]:
        """A sentence for everything that a model did not read in this search."""
        notices = list(trace.notices)
        query_cut = self.dense.n_truncated(trace.query)
        if query_cut and trace.ranking(BI_ENCODER) is not None:
            notices.append(
                f"The query is longer than the bi-encoder reads: its last {query_cut:,} tokens "
                "were not embedded."
            )
        if trace.truncated:
            notices.append(
                f"The cross-encoder did not read all of {len(trace.truncated)} of the "
                f"{trace.to_score} candidates: {beyond_limit(trace.truncated.values())}. "
                "What lies beyond was never scored."
            )
        notices += self._shift_notices(trace)
        cuts = self.embedding_cuts(trace)
        if cuts:
            notices.append(
                f"The bi-encoder embedded only the beginning of {len(cuts)} of the documents that "
                f"it lists: {beyond_limit(cuts.values())}."
            )
        for ranking in trace.rankings:
            if is_encoder(ranking.stage) and ranking.hits and self.find_retriever is not None:
                notices += self._read_in_part(trace.query, ranking, self.find_retriever)
        return (*notices, *self._unreadable_notices(trace))

    def _shift_notices(self, trace: SearchTrace) -> tuple[str, ...]:
        """What bf16 does to texts of one word or none, where the cross-encoder read any."""
        reranked = trace.ranking(CROSS_ENCODER)
        if reranked is None:
            return ()
        precision = reranked.precision
        backend = self.reranker.backend if precision is None else precision.backend
        if "bf16" not in backend:
            return ()
        exact_ids = precision.exact if precision is not None else frozenset()
        documents = self.store.get([doc_id for doc_id in reranked.ids() if doc_id not in exact_ids])
        return shift_notice(sum(few_words(d.content) for d in documents), backend)

    def _unreadable_notices(self, trace: SearchTrace) -> list[str]:
        """A sentence for everything that a tokenizer could not read in this search."""
        reads: dict[str, tuple[str, Callable[[str], Unreadable | None]]] = {}
        if trace.ranking(BI_ENCODER) is not None:
            reads["the bi-encoder"] = (BI_ENCODER, self.dense.unreadable)
        if trace.ranking(CROSS_ENCODER) is not None:
            reads["the cross-encoder"] = (CROSS_ENCODER, self.reranker.unreadable)
        for ranking in trace.rankings:
            if is_encoder(ranking.stage) and ranking.hits and self.find_retriever is not None:
                name = ranking.model.rsplit("/", 1)[-1]
                try:
                    reads[name] = (ranking.stage, self.find_retriever(ranking.stage).unreadable)
                except BaseException as error:  # why is said with how much it read
                    if passes_on(error):
                        raise
        query_counts_by_model: dict[str, Unreadable] = {}
        document_counts_by_model: dict[str, list[Unreadable]] = {}
        for name, (stage, unreadable) in reads.items():
            query_counts = unreadable(trace.query)
            if query_counts is None:
                continue
            query_counts_by_model[name] = query_counts
            stage_ranking = trace.ranking(stage)
            documents = self.store.get(stage_ranking.ids()) if stage_ranking is not None else []
            document_counts = [unreadable(document.content) for document in documents]
            document_counts_by_model[name] = [
                counts for counts in document_counts if counts is not None
            ]
        return [*query_notices(query_counts_by_model), *document_notices(document_counts_by_model)]

    def _read_in_part(self, query: str, ranking: Ranking, find: FindRetriever) -> Iterator[str]:
        try:
            retriever = find(ranking.stage)
            name = retriever.model.rsplit("/", 1)[-1]
            n_cut = retriever.n_truncated(query)
            cuts = [retriever.n_truncated(d.content) for d in self.store.get(ranking.ids())]
        except BaseException as error:
            if passes_on(error):
                raise
            yield f"How much {ranking.model} read is not known: {failure_of(error)}."
            return
        if n_cut:
            yield (
                f"The query is longer than {name} reads: its last {n_cut:,} tokens were not "
                "embedded."
            )
        if beyond := [n_cut for n_cut in cuts if n_cut > 0]:
            yield (
                f"{name} embedded only the beginning of {len(beyond)} of the documents that it "
                f"lists: {beyond_limit(beyond)}."
            )

    def embedding_cuts(self, trace: SearchTrace) -> dict[str, int]:
        """The documents in the bi-encoder's list that it embedded only in part.

        By doc_id, how many of their tokens lie beyond its limit.
        """
        ranking = trace.ranking(BI_ENCODER)
        documents = self.store.get(ranking.ids()) if ranking is not None else []
        cuts = {d.doc_id: self.dense.n_truncated(d.content) for d in documents}
        return {doc_id: n_cut for doc_id, n_cut in cuts.items() if n_cut}

    def forget_scores(self, trace: SearchTrace) -> bool:
        """Whether the cross-encoder forgot this search's scores, to compute them afresh."""
        reranked = trace.ranking(CROSS_ENCODER)
        if reranked is None:
            return False
        documents = self.store.get(reranked.ids())
        return self.reranker.forget(trace.query, [document.content for document in documents])

    def shares_term(self, query: str, document: Document) -> bool:
        """Whether BM25 counts any term of the query in the document."""
        return bool(self.term_spans(document.content, frozenset(self.terms(query))))

    def snippets(self, query: str, documents: Sequence[Document]) -> dict[str, Snippet]:
        """An extract of each document with the query's terms marked, by doc_id."""
        query_terms = frozenset(self.terms(query))
        return {
            document.doc_id: snippet(document, lambda text: self.term_spans(text, query_terms))
            for document in documents
        }


def with_needs(stages: Sequence[str], settings: Settings) -> tuple[str, ...]:
    """The stages and everything they rest on, in the order in which they run."""
    wanted_stages: set[str] = set()

    def add(name: str) -> None:
        if retrieves(name):
            wanted_stages.add(name)
            return
        if name_of(name) is not None:
            add(settings.first_stage)
            wanted_stages.add(name)
            return
        if name not in NEEDS:
            raise CrossExamError(f"no stage {name!r}: give some of {', '.join(STAGES)}")
        for needed_stage in NEEDS[name]:
            add(needed_stage)
        if name == CROSS_ENCODER:
            add(settings.first_stage)
        wanted_stages.add(name)

    for stage in stages:
        add(stage)
    all_stages = (*stages, settings.first_stage)
    additional = dict.fromkeys(
        s for s in all_stages if s in wanted_stages and name_of(s) is not None
    )
    retrievers = [stage for stage in additional if retrieves(stage)]
    return (
        *(stage for stage in STAGES if stage in wanted_stages and stage not in _SCORING),
        *retrievers,  # they retrieve, so they need not wait for the cross-encoder
        *(stage for stage in STAGES if stage in wanted_stages and stage in _SCORING),
        *(stage for stage in additional if stage not in retrievers),
    )
