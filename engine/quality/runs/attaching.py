"""A file of another system read as a run to keep with a corpus, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from engine.quality.runs.run_notes import foreign_notes, named, tie_notes
from engine.quality.runs.run_rows import stem_of
from engine.quality.runs.trec_files import RunFile, read_run_file
from engine.search.attached.matching import MatchedLists, matched_lists
from engine.types import Cancel, CrossExamError, ProgressCallback, Query, Ranking, Run
from engine.types.runs import AttachedHead, AttachedRun

MOST_ROWS = 1_000_000
LONGEST_LIST = 1_000
LONGEST_NAME = 80
FORBIDDEN = ",#"  # a list of names has commas between them, a label of a model stands behind a #


def run_name(text: str) -> str:
    """The name that a run is kept under, one printable line; raises CrossExamError for none."""
    printable = "".join(c if c.isprintable() else " " for c in text)
    name = " ".join(printable.split())
    if not name or len(name) > LONGEST_NAME or any(c in name for c in FORBIDDEN):
        raise CrossExamError(
            f"the name of the run is {name[:LONGEST_NAME]!r}: give one of 1 to {LONGEST_NAME} "
            "characters without a comma or #"
        )
    return name


def usual_name(file: str) -> str:
    """What a run of this file may be called where nobody says: the file's name as `run_name`."""
    stem = "".join(" " if c in FORBIDDEN else c for c in stem_of(file))[:LONGEST_NAME]
    return run_name(stem if stem.strip() else "run")


def attached_run(
    text: str,
    file: str,
    *,
    name: str,
    at: float,
    queries: Collection[Query],
    held: Collection[str],
    in_passages: Callable[[Collection[str]], Collection[str]] = lambda _: (),
    on_progress: ProgressCallback | None = None,
    cancel: Cancel = lambda: False,
) -> AttachedRun:
    """The run of a file, as it is kept; `held` are the documents of the corpus, `at` the time.

    Where a table or JSON gives ranks the order is theirs, else that of `read_run_file`. Of each
    list the first 1,000 documents are kept. `in_passages` says which of these ids the corpus holds
    in passages. Raises CrossExamError as `read_run_file` does, and for a run that is too large;
    Cancelled where it is cancelled.
    """
    corpus_ids = {*held, *(query.query_id for query in queries)}
    run_file = read_run_file(
        text, file, corpus_ids, by_rank=True, on_progress=on_progress, cancel=cancel
    )
    rankings, n_cut = _cut(run_file.run.rankings)
    rows = sum(len(ranking.hits) for ranking in rankings.values())
    if rows > MOST_ROWS:
        raise CrossExamError(
            f"{file}: {rows:,} documents in all lists together: give at most {MOST_ROWS:,}, "
            "for example fewer of each query"
        )
    matched = matched_lists(rankings, run_file.texts, queries)
    listed = dict.fromkeys(d for ranking in rankings.values() for d in ranking.ids())
    missing = [doc_id for doc_id in listed if doc_id not in held]
    notes = [
        *run_file.notes,
        *_list_notes(run_file, rankings, n_cut),
        *_query_notes(matched, len(rankings)),
        *_document_notes(run_file.run, in_passages(missing) if missing else (), held),
    ]
    head = AttachedHead(
        name=run_name(name),
        source=file,
        attached_at=at,
        queries=len(rankings),
        by_id=matched.by_id,
        by_text=matched.by_text,
        rows=rows,
        documents=len(listed),
        missing=len(missing),
        named=tuple(missing[:3]),
        notes=tuple(notes),
    )
    return AttachedRun(head, rankings, run_file.texts, run_file.ranked, frozenset(missing))


def _cut(rankings: Mapping[str, Ranking]) -> tuple[dict[str, Ranking], int]:
    """The lists as far as they are kept, and how many are longer."""
    n_cut = sum(len(ranking.hits) > LONGEST_LIST for ranking in rankings.values())
    return {q: replace(r, hits=r.hits[:LONGEST_LIST]) for q, r in rankings.items()}, n_cut


def _list_notes(run_file: RunFile, rankings: Mapping[str, Ranking], n_cut: int) -> Iterable[str]:
    if n_cut:
        yield (
            f"{n_cut:,} of {len(rankings):,} lists are longer than {LONGEST_LIST:,}: their first "
            f"{LONGEST_LIST:,} documents are kept"
        )
    if run_file.in_rank_order:
        return
    yield from tie_notes(run_file.run, run_file.run.name)


def _query_notes(matched: MatchedLists, n_lists: int) -> Iterable[str]:
    if matched.renamed:
        yield (
            f"{len(matched.renamed):,} of {n_lists:,} query ids stand for another text in this "
            f"corpus ({named(matched.renamed)}): these lists are found by their text"
        )
    if matched.shared:
        yield (
            f"{len(matched.shared):,} of {n_lists:,} lists are for a query whose text another "
            f"list is for, too ({named(matched.shared)}): the first one counts for both"
        )


def _document_notes(run: Run, in_passages: Collection[str], held: Collection[str]) -> Iterable[str]:
    if in_passages:
        yield (
            f"{len(in_passages):,} of its documents ({named(in_passages)}) are held here in "
            "passages: they are shown by their ids and measured, and not reranked. Import "
            "the corpus without splitting it to rerank them"
        )
        return
    yield from foreign_notes(run, held, run.name)
