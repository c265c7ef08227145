"""A search over a corpus in which some documents are replaced, added or taken away.

Nothing is indexed anew: the index lists what it holds, and the placed documents are ranked
among them by their own scores. BM25's statistics stay those of the corpus as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Generic, TypeVar

from engine.search.ranking import rank
from engine.search.searcher import Searcher
from engine.search.stages.additional_encoder import FindRetriever
from engine.search.stages.retrievers import DenseStage, LexicalStage
from engine.types import (
    CorpusInfo,
    CrossExamError,
    Document,
    DocumentStore,
    Encoder,
    Ranking,
    Retriever,
    StageTiming,
    Unreadable,
)
from engine.types.ranker_names import is_attached

Scores = Callable[[str, Sequence[str]], Sequence[float]]  # (query, texts)


@dataclass(frozen=True, slots=True)
class PlacedStore(DocumentStore):
    """The corpus' store, in which placed documents stand in for or beside its own."""

    store: DocumentStore
    placed: Mapping[str, Document]
    gone: frozenset[str] = frozenset()

    def get(self, doc_ids: Sequence[str]) -> list[Document]:
        kept_ids = [doc_id for doc_id in doc_ids if doc_id not in self.placed]
        documents = {document.doc_id: document for document in self.store.get(kept_ids)}
        return [self.placed.get(doc_id) or documents[doc_id] for doc_id in doc_ids]

    def ids(self) -> Sequence[str]:
        own = [doc_id for doc_id in self.store.ids() if doc_id not in self.gone]
        return list(dict.fromkeys([*own, *self.placed]))

    def __len__(self) -> int:
        return len(self.ids())


@dataclass(frozen=True, slots=True)
class _Placed:
    """What is placed, and how a first stage scores it; zero is no hit where `above_zero`."""

    documents: Mapping[str, Document]
    gone: frozenset[str]
    scores: Scores
    above_zero: bool = False

    def among(
        self, retriever: Retriever, query: str, k: int
    ) -> tuple[Ranking, Sequence[StageTiming]]:
        """The first k of the stage's list with the placed documents in it."""
        aside = self.gone | self.documents.keys()
        ranking, timings = retriever.retrieve(query, k + len(aside))
        placed_scores = self.of(query)
        kept = [(hit.doc_id, hit.score) for hit in ranking.hits if hit.doc_id not in aside]
        listed = [
            (doc_id, score)
            for doc_id, score in placed_scores.items()
            if score > 0 or not self.above_zero
        ]
        return replace(ranking, hits=rank([*kept, *listed], k)), timings

    def of(self, query: str) -> dict[str, float]:
        """The score of each placed document."""
        texts = [document.content for document in self.documents.values()]
        return dict(zip(self.documents, self.scores(query, texts), strict=True)) if texts else {}


S = TypeVar("S", bound=Retriever)


class _PlacedStage(Generic[S]):
    """A first stage with the placed documents among its hits."""

    def __init__(self, stage: S, placed: _Placed) -> None:
        self._stage = stage
        self._placed = placed

    @property
    def stage(self) -> str:
        return self._stage.stage

    @property
    def model(self) -> str:
        return self._stage.model

    @property
    def reach(self) -> int | None:
        return self._stage.reach

    def retrieve(self, query: str, k: int) -> tuple[Ranking, tuple[StageTiming, ...]]:
        ranking, timings = self._placed.among(self._stage, query, k)
        return ranking, tuple(timings)


class PlacedLexical(_PlacedStage[LexicalStage]):
    """BM25 with the placed documents among its hits."""

    def scores_of(self, query: str, doc_ids: Sequence[str]) -> dict[str, float]:
        placed_scores = self._placed.of(query)
        own = [doc_id for doc_id in doc_ids if doc_id not in placed_scores]
        scores = self._stage.scores_of(query, own) | placed_scores
        return {doc_id: scores[doc_id] for doc_id in doc_ids}


class PlacedDense(_PlacedStage[DenseStage]):
    """The bi-encoder with the placed documents among its hits."""

    def n_truncated(self, text: str) -> int:
        return self._stage.n_truncated(text)

    def unreadable(self, text: str) -> Unreadable | None:
        return self._stage.unreadable(text)

    def with_encoder(self, encoder: Encoder) -> DenseStage:
        return PlacedDense(self._stage.with_encoder(encoder), self._placed)


def with_documents(
    searcher: Searcher,
    documents: Sequence[Document],
    *,
    lexical: Scores,
    cosines: Scores,
    gone: frozenset[str] = frozenset(),
) -> Searcher:
    """The searcher over its corpus with these documents in it, and without those that are `gone`.

    `lexical` and `cosines` score any text for a query as the two first stages do. Additional
    bi-encoders know nothing of what is placed, so there are none; attached runs list what they do.
    """
    placed = {document.doc_id: document for document in documents}
    store = PlacedStore(searcher.store, placed, gone)
    n_before = len(searcher.store)
    n_new = sum(1 for doc_id in placed if doc_id not in _present(searcher.store, placed))
    info: CorpusInfo = replace(searcher.corpus, documents=n_before + n_new - len(gone))
    return replace(
        searcher,
        corpus=info,
        store=store,
        lexical=PlacedLexical(searcher.lexical, _Placed(placed, gone, lexical, above_zero=True)),
        dense=PlacedDense(searcher.dense, _Placed(placed, gone, cosines)),
        find_retriever=_attached_alone(searcher.find_retriever),
    )


def _attached_alone(find: FindRetriever | None) -> FindRetriever | None:
    """What finds attached runs and no bi-encoder."""
    if find is None:
        return None

    def attached(name: str) -> DenseStage:
        if not is_attached(name):
            raise CrossExamError(
                f"{name!r} knows nothing of a text that is not in the corpus: choose another first "
                "stage, or import the text"
            )
        retriever: DenseStage = find(name)
        return retriever

    return attached


def _present(store: DocumentStore, doc_ids: Mapping[str, Document]) -> frozenset[str]:
    """Those of these ids that the store holds."""
    return frozenset(doc_ids).intersection(store.ids())
