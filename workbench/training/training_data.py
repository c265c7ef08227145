"""What a training learns from and what it is measured with: queries in three parts."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from corpora.judgments.judgment_log import JudgmentLog, combined
from corpora.stores.corpus import Corpus
from engine.training.query_split import QuerySplit, split_queries
from engine.training.synthetic_queries import pseudo_queries
from engine.types import CrossExamError, Document, Query
from engine.types.registries.measures import PRIMARY
from models.lexical.terms import terms
from workbench.training.training_config import FINE_TUNED, MOST_READ, TrainingConfig

AGREEMENT = "overlap@10 with the teacher"
LEAST_DEV, LEAST_TEST = 3, 5  # judged queries, for judgments to be the measure
FEW_QUERIES, FEW_PAIRS = 50, 500  # judged and trained on: below, a warning


@dataclass(frozen=True, slots=True)
class TrainingData:
    """What a training has to learn from and to be measured with.

    `synthetic` says that dev and test are queries of `synthetic_queries`, measured by the
    teacher's order.
    """

    split: QuerySplit
    training: tuple[Query, ...]
    grades: Mapping[str, Mapping[str, int]]
    measure: str
    synthetic: bool
    warnings: tuple[str, ...] = ()


def grades_of(corpus: Corpus) -> dict[str, dict[str, int]]:
    """The corpus' judgments and people's, one grade a pair (the mean, halves up)."""
    judgments = JudgmentLog(corpus.info.fingerprint).latest()
    grades: dict[str, dict[str, int]] = {}
    for qrel in combined(corpus.qrels, judgments):
        grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    return grades


@dataclass(frozen=True, slots=True)
class DatasetCheck:
    """What a corpus has for a training: judged queries by part, judged pairs to train on.

    `problem` says why there can be none, `warnings` what will be wanting.
    """

    train: int
    dev: int
    test: int
    pairs: int
    measure: str
    problem: str = ""
    warnings: tuple[str, ...] = ()


def dataset_check(corpus: Corpus, kind: str) -> DatasetCheck:
    """What can be expected, without computing anything."""
    grades = grades_of(corpus)
    split = _judged_split(corpus, grades)
    pairs = sum(len(grades[query.query_id]) for query in split.train)
    enough = _enough(split)
    check = DatasetCheck(
        len(split.train),
        len(split.dev),
        len(split.test),
        pairs,
        PRIMARY.name if enough else AGREEMENT,
    )
    if kind != FINE_TUNED:
        return check if enough else replace(check, warnings=(_without_judgments(split),))
    try:
        return replace(check, warnings=_judged_training_data(split, grades).warnings)
    except CrossExamError as error:
        return replace(check, problem=str(error))


def training_data_of(corpus: Corpus, config: TrainingConfig) -> TrainingData:
    """The queries of each part, before anything is computed; raises where there are too few."""
    grades = grades_of(corpus)
    split = _judged_split(corpus, grades)
    enough = _enough(split)
    if config.kind == FINE_TUNED:
        return _judged_training_data(split, grades)
    corpus_queries = tuple(q for q in corpus.queries if config.questions != "generated")
    kept_out = split.kept_out() if enough else frozenset()
    generated: tuple[Query, ...] = ()
    if config.questions != "given" or not enough:
        n_wanted = config.made_queries if enough else 2 * config.made_queries
        generated = pseudo_queries(_sample(corpus), terms, most=n_wanted, seed=13, without=kept_out)
    if enough:
        held_out_ids = {q.query_id for q in (*split.dev, *split.test)}
        given_train = tuple(
            q for q in split_queries(corpus_queries).train if q.query_id not in held_out_ids
        )
        extra = generated if config.questions != "given" else ()
        return TrainingData(split, (*given_train, *extra), grades, PRIMARY.name, synthetic=False)
    parts = split_queries(generated)
    warning = _without_judgments(split)
    given_train = split_queries(corpus_queries).train
    extra = parts.train if config.questions != "given" else ()
    return TrainingData(
        parts, (*given_train, *extra), grades, AGREEMENT, synthetic=True, warnings=(warning,)
    )


def _judged_training_data(
    split: QuerySplit, grades: Mapping[str, Mapping[str, int]]
) -> TrainingData:
    pairs = sum(len(grades[query.query_id]) for query in split.train)
    if not _enough(split) or not pairs:
        raise CrossExamError(
            f"too few judged queries to fine-tune on: {len(split.train)} to train on, "
            f"{len(split.dev)} to choose by and {len(split.test)} held out, and at least 1, "
            f"{LEAST_DEV} and {LEAST_TEST} are needed; judge more on the Quality page"
        )
    warnings: tuple[str, ...] = ()
    if len(split.train) < FEW_QUERIES or pairs < FEW_PAIRS:
        warnings = (
            f"Few judgments: {len(split.train)} queries with {pairs:,} judged pairs to train on. "
            f"Below about {FEW_QUERIES} queries and {FEW_PAIRS} pairs a cross-encoder rather "
            "learns these queries by heart than what is relevant; judge more on the Quality page.",
        )
    return TrainingData(
        split, split.train, grades, PRIMARY.name, synthetic=False, warnings=warnings
    )


def _judged_split(corpus: Corpus, grades: Mapping[str, Mapping[str, int]]) -> QuerySplit:
    return split_queries(
        q for q in corpus.queries if any(g > 0 for g in grades.get(q.query_id, {}).values())
    )


def _enough(split: QuerySplit) -> bool:
    return len(split.dev) >= LEAST_DEV and len(split.test) >= LEAST_TEST


def _without_judgments(split: QuerySplit) -> str:
    return (
        f"Only {len(split.dev)} and {len(split.test)} judged queries can be kept out of the "
        "training: measured is how far the student's first ten agree with the teacher's, on "
        "queries drawn from documents. That is no measure of relevance."
    )


def _sample(corpus: Corpus) -> list[Document]:
    doc_ids = list(corpus.store.ids())
    if len(doc_ids) > MOST_READ:
        doc_ids = sorted(random.Random(13).sample(doc_ids, MOST_READ))
    return corpus.store.get(doc_ids)
