"""The rows of a run as other systems write it: TREC's lines, MS MARCO's, tables and JSON."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from engine.types import CrossExamError, Log
from engine.types.errors import shown
from system.json_reading import RepeatedKeyError, json_value, reason

TREC = "query Q0 document rank score name"
TREC_COLUMNS, MARCO_COLUMNS = 6, (3, 4)
MOST_LINES = 5_000_000
TOO_LONG = f"{{}}: more than {MOST_LINES:,} lines: give a shorter run"
TEXT_NAMES = ("query_text", "query", "search_term", "keywords")
QUERY_NAMES = ("query_id", "qid", "queryid", "query-id", "query", "topic", "topic_id", *TEXT_NAMES)
DOCUMENT_NAMES = (
    *("doc_id", "docid", "docno", "document_id", "corpus_id", "corpus-id", "pid", "passage_id"),
    *("product_id", "document", "doc", "_id", "id"),
)
SCORE_NAMES = ("score", "similarity", "_score")
RANK_NAMES = ("rank", "position", "doc_position")
RUN_NAMES = ("run", "run_id", "system", "name", "tag", "model", "snapshot_name")
DECIMAL_COMMA = re.compile(r"\s*-?\d+,\d+\s*")
THOUSANDS = re.compile(r",\d{3}$")
SEPARATORS = (",", ";", "\t", "|")
DECLARED = re.compile(r"sep=([,;\t|])\s*$")  # the first line that a spreadsheet writes
BETWEEN = re.compile(r"[\s\-./]+")


@dataclass(frozen=True, slots=True)
class RunRow:
    """A document in a query's list; `name` is that of the run, "" where the row has none.

    `ranked` says that the score stands for a rank, for the file gives no scores. `rank` is what a
    table or JSON says beside the score, `text` the query's beside its id.
    """

    line: int
    query: str
    document: str
    score: str
    name: str = ""
    ranked: bool = False
    rank: str = ""
    text: str = ""


def wrong_line(file: str, line: int, error_text: str) -> CrossExamError:
    """An error that begins with `file:line:`."""
    return CrossExamError(f"{file}:{line}: {error_text}")


def run_rows(text: str, file: str, log: Log) -> Iterator[RunRow]:
    """Every row of a run; raises CrossExamError for a line that is none.

    Known are TREC's six columns, with trailing ones and names of several words; MS MARCO's
    query, document and rank, with a score behind it; tables with a header; and JSON, as objects
    or in the form of pytrec_eval, scores by document by query.
    """
    start = text.lstrip()[:1]
    if start in ("{", "["):
        return _json_rows(text, file)
    if text.count("\n") + text.count("\r") > 2 * MOST_LINES:  # with a line feed after each
        raise CrossExamError(TOO_LONG.format(file))
    all_lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    declared = DECLARED.match(all_lines[0])
    if declared:
        all_lines[0] = ""
    lines = [(n, line) for n, line in enumerate(all_lines, 1) if _says_something(line)]
    if len(lines) > MOST_LINES:
        raise CrossExamError(TOO_LONG.format(file))
    if not lines:
        return iter(())
    separators = declared.groups() if declared else SEPARATORS
    for separator in separators:
        try:
            names = _names(next(csv.reader([lines[0][1].strip()], delimiter=separator)))
        except csv.Error:
            continue
        if _place(names, QUERY_NAMES) is not None and _place(names, DOCUMENT_NAMES) is not None:
            table = [(n, line) for n, line in enumerate(all_lines, 1) if line.strip()]
            header = next(i for i, (n, _) in enumerate(table) if n == lines[0][0])
            return _table_rows(table[header:], names, separator, file, log)
    first = _cells(lines[0][1])
    if _is_marco(first):
        return _marco_rows([(n, _cells(line)) for n, line in lines], len(first), file, log)
    for separator in separators if declared or not _is_trec(first) else ():
        try:
            first = next(csv.reader([lines[0][1]], delimiter=separator))
        except csv.Error:
            continue
        if _is_marco(first):
            return _marco_rows(list(_table_cells(lines, separator, file)), len(first), file, log)
    return _trec_rows(lines, file, log)


def _says_something(line: str) -> bool:
    return bool(line.strip()) and not line.startswith("#")


def _is_marco(cells: Sequence[str]) -> bool:
    return len(cells) in MARCO_COLUMNS and all(_is_number(cell) for cell in cells[2:])


def _is_trec(cells: Sequence[str]) -> bool:
    return len(cells) >= TREC_COLUMNS and _is_number(cells[4])


def _cells(line: str) -> list[str]:
    """The cells between tabs where there are enough of them, else between white space."""
    cells = [cell.strip() for cell in line.strip("\r\n").split("\t")]
    return cells if len(cells) >= TREC_COLUMNS or len(cells) in MARCO_COLUMNS else line.split()


def _trec_rows(lines: Sequence[tuple[int, str]], file: str, log: Log) -> Iterator[RunRow]:
    rows = []
    for line, text in lines:
        cells = _cells(text)
        if len(cells) < TREC_COLUMNS:
            error_text = f"{len(cells)} columns, not 6: a TREC run has {TREC!r}, parted by spaces"
            raise wrong_line(file, line, error_text)
        rows.append((line, cells))
    endings = {tuple(cells[5:]) for _, cells in rows}
    longer = any(len(ending) > 1 for ending in endings)
    all_same_ending = len(endings) == 1 and longer
    if longer and not all_same_ending:
        log(f"{file}: columns after the sixth are not read")
    for line, cells in rows:
        run_name = " ".join(cell for cell in cells[5:] if cell) if all_same_ending else cells[5]
        yield RunRow(line, cells[0], cells[2], cells[4], run_name)


def _marco_rows(
    lines: Sequence[tuple[int, list[str]]], width: int, file: str, log: Log
) -> Iterator[RunRow]:
    """Rows of query, document and rank (and score); a third column of scores is known by looks."""
    rows = []
    for line, cells in lines:
        if len(cells) != width:
            error_text = f"{len(cells)} columns, the first line {width}: write as many"
            raise wrong_line(file, line, error_text)
        rows.append((line, [cell.strip() for cell in cells]))
    if width == MARCO_COLUMNS[1]:
        yield from (RunRow(line, cells[0], cells[1], cells[3]) for line, cells in rows)
        return
    ranks = _are_ranks([cells for _, cells in rows])
    meaning = "ranks, best first from 1" if ranks else "scores, the highest first"
    log(f"{file}: three columns, whose last was read as {meaning}")
    for line, cells in rows:
        score = f"-{cells[2]}" if ranks else cells[2]
        yield RunRow(line, cells[0], cells[1], score, ranked=ranks)


def _are_ranks(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the numbers of each query are 1, 2, 3 … (or begin at 0), each once."""
    by_query: dict[str, list[str]] = {}
    for query, _, number in rows:
        by_query.setdefault(query, []).append(number)
    for numbers in by_query.values():
        if not all(number.isdigit() for number in numbers):
            return False
        sorted_numbers = sorted(int(number) for number in numbers)
        if len(set(sorted_numbers)) < len(sorted_numbers) or sorted_numbers[0] > 1:
            return False
    return True


