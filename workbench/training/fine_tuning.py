"""A cross-encoder is fine-tuned on people's judgments: labels from grades, binary cross-entropy."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from engine.quality.passage_judgments import held_grades
from engine.training.held_out import HeldOut, by_scores
from engine.types import CrossExamError, Query
from models.trained import TrainedModel
from models.training.curves import TrainingCurves
from models.training.initial_weights import cross_encoder_start
from workbench.training.training_run import TrainingRun

RERANKED = 20  # candidates that a cross-encoder puts in order when it is measured


class FineTuning(TrainingRun):
    """Teaches a cross-encoder the grades that people gave."""

    def run(self) -> TrainedModel:
        """Teach a cross-encoder people's judgments."""
        config = self._config
        model = cross_encoder_start(config.parent, self._checkpoint_dir.folder / "start")
        max_length = int(model.max_seq_length or 512)
        rows = self._checkpoint_dir.examples() or self._judged_pairs()
        lists = self._candidates((*self._training_data.split.dev, *self._training_data.split.test))

        def measured(model: Any, queries: Sequence[Query]) -> HeldOut:
            scores: dict[str, dict[str, float]] = {}
            for query in queries:
                self._stop_asked()
                doc_ids = lists[query.query_id]
                pairs = [(query.text, d.content) for d in self._corpus.store.get(doc_ids)]
                logits = model.predict(pairs, batch_size=8, show_progress_bar=False)
                scores[query.query_id] = dict(zip(doc_ids, map(float, logits), strict=True))
            return by_scores(scores, self._grades, self._corpus.store)

        content = self._contents(rows)
        data = [
            {"query": row["query"], "document": content[row["document"]], "label": row["label"]}
            for row in rows
        ]
        from models.training.trainer import open_cross_encoder, train_on_labels

        def learn(model: Any, **session: Any) -> TrainingCurves:
            return train_on_labels(model, data, **session)

        facts = {
            "teacher": "",
            "loss": "binary cross-entropy",
            "label": "grade divided by the highest grade given",
            "examples": len(rows),
            "unjudged_examples": sum(not row["judged"] for row in rows),
            "reranked": RERANKED,
            "dimensions": None,
        }
        return self._taught(
            model, measured, learn, lambda folder: open_cross_encoder(folder, max_length), facts
        )

    def _judged_pairs(self) -> list[dict[str, Any]]:
        """(query, document, label) of every judged pair to train on; unjudged ones if asked."""
        highest_grade = max(
            (g for query_grades in self._grades.values() for g in query_grades.values()), default=1
        )
        grades = held_grades(self._corpus.store, self._grades)
        rows = []
        candidates_by_query = (
            self._candidates(self._training_data.training) if self._config.unjudged else {}
        )
        for query in self._training_data.training:
            query_grades = grades[query.query_id]
            rows += [
                _pair(query, doc_id, max(0, grade) / max(1, highest_grade), judged=True)
                for doc_id, grade in sorted(query_grades.items())
            ]
            unjudged_ids = [
                d for d in candidates_by_query.get(query.query_id, ()) if d not in query_grades
            ]
            rows += [
                _pair(query, doc_id, 0.0, judged=False)
                for doc_id in unjudged_ids[: self._config.unjudged]
            ]
        if not rows:
            raise CrossExamError(
                f"the judgments of {self._config.corpus!r} are of no document that it holds: "
                "judge some on the Quality page, or add judgments with its own document ids"
            )
        self._checkpoint_dir.keep_examples(rows)
        return rows

    def _candidates(self, queries: Sequence[Query]) -> dict[str, list[str]]:
        """What the bi-encoder finds for each query, for a cross-encoder to put in order."""
        self._log("finding candidates")
        dense = self._searcher().dense
        return {q.query_id: dense.retrieve(q.text, RERANKED)[0].ids() for q in queries}


def _pair(query: Query, doc_id: str, label: float, *, judged: bool) -> dict[str, Any]:
    return {
        "query_id": query.query_id,
        "query": query.text,
        "document": doc_id,
        "label": label,
        "judged": judged,
    }
