"""Edits of a pair and what they did to the ranking, kept as long as the session lasts."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

import streamlit as st

from engine.explain.counterfactual import (
    Change,
    Edit,
    Edited,
    EditedText,
    Span,
    Swap,
    smallest_swap,
    with_document,
    with_query,
    without,
)
from engine.search.precision.rescoring import exact_of
from engine.search.stages.documents_without_words import has_word, text_notices
from engine.search.stages.scoring import score_all
from engine.types import (
    BI_ENCODER,
    CROSS_ENCODER,
    CrossExamError,
    Document,
    DocumentStore,
    Ranking,
    Reranker,
    SearchTrace,
    Word,
)
from engine.types.registries.search_parameters import LAST
from jobs.job import Job
from jobs.result_cache import ResultCache
from state import url_state
from state.app_resources import LoadedCorpus, workbench

REMEMBERED = 20  # pairs whose edits are kept, and queries whose scores are
MOST_STEPS = 200
SWAP_AT_ONCE = 16
_EDITS, _SWAPS = "_what_if", "_swaps"


@dataclass(frozen=True, slots=True)
class PairScores:
    """One pair under both models, its place in the bi-encoder's list, and the time it took.

    `bi_rank` is None below the end of that list, which holds `bi_of` documents.
    """

    logit: float
    cosine: float
    bi_rank: int | None
    bi_of: int
    seconds: float


class WhatIf:
    """One document of one search: its edits, and the scores that they lead to."""

    def __init__(
        self, loaded: LoadedCorpus, trace: SearchTrace, ranking: Ranking, document: Document
    ):
        self._searcher = loaded.searcher
        self._wordless = url_state.current().settings.wordless
        self._ranking = ranking
        self.document = document
        self._bi = trace.ranking(BI_ENCODER) or Ranking(BI_ENCODER, "", ())
        self._pool = max(len(self._bi.hits), 1)
        self.unedited = Edit(EditedText(trace.query), EditedText(document.content))
        self._steps = [self.unedited]
        self.revision = 0
        self._pairs: ResultCache[PairScores] = ResultCache(MOST_STEPS)
        self._lists: ResultCache[dict[str, float]] = ResultCache(REMEMBERED)
        self._rescoring: tuple[str, Job[dict[str, float]]] | None = None

    @property
    def store(self) -> DocumentStore:
        """The documents of the corpus."""
        return self._searcher.store

    @property
    def _reranker(self) -> Reranker:
        """The cross-encoder in fp32: what an edit does to a score may be less than a drift."""
        return exact_of(self._searcher.reranker)

    # ---- the edit ----

    @property
    def edit(self) -> Edit:
        """The pair as it stands now."""
        return self._steps[-1]

    @property
    def token(self) -> str:
        """Names the two texts whose words can be changed; another one after a free edit."""
        texts = (self.document.doc_id, self.edit.query.base, self.edit.document.base)
        return hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:16]

    @property
    def changed(self) -> bool:
        return self.edit != self.unedited

    @property
    def can_undo(self) -> bool:
        return len(self._steps) > 1

    def take(self, edit: Edit, revision: int | None = None) -> bool:
        """Make this the edit; False when nothing changed or the browser sent it too late."""
        if revision is None:
            revision = self.revision + (edit != self.edit)
        elif revision <= self.revision:
            return False
        self.revision = revision
        if edit == self.edit:
            return False
        self._steps = [*self._steps[-MOST_STEPS:], edit]
        return True

    def undo(self) -> None:
        """Take the last step back."""
        if self.can_undo:
            self._steps = self._steps[:-1]
            self.revision += 1

    def reset(self) -> None:
        """The pair as the search found it; a step like others, so that it can be undone."""
        self.take(self.unedited)

    # ---- what it leads to ----

    @property
    def original(self) -> Ranking:
        """The list before any edit, this document in it even where it was no candidate."""
        if self._ranking.find(self.document.doc_id):
            return self._ranking
        return self._placed(self._ranking, self.unedited).ranking

    def pair(self, edit: Edit) -> PairScores:
        """The pair's scores; only what was not scored before is scored."""
        query, text = edit.query.text, edit.document.text
        scores = self._pairs.get((query, text))
        if scores is None:
            scores = self._score_pair(query, text)
            self._pairs.keep((query, text), scores)
        return scores

    def edited_list(self) -> Edited | None:
        """The list's new order; None while the query was edited and its pairs are not scored."""
        edit, doc_id = self.edit, self.document.doc_id
        original, query = self.original, edit.query.text
        if edit.query == self.unedited.query:
            if edit.document == self.unedited.document:
                return with_query(original, {hit.doc_id: hit.score for hit in original.hits})
            return self._placed(original, edit)
        scores = self._lists.get(query)
        if scores is None:
            return None
        return with_query(original, {**scores, doc_id: self.pair(edit).logit})

    def notices(self) -> tuple[str, ...]:
        """What to know of the document's text as it stands."""
        return text_notices(self.edit.document.text, self._wordless, self._reranker.backend)

    def _placed(self, ranking: Ranking, edit: Edit) -> Edited:
        last = self._wordless == LAST and not has_word(edit.document.text)
        return with_document(ranking, self.document.doc_id, self.pair(edit).logit, last=last)

    def rescoring(self) -> Job[dict[str, float]]:
        """The scoring of all candidates for the edited query, running or ended."""
        query = self.edit.query.text
        if self._rescoring is not None and self._rescoring[0] == query:
            return self._rescoring[1]
        self._cancel_rescoring()
        other_ids = [d for d in self._ranking.ids() if d != self.document.doc_id]

        def work(job: Job[dict[str, float]]) -> dict[str, float]:
            texts = [document.content for document in self._searcher.store.get(other_ids)]
            logits = score_all(
                self._reranker,
                query,
                texts,
                on_progress=job.count,
                cancel=job.should_stop,
            )
            scores = dict(zip(other_ids, logits, strict=True))
            self._lists.keep(query, scores)
            return scores

        job = Job("scoring every candidate for the edited query", work)
        self._rescoring = (query, job)
        return job

    def rescore_again(self) -> None:
        """Forget a scoring that was called off."""
        self._rescoring = None

    def leave(self) -> None:
        """Stop what is running for this pair."""
        self._cancel_rescoring()

    def _cancel_rescoring(self) -> None:
        if self._rescoring is not None:
            self._rescoring[1].cancel()
            self._rescoring = None

    def _score_pair(self, query: str, text: str) -> PairScores:
        start = time.perf_counter()
        (logit,) = score_all(self._reranker, query, [text])
        cosine = workbench().explainers.cosine(query, text)
        bi_ranking = self._bi
        if query != self.unedited.query.text:
            bi_ranking, _ = self._searcher.dense.retrieve(query, self._pool)
        other_hits = [hit for hit in bi_ranking.hits if hit.doc_id != self.document.doc_id]
        place = 1 + sum(hit.score > cosine for hit in other_hits)
        return PairScores(
            logit,
            cosine,
            place if place <= self._pool else None,
            self._pool,
            time.perf_counter() - start,
        )