def _table_rows(
    lines: Sequence[tuple[int, str]], names: list[str], separator: str, file: str, log: Log
) -> Iterator[RunRow]:
    """Rows of a table with a header; a query's text may begin with a #, so no row is a remark."""
    id_columns = [_place(names, usual_names) for usual_names in (QUERY_NAMES, DOCUMENT_NAMES)]
    score_column, rank_column = _place(names, SCORE_NAMES), _place(names, RANK_NAMES)
    run_column = _place(names, RUN_NAMES)
    if score_column is None and rank_column is None:
        raise wrong_line(file, lines[0][0], "a table without a column 'score' or 'rank': add one")
    query_column, document_column = (column for column in id_columns if column is not None)
    text_column = _place(names, TEXT_NAMES)
    comma_lines: list[tuple[int, str]] = []
    for line, cells in _table_cells(lines[1:], separator, file):
        if len(cells) != len(names):
            raise wrong_line(file, line, f"{len(cells)} cells, the header {len(names)}")
        rank = cells[rank_column].strip() if rank_column is not None else ""
        score = f"-{rank}" if score_column is None else cells[score_column]
        if separator != "," and DECIMAL_COMMA.fullmatch(score):
            comma_lines.append((line, score.strip()))
            score = score.replace(",", ".")
        yield RunRow(
            line,
            query=cells[query_column].strip(),
            document=cells[document_column].strip(),
            score=score,
            name=cells[run_column].strip() if run_column is not None else "",
            ranked=score_column is None,
            rank=rank,
            text=cells[text_column].strip() if text_column not in (None, query_column) else "",
        )
    if comma_lines and separator != ";" and all(THOUSANDS.search(s) for _, s in comma_lines):
        line, score = comma_lines[0]
        plain, decimal = score.replace(",", ""), score.replace(",", ".")
        raise wrong_line(
            file, line, f"score is {score[:40]!r}: write {plain[:40]} or {decimal[:40]}"
        )
    if comma_lines:
        log(f"{file}: the comma in scores was read as a decimal point")


