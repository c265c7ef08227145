"""What a model's score means on a corpus: measured, kept, and put together."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpora.calibration.calibration_store import CalibrationStore
from corpora.judgments.judgment_log import JudgmentLog
from corpora.stores.corpus import Corpus
from engine.quality.calibration.floor import PRECISION
from engine.quality.calibration.gathering import Question, gather_scores
from engine.quality.calibration.report import (
    FROM_GRADE,
    CalibrationReport,
    kept_floor,
    report_of,
)
from engine.quality.calibration.sampling import sampled
from engine.quality.passage_judgments import passages_in
from engine.search.searcher import Searcher
from engine.search.settings import Settings
from engine.types import CROSS_ENCODER, LOGIT, Cancel, CrossExamError, ProgressCallback, Reranker
from engine.types.calibration.reliability import KeptFloor
from engine.types.calibration.scores import CalibrationKey, CalibrationScores
from engine.types.ranker_names import parsed
from engine.types.registries.rankers import BARE
from workbench.auto_judging import people_of

Grades = Mapping[tuple[str, str], int]  # by query and document


@dataclass(frozen=True, slots=True)
class CalibrationTask:
    """A corpus and a model whose score is to be understood, and people's grades for it.

    `judged` is how many pairs people judged; `grades` holds those that are read.
    """

    corpus: Corpus
    key: CalibrationKey
    reranker: Reranker
    grades: Grades
    judged: int

    @property
    def questions(self) -> list[Question]:
        """Every judged query with its documents; where some have no answer, those too."""
        judged_by_query: dict[str, list[str]] = {}
        for query_id, doc_id in self.grades:
            judged_by_query.setdefault(query_id, []).append(doc_id)
        relevant_ids = {q for (q, _), grade in self.grades.items() if grade >= FROM_GRADE}
        unanswerable = self.corpus.unanswerable
        return [
            *(
                Question(
                    query.text,
                    tuple(judged_by_query[query.query_id]),
                    listed=bool(unanswerable) and query.query_id in relevant_ids,
                )
                for query in self.corpus.queries
                if query.query_id in judged_by_query
            ),
            *(Question(query.text, listed=True) for query in unanswerable),
        ]

    def most_pairs(self, kept: CalibrationScores | None) -> int:
        """How many pairs Measure would read at most, with what is kept; of a corpus in one piece.

        A document that was judged and is a candidate too is counted twice, and read once.
        """
        logits = kept.logits if kept is not None else {}
        best = kept.best.get(CROSS_ENCODER, {}) if kept is not None else {}
        return sum(
            sum(doc_id not in logits.get(question.text, {}) for doc_id in question.judged)
            + Settings().depth * (question.listed and question.text not in best)
            for question in self.questions
        )


def calibration_task(corpus: Corpus, name: str, reranker: Reranker) -> CalibrationTask:
    """The task of this model, by the name it was chosen by, on this corpus.

    A judgment that was given with a look at a model's proposal does not count, and of a model
    that was trained on this corpus' queries the held-out ones alone. Raises CrossExamError for
    what gives no logit of a pair.
    """
    if parsed(name).kind != BARE or reranker.kind != LOGIT:
        raise CrossExamError(
            f"{name!r} gives no logit of a pair, and its score is not calibrated here: take a "
            "cross-encoder"
        )
    people = people_of(corpus, JudgmentLog(corpus.info.fingerprint), name)
    judged_ids = {doc_id for _, doc_id in people}
    held_ids = judged_ids & set(corpus.store.ids())
    if corpus.split:  # else the corpus would be read through for judgments of what it lacks
        held_ids |= passages_in(corpus.store, judged_ids).keys()
    query_ids = {query.query_id for query in corpus.queries}
    usable = {
        (query_id, doc_id): grade
        for (query_id, doc_id), grade in people.items()
        if doc_id in held_ids and query_id in query_ids
    }
    key = CalibrationKey(corpus.info.fingerprint, name, reranker.revision)
    return CalibrationTask(corpus, key, reranker, sampled(usable), len(usable))


def measure(
    task: CalibrationTask,
    searcher: Searcher,
    *,
    store: CalibrationStore | None = None,
    settings: Settings | None = None,
    on_progress: ProgressCallback,
    cancel: Cancel = lambda: False,
) -> CalibrationScores:
    """Score what is missing in fp32 and keep it; what was called off is kept as far as it came."""
    if not task.grades:
        raise CrossExamError(
            f"corpus {task.corpus.info.name!r} has no judgments of documents that it holds, so "
            "nothing tells what a score means there: judge some"
        )
    store = store or CalibrationStore()
    scores = gather_scores(
        searcher,
        task.reranker,
        task.key,
        task.questions,
        settings or Settings(),
        known=store.scores(task.key),
        on_progress=on_progress,
        cancel=cancel,
    )
    stamped = replace(scores, at=time.time())
    store.keep_scores(stamped)
    return stamped


def report_on(
    task: CalibrationTask,
    scores: CalibrationScores,
    *,
    precision: float = PRECISION,
    from_grade: int = FROM_GRADE,
) -> CalibrationReport:
    """What the scores say by people's judgments."""
    return report_of(
        scores,
        task.corpus.queries,
        task.corpus.unanswerable,
        task.grades,
        precision=precision,
        from_grade=from_grade,
    )


def keep_floor(
    task: CalibrationTask,
    report: CalibrationReport,
    store: CalibrationStore | None = None,
) -> KeptFloor | None:
    """Have searches of the corpus go by the report's floor; the floor that they go by now.

    A report without a floor leaves the one that is kept.
    """
    store = store or CalibrationStore()
    kept = kept_floor(report, time.time())
    if kept is None:
        return store.floor(task.key)
    store.keep_floor(task.key, kept)
    return kept
