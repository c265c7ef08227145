"""Where a pipeline fails, sorted into kinds that can be counted and shown by example."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from engine.quality.candidate_scores import CandidateScores, final_ranking, first_ranking, pairs_of
from engine.quality.passage_judgments import whole_documents
from engine.quality.pipelines import PipelineSpec
from engine.types import Document, DocumentStore, Qrel
from engine.types.words import words_of

TOP = 10
CONFIDENT = 0.0  # logits: the sigmoid is one half
ALIKE = 0.8
SHINGLE = 3
READ_AT_ONCE = 256
_WORD = re.compile(r"\w+(?:['’]\w+)?")
_NEGATIONS = frozenset(
    ("not", "no", "nor", "never", "without", "except", "excluding", "neither", "cannot", "non")
)

Shares = Callable[[str, Document], bool]

BEYOND, TRUNCATED, NO_OVERLAP = "beyond", "truncated", "no-overlap"
DUPLICATE, NEGATION, CONFIDENT_WRONG = "duplicate", "negation", "confident"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of failure: its name, what counts as one, and whether a reranker is needed."""

    key: str
    title: str
    definition: str
    reranked: bool = False


KINDS = (
    Kind(
        BEYOND,
        "Lost beyond the candidate depth",
        "A relevant document (judged 1 or more) that the first stage does not list among its "
        "candidates. No reranker can mend it; a greater depth or another first stage may.",
    ),
    Kind(
        TRUNCATED,
        "Truncated",
        "A relevant candidate that missed the top 10 and that the reranker read only in part, for "
        "it is longer than the model's limit.",
        reranked=True,
    ),
    Kind(
        NO_OVERLAP,
        "No lexical overlap",
        "A relevant document outside the top 10 that shares no word with the query, stop words "
        "aside: BM25 cannot see it.",
    ),
    Kind(
        DUPLICATE,
        "Near-duplicate above",
        "A relevant document with a near-duplicate above it in the top 10 that is judged 0 or not "
        "judged: at least 80% of the distinct runs of three words that either holds are in both.",
    ),
    Kind(
        NEGATION,
        "Negation",
        "A query with a negating word (not, no, without, never, except …) where a document judged "
        "0 stands in the top 10 above a relevant one.",
    ),
    Kind(
        CONFIDENT_WRONG,
        "Confident and wrong",
        "A document judged 0 in the top 10 whose logit reaches the limit set here (a logit of 0 "
        "is a sigmoid of one half).",
        reranked=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Failure:
    """One document of one query: the rank it has, or None; what else there is to know.

    `other` is the near-duplicate, or the relevant document that stands too low.
    """

    kind: str
    query_id: str
    doc_id: str
    rank: int | None
    grade: int
    score: float | None = None
    other: str = ""
    n_truncated: int = 0


def find_failures(
    spec: PipelineSpec,
    gathered: Sequence[CandidateScores],
    qrels: Sequence[Qrel],
    store: DocumentStore,
    shares: Shares,
    *,
    confident: float = CONFIDENT,
) -> dict[str, list[Failure]]:
    """Every failure by kind, the gravest first; a kind that cannot apply is absent.

    Looks only at queries with a relevant judgment. A document that is held in passages is
    ranked and scored by the best of them (MaxP), its text is all of them. Judged documents
    that the corpus lacks are passed over. `shares(query, document)` says whether BM25 sees a
    match.
    """
    queries = {query_scores.query_id for query_scores in gathered}
    whole_texts = whole_documents(
        store, [qrel.doc_id for qrel in qrels if qrel.query_id in queries]
    )
    grades: dict[str, dict[str, int]] = {}
    for qrel in qrels:
        if qrel.doc_id in whole_texts:
            grades.setdefault(qrel.query_id, {})[qrel.doc_id] = qrel.relevance
    kinds = [kind for kind in KINDS if spec.reranker or not kind.reranked]
    by_kind: dict[str, list[Failure]] = {kind.key: [] for kind in kinds}
    for query_scores in gathered:
        query_grades = grades.get(query_scores.query_id, {})
        if any(grade > 0 for grade in query_grades.values()):
            for failure in _of_query(spec, query_scores, query_grades, store, shares, confident):
                by_kind[failure.kind].append(failure)
    return {key: sorted(rows, key=_gravity) for key, rows in by_kind.items()}


def near_duplicate(left: str, right: str) -> bool:
    """Whether at least 80% of the distinct three-word runs of either are in both (Jaccard)."""
    a, b = _shingles(left), _shingles(right)
    return len(a & b) >= ALIKE * len(a | b) if a and b else False


def negates(text: str) -> bool:
    """Whether a text holds a negating word."""
    words = [word.replace("’", "'") for word in _WORD.findall(text.lower())]
    return any(word in _NEGATIONS or word.endswith("n't") for word in words)


def overlaps(
    queries: Mapping[str, str],
    qrels: Sequence[Qrel],
    store: DocumentStore,
    shares: Shares,
) -> dict[str, bool]:
    """By query, whether it shares a word with any of its relevant documents."""
    relevant_ids = [q.doc_id for q in qrels if q.relevance > 0 and q.query_id in queries]
    whole_texts = whole_documents(store, relevant_ids)
    relevant: dict[str, list[str]] = {}
    for qrel in qrels:
        if qrel.relevance > 0 and qrel.doc_id in whole_texts and qrel.query_id in queries:
            relevant.setdefault(qrel.query_id, []).append(qrel.doc_id)
    return {
        query_id: any(shares(queries[query_id], whole_texts[d]) for d in doc_ids)
        for query_id, doc_ids in relevant.items()
    }


def _of_query(
    spec: PipelineSpec,
    query_scores: CandidateScores,
    query_grades: Mapping[str, int],
    store: DocumentStore,
    shares: Shares,
    confident: float,
) -> list[Failure]:
    query_id = query_scores.query_id
    candidates = set(query_scores.folded(first_ranking(spec, query_scores)).ids())
    listed_ranking = final_ranking(spec, query_scores)
    folded_ranking = query_scores.folded(listed_ranking)
    rank_of = {hit.doc_id: hit.rank for hit in folded_ranking.hits}
    top = folded_ranking.ids(TOP)
    passage_of: dict[str, str] = {}  # the one that a document is ranked by
    for doc_id in listed_ranking.ids():
        passage_of.setdefault(query_scores.parents.get(doc_id, doc_id), doc_id)
    pair_of_passage = pairs_of(spec, query_scores)
    pairs = {
        doc_id: pair_of_passage[part]
        for doc_id, part in passage_of.items()
        if part in pair_of_passage
    }
    relevant = sorted(d for d, grade in query_grades.items() if grade > 0)
    held_top = [doc_id for doc_id in top if doc_id not in query_scores.missing]
    texts = whole_documents(store, [*relevant, *held_top])
    failures: list[Failure] = []

    def add(kind: str, doc_id: str, other: str = "") -> None:
        pair = pairs.get(doc_id)
        failures.append(
            Failure(
                kind,
                query_id,
                doc_id,
                rank_of.get(doc_id),
                query_grades.get(doc_id, 0),
                pair.score if pair else None,
                other,
                pair.n_truncated if pair else 0,
            )
        )

    for doc_id in relevant:
        missed = rank_of.get(doc_id, TOP + 1) > TOP
        if doc_id not in candidates:
            add(BEYOND, doc_id)
        elif spec.reranker and missed and pairs[doc_id].n_truncated:
            add(TRUNCATED, doc_id)
        if missed and not shares(query_scores.text, texts[doc_id]):
            add(NO_OVERLAP, doc_id)
        above = top[: rank_of.get(doc_id, TOP + 1) - 1]
        for other in above:
            if (
                other in texts
                and query_grades.get(other, 0) <= 0
                and near_duplicate(texts[doc_id].content, texts[other].content)
            ):
                add(DUPLICATE, doc_id, other)
                break
    wrong = [d for d in top if query_grades.get(d) == 0]
    if negates(query_scores.text):
        for doc_id in wrong:
            below = [d for d in relevant if rank_of.get(d, len(rank_of) + 1) > rank_of[doc_id]]
            if below:
                best = max(below, key=lambda d: (query_grades[d], d))
                add(NEGATION, doc_id, best)
                break
    for doc_id in wrong:
        if spec.reranker and pairs[doc_id].score >= confident:
            add(CONFIDENT_WRONG, doc_id)
    return failures


def _gravity(failure: Failure) -> tuple[float, float, int, str, str]:
    """Confident mistakes by logit, the others by grade; then by rank."""
    confident = failure.kind == CONFIDENT_WRONG
    first = -(failure.score or 0.0) if confident else -float(failure.grade)
    rank = failure.rank if failure.rank is not None else 1_000_000
    return first, -failure.n_truncated, rank, failure.query_id, failure.doc_id


def _shingles(text: str) -> set[tuple[str, ...]]:
    words = [word for part in words_of(text.lower()) for word in _WORD.findall(part)]
    if len(words) < SHINGLE:
        return {tuple(words)} if words else set()
    return {tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1)}
