"""Remedies tried on the query itself: the new rank, and what it takes more."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from engine.quality.candidate_scores import (
    CandidateScores,
    PairScore,
    ScoredPairs,
    final_ranking,
    first_ranking,
    pairs_key,
    retrieval_seconds,
    scored_pairs,
)
from engine.quality.pipelines import PipelineSpec
from engine.quality.runner import gather
from engine.search.diagnosis.placed_documents import with_documents
from engine.search.diagnosis.remedies.kinds import Remedy
from engine.search.diagnosis.subject import Instruments, Subject
from engine.search.searcher import Searcher
from engine.search.stages.failure import failure_of, passes_on
from engine.types import Cancel, Cancelled, CrossExamError, ProgressCallback, Query, Reranker
from engine.types.diagnosis.remedies import RemedyResult

FindReranker = Callable[[str], Reranker]
THIS = "this"  # the id of the query that is looked into


@dataclass(frozen=True, slots=True)
class Scoring:
    """A searcher with what its pipelines score by, and the pairs that were scored before.

    Additional bi-encoders are found by the searcher, rerankers by `find`.
    """

    searcher: Searcher
    find: FindReranker
    instruments: Instruments
    scored: ScoredPairs = field(default_factory=dict)

    def gathered(
        self,
        queries: Sequence[Query],
        specs: Sequence[PipelineSpec],
        *,
        on_progress: ProgressCallback | None = None,
        cancel: Cancel | None = None,
    ) -> tuple[CandidateScores, ...]:
        """The candidate scores of these queries for these pipelines."""
        names = dict.fromkeys(spec.reranker for spec in specs if spec.reranker)
        encoders = dict.fromkeys(spec.retriever for spec in specs if spec.retriever)
        if encoders and self.searcher.find_retriever is None:
            raise CrossExamError("this search knows no additional bi-encoders")
        find_retriever = self.searcher.find_retriever
        return gather(
            self.searcher,
            {name: self.find(name) for name in names},
            queries,
            specs,
            retrievers=[find_retriever(n) for n in encoders] if find_retriever else [],
            scored_pairs=self.scored,
            on_progress=on_progress,
            cancel=cancel,
        )

    def having(self, gathered: Sequence[CandidateScores]) -> Scoring:
        """The same, knowing these scores too."""
        pairs: dict[tuple[str, str], Mapping[str, PairScore]] = dict(self.scored)
        for key, scores in scored_pairs(gathered).items():
            pairs[key] = {**pairs.get(key, {}), **scores}
        return replace(self, scored=pairs)

    def seconds(self, spec: PipelineSpec, query_scores: CandidateScores) -> float:
        """What the pipeline takes for a query: its retrievers, and a mean pair's time for each.

        The mean is over all pairs that were scored alike: of a few alone it would be noise.
        """
        first = retrieval_seconds(spec, query_scores)
        if not spec.reranker:
            return first
        ids = first_ranking(spec, query_scores).ids()
        key = pairs_key(spec, ids)
        alike = [pairs for (name, _), pairs in self.scored.items() if name == key]
        times = [pair.seconds for pairs in alike for pair in pairs.values() if pair.seconds]
        return first + len(ids) * math.fsum(times) / max(1, len(times))

    def with_remedy(self, remedy: Remedy) -> Scoring:
        """What this remedy's pipeline searches: the corpus, with the remedy's document in it."""
        if remedy.document is None:
            return self
        doc_id = remedy.document.doc_id
        searcher = with_documents(
            self.searcher,
            [remedy.document],
            lexical=self.instruments.lexical,
            cosines=self.instruments.cosines,
        )
        pairs = {
            key: {other: score for other, score in scores.items() if other != doc_id}
            for key, scores in self.scored.items()
        }
        return replace(self, searcher=searcher, scored=pairs)


def tried(
    subject: Subject, base: PipelineSpec, remedies: Sequence[Remedy], scoring: Scoring
) -> Iterator[tuple[RemedyResult, Scoring]]:
    """Each remedy's result as it is there, with all that was scored until then.

    One that fails says why; the others are tried all the same. Ends early when called off.
    """
    query = Query(THIS, subject.query)
    try:
        before = scoring.gathered([query], [base], cancel=subject.cancel)
    except Cancelled:
        return
    scoring = scoring.having(before)
    for remedy in remedies:
        text = remedy.rewrite(subject.query) if remedy.rewrite is not None else subject.query
        result = RemedyResult(
            remedy.name,
            remedy.label,
            subject.rank if subject.in_corpus else None,
            query=text if text != subject.query else "",
            note=remedy.note,
        )
        try:
            with_remedy = scoring.with_remedy(remedy)
            after = with_remedy.gathered(
                [replace(query, text=text)], [remedy.spec], cancel=subject.cancel
            )
        except Cancelled:
            return
        except BaseException as error:
            if passes_on(error):
                raise
            yield replace(result, problem=failure_of(error)), scoring
            continue
        if remedy.document is None:
            scoring = scoring.having(after)
        length = remedy.spec.settings.pool
        ranking = final_ranking(remedy.spec, after[0], length=length)
        hit = ranking.find(subject.doc_id)
        yield (
            replace(
                result,
                rank=hit.rank if hit is not None else None,
                listed=len(ranking.hits),
                seconds_more=_more(scoring.having(after), remedy, base, after[0], before[0]),
            ),
            scoring,
        )


def _more(
    scoring: Scoring,
    remedy: Remedy,
    base: PipelineSpec,
    after: CandidateScores,
    before: CandidateScores,
) -> float:
    """What the remedy's pipeline takes more for a query; another text of a document takes none.

    A stage that both ask counts the same for both: two measurements of it differ by noise alone.
    """
    if remedy.document is not None:
        return 0.0
    after = replace(after, seconds={**after.seconds, **before.seconds})
    return scoring.seconds(remedy.spec, after) - scoring.seconds(base, before)
