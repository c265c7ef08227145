"""A bi-encoder is distilled from a cross-encoder: mining, the teacher's margins, MarginMSE."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np

from engine.quality.passage_judgments import held_grades
from engine.quality.primary import primary_of
from engine.search.folding import fold_by, parents_in
from engine.search.precision.rescoring import exact_of
from engine.search.stages.scoring import score_all
from engine.training.hard_negatives import Mining, candidates, mine
from engine.training.held_out import (
    HeldOut,
    by_scores,
    by_vectors,
    held_out,
    overlap_at_ten,
)
from engine.types import BI_ENCODER, CrossExamError, Query, Reranker, Retriever
from engine.types.registries.measures import PRIMARY
from models.trained import TrainedModel
from models.training.curves import TrainingCurves
from models.training.initial_weights import bi_encoder_start
from workbench.training.training_run import TrainingRun

ORDERED = 20  # candidates that the teacher puts in order when it is measured
POOL = 10_000  # documents that held-out queries are searched in, at most


class Distillation(TrainingRun):
    """Teaches a bi-encoder the margins between a teacher's scores."""

    def run(self) -> TrainedModel:
        """Teach a bi-encoder the teacher's margins."""
        config = self._config
        student = bi_encoder_start(config.parent)
        rows = self._checkpoint_dir.examples() or self._mined()
        scale = float(rows[0]["scale"])
        if self._training_data.synthetic:
            self._grades = self._teachers_tops(rows)
        else:
            self._warn(self._doubt())
        doc_ids = self._pool()
        texts = [document.content for document in self._corpus.store.get(doc_ids)]

        def measured(model: Any, queries: Sequence[Query]) -> HeldOut:
            self._stop_asked()
            vectors = encoded(model, texts)
            query_vectors = encoded(model, [query.text for query in queries])
            rule = overlap_at_ten if self._training_data.synthetic else primary_of
            return by_vectors(
                queries, query_vectors, doc_ids, vectors, self._grades, self._corpus.store, rule
            )

        margin_rows = [row for row in rows if "query" in row]
        self._log("reading the documents of the examples")
        content = self._contents(margin_rows)
        data = [
            {
                "query": row["query"],
                "positive": content[row["positive"]],
                "negatives": [content[doc_id] for doc_id in row["negatives"]],
                "margins": row["margins"],
            }
            for row in margin_rows
        ]
        from models.training.trainer import open_bi_encoder, train_on_margins

        def learn(model: Any, **session: Any) -> TrainingCurves:
            return train_on_margins(model, data, scale, **session)

        facts = {
            "teacher": config.teacher,
            "loss": "MarginMSE (squared cosine)",
            "margin_scale": scale,
            "examples": len(margin_rows),
            "judged_examples": sum(row["judged"] for row in margin_rows),
            "searched_documents": len(doc_ids),
            "dimensions": int(student.get_embedding_dimension() or 0),
        }
        return self._taught(student, measured, learn, open_bi_encoder, facts)

    def _mined(self) -> list[dict[str, Any]]:
        """The examples with the teacher's margins, kept on the disk; the scale of them first."""
        config = self._config
        teacher = self._teacher()
        mining = Mining(negatives=config.negatives, seed=config.settings.seed)
        report = self._teller("the teacher scores candidates, by query")
        mined = mine(
            self._training_data.training,
            self._retrievers(),
            teacher,
            self._corpus.store,
            self._held_grades(),
            mining,
            on_progress=report,
            cancel=self._cancel,
        )
        if not mined:
            raise CrossExamError(
                f"corpus {config.corpus!r} gave no examples: its documents are too few for "
                f"{config.negatives} negatives a query, or it has no queries to train on"
            )
        margins = np.array([margin for row in mined for margin in row.margins])
        rows: list[dict[str, Any]] = [asdict(row) for row in mined]
        scale = self._scale(rows, margins)
        rows = [{**row, "scale": scale} for row in rows]
        if self._training_data.synthetic:
            rows += self._teachers_lists(teacher)
        self._checkpoint_dir.keep_examples(rows)
        return rows

    def _teacher(self) -> Reranker:
        """The teacher in fp32: its scores are learnt from and measured, so they must not drift."""
        return exact_of(self._bench.models.reranker(self._config.teacher, self._log))

    def _doubt(self) -> str:
        """A warning where the teacher orders the dev queries worse than the student; else ""."""
        self._log("measuring the teacher on the dev queries")
        queries, store = self._training_data.split.dev, self._corpus.store
        means = self._checkpoint_dir.values_of("teacher")
        if means is None:
            teacher = self._teacher()
            student = self._retrievers()[0]
            scores: dict[str, dict[str, float]] = {}
            lists = {}
            for query in queries:
                self._stop_asked()
                lists[query.query_id] = student.retrieve(query.text, ORDERED)[0]
                doc_ids = lists[query.query_id].ids()
                texts = [document.content for document in store.get(doc_ids)]
                teacher_scores = score_all(teacher, query.text, texts, cancel=self._cancel)
                scores[query.query_id] = dict(zip(doc_ids, teacher_scores, strict=True))
            folded = {name: fold_by(store, ranking) for name, ranking in lists.items()}
            means = {
                "teacher": by_scores(scores, self._grades, store).mean,
                "student": held_out(folded, self._grades).mean,
            }
            self._checkpoint_dir.keep_values("teacher", means)
        if means["teacher"] >= means["student"]:
            return ""
        return (
            f"The teacher itself orders the student's first {ORDERED} worse than the student does "
            f"on the {len(queries)} dev queries: {PRIMARY.name} {means['teacher']:.3f} against "
            f"{means['student']:.3f}. What it teaches may well do harm here."
        )

    def _held_grades(self) -> dict[str, dict[str, int]]:
        """The judgments by what the corpus holds: a document's hold for its passages."""
        return held_grades(self._corpus.store, self._training_data.grades)

    def _scale(self, rows: Sequence[Mapping[str, Any]], margins: Any) -> float:
        """By what the teacher's margins are divided: its spread over the parent's cosines.

        Cosines lie within ±1 and logits do not: as they are, the student could not follow.
        """
        encoder = self._bench.models.encoder(self._config.parent)
        content = self._contents(rows)
        ids = list(content)
        place = {doc_id: i for i, doc_id in enumerate(ids)}
        vectors = encoder.encode([content[doc_id] for doc_id in ids], role="document")
        query_vectors = encoder.encode([row["query"] for row in rows], role="query")
        student_margins = [
            float(query @ (vectors[place[row["positive"]]] - vectors[place[negative]]))
            for query, row in zip(query_vectors, rows, strict=True)
            for negative in row["negatives"]
        ]
        spread = float(np.sqrt(np.mean(np.square(student_margins))))
        return max(1e-6, float(np.sqrt(np.mean(np.square(margins)))) / max(spread, 1e-6))

    def _teachers_lists(self, teacher: Any) -> list[dict[str, Any]]:
        """The teacher's ten best for each query that is held out, where nobody judged."""
        rows = []
        report = self._teller("the teacher ranks the held-out queries")
        queries = (*self._training_data.split.dev, *self._training_data.split.test)
        for done, query in enumerate(queries, 1):
            self._stop_asked()
            doc_ids = candidates(query.text, self._retrievers(), 20)
            texts = [document.content for document in self._corpus.store.get(doc_ids)]
            scores = score_all(teacher, query.text, texts, cancel=self._cancel)
            order = sorted(zip(doc_ids, scores, strict=True), key=lambda pair: (-pair[1], pair[0]))
            rows.append({"held_out": query.query_id, "top": [d for d, _ in order[:10]]})
            report(done, len(queries))
        return rows

    def _teachers_tops(self, rows: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, int]]:
        """The documents of the teacher's lists, by query id, each with grade 1.

        A list may hold passages: what is measured is folded to their documents.
        """
        top_ids_by_query: dict[str, list[str]] = {
            row["held_out"]: row["top"] for row in rows if "held_out" in row
        }
        listed_ids = list(dict.fromkeys(i for top in top_ids_by_query.values() for i in top))
        parents = parents_in(self._corpus.store, listed_ids)
        return {
            query_id: {parents.get(listed_id, listed_id): 1 for listed_id in top_ids}
            for query_id, top_ids in top_ids_by_query.items()
        }

    def _retrievers(self) -> list[Retriever]:
        searcher = self._searcher()
        if self._config.parent == self._bench.models.bi_encoder_name:
            return [searcher.dense, searcher.lexical]
        name = f"{BI_ENCODER}:{self._config.parent}"
        student_retriever = self._bench.indexes.additional_encoder(
            self._corpus, name, cancel=self._cancel
        )
        return [student_retriever, searcher.lexical]

    def _pool(self) -> list[str]:
        """Where held-out queries are searched: all documents, or a sample with the judged."""
        doc_ids = list(self._corpus.store.ids())
        if len(doc_ids) <= POOL:
            return doc_ids
        queries = (*self._training_data.split.dev, *self._training_data.split.test)
        grades_of_stored = held_grades(self._corpus.store, self._grades)
        graded_ids = {d for q in queries for d in grades_of_stored.get(q.query_id, {})}
        sampled = random.Random(13).sample(doc_ids, POOL)
        graded_ids.update(sampled[: max(0, POOL - len(graded_ids))])
        return [doc_id for doc_id in doc_ids if doc_id in graded_ids]


def encoded(model: Any, texts: Sequence[str]) -> Any:
    """Unit vectors of a SentenceTransformer, float32."""
    vectors = model.encode(
        list(texts), batch_size=16, show_progress_bar=False, normalize_embeddings=True
    )
    return np.asarray(vectors, dtype=np.float32)
