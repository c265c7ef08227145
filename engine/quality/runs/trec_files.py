"""Reads the runs that other systems write, and writes judgments as TREC qrels.

An error names the file and the line, as `file:line:`.
"""

from __future__ import annotations

import gzip
import io
import math
import re
import zlib
from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from engine.quality.runs.run_notes import single_precision
from engine.quality.runs.run_rows import TREC, RunRow, run_rows, stem_of, wrong_line
from engine.types import (
    Cancel,
    Cancelled,
    CrossExamError,
    Hit,
    ProgressCallback,
    Qrel,
    Ranking,
    Run,
)
from engine.types.trec_ids import escaped_id, unescaped_id
from system.file_kinds import HIGHEST_RATIO, SMALL, marked_utf_16, other_kind, unmarked_utf_16
from system.json_reading import HALF_A_PAIR

GZIP = b"\x1f\x8b"
LARGEST = 1_000_000_000  # bytes of a run, unpacked
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)
READING = "reading the run"
LOOK_EVERY = 1_000  # rows between two looks whether the reading was cancelled


def decoded(data: bytes, file: str, *, most: int = LARGEST) -> str:
    """The bytes as text, unpacked where gzip packed them; UTF-16 is recognised.

    Raises CrossExamError where they are of another kind of file, no UTF-8, hold a NUL byte, or
    unpack to more than `most` bytes.
    """
    if data.startswith(GZIP):
        data = _unpacked(data, file, most)
    if error_text := other_kind(data):
        raise wrong_line(file, 1, error_text)
    if encoding := marked_utf_16(data) or unmarked_utf_16(data):
        return data.decode(encoding, "replace").removeprefix("\ufeff")
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise wrong_line(file, line, "a NUL byte, so this is no text: save the file as UTF-8 text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise wrong_line(file, line, "no UTF-8 text: save the file as UTF-8") from error


def _unpacked(data: bytes, file: str, most: int) -> bytes:
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as archive:  # or several behind one another
            unpacked = archive.read(most + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise CrossExamError(
            f"{file}: no gzip archive that can be read to its end: pack it anew"
        ) from error
    if len(unpacked) > most:
        raise CrossExamError(
            f"{file}: unpacks to over {most / 1_000_000:,.0f} MB: give a shorter run"
        )
    if len(unpacked) > max(SMALL, HIGHEST_RATIO * len(data)):
        raise CrossExamError(
            f"{file}: unpacks to {len(unpacked) // len(data):,} times its size, as a bomb does: "
            "give the unpacked file"
        )
    return unpacked


@dataclass(frozen=True, slots=True)
class RunFile:
    """A run as a file holds it; `notes` say what was decided by looking at it.

    `texts` are the queries' texts by id, where the file has both; `ranked` says that its scores
    are minus the ranks, for it has no others, `in_rank_order` that ranks order it.
    """

    run: Run
    notes: tuple[str, ...] = ()
    texts: Mapping[str, str] = field(default_factory=dict)
    ranked: bool = False
    in_rank_order: bool = False


def read_run(text: str, file: str, corpus_ids: Container[str] = ()) -> Run:
    """The run of `read_run_file`."""
    return read_run_file(text, file, corpus_ids).run


def read_run_file(
    text: str,
    file: str,
    corpus_ids: Container[str] = (),
    *,
    by_rank: bool = False,
    on_progress: ProgressCallback | None = None,
    cancel: Cancel = lambda: False,
) -> RunFile:
    """The run of a file in any form that `engine.quality.runs.run_rows` knows.

    Documents are ranked by score, ties by falling document id, as trec_eval ranks them; the
    rank column is read only where there is no score, or, with `by_rank`, where a table or JSON
    gives every document one, for that is the order in which they were returned. Ids carry the
    escapes of `trec_ids`, unless they are `corpus_ids` as they stand. Raises CrossExamError for
    a line that is none or no text, a score that is no number, or a document listed twice for a
    query; Cancelled where it is cancelled.
    """
    rows: dict[str, list[tuple[str, float]]] = {}
    ranks: dict[str, list[int | None]] = {}
    texts: dict[str, str] = {}
    ranked = False
    line_of_pair: dict[tuple[str, str], int] = {}
    names: dict[str, None] = {}
    notes: list[str] = []

    def meant(written: str) -> str:
        return written if written in corpus_ids else unescaped_id(written)

    for row in _watched(run_rows(text, file, notes.append), text, on_progress, cancel):
        if half := HALF_A_PAIR.search(f"{row.query}{row.document}{row.text}{row.name}"):
            error_text = (
                f"holds half a surrogate pair ({half[0]!r}), which is no character: mend it"
            )
            raise wrong_line(file, row.line, error_text)
        query_id, doc_id = meant(row.query), meant(row.document)
        for role, row_id in (("query", row.query), ("document", row.document)):
            if not row_id.strip():
                raise wrong_line(file, row.line, f"the {role} is empty: give its id")
        score = float(row.score) if _NUMBER.fullmatch(row.score.strip()) else math.nan
        if not math.isfinite(score):
            error_text = f"score is {row.score[:40]!r}: give a number (column 5 of TREC's)"
            if row.ranked:
                error_text = f"rank is {row.score[1:41]!r}: give a number, 1 for the first"
            raise wrong_line(file, row.line, error_text)
        first = line_of_pair.setdefault((query_id, doc_id), row.line)
        if first != row.line:
            raise wrong_line(
                file,
                row.line,
                f"document {doc_id[:40]!r} stands twice in the list of query {query_id[:40]!r}, "
                f"first in line {first}: keep one",
            )
        rows.setdefault(query_id, []).append((doc_id, score))
        ranks.setdefault(query_id, []).append(_rank_of(row))
        if row.text:
            texts.setdefault(query_id, row.text)
        ranked = ranked or row.ranked
        names[row.name or stem_of(file)] = None
    if not rows:
        raise CrossExamError(f"{file}: no line of a run in it: a TREC run has {TREC!r}")
    if len(names) > 1:
        names_read = ", ".join(repr(name[:40]) for name in list(names)[:3])
        raise CrossExamError(
            f"{file}: holds {len(names)} runs ({names_read}): give one file for each run (column 6)"
        )
    (name,) = names
    rankings = {query_id: _ranked(query_rows, name) for query_id, query_rows in rows.items()}
    in_rank_order = ranked
    if by_rank and not ranked and any(r is not None for each in ranks.values() for r in each):
        by_their_ranks = {
            query_id: _by_rank(query_rows, ranks[query_id], name)
            for query_id, query_rows in rows.items()
        }
        n_without = sum(ranking is None for ranking in by_their_ranks.values())
        if n_without:
            notes.append(
                f"{file}: the rank column does not give every document of {n_without:,} of "
                f"{len(rows):,} queries a place of its own, so the scores order all of them"
            )
        else:
            in_order = {q: ranking for q, ranking in by_their_ranks.items() if ranking is not None}
            n_rising = sum(_rises(ranking) for ranking in in_order.values())
            if n_rising:
                notes.append(
                    f"{file}: in {n_rising:,} of {len(rows):,} queries a score rises from one rank "
                    "to the next; the ranks order them, as they were returned"
                )
            rankings, in_rank_order = in_order, True
    return RunFile(Run(name, rankings), tuple(notes), texts, ranked, in_rank_order)


def _watched(
    rows: Iterator[RunRow], text: str, on_progress: ProgressCallback | None, cancel: Cancel
) -> Iterator[RunRow]:
    """The rows, telling how far they are by their lines; raises Cancelled."""
    lines = text.count("\n")
    for number, row in enumerate(rows):
        if number % LOOK_EVERY == 0:
            if cancel():
                raise Cancelled("reading the run was cancelled")
            if on_progress is not None:
                on_progress(READING, row.line, max(row.line, lines))
        yield row


def _rank_of(row: RunRow) -> int | None:
    """The rank beside a row's score, None where there is none that can be."""
    try:
        rank = float(row.rank)
    except ValueError:
        return None
    return int(rank) if rank >= 0 and rank.is_integer() else None


def _by_rank(
    rows: Sequence[tuple[str, float]], ranks: Sequence[int | None], name: str
) -> Ranking | None:
    """The rows by their ranks; None where one has no rank or two have the same."""
    places = [rank for rank in ranks if rank is not None]
    if len(set(places)) < len(rows):
        return None
    in_order = sorted(zip(places, rows, strict=True), key=lambda row: row[0])
    hits = (Hit(doc_id, score, place) for place, (_, (doc_id, score)) in enumerate(in_order, 1))
    return Ranking(name, name, tuple(hits))


def _rises(ranking: Ranking) -> bool:
    """Whether a score is greater than the one before it, in single precision."""
    scores = single_precision([hit.score for hit in ranking.hits]).tolist()
    return any(after > before for before, after in pairwise(scores))


def qrels_text(qrels: tuple[Qrel, ...]) -> str:
    """The judgments in TREC's format; ids with white space as `escaped_id` writes them."""
    lines = [
        f"{escaped_id(qrel.query_id)} 0 {escaped_id(qrel.doc_id)} {qrel.relevance}"
        for qrel in qrels
    ]
    return "\n".join(lines) + ("\n" if lines else "")


def _ranked(rows: list[tuple[str, float]], name: str) -> Ranking:
    """Highest score first; a tie in single precision by falling id, both as in trec_eval."""
    scores = single_precision([score for _, score in rows]).tolist()
    ordered = sorted(zip(rows, scores, strict=True), key=lambda row: row[0][0], reverse=True)
    ordered.sort(key=lambda row: -row[1])
    hits = (Hit(doc_id, score, place) for place, ((doc_id, score), _) in enumerate(ordered, 1))
    return Ranking(name, name, tuple(hits))
