"""Reads judgments: TREC's qrels, BEIR's TSV, tables, JSON, and what search engines write."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora.judgments.grades import Grades, about_grade, grades_of
from corpora.judgments.qrel_rows import JudgmentRow, judgment_rows
from corpora.judgments.repeated_judgments import JudgmentRows
from corpora.readers.identifiers import meant_id
from corpora.readers.input_errors import did_you_mean, in_file, in_row, listed, shown
from corpora.readers.read_options import ReadOptions
from engine.types import Qrel, Query
from engine.types.trec_ids import unescaped_id

WITHOUT_GRADE = ("row without a grade was passed over", "rows without a grade were passed over")


@dataclass(frozen=True, slots=True)
class Judged:
    """Judgments, with the queries that they are of: those that were given, or their own."""

    qrels: tuple[Qrel, ...]
    queries: tuple[Query, ...]
    warnings: tuple[str, ...] = ()


def read_qrels(
    path: Path,
    queries: Sequence[Query],
    documents: Container[str],
    read_options: ReadOptions | None = None,
    grades: Mapping[str, int] | None = None,
) -> Judged:
    """The judgments of a file, of these queries by their ids or their texts.

    Without any query, a file that names its queries by their texts brings them along. A
    judgment of a document that the corpus does not hold stays, for evaluation must count it
    as never found; it is warned about. One repeated unchanged is taken once; contradictory ones
    go by the reading's rule, and are refused without one. `grades` says what words stand for.
    """
    read_options = read_options or ReadOptions()
    rows, worded = _graded_rows(path, read_options, grades)
    query_finder = _QueryFinder(path, queries, rows, read_options)
    judgment_rows = JudgmentRows(path, read_options)
    unknown: list[str] = []
    for row in rows:
        with read_options.row():
            relevance = _relevance(path, read_options, row, worded)
            if relevance is None:
                continue
            query_id = query_finder.query_id(row)
            doc_id = meant_id(row.document, documents)
            qrel = Qrel(query_id, doc_id, relevance)
            if judgment_rows.add(qrel, row.line) and doc_id not in documents:
                unknown.append(doc_id)
    return Judged(judgment_rows.qrels(), query_finder.queries, _unknown_warning(path, unknown))


def read_qrels_alone(
    path: Path,
    read_options: ReadOptions,
    grades: Mapping[str, int] | None = None,
    queries: Sequence[Query] = (),
) -> tuple[Qrel, ...]:
    """The judgments of a file by the ids that it writes, without a corpus to look them up in.

    Ids carry the escapes of `engine.types.trec_ids`, as those of runs do. With `queries` a judgment
    may name its query by its text.
    """
    rows, worded = _graded_rows(path, read_options, grades)
    judgment_rows = JudgmentRows(path, read_options)
    query_finder = _QueryFinder(path, queries, rows, read_options) if queries else None
    for row in rows:
        with read_options.row():
            relevance = _relevance(path, read_options, row, worded)
            if relevance is None:
                continue
            ids = (unescaped_id(name.strip()) for name in (row.query, row.document))
            query_id, doc_id = ids
            if query_finder is not None:
                query_id = query_finder.query_id(row)
            judgment_rows.add(Qrel(query_id, doc_id, relevance), row.line)
    qrels = judgment_rows.qrels()
    if not qrels and rows:
        raise in_file(
            path, "every judgment contradicts another, so none is left: choose another rule"
        )
    if not qrels:
        raise in_file(path, "no judgment in it: write query, 0, document and relevance")
    return qrels


def _graded_rows(
    path: Path, read_options: ReadOptions, grades: Mapping[str, int] | None
) -> tuple[list[JudgmentRow], Grades]:
    """The rows of a file, and how the grades of all of them become numbers, which is noted."""
    rows = list(judgment_rows(path, read_options, grades or ()))
    worded = grades_of((row.grade for row in rows if row.grade.strip()), grades)
    if worded.sentence:
        read_options.note(path, worded.sentence)
    return rows, worded


def _relevance(
    path: Path, read_options: ReadOptions, row: JudgmentRow, worded: Grades
) -> int | None:
    """The grade of a row, None for one without, which is counted; raises for what is none."""
    if not row.grade.strip():
        read_options.passed(path, row.line, *WITHOUT_GRADE)
        return None
    relevance = worded.number(row.grade)
    if relevance is None:
        raise in_row(path, row.line, about_grade(row.grade, worded.words))
    return relevance


class _QueryFinder:
    """The query that a row means: by id, else by text; with no query at all they are its own."""

    def __init__(
        self,
        path: Path,
        queries: Sequence[Query],
        rows: Sequence[JudgmentRow],
        read_options: ReadOptions,
    ) -> None:
        self._path = path
        self._own = not queries
        if self._own:
            if not any(" " in row.query.strip() for row in rows):
                raise in_file(path, "judgments, but the corpus has no queries: give these too")
            texts = dict.fromkeys(row.query.strip() for row in rows if row.query.strip())
            queries = tuple(Query(str(number), text) for number, text in enumerate(texts, 1))
            read_options.note(path, f"its {len(queries):,} queries were taken from its rows")
        self.queries = tuple(queries)
        self._ids = {query.query_id for query in queries}
        self._texts: dict[str, str] = {}
        for query in reversed(queries):
            self._texts[_folded(query.text)] = query.query_id

    def query_id(self, row: JudgmentRow) -> str:
        query_id = row.query if self._own else meant_id(row.query, self._ids)
        if query_id in self._ids and not self._own:
            return query_id
        by_text = self._texts.get(_folded(row.query))
        if by_text is not None:
            return by_text
        query_ids_text = listed([query.query_id for query in self.queries], 3)
        raise in_row(
            self._path,
            row.line,
            f"no query has the id {shown(row.query)}, nor is it a query's text (there are "
            f"{query_ids_text})"
            f"{did_you_mean(row.query, self._names()).rstrip('?')}: "
            "add it to queries.jsonl or remove the judgment",
        )

    def _names(self) -> Collection[str]:
        """Ids and texts, for a query that was not found."""
        return [*self._ids, *(query.text for query in self.queries)]


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())


def _unknown_warning(path: Path, unknown: list[str]) -> tuple[str, ...]:
    if not unknown:
        return ()
    names = listed(unknown, limit=3)
    count = f"{len(unknown):,} judgment" + ("s name" if len(unknown) > 1 else " names")
    place = f"qrels/{path.name}" if path.parent.name == "qrels" else path.name
    return (
        f"{place}: {count} documents that the corpus does not hold "
        f"({names}); they count as never found",
    )