def _table_cells(
    lines: Sequence[tuple[int, str]], separator: str, file: str
) -> Iterator[tuple[int, list[str]]]:
    """The cells of each row, and the line on which it ends."""
    reader = csv.reader((f"{text}\n" for _, text in lines), delimiter=separator)
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            line = lines[min(reader.line_num, len(lines)) - 1][0]
            raise wrong_line(file, line, f"no row of a table ({error}): mend or drop it") from error
        if cells is None:
            return
        yield lines[reader.line_num - 1][0], cells


def _json_rows(text: str, file: str) -> Iterator[RunRow]:
    """Objects one a line or in an array, or {query: {document: score}}."""
    values: list[object]
    try:
        whole_value = json_value(text)
        values = whole_value if isinstance(whole_value, list) else [whole_value]
    except RepeatedKeyError as error:
        if "\n" in text.strip() and (line := _first_wrong_line(text)) is not None:
            raise wrong_line(file, line, f"{error}: keep one") from error
        raise CrossExamError(f"{file}: {error}: keep one") from error
    except ValueError:
        values = []
        for line, row in enumerate(text.split("\n"), 1):
            if row.strip():
                try:
                    values.append(json_value(row))
                except RepeatedKeyError as error:
                    raise wrong_line(file, line, f"{error}: keep one") from error
                except (ValueError, RecursionError) as error:
                    raise wrong_line(file, line, f"no valid JSON ({reason(error)})") from error
    except RecursionError as error:
        raise CrossExamError(f"{file}: JSON that cannot be read ({error})") from error
    if len(values) == 1 and isinstance(values[0], dict) and _is_nested(values[0]):
        for number, (query, scores) in enumerate(values[0].items(), 1):
            for document, score in scores.items():
                yield RunRow(number, query, document, str(score))
        return
    for number, value in enumerate(values, 1):
        if not isinstance(value, dict):
            raise wrong_line(file, number, "no object: write query, document and score in objects")
        fields = {_normal(field): field for field in value}
        query_field, document_field, score_field, rank_field, run_field, text_field = (
            next((fields[_normal(name)] for name in usual if _normal(name) in fields), None)
            for usual in (
                *(QUERY_NAMES, DOCUMENT_NAMES, SCORE_NAMES),
                *(RANK_NAMES, RUN_NAMES, TEXT_NAMES),
            )
        )
        no_score = score_field is None and rank_field is None
        if query_field is None or document_field is None or no_score:
            field_names = ", ".join(list(value)[:8])
            raise wrong_line(
                file, number, f"no query_id, doc_id and score (or rank) in it; found {field_names}"
            )
        yield RunRow(
            number,
            query=_as_id(value[query_field], query_field, file, number),
            document=_as_id(value[document_field], document_field, file, number),
            score=(
                str(value[score_field])
                if score_field is not None
                else f"-{value[rank_field or '']}"
            ),
            name=str(value[run_field]) if run_field is not None else "",
            ranked=score_field is None,
            rank=str(value[rank_field]) if rank_field is not None else "",
            text=str(value[text_field]) if text_field not in (None, query_field) else "",
        )


def _first_wrong_line(text: str) -> int | None:
    """The line of a key that stands twice, where each line is a value; None elsewhere."""
    for line, row in enumerate(text.split("\n"), 1):
        if row.strip():
            try:
                json_value(row)
            except RepeatedKeyError:
                return line
            except (ValueError, RecursionError):
                return None
    return None


def _as_id(value: object, field: str, file: str, number: int) -> str:
    """A string or a whole number as the id that a corpus has for it: 7.0 is 7."""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, str) or (isinstance(value, int) and not isinstance(value, bool)):
        return str(value)
    raise wrong_line(
        file, number, f"{field} is {shown(value)}: give an id, as a text or a whole number"
    )


def _is_nested(value: Mapping[str, object]) -> bool:
    return bool(value) and all(
        isinstance(query_scores, dict)
        and all(isinstance(s, (int, float)) for s in query_scores.values())
        for query_scores in value.values()
    )


def _names(cells: Sequence[str]) -> list[str]:
    return [_normal(cell) for cell in cells]


def _normal(name: str) -> str:
    return BETWEEN.sub("_", name.strip()).casefold()


def _place(names: Sequence[str], wanted: Sequence[str]) -> int | None:
    return next((names.index(_normal(e)) for e in wanted if _normal(e) in names), None)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def stem_of(file: str) -> str:
    """What a run is called that has no name of its own: its file's, without suffixes."""
    return Path(file).name.split(".")[0] or "run"