class SwapSearch:
    """The search for the fewest words of #1 whose loss puts #2 above it, for one list."""

    def __init__(self, loaded: LoadedCorpus, query: str, ranking: Ranking):
        self._searcher = loaded.searcher
        self._query = query
        self._ranking = ranking
        self.job: Job[Swap] | None = None

    @property
    def first_two(self) -> tuple[Document, Document] | None:
        """#1 and #2 of the list as the search found it."""
        doc_ids = self._ranking.ids(2)
        if len(doc_ids) < 2 or doc_ids[1] in self._ranking.last:
            return None
        first, second = self._searcher.store.get(doc_ids)
        return first, second

    @property
    def first_score(self) -> float:
        """The logit of #1 as the search found it."""
        return self._ranking.hits[0].score

    def start(self, budget: int) -> None:
        """Search in the background, with at most `budget` forward passes."""
        pair = self.first_two
        if pair is None:
            raise CrossExamError("there is no second document to swap with")
        text, second = pair[0].content, pair[1].content
        pieces = workbench().models.cross_encoder().tokenize_pair(self._query, text)
        words = [w for w in pieces.words("document") if any(c.isalnum() for c in w.text)]

        def scores_of(texts: list[str]) -> list[float]:
            return score_all(exact_of(self._searcher.reranker), self._query, texts)

        def scores(removals: list[tuple[Word, ...]]) -> list[float]:
            return scores_of([without(text, removed) for removed in removals])

        def work(job: Job[Swap]) -> Swap:
            job.count(0, budget)
            (rival,) = scores_of([second])
            return smallest_swap(
                words,
                scores,
                rival,
                budget=budget,
                at_once=SWAP_AT_ONCE,
                on_progress=job.count,
                cancel=job.should_stop,
            )

        self.cancel()
        self.job = Job("looking for the smallest edit, forward passes spent", work)

    def cancel(self) -> None:
        """Stop after the batch that is being scored."""
        if self.job is not None:
            self.job.cancel()


def what_if(
    loaded: LoadedCorpus, trace: SearchTrace, ranking: Ranking, document: Document
) -> WhatIf:
    """This visitor's edits of a document; what runs for another one is stopped."""
    edits: ResultCache[WhatIf] = st.session_state.setdefault(_EDITS, ResultCache(REMEMBERED))
    rule = url_state.current().settings.wordless
    key = (*_list_key(loaded, trace, ranking), document.doc_id, rule)
    for other, edited in edits.items():
        if other != key:
            edited.leave()
    return edits.get_or_make(key, lambda: WhatIf(loaded, trace, ranking, document))


def swap_search(loaded: LoadedCorpus, trace: SearchTrace, ranking: Ranking) -> SwapSearch:
    """This visitor's search for the smallest edit; one for another list is stopped."""
    swaps: ResultCache[SwapSearch] = st.session_state.setdefault(_SWAPS, ResultCache(REMEMBERED))
    key = _list_key(loaded, trace, ranking)
    for other, search in swaps.items():
        if other != key:
            search.cancel()
    return swaps.get_or_make(key, lambda: SwapSearch(loaded, trace.query, ranking))


def _list_key(loaded: LoadedCorpus, trace: SearchTrace, ranking: Ranking) -> tuple[object, ...]:
    corpus = loaded.corpus.info
    return (corpus.name, corpus.fingerprint, trace.query, ranking.hits)


def edit_of(whole: Edit, spans: Mapping[str, list[Span]], by: Mapping[str, dict[int, str]]) -> Edit:
    """The edit with the changes of its words replaced; `by` is by side, then word number."""
    texts = {"query": whole.query, "document": whole.document}
    for side, text in texts.items():
        changes = tuple(
            Change(spans[side][number], put)
            for number, put in sorted(by.get(side, {}).items())
            if number < len(spans[side])
        )
        texts[side] = replace(text, changes=changes)
    return Edit(texts["query"], texts["document"])


def word_spans(text: str) -> list[Span]:
    """Where the words of a text are, as the cross-encoder splits it."""
    return workbench().tokens.word_spans(text)


def read_until(edit: Edit) -> int:
    """The character of the edited document at which the cross-encoder stops reading."""
    budget = workbench().tokens.budgets(edit.query.text, edit.document.text)[0]
    assert budget.role == CROSS_ENCODER
    return budget.read_until
