"""The view of an import: a source, its columns, what to do with bad rows, and its progress."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import streamlit as st

from components.common.job_progress import job_progress
from components.common.messages import error, notice, plain
from components.corpora.preview import left_out_table, preview_table
from components.search.headline import headline
from engine.types import BI_ENCODER, CrossExamError
from engine.types.contradictory_judgments import Rule
from jobs.job import Job
from pages.corpora.contents import contents
from pages.corpora.how_read import (
    asked_layout,
    column_boxes,
    encoding_box,
    layout_boxes,
    splitting_boxes,
)
from state import url_state as choices
from state.corpora import imports as corpus_import
from state.corpora import view as corpus_view
from state.corpora.imports import (
    ENCODINGS,
    Imported,
    ImportRequest,
    Layout,
    Preview,
    left_out_csv,
)
from state.permissions import Act, refusal
from state.polling import redraw_while

UPLOAD, PATH = "Upload a file", "A path on this server"
KINDS = [
    *("csv", "tsv", "tab", "psv", "jsonl", "ndjson", "json", "parquet", "zip", "gz"),
    *("md", "txt", "xml", "sgml", "sgm", "trec"),
]
QUERIES = ["jsonl", "json", "tsv", "csv", "txt", "xml", "topics", "parquet", "gz"]
QRELS = ["qrels", "tsv", "csv", "txt", "jsonl", "json", "parquet", "gz"]
QUERIES_LABEL = "Queries: a table or JSON of id and text, TREC topics, or lines"
QRELS_LABEL = "Judgments: TREC qrels, or a table or JSON of query, document, grade"
AS_BAD_ROWS = "As other bad rows (with the good rows: none)"
RULE_NAMES: dict[Rule | None, str] = {
    None: AS_BAD_ROWS,
    "highest": "Keep the highest grade",
    "last": "Keep the last grade",
    "mean": "Keep the mean, halves up",
    "none": "Keep none of them",
}
REFUSE, KEEP = "Refuse the import", "Keep the good rows"
SHOWN = 10


def show_import() -> None:
    """Draw the form, and the import that runs or ran."""
    headline("Import your own documents")
    st.markdown(
        "CSV, TSV, JSON, Parquet, TREC documents, dumps of search engines, a BEIR folder, Markdown "
        "or text files: packed or not, folders zipped or by their path. Nothing leaves this "
        "machine: the rows are checked, then copied into the local library."
    )
    outcome()
    with st.container(border=True):
        path = _source()
    if path is None:
        return
    encoding = choices.asked("import_encoding") or ENCODINGS[0]
    try:
        layout = asked_layout(path)
        found = corpus_import.previewed(path, encoding, layout)
    except CrossExamError as problem:
        _refused(problem)
        encoding_box()
        return
    for note in found.notes:
        if "is not UTF-8" in note:
            notice(note)
    _form(path, found, layout)


def outcome() -> None:
    """What the import that was started last is doing, or what came of it."""
    job = corpus_import.running()
    if job is None:
        return
    if job.running:
        redraw_while(lambda: job.running, lambda: _progress(job))
    elif job.cancelled:
        notice("Cancelled: nothing was changed.")
    elif job.error is not None:
        _refused(job.error)
    elif job.value is not None:
        _imported(job.value)


def _progress(job: Job[Imported]) -> None:
    """How far the import is, and a way out."""
    job_progress(job.progress, key="cancel_import", cancel=job.cancel, cancelled=job.cancelled)


def _refused(problem: CrossExamError) -> None:
    error(corpus_import.without_folder(choices.check(problem)))
    st.caption("Nothing was changed: every corpus in the library is as it was.")


def _imported(result: Imported) -> None:
    with st.container(border=True):
        st.markdown(f"**Imported.** {plain(result.sentence)}")
        if result.left_out:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.left_out[:20]],
                total=sum(result.left_out_counts.values()),
                key="left_out",
            )
        if result.contradictions:
            left_out_table(
                [(row.file, row.line, row.reason) for row in result.contradictions[:20]],
                total=len(result.contradictions),
                key="contradictions",
                title="Contradictory judgments",
                caption="Pairs that are judged differently twice",
            )
        said = (*result.notes, *result.corpus.warnings[:SHOWN])
        if said:
            st.caption("  \n".join(plain(note) for note in said))
        first, second, _ = st.columns([1.4, 2, 2])
        if first.button("Open it", type="primary", key="open_imported", width="stretch"):
            corpus_import.forget()
            choices.choose_next(
                **{choices.CORPUS: result.entry.name, corpus_view.VIEW: "This corpus"}
            )
        if result.left_out or result.contradictions:
            second.download_button(
                "Download what was left out",
                left_out_csv(result),
                file_name="left-out.csv",
                mime="text/csv",
                key="left_out_csv",
                width="stretch",
            )


def _source() -> Path | None:
    """What the visitor gives: an uploaded file, or a path."""
    way = st.segmented_control(
        "Source",
        (UPLOAD, PATH),
        default=UPLOAD,
        required=True,
        key="import_way",
        persist_state="session",
        label_visibility="collapsed",
    )
    if way == UPLOAD:
        return source_file("A file or a zip", KINDS, "import_upload")
    if refused := refusal(Act.IMPORT_PATH):
        notice(refused)
        return None
    typed = st.text_input(
        "Path on the machine that runs CrossExam",
        key="import_path",
        persist_state="session",
        placeholder="/data/my-corpus or ~/notes",
    )
    return corpus_import.path_of(typed)


def source_file(label: str, kinds: Sequence[str], key: str) -> Path | None:
    """An uploaded file on the disk, None while there is none."""
    upload = st.file_uploader(plain(label), type=list(kinds), key=key)
    if upload is None:
        return None
    try:
        return corpus_import.staged(upload)
    except CrossExamError as problem:
        error(choices.check(problem))
        return None


def contradictions_rule(key: str) -> Rule | None:
    """The rule for judgments that give one pair several grades; None treats them as bad rows."""
    return st.selectbox(
        "Where one pair is judged differently twice",
        list(RULE_NAMES),
        format_func=RULE_NAMES.__getitem__,
        key=key,
        help="How many pairs it concerns is counted and shown after the import.",
    )


def _form(path: Path, found: Preview, layout: Layout) -> None:
    """The form; its button and what was counted stand above the choices that they depend on."""
    above = st.container(border=True)
    st.caption("Its first rows:")
    preview_table(found.rows, key="import_preview")
    if found.layout is None:
        encoding = encoding_box()
    else:
        left, right = st.columns([2, 1], vertical_alignment="bottom")
        with left:
            layout = layout_boxes(path, found)
        with right:
            encoding = encoding_box()
    try:
        columns = column_boxes(found)
    except CrossExamError as problem:
        error(choices.check(problem))
        return
    split, split_for = splitting_boxes()
    beside = _queries_and_judgments(found)
    with above:
        st.markdown(f"**{plain(path.name)}** is {plain(found.kind)}.")
        name_box, bad_box, button_box = st.columns([2, 1.6, 1], vertical_alignment="bottom")
        name = name_box.text_input(
            "Name of the corpus", value=path.stem, max_chars=80, key=f"import_name_{path.name}"
        )
        bad = bad_box.selectbox("When rows are bad", (REFUSE, KEEP), key="import_bad_rows")
        request = replace(
            beside,
            path=path,
            name=name,
            columns=columns,
            split=split,
            split_for=split_for,
            keep_good=bad == KEEP,
            encoding=encoding,
            layout=layout,
        )
        with button_box:
            _start(request)
        if corpus_import.awaits(path):
            contents(request)


def _queries_and_judgments(found: Preview) -> ImportRequest:
    """A wish with the queries and judgments that come along."""
    queries = qrels = judgments = None
    rule, words = None, ""
    if not found.queries or not found.judgments:
        with st.expander("Queries and judgments (optional; they can be added later)"):
            left, right = st.columns(2)
            with left:
                queries = source_file(QUERIES_LABEL, QUERIES, "queries")
            with right:
                qrels = source_file(QRELS_LABEL, QRELS, "qrels")
            rule = contradictions_rule("import_contradictions")
            words = grade_words("import_grades")
    else:
        st.caption("Its queries and judgments come with it.")
        if len(found.splits) > 1:
            judgments = st.selectbox("Judgments of", found.splits, key="import_judgments")
        rule = contradictions_rule("import_contradictions")
    return ImportRequest(
        Path(), "", None, queries, qrels, None, BI_ENCODER, False, "", rule,
        words=words, judgments=judgments,
    )  # fmt: skip


def grade_words(key: str) -> str:
    """What words in judgments stand for, "" where they are numbers or known."""
    return st.text_input(
        "What words in judgments stand for",
        key=key,
        placeholder="exact=2, partial=1, irrelevant=0",
        help="Usual words are known: exact, partial, irrelevant; relevant, not relevant; yes, no; "
        "perfect to bad; substitute, complement. What was taken for what is shown.",
    )


def _start(request: ImportRequest) -> None:
    task = corpus_import.running()
    busy = task is not None and task.running
    if not st.button(
        "Import",
        type="primary",
        key="start_import",
        disabled=busy,
        help="Another import is running." if busy else None,
        width="stretch",
    ):
        return
    try:
        corpus_import.start(request)
    except CrossExamError as problem:
        error(choices.check(problem))
    else:
        st.rerun()
