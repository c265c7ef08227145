"""What a ranker answers for the candidates of one query, with every fault of the answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from engine.search.precision.rescoring import MixedScores, Scorer, rescore
from engine.types import Cancel, Cancelled, Document, Query, Reranker, ScorePrecision
from engine.types.parity.faults import MISSING, FaultyScores, ScoreFault, read_scores
from engine.types.parity.report import DocumentFault, SideLabel


@dataclass(frozen=True, slots=True)
class Answer:
    """The usable scores by document, and what was wrong; `rescored` of them in fp32 a second time.

    `failure` says why there is no answer at all.
    """

    scores: Mapping[str, float]
    faults: tuple[DocumentFault, ...] = ()
    rescored: int = 0
    failure: str = ""


class Side(Protocol):
    """One of the two that are compared."""

    @property
    def label(self) -> SideLabel: ...

    @property
    def repeatable(self) -> bool:
        """Whether it can be asked again; scores that were kept cannot."""
        ...

    def answer(self, query: Query, documents: Sequence[Document], cancel: Cancel) -> Answer:
        """Its scores; raises Cancelled where it was called off, and what the ranker raises."""
        ...


@dataclass(frozen=True, slots=True)
class AskedRanker:
    """A ranker that is asked now; what it remembers is not used.

    `scorer` says who scores; where it `rescores`, near ties of the first ten are scored again by
    `whole`, the same model, as a search does it.
    """

    label: SideLabel
    scorer: Scorer
    whole: Reranker
    repeatable: bool = True

    def answer(self, query: Query, documents: Sequence[Document], cancel: Cancel) -> Answer:
        texts = [document.content for document in documents]
        scores, faults = read_answer(self.scorer.reranker, query.text, texts, cancel)
        by_document = {documents[position].doc_id: score for position, score in scores.items()}
        named_faults = tuple(
            DocumentFault(
                fault.kind,
                "" if fault.position is None else documents[fault.position].doc_id,
                fault.value,
            )
            for fault in faults
        )
        rescored = 0
        if self.scorer.rescores and self.scorer.precision is not None and by_document:
            by_document, rescored = self._mixed(
                query.text, documents, by_document, self.scorer.precision, cancel
            )
        return Answer(by_document, named_faults, rescored)

    def _mixed(
        self,
        query: str,
        documents: Sequence[Document],
        scores: dict[str, float],
        precision: ScorePrecision,
        cancel: Cancel,
    ) -> tuple[dict[str, float], int]:
        """The scores with those that decide the first ten taken from fp32, and how many."""
        text_of = {document.doc_id: document.content for document in documents}
        mixed = MixedScores(precision, dict(scores))
        for rescored in rescore(
            self.whole, query, mixed, lambda ids: [text_of[each] for each in ids], cancel=cancel
        ):
            if not rescored.complete:
                raise Cancelled("the comparison was cancelled")
        return mixed.scores, len(mixed.exact)


@dataclass(frozen=True, slots=True)
class KeptScores:
    """Scores that were kept, by query text and document; a pair that was not scored has none."""

    label: SideLabel
    scores: Mapping[str, Mapping[str, float]]
    repeatable: bool = False

    def answer(self, query: Query, documents: Sequence[Document], cancel: Cancel) -> Answer:  # noqa: ARG002
        kept = self.scores.get(query.text, {})
        rows = [(place, kept[d.doc_id]) for place, d in enumerate(documents) if d.doc_id in kept]
        scores, faults = read_scores(rows, len(documents))
        unusable = [fault for fault in faults if fault.kind != MISSING]
        return Answer(
            {documents[position].doc_id: score for position, score in scores.items()},
            tuple(
                DocumentFault(each.kind, documents[each.position].doc_id, each.value)
                for each in unusable
                if each.position is not None
            ),
        )


def read_answer(
    reranker: Reranker, query: str, texts: Sequence[str], cancel: Cancel
) -> tuple[dict[int, float], tuple[ScoreFault, ...]]:
    """The usable scores by position, and every fault; raises Cancelled, and what the ranker does.

    A server's client refuses an answer as a whole: what of it can be used is taken, and the texts
    that were not sent yet are sent after it.
    """
    rows: list[tuple[object, object]] = []
    refused: list[ScoreFault] = []
    to_send = list(range(len(texts)))
    while to_send:
        handled: set[int] = set()
        try:
            for batch in reranker.score(query, [texts[each] for each in to_send], cancel=cancel):
                for place, score in zip(batch.positions, batch.scores, strict=False):
                    rows.append((_sent(to_send, place), score))
                    handled.add(place)
            break
        except FaultyScores as error:
            for place, score in error.scores.items():
                rows.append((_sent(to_send, place), score))
                handled.add(place)
            for fault in error.faults:
                if fault.position is not None:
                    handled.add(fault.position)
                    fault = replace(fault, position=to_send[fault.position])
                refused.append(fault)
        left = [position for place, position in enumerate(to_send) if place not in handled]
        if len(left) == len(to_send):  # nothing of it can be told: it would be sent for ever
            break
        to_send = left
    if cancel():
        raise Cancelled("the comparison was cancelled")
    scores, faults = read_scores(rows, len(texts))
    named = {fault.position for fault in refused}
    own = [f for f in faults if f.kind != MISSING or f.position not in named]
    return scores, (*refused, *own)


def _sent(positions: Sequence[int], place: int) -> object:
    """The position among all texts of one of those that were sent; a place of none as it is."""
    return positions[place] if 0 <= place < len(positions) else f"{place} of {len(positions)} sent"
